"""What was captured becomes mutations: by group, with the base that was seen, once, and never too large."""

import random

import msgspec
import pytest

from app.models import changes
from app.models.database import Author, edit
from app.models.rows import restore_row, save_row, write_fields
from app.sync import seal as sealing
from app.sync.outbox import mark
from app.sync.overlay import REFUSED, Laid, base_of_delete, in_order, inherited_base, laid_over
from app.sync.protocol import MAX_OPS, Mutation, Result
from app.sync.seal import TOO_LARGE, seal
from app.sync.state import write_state
from app.sync.wire import MAX_PACKED

PLACE = {"country": "PE"}
HOUR_MS = 3_600_000


def mutations(laptop) -> list[Mutation]:
    bodies = laptop.db.conn.execute("SELECT body FROM sync_outbox ORDER BY mseq").fetchall()
    return [msgspec.json.decode(body, type=Mutation) for (body,) in bodies]


def sealed(laptop) -> list[Mutation]:
    """What this seal made, without what was there before."""
    before = len(mutations(laptop))
    seal(laptop.db, laptop.clock)
    return mutations(laptop)[before:]


@pytest.fixture
def row(ana):
    """An enterprise that the server knows and shows at sequence 1."""
    made = ana.add("enterprise", name="Andina", **PLACE)
    ana.sync()
    return made


def test_one_edit_is_one_mutation_with_the_last_value_of_each_field(ana):
    with edit(ana.db, ana.by):
        row = save_row(ana.db, ana.by, "enterprise", {"name": "A", **PLACE})
        write_fields(ana.db, ana.by, "enterprise", row, {"name": "Andina", "city": "Lima"})
        save_row(ana.db, ana.by, "area", {"enterprise_id": row, "name": "Line 1"})
    (one,) = sealed(ana)
    assert [(op.table, op.life) for op in one.ops] == [("enterprise", None), ("area", None)]
    assert {name: one.ops[0].set[name] for name in ("name", "city")} == {"name": "Andina", "city": "Lima"}
    assert ana.one("SELECT count(*) FROM sync_capture") == 0
    assert seal(ana.db, ana.clock) == 0


def test_numbers_have_no_gap_and_bytes_stay_as_they_are(ana):
    for name in ("A", "B", "C"):
        ana.add("enterprise", name=name, **PLACE)
    assert [one.m for one in sealed(ana)] == [1, 2, 3]
    before = ana.db.conn.execute("SELECT mseq, body, body_sha256 FROM sync_outbox").fetchall()
    ana.add("enterprise", name="D", **PLACE)
    assert [one.m for one in sealed(ana)] == [4]
    assert ana.db.conn.execute("SELECT mseq, body, body_sha256 FROM sync_outbox WHERE mseq < 4").fetchall() == before


def test_a_group_that_goes_on_after_it_was_sealed_is_another_mutation(ana, row):
    with edit(ana.db, ana.by) as group:
        write_fields(ana.db, ana.by, "enterprise", row, {"notes": "First"})
    assert len(sealed(ana)) == 1
    with edit(ana.db, ana.by, group=group):
        write_fields(ana.db, ana.by, "enterprise", row, {"notes": "First and more"})
    (again,) = sealed(ana)
    assert again.ops[0].set == {"notes": "First and more"}


def test_a_group_that_goes_on_after_another_does_not_take_over_what_that_one_wrote(ana, row):
    with edit(ana.db, ana.by) as group:
        write_fields(ana.db, ana.by, "enterprise", row, {"notes": "First"})
    ana.write("enterprise", row, notes="Second")
    with edit(ana.db, ana.by, group=group):
        write_fields(ana.db, ana.by, "enterprise", row, {"city": "Lima"})
    assert [one.ops[0].set for one in sealed(ana)] == [{"notes": "First"}, {"notes": "Second"}, {"city": "Lima"}]


def test_what_the_program_itself_brings_is_dropped(ana):
    nobody = Author("", ana.device, ana.clock)
    save_row(ana.db, nobody, "module", {"key": "m1", "name": "Module 1"})
    assert seal(ana.db, ana.clock) == 0
    assert ana.one("SELECT count(*) FROM sync_capture") == 0


