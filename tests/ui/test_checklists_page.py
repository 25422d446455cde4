"""Forms are looked at before anything is written, activated, retired with a way back, and handed out again."""

from datetime import date

import pytest
from PySide6.QtCore import QDate, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QScrollArea

from app.checklists.xlsform import load
from app.fieldwork.form_check import examine_form
from app.fieldwork.forms import Standing, import_form, list_forms, retire
from app.ui.pages.checklists import ChecklistsPage
from app.ui.widgets.form_preview import FormPreview
from scripts.scenes import FAULTY, FORM


@pytest.fixture
def page(desk, qtbot):
    page = ChecklistsPage(desk)
    qtbot.add_widget(page)
    page.resize(1100, 700)
    page.show()
    qtbot.wait_until(lambda: page.table.model.rowCount() > 0)
    return page


@pytest.fixture
def form(tmp_path):
    path = tmp_path / "safe.md"
    path.write_text(FORM, encoding="utf-8")
    return path


def opened(page, qtbot, path):
    page.panel.open_path(path)
    panel = page.panel
    qtbot.wait_until(lambda: panel.isVisible() and panel.strip.isHidden())
    qtbot.wait_until(lambda: panel.preview.isHidden() or bool(texts(panel.preview)))
    return panel


def stored(desk, name="safe_workshop"):
    today = desk.by.clock.today()
    return next((one for one in desk.jobs.db(lambda db: list_forms(db, today)) if one.checklist.id == name), None)


def texts(widget):
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]


def cells(page, title):
    model = page.table.model
    rows = [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]
    return next((row for row in rows if row[0] == title), None)


def test_every_version_is_listed_with_its_state(page, desk, qtbot, form):
    assert cells(page, "Occupational Safety and Health")[1:] == [
        "2",
        "English, Spanish",
        "All countries",
        "Occupational Safety and Health at Work",
        "32",
        "Offered · Gemba's own",
    ]
    checklist = examine_form(form).checklist
    desk.jobs.run_with_db(page, lambda db: import_form(db, desk.by, checklist, country="PE", from_day=date(2027, 1, 1)))
    qtbot.wait_until(lambda: cells(page, "Safe workshop") is not None)
    assert cells(page, "Safe workshop")[3:] == [
        "Peru",
        "Occupational Safety and Health at Work",
        "7",
        "Offered from Jan 1, 2027",
    ]
    page.table.filter.setText("peru jan")
    assert page.table.model.rowCount() == 1


def test_a_clean_form_is_shown_and_nothing_is_written_before_it_is_activated(page, desk, qtbot, form):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    panel = opened(page, qtbot, form)
    assert panel.title.text() == "Safe workshop, version 3"
    assert "7 questions, 4 of them judged" in panel.about.text()
    assert panel.says.text().startswith("This form can be used.")
    assert "There are no words in Spanish for: machine_name" in texts(panel.report)
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before
    panel.country.setCurrentIndex(panel.country.findData("PE"))
    panel.day._field.setDate(QDate(2027, 1, 1))
    with qtbot.wait_signal(desk.said) as said:
        panel.activate_.click()
    assert said.args == ["Safe workshop, version 3: activated", True]
    found = stored(desk)
    assert (found.checklist, found.country, found.active_from) == (load(form), "PE", date(2027, 1, 1))
    assert panel.isHidden()
    qtbot.wait_until(lambda: cells(page, "Safe workshop") is not None)


def test_a_faulty_form_is_told_with_its_places_and_cannot_be_activated(page, desk, qtbot, form):
    form.write_text(FAULTY, encoding="utf-8")
    panel = opened(page, qtbot, form)
    assert "4 errors" in texts(panel.report)
    assert "sheet survey, row 3, column gemba:nc_when" in texts(panel.report)
    assert panel.activate_.isHidden()
    assert panel.offer.isHidden()
    assert "Doors and ways" in " ".join(texts(panel.preview))
    panel.report.copy.click()
    assert "sheet survey, row 3, column gemba:nc_when: nope means nothing here." in QGuiApplication.clipboard().text()
    form.write_text(FORM, encoding="utf-8")
    panel.again.click()
    qtbot.wait_until(lambda: panel.says.text().startswith("This form can be used."))
    assert panel.activate_.isVisible()
    assert stored(desk) is None


