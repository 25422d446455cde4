"""The order of characters equals that of the library's newer engine, which tells no levels."""

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from app.reports.bidi import is_right_to_left, levels, visual_order

ALPHABET = "aבb ب1 2١()[].-%,+:"


@given(st.text(ALPHABET, max_size=14), st.booleans())
def test_order_of_a_line(text, right_to_left):
    text = text.strip()
    found = levels(text, right_to_left=right_to_left)
    seen = "".join(text[index] for index in visual_order(found))
    assert seen == get_display(text, base_dir="R" if right_to_left else "L")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", False), ("12 (3)", False), ("Gemba", False), ("عمّان Gemba", True), ("12: שלום", True), ("ILO عمّان", False)],
)
def test_direction_of_the_first_strong_character(text, expected):
    assert is_right_to_left(text) == expected


@pytest.mark.parametrize(
    "text", ["\u2067ab\u2069 שלום", "\u2068שלום\u2069 a", "\u2066\u2066", "\u2069", "a\u202eb\u202c"]
)
def test_controls_of_direction_are_taken_as_they_come(text):
    assert len(levels(text, right_to_left=True)) == len(text)


def test_a_joiner_does_not_split_a_word():
    assert set(levels("می\u200cخواهد", right_to_left=False)) == {1}


def test_an_isolate_keeps_its_own_direction():
    assert levels("\u2068אב\u2069", right_to_left=False)[1:3] == [1, 1]
