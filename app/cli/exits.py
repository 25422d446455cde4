"""Exit codes: one for each kind of trouble, so that a script can tell them apart. Listed in docs/cli.md."""

from app.errors import (
    AppError,
    BadFile,
    ClockOff,
    Conflict,
    CutShort,
    DeviceRefused,
    DiskFull,
    DiskTrouble,
    ExpressionError,
    FileCorrupt,
    FileLocked,
    FolderInUse,
    FontsMissing,
    Invalid,
    KeyRefused,
    NoPermission,
    NotAllowed,
    NotEnrolled,
    NotFound,
    NotOurs,
    NotTrusted,
    ServerBusy,
    ServerRefuses,
    SignInWanted,
    StoreMissing,
    StoreNewer,
    StoreOlder,
    SyncTrouble,
    Unreachable,
    WrongServer,
)

DONE = 0
BUG = 1
USAGE = 2
NOT_CLEAN = 19

_CODES: dict[type[AppError], int] = {
    NotFound: 3,
    FolderInUse: 4,
    Invalid: 5,
    NotAllowed: 6,
    Conflict: 7,
    BadFile: 8,
    FontsMissing: 9,
    DiskFull: 10,
    FileLocked: 11,
    FileCorrupt: 12,
    StoreNewer: 13,
    NoPermission: 14,
    StoreMissing: 15,
    StoreOlder: 16,
    KeyRefused: 17,
    DiskTrouble: 18,
    ExpressionError: 20,
    Unreachable: 21,
    CutShort: 22,
    SignInWanted: 23,
    ClockOff: 24,
    NotTrusted: 25,
    NotEnrolled: 26,
    DeviceRefused: 27,
    WrongServer: 28,
    ServerRefuses: 29,
    ServerBusy: 30,
    SyncTrouble: 31,
    NotOurs: 32,
}


def code_of(error: AppError) -> int:
    return _CODES.get(type(error), BUG)
