"""Exit codes: one for each kind of trouble, so that a script can tell them apart. Listed in docs/cli.md."""

from app.errors import (
    AppError,
    BadFile,
    Conflict,
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
    NotFound,
    StoreMissing,
    StoreNewer,
    StoreOlder,
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
}


def code_of(error: AppError) -> int:
    return _CODES.get(type(error), BUG)
