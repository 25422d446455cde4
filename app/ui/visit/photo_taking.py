"""Photo files taken in while the person goes on: read and shrunk in the background, bytes first, then the row."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from app.fieldwork.pictures import NewPhoto, file_photo, keep_photo
from app.i18n import ngettext
from app.models.database import Author, edit, translated
from app.models.driver import Database
from app.photos.image import take_in
from app.ui.desk import Desk

Shows = Callable[[Database, Author], dict[str, object]]


def take_photos(desk: Desk, owner: QObject, visit_id: str, paths: Sequence[Path], shows: Shows) -> None:
    """`shows` says, in the photo's own edit, what it is filed under. Each file is an edit; troubles are told."""
    jobs, by = desk.jobs, desk.by
    waiting = set(paths)

    def take(path: Path) -> None:
        with translated(path):
            new = NewPhoto(path.read_bytes(), path.name)
        taken = take_in(new.data, new.name)
        stored = jobs.photos(lambda photos: keep_photo(photos, new, taken))

        def file(db: Database) -> None:
            with edit(db, by):
                file_photo(db, by, visit_id, stored, **shows(db, by))

        jobs.db(file)

    def done(path: Path, _nothing: None) -> None:
        waiting.discard(path)
        desk.saved.emit()
        if not waiting:
            words = ngettext("{n} photo added", "{n} photos added", len(paths)).format(n=len(paths))
            desk.said.emit(words, len(paths) == 1)

    for path in paths:
        jobs.run(owner, partial(take, path), partial(done, path))
