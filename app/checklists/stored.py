"""A checklist as it is kept with the assessments made by it."""

from functools import lru_cache
from typing import Final

import msgspec

from app.checklists.items import Checklist

# Made while one thread imports this: msgspec learns a type at its first use, and two threads that make it do so at the
# same time end the process with a segmentation fault.
_READER: Final = msgspec.json.Decoder(Checklist)


def checklist_to_text(checklist: Checklist) -> str:
    return msgspec.json.encode(checklist).decode()


@lru_cache(maxsize=32)
def checklist_from_text(text: str) -> Checklist:
    """What `checklist_to_text` wrote; fields that a newer program added are ignored."""
    return _READER.decode(text)
