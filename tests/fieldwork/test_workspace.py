from datetime import date

import pytest

from app.errors import NotFound
from app.fieldwork.agreement import follow_up
from app.fieldwork.gaps import GapKind
from app.fieldwork.plan import describe_enterprise, meet
from app.fieldwork.workspace import gap_lines, promised_before, read_opening, read_workspace
from app.models.improvements import ImprovementStatus
from app.models.visits import get_visit
from tests.factories import make_enterprise, make_improvement, make_session, make_visit


def test_it_says_where_and_how_many(db, by):
    enterprise_id = make_enterprise(db, by)
    describe_enterprise(db, by, enterprise_id, date(2026, 1, 1), workers=120)
    describe_enterprise(db, by, enterprise_id, date(2026, 6, 1), women_permanent=150, men_permanent=50)
    visit_id = make_visit(db, by, enterprise_id)
    make_session(db, by, visit_id, ("woman", "worker"), ("man", "worker"))
    make_improvement(db, by, visit_id)
    shown = read_workspace(db, visit_id)
    assert (shown.city, shown.country, shown.workers) == ("Lima", "PE", 200)
    assert (shown.counts.attended, shown.counts.improvements, shown.counts.photos) == (2, 1, 0)


def test_who_is_not_there_cannot_be_shown(db, by):
    with pytest.raises(NotFound):
        read_workspace(db, "no visit")


def test_promises_are_the_open_ones_of_other_visits_and_those_told_now(db, by):
    enterprise_id = make_enterprise(db, by)
    earlier = make_visit(db, by, enterprise_id, on=date(2026, 9, 1))
    visit_id = make_visit(db, by, enterprise_id)
    still_open, done_now, done_before = (make_improvement(db, by, earlier, what) for what in ("a", "b", "c"))
    make_improvement(db, by, visit_id, "of this visit")
    follow_up(db, by, done_now, ImprovementStatus.DONE, visit_id=visit_id)
    follow_up(db, by, done_before, ImprovementStatus.DONE, visit_id=earlier)
    assert {one.id for one in promised_before(db, get_visit(db, visit_id))} == {still_open, done_now}
    opening = read_opening(db, visit_id)
    assert opening.earlier is not None
    assert opening.earlier.id == earlier


def test_a_gap_says_what_it_is_about(db, by):
    visit_id = make_visit(db, by)
    meet(db, by, visit_id, "Sprayers", role="worker")
    make_session(db, by, visit_id)
    about = {(line.gap.kind, line.gap.field): line.about for line in gap_lines(db, visit_id, "en")}
    assert about[GapKind.EMPTY_FIELD, "sex"] == "Sprayers"
    assert about[GapKind.SESSION_WITHOUT_ATTENDANCE, ""] == "5S on the line"
    assert about[GapKind.EMPTY_FIELD, "summary"] == ""
