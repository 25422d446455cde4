"""Head office's forms by command."""

import json

import pytest

from app.checklists.xlsform import load
from app.cli import main
from tests.fieldwork.test_forms import FORM


@pytest.fixture
def gemba(tmp_path, capsys):
    """Runs a command on this test's folder; gives (exit code, what was printed, what was complained)."""

    def run(*tokens):
        code = main([str(token) for token in tokens] + ["--data", str(tmp_path / "data")])
        said = capsys.readouterr()
        return code, said.out.strip(), said.err.strip()

    return run


@pytest.fixture
def form(tmp_path):
    path = tmp_path / "fire.md"
    path.write_text(FORM, encoding="utf-8")
    return path


@pytest.fixture
def faulty(tmp_path):
    path = tmp_path / "faulty.md"
    path.write_text(FORM.replace("| no |\n| choices", "| never |\n| choices"), encoding="utf-8")
    return path


def keys(gemba):
    return [one["key"] for one in json.loads(gemba("checklist", "list", "--json")[1])["checklists"]]


def test_a_form_is_examined_without_any_data(gemba, form, faulty, tmp_path):
    assert gemba("checklist", "examine", form) == (0, "fire 1 can be used, with 1 question.", "")
    code, out, _err = gemba("checklist", "examine", faulty)
    assert (code, out) == (19, "faulty.md, sheet survey, row 2, column gemba:nc_when: never means nothing here.")
    facts = json.loads(gemba("checklist", "examine", faulty, "--json")[1])
    assert (facts["clean"], facts["troubles"][0]["where"]) == (False, "survey:2:gemba:nc_when")
    assert not (tmp_path / "data").exists()


def test_remarks_are_said_with_their_place(gemba, form):
    form.write_text(FORM.replace("bind::gemba:nc_when", "our_note"), encoding="utf-8")
    code, out, _err = gemba("checklist", "examine", form)
    assert code == 0
    assert out.splitlines()[0] == (
        "Remark on sheet survey, column our_note: The column is kept, and does nothing here: exits"
    )
    assert json.loads(gemba("checklist", "examine", form, "--json")[1])["remarks"][0]["names"] == ["exits"]


def test_a_form_is_taken_in_listed_and_retired(gemba, form):
    assert gemba("checklist", "import", form, "--country", "pe", "--from", "2099-01-01") == (0, "fire 1", "")
    assert "fire 1  Fire  PE  offered from Jan 1, 2099" in gemba("checklist", "list")[1]
    assert gemba("checklist", "retire", "fire 1") == (0, "It is no longer offered.", "")
    assert "fire 1  Fire  PE  retired" in gemba("checklist", "list")[1]


def test_a_faulty_form_changes_nothing(gemba, form, faulty):
    assert gemba("checklist", "import", form)[0] == 0
    before = keys(gemba)
    code, _out, err = gemba("checklist", "import", faulty)
    assert code == 8
    assert err.startswith("faulty.md, sheet survey, row 2, column gemba:nc_when")
    assert keys(gemba) == before


def test_another_content_needs_another_version(gemba, form):
    gemba("checklist", "import", form)
    form.write_text(FORM.replace("Are exits free?", "Is the exit free?"), encoding="utf-8")
    code, _out, err = gemba("checklist", "import", form)
    assert code == 6
    assert err.startswith("fire 1 is here already with other content")
    form.write_text(FORM.replace("| Fire | 1 |", "| Fire | 2 |"), encoding="utf-8")
    assert gemba("checklist", "import", form)[:2] == (0, "fire 2")
    assert "fire 1  Fire  replaced by version 2" in gemba("checklist", "list")[1]
    assert gemba("checklist", "retire", "fire")[1] == "It is no longer offered.\nVersion 1 is offered again."


def test_what_is_exported_is_the_same_form(gemba, form, tmp_path):
    gemba("checklist", "import", form)
    assert gemba("checklist", "export", "fire", tmp_path / "out.xlsx")[0] == 0
    assert load(tmp_path / "out.xlsx") == load(form)
    assert gemba("checklist", "import", tmp_path / "out.xlsx")[:2] == (0, "fire 1")


@pytest.mark.parametrize(
    ("tokens", "code"),
    [
        (("checklist", "examine", "gone.xlsx"), 19),
        (("checklist", "import", "gone.xlsx"), 8),
        (("checklist", "import", "FORM", "--country", "XX"), 5),
        (("checklist", "import", "FORM", "--from", "soon"), 2),
        (("checklist", "retire", "nothing"), 3),
        (("checklist", "export", "nothing", "out.xlsx"), 3),
        (("checklist", "export", "fire", "FORM/x.xlsx"), 18),
    ],
)
def test_odd_words_are_never_a_bug(gemba, form, tokens, code):
    gemba("checklist", "import", form)
    assert gemba(*(str(token).replace("FORM", str(form)) for token in tokens))[0] == code


def test_a_mistyped_folder_is_not_begun_by_retiring(gemba, tmp_path):
    assert gemba("checklist", "retire", "osh")[0] == 15
    assert not (tmp_path / "data").exists()
