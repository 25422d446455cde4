"""What the sheet of a checklist writes: answers and what stands beside them, each on its way to the disk at once."""

from collections import Counter
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.checklists.form_tree import SEPARATOR
from app.checklists.items import AnswerKind
from app.fieldwork.answers import answer_item, keep_beside, remove_round
from app.fieldwork.walkthrough import key_of, spot
from app.i18n import _
from app.models.database import Author, edit
from app.models.driver import Database
from app.ui.desk import Desk
from app.ui.visit.checklist_sheet import ChecklistSheet

_TYPED = frozenset({AnswerKind.TEXT, AnswerKind.INTEGER, AnswerKind.DECIMAL, AnswerKind.TIME, AnswerKind.DATE_TIME})


@dataclass(slots=True)
class _Burst:
    """What is typed without leaving the field: one step of undo. Its group is known to the database thread alone."""

    group: int | None = None


class SheetDeeds(QObject):
    """Signals:
    failed: something could not be written; what is on the disk is to be shown.
    written: (spot) the answer is on the disk.
    """

    failed = Signal()
    written = Signal(str)

    def __init__(self, desk: Desk, sheet: ChecklistSheet) -> None:
        super().__init__(sheet)
        self._desk = desk
        self._sheet = sheet
        self._writing: Counter[str] = Counter()
        self._burst: _Burst | None = None
        sheet.moved.connect(self._on_moved)
        desk.jobs.failed.connect(self._on_failed)

    def being_written(self) -> frozenset[str]:
        """What is on its way: what was read before it arrives is older."""
        return frozenset(self._writing)

    def answer(self, spot: str, value: str | None) -> None:
        assessment_id, key = self._assessment(), key_of(spot)
        is_typed = self._sheet.item(spot).kind in _TYPED
        burst = self._burst if is_typed and self._burst else _Burst()
        self._burst = burst if is_typed else None
        self._writing[spot] += 1

        def deed(db: Database, by: Author) -> None:
            with edit(db, by, group=burst.group) as burst.group:
                answer_item(db, by, assessment_id, key.name, value, round=key.round)

        def done(_nothing: None) -> None:
            self._arrived(spot)
            self.written.emit(spot)

        self._desk.write(self, deed, done)

    def keep(self, spot: str, **facts: object) -> None:
        """Evidence, or why it was not assessed."""
        assessment_id, key = self._assessment(), key_of(spot)
        self._writing[spot] += 1
        self._sheet.set_beside(spot, **facts)

        def deed(db: Database, by: Author) -> str:
            given = {name: value or None for name, value in facts.items()}
            return keep_beside(db, by, assessment_id, key.name, round=key.round, **given)

        self._desk.write(self, deed, lambda _id: self._arrived(spot))

    def add_round(self, repeat: str, outer: str) -> None:
        """Another area, sheet or buyer. It is on the disk with its first answer."""
        state = self._sheet.state
        if state is None or not self._sheet.can_edit() or state.filling.layout.groups[repeat].count:
            return
        new = self._desk.by.clock.new_id()
        round_ = f"{outer}{SEPARATOR}{new}" if outer else new
        self._sheet.add_round(repeat, round_)
        for key, value in state.filling.defaults((round_,)).items():
            self._sheet.set_answer(spot(key), value)
            self.answer(spot(key), value)

    def remove_round(self, repeat: str, round_: str) -> None:
        """With all its answers, which Undo brings back."""
        state = self._sheet.state
        if state is None or not self._sheet.can_edit() or not round_:
            return
        assessment_id = self._assessment()
        self._sheet.remove_round(repeat, round_)

        def deed(db: Database, by: Author) -> None:
            remove_round(db, by, assessment_id, repeat, round_)

        self._desk.write(self, deed, says=_("Removed, with its answers"))

    def _assessment(self) -> str:
        assert self._sheet.sheet is not None
        return self._sheet.sheet.assessment_id

    def _arrived(self, spot: str) -> None:
        self._writing[spot] -= 1
        self._writing = +self._writing

    def _on_moved(self, _spot: str) -> None:
        self._burst = None

    def _on_failed(self, _error: object) -> None:
        """Nothing is being written any more: show what is on the disk."""
        if self._writing:
            self._writing.clear()
            self.failed.emit()


def file_answer(assessment_id: str, spot: str, is_answer: bool, db: Database, by: Author) -> dict[str, object]:
    """What a photo of this item shows: its answer, which need not have been given yet. `is_answer`: the photo is what
    the item asks for."""
    key = key_of(spot)
    if is_answer:
        return {"answer_id": answer_item(db, by, assessment_id, key.name, "photo", round=key.round)}
    return {"answer_id": keep_beside(db, by, assessment_id, key.name, round=key.round)}
