import io

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication

from app.fieldwork.album import read_album
from app.fieldwork.pictures import NewPhoto, keep_photo, mark_before
from app.fieldwork.pictures import file_photo as file_it
from app.fieldwork.visit_file import visit_snapshot
from app.models.changes import undo
from app.photos.image import take_in
from app.ui.visit.photo_intake import sources_of, sources_of_paths
from app.ui.visit.photo_taking import take_photos
from app.ui.visit.photos import PhotosTab
from tests.factories import make_enterprise, make_improvement, make_visit


def picture(colour="red", kind="JPEG"):
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, kind)
    return file.getvalue()


def add_photo(desk, visit_id, colour, **more):
    new = NewPhoto(picture(colour), f"{colour}.jpg")
    stored = desk.jobs.photos(lambda photos: keep_photo(photos, new, take_in(new.data, new.name)))
    return desk.jobs.db(lambda db: file_it(db, desk.by, visit_id, stored, **more))


@pytest.fixture
def enterprise_id(desk):
    return desk.jobs.db(lambda db: make_enterprise(db, desk.by))


@pytest.fixture
def visit_id(desk, enterprise_id):
    return desk.jobs.db(lambda db: make_visit(db, desk.by, enterprise_id))


@pytest.fixture
def open_tab(qtbot, desk, visit_id):
    def make():
        tab = PhotosTab(desk)
        qtbot.add_widget(tab)
        tab.resize(1100, 600)
        tab.show_visit(visit_id)
        tab.show()
        qtbot.wait_until(lambda: tab.filters["all"].text() != "")
        return tab

    return make


def album(desk, visit_id):
    return desk.jobs.db(lambda db: read_album(db, visit_id))


def test_files_are_taken_in_and_a_bad_one_does_not_stop_the_others(open_tab, qtbot, desk, visit_id, tmp_path):
    tab = open_tab()
    for name, data in (("a.jpg", picture()), ("bad.jpg", b"no photo"), ("c.webp", picture("blue", "WEBP"))):
        (tmp_path / name).write_bytes(data)
    tab.take(sources_of_paths([str(tmp_path / name) for name in ("a.jpg", "bad.jpg", "gone.jpg", "c.webp")]))
    qtbot.wait_until(lambda: tab.filters["all"].text() == "All 2")
    qtbot.wait_until(tab.banner.isVisible)
    assert "bad.jpg is no photo" in tab.banner.words.text()
    assert "gone.jpg" in tab.banner.words.text()
    assert [photo.file_name for photo in album(desk, visit_id).photos] == ["a.jpg", "c.webp"]
    assert tab.strip.isHidden()


@pytest.fixture
def files(tmp_path):
    for name, data in (("a.jpg", picture()), ("b.png", picture("blue", "PNG"))):
        (tmp_path / name).write_bytes(data)
    return [tmp_path / "a.jpg", tmp_path / "b.png"]


def test_files_are_asked_for_by_their_kinds(open_tab, qtbot, desk, visit_id, files):
    tab = open_tab()
    tab.add.click()
    ((title, _proposal, kinds),) = desk.ask.asked
    assert title == "Add photos"
    assert {"*.jpg", "*.JPG", "*.heic"} <= set(kinds.removeprefix("Photos (").removesuffix(")").split())
    assert tab.strip.isHidden()
    desk.ask.paths = files
    tab.add.click()
    qtbot.wait_until(lambda: tab.filters["all"].text() == "All 2")
    assert {photo.file_name for photo in album(desk, visit_id).photos} == {"a.jpg", "b.png"}