def test_a_file_that_is_no_form_is_told(page, qtbot, tmp_path):
    path = tmp_path / "photo.xlsx"
    path.write_bytes(b"\x89PNG")
    panel = opened(page, qtbot, path)
    assert any(one.startswith("The file is damaged or is not a form.") for one in texts(panel.report))
    assert panel.preview.isHidden()


def test_the_same_version_with_other_content_must_raise_it(page, desk, qtbot, form):
    desk.jobs.db(lambda db: import_form(db, desk.by, load(form)))
    panel = opened(page, qtbot, form)
    assert panel.says.text().startswith("This version is here already, with the same content.")
    form.write_text(FORM.replace("Are the ways out lit?", "Are all ways out lit?"), encoding="utf-8")
    opened(page, qtbot, form)
    assert any(one.startswith("safe_workshop 3 is here already with other content") for one in texts(panel.report))
    assert panel.activate_.isHidden()


def test_a_form_is_dropped_on_the_page(page, qtbot, form):
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(form))])
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(5, 5), copy, dropped, left, plain)
    page.dragEnterEvent(entered)
    assert entered.isAccepted()
    page.dropEvent(QDropEvent(QPointF(5, 5), copy, dropped, left, plain))
    qtbot.wait_until(lambda: page.panel.title.text() == "Safe workshop, version 3")


def test_the_question_for_a_file_may_be_answered_or_not(page, qtbot, form, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_asked: ("", ""))
    page.open.click()
    assert page.panel.isHidden()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_asked: (str(form), ""))
    page.open.click()
    qtbot.wait_until(lambda: page.panel.title.text() == "Safe workshop, version 3")


def test_reading_can_be_given_up(page, qtbot, form):
    page.panel.open_path(form)
    page.panel.strip.cancel.click()
    assert page.panel.strip.isHidden()
    assert page.panel.nothing.isVisible()
    qtbot.wait(50)
    assert page.panel.preview.isHidden()


def test_enter_shows_a_version_and_retiring_it_can_be_undone(page, desk, qtbot, form):
    first = desk.jobs.db(lambda db: import_form(db, desk.by, load(form)))
    form.write_text(FORM.replace("| Safe workshop | 3 |", "| Safe workshop | 4 |"), encoding="utf-8")
    desk.jobs.run_with_db(page, lambda db: import_form(db, desk.by, load(form)))
    qtbot.wait_until(lambda: page.table.model.rowCount() == 16)
    page.table.filter.setText("safe workshop 4 offered")
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    panel = page.panel
    assert panel.title.text() == "Safe workshop, version 4"
    assert panel.says.text() == "Offered"
    assert not panel.activate_.isEnabled()
    with qtbot.wait_signal(desk.said) as said:
        panel.retire.click()
    assert said.args == ["Safe workshop is retired; version 3 is offered again", True]
    assert panel.isHidden()
    desk.jobs.db(lambda db: retire(db, desk.by, first))
    panel.open_stored(stored(desk))
    assert (panel.says.text(), panel.activate_.text(), panel.retire.isHidden()) == ("Retired", "Activate", True)
    with qtbot.wait_signal(desk.said):
        panel.activate_.click()
    assert stored(desk).standing is Standing.OFFERED


def test_country_and_day_of_a_version_are_changed(page, desk, qtbot, form):
    desk.jobs.db(lambda db: import_form(db, desk.by, load(form)))
    panel = page.panel
    panel.open_stored(stored(desk))
    panel.country.setCurrentIndex(panel.country.findData("ID"))
    assert panel.activate_.isEnabled()
    with qtbot.wait_signal(desk.said):
        panel.activate_.click()
    assert stored(desk).country == "ID"


