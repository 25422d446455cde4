"""What can go wrong through no fault of the program: each kind carries data; app/messages words it."""

from pathlib import Path


class AppError(Exception):
    """A known trouble. Whoever shows it asks app.messages for the sentence."""


class NotFound(AppError):
    """No row of `table` has this `key`."""

    def __init__(self, table: str, key: str) -> None:
        super().__init__(table, key)
        self.table = table
        self.key = key


class Invalid(AppError):
    """A value that cannot be taken. `problem` is a key of the table of problems in app.messages.

    `value` is what was given; `about` is the registry's Field where there is one: its label, choices and range.
    """

    def __init__(self, field: str, problem: str, value: object = None, about: object = None) -> None:
        super().__init__(field, problem, value)
        self.field = field
        self.problem = problem
        self.value = value
        self.about = about


class Conflict(AppError):
    """What was to be changed no longer holds what was expected: (table, row id, field, value now) each."""

    def __init__(self, differences: list[tuple[str, str, str, object]]) -> None:
        super().__init__(differences)
        self.differences = differences


class NotAllowed(AppError):
    """The deed is refused as things stand. `reason` is a key of messages.REFUSALS."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class BadFile(AppError):
    """A file from outside that cannot be read. `where` names line, sheet or column; empty when it is the whole file."""

    def __init__(self, path: Path | str, problem: str, where: str = "", detail: str = "") -> None:
        super().__init__(str(path), problem, where, detail)
        self.path = Path(path)
        self.problem = problem
        self.where = where
        self.detail = detail


class FontsMissing(AppError):
    """The fonts that reports are set in are not in `folder`."""

    def __init__(self, folder: Path, missing: list[str]) -> None:
        super().__init__(str(folder), missing)
        self.folder = folder
        self.missing = missing


class DiskTrouble(AppError):
    """Something about the files of the store, at `path`; `detail` is the driver's own words."""

    def __init__(self, path: Path | str, detail: str = "") -> None:
        super().__init__(str(path), detail)
        self.path = Path(path)
        self.detail = detail


class DiskFull(DiskTrouble):
    """The disk has no room left for the write; the transaction was rolled back."""


class FileLocked(DiskTrouble):
    """Another program holds the file."""


class FolderInUse(DiskTrouble):
    """Another Gemba writes in this data folder."""


class FileCorrupt(DiskTrouble):
    """The file is damaged."""


class KeyRefused(DiskTrouble):
    """The file does not open with this key, needs one, or wants none; `detail` is `wrong`, `needed` or `plain`."""


class StoreNewer(DiskTrouble):
    """The store was written by a newer program; `detail` names the newest step this program does not know."""


class StoreOlder(DiskTrouble):
    """The store must be brought up to date by a writing command before it can be read."""


class StoreMissing(DiskTrouble):
    """There is no store in this folder."""


class NoPermission(DiskTrouble):
    """The system does not let this user write (or read) there."""


class ExpressionError(AppError):
    """An expression of a checklist that cannot be read, or refuses the values it meets.

    `problem` is one of the codes of app.checklists.expressions.problems; `position` counts characters from 0.
    """

    def __init__(self, expression: str, problem: str, position: int = 0, detail: str = "") -> None:
        super().__init__(expression, problem, position, detail)
        self.expression = expression
        self.problem = problem
        self.position = position
        self.detail = detail


class SyncTrouble(AppError):
    """Why nothing was exchanged with the server; nothing was changed by it. `detail` is for the log, and `--json`."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class Unreachable(SyncTrouble):
    """No network, no such host, nobody answers there."""


class CutShort(SyncTrouble):
    """The connection broke, or the answer arrived damaged: worth another try at once."""


class SignInWanted(SyncTrouble):
    """The network answered instead of the server: a page to sign in to, or a proxy."""


class ClockOff(SyncTrouble):
    """The server's certificate is not valid at this time: this device's clock is off. `by_ms`: device minus server."""

    def __init__(self, by_ms: int | None = None, detail: str = "") -> None:
        super().__init__(detail)
        self.by_ms = by_ms


class NotTrusted(SyncTrouble):
    """The server's certificate is refused for another reason than time."""


class NotEnrolled(SyncTrouble):
    """This device does not work with a server yet."""


class DeviceRefused(SyncTrouble):
    """The server does not know this device any more, or its access was taken back: it must be enrolled again."""


class WrongServer(SyncTrouble):
    """Another server answers at this address than the one this device was enrolled with."""


class ServerRefuses(SyncTrouble):
    """The server said no to the whole request. `code` is what it called the reason."""

    def __init__(self, code: str, detail: str = "", status: int = 0) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status


class ServerBusy(SyncTrouble):
    """The server is there and cannot serve now (5xx, 429). `retry_after_s` when it said so."""

    def __init__(self, detail: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class NotOurs(AppError):
    """Bytes that are no message of ours. `reason`: type, proto, digest, gzip, size, depth, json, shape or end."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
