"""`gemba` without a command: the window."""

import gc
import os
import sys
from pathlib import Path

from app.cli.exits import DONE, USAGE
from app.cli.telling import Teller
from app.i18n import _
from app.models.encryption import read_key
from app.paths import DataFolder


def window(folder: DataFolder, key_file: Path | None, tell: Teller) -> int:
    """Open the window on the data folder; the exit code. Raises AppError when the data cannot be opened."""
    if sys.platform.startswith("linux") and not any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    ):
        return tell(
            "NoDisplay", USAGE, _("There is no display here. `gemba --help` shows the commands that need none.")
        )
    key = read_key(key_file) if key_file else None
    # What is loaded and made until the window is there stays to the end: searching it for garbage again and again
    # would take a tenth of the start. From then on it is collected on the UI thread, see app/ui/garbage.py.
    gc.disable()
    # Only here: no other command waits for Qt, and a server without Qt's libraries can run them all.
    from app.ui.application import run

    return run(folder, key, shown=gc.freeze) or DONE
