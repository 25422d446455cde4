"""The server's secret: in a file that only its own user may read."""

import os
import secrets
from pathlib import Path

from app.errors import StoreMissing

_BYTES = 32


def read_secret(path: Path) -> bytes:
    """Raises StoreMissing when there is none."""
    try:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise StoreMissing(path) from error


def make_secret(path: Path) -> None:
    """Once: one that is there stays."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(number, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES))
