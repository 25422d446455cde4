"""Rows that differ from the server's are found by sums and fetched, no others; what the server lost is given back."""

import json
import logging

import msgspec
import pytest

from app.errors import CutShort, ServerBusy, ServerRefuses, WrongServer
from app.sync import repair
from app.sync.protocol import Fetched, Sums
from app.sync.refused import send_again
from app.sync.seal import seal
from tests.sync.bulk_server import OneBulk, whole
from tests.sync.drills import backup_of, differences, put_back, shown, sums_agree, sync_all

PLACE = {"country": "PE"}
DAY_MS = 86_400_000


class Counting(OneBulk):
    """Remembers which rows were asked for."""

    def __init__(self, *args, **known):
        super().__init__(*args, **known)
        self.fetched = []
        self.marked = 0

    def fetch(self, asked):
        self.fetched += asked.keys
        return super().fetch(asked)

    def marks(self, asked):
        told = super().marks(asked)
        self.marked += len(told.marks)
        return told


@pytest.fixture
def rows(ana, budi):
    made = [ana.add("enterprise", name=f"Place {number}", city="Cusco", **PLACE) for number in range(30)]
    sync_all(ana, budi)
    return made


@pytest.fixture
def bulk(budi, server):
    return Counting(server, budi.device, worthwhile=1_000)


def mend(laptop, bulk):
    return repair.repair(laptop, bulk, laptop.clock)


def damage(laptop, row, **values):
    """What the server said of a row is not what it said, neither in the store nor on the page."""
    held = json.loads(laptop.one("SELECT vals FROM sync_base WHERE row_id = ?", row)) | values
    laptop.db.conn.execute(
        "UPDATE sync_base SET vals = ?, digest = digest + 1 WHERE row_id = ?", (json.dumps(held), row)
    )
    laptop.db.conn.execute("UPDATE sync_state SET applying = 1")
    for name, value in values.items():
        laptop.db.conn.execute(f"UPDATE enterprise SET {name} = ? WHERE id = ?", (value, row))
    laptop.db.conn.execute("UPDATE sync_state SET applying = 0")


def lose(server, row):
    """The server forgets a row entirely."""
    with server.database.engine.connect() as c, c.begin():
        digest = c.exec_driver_sql("SELECT digest FROM sync_row WHERE row_id = ?", (row,)).scalar_one()
        c.exec_driver_sql("UPDATE sync_head SET sums = sums - ?", (digest,))
        for table in ("sync_row WHERE row_id", "enterprise WHERE id"):
            c.exec_driver_sql(f"DELETE FROM {table} = ?", (row,))


def test_where_nothing_differs_only_sums_are_asked_for(rows, budi, bulk, server):
    done = mend(budi, bulk)
    assert (done.looked_at, done.differed, bulk.marked, bulk.fetched) == (30, 0, 0, [])


def test_a_row_that_differs_is_fetched_and_no_other(rows, budi, bulk, server, caplog):
    damage(budi, rows[3], city="Nowhere")
    with caplog.at_level(logging.ERROR):
        done = mend(budi, bulk)
    assert (done.fetched, done.given_back, done.changed) == (1, 0, {"enterprise"})
    assert bulk.fetched == [("enterprise", rows[3])]
    assert bulk.marked < 15
    assert budi.read("enterprise", rows[3])["city"] == "Cusco"
    assert "of 30 rows 1 differed" in caplog.text
    assert "Nowhere" not in caplog.text
    assert sums_agree(server, budi)


def test_a_row_that_is_not_here_is_fetched(rows, budi, bulk, server):
    budi.db.conn.execute("DELETE FROM sync_base WHERE row_id = ?", (rows[5],))
    assert mend(budi, bulk).fetched == 1
    assert sums_agree(server, budi)


def test_a_row_that_is_newer_here_and_worked_on_is_left_until_the_work_is_sent(rows, ana, budi, bulk, server):
    backup = backup_of(server)
    ana.write("enterprise", rows[0], city="Lima")
    sync_all(ana, budi)
    put_back(server, backup)
    with server.database.engine.connect() as c, c.begin():
        c.exec_driver_sql("UPDATE sync_head SET last_seq = last_seq + 1")
    budi.write("enterprise", rows[0], region="Sur")
    assert mend(budi, bulk).postponed == 1
    assert budi.records(lambda db: repair.is_due(db, 0))
    budi.sync()
    mend(budi, bulk)
    sync_all(budi, ana)
    assert [ana.read("enterprise", rows[0])[name] for name in ("city", "region")] == ["Lima", "Sur"]


def test_many_rows_come_in_several_answers(rows, budi, bulk, server, monkeypatch):
    monkeypatch.setattr(repair, "MAX_FETCH", 7)
    monkeypatch.setattr("server.repair._MOST_RAW", 600)
    for row in rows:
        damage(budi, row, city="Nowhere")
    assert mend(budi, bulk).fetched == 30
    assert {budi.read("enterprise", row)["city"] for row in rows} == {"Cusco"}
    assert sums_agree(server, budi)


