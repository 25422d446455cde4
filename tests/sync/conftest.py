"""Fixtures for the tests of sync: laptops that share one server."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.fieldwork.identity import ensure_user
from app.models.database import connect
from app.models.ids import FixedClock
from tests.conftest import GATE
from tests.sync.laptops import Laptop, OneServer


@pytest.fixture
def server() -> Iterator[OneServer]:
    made = OneServer()
    yield made
    made.database.close()


@pytest.fixture
def make_laptop(empty_store: Path, tmp_path: Path, server: OneServer) -> Iterator[Callable[[str], Laptop]]:
    """Makes enrolled laptops, each with a user, a clock and ids of its own."""
    made: list[Laptop] = []

    def make(name: str) -> Laptop:
        path = tmp_path / f"{name}.db"
        shutil.copyfile(empty_store, path)
        db = connect(path, None)
        clock = FixedClock(GATE)
        clock._issued = 100 * (len(made) + 1)  # no two laptops give the same id
        db.conn.execute("UPDATE sync_state SET device_id = ?", (clock.new_id(),))
        laptop = Laptop(db, ensure_user(db, clock, name=name, role="trainer"), server, clock)
        server.enrol(laptop)
        made.append(laptop)
        return laptop

    yield make
    for laptop in made:
        laptop.db.close()


@pytest.fixture
def ana(make_laptop) -> Laptop:
    return make_laptop("Ana")


@pytest.fixture
def budi(make_laptop) -> Laptop:
    return make_laptop("Budi")
