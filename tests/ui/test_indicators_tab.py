import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app.errors import Invalid
from app.fieldwork.catalogues import module_id
from app.fieldwork.measure import take_figure
from app.fieldwork.sheet import read_sheet
from app.i18n import language
from app.ui.visit.indicators import IndicatorsTab
from app.ui.widgets.typed_number import echo, read_number
from tests.factories import make_visit


@pytest.fixture
def visit_id(desk):
    return desk.jobs.db(lambda db: make_visit(db, desk.by, module_id=module_id("osh")))


@pytest.fixture
def tab(qtbot, desk, visit_id):
    tab = IndicatorsTab(desk)
    qtbot.add_widget(tab)
    tab.resize(1100, 600)
    tab.show_visit(visit_id)
    tab.show()
    qtbot.wait_until(lambda: tab.panel is not None)
    return tab


def cell(desk, visit_id, key, period="2026-11"):
    sheet = desk.jobs.db(lambda db: read_sheet(db, visit_id, added=frozenset({key})))
    return next(row for row in sheet.rows if row.indicator.key == key).cells.get(period)


def type_into(qtbot, tab, text):
    qtbot.keyClick(tab.grid, Qt.Key.Key_Return)
    editor = tab.grid.viewport().findChild(QLineEdit, "cell")
    editor.setText(text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def test_the_module_comes_first_and_six_months_are_shown(tab):
    model = tab.grid.model()
    assert model.columnCount() == 7
    names = [model.index(row, 0).data() for row in range(3)]
    assert names == ["Absenteeism rate", "Accidents", "Injury frequency rate"]


def test_zero_is_a_number_and_letters_say_why_there_is_none(tab, qtbot, desk, visit_id):
    tab.grid.choose("accidents", 5)
    type_into(qtbot, tab, "0")
    qtbot.wait_until(lambda: cell(desk, visit_id, "accidents") is not None)
    assert (cell(desk, visit_id, "accidents").status, cell(desk, visit_id, "accidents").value) == ("number", 0)
    tab.grid.choose("accidents", 4)
    qtbot.keyClick(tab.grid, Qt.Key.Key_R)
    qtbot.wait_until(lambda: cell(desk, visit_id, "accidents", "2026-10") is not None)
    assert cell(desk, visit_id, "accidents", "2026-10").status == "refused"
    qtbot.wait_until(lambda: tab.grid.model().index(1, 5).data() == "Refused")
    qtbot.keyClick(tab.grid, Qt.Key.Key_Delete)
    qtbot.wait_until(lambda: cell(desk, visit_id, "accidents", "2026-10") is None)


def test_a_rate_is_typed_as_two_numbers_and_computed(tab, qtbot, desk, visit_id):
    tab.grid.choose("absenteeism", 5)
    type_into(qtbot, tab, "131 / 4,400")
    qtbot.wait_until(lambda: cell(desk, visit_id, "absenteeism") is not None)
    assert cell(desk, visit_id, "absenteeism").value == pytest.approx(131 * 100 / 4400)
    tab.grid.choose("absenteeism", 5)
    qtbot.wait_until(lambda: tab.panel.numbers.fields["denominator"].text() == "4,400")
    tab.panel.numbers.fields["numerator"].setText("220")
    tab.panel.flush()
    qtbot.wait_until(lambda: cell(desk, visit_id, "absenteeism").value == 5)
    qtbot.wait_until(lambda: tab.panel.numbers.result.text() == "Computed: 5.0 %")


def test_what_is_no_number_is_said_and_changes_nothing(tab, qtbot, desk, visit_id):
    tab.grid.choose("accidents", 5)
    type_into(qtbot, tab, "1,23")
    qtbot.wait_until(lambda: "1,23" in tab.complains.text())
    tab.grid.choose("accidents", 5)
    tab.panel.numbers.fields["value"].setText("many")
    tab.panel.flush()
    assert not tab.panel.numbers.rows["value"].error.isHidden()
    assert cell(desk, visit_id, "accidents") is None


def test_there_is_one_baseline(tab, qtbot, desk, visit_id):
    for month, value in (("2026-09", 4), ("2026-10", 3), ("2026-11", 2)):
        role = "baseline" if month == "2026-09" else "monthly"
        desk.jobs.db(
            lambda db, m=month, v=value, r=role: take_figure(db, desk.by, visit_id, "accidents", m, value=v, role=r)
        )
    tab.grid.choose("accidents", 4)
    tab.reload()
    qtbot.wait_until(lambda: tab.panel.cell is not None)
    assert "4 → 2" in tab.panel.moved.text()
    tab.panel.role.setCurrentIndex(tab.panel.role.findData("baseline"))
    tab.panel.role.activated.emit(1)
    qtbot.wait_until(lambda: cell(desk, visit_id, "accidents", "2026-10").role == "baseline")
    assert cell(desk, visit_id, "accidents", "2026-09").role == "monthly"
    assert cell(desk, visit_id, "accidents", "2026-09").value == 4


def test_an_indicator_is_added(tab, qtbot, desk, visit_id):
    tab.add.setCurrentIndex(tab.add.findData("waste"))
    tab.add.activated.emit(1)
    qtbot.wait_until(lambda: tab.grid.place()[0] == "waste")
    type_into(qtbot, tab, "12.5")
    qtbot.wait_until(lambda: cell(desk, visit_id, "waste") is not None)


def test_opening_writes_nothing_and_a_finished_visit_is_read_only(tab, qtbot, desk, visit_id):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    tab.set_editable(False)
    tab.grid.choose("accidents", 5)
    qtbot.keyClick(tab.grid, Qt.Key.Key_T)
    qtbot.keyClick(tab.grid, Qt.Key.Key_1)
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [("en", "1,234.5", 1234.5), ("es", "1.234", 1234), ("fr", "1 234,5", 1234.5), ("ar", "١٢٣", 123), ("en", "-3", -3)],
)
def test_numbers_are_read_by_the_rules_of_the_language(tag, text, value):
    assert read_number(text, language(tag)).value == value


@pytest.mark.parametrize("text", ["", "1,23", "1e5", "NaN", "Infinity", "12 apples"])
def test_what_could_be_two_numbers_is_none(text):
    with pytest.raises(Invalid):
        read_number(text, language("en"))


def test_what_could_be_read_in_two_ways_is_echoed():
    assert echo("1.234", language("es")) == "1.234 is read as the whole number 1.234."
    assert echo("1.234", language("en")) == "1.234 is read as 1.234, with decimals."
    assert echo("250", language("en")) == ""
