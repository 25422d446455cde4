"""The log: one rotating file in the data folder, five kept, no personal data."""

import faulthandler
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_SIZE_BYTES = 1_000_000
_KEPT = 5


def start_log(path: Path, *, level: int = logging.INFO) -> None:
    """Log to `path` from now on, and write there where the interpreter itself crashes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=_SIZE_BYTES, backupCount=_KEPT, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    if handler.stream:
        faulthandler.enable(handler.stream)


def stop_log() -> None:
    """Close the files that `start_log` opened."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, RotatingFileHandler):
            faulthandler.disable()
            root.removeHandler(handler)
            handler.close()
