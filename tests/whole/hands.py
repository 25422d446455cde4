"""A person's hands on the window: keys and clicks, and nothing that reaches behind the widgets.

The system's own dialogs for files are the only thing stood in for; see `saving_as`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEventLoop, QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDateEdit,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from app.ui.file_dialogs import FileDialogs
from app.ui.main_window import MainWindow

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
W = TypeVar("W", bound=QWidget)


class Hands:
    """`qtbot` waits; everything else goes through the widgets of `window`."""

    def __init__(self, qtbot, window: MainWindow) -> None:
        self._qtbot = qtbot
        self.window = window

    def wait(self, until: Callable[[], object], timeout: int = 15_000) -> None:
        self._qtbot.wait_until(lambda: bool(until()), timeout=timeout)

    def settle(self) -> None:
        """Until what was written is on the disk, and what shows it was read again."""
        for _round in range(4):
            QApplication.processEvents()
            self.window.desk.jobs.db(lambda _db: None)
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        self.come_back()
        for key in keys:
            QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def reveal(self, widget: QWidget) -> None:
        """Scrolled to, as one must before one can click there, and covered by nothing."""
        self.come_back()
        self.wait(lambda: self._is_in_reach(widget))

    def come_back(self) -> None:
        """To the window, when a list was closed: offscreen there is no window manager that does it."""
        if not self.window.isActiveWindow():
            self.window.activateWindow()
            self.wait(self.window.isActiveWindow)

    def _is_in_reach(self, widget: QWidget) -> bool:
        above = widget.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(widget)
            above = above.parentWidget()
        there = self.window.childAt(widget.mapTo(self.window, widget.rect().center()))
        return there is not None and (there is widget or widget.isAncestorOf(there))

    def write(self, field: QWidget, text: str) -> None:
        """Click into a text field, replace what stands there, and go on with Tab, which keeps it."""
        self.reveal(field)
        target = field.viewport() if isinstance(field, QPlainTextEdit) else field
        QTest.mouseClick(target, Qt.MouseButton.LeftButton)
        assert field.hasFocus(), f"{field.accessibleName()} took no keyboard"
        QTest.keyClick(field, Key.Key_A, CTRL)
        QTest.keyClicks(field, text) if text else QTest.keyClick(field, Key.Key_Delete)
        QTest.keyClick(field, Key.Key_Tab)

    def choose(self, box: QComboBox, code: object) -> None:
        """Open the list by key, go to the line by keys, Enter."""
        assert box.isEnabled(), f"{box.accessibleName()} cannot be reached"
        self.reveal(box)
        box.setFocus(Qt.FocusReason.TabFocusReason)
        place = box.findData(code)
        assert place >= 0, f"{box.accessibleName()} has no {code}: {[box.itemData(n) for n in range(box.count())]}"
        QTest.keyClick(box, Key.Key_F4)
        view = box.view()
        QTest.keyClick(view, Key.Key_Home)
        for _step in range(place):
            QTest.keyClick(view, Key.Key_Down)
        QTest.keyClick(view, Key.Key_Return)
        assert box.currentIndex() == place

    def write_day(self, field: QDateEdit, day: date) -> None:
        """Each part is gone to and typed; the 1st first, which every month has."""
        self.reveal(field)
        field.setFocus(Qt.FocusReason.TabFocusReason)
        sections = QDateEdit.Section
        months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
        for section, text in (
            (sections.DaySection, "1"),
            (sections.YearSection, str(day.year)),
            (sections.MonthSection, months[day.month - 1]),
            (sections.DaySection, str(day.day)),
        ):
            field.setSelectedSection(section)
            QTest.keyClicks(field, text)
        QTest.keyClick(field, Key.Key_Return)
        shown = field.date()
        assert (shown.year(), shown.month(), shown.day()) == (day.year, day.month, day.day)

    def click(self, button: QPushButton) -> None:
        self.reveal(button)
        assert button.isEnabled(), f"{button.text()} cannot be clicked"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def click_line(self, view: QAbstractItemView, words: str, column: int = 0) -> None:
        """The line of a list or grid that says `words`."""
        model = view.model()
        said = [str(model.index(row, column).data() or "") for row in range(model.rowCount())]
        (row,) = (number for number, text in enumerate(said) if words in text)
        index = model.index(row, column)
        view.scrollTo(index)
        view.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, view.visualRect(index).center())
        assert view.currentIndex().row() == row

    def button(self, within: QWidget, words: str) -> QPushButton:
        """The one that is seen there and says `words`, or is named so."""
        found = [
            one
            for one in within.findChildren(QPushButton)
            if one.isVisible() and words in {one.text(), one.accessibleName()}
        ]
        assert len(found) == 1, f"{len(found)} buttons say {words}"
        return found[0]

    def named(self, within: QWidget, kind: type[W], name: str) -> W:
        """The field that is seen there under a label; see FormRow."""
        found = [one for one in within.findChildren(kind) if one.isVisible() and one.accessibleName() == name]
        assert len(found) == 1, f"{len(found)} fields are called {name}"
        return found[0]

    def text(self, within: QWidget, name: str) -> QLineEdit | QPlainTextEdit:
        found = [
            one
            for kind in (QLineEdit, QPlainTextEdit)
            for one in within.findChildren(kind)
            if one.isVisible() and one.accessibleName() == name
        ]
        assert len(found) == 1, f"{len(found)} texts are called {name}"
        return found[0]


def copy_files(paths: Sequence[Path]) -> None:
    """As a file manager copies them: Ctrl+V takes them in."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    QGuiApplication.clipboard().setMimeData(data)


def copy_rows(rows: Sequence[Sequence[str]]) -> None:
    """As a spreadsheet copies them."""
    QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in rows))


@contextmanager
def saving_as(path: Path) -> Iterator[None]:
    """The system's dialog, in which somebody chose `path`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FileDialogs, "new_file", lambda *_args: path)
        yield
