"""Pictures from files, drops and the clipboard, taken in one after the other in the background."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage

from app.errors import AppError
from app.fieldwork.pictures import NewPhoto, file_photo, keep_photo
from app.i18n import _, ngettext
from app.messages import message
from app.models.database import Author, edit, translated
from app.models.driver import Database
from app.photos.image import TakenIn as Shrunk
from app.photos.image import take_in
from app.ui.jobs import Cancelled, Jobs, Progress

SUFFIXES = ("jpg", "jpeg", "png", "webp", "heic", "heif")


Picture = tuple[NewPhoto, Shrunk]
Shows = Callable[[Database, Author], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Source:
    """A picture that is not read yet: reading is done where the work is done."""

    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of the pictures; `troubles` are sentences, one for each that was refused."""

    photo_ids: tuple[str, ...]
    troubles: tuple[str, ...]
    asked: int

    @property
    def words(self) -> str:
        n = len(self.photo_ids)
        return ngettext("{n} photo added", "{n} photos added", n).format(n=n)


def shows_nothing(_db: Database, _by: Author) -> dict[str, object]:
    """A photo that is filed with the visit alone."""
    return {}


def sources_of(data: QMimeData) -> list[Source]:
    """The pictures in a drop or on the clipboard: files, the pictures in folders, or an image as such."""
    if data.hasUrls():
        return sources_of_paths(QUrl(url).toLocalFile() for url in data.urls() if url.isLocalFile())
    if data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return [Source(_("Pasted picture"), lambda: _png(image))]
    return []


def sources_of_paths(names: Iterable[str | Path]) -> list[Source]:
    """Files as they are, whatever they are: what is no photo is refused in words. Of folders, the pictures in them."""
    found: list[Path] = []
    for name in names:
        path = Path(name)
        found += sorted(p for p in path.iterdir() if p.suffix[1:].lower() in SUFFIXES) if path.is_dir() else [path]
    return [Source(path.name, partial(_read, path)) for path in found]


def read_picture(source: Source) -> Picture:
    """The slow part, on the pool. Raises BadFile for what is no photo, and the kinds of DiskTrouble."""
    new = NewPhoto(source.read(), source.name)
    return new, take_in(new.data, new.name)


def keep_picture(jobs: Jobs, by: Author, visit_id: str, picture: Picture, shows: Shows = shows_nothing) -> str:
    """Bytes first, then the row, in one edit with what it is filed under. On the pool; returns the photo's id."""
    stored = jobs.photos(lambda photos: keep_photo(photos, *picture))

    def file(db: Database) -> str:
        with edit(db, by):
            return file_photo(db, by, visit_id, stored, **shows(db, by))

    return jobs.db(file)


def take_all(jobs: Jobs, by: Author, visit_id: str, sources: Sequence[Source], progress: Progress) -> TakenIn:
    """Runs on the pool. A picture that is refused does not stop the others; Cancel keeps those that are in already."""
    ids: list[str] = []
    troubles: list[str] = []
    try:
        for number, source in enumerate(sources):
            progress.report(number, len(sources))
            try:
                picture = read_picture(source)
            except AppError as error:
                troubles.append(message(error).says)
                continue
            ids.append(keep_picture(jobs, by, visit_id, picture))
        progress.report(len(sources), len(sources))
    except Cancelled:
        pass  # what was taken in stays, and is told
    return TakenIn(tuple(ids), tuple(troubles), len(sources))


def _read(path: Path) -> bytes:
    """Raises the kinds of DiskTrouble."""
    with translated(path):
        return path.read_bytes()


def _png(image: QImage) -> bytes:
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(held.data())
