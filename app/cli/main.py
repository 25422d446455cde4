"""Reading the command line, and the end of every command: an exit code and, in trouble, a sentence."""

import io
import logging
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from pkgutil import resolve_name

from app.cli.exits import BUG
from app.cli.telling import Teller
from app.cli.window import window
from app.errors import AppError, DiskTrouble, Invalid
from app.i18n import _
from app.log import start_log, stop_log
from app.paths import data_folder

logger = logging.getLogger(__name__)

_FAMILIES = {"data", "checklist", "sync", "conflicts"}
_TAKES_VALUE = {"--data", "--key-file"}


def main(tokens: Sequence[str] | None = None) -> int:
    """Run one command; the exit code as docs/cli.md lists them."""
    given = options_in_place(sys.argv[1:] if tokens is None else list(tokens))
    tell = Teller(as_json="--json" in given)
    _forgive_consoles()
    try:
        return _run(given, tell)
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


def _run(given: list[str], tell: Teller) -> int:
    """Named, not imported: the window does not wait for what reads commands, see docs/decisions/0007."""
    options = options_alone(given)
    if options is not None:
        data, key_file = (Path(options[name]) if name in options else None for name in ("--data", "--key-file"))
        return window(data_folder(data), key_file, tell)
    run: Callable[[Sequence[str], Teller], int] = resolve_name("app.cli.program:run")
    return run(given, tell)


def options_alone(tokens: Sequence[str]) -> dict[str, str] | None:
    """The options by name when there is nothing else, each once and with its value; None when there is more to read."""
    found: dict[str, str] = {}
    words = iter(tokens)
    for word in words:
        name, sign, value = word.partition("=")
        if name in found or (name not in _TAKES_VALUE and word != "--json"):
            return None
        found[name] = value if sign or word == "--json" else next(words, "")
    given = [value for name, value in found.items() if name in _TAKES_VALUE]
    return found if all(value and not value.startswith("-") for value in given) else None


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
    depth = _depth(rest)
    return [*rest[:depth], *options, *rest[depth:], *tokens[end:]]


def _depth(words: list[str]) -> int:
    """How many of the words name the command."""
    match words:
        case ["sync", "rejected", _, *_]:
            return 3
        case [family, word, *_] if family in _FAMILIES and not word.startswith("-"):
            return 2
    return 1


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
