"""Photos at the items of a checklist: taken there, or taken first and filed under the item later, in one step."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.checklists.items import AnswerKind
from app.fieldwork.album import read_album, say_what_it_shows
from app.i18n import _, ngettext
from app.models.database import Author, edit
from app.models.driver import Database
from app.ui.desk import Desk
from app.ui.visit.checklist_deeds import file_answer
from app.ui.visit.checklist_sheet import ChecklistSheet
from app.ui.visit.finding_card import FindingCard
from app.ui.visit.photo_taking import take_photos

_PHOTO_FILES = "*.jpg *.jpeg *.png *.webp *.heic *.heif *.JPG *.JPEG *.PNG *.WEBP *.HEIC *.HEIF"


class ItemPhotos(QObject):
    """`unfiled`: ids of the visit's photos that have no place yet."""

    def __init__(self, desk: Desk, sheet: ChecklistSheet, card: FindingCard, owner: QWidget) -> None:
        super().__init__(owner)
        self._desk, self._sheet, self._card, self._owner = desk, sheet, card, owner
        self._visit_id = ""
        self.unfiled: tuple[str, ...] = ()
        card.file_photos.clicked.connect(self.file_here)

    def look(self, visit_id: str) -> None:
        """Which photos wait for a place."""
        self._visit_id = visit_id
        self._desk.jobs.run_with_db(
            self, lambda db: tuple(photo.id for photo in read_album(db, visit_id).unfiled), self._show
        )

    def add(self, spot: str) -> None:
        kinds = _("Photos ({kinds})").format(kinds=_PHOTO_FILES)
        if paths := self._desk.ask.files(self._owner, _("Add photos"), kinds):
            self.take_in(self._visit_id, spot, paths)

    def take_in(self, visit_id: str, spot: str, paths: Sequence[Path]) -> None:
        """File photos under an item; bytes first, off this thread."""
        take_photos(self._desk, self._owner, visit_id, paths, self._filing(spot))

    def file_here(self) -> None:
        """Those without a place show the current item."""
        photos, visit_id, spot = self.unfiled, self._visit_id, self._sheet.current
        if not photos or not spot or not self._sheet.can_edit():
            return
        place = self._filing(spot)

        def deed(db: Database, by: Author) -> None:
            with edit(db, by):
                answer_id = str(place(db, by)["answer_id"])
                for photo_id in photos:
                    say_what_it_shows(db, by, visit_id, photo_id, answer_id=answer_id)

        says = ngettext("{n} photo filed here", "{n} photos filed here", len(photos)).format(n=len(photos))
        self._desk.write(self, deed, says=says)

    def _filing(self, spot: str) -> "partial[dict[str, object]]":
        assert self._sheet.sheet is not None
        is_answer = self._sheet.item(spot).kind is AnswerKind.IMAGE
        return partial(file_answer, self._sheet.sheet.assessment_id, spot, is_answer)

    def _show(self, unfiled: tuple[str, ...]) -> None:
        self.unfiled = unfiled
        words = ngettext("File {n} photo without a place here", "File {n} photos without a place here", len(unfiled))
        self._card.file_photos.setText(words.format(n=len(unfiled)))
        self._card.file_photos.setVisible(bool(unfiled) and self._sheet.can_edit())