def test_a_version_is_exported(page, desk, qtbot, tmp_path, monkeypatch):
    target = tmp_path / "osh.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(target), ""))
    page.panel.open_stored(stored(desk, "osh"))
    with qtbot.wait_signal(desk.said) as said:
        page.panel.export.click()
    assert said.args == ["osh.xlsx is written", False]
    assert load(target) == stored(desk, "osh").checklist


def test_an_export_that_finds_no_room_is_told(page, desk, qtbot, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(tmp_path / "file" / "x.xlsx"), ""))
    page.panel.open_stored(stored(desk, "osh"))
    with qtbot.wait_signal(desk.jobs.failed):
        page.panel.export.click()


def test_the_preview_shows_what_will_be_asked_in_each_language(page, qtbot, form):
    panel = opened(page, qtbot, form)
    shown = texts(panel.preview)
    for words in (
        "1  Doors and ways",
        "Can every exit be opened from inside without a key?",
        "Try three of them.",
        "A finding: Partly, No",
        "A finding: . < 2",
        "Whole number",
        "Critical",
        "Zero tolerance, in no report",
        "Asked only when ${doors_free} != 'na'",
        "Asked for each one that is added",
        "Is … guarded all round?",
        "Always, and nobody takes the guard off",
        "Photo",
    ):
        assert words in shown
    panel.languages.setCurrentIndex(panel.languages.findData("es"))
    qtbot.wait_until(lambda: "1  Puertas y pasos" in texts(panel.preview))
    assert "Sí" in texts(panel.preview)


def test_the_preview_is_read_by_keys(page, desk, qtbot):
    page.panel.open_stored(stored(desk, "better_work"))
    preview = page.panel.preview
    area = preview.parentWidget().parentWidget().parentWidget()
    assert isinstance(area, QScrollArea)
    bar = area.verticalScrollBar()
    qtbot.wait_until(lambda: bar.maximum() > 0)
    preview.setFocus()
    qtbot.keyClick(preview, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    qtbot.keyClick(preview, Qt.Key.Key_Home)
    assert bar.value() == 0
    qtbot.keyClick(preview, Qt.Key.Key_Escape)
    assert page.panel.isHidden()


def test_a_long_form_is_shown_in_parts(desk, qtbot):
    preview = FormPreview()
    qtbot.add_widget(preview)
    checklist = stored(desk, "better_work").checklist
    preview.show_form(checklist, "en")
    preview.show()
    assert preview.more.isVisible()
    assert checklist.items[-1].label.in_language("en") not in texts(preview)
    preview.more.setFocus()
    for _part in range(len(checklist.items) // 50):
        preview.more.click()
    assert preview.more.isHidden()
    qtbot.wait_until(lambda: checklist.items[-1].label.in_language("en") in texts(preview))


def test_tab_brings_into_view_what_it_comes_to(page, desk, qtbot):
    page.panel.open_stored(stored(desk, "better_work"))
    panel = page.panel
    area = panel.preview.parentWidget().parentWidget().parentWidget()
    qtbot.wait_until(lambda: area.verticalScrollBar().maximum() > 0)
    assert area.verticalScrollBar().value() == 0
    qtbot.keyClick(panel.preview, Qt.Key.Key_End)
    panel.country.setFocus()
    assert area.viewport().rect().contains(panel.country.mapTo(area.viewport(), QPoint(1, 1)))


def test_the_page_opens_with_the_filter_it_was_left_with(page, desk, qtbot):
    page.table.filter.setText("better work")
    again = ChecklistsPage(desk)
    qtbot.add_widget(again)
    again.open_at(page.place())
    again.show()
    qtbot.wait_until(lambda: again.table.model.rowCount() == 2)


def test_looking_writes_nothing(page, desk, qtbot, form):
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    opened(page, qtbot, form)
    page.panel.open_stored(stored(desk, "osh"))
    page.reload()
    qtbot.wait(30)
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before
