"""Patterns of regex(): the same answers as Python's own, where both are safe, and never more than a moment."""

import contextlib
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checklists.expressions.matching import matches_whole
from app.checklists.expressions.problems import Refusal

ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "[a-c1]", r"\d", r"\w", r"\W", r"\s", r"\b", "^", "$", r"\."])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("({}|{})".format, inner, inner),
        st.builds("(?={})".format, inner),
        st.builds("(?!{})".format, inner),
        st.builds("(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{0,}", "*?"])),
    ),
    max_leaves=6,
)


@settings(max_examples=500, deadline=None)
@given(PATTERNS, st.text(alphabet="abc1 .-", max_size=6))
def test_as_python_matches(pattern, text):
    assert matches_whole(pattern, text) is (re.fullmatch(pattern, text, re.ASCII) is not None)


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        (r"[0-9]{8}", "12345678", True),
        (r"^[A-Z]{2}\d+$", "PE12", True),
        (r"(?i)abc", "AbC", True),
        (r"[\w.%+-]+@[\w-]+\.[a-z]{2,}", "ana@taller.pe", True),
        (r"^(?=.*[A-Z])(?=.*\d).{4,}$", "abC1", True),
        (r"^(?=.*[A-Z])(?=.*\d).{4,}$", "abc1", False),
        (r"\p{Lu}\p{L}*", "Ñandú", True),
        (r"\w+", "ñ", False),
        (r"\d", "٣", False),
        (r"[]a]", "]", True),
        (r"\u00e9\x41", "éA", True),
        (r"a.c", "a\nc", False),
        (r"(?s)a.c", "a\nc", True),
        (r"[a[0-1]]+", "a10", True),
        ("", "", True),
    ],
)
def test_as_java_reads_them(pattern, text, wanted):
    assert matches_whole(pattern, text) is wanted


@pytest.mark.parametrize(
    "pattern",
    [
        "(a",
        "a)",
        "[a",
        "*",
        "a**",
        "a{2",
        "a{3,2}",
        r"\k",
        r"(a)\1",
        "(?<=a)b",
        "a++",
        "[b-a]",
        "[a&&b]",
        "a{9999}",
        "\\",
        "(" * 100 + ")" * 100,
        "((a{0,900}){0,900}){0,900}",
        r"\p{Greekish}",
        r"\u12",
    ],
)
def test_what_is_no_pattern(pattern):
    with pytest.raises(Refusal):
        matches_whole(pattern, "a")


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*", "(a|aa)+$", "(.*)*x", "(?=(a+)+b)a*", "(a?){50}a{50}"])
def test_no_pattern_explodes(pattern):
    began = time.perf_counter()
    with contextlib.suppress(Refusal):  # too much work is a quick answer too
        matches_whole(pattern, "a" * 2000 + "!")
    assert time.perf_counter() - began < 2


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=r"ab(|)[]{}*+?^$.\\-,0123dwpuLx:=!&", max_size=20), st.text(max_size=5))
def test_any_text_is_a_pattern_or_refused(pattern, text):
    with contextlib.suppress(Refusal):
        assert matches_whole(pattern, text) in (True, False)
