"""Filling in a checklist: it is begun and answered, one answer a deed."""

from collections.abc import Iterable, Mapping

from app.checklists.form import Form, form_from_text
from app.checklists.items import AnswerKind, Checklist, Item
from app.checklists.runtime import Filling
from app.checklists.scoring import Verdict, verdict
from app.checklists.states import Key, Surroundings
from app.checklists.stored import checklist_from_text
from app.errors import Invalid, NotAllowed, NotFound
from app.fieldwork.incidents import open_incident
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.incidents import secret_answers
from app.models.rows import (
    Row,
    bin_row,
    change_row,
    find_row,
    get_row,
    list_rows,
    natural_id_of,
    save_row,
    table_called,
)
from app.models.visits import require_open

# What a country programme sets that a form may ask for, by the name it asks with.
_SETTINGS = ("minimum_age",)


def begin_assessment(
    db: Database, by: Author, visit_id: str, checklist_id: str, *, moment: str, extent: str = "full"
) -> str:
    """The checklist, to be filled in on this visit as `baseline`, `interim` or `end_line`. Returns the assessment's id.

    `extent` is `partial` when items are left out on purpose. Beginning it again goes on with the one that is there. A
    new one starts with the form's own default answers.
    """
    with edit(db, by):
        require_open(db, visit_id)
        begun = {"visit_id": visit_id, "checklist_id": checklist_id, "moment": moment, "extent": extent}
        is_new = find_row(db, "assessment", natural_id_of(table_called("assessment"), begun), binned=True) is None
        assessment_id = save_row(db, by, "assessment", begun)
        if is_new:
            write_defaults(db, by, assessment_id, filling_of(db, assessment_id, by))
        return assessment_id


def write_defaults(
    db: Database, by: Author, assessment_id: str, filling: Filling, rounds: Iterable[str] = ("",)
) -> None:
    """The answers that the form itself gives at the beginning, or in `rounds` that were just added."""
    with edit(db, by):
        for key, value in filling.defaults(rounds).items():
            answer_item(db, by, assessment_id, key.name, value, round=key.round)


def checklist_of(db: Database, assessment_id: str) -> Checklist:
    """The checklist as it was defined when the assessment began."""
    return checklist_from_text(_definition(db, assessment_id))


def form_of_assessment(db: Database, assessment_id: str) -> Form:
    """The same, ready to be filled in."""
    return form_from_text(_definition(db, assessment_id))


def filling_of(db: Database, assessment_id: str, by: Author | None = None) -> Filling:
    """The checklist with its answers and the settings of the country, as they are stored. `by` gives the clock."""
    form = form_of_assessment(db, assessment_id)
    given = {_key(row): row["value"] for row in list_rows(db, "answer", assessment_id=assessment_id)}
    return Filling(form, given, Surroundings(by.clock.now() if by else None, country_settings(db, assessment_id)))


def country_settings(db: Database, assessment_id: str) -> dict[str, str]:
    """What the enterprise's country programme sets, by the name that a form asks with; nothing where it is not set."""
    found = db.query(
        f"SELECT {', '.join(f'p.{name}' for name in _SETTINGS)} FROM assessment a JOIN visit v ON v.id = a.visit_id"
        " JOIN enterprise e ON e.id = v.enterprise_id JOIN country_programme p ON p.id = e.country_programme_id"
        " WHERE a.id = ?",
        [assessment_id],
    )
    return {name: str(value) for row in found for name, value in row.items() if value is not None}


def answer_item(
    db: Database, by: Author, assessment_id: str, item_id: str, value: str | None, *, round: str = "", **more: object
) -> str:
    """Answer one item, or change the answer; `value` None takes it back. Returns the answer's id.

    `round` is that of a repeat. `more`: note, evidence, not_assessed, override_reason. The finding is stored beside the
    raw answer, and so are those of other items that the answer shows, hides or judges anew; a finding of zero tolerance
    opens an incident. Raises NotFound for an item the checklist does not have, Invalid for a choice it does not offer,
    NotAllowed on a finished visit.
    """
    with edit(db, by):
        visit_id = get_row(db, "assessment", assessment_id)["visit_id"]
        require_open(db, visit_id)
        form = form_of_assessment(db, assessment_id)
        item = _item(form, item_id)
        if len(round.split("/") if round else ()) != len(form.layout.repeats[item_id]):
            raise Invalid("repeat_id", "no-such-row", round)
        if value is not None and item.kind is AnswerKind.CHOICE and value not in {c.name for c in item.choices}:
            raise Invalid(item_id, "not-a-choice", value)
        key = Key(item_id, round)
        alone = _stands_alone(form, item)
        found = verdict(item, value) if alone else _follow(db, by, assessment_id, key, value)
        answer = {"assessment_id": assessment_id, "item": item_id, "repeat_id": round or None}
        answer_row_id = save_row(db, by, "answer", answer | {"value": value, "finding": _stored(found)} | more)
        if found is Verdict.FINDING and item.zero_tolerance:
            open_incident(db, by, visit_id, answer_row_id, item.zero_tolerance)
        return answer_row_id


