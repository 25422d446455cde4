"""Differences on their way: opened by the server, seen on both laptops, settled on one, gone on both."""

from dataclasses import replace

import pytest

from app.fieldwork.outbox import outbox
from app.fieldwork.undo import undo
from app.models.changes import next_undo
from app.models.database import cursor_of
from app.sync.conflicts import edit_both, keep, list_differences, list_settled, take
from tests.factories import make_enterprise


@pytest.fixture
def enterprise(ana, budi):
    """Both wrote the city, knowing nothing of each other; both laptops know it now."""
    row_id = make_enterprise(ana.db, ana.by, "PT Laksana", city="Lima")
    ana.sync()
    budi.sync()
    ana.write("enterprise", row_id, city="Solo")
    budi.clock.move(minutes=5)
    budi.write("enterprise", row_id, city="Semarang")
    for laptop in (ana, budi, ana):
        laptop.sync()
    return row_id


def by(laptop):
    """As the window writes: having seen what is shown."""
    return replace(laptop.by, seen=cursor_of(laptop.db))


def settle(laptop, deed, *more):
    (found,) = list_differences(laptop.db, laptop.by)
    deed(laptop.db, by(laptop), found.id, *more)
    assert list_differences(laptop.db, laptop.by) == []


def city(laptop, row_id):
    return laptop.read("enterprise", row_id)["city"]


def test_both_see_what_each_of_them_wrote(ana, budi, enterprise):
    (mine,), (theirs,) = (list_differences(one.db, one.by) for one in (ana, budi))
    assert mine.id == theirs.id
    for found in (mine, theirs):
        (part,) = found.parts
        assert (part.base, part.kept, part.other, part.now) == ("Lima", "Semarang", "Solo", "Semarang")
    assert (mine.kept_by.is_mine, mine.other_by.is_mine) == (False, True)
    assert (theirs.kept_by.is_mine, theirs.other_by.is_mine) == (True, False)


@pytest.mark.parametrize(
    ("deed", "more", "city_then"),
    [(keep, (), "Semarang"), (take, (), "Solo"), (edit_both, ({"city": "Solo and Semarang"},), "Solo and Semarang")],
)
def test_what_one_settles_is_settled_for_both(ana, budi, enterprise, deed, more, city_then):
    settle(ana, deed, *more)
    assert outbox(ana.db).settled == 1
    ana.sync()
    assert outbox(ana.db).is_empty
    budi.sync()
    for laptop in (ana, budi):
        assert list_differences(laptop.db, laptop.by) == []
        assert len(list_settled(laptop.db, laptop.by)) == 1
        assert city(laptop, enterprise) == city_then
        assert laptop.is_clean


def test_both_settle_it_otherwise_and_nothing_is_lost(ana, budi, enterprise):
    settle(ana, take)
    settle(budi, edit_both, {"city": "Bandung"})
    for laptop in (ana, budi, ana):
        laptop.sync()
    (again,) = list_differences(ana.db, ana.by)
    assert {again.parts[0].kept, again.parts[0].other} == {"Solo", "Bandung"}
    assert [one.parts[0].name for one in list_differences(budi.db, budi.by)] == ["city"]


def test_an_undo_before_it_was_sent_takes_the_value_back_and_not_the_settling(ana, budi, enterprise):
    settle(ana, take)
    undo(ana.db, by(ana))
    for laptop in (ana, budi):
        laptop.sync()
    for laptop in (ana, budi):
        assert city(laptop, enterprise) == "Semarang"
        assert list_differences(laptop.db, laptop.by) == []
        assert laptop.is_clean


def test_an_undo_after_it_was_sent_is_one_more_edit(ana, budi, enterprise):
    settle(ana, take)
    ana.sync()
    undo(ana.db, by(ana))
    ana.sync()
    budi.sync()
    for laptop in (ana, budi):
        assert city(laptop, enterprise) == "Semarang"
        assert list_differences(laptop.db, laptop.by) == []


def test_keeping_leaves_nothing_to_undo(ana, enterprise):
    before = next_undo(ana.db, ana.by)
    settle(ana, keep)
    assert next_undo(ana.db, ana.by) == before


def test_a_settling_waits_for_the_network_and_is_not_asked_again(ana, budi, enterprise):
    settle(ana, keep)
    budi.write("enterprise", enterprise, sector="Food")
    budi.sync()
    request_of_others = list_differences(budi.db, budi.by)
    assert len(request_of_others) == 1
    ana.sync()
    assert list_differences(ana.db, ana.by) == []


def test_a_delete_against_a_change_is_settled_by_binning(ana, budi, enterprise):
    settle(ana, keep)
    ana.sync()
    budi.sync()
    ana.bin("enterprise", enterprise)
    budi.write("enterprise", enterprise, sector="Food")
    for laptop in (budi, ana, budi):
        laptop.sync()
    (found,) = list_differences(ana.db, ana.by)
    assert (found.is_about_life, found.kind) == (True, "delete_vs_edit")
    assert ana.read("enterprise", enterprise)
    settle(ana, take)
    ana.sync()
    budi.sync()
    assert budi.read("enterprise", enterprise) is None
    assert list_differences(budi.db, budi.by) == []
