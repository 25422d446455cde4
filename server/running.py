"""Serving: processes that hold nothing of their own, stopped in order."""

import os
import shutil
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from app.errors import Invalid
from server.settings import SHARED_FOLDER, Settings

_HEADERS_MS = 30_000
_READ_AHEAD = 131_072  # also the most that headers may take before anybody looks at them
_STOP_S = 30  # for what is under way
_MOST_WAITING = 1_024


def processes(asked: int | None, *, is_postgres: bool) -> int:
    """Raises Invalid: SQLite has one writer at a time, so several processes would only wait for each other."""
    if asked is None:
        return 2 if is_postgres else 1
    if asked < 1 or (asked > 1 and not is_postgres):
        raise Invalid("workers", "out-of-range" if asked < 1 else "sqlite", asked)
    return asked


def serve(settings: Settings, *, host: str, port: int, processes: int) -> int:
    """Until SIGTERM or SIGINT; requests that are under way are answered first."""
    settings.to_environment()
    if processes > 1:
        count_together(settings.data / "metrics")
    Granian(
        "server.app:from_environment",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=processes,
        websockets=False,
        backlog=_MOST_WAITING,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_MS, max_buffer_size=_READ_AHEAD),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_S,
    ).serve()
    return 0


def count_together(folder: Path) -> None:
    """What an earlier run counted is gone: counters begin at nothing."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    os.environ[SHARED_FOLDER] = str(folder)
