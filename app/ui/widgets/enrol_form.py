"""Connecting this device to a server: its address, and a code of head office."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.i18n import _
from app.messages.enrolling import Complaint, enrol_complaint
from app.ui.desk import Desk
from app.ui.theme import px
from app.ui.widgets.basics import button, label, row
from app.ui.widgets.fields import FormRow
from app.ui.widgets.notices import Notice


class EnrolForm(QWidget):
    """The server's address and the code that head office gave.

    Signals:
        left: who was asked for another address leaves it as it is.
    """

    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._courier = desk.courier
        self._log = desk.folder.log
        self.url = QLineEdit()
        self.code = QLineEdit()
        self.why = label(_("At another address this device needs a new code, too: ask head office."), wrap=True)
        self._url_row = FormRow(
            _("Server address"), self.url, hint=_("Head office knows it: such as https://gemba.example.org.")
        )
        self._code_row = FormRow(
            _("Code"), self.code, hint=_("From head office. It works once, and for ten minutes only.")
        )
        self.trouble = Notice()
        self.connect_ = button(_("Connect"), self._connect, name="primary")
        self.leave = button(_("Cancel"), self.left.emit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, px(4), 0, 0)
        layout.setSpacing(px(10))
        for widget in (self.why, self._url_row, self._code_row, self.trouble):
            layout.addWidget(widget)
        layout.addLayout(row(self.connect_, self.leave, None))
        self.url.returnPressed.connect(self.code.setFocus)
        self.code.returnPressed.connect(self._connect)
        self._courier.enrolled.connect(self._on_done)
        self._courier.not_enrolled.connect(self._on_failed)
        self._courier.changed.connect(self._on_courier)
        self._on_courier()

    def propose(self, url: str, *, another: bool = False) -> None:
        """The address that is known already; what was typed stays. `another`: it is asked for because it is not right
        any more."""
        if url and not self.url.text():
            self.url.setText(url)
        self.connect_.setText(_("Sign in again") if url and not another else _("Connect"))
        for widget in (self.why, self.leave):
            widget.setVisible(another)

    def begin_anew(self) -> None:
        """To be typed over, with nothing said of what was tried before."""
        self._say(Complaint())
        self.code.clear()
        self.url.clear()

    def _connect(self) -> None:
        url, code = self.url.text().strip(), self.code.text().strip()
        self._say(Complaint("" if url else _("Write the server's address."), "" if code else _("Write the code.")))
        if not url or not code:
            (self.code if url else self.url).setFocus()
            return
        self._courier.enrol(url, code)

    @Slot()
    def _on_courier(self) -> None:
        self.connect_.setEnabled(not self._courier.is_enrolling)

    @Slot()
    def _on_done(self) -> None:
        self.code.clear()

    @Slot(object)
    def _on_failed(self, error: BaseException) -> None:
        self._say(enrol_complaint(error, self._log))

    def _say(self, complaint: Complaint) -> None:
        self._url_row.complain(complaint.address)
        self._code_row.complain(complaint.code)
        self.trouble.say(complaint.other)
