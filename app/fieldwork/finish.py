"""Finishing a visit: what a reviewer would ask for is asked here, with the place of each gap; and reopening it."""

from app.checklists.scoring import Verdict
from app.checklists.states import ItemState
from app.errors import Invalid
from app.fieldwork.answers import answer_id, filling_of
from app.fieldwork.gaps import Gap, GapKind
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.registry import TABLE_BY_NAME
from app.models.rows import Row, change_row, gaps, get_row, list_rows
from app.models.visits import VisitStatus, get_visit, require_open


def gaps_of_visit(db: Database, visit_id: str) -> list[Gap]:
    """Everything that a reviewer would send the visit back for, in the order of the visit's tabs."""
    visit = get_row(db, "visit", visit_id)
    found = [_field_gap("visit", visit_id, field.name) for field in gaps(TABLE_BY_NAME["visit"], visit)]
    if visit["started_at"] is None:
        found.insert(0, Gap(GapKind.NOT_STARTED, "visit", visit_id, "started_at"))
    if not any(list_rows(db, "visit_person", visit_id=visit_id)):
        found.append(Gap(GapKind.NOBODY_MET, "visit_person", visit_id))
    for table in ("visit_person", "session", "improvement"):
        for row in list_rows(db, table, visit_id=visit_id):
            found += [_field_gap(table, row["id"], field.name) for field in gaps(TABLE_BY_NAME[table], row)]
    return found + _session_gaps(db, visit_id) + _answer_gaps(db, visit_id) + _figure_gaps(db, visit_id)


def finish_visit(db: Database, by: Author, visit_id: str) -> None:
    """Close the visit: from now on it is read only. Raises Invalid with the first gap that stops it."""
    with edit(db, by):
        require_open(db, visit_id)
        for gap in gaps_of_visit(db, visit_id):
            if gap.stops:
                raise Invalid(gap.field or gap.table, gap.kind, gap.row_id)
        change_row(db, by, "visit", visit_id, status=VisitStatus.FINISHED, finished_at=by.clock.now())


def reopen_visit(db: Database, by: Author, visit_id: str) -> None:
    """Open a finished visit again as its next revision; one that is open stays as it is."""
    with edit(db, by):
        visit = get_visit(db, visit_id)
        if not visit.can_be_edited:
            again = {"status": VisitStatus.DRAFT, "finished_at": None, "revision": visit.revision + 1}
            change_row(db, by, "visit", visit_id, **again)


def _field_gap(table: str, row_id: str, field: str) -> Gap:
    return Gap(GapKind.EMPTY_FIELD, table, row_id, field)


def _session_gaps(db: Database, visit_id: str) -> list[Gap]:
    return [
        Gap(GapKind.SESSION_WITHOUT_ATTENDANCE, "session", row["id"])
        for row in list_rows(db, "session", visit_id=visit_id)
        if not any(list_rows(db, "attendance", session_id=row["id"], was_present=1))
    ]


def _answer_gaps(db: Database, visit_id: str) -> list[Gap]:
    """Required items without an answer or a reason; critical findings that nobody does anything about."""
    found: list[Gap] = []
    for assessment in list_rows(db, "assessment", visit_id=visit_id):
        rows = {row["id"]: row for row in list_rows(db, "answer", assessment_id=assessment["id"])}
        is_partial = assessment["extent"] == "partial"
        for state in filling_of(db, assessment["id"]).states():
            answer = rows.get(answer_id(assessment["id"], state.key.name, state.key.round))
            if state.is_visible and (gap := _answer_gap(db, assessment["id"], state, answer, is_partial=is_partial)):
                found.append(gap)
    return found


def _answer_gap(
    db: Database, assessment_id: str, state: ItemState, answer: Row | None, *, is_partial: bool
) -> Gap | None:
    is_excused = answer is not None and bool(answer["not_assessed"] or answer["override_reason"])
    must = state.item.is_assessed or state.is_required
    if state.is_open and must:
        return (
            None if is_excused or is_partial else Gap(GapKind.UNANSWERED, "assessment", assessment_id, state.key.text)
        )
    if answer is None:
        return None
    if state.problem is not None and not is_excused:
        return Gap(GapKind.ANSWER_NOT_ACCEPTED, "answer", answer["id"], state.key.text)
    if state.item.is_critical and not state.item.zero_tolerance and _waits_for_improvement(db, answer):
        return Gap(GapKind.CRITICAL_WITHOUT_IMPROVEMENT, "answer", answer["id"], state.key.text)
    return None


def _waits_for_improvement(db: Database, answer: Row) -> bool:
    return answer["finding"] == Verdict.FINDING and not any(list_rows(db, "improvement", answer_id=answer["id"]))


def _figure_gaps(db: Database, visit_id: str) -> list[Gap]:
    has_figures = any(list_rows(db, "indicator_value", visit_id=visit_id))
    return [] if has_figures else [Gap(GapKind.NO_FIGURES, "indicator_value", visit_id)]
