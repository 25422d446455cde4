"""A visit, deed by deed, and what each deed refuses."""

from datetime import date, timedelta

import pytest

from app.errors import Invalid, NotAllowed, NotFound
from app.fieldwork.agreement import agree, follow_up, improve_answer, verify
from app.fieldwork.answers import answer_id, answer_item, begin_assessment, checklist_of
from app.fieldwork.attendance import count_attendance, enrol, tick
from app.fieldwork.catalogues import module_id, newest_checklist_id
from app.fieldwork.finish import finish_visit, gaps_of_visit, reopen_visit
from app.fieldwork.gaps import GapKind
from app.fieldwork.measure import take_figure
from app.fieldwork.plan import meet, open_visit, plan_visit, write_visit
from app.fieldwork.today import last_promise, promised_before, today
from app.models.improvements import ImprovementStatus, get_improvement
from app.models.rows import change_row, get_row, list_rows
from app.models.visits import VisitKind, VisitStatus, get_visit
from tests.factories import VISIT_DAY, make_enterprise, make_improvement, make_person_met, make_session, make_visit

TEXTS = {"purpose": "Why", "summary": "What", "next_steps": "Then"}


def begin_osh(db, by, visit_id, moment="end_line"):
    return begin_assessment(db, by, visit_id, newest_checklist_id(db, "osh"), moment=moment)


def answer_all(db, by, assessment_id, **answers):
    for item in checklist_of(db, assessment_id).items:
        if item.is_assessed:
            good = "no" if "yes" in item.nc_when else "yes"
            answer_item(db, by, assessment_id, item.id, answers.get(item.id, good))


def test_planned_opened_and_on_the_day(db, by):
    enterprise_id = make_enterprise(db, by, "PT Laksana")
    visit_id = plan_visit(
        db, by, enterprise_id, kind=VisitKind.FOLLOW_UP, on=VISIT_DAY, number=2, module_id=module_id("osh")
    )
    assert get_visit(db, visit_id).started_at is None
    open_visit(db, by, visit_id)
    started = get_visit(db, visit_id).started_at
    assert started == by.clock.now()
    by.clock.move(hours=1)
    open_visit(db, by, visit_id)
    visit = get_visit(db, visit_id)
    assert (visit.started_at, visit.enterprise, visit.module, visit.status, visit.revision) == (
        started, "PT Laksana", "Occupational Safety and Health at Work", VisitStatus.DRAFT, 1,
    )  # fmt: skip
    assert [one.id for one in today(db, VISIT_DAY).visits] == [visit_id]


def test_a_visit_needs_an_enterprise(db, by):
    with pytest.raises(NotFound):
        plan_visit(db, by, "nobody", kind=VisitKind.INTAKE, on=VISIT_DAY)


def test_attendance_is_counted_in_groups(db, by):
    visit_id = make_visit(db, by)
    session_id = make_session(db, by, visit_id, ("woman", "worker"), ("man", "manager"), ("not_said", "worker"))
    there = count_attendance(db, session_id)
    assert (there.women, there.men, there.other, there.managers, there.workers, there.present) == (1, 1, 1, 1, 2, 3)


def test_unticking_and_ticking_again_is_the_same_row(db, by):
    visit_id = make_visit(db, by)
    session_id = make_session(db, by, visit_id)
    person = enrol(db, by, get_visit(db, visit_id).enterprise_id, sex="woman", role="worker")
    for present in (True, False, True):
        tick(db, by, session_id, [person], present=present)
    assert count_attendance(db, session_id).present == 1
    assert len(list(list_rows(db, "attendance"))) == 1


def test_an_answer_is_judged_and_can_change(db, by):
    assessment_id = begin_osh(db, by, make_visit(db, by))
    answer_item(db, by, assessment_id, "ppe_worn", "no", note="2 of 5 without", evidence=["observation"])
    answer_item(db, by, assessment_id, "guards_removed", "yes")
    answer_item(db, by, assessment_id, "noise", "na")
    findings = {row["item"]: row["finding"] for row in list_rows(db, "answer")}
    assert findings == {"ppe_worn": "finding", "guards_removed": "finding", "noise": "not_applicable"}
    answer_item(db, by, assessment_id, "ppe_worn", "yes")
    row = get_row(db, "answer", answer_id(assessment_id, "ppe_worn"))
    assert (row["value"], row["finding"], row["note"]) == ("yes", "met", "2 of 5 without")
    answer_item(db, by, assessment_id, "ppe_worn", None)
    assert get_row(db, "answer", answer_id(assessment_id, "ppe_worn"))["finding"] is None


