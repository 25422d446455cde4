import pytest

from app.errors import NotAllowed
from app.paths import DataFolder
from app.sample.folder import make_fresh, sample_folder_beside


def test_a_sample_is_made_anew_and_nothing_else_is_removed(tmp_path):
    root = sample_folder_beside(tmp_path / "data")
    assert root == tmp_path / "data-sample"
    root.mkdir()
    make_fresh(DataFolder(root))
    (root / "records.db").write_bytes(b"old")
    make_fresh(DataFolder(root))
    assert not (root / "records.db").exists()
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "work.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(NotAllowed):
        make_fresh(DataFolder(mine))
    assert (mine / "work.txt").exists()
