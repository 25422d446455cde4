"""Reading the command line, and the end of every command: an exit code and, in trouble, a sentence."""

import io
import logging
import sys
import tempfile
import traceback
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from cyclopts import App, CycloptsError

from app import __version__
from app.cli.exits import BUG, DONE, USAGE
from app.cli.telling import Teller
from app.cli.window import window
from app.errors import AppError, DiskTrouble, Invalid
from app.i18n import _
from app.log import start_log, stop_log
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
    given = options_in_place(sys.argv[1:] if tokens is None else list(tokens))
    tell = Teller(as_json="--json" in given)
    _forgive_consoles()
    try:
        return program(given, exit_on_error=False, print_error=False, result_action="return_value") or DONE
    except CycloptsError as error:
        return tell("Usage", USAGE, str(error), _("`gemba --help` shows the commands and what they take."))
    except UnicodeEncodeError as error:
        return tell.trouble(Invalid("value", "not-readable", ascii(error.object)))
    except AppError as error:
        return tell.trouble(error)
    except OSError as error:
        return tell.trouble(DiskTrouble(error.filename or "-", error.strerror or ""))
    except KeyboardInterrupt:
        return 130
    except Exception as bug:
        says = _("Something went wrong that should not. What was saved is safe. The details are in {path}.")
        return tell("Bug", BUG, says.format(path=keep_details(bug, given)))


def _forgive_consoles() -> None:
    """A console that lacks a script must not stop a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def options_in_place(tokens: list[str]) -> list[str]:
    """Options that every command takes may stand anywhere before `--`; they are put behind the command's words."""
    end = tokens.index("--") if "--" in tokens else len(tokens)
    options: list[str] = []
    rest: list[str] = []
    words = iter(tokens[:end])
    for word in words:
        name = word.split("=")[0]
        if name in _TAKES_VALUE and "=" not in word:
            options += [word, *([value] if (value := next(words, None)) is not None else [])]
        elif name in _TAKES_VALUE or word == "--json":
            options.append(word)
        else:
            rest.append(word)
    depth = 2 if rest[:1] == ["data"] else 1
    return [*rest[:depth], *options, *rest[depth:], *tokens[end:]]


def keep_details(bug: Exception, tokens: list[str]) -> Path:
    """Write where it happened to the log of the folder the command was about; which one it was.

    Not the words of the error: they may quote what somebody wrote.
    """
    chosen = dict(pairwise(tokens)).get("--data")
    folder = data_folder(Path(chosen) if chosen else None)
    elsewhere = Path(tempfile.mkdtemp(prefix="gemba-")) / "gemba.log"
    for log in (folder.log, elsewhere) if folder.root.is_dir() else (elsewhere,):
        try:
            start_log(log)
        except OSError:
            continue
        logger.error("unexpected %s\n%s", type(bug).__name__, "".join(traceback.format_tb(bug.__traceback__)))
        stop_log()
        return log
    return elsewhere
