"""Two enterprises that are one: everything comes over, nothing is lost, one undo takes it back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import NotAllowed, NotFound
from app.fieldwork.enterprises import add_contact
from app.fieldwork.measure import take_figure
from app.fieldwork.merging import merge_enterprises, plan_merging
from app.fieldwork.records import restore_record
from app.fieldwork.training import add_enterprise, create_training
from app.fieldwork.undo import redo, undo
from app.models.changes import history_of
from app.models.past import visit_as_it_was
from app.models.registry import TABLE_BY_NAME, TABLES, Merge
from app.models.rows import bin_row, change_row, find_row, get_row, list_rows, natural_id_of, put_row
from app.models.triggers import LIFE
from tests.factories import make_enterprise, make_improvement, make_session, make_visit

LINKS = [(table, one.name) for table in TABLES for one in table.fields if one.refers_to == "enterprise"]
BELOW = [(table, link) for table, link in LINKS if table.name != "enterprise"]
BORN = "2026-11-01T00:00:00.000Z"
KEYED = [(table, link) for table, link in BELOW if link in table.natural_key]
INK = {"TEXT": st.sampled_from(["a", "b", "", None]), "INTEGER": st.sampled_from([0, 1, None])}
INK["REAL"] = st.sampled_from([0.5, 2.0, None])


@pytest.fixture
def two(db, by):
    """The one that is kept, and the other one."""
    return (
        make_enterprise(db, by, "PT Laksana", city="Solo", sector=None, code="A-1", notes="Gate in the north"),
        make_enterprise(db, by, "PT Laksana Tekhnik", city="Semarang", code="A-1", notes="Ask for Ibu Sri"),
    )


def figure(db, by, enterprise_id, value, period="2026-10", **more):
    visit = make_visit(db, by, enterprise_id)
    return take_figure(db, by, visit, "absenteeism", period, numerator=value, denominator=100, **more)


def test_all_that_was_recorded_comes_over(db, by, two):
    keep, other = two
    visit = make_visit(db, by, other)
    session = make_session(db, by, visit, ("woman", "worker"))
    improvement = make_improvement(db, by, visit)
    contact = add_contact(db, by, other, "Sri")
    made = merge_enterprises(db, by, keep, other)
    assert made.moved == {"visit": 1, "participant": 1, "improvement": 1, "contact": 1}
    for table, row_id in (("visit", visit), ("improvement", improvement), ("contact", contact)):
        assert get_row(db, table, row_id)["enterprise_id"] == keep
    assert get_row(db, "session", session)["visit_id"] == visit
    assert find_row(db, "enterprise", other) is None
    assert get_row(db, "enterprise", other, binned=True)["merged_into"] == keep


def test_what_the_kept_one_did_not_say_is_filled_in_and_texts_are_joined(db, by, two):
    keep, other = two
    change_row(db, by, "enterprise", other, latitude=-7.5, longitude=110.8, phone="123")
    change_row(db, by, "enterprise", keep, phone="456")
    made = merge_enterprises(db, by, keep, other)
    row = get_row(db, "enterprise", keep)
    assert (row["sector"], row["latitude"], row["longitude"]) == ("Garments", -7.5, 110.8)
    assert row["notes"] == "Gate in the north\n\nAsk for Ibu Sri"
    assert (row["name"], row["city"], row["phone"]) == ("PT Laksana", "Solo", "456")
    assert {one.name for one in made.filled} == {"sector", "latitude", "longitude", "notes"}
    assert [(one.about.name, one.kept, one.other) for one in made.unlike] == [
        ("name", "PT Laksana", "PT Laksana Tekhnik"),
        ("city", "Solo", "Semarang"),
        ("phone", "456", "123"),
    ]


def test_a_row_that_is_its_key_gets_another_one(db, by, two):
    keep, other = two
    old = figure(db, by, other, 5)
    merge_enterprises(db, by, keep, other)
    (row,) = list_rows(db, "indicator_value", enterprise_id=keep)
    assert (row["value"], row["period"]) == (get_row(db, "indicator_value", old, binned=True)["value"], "2026-10")
    assert row["id"] == natural_id_of(TABLE_BY_NAME["indicator_value"], row)
    assert find_row(db, "indicator_value", old) is None


def test_where_both_have_one_that_of_the_kept_stays_and_the_other_is_named(db, by, two):
    keep, other = two
    kept, old = figure(db, by, keep, 4), figure(db, by, other, 5, note="Without the night shift")
    made = merge_enterprises(db, by, keep, other)
    (row,) = list_rows(db, "indicator_value", enterprise_id=keep)
    assert (row["id"], row["numerator"], row["note"]) == (kept, 4, "Without the night shift")
    named = {one.about.name: (one.row_id, one.other_id, one.kept, one.other) for one in made.unlike}
    assert named["numerator"] == (kept, old, 4, 5)
    assert get_row(db, "indicator_value", old, binned=True)["numerator"] == 5


def test_one_that_the_kept_threw_away_comes_back_with_what_the_other_says(db, by, two):
    keep, other = two
    kept = figure(db, by, keep, 4)
    figure(db, by, other, 5)
    bin_row(db, by, "indicator_value", kept)
    merge_enterprises(db, by, keep, other)
    assert get_row(db, "indicator_value", kept)["numerator"] == 5
    assert 4 in {one.old for one in history_of(db, "indicator_value", kept)}


def test_what_is_in_the_bin_comes_over_in_the_bin(db, by, two):
    keep, other = two
    visit, old = make_visit(db, by, other), figure(db, by, other, 5)
    for table, row_id in (("visit", visit), ("indicator_value", old)):
        bin_row(db, by, table, row_id)
    made = merge_enterprises(db, by, keep, other)
    assert made.moved["indicator_value"] == 0
    assert list(list_rows(db, "indicator_value", enterprise_id=keep)) == []
    restore_record(db, by, "visit", visit)
    assert get_row(db, "visit", visit)["enterprise_id"] == keep
    new = natural_id_of(TABLE_BY_NAME["indicator_value"], get_row(db, "indicator_value", old, binned=True) | {
        "enterprise_id": keep
    })  # fmt: skip
    assert get_row(db, "indicator_value", new, binned=True)["numerator"] == 5


def test_a_training_that_both_took_part_in_has_the_kept_one_once(db, by, two):
    keep, other = two
    module = db.conn.execute("SELECT id FROM module LIMIT 1").fetchone()[0]
    both, one = (create_training(db, by, module, starts_on=by.clock.today()) for _ in range(2))
    for training, enterprise in ((both, keep), (both, other), (one, other)):
        add_enterprise(db, by, training, enterprise)
    merge_enterprises(db, by, keep, other)
    assert sorted(row["training_id"] for row in list_rows(db, "training_enterprise", enterprise_id=keep)) == sorted(
        [both, one]
    )
    assert list(list_rows(db, "training_enterprise", enterprise_id=other)) == []


def test_what_became_one_with_the_other_earlier_is_one_with_the_kept(db, by, two):
    keep, other = two
    first = make_enterprise(db, by, "PT L")
    merge_enterprises(db, by, other, first)
    merge_enterprises(db, by, keep, other)
    assert get_row(db, "enterprise", first, binned=True)["merged_into"] == keep


def test_one_that_was_to_become_the_other_is_its_own_again(db, by, two):
    keep, other = two
    change_row(db, by, "enterprise", keep, merged_into=other)
    merge_enterprises(db, by, keep, other)
    assert get_row(db, "enterprise", keep)["merged_into"] is None


def test_the_one_to_keep_must_be_there(db, by, two):
    keep, other = two
    with pytest.raises(NotFound):
        merge_enterprises(db, by, keep, "gone")
    bin_row(db, by, "enterprise", keep)
    with pytest.raises(NotAllowed):
        merge_enterprises(db, by, keep, other)
    assert get_row(db, "enterprise", other)["merged_into"] is None


def test_who_gives_up_finds_everything_as_it_was(db, by, two):
    keep, other = two
    visit = make_visit(db, by, other)

    def give_up(_done, _all):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        merge_enterprises(db, by, keep, other, give_up)
    assert get_row(db, "visit", visit)["enterprise_id"] == other
    assert get_row(db, "enterprise", keep)["notes"] == "Gate in the north"


def test_one_that_is_taken_out_of_the_bin_is_its_own_again(db, by, two):
    keep, other = two
    merge_enterprises(db, by, keep, other)
    restore_record(db, by, "enterprise", other)
    assert get_row(db, "enterprise", other)["merged_into"] is None


def test_a_visit_is_shown_as_it_was_before(db, by, two):
    keep, other = two
    visit, old = make_visit(db, by, other), figure(db, by, other, 5)
    before = db.conn.execute("SELECT max(grp) FROM history").fetchone()[0]
    merge_enterprises(db, by, keep, other)
    past = visit_as_it_was(db, visit, before)
    assert get_row(past, "visit", visit)["enterprise_id"] == other
    assert get_row(past, "enterprise", other)["name"] == "PT Laksana Tekhnik"
    assert [row["id"] for row in list_rows(past, "indicator_value")] == [old]
    past.close()


def test_nothing_leads_to_a_row_that_gets_another_key():
    """Such rows would have to be led anew, and where they are part of a key, get another one themselves."""
    rekeyed = {table.name for table, link in LINKS if link in table.natural_key}
    assert rekeyed == {"indicator_value", "training_enterprise"}
    assert not [one.name for table in TABLES for one in table.fields if one.refers_to in rekeyed]


@st.composite
def enterprise_values(draw):
    return {
        one.name: draw(INK[one.sql_type])
        for one in TABLE_BY_NAME["enterprise"].fields
        if not (one.refers_to or one.name == "code")
    }


@st.composite
def rows_below(draw):
    """(table, its link, whose: 0 the kept one's, 1 the other's, 2 a third one's, values, in the bin)"""
    table, link = draw(st.sampled_from(BELOW + 6 * KEYED))
    values = {
        one.name: draw(INK[one.sql_type])
        for one in table.fields
        if not one.refers_to and one.name not in table.natural_key
    }
    return table, link, draw(st.integers(0, 2)), values, draw(st.sampled_from([False, False, True]))


def everything(db):
    """What stands in each living row."""
    return {
        (table.name, row["id"]): {name: row[name] for name in table.captured}
        for table in TABLES
        for row in db.query(f'SELECT * FROM "{table.name}" WHERE binned_at IS NULL')
    }


def planted(db, by, three, rows, training):
    for table, link, whose, values, is_binned in rows:
        fixed = {link: three[whose], "created_at": BORN}
        key = {"training_id": training, "area_id": None, "indicator": "i", "period": "2026", "role": "r"}
        fixed |= {name: key[name] for name in table.natural_key if name != link}
        row_id = natural_id_of(table, fixed) if table.natural_key else by.clock.new_id()
        put_row(db, by, table.name, row_id, values | fixed)
        if is_binned and find_row(db, table.name, row_id):
            bin_row(db, by, table.name, row_id)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(*[enterprise_values()] * 3), st.lists(rows_below(), max_size=12))
