"""A checklist that was begun goes on with a newer version: its answers go over, with all that hangs on them."""

import json
from dataclasses import dataclass

from app.checklists.form import Form, form_from_text
from app.checklists.states import Key
from app.checklists.upgrade import UpgradePlan, plan_upgrade
from app.fieldwork.answers import answer_id, answer_item, begin_assessment, form_of_assessment, keep_beside
from app.fieldwork.catalogues import newest_checklist_id
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.rows import Row, bin_row, change_row, get_row, list_rows
from app.models.visits import require_open

_BESIDE = ("note", "not_assessed", "override_reason")
# What names an answer: it follows the answer into the new assessment.
_HANGING = ("photo_link", "improvement", "incident")


@dataclass(frozen=True, slots=True)
class Offered:
    """The newer version that an assessment may go on with."""

    checklist_id: str
    version: str
    plan: UpgradePlan


def find_upgrade(db: Database, assessment_id: str) -> Offered | None:
    """None when the assessment's version is the newest that is offered, or it was begun in the newest too."""
    assessment = get_row(db, "assessment", assessment_id)
    stored = get_row(db, "checklist", assessment["checklist_id"])
    newest = get_row(db, "checklist", newest_checklist_id(db, stored["key"].split()[0]))
    if newest["id"] == stored["id"] or newest["definition"] == stored["definition"]:
        return None
    begun = list_rows(db, "assessment", visit_id=assessment["visit_id"], checklist_id=newest["id"])
    if any(row["moment"] == assessment["moment"] for row in begun):
        return None
    old, new = form_of_assessment(db, assessment_id), form_from_text(newest["definition"])
    return Offered(newest["id"], newest["version"], plan_upgrade(old, new, _answers(db, assessment_id)))


def upgrade_assessment(db: Database, by: Author, assessment_id: str) -> str:
    """Go on with the newest version. Returns the id of the new assessment, or this one's where there is none newer.

    The old assessment goes to the bin with the answers that did not fit; one step of undo brings it back. Raises
    NotAllowed on a finished visit.
    """
    with edit(db, by):
        old = get_row(db, "assessment", assessment_id)
        require_open(db, old["visit_id"])
        offered = find_upgrade(db, assessment_id)
        if offered is None:
            return assessment_id
        facts = {"moment": old["moment"], "extent": old["extent"] or "full"}
        made = begin_assessment(db, by, old["visit_id"], offered.checklist_id, **facts)
        form = form_of_assessment(db, made)
        rows = {Key(row["item"], row["repeat_id"] or ""): row for row in _rows(db, assessment_id)}
        moved = set(offered.plan.moved)
        for key, row in rows.items():
            if key in moved or _says_only_beside(form, key, row):
                _move(db, by, made, key, row)
        bin_row(db, by, "assessment", assessment_id)
        return made


def _move(db: Database, by: Author, assessment_id: str, key: Key, row: Row) -> None:
    beside = {name: row[name] for name in _BESIDE if row[name]}
    keep_beside(db, by, assessment_id, key.name, round=key.round, **beside)
    new = answer_id(assessment_id, key.name, key.round)
    # Before the answer: an incident that is there already is gone on with.
    for table in _HANGING:
        for hanging in list(list_rows(db, table, answer_id=row["id"])):
            change_row(db, by, table, hanging["id"], answer_id=new)
    if row["evidence"]:
        change_row(db, by, "answer", new, evidence=json.loads(row["evidence"]))
    if row["value"]:
        answer_item(db, by, assessment_id, key.name, row["value"], round=key.round)


def _says_only_beside(form: Form, key: Key, row: Row) -> bool:
    """A note, or photos, at a question without an answer that is still asked."""
    return not row["value"] and key.name in form.layout.items


def _answers(db: Database, assessment_id: str) -> dict[Key, str]:
    return {Key(row["item"], row["repeat_id"] or ""): row["value"] or "" for row in _rows(db, assessment_id)}


def _rows(db: Database, assessment_id: str) -> list[Row]:
    return list(list_rows(db, "answer", assessment_id=assessment_id))
