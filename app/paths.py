"""Where things are: the program's own resources, and the person's data folder."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import platformdirs
import psutil

DATA_VARIABLE = "GEMBA_DATA"
HALF = ".part"
_NETWORK_SYSTEMS = {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs", "9p", "sshfs"}
_CLOUD_FOLDERS = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "icloud",
    "nextcloud",
    "owncloud",
    "pclouddrive",
)


class Place(StrEnum):
    """What is wrong with a place for the data: its locks cannot be trusted, or another program rewrites its files."""

    NETWORK_DRIVE = "network-drive"
    CLOUD_FOLDER = "cloud-folder"


def program_folder() -> Path:
    """The folder that holds `resources` and `translations`, in a bundle or in the source."""
    return Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent))


def resource(*parts: str) -> Path:
    return program_folder().joinpath("resources", *parts)


def fonts_folder() -> Path:
    return resource("fonts")


def translations_folder() -> Path:
    return program_folder() / "translations"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """One person's data: the two stores, their copies, the log."""

    root: Path

    @property
    def records(self) -> Path:
        return self.root / "records.db"

    @property
    def photos(self) -> Path:
        return self.root / "photos.db"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def log(self) -> Path:
        return self.root / "logs" / "gemba.log"

    @property
    def lock(self) -> Path:
        return self.root / "gemba.lock"

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"

    @property
    def sample_mark(self) -> Path:
        """There in a folder of sample data, which may be made anew at any time."""
        return self.root / "SAMPLE-DATA.txt"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` to write into; it takes the place of `path` at the end, and goes away when that fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + HALF)
    half.unlink(missing_ok=True)
    try:
        yield half
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def data_folder(chosen: Path | None = None) -> DataFolder:
    """The folder given, else the one named by GEMBA_DATA, else the system's place for this program's data."""
    named = os.environ.get(DATA_VARIABLE)
    root = chosen or (Path(named) if named else Path(platformdirs.user_data_dir("Gemba", appauthor=False)))
    return DataFolder(root.expanduser().absolute())


def unsafe_place(root: Path) -> Place | None:
    """Why `root` is no place for a database, by its drive and the names of its folders; None when it is one."""
    if any(part.casefold().startswith(_CLOUD_FOLDERS) for part in root.parts):
        return Place.CLOUD_FOLDER
    drives = [drive for drive in psutil.disk_partitions(all=True) if root.is_relative_to(drive.mountpoint)]
    if not drives:
        return None
    drive = max(drives, key=lambda drive: len(drive.mountpoint))
    system = drive.fstype.casefold().removeprefix("fuse.")
    is_remote = system in _NETWORK_SYSTEMS or "remote" in drive.opts.split(",")
    return Place.NETWORK_DRIVE if is_remote else None
