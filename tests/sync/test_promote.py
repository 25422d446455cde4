"""What was staged becomes visible at once, below what is not confirmed yet, and whoever lost loses nothing else."""

import json
import random
import time

import pytest

from app.models import changes
from app.models.database import edit
from app.models.registry import TABLE_BY_NAME
from app.models.rows import write_fields
from app.models.search import search
from app.sync.outbox import mark
from app.sync.promote import promote
from app.sync.protocol import Result, Row
from app.sync.seal import seal
from app.sync.stage import put_staged
from app.sync.state import read_state, transaction, write_state

PLACE = {"country": "PE"}
BORN = "2026-11-20T08:00:00.000Z"
AT_MS = 1_795_000_000_000
SOMEBODY = "0199b000-0000-7000-8000-00000000beef"
ONE = "0199b000-0000-7000-8000-000000000001"
TWO = "0199b000-0000-7000-8000-000000000002"
THREE = "0199b000-0000-7000-8000-000000000003"


def told(table: str, row_id: str, seq: int, *, deleted: bool = False, **values) -> Row:
    """A row as the server says it."""
    born = {"created_at": BORN} if table in TABLE_BY_NAME else {}
    return Row(table=table, id=row_id, seq=seq, values=born | values, deleted=deleted, by=SOMEBODY, at=AT_MS)


def enterprise(row_id: str, seq: int, *, deleted: bool = False, **values) -> Row:
    return told("enterprise", row_id, seq, deleted=deleted, **{"name": "Andina", "country": "PE"} | values)


def pulled(laptop, *rows: Row, upto: int | None = None) -> frozenset[str]:
    """As after a pull of these rows."""
    put_staged(laptop.db, list(rows))
    newest = max([*(row.seq for row in rows), read_state(laptop.db).stage_cursor])
    write_state(laptop.db, stage_cursor=newest if upto is None else upto)
    return promote(laptop.db, laptop.clock)


def acked(laptop, m: int, status: str, seq: int) -> None:
    mark(laptop.db, [Result(m=m, status=status, seq=seq)], AT_MS)


def sealed(laptop) -> int:
    """Seals; the number of the newest mutation."""
    seal(laptop.db, laptop.clock)
    return read_state(laptop.db).next_mseq - 1


def history(laptop, row_id: str) -> list[tuple]:
    return laptop.db.conn.execute(
        "SELECT field, old, new, user_id, device_id, at_ms FROM history WHERE row_id = ? ORDER BY id", (row_id,)
    ).fetchall()


def base(laptop, row_id: str) -> tuple[dict, int] | None:
    found = laptop.db.conn.execute("SELECT vals, row_seq FROM sync_base WHERE row_id = ?", (row_id,)).fetchone()
    return found and (json.loads(found[0]), found[1])


def test_new_rows_are_shown_with_their_author_and_found(ana):
    assert pulled(ana, enterprise(ONE, 3, city="Lima", latitude=1)) == {"enterprise"}
    shown = ana.read("enterprise", ONE)
    assert (shown["city"], shown["latitude"], shown["created_at"], shown["stub"]) == ("Lima", 1.0, BORN, 0)
    assert history(ana, ONE) == [("*", None, "alive", SOMEBODY, "", AT_MS)]
    assert [hit.title for hit in search(ana.db, "Andina")] == ["Andina"]
    assert ana.one("SELECT count(*) FROM sync_capture") == 0
    assert (read_state(ana.db).cursor, ana.one("SELECT applying FROM sync_state")) == (3, 0)


def test_only_what_is_seen_differently_is_remembered(ana):
    pulled(ana, enterprise(ONE, 3, city="Lima"))
    assert pulled(ana, enterprise(ONE, 4, city="Lima")) == frozenset()
    assert pulled(ana, enterprise(ONE, 5, city="Callao", region="Lima")) == {"enterprise"}
    assert [entry[:3] for entry in history(ana, ONE)] == [
        ("*", None, "alive"), ("city", "Lima", "Callao"), ("region", None, "Lima"),
    ]  # fmt: skip
    groups = ana.db.conn.execute("SELECT count(DISTINCT grp) FROM history WHERE row_id = ?", (ONE,)).fetchone()
    assert groups == (2,)


def test_no_undo_takes_back_what_came_from_elsewhere(ana):
    pulled(ana, enterprise(ONE, 3))
    ana.write("enterprise", ONE, city="Lima")
    assert [change.field for change in changes.undo(ana.db, ana.by)] == ["city"]
    assert changes.next_undo(ana.db, ana.by) is None
    pulled(
        ana, Row(table="enterprise", id=TWO, seq=9, values={"created_at": BORN, "name": "B"}, by=ana.by.user_id, at=1)
    )
    assert changes.next_undo(ana.db, ana.by) is None


