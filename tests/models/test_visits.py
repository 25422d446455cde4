import time
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.models.visits import get_visit
from tests.factories import make_visit


@pytest.fixture
def zone(monkeypatch):
    """Moves the laptop to another place; afterwards it stands where it stood."""

    def move(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("place", "started_at", "day"),
    [
        ("America/Lima", datetime(2026, 11, 24, 3, tzinfo=UTC), date(2026, 11, 23)),
        ("Asia/Jakarta", datetime(2026, 11, 24, 20, tzinfo=UTC), date(2026, 11, 25)),
        ("America/Lima", datetime(1, 1, 1, tzinfo=UTC), date(1, 1, 1)),
        ("Asia/Jakarta", datetime(9999, 12, 31, 23, tzinfo=UTC), date(9999, 12, 31)),
    ],
)
def test_the_day_is_that_of_the_wall_as_far_as_the_calendar_goes(db, by, zone, place, started_at, day):
    visit = get_visit(db, make_visit(db, by))
    zone(place)
    assert replace(visit, started_at=started_at).day == day
