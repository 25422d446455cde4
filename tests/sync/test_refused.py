"""What the server did not take: shown, exported, sent again, given up."""

import hashlib
import json

import msgspec
import pytest

from app.errors import NotFound
from app.models.changes import history_of
from app.models.rows import find_row
from app.sync.outbox import mark
from app.sync.protocol import Result, encoded, mutation_decoder
from app.sync.receipts import Arrival, record_receipts
from app.sync.refused import export_refused, get_refused, give_up, list_refused, send_again
from app.sync.seal import seal
from app.sync.status import standing
from tests.factories import VISIT_DAY, make_enterprise

TOO_LONG = "x" * 1_000_001


def refuse(laptop, code="invalid-value", field="address"):
    """As if the server had said no to all that waits, and had not counted it."""
    seal(laptop.db, laptop.clock)
    first = laptop.one("SELECT min(mseq) FROM sync_outbox WHERE status IS NULL")
    for (mseq,) in laptop.db.conn.execute("SELECT mseq FROM sync_outbox WHERE status IS NULL").fetchall():
        mark(laptop.db, [Result(m=mseq, status="rejected", code=code, table="enterprise", field=field)], 0)
    laptop.db.conn.execute("UPDATE sync_state SET next_mseq = ?", (first,))
    laptop.db.conn.execute("UPDATE sync_rejected SET mseq = -1000 - id")


@pytest.fixture
def enterprise(ana):
    """Known to the server, which then does not take a change of it."""
    row_id = make_enterprise(ana.db, ana.by, "PT Laksana", city="Solo")
    ana.sync()
    ana.write("enterprise", row_id, address="Jalan 0", city="Semarang")
    refuse(ana)
    return row_id


def numbers(laptop):
    return [one.id for one in list_refused(laptop.db)]


def test_the_server_says_why(ana):
    row_id = make_enterprise(ana.db, ana.by, "PT Laksana", address=TOO_LONG)
    ana.sync()
    (found,) = list_refused(ana.db)
    assert (found.code, found.table, found.field) == ("invalid-value", "enterprise", "address")
    assert found.rows[0].where.row_id == row_id
    ana.write("enterprise", row_id, address="Jalan 1")
    send_again(ana.db, ana.by, found.id)
    ana.sync()
    assert list_refused(ana.db) == []
    assert ana.is_clean


def test_it_is_listed_with_the_reason_and_the_work(ana, enterprise):
    (found,) = list_refused(ana.db)
    assert (found.code, found.table, found.field) == ("invalid-value", "enterprise", "address")
    (row,) = found.rows
    assert (row.where.enterprise, row.binned) == ("PT Laksana", False)
    assert row.values == {"address": "Jalan 0", "city": "Semarang"}
    assert get_refused(ana.db, found.id) == found
    assert standing(ana.db).rejected == 1
    assert standing(ana.db).waits.is_empty
    assert ana.read("enterprise", enterprise)["city"] == "Semarang"
    assert [one.arrival for one in record_receipts(ana.db, {"enterprise": [enterprise]})] == [Arrival.REFUSED]


def test_it_is_exported_with_all_there_is(ana, enterprise, tmp_path):
    export_refused(ana.db, numbers(ana)[0], tmp_path / "refused.json")
    told = json.loads((tmp_path / "refused.json").read_text(encoding="utf-8"))
    assert (told["code"], told["field"]) == ("invalid-value", "address")
    assert told["mutation"]["ops"][0]["set"]["city"] == "Semarang"


def test_corrected_and_sent_again_it_arrives(ana, budi, enterprise):
    ana.write("enterprise", enterprise, address="Jalan 1")
    assert send_again(ana.db, ana.by, numbers(ana)[0]) == 1
    assert list_refused(ana.db) == []
    assert standing(ana.db).waits.total == 1
    ana.sync()
    budi.sync()
    row = budi.read("enterprise", enterprise)
    assert (row["address"], row["city"]) == ("Jalan 1", "Semarang")
    assert ana.is_clean


