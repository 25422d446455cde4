"""The stores that are measured: empty, with assessments to be answered, with many answers, and the sample."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from app.bootstrap import writing
from app.checklists.scoring import verdict
from app.fieldwork.answers import answer_id, begin_assessment, checklist_of
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.identity import ensure_user
from app.fieldwork.plan import plan_visit, register_enterprise
from app.models.database import Author, Key, edit
from app.models.driver import Database
from app.models.encryption import write_new_key
from app.models.ids import FixedClock, stamp
from app.models.visits import VisitKind
from app.paths import DataFolder
from app.sample.programme import clock_before
from benchmarks.notes import note

DAY = date(2026, 11, 24)
CHECKLIST = "osh"
MOMENTS = ("baseline", "interim", "end_line")
COLUMNS = ("id", "created_at", "assessment_id", "item", "value", "finding", "note", "evidence")
INSERT = f"INSERT INTO answer({', '.join(COLUMNS)}) VALUES({', '.join('?' * len(COLUMNS))})"
_VISITS_AN_ENTERPRISE = 6

AnswerRow = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """The folder of the sample day after it was played, and the visit of that day."""

    folder: DataFolder
    visit_id: str


@dataclass(frozen=True, slots=True)
class Stores:
    """Makes stores below `root`, encrypted with the key in `key_file`; those that are only read are made once."""

    root: Path
    key_file: Path
    key: Key

    @classmethod
    def below(cls, root: Path) -> "Stores":
        key_file = root / "key"
        return cls(root, key_file, write_new_key(key_file))

    def begun(self, name: str, assessments: int, *, key: Key | None) -> tuple[DataFolder, list[str]]:
        """A new store with this many assessments that wait for their answers, and the ids of those."""
        folder = DataFolder(self.root / name)
        clock = clock_before(DAY)
        with writing(folder, key, clock=clock) as store:
            by = ensure_user(store.records, clock, name="Trainer", role="trainer")
            return folder, _begin(store.records, by, clock, assessments)

    def answered(self, answers: int) -> DataFolder:
        """An encrypted store with at least this many answers, each with a note, all captured and found."""
        folder = DataFolder(self.root / f"answered-{answers}")
        if folder.root.exists():
            return folder
        clock = clock_before(DAY)
        with writing(folder, self.key, clock=clock) as store:
            by = ensure_user(store.records, clock, name="Trainer", role="trainer")
            if answers:
                a_checklist = items_in(store.records)
                assessments = _begin(store.records, by, clock, -(-answers // a_checklist))
                with edit(store.records, by):
                    store.records.conn.executemany(INSERT, rows_for(store.records, assessments))
            store.records.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return folder

    def sample(self) -> Sample:
        """The sample day, played by the program itself."""
        folder = DataFolder(self.root / "sample")
        tokens = ("demo", "--out", str(self.root / "handed-over"), "--day", DAY.isoformat())
        facts = json.loads(self.gemba(folder, *tokens)) if not folder.root.exists() else self._sample_facts(folder)
        return Sample(folder, facts["visit"])

    def gemba(self, folder: DataFolder, *tokens: str) -> str:
        """What the program prints as JSON, run as a process of its own."""
        done = subprocess.run(self.command(folder, *tokens), capture_output=True, check=True, text=True)
        return done.stdout

    def command(self, folder: DataFolder, *tokens: str) -> list[str]:
        options = ("--data", str(folder.root), "--key-file", str(self.key_file), "--json")
        return [sys.executable, "-m", "app", *tokens, *options]
