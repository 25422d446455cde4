"""`gemba` without a command: the window."""

import os
import sys

from app.cli.exits import DONE, USAGE
from app.cli.options import Options
from app.cli.telling import Teller
from app.i18n import _

_DEFAULTS = Options()


def window(*, options: Options = _DEFAULTS) -> int:
    """Open the window on the data folder."""
    if sys.platform.startswith("linux") and not any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    ):
        says = _("There is no display here. `gemba --help` shows the commands that need none.")
        return Teller(as_json=options.json)("NoDisplay", USAGE, says)
    # Only here: no other command waits for Qt, and a server without Qt's libraries can run them all.
    from app.ui.application import run

    return run(options.folder, options.key) or DONE
