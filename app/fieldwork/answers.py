"""The walk-through: a checklist is begun and answered, one answer a deed."""

from app.checklists.items import AnswerKind, Checklist, Item
from app.checklists.scoring import Verdict, verdict
from app.checklists.stored import checklist_from_text
from app.errors import Invalid, NotAllowed, NotFound
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.rows import Row, find_row, get_row, natural_id_of, save_row, table_called
from app.models.visits import require_open


def begin_assessment(
    db: Database, by: Author, visit_id: str, checklist_id: str, *, moment: str, extent: str = "full"
) -> str:
    """The checklist, to be filled in on this visit as `baseline`, `interim` or `end_line`. Returns the assessment's id.

    `extent` is `partial` when items are left out on purpose. Beginning it again goes on with the one that is there.
    """
    with edit(db, by):
        require_open(db, visit_id)
        begun = {"visit_id": visit_id, "checklist_id": checklist_id, "moment": moment, "extent": extent}
        return save_row(db, by, "assessment", begun)


def checklist_of(db: Database, assessment_id: str) -> Checklist:
    """The checklist as it was defined when the assessment began."""
    checklist_id = get_row(db, "assessment", assessment_id)["checklist_id"]
    return checklist_from_text(get_row(db, "checklist", checklist_id)["definition"])


def answer_item(db: Database, by: Author, assessment_id: str, item_id: str, value: str | None, **more: object) -> str:
    """Answer one item, or change the answer; `value` None takes it back. Returns the answer's id.

    `more`: note, evidence, not_assessed. The finding is stored beside the raw answer. Raises NotFound for an item the
    checklist does not have, Invalid for an answer it does not allow, NotAllowed on a finished visit.
    """
    with edit(db, by):
        require_open(db, get_row(db, "assessment", assessment_id)["visit_id"])
        item = _item(checklist_of(db, assessment_id), item_id)
        if value is not None and item.kind is AnswerKind.CHOICE and value not in {c.name for c in item.choices}:
            raise Invalid(item_id, "not-a-choice", value)
        judged = verdict(item, value)
        finding = None if judged is Verdict.NOT_ASSESSED else judged
        answer = {
            "assessment_id": assessment_id,
            "item": item_id,
            "repeat_id": None,
            "value": value,
            "finding": finding,
        }
        return save_row(db, by, "answer", answer | more)


def keep_beside(db: Database, by: Author, assessment_id: str, item_id: str, **more: object) -> str:
    """Change what stands beside an answer (note, evidence, not_assessed) and leave the answer. Returns its id.

    An item that was not answered yet stays unanswered. Raises what `answer_item` raises.
    """
    with edit(db, by):
        row = find_row(db, "answer", answer_id(assessment_id, item_id))
        return answer_item(db, by, assessment_id, item_id, row["value"] if row else None, **more)


def _item(checklist: Checklist, item_id: str) -> Item:
    for item in checklist.items:
        if item.id == item_id:
            return item
    raise NotFound("item", item_id)


def answer_id(assessment_id: str, item_id: str) -> str:
    """The id that the answer to an item has on every device."""
    return natural_id_of(table_called("answer"), {"assessment_id": assessment_id, "item": item_id})


def answer_with_visit(db: Database, answer_row_id: str) -> tuple[Row, Row]:
    """An answer and the visit it was given on. Raises NotFound, and NotAllowed for an answer that was taken back."""
    answer = get_row(db, "answer", answer_row_id)
    if answer["value"] is None and answer["note"] is None:
        raise NotAllowed("answer-empty", answer["item"])
    visit_id = get_row(db, "assessment", answer["assessment_id"])["visit_id"]
    return answer, get_row(db, "visit", visit_id)
