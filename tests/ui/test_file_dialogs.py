"""Qt's own dialogs, worked by keys as a person does: what was chosen comes back as paths, Esc as nothing."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from app.ui.file_dialogs import FileDialogs


@pytest.fixture
def window(qtbot):
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    made = QWidget()
    qtbot.add_widget(made)
    made.show()
    yield made
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, False)


@pytest.fixture
def working():
    """`working(name)` types a name into the next dialog and presses Enter; without a name it presses Esc."""
    seen = []
    timer = QTimer()
    timer.setInterval(10)

    def work(name):
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            return
        timer.stop()
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        seen.append((dialog.windowTitle(), field.text(), tuple(dialog.nameFilters())))
        if name is None:
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            return
        field.setText(name)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def begin(name=None):
        timer.timeout.connect(lambda: work(name))
        timer.start()
        return seen

    yield begin
    timer.stop()


def test_a_new_file_is_proposed_and_typed_over(window, working, tmp_path):
    seen = working(str(tmp_path / "mine.pdf"))
    chosen = FileDialogs().new_file(window, "Save", str(tmp_path / "report.pdf"), "PDF files (*.pdf)")
    assert chosen == tmp_path / "mine.pdf"
    assert seen == [("Save", "report.pdf", ("PDF files (*.pdf)",))]


def test_a_name_without_an_ending_gets_one(window, working, tmp_path):
    working(str(tmp_path / "mine"))
    chosen = FileDialogs().new_file(window, "Save", str(tmp_path / "report.pdf"), "PDF files (*.pdf)")
    assert chosen == tmp_path / "mine.pdf"


def test_several_files_are_chosen(window, working, tmp_path):
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(b"")
    working(f'"{tmp_path / "a.jpg"}" "{tmp_path / "b.jpg"}"')
    assert FileDialogs().files(window, "Add", "Photos (*.jpg)") == [tmp_path / "a.jpg", tmp_path / "b.jpg"]


def test_one_file_is_chosen(window, working, tmp_path):
    (tmp_path / "list.csv").write_bytes(b"")
    working(str(tmp_path / "list.csv"))
    assert FileDialogs().file(window, "Open", "Lists (*.csv)") == tmp_path / "list.csv"


def test_a_folder_is_chosen(window, working, tmp_path):
    working(str(tmp_path))
    assert FileDialogs().folder(window, "Copy") == tmp_path


@pytest.mark.parametrize(
    ("ask", "nothing"),
    [
        (lambda dialogs, window: dialogs.files(window, "t", "All (*)"), []),
        (lambda dialogs, window: dialogs.file(window, "t", "All (*)"), None),
        (lambda dialogs, window: dialogs.folder(window, "t"), None),
        (lambda dialogs, window: dialogs.new_file(window, "t", "x", "All (*)"), None),
    ],
    ids=["files", "file", "folder", "new_file"],
)
def test_esc_chooses_nothing(window, working, ask, nothing):
    working()
    assert ask(FileDialogs(), window) == nothing
