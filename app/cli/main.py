"""Reading the command line, and the end of every command: an exit code and, in trouble, a sentence."""

import json
import logging
import sys
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from cyclopts import App, CycloptsError

from app import __version__
from app.cli.exits import BUG, DONE, USAGE, code_of
from app.cli.window import window
from app.errors import AppError
from app.i18n import _
from app.log import start_log, stop_log
from app.messages import message
from app.paths import data_folder

logger = logging.getLogger(__name__)

program = App(
    name="gemba",
    version=__version__,
    help="The field tool of SCORE, Better Work and SIMAPRO: visits, checklists, photos, figures, reports.",
    help_format="plaintext",
)
program.default(window)
# Named, not imported: each command loads only what it needs, and the answer to `data set` does not wait for Excel.
for name, place, says in (
    ("demo", "app.cli.demo:demo", "Play the sample day without a window; leaves the report and the workbook."),
    ("report", "app.cli.outputs:report", "Make the report of a visit as a PDF."),
    ("export", "app.cli.outputs:export", "Make the workbook for head office."),
    ("data", "app.cli.data:program", "Read and write records by table and field."),
    ("backup", "app.cli.care:backup", "Copy the data; each copy is tried."),
    ("restore", "app.cli.care:restore", "Bring back a copy."),
    ("check", "app.cli.care:check", "Look the data over."),
    ("doctor", "app.cli.doctor:doctor", "Try everything the day needs on this laptop."),
):
    program.command(place, name=name, help=says)
_TAKES_VALUE = {"--data", "--key-file"}


def main(tokens: Sequence[str] | None = None) -> int:
    """Run one command; the exit code as docs/cli.md lists them."""
    given = _options_last(sys.argv[1:] if tokens is None else list(tokens))
    try:
        return program(given, exit_on_error=False, result_action="return_value") or DONE
    except CycloptsError:
        return USAGE
    except AppError as error:
        return _say(error, as_json="--json" in given)
    except KeyboardInterrupt:
        return 130
    except Exception as bug:
        return _own_up(bug, _log_of(given))


def _own_up(bug: Exception, log: Path) -> int:
    """The details of a bug go to the log, a sentence to the person."""
    start_log(log)
    logger.error("unexpected", exc_info=bug)
    stop_log()
    says = _("Something went wrong that should not. What was saved is safe. The details are in {path}.")
    sys.stderr.write(says.format(path=log) + "\n")
    return BUG


def _log_of(tokens: list[str]) -> Path:
    """The log of the data folder that the command was about, or one beside other programs' when it has none."""
    chosen = dict(pairwise(tokens)).get("--data")
    folder = data_folder(Path(chosen) if chosen else None)
    return folder.log if folder.root.exists() else Path(tempfile.gettempdir()) / "gemba.log"


def _options_last(tokens: list[str]) -> list[str]:
    """`gemba --data DIR check` is `gemba check --data DIR`."""
    end = 0
    while end < len(tokens) and tokens[end].split("=")[0] in {*_TAKES_VALUE, "--json"}:
        end += 2 if tokens[end] in _TAKES_VALUE else 1
    return tokens[end:] + tokens[:end]


def _say(error: AppError, *, as_json: bool) -> int:
    code = code_of(error)
    words = message(error)
    if as_json:
        facts = {"error": type(error).__name__, "code": code, "says": words.says, "details": words.details}
        sys.stderr.write(json.dumps(facts, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write("\n".join(filter(None, (words.says, words.details))) + "\n")
    return code
