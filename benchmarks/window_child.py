"""Processes that are measured from outside: `bare`, `gemba` with the options of the program, or `visits`.

They say `shown` once there is something to work with, then the megabytes they take, and end.
"""

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from app.ui.theme import LIGHT, dress

_LOOK_MS = 2
VISITS = 200
TAB = "checklists"


def main(what: str, rest: Sequence[str]) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return {"bare": _bare, "gemba": _gemba, "visits": _visits}[what](rest)


def _bare(_rest: Sequence[str]) -> int:
    application = QApplication([])
    dress(application, LIGHT)
    window = QMainWindow()
    window.resize(1280, 800)
    window.show()
    _tell_shown(window)
    return 0


def _gemba(rest: Sequence[str]) -> int:
    """The program itself, which imports what it needs when it does; ends when its first page shows more than a name."""
    from app.cli.main import main as gemba

    application = QApplication([])
    look = QTimer()
    look.setInterval(_LOOK_MS)

    def seen() -> None:
        for window in application.topLevelWidgets():
            page = window.page() if isinstance(window, QMainWindow) else None
            if page and page.header.second.text() and look.isActive():
                look.stop()
                _tell_shown(window)
                QApplication.exit(0)

    look.timeout.connect(seen)
    look.start()
    return gemba(list(rest))


def _tell_shown(window: QWidget) -> None:
    QApplication.processEvents()
    window.repaint()
    _say("shown")
    _say(f"{_megabytes()}")


def _visits(rest: Sequence[str]) -> int:
    """Opens VISITS visits in turn; says megabytes and widgets after the first, after a quarter, and so on."""
    from app.models.encryption import read_key
    from app.paths import DataFolder
    from benchmarks.window_open import opened

    folder, key_file = rest
    with opened(DataFolder(Path(folder)), read_key(Path(key_file))) as stage, stage.window() as window:
        ids = stage.jobs.db(lambda db: db.conn.execute(f"SELECT id FROM visit LIMIT {VISITS}").fetchall())
        for number, (visit_id,) in enumerate(ids, start=1):
            window.show_route(f"visit/{visit_id}/{TAB}")
            stage.settle()
            if number == 1 or number % (VISITS // 4) == 0:
                gc.collect()
                stage.settle()
                _say(f"{number} {_megabytes()} {len(QApplication.allWidgets())}")
    return 0


def _megabytes() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
