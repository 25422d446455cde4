"""A visit as it was at any moment."""

from app.fieldwork.plan import write_visit
from app.models.changes import undo
from app.models.improvements import list_improvements
from app.models.past import moments_of, visit_as_it_was
from app.models.rows import bin_row, list_rows, restore_row
from app.models.visits import get_visit, list_visits
from tests.factories import make_enterprise, make_improvement, make_person_met, make_visit


def test_texts_rows_and_bin_as_they_were(db, by, clock):
    before_all = clock.now()
    clock.move(minutes=1)
    visit_id = make_visit(db, by, make_enterprise(db, by, "PT Laksana"))
    write_visit(db, by, visit_id, summary="First words")
    first = clock.now()
    clock.move(minutes=10)
    write_visit(db, by, visit_id, summary="Better words")
    improvement_id = make_improvement(db, by, visit_id, "Post signs")
    person_id = make_person_met(db, by, visit_id)
    second = clock.now()
    clock.move(minutes=10)
    bin_row(db, by, "improvement", improvement_id)
    bin_row(db, by, "visit_person", person_id)
    clock.move(minutes=10)
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
    past = visit_as_it_was(db, visit_id, second.replace(minute=second.minute + 15))
    assert list_improvements(past) == []
    assert list(list_rows(past, "visit_person")) == []
    past.close()
    past = visit_as_it_was(db, visit_id, before_all)
    assert list_visits(past) == []
    past.close()
    past = visit_as_it_was(db, visit_id, clock.now())
    assert [dict(row) for row in past.query("SELECT * FROM visit")] == list(list_rows(db, "visit"))
    past.close()


def test_an_undo_is_a_moment_of_its_own(db, by, clock):
    visit_id = make_visit(db, by)
    clock.move(minutes=1)
    write_visit(db, by, visit_id, summary="Words")
    written = clock.now()
    clock.move(minutes=1)
    undo(db, by)
    past = visit_as_it_was(db, visit_id, written)
    assert get_visit(past, visit_id).summary == "Words"
    past.close()
    moments = moments_of(db, visit_id)
    assert [moment[0] for moment in moments] == sorted(moment[0] for moment in moments)
    assert {user for _at, user, _n in moments} == {by.user_id}
    assert moments[-1][0] == clock.now()