def test_life_and_death(ana):
    pulled(ana, enterprise(ONE, 3))
    pulled(ana, enterprise(ONE, 4, deleted=True))
    assert ana.one("SELECT binned_at FROM enterprise WHERE id = ?", ONE).startswith("2026-11-")
    assert history(ana, ONE)[-1][:3] == ("*", "alive", "binned")
    pulled(ana, enterprise(ONE, 5))
    assert ana.read("enterprise", ONE)
    assert history(ana, ONE)[-1][:3] == ("*", "binned", "alive")
    pulled(ana, enterprise(TWO, 6, deleted=True))
    assert ana.read("enterprise", TWO) is None
    assert ana.one("SELECT name FROM enterprise WHERE id = ?", TWO) == "Andina"


def test_unsent_work_stays_on_top_and_what_was_captured_is_sealed_first(ana):
    pulled(ana, enterprise(ONE, 3, city="Lima"))
    ana.write("enterprise", ONE, city="Cusco")
    pulled(ana, enterprise(ONE, 5, city="Callao", region="South"))
    shown = ana.read("enterprise", ONE)
    assert (shown["city"], shown["region"]) == ("Cusco", "South")
    assert base(ana, ONE)[0]["city"] == "Callao"
    assert ana.one("SELECT base_seq FROM sync_overlay WHERE field = 'city'") == 3


def test_an_unsent_edit_keeps_a_row_that_others_binned(ana):
    pulled(ana, enterprise(ONE, 3))
    ana.write("enterprise", ONE, city="Cusco")
    pulled(ana, enterprise(ONE, 5, deleted=True))
    assert ana.read("enterprise", ONE)["city"] == "Cusco"


def test_own_work_that_comes_back_from_nobody_is_what_the_server_has(ana):
    pulled(ana, enterprise(ONE, 3, city="Lima", region="South"))
    ana.write("enterprise", ONE, city="Cusco", region=None)
    number = sealed(ana)
    acked(ana, number, "applied", 7)
    promote(ana.db, ana.clock)
    assert ana.one("SELECT count(*) FROM sync_overlay") > 0  # confirmed above the cursor
    assert pulled(ana, upto=7) == frozenset()
    assert base(ana, ONE) == ({"created_at": BORN, "name": "Andina", "country": "PE", "city": "Cusco"}, 7)
    seqs = json.loads(ana.one("SELECT fseq FROM sync_base WHERE row_id = ?", ONE))
    assert (seqs["name"], seqs.get("city", 7), seqs["region"]) == (3, 7, 7)
    assert ana.one("SELECT confirmed_ms FROM sync_base WHERE row_id = ?", ONE) == AT_MS
    assert ana.is_clean


def test_a_new_row_of_ours_is_what_the_server_has_and_may_die(ana):
    row = ana.add("enterprise", name="B", **PLACE)
    ana.bin("enterprise", row)
    sealed(ana)
    acked(ana, 1, "applied", 7), acked(ana, 2, "applied", 8)
    pulled(ana, upto=8)
    found = ana.db.conn.execute("SELECT deleted, life_seq, row_seq FROM sync_base WHERE row_id = ?", (row,))
    assert found.fetchone() == (1, 8, 8)
    assert ana.read("enterprise", row) is None


def test_who_lost_sees_what_is_on_top(ana):
    pulled(ana, enterprise(ONE, 3, city="Lima"))
    ana.write("enterprise", ONE, city="Cusco", region="South")
    acked(ana, sealed(ana), "conflict", 7)
    pulled(ana, enterprise(ONE, 7, city="Callao", region="South"))
    shown = ana.read("enterprise", ONE)
    assert (shown["city"], shown["region"]) == ("Callao", "South")
    assert history(ana, ONE)[-1][:4] == ("city", "Cusco", "Callao", SOMEBODY)
    assert ana.is_clean


def test_a_row_that_was_taken_as_it_was_sent_stays_though_another_of_the_same_edit_was_disputed(ana):
    pulled(ana, enterprise(ONE, 3), enterprise(TWO, 4))
    with edit(ana.db, ana.by):
        write_fields(ana.db, ana.by, "enterprise", ONE, {"city": "Cusco"})
        write_fields(ana.db, ana.by, "enterprise", TWO, {"city": "Cusco"})
    acked(ana, sealed(ana), "conflict", 7)
    pulled(ana, enterprise(ONE, 7, city="Callao"))
    assert ana.read("enterprise", ONE)["city"] == "Callao"
    assert ana.read("enterprise", TWO)["city"] == "Cusco"
    assert base(ana, TWO)[0]["city"] == "Cusco"


