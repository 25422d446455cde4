"""The stores that are measured: empty, with assessments to be answered, with many answers, and the sample."""

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from app.bootstrap import writing
from app.checklists.items import Item
from app.checklists.scoring import verdict
from app.checklists.stored import checklist_from_text
from app.fieldwork.answers import answer_id, begin_assessment
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.identity import ensure_user
from app.fieldwork.plan import plan_visit, register_enterprise
from app.models.database import Author, Key, edit
from app.models.driver import Database
from app.models.encryption import write_new_key
from app.models.ids import FixedClock, stamp
from app.models.rows import get_row
from app.models.visits import VisitKind
from app.paths import DataFolder, program_folder
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
                assessments = _begin(store.records, by, clock, -(-answers // len(items(store.records))))
                with edit(store.records, by):
                    store.records.conn.executemany(INSERT, rows_for(store.records, assessments))
            store.records.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return folder

    def sample(self) -> Sample:
        """The sample day, played by the program itself."""
        folder = DataFolder(self.root / "sample")
        said = self.root / "sample.json"
        if not said.exists():
            tokens = ("demo", "--out", str(self.root / "handed-over"), "--day", DAY.isoformat())
            said.write_text(run_command(self.command(folder, *tokens)), encoding="utf-8")
        return Sample(folder, json.loads(said.read_text(encoding="utf-8"))["visit"])

    def command(self, folder: DataFolder, *tokens: str) -> list[str]:
        """A command of the program, for a process of its own."""
        options = ("--data", str(folder.root), "--key-file", str(self.key_file), "--json")
        return [sys.executable, "-m", "app", *tokens, *options]


def run_command(command: Sequence[str]) -> str:
    """What the command prints. Raises CalledProcessError."""
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, cwd=program_folder()).stdout


def items(db: Database) -> list[Item]:
    """What a trainer answers: the items whose answer can be a finding."""
    definition = get_row(db, "checklist", newest_checklist_id(db, CHECKLIST))["definition"]
    return [item for item in checklist_from_text(definition).items if item.is_assessed]


def rows_for(db: Database, assessments: Sequence[str]) -> list[AnswerRow]:
    """An answer with a note to every item of every assessment, in the order of COLUMNS; the same in every run."""
    chance = random.Random(len(assessments))
    asked = items(db)
    at = datetime.combine(DAY, time(10, 0), tzinfo=UTC)
    rows: list[AnswerRow] = []
    for assessment_id in assessments:
        for item in asked:
            value = chance.choice(("yes", "no"))
            written = (stamp(at), assessment_id, item.id, value, verdict(item, value))
            rows.append((answer_id(assessment_id, item.id), *written, note(chance, len(rows)), '["observation"]'))
    return rows


def _begin(db: Database, by: Author, clock: FixedClock, count: int) -> list[str]:
    """Assessments, three a visit, the visits a day apart: their ids are as far apart as in life."""
    found: list[str] = []
    with edit(db, by):
        checklist_id = newest_checklist_id(db, CHECKLIST)
        for number in range(-(-count // len(MOMENTS))):
            if number % _VISITS_AN_ENTERPRISE == 0:
                enterprise_id = register_enterprise(db, by, f"Enterprise {number}", country="ID")
            clock.move(days=1)
            visit_id = plan_visit(db, by, enterprise_id, kind=VisitKind.FOLLOW_UP, on=clock.today())
            found += [begin_assessment(db, by, visit_id, checklist_id, moment=moment) for moment in MOMENTS]
    return found[:count]


def drop_triggers(db: Database, *, only: str = "") -> None:
    """Take the triggers away whose names begin with `only`: the store as a floor has it, without capture and search."""
    found = db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE ? || '%'", (only,))
    for (name,) in found.fetchall():
        db.conn.execute(f'DROP TRIGGER "{name}"')
