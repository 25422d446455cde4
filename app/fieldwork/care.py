"""Looking after a data folder as a whole: encrypt it, copy it, bring a copy back. Nothing else may have it open."""

from dataclasses import dataclass
from pathlib import Path

from app.errors import DiskTrouble, KeyRefused, NotAllowed, StoreMissing
from app.models.backups import copy_store, newest_good_copy, restore
from app.models.database import PHOTOS, RECORDS, Key, is_plain, path_of
from app.models.driver import Database
from app.models.encryption import encrypt_file, read_key, write_new_key
from app.models.ids import Clock
from app.paths import HALF, DataFolder


@dataclass(frozen=True, slots=True)
class Encrypted:
    """What was encrypted now, and what is left readable because it is damaged: to be removed by hand."""

    done: list[Path]
    left: list[Path]


def encrypt_folder(folder: DataFolder, key_file: Path) -> Encrypted:
    """Encrypt the stores and every copy of them in the folder. Goes on where an earlier run was cut off.

    Photos first: a crash between the two leaves records that still open plainly, and a second run finishes.
    Raises NotAllowed when there is nothing, KeyRefused when a store is encrypted with another key. A damaged copy
    stops nothing.
    """
    present = [(path, kind) for path, kind in ((folder.photos, PHOTOS), (folder.records, RECORDS)) if path.exists()]
    if not present:
        raise NotAllowed("nothing-to-encrypt", str(folder.root))
    key = read_key(key_file) if key_file.exists() else write_new_key(key_file)
    done = [path for path, kind in present if encrypt_file(path, key, kind=kind)]
    left = []
    for path in copies_in(folder):
        try:
            if encrypt_file(path, key, kind=PHOTOS if path.name.startswith("photos") else RECORDS):
                done.append(path)
        except DiskTrouble:
            if is_plain(path):
                left.append(path)
    return Encrypted(done, left)


def copies_in(folder: DataFolder) -> list[Path]:
    """Every other database in the folder: daily copies, what a restore set aside, copies made there by hand."""
    stores = {folder.records, folder.photos}
    found = (path for path in folder.root.rglob("*") if path.is_file() and path.suffix in {".db", HALF})
    return sorted(path for path in found if path not in stores)


def copy_to(records: Database, photos: Database, target: Path, key: Key | None) -> list[Path]:
    """Complete copies of both stores in the folder `target`, tried by opening them; such as onto a stick.

    Raises NotAllowed when that is the folder of the stores themselves.
    """
    if target.resolve() == path_of(records).parent.resolve():
        raise NotAllowed("copy-onto-itself", str(target))
    made = [target / "records.db", target / "photos.db"]
    copy_store(records, made[0], key)
    copy_store(photos, made[1], key, kind=PHOTOS)
    return made


def restore_folder(folder: DataFolder, source: Path | None, key: Key | None, clock: Clock) -> list[Path]:
    """Bring back a copy: a folder that `copy_to` made, one file of records, or the newest good copy when None.

    Returns the copies that were used. What was there is set aside, see `backups.restore`. Raises StoreMissing.
    """
    if source is None:
        source = newest_good_copy(folder.backups, key)
    if not source.is_dir():
        _refuse_mixed(source, folder.photos)
        restore(source, folder.records, key, clock)
        return [source]
    if not (source / "records.db").exists():
        raise StoreMissing(source)
    used = [source / "records.db"]
    if not (source / "photos.db").exists():
        _refuse_mixed(used[0], folder.photos)
    if (source / "photos.db").exists():
        restore(source / "photos.db", folder.photos, key, clock, kind=PHOTOS)
        used.append(source / "photos.db")
    restore(source / "records.db", folder.records, key, clock)
    return used


def _refuse_mixed(source: Path, other: Path) -> None:
    """Records and photos open with one key or both without: raises KeyRefused when they would not any more."""
    if source.exists() and other.exists() and is_plain(source) != is_plain(other):
        raise KeyRefused(source, "mixed")