def test_without_a_server_everything_stays_captured(ana):
    write_state(ana.db, server_id=None)
    ana.add("enterprise", name="A", **PLACE)
    assert seal(ana.db, ana.clock) == 0
    assert ana.one("SELECT count(*) FROM sync_capture") == 1


def test_the_base_is_what_was_seen_when_the_form_opened(ana, budi, row):
    budi.sync()
    seen = ana.one("SELECT cursor FROM sync_state")
    budi.write("enterprise", row, city="Lima")
    budi.sync(), ana.sync()
    ana.write("enterprise", row, city="Callao", seen=seen)
    ana.write("enterprise", row, region="South")
    early, late = sealed(ana)
    assert (early.base, early.ops[0].bases) == (seen, {})
    assert late.base == ana.one("SELECT cursor FROM sync_state") > seen


def test_a_base_never_lies_above_what_is_shown(ana, row):
    ana.write("enterprise", row, city="Callao", seen=900)
    (one,) = sealed(ana)
    assert one.base == ana.one("SELECT cursor FROM sync_state")


def test_an_unsent_value_passes_its_base_on(ana, budi, row):
    budi.sync()
    first = ana.one("SELECT cursor FROM sync_state")
    ana.write("enterprise", row, city="Lima")
    sealed(ana)
    budi.write("enterprise", row, city="Callao")
    budi.sync()
    write_state(ana.db, cursor=9)  # as after a pull that goes on under the unsent value
    ana.write("enterprise", row, city="Cusco", region="South")
    (one,) = sealed(ana)
    assert {**dict.fromkeys(one.ops[0].set, one.base), **one.ops[0].bases} == {"city": first, "region": 9}


def test_an_unsent_delete_passes_its_base_on_to_all_fields_until_it_is_taken_back(ana, row):
    first = ana.one("SELECT cursor FROM sync_state")
    ana.bin("enterprise", row)
    sealed(ana)
    write_state(ana.db, cursor=9)
    with edit(ana.db, ana.by):
        restore_row(ana.db, ana.by, "enterprise", row)
        ana.write("enterprise", row, city="Lima")
    ana.write("enterprise", row, region="Callao")
    back, region = sealed(ana)
    assert (back.ops[0].life, back.ops[0].life_base or back.base) == ("undel", 9)
    assert back.ops[0].bases.get("city", back.base) == first
    assert region.ops[0].bases.get("region", region.base) == 9


def test_a_field_brings_along_those_it_is_merged_with(ana, row):
    ana.write("enterprise", row, latitude=1.5)
    (one,) = sealed(ana)
    assert one.ops[0].set == {"latitude": 1.5, "longitude": None}


def test_values_keep_their_types(ana, row):
    ana.write("enterprise", row, latitude=0.1 + 0.2, longitude=7, founded=1999, may_share=True, notes='"\n\u4f60')
    (one,) = sealed(ana)
    said = one.ops[0].set
    assert (said["latitude"], said["longitude"], said["founded"]) == (0.1 + 0.2, 7.0, 1999)
    assert isinstance(said["longitude"], float)
    assert (said["may_share"], said["notes"]) == (1, '"\n\u4f60')


def test_binning_and_taking_back(ana, row):
    ana.bin("enterprise", row)
    restore_row(ana.db, ana.by, "enterprise", row)
    assert [(one.ops[0].life, one.ops[0].set) for one in sealed(ana)] == [("del", {}), ("undel", {})]


def test_a_field_of_a_row_in_the_bin_does_not_take_it_out(ana, budi, row):
    """An undo writes a field of a row that went to the bin since."""
    ana.write("enterprise", row, city="Lima")
    ana.sync(), budi.sync()
    budi.bin("enterprise", row)
    budi.sync(), ana.sync()
    assert changes.undo(ana.db, ana.by)
    (one,) = sealed(ana)
    assert (one.ops[0].set, one.ops[0].life) == ({"city": None}, "del")
    ana.sync(), budi.sync()
    assert ana.read("enterprise", row) is None
    assert budi.read("enterprise", row) is None