def test_what_was_written_since_is_not_overwritten_by_sending_again(ana, budi, enterprise):
    ana.write("enterprise", enterprise, address="Jalan 1", city="Jakarta")
    ana.sync()
    assert send_again(ana.db, ana.by, numbers(ana)[0]) == 0
    ana.sync()
    budi.sync()
    assert budi.read("enterprise", enterprise)["city"] == "Jakarta"


def test_sent_again_as_it_is_it_comes_back(ana, enterprise):
    send_again(ana.db, ana.by, numbers(ana)[0])
    refuse(ana)
    (found,) = list_refused(ana.db)
    assert found.rows[0].values == {"address": "Jalan 0", "city": "Semarang"}


def test_the_merge_base_stays_what_the_person_saw(ana, budi, enterprise):
    budi.sync()
    budi.write("enterprise", enterprise, city="Bandung")
    budi.sync()
    ana.sync()
    ana.write("enterprise", enterprise, address="Jalan 1")
    send_again(ana.db, ana.by, numbers(ana)[0])
    ana.sync()
    dispute = ana.db.conn.execute("SELECT base_value, kept_value, other_value FROM sync_conflict").fetchall()
    assert [(row[0], {row[1], row[2]}) for row in dispute] == [("Solo", {"Semarang", "Bandung"})]


def test_given_up_the_row_shows_what_the_server_has(ana, enterprise):
    assert give_up(ana.db, ana.by, numbers(ana)[0]) == {"enterprise"}
    row = ana.read("enterprise", enterprise)
    assert (row["city"], row["address"]) == ("Solo", None)
    assert list_refused(ana.db) == []
    assert ana.is_clean
    assert "Semarang" in [change.old for change in history_of(ana.db, "enterprise", enterprise)]


def test_giving_up_keeps_what_was_written_since(ana, enterprise):
    ana.write("enterprise", enterprise, sector="Food")
    give_up(ana.db, ana.by, numbers(ana)[0])
    row = ana.read("enterprise", enterprise)
    assert (row["city"], row["sector"]) == ("Solo", "Food")
    ana.sync()
    assert ana.is_clean


def test_a_row_that_only_the_refused_work_made_goes_to_the_bin(ana):
    row_id = make_enterprise(ana.db, ana.by, "PT Laksana")
    visit = ana.add("visit", enterprise_id=row_id, kind="intake", planned_on=VISIT_DAY, status="draft")
    refuse(ana)
    second, first = numbers(ana)
    give_up(ana.db, ana.by, first)
    assert ana.read("enterprise", row_id) is None
    assert find_row(ana.db, "enterprise", row_id, binned=True)["name"] == "PT Laksana"
    ana.write("visit", visit, purpose="See the line")
    give_up(ana.db, ana.by, second)
    assert ana.read("visit", visit)["purpose"] == "See the line"


def test_what_stands_on_refused_work_is_refused_and_both_are_sent_again(ana, budi):
    row_id = make_enterprise(ana.db, ana.by, "PT Laksana", address=TOO_LONG)
    ana.sync()
    visit = ana.add("visit", enterprise_id=row_id, kind="intake", planned_on=VISIT_DAY, status="draft")
    ana.sync()
    ana.write("enterprise", row_id, address="Jalan 1")
    for number in sorted(numbers(ana)):
        send_again(ana.db, ana.by, number)
    ana.sync()
    assert list_refused(ana.db) == []
    budi.sync()
    assert budi.read("enterprise", row_id)["name"] == "PT Laksana"
    assert budi.read("visit", visit)["enterprise_id"] == row_id
    assert ana.is_clean


def test_work_on_a_record_that_the_server_does_not_have_is_parked(ana):
    row_id = make_enterprise(ana.db, ana.by, "PT Laksana")
    refuse(ana)
    visit = ana.add("visit", enterprise_id=row_id, kind="intake", planned_on=VISIT_DAY, status="draft")
    ana.sync()
    assert [one.code for one in list_refused(ana.db)] == ["parent-missing", "invalid-value"]
    for number in sorted(numbers(ana)):
        send_again(ana.db, ana.by, number)
    ana.sync()
    assert list_refused(ana.db) == []
    assert [one.arrival for one in record_receipts(ana.db, {"visit": [visit]})] == [Arrival.CONFIRMED]


