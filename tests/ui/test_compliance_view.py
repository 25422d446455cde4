"""The rates of Better Work on the page of indicators: which population they are over is always said."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.fieldwork.answers import answer_item, begin_assessment, checklist_of
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.finish import finish_visit
from app.fieldwork.plan import write_visit
from app.ui.pages.indicators import IndicatorsPage
from tests.factories import make_enterprise, make_person_met, make_visit


@pytest.fixture
def assessed(desk):
    """Three enterprises in cycle 1, two of them again in cycle 2; overtime wages are not met where it says so."""

    def fill(db):
        ids = [make_enterprise(db, desk.by, name) for name in ("Nova", "Andina", "Textiles")]
        for number, cycle, found in ((0, 1, True), (1, 1, True), (2, 1, False), (0, 2, True), (1, 2, False)):
            visit_id = make_visit(db, desk.by, ids[number], cycle=cycle)
            checklist_id = newest_checklist_id(db, "compliance_points")
            made = begin_assessment(db, desk.by, visit_id, checklist_id, moment="interim")
            for item in checklist_of(db, made).items:
                answer_item(db, desk.by, made, item.id, "nc" if found and item.id == "co_2" else "ok")
            make_person_met(db, desk.by, visit_id)
            write_visit(db, desk.by, visit_id, summary="Seen", next_steps="Go on")
            finish_visit(db, desk.by, visit_id)

    desk.jobs.db(fill)


@pytest.fixture
def open_view(qtbot, desk):
    def open_():
        page = IndicatorsPage(desk)
        qtbot.add_widget(page)
        page.resize(1150, 760)
        page.show()
        page.open_at(["compliance"])
        qtbot.wait_until(lambda: page.compliance._seen is not None)
        assert page.place() == ("compliance",)
        return page.compliance

    return open_


def choose(view, population, qtbot):
    view.population.button(population).click()
    qtbot.wait_until(lambda: str(view._seen.rates.population) == population)


def bar(view, label):
    return next(one for one in view.bars._chart.bars if one.label == label)


def test_without_full_assessments_it_says_so(open_view):
    view = open_view()
    assert view.empty.isVisible()
    assert not view.bars.isVisible()


def test_the_three_populations_are_named_and_counted(assessed, open_view, qtbot):
    view = open_view()
    assert view.named.text() == "The newest full assessment of each enterprise: 3 enterprises, Nov 2026."
    assert bar(view, "Overtime Wages").words == "33 %, 1 of 3"
    assert not view.cycle.isVisible()
    choose(view, "cycle", qtbot)
    assert view.named.text() == "The full assessment of each enterprise in cycle 2: 2 enterprises, Nov 2026."
    view.cycle.setCurrentIndex(view.cycle.findData(1))
    qtbot.wait_until(lambda: bar(view, "Overtime Wages").words == "67 %, 2 of 3")
    choose(view, "balanced_panel", qtbot)
    assert "in each of the cycles 1 to 2: 2 enterprises" in view.named.text()
    assert (bar(view, "Overtime Wages").share, bar(view, "Overtime Wages").before) == (0.5, 1.0)
    assert "zero tolerance" in view.note.text()


def test_questions_stand_under_a_point_and_the_arrows_walk_the_bars(assessed, open_view, qtbot):
    view = open_view()
    qtbot.keyClick(view.bars, Qt.Key.Key_End)
    assert view._name.text() == view.bars._chart.bars[-1].label == "Leave"
    qtbot.keyClick(view.bars, Qt.Key.Key_Up)
    assert view._name.text() == view.bars._chart.bars[-2].label
    view.bars.choose(
        [one.label for one in view.bars._chart.bars].index("Unconditional Worst Forms, with Hazardous Work")
    )
    asked = [one.text() for one in view._point.findChildren(QLabel) if one.objectName() == "strong"]
    assert asked[-2:] == ["Unconditional Worst Forms", "Hazardous Work"]
    assert view.bars.accessibleDescription() == "Unconditional Worst Forms, with Hazardous Work: 0 %, 0 of 3"


def test_the_table_behind_the_bars(assessed, open_view, qtbot):
    view = open_view()
    choose(view, "balanced_panel", qtbot)
    view.turn.click()
    assert view.table.isVisible()
    assert [column.heading for column in view.table.model.columns][2:] == ["Cycle 1 (n = 2)", "Cycle 2 (n = 2)"]
    view.table.filter.setText("overtime wages")
    assert [view.table.model.index(0, column).data() for column in range(4)] == [
        "Overtime Wages",
        "Compensation",
        "100 %, 2 of 2",
        "50 %, 1 of 2",
    ]
    assert view._name.text() == "Overtime Wages"


def test_a_bar_is_chosen_with_the_mouse(assessed, open_view, qtbot):
    view = open_view()
    qtbot.mouseClick(view.bars, Qt.MouseButton.LeftButton, pos=view.bars.line_of(1).center())
    assert view.bars.current == 1