def keep_beside(db: Database, by: Author, assessment_id: str, item_id: str, *, round: str = "", **more: object) -> str:
    """Change what stands beside an answer (note, evidence, not_assessed, override_reason) and leave the answer. Returns
    its id.

    An item that was not answered yet stays unanswered. Raises what `answer_item` raises.
    """
    with edit(db, by):
        row = find_row(db, "answer", answer_id(assessment_id, item_id, round))
        return answer_item(db, by, assessment_id, item_id, row["value"] if row else None, round=round, **more)


def remove_round(db: Database, by: Author, assessment_id: str, repeat: str, round: str) -> None:
    """Put a round of a repeat, with all its answers, into the bin. Raises NotAllowed on a finished visit."""
    with edit(db, by):
        require_open(db, get_row(db, "assessment", assessment_id)["visit_id"])
        filling = filling_of(db, assessment_id, by)
        gone = {key for key in filling.tree.keys_of_round(repeat, round) if key.name in filling.layout.items}
        changed = filling.remove_round(repeat, round)
        for key in gone:
            if find_row(db, "answer", row_id := answer_id(assessment_id, key.name, key.round)):
                bin_row(db, by, "answer", row_id)
        _judge_anew(db, by, assessment_id, filling, changed)


def answer_id(assessment_id: str, item_id: str, round: str = "") -> str:
    """The id that the answer to an item has on every device."""
    key = {"assessment_id": assessment_id, "item": item_id, "repeat_id": round or None}
    return natural_id_of(table_called("answer"), key)


def answer_with_visit(db: Database, answer_row_id: str) -> tuple[Row, Row]:
    """An answer and the visit it was given on. Raises NotFound, and NotAllowed for an answer that was taken back."""
    answer = get_row(db, "answer", answer_row_id)
    if answer["value"] is None and answer["note"] is None:
        raise NotAllowed("answer-empty", answer["item"])
    visit_id = get_row(db, "assessment", answer["assessment_id"])["visit_id"]
    return answer, get_row(db, "visit", visit_id)


def count_answers(db: Database, visit_id: str) -> tuple[int, int]:
    """Of the questions that the visit's checklists ask now: those with an answer or a reason for none, and all."""
    answered = asked = 0
    for assessment in list_rows(db, "assessment", visit_id=visit_id):
        excused = {_key(row) for row in list_rows(db, "answer", assessment_id=assessment["id"]) if row["not_assessed"]}
        for state in filling_of(db, assessment["id"]).states():
            if state.is_visible and state.item.is_asked:
                asked += 1
                answered += bool(state.answer) or state.key in excused
    return answered, asked


def told_answers(db: Database, assessment_id: str) -> dict[Key, Row]:
    """The answers that others may be told: to items which are shown and not of zero tolerance.

    Those to items that the form's rules hide are kept in the store and are in no count, report or export.
    """
    filling = filling_of(db, assessment_id)
    secret = secret_answers(db)
    told = {state.key for state in filling.states() if state.is_visible and not state.item.zero_tolerance}
    # An answer to an item that this version does not have comes from a newer program: it is kept and told.
    known = filling.layout.items
    rows = ((_key(row), row) for row in list_rows(db, "answer", assessment_id=assessment_id))
    return {key: row for key, row in rows if row["id"] not in secret and (key in told or key.name not in known)}


def _definition(db: Database, assessment_id: str) -> str:
    checklist_id = get_row(db, "assessment", assessment_id)["checklist_id"]
    return str(get_row(db, "checklist", checklist_id)["definition"])


def _key(row: Mapping[str, str | None]) -> Key:
    return Key(str(row["item"]), row["repeat_id"] or "")


def _item(form: Form, item_id: str) -> Item:
    item = form.layout.items.get(item_id)
    if item is None:
        raise NotFound("item", item_id)
    return item


def _stands_alone(form: Form, item: Item) -> bool:
    """Whether its answer says nothing of other items and is judged by itself, as most are: then nothing is read."""
    return not (form.dependencies.readers.get(item.id) or item.nc_if or form.triggers.get(item.id))


def _follow(db: Database, by: Author, assessment_id: str, key: Key, value: str | None) -> Verdict | None:
    """What else the answer changes is stored; returns the verdict on the answer itself."""
    filling = filling_of(db, assessment_id, by)
    if key.round and key not in filling.tree.nodes:
        repeats = filling.layout.repeats[key.name]
        steps = key.round.split("/")
        for depth, repeat in enumerate(repeats, start=1):
            if (round_ := "/".join(steps[:depth])) not in filling.tree.rounds(repeat):
                filling.add_round(repeat, round_)
    changed = filling.answer(key, value)
    _judge_anew(db, by, assessment_id, filling, changed - {key})
    return filling.state(key).verdict


def _judge_anew(db: Database, by: Author, assessment_id: str, filling: Filling, changed: Iterable[Key]) -> None:
    for key in changed:
        state = filling.state(key)
        row = find_row(db, "answer", answer_id(assessment_id, key.name, key.round))
        if row is not None and row["finding"] != _stored(state.verdict):
            change_row(db, by, "answer", row["id"], finding=_stored(state.verdict))
        if state.item.trigger and state.answer != (row["value"] if row else None):
            made = {"assessment_id": assessment_id, "item": key.name, "repeat_id": key.round or None}
            save_row(db, by, "answer", made | {"value": state.answer})


def _stored(found: Verdict | None) -> str | None:
    """As the answer's row has it: nothing for what was not assessed, or only informs."""
    return None if found in (None, Verdict.NOT_ASSESSED) else str(found)
