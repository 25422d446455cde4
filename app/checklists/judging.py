"""A checklist's answers judged: what is hidden, or only informs, is in no count."""

from collections.abc import Mapping

from app.checklists.form import form_of
from app.checklists.items import Checklist
from app.checklists.runtime import Filling
from app.checklists.scoring import Judged, Result, result_of
from app.checklists.states import Key, Surroundings


def judge(
    checklist: Checklist,
    answers: Mapping[str, str | None] | Mapping[Key, str | None],
    settings: Mapping[str, str] | None = None,
) -> Result:
    """`answers` are raw values by item id, or by item and round; a missing one is not assessed, one for no item of this
    form is ignored. `settings` are those of the country, by name."""
    keyed = {one if isinstance(one, Key) else Key(one): value for one, value in answers.items()}
    return judged(Filling(form_of(checklist), keyed, Surroundings(settings=settings or {})))


def judged(filling: Filling) -> Result:
    found = (
        Judged(state.item, state.verdict, state.points, state.key.round)
        for state in filling.states()
        if state.is_visible and state.verdict is not None
    )
    return result_of(filling.checklist, found)
