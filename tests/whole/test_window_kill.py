"""kill -9 of the window at fifty random moments of typing: at most the last 300 ms are lost, the store is whole, and
the window opens again at the same visit, tab and question.

Lost time is the window's own: what the machine kept the process waiting, so that it neither computed nor came round to
its next tick, does not count. On a machine that is free the two are the same.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.bootstrap import writing
from app.fieldwork.answers import begin_assessment
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.check import check_store
from app.fieldwork.identity import ensure_user
from app.models.ids import FixedClock
from app.paths import DataFolder
from app.settings import Settings, save_settings
from tests.factories import make_enterprise, make_visit
from tests.whole.typist import TICK_S, stored

KILLS, AT_ONCE = 50, 2
MOST_TYPED = 32  # letters and answers before a kill: up to a second and more
ROOT = Path(__file__).parent.parent.parent
LOST_MS = 300
# From the timer that is due to the end of the commit: how coarse the timer is, what is read before, the disk.
ALLOWED_MS = 120


@dataclass(slots=True)
class Field:
    """What was seen in one field, in order, each with the window's own time; the first is what stood on the disk.

    `saved` is the place in `seen` of the last one that was said to be saved, `known` of the newest that was then found
    on the disk; `waited` is the longest, in seconds, that one was not known to be there: a kill just before would have
    lost as much at most.
    """

    seen: list[tuple[float, str]] = field(default_factory=list)
    saved: int = 0
    known: int = 0
    waited: float = 0.0

    def see(self, own: float, text: str) -> None:
        if not self.seen or self.seen[-1][1] != text:
            self.seen.append((own, text))

    def say_saved(self, own: float, text: str) -> None:
        places = [n for n, (_at, one) in enumerate(self.seen) if n >= self.saved and one == text]
        if places and places[-1] > self.known:
            self.waited = max(self.waited, own - self.seen[self.known + 1][0])
            self.known = places[-1]
        self.saved = places[0] if places else self.saved

    def lost(self, found: str, ended: float) -> tuple[float, str]:
        """How old, in seconds, the oldest is that `found` lacks; and why that is wrong, empty when it is not."""
        last = max((n for n, (_at, one) in enumerate(self.seen) if is_same(found, one)), default=None)
        newest = self.seen[-1][1]
        if last is None:
            return 0.0, f"{found!r} for {newest!r}, and was never seen"
        if last < self.saved:
            return 0.0, f"{found!r} for {self.seen[self.saved][1]!r}, which was said to be saved"
        if last + 1 == len(self.seen):
            return 0.0, ""
        age = ended - self.seen[last + 1][0]
        return age, f"{found!r} for {newest!r}, {age:.3f} s before the kill" if is_too_long(age) else ""


def is_too_long(seconds: float) -> bool:
    return seconds * 1000 > LOST_MS + ALLOWED_MS


def is_same(found: str, seen: str) -> bool:
    """Texts are the same; a checklist that was still being read may open at any question, and no other place."""
    return found == seen or (seen.endswith("/checklists/") and found.startswith(seen))


@dataclass(slots=True)
class Session:
    """What one child said, from its opening to the kill. `own` is the time that the window had, in seconds."""

    pid: int = 0
    opened: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)
    place: Field = field(default_factory=Field)
    wrong: list[str] = field(default_factory=list)
    typed: int = 0
    saves: int = 0
    own: float = 0.0
    is_over: bool = False
    _at: float = 0.0
    _cpu: float = 0.0

    def note(self, line: bytes, killed_at: float = 0.0) -> None:
        """Take in the next line; the last one comes when the child is dead."""
        said = json.loads(line)
        self._pass(said.get("at", killed_at), said["cpu"])
        match said["kind"]:
            case "born":
                self.pid = said["pid"]
            case "open":
                self.opened = said
                self.place.see(self.own, said["place"])
                self.fields = {name: Field([(self.own, now)]) for name, now in said["fields"].items()}
            case "typed":
                self.typed += 1
                self._of(said["field"]).see(self.own, said["now"])
            case "place":
                self.place.see(self.own, said["place"])
            case "saved":
                self.saves += 1
                self._take_saved(said["fields"])
            case "wrong":
                self.wrong.append(said["says"])
            case "dead":
                self.is_over = True
                self.wrong += [] if said["ended"] == -signal.SIGKILL else [f"it ended by itself: {said['ended']}"]

    def _take_saved(self, fields: dict[str, str]) -> None:
        for name, now in fields.items():
            self._of(name).say_saved(self.own, now)

    def _pass(self, at: float, cpu: float) -> None:
        """Between two lines the window had what passed, but no more than a tick in which it did not compute."""
        self.own += max(0.0, min(at - self._at, max(TICK_S, cpu - self._cpu)))
        self._at, self._cpu = at, cpu

    def _of(self, name: str) -> Field:
        if name not in self.fields:
            self.fields[name] = Field([(0.0, "")])
        return self.fields[name]


def kept(folder: DataFolder) -> dict[str, str]:
    """As the typist says it. Raises AssertionError when the store is not whole."""
    with writing(folder) as store:
        assert check_store(store.records, store.photos).is_clean
        return stored(store.records)


def begun(folder: DataFolder) -> None:
    """A visit whose checklist was just opened."""
    with writing(folder) as store:
        clock = FixedClock(datetime.now(UTC))
        db, by = store.records, ensure_user(store.records, clock, name="Trainer", role="trainer")
        visit_id = make_visit(db, by, make_enterprise(db, by, "PT Laksana"))
        begin_assessment(db, by, visit_id, newest_checklist_id(db, "osh"), moment="baseline")
    save_settings(folder.settings, replace(Settings(), route=f"visit/{visit_id}/checklists"))


@contextmanager
def typing(folder: DataFolder) -> Iterator[subprocess.Popen[bytes]]:
    """A process that opens the window on demand, warm: see tests/whole/typist.py."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.whole.typist", str(folder.root)], cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with process:
        yield process
        process.stdin.close()
        process.wait(20)


