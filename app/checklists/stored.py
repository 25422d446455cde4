"""A checklist as it is kept with the assessments made by it."""

from functools import lru_cache

import msgspec

from app.checklists.items import Checklist


def checklist_to_text(checklist: Checklist) -> str:
    return msgspec.json.encode(checklist).decode()


@lru_cache(maxsize=32)
def checklist_from_text(text: str) -> Checklist:
    """What `checklist_to_text` wrote; fields that a newer program added are ignored."""
    return msgspec.json.decode(text, type=Checklist)
