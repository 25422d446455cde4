"""A checklist's answers judged: what is hidden, or only informs, is in no count."""

from collections.abc import Mapping

from app.checklists.form import form_of
from app.checklists.items import Checklist
from app.checklists.runtime import Filling
from app.checklists.scoring import Judged, Result, result_of
from app.checklists.states import Key, Surroundings


def judge(checklist: Checklist, answers: Mapping[str, str | None], settings: Mapping[str, str] | None = None) -> Result:
    """As a report tells it: items of zero tolerance are in no count, whatever was answered, so that their absence
    says nothing.

    `answers` are raw values by `Key.text`, which is the item's id outside repeats; a missing one is not assessed, one
    for no item of this form is ignored. `settings` are those of the country, by name.
    """
    keyed = {Key.of(text): value for text, value in answers.items()}
    return judged(Filling(form_of(checklist), keyed, Surroundings(settings=settings or {})))


def judged(filling: Filling, *, with_zero_tolerance: bool = False) -> Result:
    found = (
        Judged(state.item, state.verdict, state.points, state.key.round)
        for state in filling.states()
        if state.is_visible and state.verdict is not None and (with_zero_tolerance or not state.item.zero_tolerance)
    )
    return result_of(filling.checklist, found)
