"""The script of the README, run from its text: three data folders, one server, real processes."""

import os
import re
import subprocess
from pathlib import Path

from tests.server.served import ROOT, Served

SCRIPT = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def test_the_script_of_the_readme_does_what_it_says(tmp_path: Path):
    script = SCRIPT.findall((ROOT / "README.md").read_text(encoding="utf-8"))[0]
    server = Served("--trial", "--data", tmp_path / "server").wait()
    try:
        ran = subprocess.run(
            ["sh", "-c", script],
            cwd=tmp_path,
            env=os.environ
            | {
                "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
                "GEMBA_SERVER": server.address,
                "GEMBA_STATE": str(tmp_path / "state"),
                "LANG": "C.UTF-8",
            },
            capture_output=True,
            text=True,
            timeout=300,
        )
    finally:
        server.stop()
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert "1 difference to settle: `gemba conflicts list`." in lines
    assert lines[-3:] == ["City: Bandung"] * 3
