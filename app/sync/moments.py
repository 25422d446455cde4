"""Named places before and after a transaction, in both programs, at which a test has the process killed."""

import os
import signal

VARIABLE = "GEMBA_DIE_AT"


def passed(moment: str) -> None:
    """Nothing at all, but where the environment names this very moment: then the process dies at once, unflushed."""
    if os.environ.get(VARIABLE) == moment:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
