"""The checklists of an enterprise over its visits, as one reads them on its page."""

import time
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from app.checklists.catalogue import get_checklist
from app.fieldwork.answers import answer_item, begin_assessment, checklist_of
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.records import set_record
from app.ui.pages.enterprise import EnterprisePage
from tests.factories import VISIT_DAY, make_enterprise, make_visit

SECTIONS = 9


def assess(db, by, enterprise_id, days_ago, answers, key="osh", **changes):
    """Everything is met but what `answers` say; returns (the visit's id, the assessment's)."""
    on = VISIT_DAY - timedelta(days=days_ago)
    visit_id = make_visit(db, by, enterprise_id, on=on)
    set_record(db, by, "visit", visit_id, {"started_at": f"{on}T08:00:00Z"})
    made = begin_assessment(db, by, visit_id, newest_checklist_id(db, key), **{"moment": "interim"} | changes)
    for item in checklist_of(db, made).items:
        if item.is_assessed and answers.get(item.id, "met"):
            met = next(one.name for one in item.choices if one.name not in (*item.nc_when, "na"))
            answer_item(db, by, made, item.id, answers.get(item.id, met))
    return visit_id, made


@pytest.fixture
def open_page(qtbot, desk):
    def open_(enterprise_id, *rest):
        page = EnterprisePage(desk)
        qtbot.add_widget(page)
        page.resize(1150, 760)
        page.open_at([enterprise_id, "checklists", *rest])
        page.show()
        qtbot.wait_until(lambda: page.comparison._seen is not None)
        return page

    return open_


@pytest.fixture
def twice(desk):
    """An enterprise with a baseline and an end line: (its id, the two visits with their assessments)."""

    def fill(db):
        enterprise_id = make_enterprise(db, desk.by)
        before = assess(db, desk.by, enterprise_id, 90, {"policy": "no"}, moment="baseline")
        after = assess(db, desk.by, enterprise_id, 0, {"committee": "no"}, moment="end_line")
        return enterprise_id, before, after

    return desk.jobs.db(fill)


def cells(table, row=0):
    return [table.model.index(row, column).data() for column in range(table.model.columnCount())]


def headings(table):
    return [column.heading for column in table.model.columns]


def test_sections_stand_beside_each_other_with_their_chart(open_page, twice):
    view = open_page(twice[0]).comparison
    assert headings(view.sections)[2:] == ["Aug 26, 2026\nBaseline", "Nov 24, 2026\nEnd line"]
    assert cells(view.sections)[0] == "The whole checklist"
    assert view.sections.model.rowCount() == SECTIONS
    assert [view.chart.table.item(n, 0).text() for n in range(2)] == ["Aug 26, 2026", "Nov 24, 2026"]
    view.sections.view.selectRow(1)
    assert view._chart_title.text() == cells(view.sections, 1)[0]


def test_what_got_worse_is_the_first_question_and_opens_its_visit(open_page, desk, twice, qtbot):
    view = open_page(twice[0]).comparison
    view.what.button("items").click()
    assert cells(view.items)[1:] == ["Worse", "Met", "Finding"]
    assert cells(view.items, 1)[1:] == ["Better", "Finding", "Met"]
    view.changed.click()
    assert view.items.model.rowCount() == 2
    view.items.view.selectRow(0)
    qtbot.keyClick(view.items.view, Qt.Key.Key_Return)
    (earlier, first), (later, second) = twice[1:]
    assert desk.asked_for[-1] == f"visit/{later}/checklists/{second}/committee"
    view.items.view.setCurrentIndex(view.items.model.index(1, 2))
    qtbot.keyClick(view.items.view, Qt.Key.Key_Return)
    assert desk.asked_for[-1] == f"visit/{earlier}/checklists/{first}/policy"


