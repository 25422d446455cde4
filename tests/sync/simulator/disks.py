"""A disk in memory that forgets, on a power cut, whatever was not synced: all of it, none, or parts by sectors.

Everything that is written is kept in a log, so that one run gives the disk after a cut at any of its writes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import apsw

SECTOR = 512
_POWERSAFE_OVERWRITE = 0x1000  # a write that is cut damages nothing beside it


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done to a file: `write` (`data` at `at`), `truncate` (to `at`), `sync`, `delete`."""

    what: str
    name: str
    at: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """`files`: what they hold as programs see them. `fails(number, deed)`: may raise instead of a deed."""

    files: dict[str, bytearray] = field(default_factory=dict)
    log: list[Deed] = field(default_factory=list)
    fails: Callable[[int, Deed], None] = lambda _number, _deed: None
    start: dict[str, bytes] = field(default_factory=dict)

    def begin(self) -> None:
        """What there is now is safe; the log starts here."""
        self.start = {name: bytes(held) for name, held in self.files.items()}
        self.log.clear()

    def do(self, deed: Deed) -> None:
        self.fails(len(self.log), deed)
        self.log.append(deed)
        _apply(self.files, deed)

    def after_cut(self, at: int, random: Random) -> dict[str, bytearray]:
        """What is found when the power went before the deed number `at`."""
        safe = {name: bytearray(held) for name, held in self.start.items()}
        pending: dict[str, list[Deed]] = {}
        for deed in self.log[:at]:
            if deed.what == "sync":
                for one in pending.pop(deed.name, []):
                    _apply(safe, one)
            elif deed.what == "delete":
                pending.pop(deed.name, None)
                _apply(safe, deed)
            else:
                pending.setdefault(deed.name, []).append(deed)
        for deeds in pending.values():
            for deed in deeds:
                _survive(safe, deed, random)
        return safe


def _apply(files: dict[str, bytearray], deed: Deed) -> None:
    if deed.what == "delete":
        files.pop(deed.name, None)
    elif deed.what == "truncate":
        held = files.setdefault(deed.name, bytearray())
        del held[deed.at :]
    elif deed.what == "write":
        held = files.setdefault(deed.name, bytearray())
        if len(held) < deed.at:
            held.extend(bytes(deed.at - len(held)))
        held[deed.at : deed.at + len(deed.data)] = deed.data


def _survive(files: dict[str, bytearray], deed: Deed, random: Random) -> None:
    """What was not synced may be there, may be lost, or may be there in some sectors only."""
    fate = random.random()
    if fate < 0.35:
        _apply(files, deed)
    elif fate < 0.65 and deed.what == "write":
        for start in range(0, len(deed.data), SECTOR):
            if random.random() < 0.5:
                part = deed.data[start : start + SECTOR]
                _apply(files, Deed("write", deed.name, deed.at + start, part))


class MadeUpDisk(apsw.VFS):
    """A disk as SQLite sees it, registered under `name`."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.disk = disk
        super().__init__(name, "")

    def xOpen(self, name: Any, _flags: list[int]) -> "OpenFile":  # noqa: N802
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        return OpenFile(self.disk, path or f"temporary-{id(object())}")

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name

    def xAccess(self, name: str, _flags: int) -> bool:  # noqa: N802
        return name in self.disk.files

    def xDelete(self, name: str, _sync: bool) -> None:  # noqa: N802
        if name in self.disk.files:
            self.disk.do(Deed("delete", name))


class OpenFile:
    def __init__(self, disk: Disk, name: str) -> None:
        self.disk = disk
        self.name = name
        disk.files.setdefault(name, bytearray())

    @property
    def held(self) -> bytearray:
        return self.disk.files.setdefault(self.name, bytearray())

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self.held[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.disk.do(Deed("write", self.name, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.disk.do(Deed("truncate", self.name, size))

    def xSync(self, _flags: int) -> None:  # noqa: N802
        self.disk.do(Deed("sync", self.name))

    def xFileSize(self) -> int:  # noqa: N802
        return len(self.held)

    def xLock(self, _level: int) -> None:  # noqa: N802
        """One process alone."""

    def xUnlock(self, _level: int) -> None:  # noqa: N802
        """One process alone."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, _what: int, _pointer: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return SECTOR

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return _POWERSAFE_OVERWRITE

    def xClose(self) -> None:  # noqa: N802
        """What it held stays."""
