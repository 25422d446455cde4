"""`gemba-server`: one command, its exit code, and in trouble a sentence."""

import json
import sys
import traceback
from collections.abc import Sequence

import sqlalchemy as sa
from cyclopts import CycloptsError

from app.errors import AppError, BadFile, Invalid, NotAllowed, NotFound, StoreMissing, StoreNewer
from app.i18n import _
from server.commands import read
from server.database import Busy
from server.logs import start_logs_of_command
from server.refusals import Refused
from server.words import outside, sentence

BUG, USAGE, TROUBLE, STOPPED = 1, 2, 18, 130
_CODES: dict[type[Exception], int] = {
    NotFound: 3,
    Invalid: 5,
    Refused: 6,
    NotAllowed: 6,
    BadFile: 8,
    StoreNewer: 13,
    StoreMissing: 15,
}


def main(tokens: Sequence[str] | None = None) -> int:
    """Run one command; the exit code as docs/server.md lists them."""
    given = sys.argv[1:] if tokens is None else list(tokens)
    start_logs_of_command()
    try:
        return read(given)
    except CycloptsError as error:
        return _tell(given, "Usage", USAGE, str(error))
    except (AppError, Refused) as error:
        return _tell(given, type(error).__name__, _CODES.get(type(error), TROUBLE), sentence(error))
    except (OSError, sa.exc.SQLAlchemyError, Busy) as error:
        return _tell(given, type(error).__name__, TROUBLE, outside(str(getattr(error, "orig", None) or error)))
    except KeyboardInterrupt:
        return STOPPED
    except Exception as bug:
        # Not its words: they may quote what somebody wrote.
        sys.stderr.write("".join(traceback.format_tb(bug.__traceback__)))
        return _tell(
            given, "Bug", BUG, _("Something went wrong that should not: {kind}").format(kind=type(bug).__name__)
        )


def _tell(given: Sequence[str], kind: str, code: int, says: str) -> int:
    facts = json.dumps({"error": kind, "code": code, "says": says}, ensure_ascii=False)
    sys.stderr.write((facts if "--json" in given else says) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
