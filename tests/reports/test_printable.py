"""Any text becomes one that can be printed, and stays as it is when it can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.printable import clean, printable

ANY = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("a\n \r\u0301\u0316\u0344ំុក្\u200d\ue000\ud800"), max_size=60
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("a\r\nb\rc\u2028d\te", "a\nb\nc\nd e"),
        ("e\u0302\u0301", "ế"),
        ("a\n\nb", "a\n\nb"),
        ("a\n \n\n\n  \n b", "a\n\n\n b"),
        ("a\ue000\ufdd0\ud800\uffff\U0010ffffz", "a\ufffd\ufffd\ufffd\ufffd\ufffdz"),
        ("a" + "\u0316" * 5, "a" + "\u0316" * 4 + "\u25cc\u0316"),
        ("ស្ត្រី កម្ពុជា", "ស្ត្រី កម្ពុជា"),
        ("ဪ တွေ့ကြုံ့", "ဪ တွေ့ကြုံ့"),
    ],
)
def test_clean(text, expected):
    assert clean(text) == expected


@given(ANY, st.integers(0, 60), st.integers(0, 60))
def test_a_part_of_a_clean_text_is_clean(text, start, end):
    part = clean(text)[start:end]
    assert clean(part) == part


def test_a_record_without_halves_of_characters_is_left_alone():
    record = ({"a": ("b", 1, None)},)
    assert printable(record) == record
    assert printable(({"\ud800": ("x\udfff",)},)) == ({"\ufffd": ("x\ufffd",)},)
