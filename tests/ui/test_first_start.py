import pytest

from app.bootstrap import reading
from app.fieldwork.introduction import needs_introduction
from app.models.rows import get_row, list_rows
from app.paths import DataFolder
from app.sample.folder import make_fresh, sample_folder_beside
from app.sample.programme import is_sample
from app.ui.dialogs.first_start import FirstStart


@pytest.fixture
def panel(qtbot, desk):
    panel = FirstStart(desk)
    qtbot.add_widget(panel)
    panel.show()
    qtbot.wait_until(lambda: panel.programme.count() > 1)
    return panel


def test_starting_needs_a_name(panel, desk, qtbot):
    panel.start.click()
    qtbot.wait_until(lambda: panel.name_row.error.text() == "Write a short name first.")
    assert desk.jobs.db(needs_introduction)


def test_starting_empty_keeps_who_i_am(panel, desk, qtbot):
    panel.name.setText("Siti")
    panel.role.setCurrentIndex(panel.role.findData("expert"))
    panel.programme.setCurrentIndex(1)
    with qtbot.wait_signal(panel.begun):
        panel.start.click()
    row = desk.jobs.db(lambda db: get_row(db, "user", desk.by.user_id))
    assert (row["name"], row["role"]) == ("Siti", "expert")
    assert row["country_programme_id"] == panel.programme.currentData()
    assert not desk.jobs.db(needs_introduction)


def test_a_copy_is_wished_for(panel, desk, qtbot, tmp_path):
    desk.ask.paths = [tmp_path]
    for way in panel.restore.menu().actions()[:2]:
        with qtbot.wait_signal(panel.restore_wished) as wished:
            way.trigger()
        assert wished.args == [tmp_path]
    assert [kinds for _title, _proposal, kinds in desk.ask.asked] == ["", "Copies (*.db)"]


def test_who_thinks_better_of_it_stays(panel, desk, qtbot):
    with qtbot.assert_not_emitted(panel.restore_wished):
        panel.restore.menu().actions()[0].trigger()
    assert [title for title, *_more in desk.ask.asked] == ["Restore a copy"]


def test_sample_data_get_a_folder_of_their_own(panel, desk, qtbot):
    with qtbot.wait_signal(panel.folder_wished, timeout=60_000) as wished:
        panel.sample.click()
        assert not panel.start.isEnabled()
    root = wished.args[0]
    assert root == sample_folder_beside(desk.folder.root)
    with reading(DataFolder(root)) as store:
        assert is_sample(store.records)
        assert any(list_rows(store.records, "enterprise"))
    make_fresh(DataFolder(root))  # an earlier sample may be made anew


def test_opening_it_writes_nothing(panel, desk, qtbot):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    panel.reload()
    qtbot.wait(30)
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before
