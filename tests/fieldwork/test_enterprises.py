"""Enterprises: the list, one as a whole, many at once; and what the next visit to one probably is."""

from datetime import timedelta

import pytest

from app.fieldwork.agreement import follow_up
from app.fieldwork.attendance import enrol
from app.fieldwork.enterprises import add_contact, enterprise_overview, people_of, register_many, write_enterprise
from app.fieldwork.plan import Proposal, describe_enterprise, plan_visit, propose_visit
from app.fieldwork.today import next_visit_day, progress_of, today, waiting_for_after
from app.models.changes import undo
from app.models.enterprises import known_enterprises, list_enterprises
from app.models.improvements import ImprovementStatus
from app.models.visits import VisitKind
from tests.factories import VISIT_DAY, make_enterprise, make_improvement, make_visit

DAY = timedelta(days=1)


def test_the_list_says_when_and_how_much(db, by):
    enterprise_id = make_enterprise(db, by, "PT Laksana", country="ID", city="Cibubur")
    visit_id = make_visit(db, by, enterprise_id)
    make_improvement(db, by, visit_id, due_on=VISIT_DAY - DAY)
    make_improvement(db, by, visit_id)
    done = make_improvement(db, by, visit_id)
    follow_up(db, by, done, ImprovementStatus.DONE, visit_id=visit_id)
    plan_visit(db, by, enterprise_id, kind=VisitKind.FOLLOW_UP, on=VISIT_DAY + 5 * DAY)
    (one,) = list_enterprises(db, VISIT_DAY)
    assert (one.name, one.country, one.last_visit_on, one.next_visit_on, one.open_improvements, one.overdue) == (
        "PT Laksana", "ID", VISIT_DAY, VISIT_DAY + 5 * DAY, 2, 1,
    )  # fmt: skip


def test_one_as_a_whole(db, by):
    enterprise_id = make_enterprise(db, by)
    visit_id = make_visit(db, by, enterprise_id)
    done = make_improvement(db, by, visit_id, "Old")
    follow_up(db, by, done, ImprovementStatus.DONE, visit_id=visit_id)
    make_improvement(db, by, visit_id, "New")
    describe_enterprise(db, by, enterprise_id, VISIT_DAY - 90 * DAY, women_permanent=1)
    describe_enterprise(db, by, enterprise_id, VISIT_DAY, women_permanent=7, men_temporary=3)
    add_contact(db, by, enterprise_id, "Ana", position="Owner")
    enrol(db, by, enterprise_id, sex="woman", role="worker")
    found = enterprise_overview(db, enterprise_id)
    assert [one.what for one in found.improvements] == ["New", "Old"]
    assert people_of(found.profiles[0]) == (10, 7, 3)
    assert found.marks[visit_id].improvements == 2
    assert [one["name"] for one in found.contacts] == ["Ana"]
    assert (found.trained.total, found.trained.women, found.trained.workers) == (1, 1, 1)


def test_people_not_known_by_sex():
    assert people_of({"workers": 40}) == (40, None, None)
    assert people_of({}) == (None, None, None)


def test_many_at_once_leave_duplicates_out_and_are_one_undo(db, by):
    make_enterprise(db, by, "Nova", country="PE")
    rows = [{"name": name, "country": "PE"} for name in ("NOVA", "Andina", "Andina", "Sur")]
    heard = []
    assert register_many(db, by, rows, lambda done, total: heard.append(total)) == 2
    assert heard == [4]
    assert len(known_enterprises(db)) == 3
    undo(db, by)
    assert known_enterprises(db) == {("nova", "PE")}


def test_giving_up_writes_nothing(db, by):
    def stop(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        register_many(db, by, [{"name": "Nova", "country": "PE"}], stop)
    assert known_enterprises(db) == set()


def test_a_field_is_written(db, by):
    enterprise_id = make_enterprise(db, by)
    write_enterprise(db, by, enterprise_id, founded="1990", city="")
    row = enterprise_overview(db, enterprise_id).row
    assert (row["founded"], row["city"]) == (1990, None)


def test_what_the_next_visit_probably_is(db, by):
    enterprise_id = make_enterprise(db, by)
    assert propose_visit(db, enterprise_id) == Proposal(VisitKind.INTAKE, None, None)
    make_visit(db, by, enterprise_id, kind=VisitKind.INTAKE)
    assert propose_visit(db, enterprise_id) == Proposal(VisitKind.FOLLOW_UP, 1, None)
    make_visit(db, by, enterprise_id, number=3)
    assert propose_visit(db, enterprise_id).number == 4


def test_the_day_to_be_ready_for(db, by):
    assert next_visit_day(db, VISIT_DAY) == VISIT_DAY
    enterprise_id = make_enterprise(db, by)
    plan_visit(db, by, enterprise_id, kind=VisitKind.FOLLOW_UP, on=VISIT_DAY + 2 * DAY)
    assert next_visit_day(db, VISIT_DAY) == VISIT_DAY + 2 * DAY
    plan_visit(db, by, enterprise_id, kind=VisitKind.FOLLOW_UP, on=VISIT_DAY)
    assert next_visit_day(db, VISIT_DAY) == VISIT_DAY


def test_what_today_waits_for(db, by):
    enterprise_id = make_enterprise(db, by)
    plan_visit(db, by, enterprise_id, kind=VisitKind.FOLLOW_UP, on=VISIT_DAY - DAY)
    visit_id = make_visit(db, by, enterprise_id)
    done = make_improvement(db, by, visit_id)
    follow_up(db, by, done, ImprovementStatus.DONE, visit_id=visit_id)
    found = today(db, VISIT_DAY)
    assert (len(found.visits), len(found.missed), len(found.to_verify)) == (1, 1, 1)
    assert progress_of(db, visit_id).items == 0
    assert progress_of(db, visit_id).worked_at == by.clock.now()
    assert waiting_for_after(db) == frozenset()