def drag_over(widget, data):
    """As the system says it: over `widget`, which may leave it to what it stands on. Whether it may be dropped."""
    where, copy = widget.rect().center(), Qt.DropAction.CopyAction
    event = QDragEnterEvent(where, copy, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def drop(widget, data):
    where, copy = widget.rect().center().toPointF(), Qt.DropAction.CopyAction
    event = QDropEvent(where, copy, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def urls(*paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


@pytest.mark.parametrize("part", ["tab", "grid"])
def test_files_are_dropped_anywhere_on_the_tab(open_tab, qtbot, desk, visit_id, files, part):
    add_photo(desk, visit_id, "red")
    tab = open_tab()
    onto = tab if part == "tab" else tab.grid.viewport()
    data = urls(*files)
    assert drag_over(onto, data)
    assert drop(onto, data)
    qtbot.wait_until(lambda: tab.filters["all"].text() == "All 3")
    assert [photo.file_name for photo in album(desk, visit_id).photos][1:] == ["a.jpg", "b.png"]


def test_a_picture_is_dropped_from_another_program(open_tab, qtbot, desk, visit_id):
    tab = open_tab()
    data = QMimeData()
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    data.setImageData(image)
    assert drag_over(tab, data)
    drop(tab, data)
    qtbot.wait_until(lambda: tab.filters["all"].text() == "All 1")
    (photo,) = album(desk, visit_id).photos
    assert (photo.width, photo.height) == (4, 3)


def test_what_is_no_picture_is_not_taken_over(open_tab):
    data = QMimeData()
    data.setText("a sentence")
    assert not drag_over(open_tab(), data)


def test_nothing_is_dropped_on_a_finished_visit(open_tab, desk, visit_id, files):
    tab = open_tab()
    tab.set_editable(False)
    assert not drag_over(tab, urls(*files))
    drop(tab, urls(*files))
    assert tab.strip.isHidden()
    assert album(desk, visit_id).photos == ()


def test_a_drop_gives_files_and_the_clipboard_an_image(tmp_path):
    (tmp_path / "b.PNG").write_bytes(b"b")
    (tmp_path / "notes.txt").write_bytes(b"t")
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    assert [source.name for source in sources_of(dropped)] == ["b.PNG"]
    pasted = QMimeData()
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    pasted.setImageData(image)
    (source,) = sources_of(pasted)
    assert take_in(source.read()).original_size == (4, 3)


def test_of_a_findings_photos_a_bad_one_is_told_and_the_others_are_counted(open_tab, qtbot, desk, visit_id, tmp_path):
    improvement_id = desk.jobs.db(lambda db: make_improvement(db, desk.by, visit_id))
    for name, data in (("bad.jpg", b"no photo"), ("a.jpg", picture()), ("b.jpg", picture("blue"))):
        (tmp_path / name).write_bytes(data)
    failures, said = [], []
    desk.jobs.failed.connect(failures.append)
    desk.said.connect(lambda words, undoable: said.append((words, undoable)))
    paths = [tmp_path / name for name in ("bad.jpg", "a.jpg", "b.jpg")]
    take_photos(desk, desk, visit_id, paths, lambda _db, _by: {"improvement_id": improvement_id})
    qtbot.wait_until(lambda: said == [("2 photos added", False)])
    assert [error.path.name for error in failures] == ["bad.jpg"]
    assert {photo.improvement_id for photo in album(desk, visit_id).photos} == {improvement_id}


def test_before_and_after_are_paired_by_hand(open_tab, qtbot, desk, visit_id, enterprise_id):
    earlier = desk.jobs.db(lambda db: make_visit(db, desk.by, enterprise_id))
    before = add_photo(desk, earlier, "red")
    desk.jobs.db(lambda db: mark_before(db, desk.by, before, place="Press 4"))
    after = add_photo(desk, visit_id, "green")
    tab = open_tab()
    assert tab.filters["waiting"].text() == "After missing 1"
    tab._choose_filter("all")
    buttons = {press.accessibleName(): press for press in tab._panel.findChildren(type(tab.add))}
    buttons["Pair with Press 4"].click()
    qtbot.wait_until(lambda: tab.filters["waiting"].text() == "After missing 0")
    (pair,) = album(desk, visit_id).pairs
    assert (pair.before.id, pair.after.id, pair.after.place) == (before, after, "Press 4")


def test_what_is_typed_goes_to_the_photo_it_was_typed_for(open_tab, qtbot, desk, visit_id):
    first, second = add_photo(desk, visit_id, "red"), add_photo(desk, visit_id, "blue")
    tab = open_tab()
    qtbot.wait_until(lambda: tab._panel is not None)
    tab._panel.place.field.setText("Line 3")
    tab.grid.choose(second)
    qtbot.wait_until(lambda: album(desk, visit_id).photo(first).place == "Line 3")
    assert album(desk, visit_id).photo(second).place == ""


def test_what_it_shows_files_a_photo(open_tab, qtbot, desk, visit_id):
    improvement_id = desk.jobs.db(lambda db: make_improvement(db, desk.by, visit_id))
    photo_id = add_photo(desk, visit_id, "red")
    tab = open_tab()
    assert tab.filters["unfiled"].text() == "Unfiled 1"
    tab._panel.shows.setCurrentIndex(1)
    tab._panel.shows.activated.emit(1)
    qtbot.wait_until(lambda: tab.filters["unfiled"].text() == "Unfiled 0")
    assert album(desk, visit_id).photo(photo_id).improvement_id == improvement_id


def test_who_did_not_agree_is_in_no_report_until_it_is_undone(open_tab, qtbot, desk, visit_id):
    photo_id = add_photo(desk, visit_id, "red")
    tab = open_tab()
    consent = tab._panel.consent
    consent.setCurrentIndex(consent.findData("refused"))
    consent.activated.emit(consent.currentIndex())
    tile = lambda: tab.grid.model().index(0, 0).data()  # noqa: E731
    qtbot.wait_until(lambda: "Not in reports" in tile())
    assert album(desk, visit_id).photo(photo_id).is_withheld
    assert desk.jobs.db(lambda db: visit_snapshot(db, visit_id)).photos == ()
    desk.jobs.run_with_db(tab, lambda db: undo(db, desk.by))
    qtbot.wait_until(lambda: consent.currentText() == "Not said")
    assert "Not in reports" not in tile()
    assert len(desk.jobs.db(lambda db: visit_snapshot(db, visit_id)).photos) == 1


def test_delete_moves_to_the_bin_and_undo_brings_the_pair_back(open_tab, qtbot, desk, visit_id):
    photo_id = add_photo(desk, visit_id, "red")
    desk.jobs.db(lambda db: mark_before(db, desk.by, photo_id, place="Exit"))
    tab = open_tab()
    tab._choose_filter("all")
    qtbot.keyClick(tab.grid, Qt.Key.Key_Delete)
    qtbot.wait_until(lambda: tab.filters["all"].text() == "All 0")
    assert album(desk, visit_id).pairs == ()
    desk.jobs.run_with_db(tab, lambda db: undo(db, desk.by))
    qtbot.wait_until(lambda: tab.filters["all"].text() == "All 1")
    assert len(album(desk, visit_id).pairs) == 1


def test_arrows_move_and_enter_opens(open_tab, qtbot, desk, visit_id):
    first, second = add_photo(desk, visit_id, "red"), add_photo(desk, visit_id, "blue")
    tab = open_tab()
    assert tab.grid.key() == first
    qtbot.keyClick(tab.grid, Qt.Key.Key_Right)
    assert tab.grid.key() == second
    with qtbot.wait_signal(tab.grid.opened) as got:
        tab.grid.opened.disconnect(tab._open)
        qtbot.keyClick(tab.grid, Qt.Key.Key_Return)
    assert got.args == [second]


def test_a_finished_visit_takes_no_photos_and_opening_writes_nothing(open_tab, qtbot, desk, visit_id):
    add_photo(desk, visit_id, "red")
    before = desk.jobs.db(lambda db: db.conn.total_changes)
    tab = open_tab()
    tab.set_editable(False)
    assert not tab.add.isEnabled()
    assert not tab._panel.fields.isEnabled()
    qtbot.keyClick(tab.grid, Qt.Key.Key_Delete)
    assert desk.jobs.db(lambda db: db.conn.total_changes) == before
