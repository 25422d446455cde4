"""A laptop as a process: the program with its store open, that does what a line of JSON on standard input asks for.

`python -m benchmarks.sync.laptop FOLDER [KEYFILE]`. Each line is answered by one: `{"done": ...}` or `{"failed": ...}`.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from app.bootstrap import Store, writing
from app.errors import SyncTrouble
from app.fieldwork.identity import author_of
from app.fieldwork.plan import plan_visit, register_enterprise, write_visit
from app.models.driver import Database
from app.models.encryption import read_key
from app.models.ids import Clock
from app.models.rows import get_row
from app.models.visits import VisitKind
from app.paths import DataFolder
from app.sync.lanes import want_bytes
from app.sync.patience import pause_s
from app.sync.way import way_of
from benchmarks.sync.processes import peak_mb
from benchmarks.sync.workloads import WORDS, add_photos, change_texts

T = TypeVar("T")


class Desk:
    """The deeds, by their names."""

    def __init__(self, store: Store, key: Any) -> None:
        self._store = store
        self._clock = Clock()
        self._way = way_of(store.folder, key, self._clock)

    def records(self, work: Callable[[Database], T]) -> T:
        return work(self._store.records)

    def photos(self, work: Callable[[Database], T]) -> T:
        return work(self._store.photos)

    def ready(self) -> None:
        """Answers when the store is open."""

    def enrol(self, url: str, code: str) -> str:
        return self._way.enrol(self, url, code).user_id

    def sync(self, url: str = "", last: bool = False) -> dict[str, object]:
        """Everything both ways; a trouble is told, not raised. `url`: where the server is to be found from now on.

        `first_s`: when the first rows were to be seen. `last`: go on after troubles, as the program does, to the end.
        """
        if url:
            self._store.records.conn.execute("UPDATE sync_state SET url = ?", (url,))
        began, chance, failures = perf_counter(), random.Random(7), 0
        said: dict[str, object] = {"troubles": [], "rows": 0, "first_s": None, "complete": False}

        def report(_done: int, _total: int) -> None:
            if said["first_s"] is None and self._shows_visits():
                said["first_s"] = perf_counter() - began

        while True:
            try:
                done = self._way.exchange(self, report)
                said |= {"rows": done.rows.rows, "complete": done.rows.complete and self._has_sent_all()}
            except SyncTrouble as trouble:
                failures += 1
                said["troubles"] = [*said["troubles"], f"{type(trouble).__name__} {trouble.detail}"]  # type: ignore[misc]
                if last:
                    time.sleep(pause_s(failures, trouble, chance.random()))
            if said["complete"] or not last:
                return said | {"seconds": perf_counter() - began}

    def _shows_visits(self) -> bool:
        return bool(self._store.records.conn.execute("SELECT EXISTS (SELECT 1 FROM visit)").fetchone()[0])

    def _has_sent_all(self) -> bool:
        """Rows and photos."""
        rows = "SELECT EXISTS (SELECT 1 FROM sync_outbox WHERE status IS NULL)"
        photos = "SELECT EXISTS (SELECT 1 FROM blob WHERE state IN ('local', 'uploading'))"
        return not any(self._store.records.conn.execute(sql).fetchone()[0] for sql in (rows, photos))

    def hang_up(self) -> None:
        """The next exchange is on a new connection."""
        self._way.close()

    def count_waiting(self) -> int:
        """Edits that were not sealed yet: each becomes a mutation."""
        sql = "SELECT count(DISTINCT grp) FROM sync_capture WHERE user_id <> ''"
        return int(self._store.records.conn.execute(sql).fetchone()[0])

    def fill(self, visits: int) -> None:
        """Visits to one enterprise, made by whoever works here."""
        db, by = self._store.records, author_of(self._store.records, self._clock)
        enterprise_id = register_enterprise(db, by, "PT Laksana", country="ID")
        for number in range(visits):
            plan_visit(db, by, enterprise_id, kind=VisitKind.FOLLOW_UP, on=self._clock.today(), number=1 + number % 99)

    def change(self, visits: list[str], number: int, words: int = WORDS) -> None:
        by = author_of(self._store.records, self._clock)
        change_texts(self._store, by, visits, round_number=number, words=words)

    def write(self, visit_id: str, field: str, value: str) -> str | None:
        """What stood there before, as the person saw it."""
        db = self._store.records
        seen = get_row(db, "visit", visit_id)[field]
        write_visit(db, author_of(db, self._clock), visit_id, **{field: value})
        return seen if seen is None else str(seen)

    def add_photos(self, visit_id: str, count: int) -> int:
        return add_photos(self._store, author_of(self._store.records, self._clock), visit_id, count=count)

    def want_photos(self) -> int:
        """Ask for every photo that only the server has; how many there are."""
        db = self._store.records
        wanted = [row[0] for row in db.conn.execute("SELECT sha256 FROM blob WHERE state IN ('remote', 'downloading')")]
        return sum(want_bytes(db, sha256) for sha256 in wanted)

    def photo_states(self) -> dict[str, int]:
        return dict(self._store.records.conn.execute("SELECT state, count(*) FROM blob GROUP BY state").fetchall())

    def visits(self) -> list[str]:
        return [row[0] for row in self._store.records.conn.execute("SELECT id FROM visit ORDER BY id")]

    def texts(self, fields: list[str]) -> dict[str, list[str | None]]:
        """Of every visit, what stands in `fields`."""
        columns = ", ".join(fields)
        rows = self._store.records.conn.execute(f"SELECT id, {columns} FROM visit").fetchall()
        return {row_id: list(values) for row_id, *values in rows}

    def conflicts(self) -> list[list[object]]:
        """Row, field, kept and other value of each, open or settled."""
        found = "SELECT row_id, field, kept_value, other_value FROM sync_conflict ORDER BY id"
        return [list(row) for row in self._store.records.conn.execute(found)]

    def memory(self) -> float:
        """The most that this process had since this was asked the last time, in MB."""
        peak = peak_mb("self")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        return peak

    def close(self) -> None:
        self._way.close()


def main(folder: Path, key_file: Path | None) -> None:
    key = read_key(key_file) if key_file else None
    with writing(DataFolder(folder), key) as store:
        desk = Desk(store, key)
        for line in sys.stdin:
            asked = json.loads(line)
            try:
                said = {"done": getattr(desk, asked.pop("deed"))(**asked)}
            except Exception as error:  # the top of this program: whoever asked shall hear of it
                said = {"failed": f"{type(error).__name__}: {error}"}
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()
        desk.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
