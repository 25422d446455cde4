import pytest
from PySide6.QtWidgets import QLabel

from app.fieldwork.catalogues import programme_id
from app.models.backups import try_copy
from app.models.rows import get_row
from app.settings import load_settings
from app.ui.pages.settings import SettingsPage
from app.ui.widgets.self_test_card import SelfTestCard


@pytest.fixture
def page(qtbot, desk):
    page = SettingsPage(desk)
    qtbot.add_widget(page)
    page.show()
    qtbot.wait_until(lambda: page.name._field.text() == "Trainer")
    return page


def user(desk):
    return desk.jobs.db(lambda db: get_row(db, "user", desk.by.user_id))


def test_who_i_am_is_kept(page, desk, qtbot):
    page.name._field.setText("Siti")
    desk.flushed.emit()
    page.role.setCurrentIndex(page.role.findData("expert"))
    programme = programme_id("score", "ID")
    page.programme.setCurrentIndex(page.programme.findData(programme))
    qtbot.wait_until(lambda: user(desk)["country_programme_id"] == programme)
    assert (user(desk)["name"], user(desk)["role"]) == ("Siti", "expert")


def test_an_empty_name_is_refused_under_the_field(page, desk, qtbot):
    page.name._field.setText("")
    desk.flushed.emit()
    qtbot.wait_until(lambda: page.name_row.error.text() == "Name is missing.")
    assert user(desk)["name"] == "Trainer"


def test_the_look_applies_at_once_and_is_remembered(page, desk, qtbot):
    with qtbot.wait_signal(desk.settings_changed):
        page.theme.button("dark").click()
    with qtbot.wait_signal(desk.settings_changed):
        page.scale.setCurrentIndex(page.scale.findData("125"))
    with qtbot.wait_signal(desk.settings_changed):
        page.numbers.setCurrentIndex(page.numbers.findData("en_ZA"))
    kept = load_settings(desk.folder.settings)
    assert (kept.theme, kept.scale, kept.number_locale) == ("dark", 125, "en_ZA")
    page.theme.button("dark").click()
    assert page.theme.value == "dark"


def test_opening_it_writes_nothing(page, desk, qtbot):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    page.reload()
    qtbot.wait(30)
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before
    assert not desk.folder.settings.exists()


def test_a_copy_is_made_tried_and_listed(page, desk, qtbot):
    with qtbot.wait_signal(desk.said) as said:
        page.copies.now.click()
    assert said.args[0] == "Copied and tried"
    try_copy(desk.folder.backups / "records-2026-11-24.db", None)
    shown = lambda: [one.text() for one in page.copies.findChildren(QLabel)]  # noqa: E731
    qtbot.wait_until(lambda: "Today" in shown())


def test_everything_goes_onto_a_stick(page, desk, qtbot, tmp_path):
    desk.ask.paths = [tmp_path / "stick"]
    with qtbot.wait_signal(desk.said):
        page.copies.stick.click()
    made = tmp_path / "stick" / "gemba-copy-2026-11-24"
    assert sorted(path.name for path in made.iterdir()) == ["photos.db", "records.db"]
    assert page.copies.now.isEnabled()


def test_the_self_test_is_said_in_words(qtbot, desk):
    card = SelfTestCard(desk)
    qtbot.add_widget(card)
    card._show([(True, "The database works."), (False, "The disk is full.")])
    assert card.says.text() == "Something needs your attention."
    assert {"Works", "Look here", "The disk is full."} <= {one.text() for one in card.findChildren(QLabel)}


def test_the_bin_is_one_click_away(page, desk):
    page.bin.click()
    assert desk.asked_for == ["bin"]