def typed_until_killed(process: subprocess.Popen[bytes], seed: int, letters: int, seconds: float) -> Session:
    """One child's life: it is killed `seconds` after so many letters. Letters, since a slow machine types slower."""
    session = Session()
    process.stdin.write(f"{seed}\n".encode())
    process.stdin.flush()
    while session.typed < letters and not session.is_over:
        session.note(process.stdout.readline())
    time.sleep(seconds)
    killed_at = time.monotonic()
    if not session.is_over:
        os.kill(session.pid, signal.SIGKILL)
    while not session.is_over:
        session.note(process.stdout.readline(), killed_at)
    return session


@dataclass(slots=True)
class Outcome:
    wrong: list[str] = field(default_factory=list)
    typed: int = 0
    saves: int = 0
    places: set[str] = field(default_factory=set)
    lost: float = 0.0
    waited: float = 0.0


def kill_often(folder: DataFolder, seed: int) -> Outcome:
    chance = random.Random(seed)
    begun(folder)
    outcome, before = Outcome(), None
    with typing(folder) as process:
        for turn in range(KILLS // AT_ONCE):
            session = typed_until_killed(
                process, chance.randrange(1000), chance.randrange(1, MOST_TYPED), chance.random() * 0.03
            )
            found = kept(folder)
            losses = {name: one.lost(found.get(name, ""), session.own) for name, one in session.fields.items()}
            if before and session.opened:
                losses["place"] = before.place.lost(session.opened["place"], before.own)
            wrong = [*session.wrong, *(f"{name}: {words}" for name, (_age, words) in losses.items() if words)]
            waited = {name: one.waited for name, one in session.fields.items()}
            wrong += [f"{name}: {age:.3f} s until it was saved" for name, age in waited.items() if is_too_long(age)]
            if not session.opened.get("has_keyboard"):
                wrong.append(f"no keyboard at {session.opened}")
            outcome.wrong += [f"kill {turn} of seed {seed}: {words}" for words in wrong]
            outcome.typed += session.typed
            outcome.saves += session.saves
            outcome.places |= {place for _at, place in session.place.seen}
            outcome.lost = max([outcome.lost, *(age for age, _words in losses.values())])
            outcome.waited = max([outcome.waited, *waited.values()])
            before = session if session.opened else None
    return outcome


def test_killed_while_somebody_types_in_the_window(tmp_path):
    folders = [DataFolder(tmp_path / str(number)) for number in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(kill_often, folders, range(AT_ONCE)))
    for one in outcomes:
        print(
            f"{one.typed} typed, {one.saves} saves, ms lost: {one.lost * 1000:.0f}, not saved: {one.waited * 1000:.0f}"
        )
    wrong = [words for one in outcomes for words in one.wrong]
    assert not wrong, "\n".join(wrong)
    assert all(one.saves > KILLS // AT_ONCE for one in outcomes)  # enough was said to be saved
    assert all(len({place.split("/")[1] for place in one.places}) > 1 for one in outcomes)  # on both tabs
