"""Reading the command line, and the end of every command: an exit code and, in trouble, a sentence."""

import json
import logging
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from app import __version__
from app.cli.exits import BUG, DONE, USAGE, code_of
from app.cli.window import window
from app.errors import AppError
from app.i18n import _
from app.messages import message

logger = logging.getLogger(__name__)

program = App(
    name="gemba",
    version=__version__,
    help="The field tool of SCORE, Better Work and SIMAPRO: visits, checklists, photos, figures, reports.",
    help_format="plaintext",
)
# Named, not imported: each command loads only what it needs, and the answer to `data set` does not wait for Excel.
program.default(window)
for name, place in {
    "demo": "app.cli.demo:demo",
    "report": "app.cli.outputs:report",
    "export": "app.cli.outputs:export",
    "data": "app.cli.data:program",
    "backup": "app.cli.care:backup",
    "restore": "app.cli.care:restore",
    "check": "app.cli.care:check",
    "doctor": "app.cli.doctor:doctor",
}.items():
    program.command(place, name=name)


def main(tokens: Sequence[str] | None = None) -> int:
    """Run one command; the exit code as docs/cli.md lists them."""
    given = sys.argv[1:] if tokens is None else list(tokens)
    try:
        return program(given, exit_on_error=False, result_action="return_value") or DONE
    except CycloptsError:
        return USAGE
    except AppError as error:
        return _say(error, as_json="--json" in given)
    except KeyboardInterrupt:
        return 130
    except Exception:
        logger.exception("unexpected")
        sys.stderr.write(
            _("Something went wrong that should not. What was saved is safe; the log has the details.") + "\n"
        )
        return BUG


def _say(error: AppError, *, as_json: bool) -> int:
    code = code_of(error)
    words = message(error)
    if as_json:
        facts = {"error": type(error).__name__, "code": code, "says": words.says, "details": words.details}
        sys.stderr.write(json.dumps(facts, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write("\n".join(filter(None, (words.says, words.details))) + "\n")
    return code
