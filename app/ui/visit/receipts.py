"""Whether the server has what a visit says: in a sentence on the overview, and record by record beside it."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListWidget, QWidget

from app.fieldwork.whereabouts import Whereabouts, whereabouts
from app.i18n import _
from app.messages.differences import table_words, thing_words
from app.messages.receipts import arrival_words, receipts_sentence
from app.models.driver import Database
from app.sync.receipts import Arrival, Receipt, Receipts, photo_receipts, visit_receipts
from app.sync.state import read_state
from app.ui.desk import Desk
from app.ui.labels import near_moment
from app.ui.theme import px
from app.ui.widgets.basics import Card, ChipKind, button, chip, clear, label, row
from app.ui.widgets.side_panel import SidePanel

_ORDER = (Arrival.REFUSED, Arrival.WAITING, Arrival.CONFIRMED)


class ReceiptsCard(Card):
    """Hidden while the device works with no server: then nothing could be confirmed."""

    def __init__(self, desk: Desk, stage: QWidget) -> None:
        super().__init__(_("Has it arrived?"))
        self._desk = desk
        self._visit_id = ""
        self._shown: Receipts | None = None
        self.words = label("", wrap=True)
        self.each = button(_("Show each"), self._open)
        self.body.addWidget(self.words)
        self.body.addLayout(row(self.each, None))
        self.panel = ReceiptsPanel(desk, stage)
        self.hide()

    def show_visit(self, visit_id: str) -> None:
        """Read beside the other work what of the visit was confirmed."""
        self._visit_id = visit_id
        self._desk.jobs.run_reading(self, lambda db: _read(db, visit_id), lambda found: self._show(visit_id, found))

    def _show(self, visit_id: str, found: Receipts | None) -> None:
        if visit_id != self._visit_id:
            return
        self.setVisible(found is not None)
        if found is None or found == self._shown:
            return
        self._shown = found
        self.words.setText(receipts_sentence(found, lambda at: near_moment(at, self._desk.by.clock.today())))
        clear(self.corner)
        if found.is_complete:
            self.corner.addWidget(chip(_("Confirmed")))
        else:
            refused = any(one.arrival is Arrival.REFUSED for one in found.all)
            words = _("Not taken") if refused else _("Waits to be sent")
            self.corner.addWidget(chip(words, ChipKind.BAD if refused else ChipKind.WARN))

    def _open(self) -> None:
        self.panel.open_visit(self._visit_id)


@dataclass(frozen=True, slots=True)
class _Line:
    receipt: Receipt
    where: Whereabouts
    is_photo: bool


class ReceiptsPanel(SidePanel):
    """One line a record and photo: what needs somebody first, then what waits, then what is confirmed."""

    def __init__(self, desk: Desk, stage: QWidget) -> None:
        super().__init__(stage, _("Receipts of this visit"), width=460)
        self._desk = desk
        self.list = QListWidget()
        self.list.setAccessibleName(_("Receipts of this visit"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(px(420))
        self.body.addWidget(self.list)

    def open_visit(self, visit_id: str) -> None:
        self._desk.jobs.run_reading(self, lambda db: _lines(db, visit_id), self._show)
        self.open_panel(self.list)

    def _show(self, lines: list[_Line]) -> None:
        self.list.clear()
        today = self._desk.by.clock.today()
        for line in sorted(lines, key=lambda one: _ORDER.index(one.receipt.arrival)):
            kind = _("Photo file") if line.is_photo else table_words(line.receipt.table)
            thing = thing_words(line.where)
            title = kind if thing in {kind, table_words(line.receipt.table)} else f"{kind}: {thing}"
            says = arrival_words(line.receipt, lambda at: near_moment(at, today))
            self.list.addItem(f"{title}\n{says}")
        if lines:
            self.list.setCurrentRow(0)


class PhotoReceipt(QLabel):
    """Whether the server has the bytes of a photo; says nothing while the device works with no server."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("small")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self._desk = desk
        self.hide()

    def show_photo(self, photo_id: str) -> None:
        self._desk.jobs.run_reading(self, lambda db: _of_photo(db, photo_id), self._show)

    def _show(self, found: Receipt | None) -> None:
        self.setVisible(found is not None)
        if found:
            today = self._desk.by.clock.today()
            self.setText(arrival_words(found, lambda at: near_moment(at, today)))


def _of_photo(db: Database, photo_id: str) -> Receipt | None:
    if read_state(db).server_id is None:
        return None
    return next(iter(photo_receipts(db, [photo_id])), None)


def _read(db: Database, visit_id: str) -> Receipts | None:
    return visit_receipts(db, visit_id) if read_state(db).server_id is not None else None


def _lines(db: Database, visit_id: str) -> list[_Line]:
    found = visit_receipts(db, visit_id)
    records = [_Line(one, whereabouts(db, one.table, one.row_id), False) for one in found.records]
    return records + [_Line(one, whereabouts(db, one.table, one.row_id), True) for one in found.photos]
