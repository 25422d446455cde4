"""Looking after a data folder as a whole: encrypt it, copy it, bring a copy back. Nothing else may have it open."""

from pathlib import Path

from app.errors import NotAllowed, StoreMissing
from app.models.backups import copy_store, newest_good_copy, restore
from app.models.database import PHOTOS, RECORDS, Key
from app.models.driver import Database
from app.models.encryption import encrypt_file, read_key, write_new_key
from app.models.ids import Clock
from app.paths import DataFolder


def encrypt_folder(folder: DataFolder, key_file: Path) -> list[Path]:
    """Encrypt the stores and every copy of them; what was done. Goes on where an earlier run was cut off.

    Photos first: a crash between the two leaves records that still open plainly, and a second run finishes.
    Raises NotAllowed when there is nothing, KeyRefused when a file is encrypted with another key.
    """
    copies = [(path, RECORDS) for path in sorted(folder.backups.glob("*.db"))]
    present = [(path, kind) for path, kind in ((folder.photos, PHOTOS), (folder.records, RECORDS)) if path.exists()]
    if not present:
        raise NotAllowed("nothing-to-encrypt", str(folder.root))
    key = read_key(key_file) if key_file.exists() else write_new_key(key_file)
    return [path for path, kind in [*copies, *present] if encrypt_file(path, key, kind=kind)]


def copy_to(records: Database, photos: Database, target: Path, key: Key | None) -> list[Path]:
    """Complete copies of both stores in the folder `target`, tried by opening them; such as onto a stick."""
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
        restore(source, folder.records, key, clock)
        return [source]
    if not (source / "records.db").exists():
        raise StoreMissing(source)
    used = [source / "records.db"]
    if (source / "photos.db").exists():
        restore(source / "photos.db", folder.photos, key, clock, kind=PHOTOS)
        used.append(source / "photos.db")
    restore(source / "records.db", folder.records, key, clock)
    return used
