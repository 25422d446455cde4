"""The fonts of reports are there, complete, and say what they lack."""

import json
import subprocess
import sys

import pytest

from app.errors import FontsMissing
from app.paths import fonts_folder
from app.reports.fonts import FAMILIES, font_with, is_invisible, load_fonts, missing_characters


@pytest.fixture(scope="module")
def fonts():
    return load_fonts(fonts_folder())


def test_the_script_makes_what_reports_need(fonts):
    made = json.loads((fonts_folder() / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert {f"{name}.ttf" for name in fonts.regular + fonts.bold} <= made.keys()
    assert {f"{family}-OFL.txt" for family in FAMILIES} <= made.keys()


def test_the_script_says_that_all_is_made():
    assert subprocess.run([sys.executable, "scripts/fonts", "--check"], check=False).returncode == 0


def test_latin_is_asked_first(fonts):
    assert (fonts.regular[0], fonts.bold[0]) == ("NotoSans-Regular", "NotoSans-Bold")


def test_missing_fonts_are_named(tmp_path):
    (tmp_path / "NotoSans-Regular.ttf").touch()
    with pytest.raises(FontsMissing) as caught:
        load_fonts(tmp_path)
    assert caught.value.folder == tmp_path
    assert "NotoSans-Bold" in caught.value.missing
    assert "NotoSans-Regular" not in caught.value.missing


@pytest.mark.parametrize(
    ("character", "family"),
    [
        ("a", "NotoSans"),
        ("ộ", "NotoSans"),
        ("Ж", "NotoSans"),
        ("ش", "NotoSansArabic"),
        ("ক", "NotoSansBengali"),
        ("ក", "NotoSansKhmer"),
        ("ท", "NotoSansThai"),
        ("工", "NotoSansSC"),
        ("✓", "NotoSansSC"),
    ],
)
def test_the_first_font_that_has_a_character(fonts, character, family):
    assert font_with(character, fonts, bold=False) == f"{family}-Regular"
    assert font_with(character, fonts, bold=True) == f"{family}-Bold"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("", set()),
        ("plain, señora, عمّان, ក្រុម\n", set()),
        ("e\u0302\u0301 with joiners \u200d\u200c and directions \u2067\u2069", set()),
        ("fine \U0001f600 ✗", {"\U0001f600", "✗"}),
    ],
)
def test_missing_characters(fonts, text, missing):
    assert missing_characters(text, fonts) == missing


def test_what_needs_no_glyph():
    assert all(map(is_invisible, "\u200d\u200c\u200b\ufeff\u2066\ufe0f\n"))
    assert not any(map(is_invisible, "a 工\u0301"))