def test_unsent_work_stays_over_what_is_repaired(rows, budi, ana, bulk, server):
    damage(budi, rows[0], city="Nowhere")
    budi.write("enterprise", rows[0], region="Sur")
    mend(budi, bulk)
    assert budi.read("enterprise", rows[0])["region"] == "Sur"
    assert budi.read("enterprise", rows[0])["city"] == "Cusco"
    sync_all(budi, ana)
    assert ana.read("enterprise", rows[0])["region"] == "Sur"
    assert differences(ana) == []


def test_what_the_server_has_lost_is_given_back(rows, ana, budi, bulk, server):
    lose(server, rows[0])
    lose(server, rows[1])
    done = mend(budi, bulk)
    assert (done.fetched, done.given_back) == (0, 2)
    assert budi.read("enterprise", rows[0])["city"] == "Cusco"
    sync_all(budi, ana)
    assert sums_agree(server, ana, budi)
    assert differences(ana) == []
    assert budi.is_clean


def test_what_two_laptops_give_back_is_not_disputed(rows, ana, budi, bulk, server):
    lose(server, rows[0])
    mend(budi, bulk), mend(ana, bulk)
    sync_all(budi, ana)
    budi.write("enterprise", rows[0], city="Lima")
    sync_all(budi, ana)
    assert ana.read("enterprise", rows[0])["city"] == "Lima"
    assert differences(ana) == []
    assert sums_agree(server, ana, budi)


def test_a_row_that_the_server_holds_as_it_was_earlier_gets_back_what_is_newer(rows, ana, budi, bulk, server):
    backup = backup_of(server)
    ana.write("enterprise", rows[0], city="Lima")
    sync_all(ana, budi)
    put_back(server, backup)  # and its counter went on, so that nobody could tell
    with server.database.engine.connect() as c, c.begin():
        c.exec_driver_sql("UPDATE sync_head SET last_seq = last_seq + 1")
    done = mend(budi, bulk)
    assert (done.fetched, done.given_back) == (1, 1)
    assert budi.read("enterprise", rows[0])["city"] == "Lima"
    sync_all(budi, ana)
    assert ana.read("enterprise", rows[0])["city"] == budi.read("enterprise", rows[0])["city"] == "Lima"
    assert differences(budi) == []
    assert sums_agree(server, budi)


def test_what_is_only_newer_at_the_server_is_left_to_the_next_pull(rows, ana, budi, bulk, server):
    ana.write("enterprise", rows[0], city="Lima")
    ana.add("enterprise", name="Newer", **PLACE)
    ana.sync()
    damage(budi, rows[1], city="Nowhere")
    assert mend(budi, bulk).fetched == 1
    assert budi.read("enterprise", rows[0])["city"] == "Cusco"
    sync_all(budi)
    assert shown(ana) == shown(budi)


def test_secret_rows_are_not_compared(rows, budi, bulk, server):
    budi.add("incident", enterprise_id=rows[0], kind="violence")
    sync_all(budi)
    assert budi.one("SELECT count(*) FROM sync_base WHERE tbl = 'incident'") == 1
    assert mend(budi, bulk).differed == 0


def test_nothing_is_compared_while_a_pull_is_under_way_or_in_another_epoch(rows, budi, bulk, server):
    damage(budi, rows[0], city="Nowhere")
    budi.db.conn.execute("UPDATE sync_state SET stage_cursor = stage_cursor + 1")
    assert mend(budi, bulk) == repair.Repaired()
    budi.db.conn.execute("UPDATE sync_state SET stage_cursor = cursor, epoch = 'another'")
    assert mend(budi, bulk) == repair.Repaired()


def test_another_servers_sums_are_refused(rows, budi, bulk):
    budi.db.conn.execute("UPDATE sync_state SET server_id = 'mine'")
    with pytest.raises(WrongServer):
        mend(budi, bulk)


class Forgetful(Counting):
    """A server that no longer remembers what was deleted before `min_cursor`."""

    min_cursor = 0

    def sums(self):
        told = super().sums()
        return Sums(server=told.server, epoch=told.epoch, head=told.head, sums=told.sums, min_cursor=self.min_cursor)


def test_a_laptop_that_was_away_for_long_learns_what_was_deleted_and_forgotten(rows, ana, budi, server):
    bulk = Forgetful(server, budi.device)
    touched = rows[1]
    budi.write("enterprise", touched, city="Lima")
    seal(budi.db, budi.clock)
    for row in rows[:2]:
        lose(server, row)
    bulk.min_cursor = budi.one("SELECT cursor FROM sync_state") + 10
    done = mend(budi, bulk)
    assert (done.binned, done.given_back, done.postponed) == (1, 0, 1)
    assert budi.read("enterprise", rows[0]) is None
    assert budi.read("enterprise", touched)["city"] == "Lima"  # he works on it: that goes first
    budi.sync()
    assert budi.one("SELECT code FROM sync_rejected") == "row-missing"
    assert mend(budi, bulk).given_back == 1
    assert budi.read("enterprise", touched)["city"] == "Lima"
    budi.sync()
    send_again(budi.db, budi.by, budi.one("SELECT id FROM sync_rejected"))
    sync_all(budi, ana)
    assert ana.read("enterprise", touched)["city"] == "Lima"


