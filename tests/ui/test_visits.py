from datetime import date, timedelta

import pytest
from PySide6.QtCore import QDate, Qt

from app.fieldwork.plan import plan_visit
from app.models.visits import VisitKind, list_visits
from app.ui.pages.visits import VisitsPage
from tests.factories import VISIT_DAY, make_enterprise, make_visit

NAMES = ("PT Laksana", "Đặng Textiles", "Anclote")


@pytest.fixture
def page(qtbot, desk):
    def fill(db):
        for name in NAMES:
            make_visit(db, desk.by, make_enterprise(db, desk.by, name))

    desk.jobs.db(fill)
    page = VisitsPage(desk)
    qtbot.add_widget(page)
    page.resize(1100, 700)
    page.show()
    qtbot.wait_until(lambda: page.table.model.rowCount() == len(NAMES))
    return page


def shown(page):
    model = page.table.model
    return [model.index(row, 1).data() for row in range(model.rowCount())]


def choose(box, code):
    box.setCurrentIndex(box.findData(code))


def test_typing_narrows_the_list(page):
    page.table.filter.setText("dang")
    assert shown(page) == ["Đặng Textiles"]
    page.table.filter.setText("nowhere")
    assert shown(page) == []


def test_status_period_and_programme_narrow_it(page, desk, qtbot):
    def plan(db):
        enterprise_id = make_enterprise(db, desk.by, "Later")
        plan_visit(db, desk.by, enterprise_id, kind=VisitKind.INTAKE, on=VISIT_DAY + timedelta(days=3))

    desk.jobs.run_with_db(page, plan)
    qtbot.wait_until(lambda: len(shown(page)) == 4)
    choose(page.standing, "planned")
    assert shown(page) == ["Later"]
    choose(page.standing, "missed")
    assert shown(page) == []
    assert "Choose others" in page._nothing.text()
    choose(page.standing, None)
    choose(page.period, "coming")
    assert len(shown(page)) == 4
    choose(page.period, "before")
    assert shown(page) == []
    choose(page.period, None)
    choose(page.programme, "score")
    assert shown(page) == []


def test_enter_opens_and_the_place_is_kept(page, desk, qtbot):
    page.table.view.selectRow(1)
    at = page.table.model.record(1).visit
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    assert desk.asked_for == [f"visit/{at.id}"]
    desk.jobs.run_with_db(page, lambda db: make_visit(db, desk.by, make_enterprise(db, desk.by, "New factory")))
    qtbot.wait_until(lambda: len(shown(page)) == 4)
    assert page.table.model.record(page.table.view.currentIndex().row()).visit.id == at.id


def test_a_visit_is_planned_by_keys(page, desk, qtbot):
    page.plan.click()
    panel = page.panel
    qtbot.wait_until(lambda: panel.module.count() > 1)
    qtbot.keyClicks(panel.enterprise.field, "dang")
    qtbot.keyClick(panel.enterprise.field, Qt.Key.Key_Return)
    qtbot.wait_until(lambda: panel.number.currentIndex() == 1)
    assert panel.kind.currentData() == "follow_up"
    panel.day.setDate(QDate(2026, 12, 3))
    assert panel.mode.currentText() == "In the factory"
    panel.mode.setCurrentIndex(panel.mode.findData("remote"))
    panel.purpose.setPlainText("See the guards")
    panel.plan.click()
    qtbot.wait_until(lambda: len(shown(page)) == 4)
    newest = desk.jobs.db(list_visits)[0]
    assert (newest.enterprise, newest.number, newest.planned_on, newest.purpose, newest.trainer) == (
        "Đặng Textiles", 1, date(2026, 12, 3), "See the guards", "Trainer",
    )  # fmt: skip
    assert newest.mode == "remote"
    assert not panel.isVisible()


def test_no_visit_without_an_enterprise(page, desk, qtbot):
    page.plan.click()
    page.panel.plan.click()
    assert page.panel.where.error.isVisible()
    qtbot.keyClick(page.panel, Qt.Key.Key_Escape)
    assert not page.panel.isVisible()
    assert len(desk.jobs.db(list_visits)) == 3


def test_a_failure_is_announced(page, qtbot):
    page.desk.jobs.db(lambda db: db.conn.execute("ALTER TABLE visit RENAME TO gone"))
    with qtbot.wait_signal(page.desk.jobs.failed):
        page.reload()


def test_looking_writes_nothing(page, desk, qtbot):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    page.reload()
    page.plan.click()
    qtbot.wait_until(lambda: page.panel.module.count() > 1)
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before
