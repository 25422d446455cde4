"""The connection to the server: by a code at first; then what it is doing, when it last confirmed, and why not."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app.errors import DeviceRefused, SyncTrouble
from app.i18n import _
from app.messages.faults import fault_words
from app.messages.standing import confirmed_words, trouble_title
from app.messages.sync_troubles import clock_off_words, notice_words, sync_trouble_words
from app.sync.status import Standing
from app.ui.desk import Desk
from app.ui.labels import near_moment
from app.ui.widgets.basics import Card, ChipKind, button, chip, clear, column, label, row
from app.ui.widgets.enrol_form import EnrolForm
from app.ui.widgets.notices import Notice, ProgressStrip


class ConnectionCard(Card):
    """Shows the desk's courier, and tells it what the person wants."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Connection"))
        self._desk = desk
        self._courier = desk.courier
        self.words = label("", wrap=True)
        self.address = label("", "small", wrap=True)
        self.trouble = Notice()
        self.fault = Notice()
        self.clock = Notice()
        self.notice = Notice()
        self.costs = Notice()
        self.photos = button(_("Photos too, this once"), self._courier.send_photos, name="inline")
        self.form = EnrolForm(desk)
        self.strip = ProgressStrip()
        self.sync = button(_("Sync now"), self._courier.sync_now, name="primary", tip=_("F5"))
        self.pause = button(_("Pause"), self._pause)
        self.compare = button(_("Compare everything"), self._courier.verify, name="inline")
        self.compare.setToolTip(_("Compare every record and photo with the server, and mend what differs"))
        self.change = button(_("Change the address"), self._change, name="inline")
        self.buttons = QWidget()
        self._sign = ("", ChipKind.NEUTRAL)
        self._found: Standing | None = None
        self._is_changing = False
        self._lay_out()
        self.form.left.connect(self._on_address_settled)
        self._courier.enrolled.connect(self._on_address_settled)

    def _lay_out(self) -> None:
        lines = (row(self.photos, None), row(self.sync, self.pause, None), row(self.compare, self.change, None))
        self.buttons.setLayout(column(*lines, spacing=4))
        for widget in (
            self.words,
            self.address,
            self.trouble,
            self.fault,
            self.clock,
            self.notice,
            self.costs,
            self.strip,
            self.form,
            self.buttons,
        ):
            self.body.addWidget(widget)

    def show_standing(self, found: Standing) -> None:
        """What is shown follows from where things stand, and from whether an exchange is under way."""
        self._found = found
        self._show_sign(*self._sign_of(found))
        fault = self._courier.fault
        is_refused = isinstance(found.trouble, DeviceRefused)
        self.words.setText(self._words_of(found))
        self.address.setText(_("Server: {address}").format(address=found.url))
        self.address.setVisible(found.is_enrolled)
        self.trouble.say(sync_trouble_words(found.trouble) if found.trouble and not self._courier.is_busy else "")
        self.fault.say(fault_words(fault, self._desk.folder.log) if fault and not self._courier.is_busy else "")
        self.clock.say(clock_off_words(found.clock_off_ms) if found.clock_off_ms is not None else "")
        self.notice.say("\n".join(filter(None, map(notice_words, self._courier.notices))))
        costs = found.is_enrolled and self._courier.is_metered
        self.costs.say(_("This network costs by the amount, so of photos only the thumbnails go.") if costs else "")
        self.photos.setVisible(costs and not self._courier.is_busy)
        asks = not found.is_enrolled or is_refused or self._is_changing
        self.form.setVisible(asks)
        self.form.propose(found.url, another=self._is_changing)
        self.buttons.setVisible(not asks)
        self.pause.setText(_("Go on") if found.is_paused else _("Pause"))
        self._show_progress()

    def _show_progress(self) -> None:
        progress = self._courier.progress
        for press in (self.sync, self.compare):
            press.setEnabled(not self._courier.is_busy)
        if progress is None:
            self.strip.hide()
        elif not self.strip.isVisibleTo(self):
            self.strip.follow(_("Exchanging"), progress, counted=False)

    def _sign_of(self, found: Standing) -> tuple[str, ChipKind]:
        if not found.is_enrolled:
            return _("Not connected yet"), ChipKind.WARN
        if self._courier.is_busy:
            return _("Exchanging"), ChipKind.NEUTRAL
        if found.is_paused:
            return _("Paused"), ChipKind.WARN
        if found.trouble or self._courier.fault:
            return trouble_title(found.trouble or SyncTrouble()), ChipKind.WARN
        return _("Connected"), ChipKind.NEUTRAL

    def _show_sign(self, words: str, kind: ChipKind) -> None:
        if self._sign != (words, kind):
            self._sign = (words, kind)
            clear(self.corner)
            self.corner.addWidget(chip(words, kind))

    def _words_of(self, found: Standing) -> str:
        if not found.is_enrolled:
            return _(
                "This device is not connected to a server yet. Everything is saved here, and nothing leaves it by"
                " itself. Once it is connected, what you write is sent when there is a network, and what others write"
                " comes back."
            )
        return confirmed_words(found, lambda at: near_moment(at, self._desk.by.clock.today()))

    def _pause(self) -> None:
        found = self._courier.standing
        self._courier.pause(not (found and found.is_paused))

    def _change(self) -> None:
        """A server that moved: its new address, and a code for it."""
        self._is_changing = True
        self.form.begin_anew()
        self._show_again()
        self.form.url.setFocus()
        self.form.url.selectAll()

    @Slot()
    def _on_address_settled(self) -> None:
        self._is_changing = False
        self._show_again()

    def _show_again(self) -> None:
        if self._found:
            self.show_standing(self._found)
