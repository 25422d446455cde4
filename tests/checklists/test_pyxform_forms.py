"""The forms of pyxform's own tests: what must be refused is, and almost all others can be used."""

import json
import os
from pathlib import Path

import pytest

from app.checklists.xlsform import load
from app.errors import BadFile

SHARED = Path(__file__).parents[2].parent / "shared" / "conformance"
TABLE = Path(os.environ.get("GEMBA_CONFORMANCE", SHARED)) / "pyxform_markdown_forms.json"
CASES = [
    case
    for case in (json.loads(TABLE.read_text(encoding="utf-8"))["cases"] if TABLE.is_file() else [])
    if case["passed_here"]
]
# Refused there for the name of its file only, which a form given as text does not have.
ABOUT_THE_FILE = {"test_name__from_file__invalid_characters__error"}
LEAST_SHARE_READ = 0.95

pytestmark = pytest.mark.skipif(not CASES, reason="the conformance tables are not here")


def name_of(case):
    return case["test"].rpartition(".")[2]


def is_read(case):
    """Whether the form became a checklist. Any exception but BadFile is a failure."""
    try:
        load(case["md"])
    except BadFile:
        return False
    return True


def test_every_form_that_breaks_a_rule_is_refused():
    read = [name_of(case) for case in CASES if case["errored"] and is_read(case)]
    assert set(read) == ABOUT_THE_FILE


def test_almost_all_sound_forms_are_read():
    sound = [case for case in CASES if not case["errored"]]
    refused = [name_of(case) for case in sound if not is_read(case)]
    assert len(refused) <= len(sound) * (1 - LEAST_SHARE_READ), refused
