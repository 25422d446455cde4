"""In which order the characters of a line are seen: the Unicode bidirectional algorithm (UAX #9)."""

import re
from bisect import insort
from collections.abc import Sequence
from typing import Any
from unicodedata import bidirectional, category, normalize

from bidi import algorithm
from bidi.mirror import MIRRORED

# Characters of right-to-left scripts and the controls of direction. Text without any needs no algorithm.
_UNUSUAL = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_NEUTRAL = "\N{REPLACEMENT CHARACTER}"
_MOST_OPEN_BRACKETS = 63  # the standard's own limit (BD16)
_STRONG = {"L": False, "R": True, "AL": True}
# The library is older than isolates: treat them as embeddings, which differs only in neutral characters beside them.
_ISOLATES = {"LRI": "LRE", "RLI": "RLE", "PDI": "PDF"}
_CLOSING = {opening: closing for opening, closing in MIRRORED.items() if category(opening) == "Ps"}
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}


def needs_levels(text: str) -> bool:
    """Whether a left-to-right paragraph holds anything that does not simply run from left to right."""
    return not text.isascii() and _UNUSUAL.search(text) is not None


def is_right_to_left(text: str) -> bool:
    """The direction of the first strong character (rules P2, P3); left to right when there is none."""
    return next((_STRONG[kind] for kind in map(bidirectional, text) if kind in _STRONG), False)


def levels(text: str, *, right_to_left: bool) -> list[int]:
    """The embedding level of each character of one paragraph; odd levels run from right to left."""
    base = int(right_to_left)
    if not right_to_left and not needs_levels(text):
        return [base] * len(text)
    if not all(map(bidirectional, text)):  # the library refuses characters that are newer than this Python
        text = "".join(character if bidirectional(character) else _NEUTRAL for character in text)
    storage = algorithm.get_empty_storage()
    storage["base_level"] = base
    storage["base_dir"] = "LR"[base]
    algorithm.get_embedding_levels(text, storage)
    characters = list(storage["chars"])
    _replace_isolates(characters)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    for run in storage["runs"]:
        _resolve_brackets(storage["chars"][run["start"] : run["start"] + run["length"]], run["sor"])
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    return _with_removed(characters, storage["chars"], base)


def visual_order(line: Sequence[int]) -> list[int]:
    """Indexes of the pieces of a line from left to right, given their levels (rule L2)."""
    order = list(range(len(line)))
    for level in range(max(line, default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and line[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end + 1
    return order


def _with_removed(characters: list[dict[str, Any]], kept: list[dict[str, Any]], base: int) -> list[int]:
    """Levels of all characters: those that rule X9 removed go along with the one before, so that they split no word."""
    resolved = {id(character): character["level"] for character in kept}
    found: list[int] = []
    for character in characters:
        found.append(resolved.get(id(character), found[-1] if found else base))
    return found


def _replace_isolates(characters: list[dict[str, Any]]) -> None:
    follows_right_to_left = False
    for character in reversed(characters):
        kind = character["type"]
        follows_right_to_left = _STRONG.get(kind, follows_right_to_left)
        if kind == "FSI":
            kind = "RLI" if follows_right_to_left else "LRI"
        if kind in _ISOLATES:
            character["type"] = character["orig"] = _ISOLATES[kind]


def _resolve_brackets(characters: list[dict[str, Any]], start: str) -> None:
    """Rule N0, which the library is too old to know: a pair of brackets takes the direction of what it belongs to.

    Without it the closing bracket of "ABC (Ltd)" in an Arabic sentence stands on the wrong side. `start` is the
    direction that the run begins with (sos).
    """
    for opening, closing in _bracket_pairs(characters):
        embedding = "LR"[characters[opening]["level"] % 2]
        inside = {_strong(character) for character in characters[opening + 1 : closing]} - {None}
        if not inside:
            continue
        direction = embedding
        if embedding not in inside:
            before = (_strong(character) for character in reversed(characters[:opening]))
            context = next((kind for kind in before if kind), start)
            direction = context if context in inside else embedding
        for bracket in (opening, closing):
            _set_with_marks(characters, bracket, direction)


def _bracket_pairs(characters: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Indexes of opening and closing brackets that belong together, in order of the opening ones (BD16)."""
    pairs: list[tuple[int, int]] = []
    waiting: list[tuple[str, int]] = []
    for index, character in enumerate(characters):
        if character["type"] != "ON":
            continue
        sign = normalize("NFC", character["ch"])
        if sign in _CLOSING:
            if len(waiting) == _MOST_OPEN_BRACKETS:
                break
            waiting.append((_CLOSING[sign], index))
        elif sign in _OPENING:
            match = next((depth for depth in reversed(range(len(waiting))) if waiting[depth][0] == sign), None)
            if match is not None:
                insort(pairs, (waiting[match][1], index))
                del waiting[match:]
    return pairs


def _strong(character: dict[str, Any]) -> str | None:
    """L or R; numbers count as R (rule N0); None for anything else."""
    kind: str = character["type"]
    if kind in ("EN", "AN"):
        return "R"
    return kind if kind in ("L", "R") else None


def _set_with_marks(characters: list[dict[str, Any]], index: int, direction: str) -> None:
    characters[index]["type"] = direction
    for follower in characters[index + 1 :]:
        if follower["orig"] != "NSM":
            return
        follower["type"] = direction