def test_a_row_that_is_binned_and_written_between_is_followed(ana, row):
    ana.write("enterprise", row, city="Lima")
    ana.bin("enterprise", row)
    with edit(ana.db, ana.by):
        ana.db.conn.execute("UPDATE enterprise SET city = 'Cusco' WHERE id = ?", (row,))
    restore_row(ana.db, ana.by, "enterprise", row)
    ana.write("enterprise", row, city="Puno")
    assert [one.ops[0].life for one in sealed(ana)] == [None, "del", "del", "undel", None]


def test_closing_a_difference_travels_with_what_is_written(ana, row):
    with edit(ana.db, ana.by):
        write_fields(ana.db, ana.by, "enterprise", row, {"city": "Lima"})
        ana.db.conn.execute(
            "INSERT INTO sync_capture(grp, tbl, row_id, kind, at_ms, user_id) SELECT grp, 'conflict', 'c1', 'close',"
            " at_ms, user_id FROM edit_context"
        )
    with edit(ana.db, ana.by):
        ana.db.conn.execute(
            "INSERT INTO sync_capture(grp, tbl, row_id, kind, at_ms, user_id) SELECT grp, 'conflict', 'c2', 'close',"
            " at_ms, user_id FROM edit_context"
        )
    both, only = sealed(ana)
    assert (both.closes, len(both.ops)) == (["c1"], 1)
    assert (only.closes, only.ops) == (["c2"], [])


def test_time_is_corrected_by_the_offset_and_never_before_the_server(ana):
    write_state(ana.db, clock_offset_ms=-2 * HOUR_MS, server_floor_ms=0)
    at_ms = int(ana.clock.now().timestamp() * 1000)
    ana.add("enterprise", name="A", **PLACE)
    write_state(ana.db, clock_offset_ms=-2 * HOUR_MS)
    (one,) = sealed(ana)
    assert (one.at, one.hlc >> 16) == (at_ms, at_ms - 2 * HOUR_MS)
    write_state(ana.db, server_floor_ms=at_ms + HOUR_MS)
    ana.add("enterprise", name="B", **PLACE)
    (late,) = sealed(ana)
    assert late.hlc >> 16 == at_ms + HOUR_MS
    assert (late.boot, late.mono) == (ana.clock.boot_id(), ana.clock.uptime_ms())


def test_a_clock_that_was_set_after_the_edit_does_not_move_the_edit(ana, monkeypatch):
    uptime = ana.clock.uptime_ms()
    monkeypatch.setattr(type(ana.clock), "uptime_ms", lambda _self: uptime)
    at_ms = int(ana.clock.now().timestamp() * 1000)
    ana.add("enterprise", name="A", **PLACE)
    monkeypatch.setattr(type(ana.clock), "uptime_ms", lambda _self: uptime + 60_000)
    ana.clock.move(hours=5)
    (one,) = sealed(ana)
    assert one.at == at_ms
    assert one.hlc >> 16 == at_ms + 5 * HOUR_MS - 60_000


def test_a_large_group_is_cut_by_the_number_of_rows(ana, row):
    with edit(ana.db, ana.by):
        for number in range(MAX_OPS + 1):
            ana.db.conn.execute(
                "INSERT INTO area(id, created_at, enterprise_id, name) VALUES(?, '2026-01-01', ?, 'x')",
                (f"0199b000-0000-7000-8000-{number:012x}", row),
            )
    assert [len(one.ops) for one in sealed(ana)] == [MAX_OPS, 1]


def noise(length: int) -> str:
    return "".join(random.Random(7).choices([chr(c) for c in range(0x4E00, 0x9F00)], k=length))


