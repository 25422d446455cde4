import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt

from app.fieldwork.catalogues import programme_id
from app.models.changes import undo
from app.models.enterprises import list_enterprises
from app.models.rows import list_rows
from app.ui.pages.enterprises import EnterprisesPage
from tests.factories import VISIT_DAY, make_enterprise

# A name, what somebody types to find it; eleven languages.
NAMES = (
    ("Đặng Textiles", "dang text"),
    ("Confecciones Ñandú", "nandu"),
    ("PT Laksana Tekhnik", "tekh"),
    ("مصنع الأردن للألبسة", "الأردن"),
    ("ঢাকা গার্মেন্টস", "গার্মেন্ট"),
    ("រោងចក្រភ្នំពេញ", "ភ្នំពេញ"),
    ("ဟိုင်းဝေး အထည်ချုပ်", "အထည်"),
    ("广州市服装厂", "服装"),
    ("தமிழ் ஆலை", "ஆலை"),
    ("Société Générale d'Haïti", "haiti"),
    ("कपड़ा उद्योग", "उद्योग"),
)


@pytest.fixture
def page(qtbot, desk):
    def fill(db):
        for name, _typed in NAMES:
            make_enterprise(db, desk.by, name)

    desk.jobs.db(fill)
    page = EnterprisesPage(desk)
    qtbot.add_widget(page)
    page.resize(1100, 700)
    page.show()
    qtbot.wait_until(lambda: page.table.model.rowCount() == len(NAMES))
    return page


def shown(page):
    model = page.table.model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def names(desk):
    return {row["name"]: row for row in desk.jobs.db(lambda db: list(list_rows(db, "enterprise")))}


def test_any_part_of_a_name_in_any_script_finds_it(page):
    for name, typed in NAMES:
        page.table.filter.setText(typed)
        assert shown(page) == [name]


def test_enter_opens_the_enterprise(page, qtbot, desk):
    page.table.filter.setText("laksana")
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    assert desk.asked_for == [f"enterprise/{names(desk)['PT Laksana Tekhnik']['id']}"]


def test_an_enterprise_is_added_and_opened(page, qtbot, desk):
    page.add.click()
    panel = page.adding
    qtbot.wait_until(lambda: bool(panel._offer.programmes))
    qtbot.keyClicks(panel.name, "Nova")
    panel.add.click()
    assert panel.country_row.error.isVisible()
    panel.country.setCurrentIndex(panel.country.findData("ID"))
    panel.add.click()
    qtbot.wait_until(lambda: bool(desk.asked_for))
    made = names(desk)["Nova"]
    assert desk.asked_for == [f"enterprise/{made['id']}"]
    assert (made["country"], made["status"]) == ("ID", "active")


def test_a_second_one_of_the_same_name_is_asked_about(page, qtbot, desk):
    page.add.click()
    panel = page.adding
    qtbot.wait_until(lambda: bool(panel._offer.programmes))
    qtbot.keyClicks(panel.name, "confecciones  nandu")
    panel.country.setCurrentIndex(panel.country.findData("PE"))
    panel.add.click()
    assert "on the list already" in panel.name_row.error.text()
    assert desk.asked_for == []
    panel.add.click()
    qtbot.wait_until(lambda: bool(desk.asked_for))


def test_a_pasted_list_is_looked_at_and_then_imported(page, qtbot, desk):
    page.bring.click()
    panel = page.importing
    qtbot.wait_until(lambda: bool(panel._here.programmes))
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    panel.paste.setPlainText("Empresa\tPaís\nNova\tPerú\nSur\tAtlantis\nConfecciones Nandu\tPE\nOeste\tPerú")
    qtbot.wait_until(lambda: panel.bring.text() == "Import 2 enterprises")
    assert "1 is on the list already" in panel.says.text()
    assert panel.troubles.text().startswith("Row 3. Column País: Country must be")
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before
    programme = desk.jobs.db(lambda db: programme_id("score", "PE"))
    panel.programme.setCurrentIndex(panel.programme.findData(programme))
    qtbot.wait_until(lambda: panel.bring.text() == "Import 2 enterprises")
    panel.bring.click()
    qtbot.wait_until(lambda: len(shown(page)) == len(NAMES) + 2)
    assert names(desk)["Nova"]["country_programme_id"] == programme
    desk.jobs.db(lambda db: undo(db, desk.by))
    assert "Nova" not in names(desk)


def test_a_file_is_opened_and_a_wrong_one_is_explained(page, desk, qtbot, tmp_path):
    book = Workbook()
    book.active.append(["Name", "Country"])
    book.active.append(["Nova", "Peru"])
    book.save(tmp_path / "list.xlsx")
    page.bring.click()
    panel = page.importing
    desk.ask.paths = [tmp_path / "list.xlsx"]
    panel.open_file.click()
    assert desk.ask.asked == [("Open a list", "", "Lists (*.xlsx *.csv *.txt)")]
    qtbot.wait_until(lambda: panel.bring.text() == "Import 1 enterprise")
    (tmp_path / "no.csv").write_text("nothing here")
    panel.open_path(tmp_path / "no.csv")
    qtbot.wait_until(lambda: panel.text_row.error.isVisible())
    assert "headings" in panel.text_row.error.text()
    assert not panel.bring.isEnabled()


def test_the_list_follows_what_is_written(page, qtbot, desk):
    page.table.filter.setText("nova")
    desk.jobs.run_with_db(page, lambda db: make_enterprise(db, desk.by, "Nova"))
    qtbot.wait_until(lambda: shown(page) == ["Nova"])
    assert len(desk.jobs.db(lambda db: list_enterprises(db, VISIT_DAY))) == len(NAMES) + 1


def test_looking_writes_nothing(page, desk, qtbot):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    page.reload()
    page.add.click()
    qtbot.wait_until(lambda: bool(page.adding._offer.programmes))
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before