def test_own_later_work_lies_over_a_staged_row(ana):
    """The first page has the row, the second exchange takes our work on it."""
    pulled(ana, enterprise(ONE, 3))
    ana.write("enterprise", ONE, city="Cusco")
    acked(ana, sealed(ana), "applied", 9)
    pulled(ana, enterprise(ONE, 5, region="South"), upto=9)
    shown = ana.read("enterprise", ONE)
    assert (shown["city"], shown["region"]) == ("Cusco", "South")
    assert base(ana, ONE)[1] == 9


def test_a_late_answer_to_work_that_was_outdone_takes_it_off(ana):
    """The answer was lost, the row was pulled as others left it, then the work is confirmed as long done."""
    pulled(ana, enterprise(ONE, 3))
    ana.write("enterprise", ONE, city="Cusco")
    number = sealed(ana)
    pulled(ana, enterprise(ONE, 9, city="Callao"))
    assert ana.read("enterprise", ONE)["city"] == "Cusco"
    acked(ana, number, "applied", 7)
    assert promote(ana.db, ana.clock) == {"enterprise"}
    assert ana.read("enterprise", ONE)["city"] == "Callao"
    assert ana.is_clean


def test_a_late_answer_to_work_that_nobody_touched_since(ana):
    pulled(ana, enterprise(ONE, 3))
    ana.write("enterprise", ONE, city="Cusco")
    number = sealed(ana)
    pulled(ana, upto=9)
    acked(ana, number, "applied", 7)
    assert promote(ana.db, ana.clock) == frozenset()
    assert (ana.read("enterprise", ONE)["city"], base(ana, ONE)[1]) == ("Cusco", 7)


def test_an_older_copy_of_a_row_covers_nothing(ana):
    pulled(ana, enterprise(ONE, 9, city="New"))
    pulled(ana, enterprise(ONE, 4, city="Old"))
    assert ana.read("enterprise", ONE)["city"] == "New"
    assert ana.is_clean


def test_what_only_a_newer_program_knows_is_kept(ana):
    pulled(ana, enterprise(ONE, 3, colour="blue", tags=["a"]), told("future", TWO, 4, shape="round"))
    assert json.loads(ana.one("SELECT extra FROM enterprise WHERE id = ?", ONE)) == {"colour": "blue", "tags": ["a"]}
    assert base(ana, TWO) == ({"shape": "round"}, 4)
    pulled(ana, enterprise(ONE, 5))
    assert ana.one("SELECT extra FROM enterprise WHERE id = ?", ONE) is None


def test_children_and_parents_come_in_any_order(ana):
    visit = {"kind": "intake", "planned_on": "2026-11-24", "status": "draft"}
    pulled(
        ana,
        told("visit_person", THREE, 3, visit_id=TWO),
        told("visit", TWO, 4, enterprise_id=ONE, **visit),
        enterprise(ONE, 5),
    )
    assert ana.read("visit_person", THREE)
    assert ana.db.conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_an_empty_row_stands_for_one_that_is_not_known_here(ana):
    pulled(ana, enterprise(ONE, 3, advisor_id=SOMEBODY, merged_into=TWO))
    assert ana.one('SELECT stub FROM "user" WHERE id = ?', SOMEBODY) == 1
    assert ana.one("SELECT stub FROM enterprise WHERE id = ?", TWO) == 1
    pulled(ana, told("user", SOMEBODY, 4, name="Budi", role="trainer"))
    assert ana.db.conn.execute('SELECT stub, name, created_at FROM "user" WHERE id = ?', (SOMEBODY,)).fetchone() == (
        0, "Budi", BORN,
    )  # fmt: skip
    assert [entry[:3] for entry in history(ana, SOMEBODY)] == [("*", None, "alive")]


