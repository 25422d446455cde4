"""Real stores in memory, copied like files, that die before, inside or after any transaction."""

from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any

from app.models.database import bring_up_to_date
from app.models.driver import Database, dbapi
from app.models.ids import FixedClock

_PRAGMAS = ("foreign_keys = ON", "recursive_triggers = ON", "trusted_schema = OFF")


class Death(BaseException):
    """The machine stops here, before or after the transaction was made. No handler of the program may swallow it."""

    def __init__(self, *, is_after_commit: bool) -> None:
        super().__init__(is_after_commit)
        self.is_after_commit = is_after_commit


class Mortal(dbapi.Connection):  # type: ignore[misc]
    """A connection whose process can be told to die at one of its next transactions.

    Before the commit, so that the transaction never was, or after it, before anybody hears that it was made; or at a
    statement in the middle.
    """

    def arm(self, random: Random) -> None:
        """It dies in one of the next transactions."""
        self.place = random.choice(("inside", "before", "after"))
        self.left = random.choice((1, 1, 2, 3, 4))
        self.statements = random.randrange(1, 12)

    def die_before_commit(self, number: int) -> None:
        self.place, self.left, self.statements = "before", number, 0

    def disarm(self) -> None:
        self.place = ""

    def execute(self, sql: str, *parameters: Any) -> Any:
        if getattr(self, "place", "") and not self.is_spared(sql):
            self.disarm()
            if self.in_transaction:
                super().execute("ROLLBACK")
            raise Death(is_after_commit=False)
        found = super().execute(sql, *parameters)
        if sql == "COMMIT" and getattr(self, "place", "") == "after" and not self.left:
            self.disarm()
            raise Death(is_after_commit=True)
        return found

    def is_spared(self, sql: str) -> bool:
        if sql == "COMMIT":
            self.left -= 1
            return self.left > 0 or self.place == "after"
        if self.place == "inside" and self.left == 1 and self.in_transaction and sql != "ROLLBACK":
            self.statements -= 1
            return self.statements > 0
        return True


@cache
def _empty() -> Database:
    db = _open()
    bring_up_to_date(db, FixedClock(datetime(2026, 11, 24, tzinfo=UTC)))
    return db


def _open() -> Database:
    conn = dbapi.connect(":memory:", isolation_level=None, factory=Mortal)
    for pragma in _PRAGMAS:
        conn.execute(f"PRAGMA {pragma}")
    return Database(conn, recursive_triggers=False, execute_plugins=False)


def copied(db: Database) -> Database:
    """What a copy of the file holds: what was committed."""
    made = _open()
    db.conn.backup(made.conn)
    return made


def new_store(device_id: str, nonce: bytes) -> Database:
    """An empty store of a device, opened as the app opens it."""
    made = copied(_empty())
    made.conn.execute("UPDATE sync_state SET device_id = ?, install_nonce = ?", (device_id, nonce))
    return made