def test_a_binning_that_was_refused_is_sent_again_or_given_up(ana, budi, enterprise):
    give_up(ana.db, ana.by, numbers(ana)[0])
    ana.bin("enterprise", enterprise)
    refuse(ana)
    assert ana.read("enterprise", enterprise) is None
    (found,) = list_refused(ana.db)
    assert found.rows[0].binned
    send_again(ana.db, ana.by, found.id)
    refuse(ana)
    give_up(ana.db, ana.by, numbers(ana)[0])
    assert ana.read("enterprise", enterprise)
    ana.bin("enterprise", enterprise)
    refuse(ana)
    send_again(ana.db, ana.by, numbers(ana)[0])
    ana.sync()
    budi.sync()
    assert budi.read("enterprise", enterprise) is None


def test_work_on_a_kind_of_record_that_this_program_does_not_know_can_be_given_up(ana):
    body = b'{"m":1,"schema":1,"hlc":1,"at":1,"base":0,"ops":[{"t":"wages","id":"w","set":{"basis":1}}]}'
    ana.db.conn.execute(
        "INSERT INTO sync_rejected(id, incarnation, mseq, body, code, tbl, field, at_ms)"
        " VALUES(7, 1, 1, ?, 'unknown-table', 'wages', '', 1)",
        (body,),
    )
    ana.db.conn.execute("INSERT INTO sync_overlay VALUES('wages', 'w', 'basis', ?, 0, 1)", (-(1 << 40) + 7,))
    assert give_up(ana.db, ana.by, 7) == frozenset()
    assert list_refused(ana.db) == []


def test_what_is_not_in_the_list(ana, tmp_path):
    for deed in (send_again, give_up):
        with pytest.raises(NotFound):
            deed(ana.db, ana.by, 9)
    with pytest.raises(NotFound):
        get_refused(ana.db, 9)
    with pytest.raises(NotFound):
        export_refused(ana.db, 9, tmp_path / "x.json")


@pytest.mark.parametrize("is_told_late", [False, True])
def test_who_bins_a_record_does_not_see_it_back_for_work_on_it_that_is_refused(ana, budi, is_told_late):
    row_id = make_enterprise(ana.db, ana.by, "PT Laksana")
    ana.sync(), budi.sync()
    ana.write("enterprise", row_id, city="Solo")
    if is_told_late:
        seal(ana.db, ana.clock)
        ana.bin("enterprise", row_id)
        seal(ana.db, ana.clock)
        first = ana.one("SELECT min(mseq) FROM sync_outbox")
        mark(ana.db, [Result(m=first, status="rejected", code="invalid-value", table="enterprise", field="city")], 0)
        ana.db.conn.execute("UPDATE sync_rejected SET mseq = -1000 - id")
        ana.db.conn.execute("UPDATE sync_outbox SET mseq = mseq - 1")
        ana.db.conn.execute("UPDATE sync_overlay SET mseq = mseq - 1 WHERE mseq > 0")
        ana.db.conn.execute("UPDATE sync_state SET next_mseq = next_mseq - 1")
        renumber_bodies(ana)
    else:
        refuse(ana, field="city")
        ana.bin("enterprise", row_id)
    ana.sync(), budi.sync(), ana.sync()
    assert ana.read("enterprise", row_id) is budi.read("enterprise", row_id) is None
    assert len(numbers(ana)) == 1


def renumber_bodies(laptop):
    """As if what was refused had never had a number."""
    for mseq, body in laptop.db.conn.execute("SELECT mseq, body FROM sync_outbox").fetchall():
        sealed = encoded(msgspec.structs.replace(mutation_decoder.decode(body), m=mseq))
        laptop.db.conn.execute(
            "UPDATE sync_outbox SET body = ?, body_sha256 = ? WHERE mseq = ?",
            (sealed, hashlib.sha256(sealed).digest(), mseq),
        )