def test_nothing_is_lost_and_undo_brings_it_all_back(db, by, enterprises, rows):
    three = [by.clock.new_id() for _ in enterprises]
    for row_id, values in zip(three, enterprises, strict=True):
        put_row(db, by, "enterprise", row_id, values | {"code": "A-1", "created_at": BORN})
    training = create_training(
        db, by, db.conn.execute("SELECT id FROM module LIMIT 1").fetchone()[0], starts_on="2026-11-01"
    )
    planted(db, by, three, rows, training)
    keep, other, third = three
    before = everything(db)
    planned = plan_merging(db, keep, other)
    made = merge_enterprises(db, by, keep, other)
    after = everything(db)
    assert (planned.moved, planned.unlike) == (made.moved, made.unlike)
    for table, link in LINKS:
        found = db.conn.execute(f'SELECT id FROM "{table.name}" WHERE "{link}" = ? AND binned_at IS NULL', (other,))
        assert found.fetchall() == []
    named = {(one.table, one.other_id, one.about.name): one for one in made.unlike}
    for (table_name, row_id), values in before.items():
        now = after.get((table_name, row_id)) or _successor(db, after, table_name, values, keep, other)
        for name, value in values.items():
            if value in (None, "", other) or name == "created_at":
                continue
            assert _is_kept(db, table_name, row_id, name, (value, now[name]), named), (table_name, name)
    assert all(after[key] == values for key, values in before.items() if values.get("enterprise_id") == third)
    undo(db, by)
    assert everything(db) == before
    redo(db, by)
    assert everything(db) == after


def _successor(db, after, table_name, values, keep, other):
    """The row that stands for one that is gone."""
    if table_name == "enterprise":
        return after[table_name, keep]
    table = TABLE_BY_NAME[table_name]
    led = {name: keep if value == other else value for name, value in values.items()}
    return after[table_name, natural_id_of(table, led)]


def _is_kept(db, table, row_id, name, values, named):
    before, now = values
    if before == now:
        return True
    if TABLE_BY_NAME[table].field(name).merge is Merge.APPEND and before in now:
        return True
    one = named.get((table, row_id, name))
    old = get_row(db, table, row_id, binned=True)
    is_in_history = LIFE in {change.field for change in history_of(db, table, row_id)}
    return one is not None and (one.kept, one.other, old[name]) == (now, before, before) and is_in_history