def test_compliance_points_and_another_checklist(open_page, desk, twice, qtbot):
    def more(db):
        for days, verdict in ((60, "nc"), (30, "ok")):
            assess(db, desk.by, twice[0], days, {"co_1": verdict}, key="compliance_points", extent="partial")

    desk.jobs.db(more)
    page = open_page(twice[0], "compliance_points")
    view = page.comparison
    assert page.place() == (twice[0], "checklists", "compliance_points")
    assert "In part" in view.note.text()
    assert cells(view.sections)[1:] == ["Not comparable", "38 of 39 met", "39 of 39 met"]
    view.what.button("points").click()
    assert cells(view.points) == ["Minimum Wages/Piece Rate Wages", "Better", "Not compliant", "Compliant"]
    view.checklist.setCurrentIndex(view.checklist.findData("osh"))
    qtbot.wait_until(lambda: view.key == "osh")


def test_nothing_and_only_once(open_page, desk):
    def fill(db):
        bare, once = make_enterprise(db, desk.by, "Bare"), make_enterprise(db, desk.by, "Once")
        assess(db, desk.by, once, 10, {})
        return bare, once

    bare, once = desk.jobs.db(fill)
    for enterprise_id, says in ((bare, "No checklist was filled in here yet"), (once, "was filled in once, on Nov 14")):
        view = open_page(enterprise_id).comparison
        words = [one.text() for one in view._empty.findChildren(type(view.summary))]
        assert says in " ".join(words)
        assert view._body.currentWidget() is view._empty


def test_what_is_answered_meanwhile_is_shown(open_page, desk, twice, qtbot):
    page = open_page(twice[0])
    page.comparison.what.button("items").click()
    desk.jobs.db(lambda db: answer_item(db, desk.by, twice[2][1], "policy", "no"))
    table = page.comparison.items
    rows = range(table.model.rowCount())
    qtbot.wait_until(lambda: ["The same", "Finding", "Finding"] in [cells(table, row)[1:] for row in rows])


def test_with_many_times_the_first_stays_and_the_rest_can_be_gone_through(open_page, desk):
    def fill(db):
        enterprise_id = make_enterprise(db, desk.by)
        nothing = {item.id: None for item in get_checklist("osh").items}
        for days in range(70, 0, -10):
            assess(db, desk.by, enterprise_id, days, nothing | {"policy": "yes"})
        return enterprise_id

    view = open_page(desk.jobs.db(fill)).comparison
    view.what.button("items").click()
    days = [heading.split(",")[0] for heading in headings(view.items)[2:]]
    assert days == ["Sep 15", "Oct 15", "Oct 25", "Nov 4", "Nov 14"]
    assert view.later.isEnabled() is False
    view.earlier.click()
    view.earlier.click()
    days = [heading.split(",")[0] for heading in headings(view.items)[2:]]
    assert days == ["Sep 15", "Sep 25", "Oct 5", "Oct 15", "Oct 25"]
    assert (view.earlier.isEnabled(), view.later.isEnabled()) == (False, True)


def test_a_wide_page_has_both_and_a_narrow_one_the_chart_when_asked(open_page, twice):
    page = open_page(twice[0])
    view = page.comparison
    assert (view.sections.isVisible(), view.chart.isVisible(), view.turn.isVisible()) == (True, True, False)
    page.resize(700, 700)
    assert (view.sections.isVisible(), view.chart.isVisible(), view.turn.isVisible()) == (True, False, True)
    view.turn.click()
    assert (view.sections.isVisible(), view.chart.isVisible()) == (False, True)


def test_many_times_of_the_longest_form_take_no_time_of_the_window(open_page, desk, qtbot):
    """What the UI thread does between the reading and the picture; the reading is the pool's."""

    def fill(db):
        enterprise_id = make_enterprise(db, desk.by)
        for days in range(20):
            visit_id = make_visit(db, desk.by, enterprise_id, on=VISIT_DAY - timedelta(days=days))
            key = newest_checklist_id(db, "better_work")
            made = begin_assessment(db, desk.by, visit_id, key, moment="interim")
            answer_item(db, desk.by, made, "total_workers", "90")
        return enterprise_id

    page = open_page(desk.jobs.db(fill))
    view, seen = page.comparison, page.comparison._seen
    view._seen = None
    view.what.button("items").click()
    started = time.perf_counter()
    view._show(seen)
    view.grab()
    assert view.items.model.rowCount() > 100
    assert time.perf_counter() - started < 0.1