def test_a_row_whose_parent_is_not_here_waits_and_so_does_what_leans_on_it(ana):
    visit = {"kind": "intake", "planned_on": "2026-11-24", "status": "draft"}
    parts = told("visit", TWO, 4, enterprise_id=ONE, **visit), told("visit_person", THREE, 5, visit_id=TWO)
    photo = told("answer", ONE, 6, assessment_id=SOMEBODY)
    pulled(ana, *parts, photo)
    assert ana.one("SELECT stub FROM enterprise WHERE id = ?", ONE) == 1  # it leans on nothing, so it is made
    assert ana.read("visit_person", THREE)
    assert ana.read("answer", ONE) is None
    assert ana.one("SELECT count(*) FROM sync_stage") == 1
    child = told("photo_link", THREE, 7, photo_id=SOMEBODY, answer_id=ONE)
    pulled(ana, child)
    assert ana.one("SELECT count(*) FROM sync_stage") == 2
    assert ana.one("SELECT count(*) FROM sync_base WHERE tbl = 'answer'") == 0
    assert read_state(ana.db).cursor == 7


def test_what_waited_is_shown_when_its_parent_comes(ana):
    pulled(ana, told("visit_person", THREE, 5, visit_id=TWO))
    assert ana.read("visit_person", THREE) is None
    pulled(ana, told("visit", TWO, 9, enterprise_id=ONE), enterprise(ONE, 10))
    assert ana.read("visit_person", THREE)
    assert ana.is_clean


def test_own_confirmed_work_on_a_row_that_waits_goes_on_lying_over_it(ana):
    pulled(ana, enterprise(ONE, 3), told("area", TWO, 4, enterprise_id=ONE, name="Line"))
    ana.write("area", TWO, position=5)
    acked(ana, sealed(ana), "applied", 9)
    pulled(ana, told("area", TWO, 8, name="Line"), upto=9)  # without its parent: never sent by a sound server
    assert ana.one("SELECT count(*) FROM sync_outbox") == 1
    assert ana.read("area", TWO)["position"] == 5
    pulled(ana, told("area", TWO, 8, enterprise_id=ONE, name="Row"), upto=9)
    shown = ana.read("area", TWO)
    assert (shown["name"], shown["position"]) == ("Row", 5)
    assert ana.is_clean


@pytest.mark.parametrize(
    "values", [{"founded": "long ago"}, {"founded": 2**63}, {"city": 7}, {"latitude": True}, {"created_at": 5}], ids=str
)
def test_a_value_that_no_column_takes_keeps_only_its_row_away(ana, values, caplog):
    pulled(ana, enterprise(ONE, 3, **values), enterprise(TWO, 4))
    assert ana.read("enterprise", ONE) is None
    assert ana.read("enterprise", TWO)
    assert "cannot be shown yet" in caplog.text
    pulled(ana, enterprise(ONE, 5))
    assert ana.read("enterprise", ONE)


def test_a_bare_tombstone_needs_no_place(ana):
    pulled(ana, Row(table="visit", id=TWO, seq=3, deleted=True), told("visit_person", THREE, 4, visit_id=TWO))
    assert ana.one("SELECT count(*) FROM visit") == 0
    assert ana.one("SELECT deleted FROM sync_base WHERE row_id = ?", TWO) == 1
    assert ana.one("SELECT count(*) FROM sync_stage") == 1  # the person met leans on a visit that nobody has
    pulled(ana, enterprise(ONE, 5), told("visit", TWO, 6, enterprise_id=ONE))
    pulled(ana, Row(table="visit", id=TWO, seq=7, deleted=True))
    assert ana.one("SELECT binned_at IS NOT NULL AND enterprise_id = ? FROM visit", ONE) == 1


def test_a_row_without_a_birthday_gets_one(ana):
    pulled(ana, Row(table="enterprise", id=ONE, seq=3, values={"name": "A"}, at=AT_MS))
    assert ana.read("enterprise", ONE)["created_at"].startswith("2026-11-")


def conflict(seq: int, *, deleted: bool = False, **values) -> Row:
    said = {"tbl": "enterprise", "row_id": ONE, "field": "city", "kind": "field", "kept": "Lima", "other": "Cusco"}
    return Row(table="conflict", id="c1", seq=seq, values=said | {"opened_seq": 3} | values, deleted=deleted)


def test_differences_come_are_settled_and_go(ana):
    assert pulled(ana, conflict(3, base=["list"])) == {"conflict"}
    assert ana.db.conn.execute(
        "SELECT field, base_value, kept_value, opened_seq, resolved_seq FROM sync_conflict"
    ).fetchall() == [("city", '["list"]', "Lima", 3, None)]
    pulled(ana, conflict(4, resolved_seq=4, resolved_by=SOMEBODY))
    assert ana.one("SELECT resolved_by FROM sync_conflict") == SOMEBODY
    pulled(ana, conflict(5, deleted=True))
    assert ana.one("SELECT count(*) FROM sync_conflict") == 0


