"""The self-test says in words what works, and how the data stand."""

import json

import pytest

from app import doctor
from app.cli import main
from app.paths import DataFolder


@pytest.fixture
def examined(tmp_path, capsys):
    def run(*tokens: str):
        code = main(["doctor", "--data", str(tmp_path / "data"), "--json", *tokens])
        steps = json.loads(capsys.readouterr().out)["steps"]
        return code, {step["step"]: (step["well"], step["says"]) for step in steps}

    return run


def test_all_is_well_and_an_unencrypted_folder_is_said(examined, tmp_path, capsys):
    code, steps = examined()
    assert (code, {name for name, (well, _says) in steps.items() if not well}) == (0, set())
    assert set(steps) == {"sqlite", "store", "fonts", "pdf", "excel", "encryption", "data", "disk"}
    main(["data", "new", "enterprise", "name=X", "country=ID", "--data", str(tmp_path / "data")])
    capsys.readouterr()
    code, steps = examined()
    assert code == 0
    assert "NOT encrypted" in steps["protection"][1]


def test_missing_fonts_are_not_well(examined, monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "fonts_folder", lambda: tmp_path / "no-fonts")
    code, steps = examined()
    assert code == 19
    assert steps["fonts"][0] is False
    assert "scripts/fonts" in steps["fonts"][1]


def test_a_cloud_folder_is_not_well(tmp_path, capsys):
    assert main(["doctor", "--data", str(tmp_path / "Dropbox" / "gemba")]) == 19
    assert "cloud program" in capsys.readouterr().out


def test_the_folder_is_not_touched(tmp_path):
    doctor.examine(DataFolder(tmp_path / "data"))
    assert not (tmp_path / "data").exists()