def test_what_the_checklist_does_not_know_is_refused(db, by):
    assessment_id = begin_osh(db, by, make_visit(db, by))
    with pytest.raises(NotFound):
        answer_item(db, by, assessment_id, "no_such_item", "yes")
    with pytest.raises(Invalid):
        answer_item(db, by, assessment_id, "ppe_worn", "maybe")


def test_beginning_a_checklist_again_goes_on_with_it(db, by):
    visit_id = make_visit(db, by)
    assert begin_osh(db, by, visit_id) == begin_osh(db, by, visit_id)
    assert begin_osh(db, by, visit_id, "baseline") != begin_osh(db, by, visit_id)


def test_an_improvement_from_a_finding_in_one_step(db, by):
    visit_id = make_visit(db, by)
    assessment_id = begin_osh(db, by, visit_id)
    answer_item(db, by, assessment_id, "chem_spraying", "no")
    improvement_id = improve_answer(
        db,
        by,
        answer_id(assessment_id, "chem_spraying"),
        "Build cubicles",
        responsible="Head",
        due_on=date(2026, 12, 15),
    )
    row = get_row(db, "improvement", improvement_id)
    assert (row["origin"], row["visit_id"], row["answer_id"]) == (
        "answer", visit_id, answer_id(assessment_id, "chem_spraying"),
    )  # fmt: skip
    with pytest.raises(NotFound):
        improve_answer(db, by, answer_id(assessment_id, "noise"), "Nothing was answered")


def test_only_an_advisor_verifies_and_only_what_is_done(db, by):
    improvement_id = make_improvement(db, by, make_visit(db, by))
    with pytest.raises(NotAllowed, match="verify-role"):
        verify(db, by, improvement_id, on=VISIT_DAY)
    change_row(db, by, "user", by.user_id, role="expert")
    with pytest.raises(NotAllowed, match="verify-not-done"):
        verify(db, by, improvement_id, on=VISIT_DAY)
    follow_up(db, by, improvement_id, ImprovementStatus.DONE)
    verify(db, by, improvement_id, on=VISIT_DAY)
    improvement = get_improvement(db, improvement_id)
    assert (improvement.done_on, improvement.verified_on) == (VISIT_DAY, VISIT_DAY)


def test_the_next_visit_opens_with_what_was_promised(db, by):
    enterprise_id = make_enterprise(db, by)
    first = make_visit(db, by, enterprise_id)
    write_visit(db, by, first, next_steps="Clear the exit")
    promised = make_improvement(db, by, first, "Clear the exit", due_on=VISIT_DAY + timedelta(days=10))
    dropped = make_improvement(db, by, first, "Paint the gate")
    follow_up(db, by, dropped, ImprovementStatus.DROPPED)
    by.clock.move(days=30)
    second = make_visit(db, by, enterprise_id, on=VISIT_DAY + timedelta(days=30))
    make_improvement(db, by, second, "Agreed today")
    visit = get_visit(db, second)
    assert [one.id for one in promised_before(db, visit)] == [promised]
    assert last_promise(db, visit) == "Clear the exit"
    overdue = get_improvement(db, promised)
    assert overdue.days_overdue(visit.day) == 20
    assert promised in {one.id for one in today(db, visit.day).promised}


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({"numerator": 5, "denominator": 200}, 2.5),
        ({"numerator": "0", "denominator": "200"}, 0.0),
        ({"value": 3.5}, 3.5),
    ],
)
def test_a_rate_is_computed_from_its_parts(db, by, given, value):
    value_id = take_figure(db, by, make_visit(db, by), "defect", "2026-09", **given)
    assert get_row(db, "indicator_value", value_id)["value"] == value


def test_an_injury_rate_carries_its_basis(db, by):
    visit_id = make_visit(db, by)
    parts = {"numerator": 85, "denominator": 750_000}
    value_id = take_figure(db, by, visit_id, "severity", "2026", **parts)
    assert round(get_row(db, "indicator_value", value_id)["value"], 1) == 113.3
    value_id = take_figure(db, by, visit_id, "severity", "2026", basis="per_200000_hours", **parts)
    row = get_row(db, "indicator_value", value_id)
    assert (round(row["value"], 1), row["basis"]) == (22.7, "per_200000_hours")