def test_a_server_that_answers_nothing_of_what_was_asked_ends_it(rows, budi, server):
    class Mute(Counting):
        def fetch(self, asked):
            return Fetched(server="", epoch="", head=0)

    damage(budi, rows[0], city="Nowhere")
    assert mend(budi, Mute(server, budi.device)).fetched == 0


def test_once_a_day_a_whole_exchange_compares_and_mends(rows, ana, budi, bulk, server):
    budi.clock.move(days=1)
    assert whole(budi, bulk).repaired == 0
    assert server.asked[-1].checksum is not None
    damage(budi, rows[0], city="Nowhere")
    whole(budi, bulk)
    assert server.asked[-1].checksum is None
    budi.clock.move(days=1)
    said = whole(budi, bulk)
    assert (said.checksum_differs, said.repaired, said.complete) == (True, 1, True)
    assert "enterprise" in said.changed
    assert budi.read("enterprise", rows[0])["city"] == "Cusco"
    assert whole(budi, bulk).repaired == 0


class NewerProgram(Counting):
    """Keeps in a row what no column of today's takes."""

    def fetch(self, asked):
        told = super().fetch(asked)
        return msgspec.structs.replace(
            told, rows=[msgspec.structs.replace(row, values={**row.values, "city": 7}) for row in told.rows]
        )


def test_what_cannot_be_shown_yet_is_not_counted_as_mended_nor_fetched_again(rows, budi, bulk, server):
    newer = NewerProgram(server, budi.device)
    budi.db.conn.execute("DELETE FROM sync_base WHERE row_id = ?", (rows[5],))
    for _ in range(2):
        done = mend(budi, newer)
        assert (done.differed, done.postponed) == (0, 0)
    assert newer.fetched == [("enterprise", rows[5])]
    budi.db.conn.execute("DELETE FROM sync_stage")
    assert mend(budi, bulk).fetched == 1
    assert sums_agree(server, budi)


class Refusing(Counting):
    """`trouble`: what comes of comparing."""

    trouble = ServerRefuses("other-schema", status=409)
    asked_sums = 0

    def sums(self):
        self.asked_sums += 1
        raise self.trouble


@pytest.mark.parametrize("trouble", [ServerRefuses("other-schema", status=409), ServerBusy("500")], ids=repr)
def test_a_comparing_that_is_refused_ends_no_exchange_and_is_tried_again_tomorrow(rows, budi, server, trouble):
    bulk = Refusing(server, budi.device, worthwhile=1_000)
    bulk.trouble = trouble
    damage(budi, rows[0], city="Nowhere")
    budi.clock.move(days=1)
    for _ in range(2):
        said = whole(budi, bulk)
        assert (said.complete, said.repaired) == (True, 0)
    assert bulk.asked_sums == 1
    budi.clock.move(days=1)
    assert whole(budi, Counting(server, budi.device, worthwhile=1_000)).repaired == 1


def test_a_comparing_that_is_cut_is_done_by_the_next_exchange(rows, budi, server):
    bulk = Refusing(server, budi.device, worthwhile=1_000)
    bulk.trouble = CutShort("cut")
    damage(budi, rows[0], city="Nowhere")
    budi.clock.move(days=1)
    assert whole(budi, bulk).complete
    assert whole(budi, Counting(server, budi.device, worthwhile=1_000)).repaired == 1


def test_what_is_given_back_goes_in_the_same_exchange(rows, ana, budi, bulk, server):
    lose(server, rows[0])
    budi.clock.move(days=1)
    assert whole(budi, bulk).repaired == 1
    assert whole(budi, bulk).repaired == 0
    assert budi.is_clean
    assert sums_agree(server, budi)


def test_while_there_is_work_to_send_nothing_is_compared(rows, budi, bulk, server):
    budi.clock.move(days=1)
    budi.write("enterprise", rows[0], city="Lima")
    whole(budi, bulk)
    assert all(request.checksum is None for request in server.asked if request.mutations)


def test_a_clock_that_was_set_back_does_not_end_the_comparing(rows, budi, server):
    budi.records(lambda db: repair.note_checked(db, 10 * DAY_MS))
    assert not budi.records(lambda db: repair.is_due(db, 10 * DAY_MS))
    assert budi.records(lambda db: repair.is_due(db, 11 * DAY_MS))
    assert budi.records(lambda db: repair.is_due(db, 9 * DAY_MS))
