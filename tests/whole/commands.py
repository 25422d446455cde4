"""The program's commands as processes that can be killed at once: each is a fork of one that has all imports behind it.

`python -m tests.whole.commands` reads a line of JSON for each: `argv`, `env`, `out`. It answers with the number of the
process, and with how that ended.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class Ended:
    """`code`: of the exit; minus the signal when it was killed. `said`: what it wrote to both its outputs."""

    code: int
    said: str


class Commands:
    """`with Commands(folder) as commands:` — `folder` is for what they write."""

    def __init__(self, folder: Path) -> None:
        self._out = folder / "said"

    def __enter__(self) -> "Commands":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.whole.commands"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    def start(self, *argv: str, **environment: str) -> int:
        """The number of the process. One at a time."""
        asked = {"argv": list(argv), "env": environment, "out": str(self._out)}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> Ended:
        """Waits for it."""
        status = int(self._process.stdout.readline())
        return Ended(os.waitstatus_to_exitcode(status), self._out.read_text(encoding="utf-8"))

    def run(self, *argv: str, **environment: str) -> Ended:
        self.start(*argv, **environment)
        return self.end()


def sync(folder: Path) -> tuple[str, ...]:
    """One exchange of a data folder, told as JSON."""
    return ("sync", "--once", "--json", "--data", str(folder))


def _become(asked: dict) -> None:
    """This process is the command from now on."""
    from app.cli import main

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.environ.update(asked["env"])
    out = os.open(asked["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    code = main(asked["argv"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _serve() -> None:
    import app.cli.sync  # noqa: F401 - so that no child has to

    for line in sys.stdin:
        if (child := os.fork()) == 0:
            _become(json.loads(line))
        os.write(1, f"{child}\n".encode())
        os.write(1, f"{os.waitpid(child, 0)[1]}\n".encode())


if __name__ == "__main__":
    _serve()