def test_a_difference_that_is_being_settled_here_stays_so_until_the_server_has_said(ana):
    pulled(ana, conflict(3))
    ana.db.conn.execute("UPDATE sync_conflict SET closing = 1")
    ana.db.conn.execute(
        "INSERT INTO sync_capture(grp, tbl, row_id, kind, at_ms, user_id) VALUES(99, 'conflict', 'c1', 'close', 1, 'u')"
    )
    number = sealed(ana)
    pulled(ana, conflict(4))
    assert ana.one("SELECT closing FROM sync_conflict") == 1
    acked(ana, number, "applied", 6)
    pulled(ana, upto=6)
    assert ana.db.conn.execute("SELECT closing, resolved_seq FROM sync_conflict").fetchone() == (0, None)
    pulled(ana, conflict(7, resolved_seq=6))
    assert ana.one("SELECT resolved_seq FROM sync_conflict") == 6


def blobs(laptop) -> list[tuple]:
    return laptop.db.conn.execute("SELECT sha256, state, size, verified_ms FROM blob ORDER BY sha256").fetchall()


def test_bytes_that_the_server_holds(ana):
    for sha256, state in (("a", "local"), ("b", "both"), ("c", "downloading")):
        ana.db.conn.execute(
            "INSERT INTO blob(sha256, size, kind, lane, state) VALUES(?, 5, 'working', 3, ?)", (sha256, state)
        )
    said = [
        Row(table="blob", id=one, seq=n, values={"state": "verified", "size": 5, "verified_at": 77})
        for n, one in enumerate("abcd", 1)
    ]
    assert pulled(ana, *said) == {"blob"}
    assert blobs(ana) == [
        ("a", "verified", 5, 77),
        ("b", "both", 5, 77),
        ("c", "downloading", 5, 77),
        ("d", "remote", 5, 77),
    ]


def test_bytes_that_the_server_lost(ana):
    for sha256, state in (("a", "verified"), ("b", "remote")):
        ana.db.conn.execute("INSERT INTO blob(sha256, size, kind, lane, state) VALUES(?, 5, '', 3, ?)", (sha256, state))
    pulled(
        ana, Row(table="blob", id="a", seq=3, values={"state": "lost"}), Row(table="blob", id="b", seq=4, deleted=True)
    )
    assert [row[:2] for row in blobs(ana)] == [("a", "local")]


def test_cases_of_zero_tolerance_go_up_only(ana):
    parent = ana.add("enterprise", name="A", **PLACE)
    row = ana.add("incident", enterprise_id=parent)
    sealed(ana)
    acked(ana, 1, "applied", 7), acked(ana, 2, "conflict", 8)
    pulled(ana, upto=8)
    assert ana.is_clean
    assert ana.one("SELECT digest FROM sync_base WHERE row_id = ?", row) == 0


def test_nothing_is_seen_when_it_dies_within(ana, monkeypatch):
    pulled(ana, enterprise(ONE, 3))
    ana.write("enterprise", ONE, city="Cusco")
    put_staged(ana.db, [enterprise(ONE, 5, region="South")])
    write_state(ana.db, stage_cursor=5)

    def fails(*_anything):
        raise RuntimeError

    monkeypatch.setattr("app.sync.promote.feeds.take_blobs", fails)
    with pytest.raises(RuntimeError):
        promote(ana.db, ana.clock)
    assert ana.one("SELECT count(*) FROM sync_capture") == 1
    assert (read_state(ana.db).cursor, ana.read("enterprise", ONE)["region"]) == (3, None)
    assert ana.one("SELECT applying FROM sync_state") == 0


def random_visit(number: int) -> Row:
    words = random.Random(number).choices(["machine", "guard", "light", "aisle", "training", "shift", "noise"], k=30)
    return told(
        "visit", f"0199b000-0000-7000-8000-{number:012x}", number + 10, enterprise_id=ONE, kind="follow_up",
        planned_on="2026-11-24", status="draft", purpose=" ".join(words[:8]), summary=" ".join(words),
    )  # fmt: skip


def test_ten_thousand_new_rows_are_shown_in_a_moment(ana):
    with transaction(ana.db):
        put_staged(ana.db, [enterprise(ONE, 3), *(random_visit(number) for number in range(10_000))])
    write_state(ana.db, stage_cursor=20_000)
    started = time.perf_counter()
    promote(ana.db, ana.clock)
    took = time.perf_counter() - started
    assert ana.one("SELECT count(*) FROM visit") == 10_000
    assert took < 6  # 2 on a machine that has nothing else to do
