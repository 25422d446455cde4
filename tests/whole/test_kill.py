"""kill -9 at fifty random moments: nothing that was said to be saved is lost, and the store is whole each time."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.bootstrap import writing
from app.cli import main as gemba
from app.fieldwork.check import check_store
from app.models.rows import get_row
from app.paths import DataFolder

BY_FUNCTIONS, BY_COMMANDS = 42, 8
ROOT = Path(__file__).parent.parent.parent


def kept(folder: DataFolder, said: dict[tuple[str, str], dict[str, object]]) -> list[str]:
    """What is missing of `said`, and what `check` finds. Whatever came after the last word may be there too."""
    with writing(folder) as store:
        found = check_store(store.records, store.photos)
        wrong = [] if found.is_clean else [str(found)]
        for (table, row_id), fields in said.items():
            row = get_row(store.records, table, row_id)
            wrong += [f"{table}.{name}: {row[name]} for {value}" for name, value in fields.items()
                      if row[name] != value and not _later(row[name], value)]  # fmt: skip
            if table == "answer" and row["note"].split()[0] != row["value"]:
                wrong.append(f"half an answer: {row['note']} for {row['value']}")
    return wrong


def _later(now: object, said: object) -> bool:
    """Whether `now` is what the entry would have written next, committed but not said before the kill."""
    numbers = [str(text).rsplit(" ", 1) for text in (now, said)]
    return all(len(one) == 2 and one[1].isdigit() for one in numbers) and int(numbers[0][1]) > int(numbers[1][1])


@pytest.fixture
def entering(tmp_path):
    """A process that enters on demand, warm: see tests/whole/entry.py."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.whole.entry", str(tmp_path / "data")],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    yield process
    process.stdin.close()
    process.wait(20)
    process.stdout.close()
    process.stderr.close()


def test_killed_while_entering_through_the_functions(entering, tmp_path):
    chance = random.Random(24)
    folder = DataFolder(tmp_path / "data")
    with writing(folder):
        pass
    total = 0
    for turn in range(BY_FUNCTIONS):
        entering.stdin.write(f"{turn}\n".encode())
        entering.stdin.flush()
        child = int(entering.stderr.readline())
        said: dict[tuple[str, str], dict[str, object]] = {}
        for _ in range(chance.randrange(0, 60)):
            _note(said, entering.stdout.readline())
        time.sleep(chance.random() * 0.012)
        os.kill(child, signal.SIGKILL)
        while (line := entering.stdout.readline()) != b'"dead"\n':
            _note(said, line)
        total += len(said)
        assert kept(folder, said) == [], f"after kill {turn}"
    assert total > 200


def _note(said: dict[tuple[str, str], dict[str, object]], line: bytes) -> None:
    entry = json.loads(line)
    said.setdefault((entry["table"], entry["id"]), {}).update(entry["fields"])


def test_killed_while_entering_through_the_commands(tmp_path, capsys):
    chance = random.Random(7)
    folder = DataFolder(tmp_path / "data")
    assert gemba(["data", "new", "enterprise", "name=PT Laksana", "country=ID", "--data", str(folder.root)]) == 0
    enterprise = capsys.readouterr().out.strip()
    saved = ""
    for turn in range(BY_COMMANDS):
        tokens = ["data", "set", "enterprise", enterprise, f"city=City {turn}", "--data", str(folder.root)]
        process = subprocess.Popen([sys.executable, "-m", "app", *tokens], cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            process.wait(0.15 + chance.random() * 0.45)
        except subprocess.TimeoutExpired:
            process.kill()
        if process.wait() == 0:
            saved = f"City {turn}"
        with writing(folder) as store:
            assert check_store(store.records, store.photos).is_clean
            city = get_row(store.records, "enterprise", enterprise)["city"]
            assert city in {saved or None, f"City {turn}"}
            saved = city or ""