def test_a_large_group_is_cut_by_its_size_and_a_large_row_by_its_fields(ana, row):
    text = noise(180_000)
    with edit(ana.db, ana.by):
        write_fields(ana.db, ana.by, "enterprise", row, {"notes": text, "address": text, "latitude": 1.0, "city": "L"})
        ana.db.conn.execute("UPDATE enterprise SET binned_at = '2026-01-01' WHERE id = ?", (row,))
        save_row(ana.db, ana.by, "enterprise", {"name": "B", **PLACE})
    made = sealed(ana)
    assert [one.m for one in made] == list(range(2, 2 + len(made)))
    values = [op.set for one in made for op in one.ops if op.id == row]
    assert {name for part in values for name in part} == {"notes", "address", "latitude", "longitude", "city"}
    assert all(("latitude" in part) == ("longitude" in part) for part in values)
    lives = [op.life for one in made for op in one.ops if op.id == row]
    assert (set(lives[:-1]), lives[-1]) == ({None}, "del")
    ana.sync()
    assert ana.is_clean


def test_what_fits_in_no_message_is_put_aside_and_stays_on_the_page(ana, row):
    ana.write("enterprise", row, notes=noise(MAX_PACKED // 2))
    ana.write("enterprise", row, city="Lima")
    (one,) = sealed(ana)
    assert one.ops[0].set == {"city": "Lima"}
    assert ana.db.conn.execute("SELECT code, tbl, field FROM sync_rejected").fetchall() == [
        (TOO_LARGE, "enterprise", "notes")
    ]
    ana.write("enterprise", row, address=noise(MAX_PACKED // 2))
    sealed(ana)
    assert ana.one("SELECT count(DISTINCT mseq) FROM sync_rejected") == 2
    ana.sync()
    assert ana.one("SELECT length(notes) FROM enterprise") == MAX_PACKED // 2
    assert ana.one("SELECT count(*) FROM sync_overlay WHERE field IN ('notes', 'address')") == 2


def test_what_was_refused_is_no_longer_shown_once_it_is_written_anew(ana, row):
    ana.write("enterprise", row, city="Lima", region="South")
    (refused,) = sealed(ana)
    mark(ana.db, [Result(m=refused.m, status="rejected", code="invalid-value")], 5)
    ana.write("enterprise", row, city="Cusco")
    sealed(ana)
    laid = ana.db.conn.execute("SELECT field, mseq FROM sync_overlay ORDER BY field").fetchall()
    assert laid == [("city", 3), ("region", REFUSED + 1)]


def test_a_body_of_many_bytes_that_packs_well_is_one_mutation(ana, row):
    ana.write("enterprise", row, notes="all the same " * 60_000)
    assert len(sealed(ana)) == 1
    assert ana.one("SELECT count(*) FROM sync_rejected") == 0


def test_a_text_that_inflates_too_far_is_put_aside(ana, row, monkeypatch):
    monkeypatch.setattr(sealing, "MAX_INFLATED", 1 << 20)
    ana.write("enterprise", row, notes="all the same " * 100_000)
    assert sealed(ana) == []


def test_inherited_bases():
    laid = in_order(
        [Laid("*", 5, 4, "del"), Laid("city", 7, 9, "x"), Laid("city", 3, 2, "y"), Laid("*", 6, 8, "undel")]
    )
    assert [one.mseq for one in laid] == [3, 5, 6, 7]
    assert inherited_base(laid, "city") == 2
    assert inherited_base(laid[:2], "city") == 4
    assert inherited_base(laid[:2], "region") == 4
    assert inherited_base(laid[:3], "region") is None
    assert inherited_base(laid[:1], "city") == 2
    assert inherited_base(laid[:1], "region") is None
    assert inherited_base([], "city") is None


def test_a_delete_knows_less_where_an_own_value_hides_a_newer_one():
    laid = [Laid("city", 3, 2, "y")]
    assert base_of_delete(laid, 9, {"city": 2}, 9) == 9
    assert base_of_delete(laid, 9, {"city": 7}, 9) == 2
    assert base_of_delete(laid, 1, {"city": 7}, 9) == 1


def test_who_writes_a_field_wants_the_row_to_live():
    laid = [Laid("*", 3, 0, "del"), Laid("city", 4, 0, "Lima")]
    assert laid_over({"name": "A"}, laid, deleted=False) == ({"name": "A", "city": "Lima"}, False)
    assert laid_over({"name": "A"}, laid[:1], deleted=False) == ({"name": "A"}, True)
    assert laid_over({}, [Laid("*", 3, 0, "undel")], deleted=True) == ({}, False)
