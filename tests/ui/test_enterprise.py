from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from app.fieldwork.plan import describe_enterprise
from app.models.rows import get_row, list_rows
from app.ui.pages.enterprise import EnterprisePage
from app.ui.widgets.link_row import LinkRow
from tests.factories import VISIT_DAY, make_enterprise, make_improvement, make_visit


@pytest.fixture
def made(desk):
    """Ids of an enterprise, its visit, and another enterprise."""

    def fill(db):
        enterprise_id = make_enterprise(db, desk.by, "PT Laksana", country="ID", city="Cibubur")
        visit_id = make_visit(db, desk.by, enterprise_id)
        make_improvement(db, desk.by, visit_id, "Guards", due_on=VISIT_DAY - timedelta(days=2))
        describe_enterprise(db, desk.by, enterprise_id, VISIT_DAY, women_permanent=70, men_permanent=130)
        return enterprise_id, visit_id, make_enterprise(db, desk.by, "Nova")

    return desk.jobs.db(fill)


@pytest.fixture
def page(qtbot, desk, made):
    page = EnterprisePage(desk)
    qtbot.add_widget(page)
    page.resize(1100, 800)
    page.open_at([made[0]])
    page.show()
    qtbot.wait_until(lambda: page.form is not None and len(page.findChildren(LinkRow)) == 2)
    qtbot.wait_until(lambda: all(one.isVisible() for one in page.findChildren(LinkRow)))
    return page


def field(page, name):
    return page.form.rows[name].field


def kept(desk, enterprise_id):
    return desk.jobs.db(lambda db: get_row(db, "enterprise", enterprise_id))


def button(page, words):
    return next(one for one in page.findChildren(QPushButton) if one.text() == words and one.isVisible())


def test_it_says_who_and_what_happened(page):
    assert page.header.title.text() == "PT Laksana"
    assert page.header.second.text() == "Cibubur, Indonesia · Garments · 200 people employed"
    assert "70 women · 130 men" in " ".join(one.text() for one in page.people.findChildren(QLabel))
    assert [one.text() for one in page.improvements.findChildren(QLabel, "chip")] == ["2 days overdue"]


def test_visits_and_improvements_open(page, desk, made, qtbot):
    qtbot.keyClick(page.timeline.findChildren(LinkRow)[0], Qt.Key.Key_Return)
    qtbot.mouseClick(page.improvements.findChildren(LinkRow)[0], Qt.MouseButton.LeftButton)
    assert desk.asked_for == [f"visit/{made[1]}", f"visit/{made[1]}/improvements"]


def test_a_field_keeps_itself(page, desk, made, qtbot):
    sector = field(page, "sector")
    assert isinstance(sector, QLineEdit)
    sector.setText("Shoes")
    desk.flushed.emit()
    qtbot.wait_until(lambda: kept(desk, made[0])["sector"] == "Shoes")
    qtbot.wait_until(lambda: "Shoes" in page.header.second.text())


def test_what_cannot_be_taken_is_said_under_the_field(page, desk, made, qtbot):
    field(page, "founded").setText("long ago")
    desk.flushed.emit()
    qtbot.wait_until(lambda: page.form.rows["founded"].error.isVisible())
    assert field(page, "founded").text() == "long ago"
    assert kept(desk, made[0])["founded"] is None
    field(page, "founded").setText("1990")
    desk.flushed.emit()
    qtbot.wait_until(lambda: kept(desk, made[0])["founded"] == 1990)
    qtbot.wait_until(lambda: not page.form.rows["founded"].error.isVisible())


def test_a_choice_keeps_itself(page, desk, made, qtbot):
    qtbot.keyClick(field(page, "ownership"), Qt.Key.Key_Down)
    qtbot.wait_until(lambda: kept(desk, made[0])["ownership"] == "family")


def test_letters_never_land_on_another_enterprise(page, desk, made, qtbot):
    field(page, "sector").setText("Shoes")
    desk.flushed.emit()
    page.open_at([made[2]])
    qtbot.wait_until(lambda: page.form is not None)
    assert page.header.title.text() == "Nova"
    assert (kept(desk, made[0])["sector"], kept(desk, made[2])["sector"]) == ("Shoes", "Garments")


def test_people_are_counted_again(page, desk, made, qtbot):
    button(page, "Count the people").click()
    panel = page.counting
    women = panel.rows["women_permanent"].field
    assert women.text() == "70"
    women.setText("many")
    panel.keep.click()
    assert panel.rows["women_permanent"].error.isVisible()
    women.setText("80")
    panel.keep.click()
    qtbot.wait_until(lambda: "210 people employed" in page.header.second.text())
    rows = desk.jobs.db(lambda db: list(list_rows(db, "enterprise_profile", enterprise_id=made[0])))
    assert [row["women_permanent"] for row in rows] == [70, 80]


def test_a_contact_is_added(page, desk, made, qtbot):
    button(page, "Add a contact").click()
    page.contact.keep.click()
    assert page.contact.rows["name"].error.isVisible()
    page.contact.fields["name"].setText("Ibu Sari")
    page.contact.keep.click()
    qtbot.wait_until(lambda: "Ibu Sari" in [one.text() for one in page.people.findChildren(QLabel)])


def test_a_visit_is_planned_from_here(page, desk, made, qtbot):
    page.plan.click()
    qtbot.wait_until(lambda: page.planning.enterprise.value == made[0])
    qtbot.wait_until(lambda: page.planning.number.currentIndex() == 1)
    page.planning.plan.click()
    qtbot.wait_until(lambda: len(page.timeline.findChildren(LinkRow)) >= 2)


def test_one_that_is_not_here_is_said(page, qtbot):
    page.open_at(["nobody"])
    qtbot.wait_until(lambda: page.header.title.text() == "This enterprise is not here")


def test_looking_writes_nothing(page, desk):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    page.reload()
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before
