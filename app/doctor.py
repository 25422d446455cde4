"""The self-test: does everything the day needs work on this laptop, and how do the data stand?"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from app.bootstrap import Store, reading, writing
from app.errors import AppError, FileCorrupt, KeyRefused, NoPermission
from app.fieldwork.care import copies_in, encrypt_folder
from app.fieldwork.check import check_store
from app.fieldwork.identity import ensure_user
from app.fieldwork.plan import open_visit, plan_visit, register_enterprise
from app.fieldwork.ready import NEEDED_BYTES
from app.i18n import N_, _
from app.messages import message
from app.models.database import Key, check_driver, is_plain, sqlite_version
from app.models.encryption import read_key
from app.models.visits import VisitKind
from app.outputs import make_report, write_workbook
from app.paths import DataFolder, Place, fonts_folder, unsafe_place
from app.reports.fonts import load_fonts

_PLACES = {
    Place.NETWORK_DRIVE: N_(
        "The data folder {path} is on a network drive, where data can be damaged. Move it to this laptop's own disk."
    ),
    Place.CLOUD_FOLDER: N_(
        "The data folder {path} lies in a folder that a cloud program copies, which can damage it. Move it elsewhere."
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried, in words; `name` is for scripts."""

    name: str
    is_well: bool
    says: str


def examine(folder: DataFolder, key: Key | None = None) -> list[Step]:
    """Try everything in a temporary folder, then look at `folder` without changing it."""
    with tempfile.TemporaryDirectory(prefix="gemba-doctor-") as place:
        trial = DataFolder(Path(place) / "data")
        tried = [
            _tried("sqlite", _driver),
            _tried("store", lambda: _store(trial)),
            _tried("fonts", _fonts),
            _tried("pdf", lambda: _pdf(trial)),
            _tried("excel", lambda: _excel(trial, Path(place) / "trial.xlsx")),
            _tried("encryption", lambda: _encryption(trial, Path(place) / "trial.key")),
        ]
    return [*tried, *_folder(folder, key)]


def _tried(name: str, trial: Callable[[], str]) -> Step:
    try:
        return Step(name, True, trial())
    except AppError as error:
        return Step(name, False, message(error).says)


def _driver() -> str:
    check_driver()
    return _("The database engine is SQLite {version} with encryption.").format(version=sqlite_version())


def _store(trial: DataFolder) -> str:
    with writing(trial) as store:
        _visit(store)
    with reading(trial) as store:
        _require_clean(store)
    return _("A visit was written, read back and checked.")


def _visit(store: Store) -> str:
    by = ensure_user(store.records, store.author.clock, name=_("Trainer"), role="trainer")
    enterprise_id = register_enterprise(store.records, by, _("Trial enterprise"))
    on = by.clock.today()
    visit_id = plan_visit(store.records, by, enterprise_id, kind=VisitKind.INTAKE, on=on, purpose=_("Self-test"))
    open_visit(store.records, by, visit_id)
    return visit_id


def _require_clean(store: Store) -> None:
    found = check_store(store.records, store.photos)
    if not found.is_clean:
        raise FileCorrupt(store.folder.records, str(found))


def _fonts() -> str:
    fonts = load_fonts(fonts_folder())
    return _("The fonts of reports are complete: {n}.").format(n=len(fonts.regular) + len(fonts.bold))


def _pdf(trial: DataFolder) -> str:
    with reading(trial) as store:
        visit_id = store.records.conn.execute("SELECT id FROM visit").fetchone()[0]
        made = make_report(store.records, store.photos, visit_id)
    pages = pypdfium2.PdfDocument(made.data)
    try:
        words = pages[0].get_textpage().get_text_bounded()
    finally:
        pages.close()
    if _("Trial enterprise") not in words:
        raise FileCorrupt(Path("trial.pdf"), words[:200])
    return _("A report was made and read back.")


def _excel(trial: DataFolder, target: Path) -> str:
    with reading(trial) as store:
        rows = write_workbook(store, target)
    return _("A workbook with {n} sheets was made.").format(n=len(rows) + 1)


def _encryption(trial: DataFolder, key_file: Path) -> str:
    encrypt_folder(trial, key_file)
    with reading(trial, read_key(key_file)) as store:
        _require_clean(store)
    if is_plain(trial.records) or is_plain(trial.photos):
        raise FileCorrupt(trial.records, "plain")
    return _("Data were encrypted and opened with their key.")


def _folder(folder: DataFolder, key: Key | None) -> Iterator[Step]:
    if place := unsafe_place(folder.root):
        yield Step("place", False, _(_PLACES[place]).format(path=folder.root))
    if folder.records.exists():
        yield from _data(folder, key)
    else:
        yield Step("data", True, _("There are no data in {path} yet.").format(path=folder.root))
    nearest = next(path for path in (folder.root, *folder.root.parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        yield Step("permission", False, message(NoPermission(nearest)).says)
    free = shutil.disk_usage(nearest).free
    says = _("The disk has {n} MB free.").format(n=free // 1_000_000)
    yield Step("disk", free >= NEEDED_BYTES, says)


def _data(folder: DataFolder, key: Key | None) -> Iterator[Step]:
    """Whether the data open, and whether anything in the folder can be read without a key."""
    try:
        with reading(folder, key):
            opens = Step("data", True, _("The data in {path} open.").format(path=folder.root))
    except KeyRefused as refused:
        opens = Step("data", refused.detail == "needed", message(refused).says)
    except AppError as error:
        opens = Step("data", False, message(error).says)
    yield opens
    stores = [path for path in (folder.records, folder.photos) if path.exists()]
    if all(is_plain(path) for path in stores):
        words = _(
            "The data in {path} are NOT encrypted: whoever has the laptop can read them."
            " `gemba data encrypt` encrypts them."
        )
        yield Step("protection", True, words.format(path=folder.root))
        return
    readable = [path for path in (*stores, *copies_in(folder)) if is_plain(path)]
    if readable:
        words = _("{path} can be read without the key. Run `gemba data encrypt` again.")
        yield from (Step("protection", False, words.format(path=path)) for path in readable)
    elif opens.is_well:
        yield Step("protection", True, _("The data in {path} are encrypted.").format(path=folder.root))
