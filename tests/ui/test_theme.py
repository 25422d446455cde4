"""The tokens can be read, and the style sheet knows no colour but theirs."""

import re

import pytest

from app.paths import resource
from app.ui.theme import DARK, LIGHT, contrast, dress, px, style_sheet

# What stands on what in the window.
PAIRS = [
    ("text", "page"), ("text", "card"), ("muted", "page"), ("muted", "card"), ("on_accent", "accent"),
    ("accent_text", "accent_soft"), ("accent_text", "card"), ("warn_text", "warn_soft"), ("on_bad", "bad"),
    ("bad_text", "bad_soft"), ("bad_text", "card"), ("rail_text", "rail"), ("on_rail", "rail_active"),
    ("rail_focus", "rail"), ("text", "accent_soft"),
]  # fmt: skip


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("on", "under"), PAIRS)
def test_words_can_be_read(tokens, on, under):
    assert contrast(getattr(tokens, on), getattr(tokens, under)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_controls_can_be_seen(tokens):
    for under in ("card", "page"):
        assert contrast(tokens.control, getattr(tokens, under)) >= 3
        assert contrast(tokens.accent, getattr(tokens, under)) >= 3


def test_contrast_is_that_of_wcag():
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert contrast("#777777", "#777777") == 1.0


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_is_filled_in(tokens):
    sheet = style_sheet(tokens, 150)
    assert "$" not in sheet
    assert not re.search(r"<\d", sheet)
    assert "font-size: 20px" in sheet  # 13 at 150 %


def test_the_style_sheet_names_no_colour_of_its_own():
    assert not re.search(r"#[0-9a-fA-F]{6}\b", resource("style.qss").read_text(encoding="utf-8"))


def test_no_colour_stands_in_code():
    from pathlib import Path

    for path in Path("app/ui").rglob("*.py"):
        if path.name != "theme.py":
            assert not re.search(r"""["']#[0-9a-fA-F]{3,8}["']""", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(("scale", "expected"), [(100, 8), (150, 12), (500, 16), (10, 6)])
def test_measures_follow_the_scale_within_limits(qapp, scale, expected):
    dress(qapp, LIGHT, scale=scale)
    assert px(8) == expected
    dress(qapp, LIGHT)
