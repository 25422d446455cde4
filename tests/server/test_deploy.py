"""What `deploy` and the package promise: what they name is there after the steps that deploy/README.md tells."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
README = (DEPLOY / "README.md").read_text(encoding="utf-8")
STEPS = [line.strip() for line in README.splitlines() if line.startswith("    ")]


@pytest.fixture
def here(tmp_path):
    """A text of `deploy` as if the project's folder and the data were where it says."""
    real = {"/opt/gemba/.venv/bin/python": sys.executable, "/opt/gemba": str(ROOT), "/var/lib/gemba": str(tmp_path)}
    real |= {"runuser -u gemba -- ": "", "/etc/gemba-server.env": str(tmp_path / "env")}
    return lambda text: re.sub("|".join(real), lambda told: real[told[0]], text)


def run(line: str):
    kept = {"PATH": os.environ["PATH"]}
    return subprocess.run(shlex.split(line), capture_output=True, text=True, cwd=ROOT, env=kept, timeout=60)


def said(name: str) -> list[str]:
    """The values of a setting of the unit."""
    return re.findall(rf"^{name}=(.*)$", (DEPLOY / "gemba-server.service").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_unit_starts_what_the_steps_have_made(here):
    [start], [user], [folder] = (said(name) for name in ("ExecStart", "User", "WorkingDirectory"))
    assert f"python3 -m venv {folder}/.venv" in STEPS
    assert shlex.split(start)[0] == f"{folder}/.venv/bin/python"
    assert any(step.startswith("useradd ") and step.endswith(f" {user}") for step in STEPS)
    ended = run(here(start))
    assert (ended.returncode, ended.stderr) == (15, "There is no server here yet: run `gemba-server init`.\n")


def test_the_files_that_the_steps_name_are_there():
    named = {word for step in STEPS for word in shlex.split(step) if word.startswith("/opt/gemba/")}
    made = {word for word in named if word.startswith("/opt/gemba/.venv")}
    assert [word for word in named - made if not (ROOT / Path(word).relative_to("/opt/gemba")).exists()] == []


def test_the_command_works_on_the_folder_of_the_service(here, tmp_path):
    (tmp_path / "command").write_text(here((DEPLOY / "gemba-server").read_text(encoding="utf-8")))
    (tmp_path / "env").write_text(f"GEMBA_SERVER_DATABASE='sqlite:///{tmp_path / 'told.db'}'\n")
    [step] = [step for step in STEPS if step.startswith("gemba-server init")]
    assert run(step.replace("gemba-server", f"sh {tmp_path / 'command'}", 1)).returncode == 0
    assert (tmp_path / "secret").exists()
    assert (tmp_path / "told.db").exists()


def test_the_container_may_write_into_its_volume():
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    [volume] = re.findall(r"^VOLUME (\S+)$", text, re.MULTILINE)
    assert f"GEMBA_SERVER_DATA={volume}" in text
    assert f"install -d -o gemba -g gemba -m 0700 {volume}" in text.partition("USER gemba")[0]


def test_any_password_will_do():
    """One with an @ or a / in it would make another URL."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    [url] = re.findall(r"GEMBA_SERVER_DATABASE: (.*)", text)
    assert "$" not in url


def test_the_package_has_all_of_the_program(tmp_path):
    for name in ("app", "server", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    make = "from setuptools.build_meta import build_wheel; build_wheel('made')"
    subprocess.run([sys.executable, "-c", make], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    [wheel] = (tmp_path / "made").glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    files = [path for name in ("app", "server") for path in (ROOT / name).rglob("*") if path.is_file()]
    wanted = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    assert wanted - packed == set()
