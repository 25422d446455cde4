"""What the project promises about itself: set-up without hosts, documents that name what is there, nothing foreign."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from app.cli import exits
from app.cli.program import program
from app.models.registry import TABLES

ROOT = Path(__file__).parent.parent.parent
TRACKED = [
    ROOT / line
    for line in subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=True).stdout.split(
        "\n"
    )
    if line and (ROOT / line).is_file()
]
TEXTS = [path for path in TRACKED if path.suffix not in {".png", ".ico"}]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_lock_has_hashes_and_no_host():
    lock = read(ROOT / "requirements.lock")
    pinned = re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE)
    assert len(pinned) > 40
    assert len(re.findall(r"^[a-z].*\\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)) == len(pinned)
    assert "://" not in lock
    assert not re.search(r"^--", lock, re.MULTILINE)


def test_what_is_asked_for_is_locked():
    lock = set(re.findall(r"^([a-z0-9._-]+)==", read(ROOT / "requirements.lock"), re.MULTILINE))
    for path in (ROOT / "requirements").glob("*.in"):
        asked = {re.split(r"[\s=<>\[;#]", line)[0].lower() for line in read(path).splitlines() if line[:1].isalpha()}
        assert asked <= lock, path


def test_no_package_host_and_no_path_of_a_machine():
    foreign = re.compile(r"py[p]i\.org|python[h]osted|npm[j]s\.(?:org|com)|deb[.]debian|(?<![\w.])/(?:root|work)/")
    assert [path.name for path in TEXTS if foreign.search(read(path))] == []


def test_every_command_is_documented():
    documented = read(ROOT / "docs" / "cli.md")
    for name in program:
        if not name.startswith("-"):
            assert f"gemba {name}" in documented
    for family in ("data", "checklist", "sync", "conflicts"):
        for name in program[family]:
            if not name.startswith("-"):
                assert f"gemba {family} {name}" in documented


def test_every_exit_code_is_documented():
    documented = set(map(int, re.findall(r"^\| (\d+) \|", read(ROOT / "docs" / "cli.md"), re.MULTILINE)))
    assert documented == {*exits._CODES.values(), exits.DONE, exits.BUG, exits.USAGE, exits.NOT_CLEAN}


def test_every_table_is_in_the_dictionary():
    dictionary = read(ROOT / "docs" / "data-dictionary.md")
    assert [table.name for table in TABLES if f"\n## {table.name}\n" not in dictionary] == []


def test_every_package_of_the_program_has_its_licence_named():
    documented = read(ROOT / "docs" / "licences.md").lower()
    asked = [line for line in read(ROOT / "requirements" / "app.in").splitlines() if line[:1].isalpha()]
    assert [line for line in asked if re.split(r"[\s=<>]", line)[0].lower() not in documented] == []


def test_the_readme_keeps_its_two_promises():
    assert {"make run", "make test"} <= set(re.findall(r"make (?:run|test)", read(ROOT / "README.md")))
    assert "make test" in read(ROOT / ".ci" / "run")


def test_the_pictures_of_the_guide_are_few_and_small():
    pictures = sorted((ROOT / "docs" / "guide").glob("*.png"))
    shown = re.findall(r"\]\(guide/([a-z-]+\.png)\)", read(ROOT / "docs" / "guide.md"))
    assert sorted(shown) == [path.name for path in pictures]
    assert len(pictures) <= 10
    assert [path.name for path in pictures if path.stat().st_size > 60_000] == []


def test_documents_point_to_what_exists():
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", read(path)):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_resource_is_used():
    code = "\n".join(read(path) for path in TRACKED if path.suffix == ".py" or path.parent.name == "scripts")
    for folder in (ROOT / "resources").iterdir():
        assert f'"{folder.name}"' in code, folder.name
    for path in (ROOT / "resources" / "catalogue").glob("*.toml"):
        assert f'"{path.stem}"' in code, path.name


def test_the_registry_opens_no_database():
    code = "import sys, app.models.registry; print([m for m in sys.modules if m in ('sqlcipher3', 'sqlite_utils')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_the_settings_of_the_tests_are_strict():
    settings = tomllib.loads(read(ROOT / "pyproject.toml"))["tool"]
    assert settings["pytest"]["ini_options"]["filterwarnings"][0] == "error"
    assert settings["mypy"]["strict"] is True


def test_broad_excepts_stand_where_they_may():
    allowed = {"app/cli/main.py"}
    broad = re.compile(r"except\s*(?:Exception\b|BaseException\s*:\s*\n\s*pass|:)")
    found = {str(path.relative_to(ROOT)) for path in TRACKED if path.suffix == ".py" and "app" in path.parts}
    assert {name for name in found if broad.search(read(ROOT / name))} <= allowed
