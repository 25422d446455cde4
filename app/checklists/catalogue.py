"""Which checklists come with the program: every XLSForm table in resources/checklists."""

from functools import cache

from app.checklists.items import Checklist
from app.checklists.xlsform import load
from app.errors import NotFound
from app.paths import resource


@cache
def list_checklists() -> tuple[Checklist, ...]:
    """All, by key. Raises BadFile when one of the program's own files is damaged."""
    loaded = (load(path) for path in resource("checklists").glob("*.md"))
    return tuple(sorted(loaded, key=lambda checklist: checklist.id))


def get_checklist(key: str) -> Checklist:
    """`key` is the form's own id (`osh`). Raises NotFound when there is no such checklist."""
    for checklist in list_checklists():
        if checklist.id == key:
            return checklist
    raise NotFound("checklist", key)