def test_why_there_is_no_number_is_an_answer(db, by):
    visit_id = make_visit(db, by)
    value_id = take_figure(db, by, visit_id, "defect", "2026-09", numerator=5, denominator=200)
    assert take_figure(db, by, visit_id, "defect", "2026-09", status="refused") == value_id
    row = get_row(db, "indicator_value", value_id)
    assert (row["status"], row["value"], row["numerator"]) == ("refused", None, None)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "missing"),
        ({"numerator": 5}, "missing"),
        ({"numerator": 5, "denominator": 0}, "nothing-to-divide-by"),
        ({"status": "refused", "value": 3}, "number-and-reason"),
        ({"value": "many"}, "not-a-number"),
        ({"numerator": "many", "denominator": 2}, "not-a-number"),
        ({"value": 1, "role": "monthly", "source": "rumour"}, "not-a-choice"),
    ],
)
def test_a_figure_that_cannot_be(db, by, given, problem):
    visit_id = make_visit(db, by)
    with pytest.raises(Invalid) as refused:
        take_figure(db, by, visit_id, "defect", "2026-09", **given)
    assert refused.value.problem == problem
    assert list(list_rows(db, "indicator_value")) == []


def test_finish_names_every_gap_and_then_locks(db, by):
    visit_id = make_visit(db, by, purpose=None)
    assessment_id = begin_osh(db, by, visit_id)
    session_id = make_session(db, by, visit_id)
    found = gaps_of_visit(db, visit_id)
    assert {gap.field for gap in found if gap.kind is GapKind.EMPTY_FIELD} == {"purpose", "summary", "next_steps"}
    assert GapKind.NOBODY_MET in {gap.kind for gap in found}
    assert [gap.row_id for gap in found if gap.kind is GapKind.SESSION_WITHOUT_ATTENDANCE] == [session_id]
    unanswered = [gap.field for gap in found if gap.kind is GapKind.UNANSWERED]
    assert unanswered == [item.id for item in checklist_of(db, assessment_id).items if item.is_assessed]
    with pytest.raises(Invalid):
        finish_visit(db, by, visit_id)

    write_visit(db, by, visit_id, **TEXTS)
    make_person_met(db, by, visit_id)
    tick(db, by, session_id, [enrol(db, by, get_visit(db, visit_id).enterprise_id, sex="man", role="worker")])
    answer_all(db, by, assessment_id, exits="no")
    left = gaps_of_visit(db, visit_id)
    assert {gap.kind for gap in left} == {GapKind.CRITICAL_WITHOUT_IMPROVEMENT, GapKind.NO_FIGURES}
    finish_visit(db, by, visit_id)

    for deed in (
        lambda: write_visit(db, by, visit_id, summary="Late"),
        lambda: meet(db, by, visit_id, "Owner", role="manager", sex="man"),
        lambda: answer_item(db, by, assessment_id, "exits", "yes"),
        lambda: take_figure(db, by, visit_id, "defect", "2026-09", value=1),
        lambda: agree(db, by, visit_id, "Late"),
        lambda: tick(db, by, session_id, []),
        lambda: finish_visit(db, by, visit_id),
    ):
        with pytest.raises(NotAllowed, match="visit-finished"):
            deed()

    reopen_visit(db, by, visit_id)
    write_visit(db, by, visit_id, summary="Second revision")
    assert (get_visit(db, visit_id).revision, get_visit(db, visit_id).finished_at) == (2, None)


def test_today_tells_what_was_missed_and_what_waits(db, by):
    enterprise_id = make_enterprise(db, by)
    missed = plan_visit(db, by, enterprise_id, kind=VisitKind.INTAKE, on=VISIT_DAY - timedelta(days=2))
    done = make_improvement(db, by, make_visit(db, by, enterprise_id))
    follow_up(db, by, done, ImprovementStatus.DONE)
    now = today(db, VISIT_DAY)
    assert [visit.id for visit in now.missed] == [missed]
    assert [one.id for one in now.to_verify] == [done]
    assert now.conflicts == 0
