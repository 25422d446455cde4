"""A named moment kills the process that is told to die there, and no other."""

import os
import signal
import subprocess
import sys

from app.sync.moments import passed


def test_nobody_dies_without_being_told(monkeypatch):
    monkeypatch.delenv("GEMBA_DIE_AT", raising=False)
    passed("after:T2")
    monkeypatch.setenv("GEMBA_DIE_AT", "after:T3")
    passed("after:T2")


def test_the_process_dies_at_the_moment_that_is_named():
    script = "from app.sync.moments import passed; passed('after:T2'); print('alive', flush=True); passed('after:T3')"
    died = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "GEMBA_DIE_AT": "after:T3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert died.stdout == "alive\n"
    assert died.returncode == -signal.SIGKILL
