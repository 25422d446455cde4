"""Of a row that a laptop has, the server says only what is newer than its cursor; what stands there then is whole."""

import logging

import pytest

from app.models.rows import restore_row
from app.sync.repair import own_sum
from tests.sync.drills import differences, shown, sums_agree, sync_all
from tests.sync.laptops import Laptop, OneServer

PLACE = {"country": "PE"}


class Listening:
    """A way to the server that remembers the newest answer with rows."""

    def __init__(self, server: OneServer) -> None:
        self.server = server
        self.rows = []

    def exchange(self, request):
        answer = self.server.exchange(request)
        self.rows = answer.rows or self.rows
        return answer

    def next_incarnation(self, asked):
        return self.server.next_incarnation(asked)


@pytest.fixture
def way(budi, server):
    budi.server = Listening(server)
    return budi.server


@pytest.fixture
def row(ana, budi, way):
    made = ana.add("enterprise", name="Inka", city="Cusco", region="Sur", **PLACE)
    sync_all(ana, budi)
    return made


def told(way) -> list[tuple[bool, dict[str, object]]]:
    return [(row.part, row.values) for row in way.rows]


def test_only_what_is_newer_is_said(ana, budi, way, row, server):
    ana.write("enterprise", row, city="Lima")
    sync_all(ana, budi, rounds=1)
    assert told(way) == [(True, {"city": "Lima"})]
    assert [budi.read("enterprise", row)[name] for name in ("name", "city", "region")] == ["Inka", "Lima", "Sur"]
    assert sums_agree(server, ana, budi)


def test_a_field_that_was_emptied_is_empty(ana, budi, way, row, server):
    ana.write("enterprise", row, city=None)
    sync_all(ana, budi, rounds=1)
    assert told(way) == [(True, {})]
    assert budi.read("enterprise", row)["city"] is None
    assert sums_agree(server, ana, budi)


def test_own_work_and_anothers_meet_in_one_row(ana, budi, way, row, server):
    budi.write("enterprise", row, region="Norte")
    ana.write("enterprise", row, city="Lima")
    sync_all(ana, budi, rounds=1)
    assert told(way) == [(True, {"city": "Lima", "region": "Norte"})]
    ana.write("enterprise", row, name="Inti")
    sync_all(ana, budi, rounds=1)
    assert told(way) == [(True, {"name": "Inti"})]
    assert [budi.read("enterprise", row)[name] for name in ("name", "city", "region")] == ["Inti", "Lima", "Norte"]
    assert sums_agree(server, ana, budi)


def test_a_field_in_dispute_is_the_same_everywhere(ana, budi, way, row, server):
    ana.write("enterprise", row, city="Lima")
    budi.write("enterprise", row, city="Puno")
    sync_all(ana, budi)
    assert shown(ana) == shown(budi)
    assert len(differences(ana)) == 1
    assert sums_agree(server, ana, budi)


def test_what_died_or_came_back_is_said_whole(ana, budi, way, row, server):
    ana.bin("enterprise", row)
    sync_all(ana, budi, rounds=1)
    assert [(part, values["name"]) for part, values in told(way)] == [(False, "Inka")]
    ana.clock.move(seconds=1)
    restore_row(ana.db, ana.by, "enterprise", row)
    sync_all(ana, budi, rounds=1)
    assert [(part, values["name"]) for part, values in told(way)] == [(False, "Inka")]
    assert shown(ana) == shown(budi)
    assert sums_agree(server, ana, budi)


def test_a_laptop_whose_rows_were_not_compared_yet_gets_whole_ones(ana, budi, way, row, server):
    budi.db.conn.execute("UPDATE sync_state SET checked_ms = NULL")
    ana.write("enterprise", row, city="Lima")
    sync_all(ana, budi, rounds=1)
    assert [part for part, _ in told(way)] == [False]


def test_a_part_of_a_row_that_is_not_here_is_not_shown_and_the_whole_is_asked_for(
    ana: Laptop, budi: Laptop, way, row, server, caplog
):
    budi.db.conn.execute("DELETE FROM sync_base WHERE row_id = ?", (row,))
    ana.write("enterprise", row, city="Lima")
    ana.sync()
    with caplog.at_level(logging.ERROR):
        budi.sync()
    assert "not known here" in caplog.text
    assert [part for part, _ in told(way)] == [False]
    assert budi.read("enterprise", row)["city"] == "Lima"
    assert own_sum(budi.db) == own_sum(ana.db)


def test_a_laptop_that_differs_builds_nothing_upon_it(ana, budi, way, row, server):
    budi.db.conn.execute("UPDATE sync_base SET digest = digest + 1")
    budi.clock.move(hours=25)
    assert budi.sync().checksum_differs
    ana.write("enterprise", row, city="Lima")
    sync_all(ana, budi, rounds=1)
    assert [part for part, _ in told(way)] == [False]
