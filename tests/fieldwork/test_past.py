"""A visit as it was at any moment."""

from datetime import timedelta

from app.fieldwork.measure import take_figure
from app.fieldwork.pictures import add_after, mark_before, photo_in
from app.fieldwork.plan import describe_enterprise, write_visit
from app.fieldwork.visit_file import visit_snapshot
from app.models.changes import undo
from app.models.improvements import list_improvements
from app.models.past import moments_of, visit_as_it_was
from app.models.rows import bin_row, list_rows, restore_row
from app.models.visits import get_visit, list_visits
from tests.factories import VISIT_DAY, make_enterprise, make_improvement, make_person_met, make_visit
from tests.fieldwork.test_pictures import picture


def newest(db):
    return db.conn.execute("SELECT max(grp) FROM history").fetchone()[0]


def test_texts_rows_and_bin_as_they_were(db, by, clock):
    before_all = newest(db)
    visit_id = make_visit(db, by, make_enterprise(db, by, "PT Laksana"))
    write_visit(db, by, visit_id, summary="First words")
    first = newest(db)
    write_visit(db, by, visit_id, summary="Better words")
    improvement_id = make_improvement(db, by, visit_id, "Post signs")
    person_id = make_person_met(db, by, visit_id)
    second = newest(db)
    bin_row(db, by, "improvement", improvement_id)
    bin_row(db, by, "visit_person", person_id)
    third = newest(db)
    restore_row(db, by, "visit_person", person_id)

    past = visit_as_it_was(db, visit_id, first)
    assert get_visit(past, visit_id).summary == "First words"
    assert get_visit(past, visit_id).enterprise == "PT Laksana"
    assert list_improvements(past) == []
    past.close()
    past = visit_as_it_was(db, visit_id, second)
    assert get_visit(past, visit_id).summary == "Better words"
    assert [one.what for one in list_improvements(past)] == ["Post signs"]
    assert len(list(list_rows(past, "visit_person"))) == 1
    past.close()
    past = visit_as_it_was(db, visit_id, third)
    assert list_improvements(past) == []
    assert list(list_rows(past, "visit_person")) == []
    past.close()
    past = visit_as_it_was(db, visit_id, before_all)
    assert list_visits(past) == []
    past.close()


def test_after_the_last_edit_everything_reads_as_now(db, photos, by):
    """What a report is made from is the same: pairs, people, figures and assessments of the enterprise too."""
    enterprise_id = make_enterprise(db, by)
    describe_enterprise(db, by, enterprise_id, VISIT_DAY - timedelta(days=90), workers=200)
    earlier = make_visit(db, by, enterprise_id, on=VISIT_DAY - timedelta(days=30))
    take_figure(db, by, earlier, "defect", "2026-10", numerator=5, denominator=100, role="baseline")
    pair_id = mark_before(db, by, photo_in(db, photos, by, earlier, picture("red")), place="Door")
    make_improvement(db, by, earlier)
    visit_id = make_visit(db, by, enterprise_id)
    take_figure(db, by, visit_id, "defect", "2026-11", numerator=2, denominator=100)
    add_after(db, by, pair_id, photo_in(db, photos, by, visit_id, picture("green")))
    past = visit_as_it_was(db, visit_id, newest(db))
    assert visit_snapshot(past, visit_id) == visit_snapshot(db, visit_id)
    past.close()


def test_a_clock_that_was_set_back_mixes_nothing(db, by, clock):
    visit_id = make_visit(db, by)
    write_visit(db, by, visit_id, purpose="one", summary="one")
    first = newest(db)
    clock.move(hours=-5)
    write_visit(db, by, visit_id, purpose="two", summary="two")
    past = visit_as_it_was(db, visit_id, first)
    assert (get_visit(past, visit_id).purpose, get_visit(past, visit_id).summary) == ("one", "one")
    past.close()
    groups = [moment.group for moment in moments_of(db, visit_id)]
    assert groups == sorted(groups)
    assert groups[-1] == first + 1


def test_an_undo_is_a_moment_of_its_own(db, by, clock):
    visit_id = make_visit(db, by)
    write_visit(db, by, visit_id, summary="Words")
    written = newest(db)
    clock.move(minutes=1)
    undo(db, by)
    past = visit_as_it_was(db, visit_id, written)
    assert get_visit(past, visit_id).summary == "Words"
    past.close()
    last = moments_of(db, visit_id)[-1]
    assert (last.at, last.user_id, last.fields) == (clock.now(), by.user_id, 1)
