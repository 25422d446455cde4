"""The window as a process that can be killed: somebody types in it, and it says on standard output what was typed,
which question was open, and after each saved sign what stands on the disk.

Only what a person sees counts: a note belongs to the row that it is written in, by the number on that row, and the text
is what the person remembers to have typed, not what the field makes of it.

Each line carries the time of the machine and the computing time of the process. With a line at least each `TICK_S` in
which nothing is computed, a reader can tell the time that the window had from the time that it was kept waiting.

`python -m tests.whole.typist FOLDER` waits for seeds on standard input; each makes it fork a child that opens the
window and types until it is killed. Imports are paid for once; Qt allows the fork because no application was made yet.
"""

import faulthandler
import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from app.bootstrap import Doors, serving
from app.fieldwork.answers import checklist_of
from app.fieldwork.walkthrough import number_items
from app.models.driver import Database
from app.models.rows import list_rows
from app.paths import DataFolder
from app.ui.application import Window
from app.ui.pages.visit import VisitPage
from app.ui.visit.checklists import ChecklistsTab
from app.ui.visit.overview import OverviewTab
from app.ui.widgets.answer_row import AnswerRow

TICK_S = 0.010
_OPENS_S = 30  # on the slowest machine
_LIVES_S = 90  # no child outlives a test that went wrong
_MOST_WAITS = 400  # steps of some 25 ms
WORDS = "boxes before the exit again; cleared while we were there and the floor is marked "
Key = Qt.Key


def say(kind: str, **more: object) -> None:
    line = {"kind": kind, "at": time.monotonic(), "cpu": time.process_time(), **more}
    os.write(1, json.dumps(line).encode() + b"\n")


def stored(db: Database) -> dict[str, str]:
    """What is on the disk of what the typist types: the summary, answers and notes by the number of the question."""
    found = {"summary": next(iter(list_rows(db, "visit")))["summary"] or ""}
    for assessment in list_rows(db, "assessment"):
        numbers = number_items(checklist_of(db, assessment["id"]))
        for row in list_rows(db, "answer", assessment_id=assessment["id"]):
            number = numbers[row["item"]]
            found |= {f"answer {number}": row["value"] or "", f"note {number}": row["note"] or ""}
    return found


def row_of(widget: QWidget | None) -> AnswerRow | None:
    """The question that a widget stands in."""
    while widget and not isinstance(widget, AnswerRow):
        widget = widget.parentWidget()
    return widget


class Typist:
    """Answers, writes notes, moves on, and now and then goes to the summary and back."""

    def __init__(self, window: Window, doors: Doors, seed: int) -> None:
        self._window = window
        self._db = doors.open_reader()
        self._chance = random.Random(seed)
        self._asked = window.desk.settings.route
        self._texts = stored(self._db)
        self._place = ""
        self._steps = self._work()
        window.desk.saved.connect(lambda: say("saved", fields=stored(self._db)))
        # What the window moves by itself is said too, before it can be kept.
        window.desk.moved.connect(self._look)
        QApplication.instance().focusChanged.connect(self._look)
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._step)
        self._ticker = QTimer()
        self._ticker.setTimerType(Qt.TimerType.PreciseTimer)
        self._ticker.timeout.connect(self._tick)

    def begin(self) -> None:
        """Waits until the window stands where it was left, then types."""
        deadline = time.monotonic() + _OPENS_S
        while not self._has_keyboard() and time.monotonic() < deadline:
            QApplication.processEvents()
        self._place = self._seen()
        say("open", place=self._place, has_keyboard=self._has_keyboard(), fields=self._texts)
        self._ticker.start(int(TICK_S * 1000))
        self._step()

    @property
    def _page(self) -> VisitPage:
        page = self._window.window.page()
        assert isinstance(page, VisitPage)
        return page

    def _seen(self) -> str:
        """The visit, the tab, and the question or the text that is open there, as one sees them."""
        page = self._window.window.page()
        if not isinstance(page, VisitPage):
            return ""
        name = page.bar.tabData(page.bar.currentIndex())
        tab, within = page.tabs.get(name), ""
        if isinstance(tab, ChecklistsTab):
            within = next((row.question.number for row in tab.sheet.rows.values() if row.is_current), "")
        elif isinstance(tab, OverviewTab) and tab.notes:
            within = next((field for field, widget in tab.notes.fields.items() if widget.hasFocus()), "")
        return f"{page.visit_id}/{name}/{within}"

    def _has_keyboard(self) -> bool:
        """Whether the window, and in it the question or the text that is open, has the keyboard."""
        if not self._window.window.isActiveWindow():
            return False
        tab = self._page.tabs.get(self._page.bar.tabData(self._page.bar.currentIndex()))
        if isinstance(tab, OverviewTab):
            names = self._asked.split("/")[3:]
            return tab.notes is not None and all(tab.notes.fields[name].hasFocus() for name in names)
        row = row_of(QApplication.focusWidget())
        return row is not None and row.is_current

    def _look(self) -> None:
        if self._place and (place := self._seen()) != self._place:
            self._place = place
            say("place", place=place)

    def _tick(self) -> None:
        self._look()
        say("tick")

    def _step(self) -> None:
        next(self._steps)
        self._look()
        self._timer.start(self._chance.randrange(4, 45))

    def _work(self) -> Iterator[None]:
        while True:
            if isinstance(self._page.stack.currentWidget(), ChecklistsTab):
                for _turn in range(self._chance.randrange(1, 4)):
                    yield from self._answer()
                yield from self._press(Key.Key_1, Qt.KeyboardModifier.ControlModifier)
            yield from self._summarise()
            yield from self._press(Key.Key_3, Qt.KeyboardModifier.ControlModifier)

    def _summarise(self) -> Iterator[None]:
        tab = self._page.tab("overview")
        assert isinstance(tab, OverviewTab)
        yield from self._wait(lambda: tab.notes is not None)
        assert tab.notes is not None
        field = tab.notes.fields["summary"]
        assert isinstance(field, QPlainTextEdit)
        if not field.hasFocus():
            QTest.mouseClick(field.viewport(), Qt.MouseButton.LeftButton)
            yield from self._wait(field.hasFocus)
        yield from self._write("summary")

    def _answer(self) -> Iterator[None]:
        yield from self._wait(lambda: row_of(QApplication.focusWidget()))  # nobody answers what is not there yet
        row = row_of(QApplication.focusWidget())
        assert row is not None
        number = row.question.number
        value, letter = self._chance.choice([("yes", Key.Key_Y), ("no", Key.Key_N), ("na", Key.Key_A)])
        say("typed", field=f"answer {number}", now=value)
        yield from self._press(letter)
        yield from self._press(Key.Key_T)
        if row_of(QApplication.focusWidget()) is not row:
            say("wrong", says=f"T at {number} led to another question")
        yield from self._write(f"note {number}")
        yield from self._press(Key.Key_Escape)
        yield from self._press(Key.Key_Down)

    def _write(self, name: str) -> Iterator[None]:
        """Letters at the end of the text that has the keyboard, which holds what was typed there before."""
        field = QApplication.focusWidget()
        assert isinstance(field, QPlainTextEdit), field
        text = self._texts.get(name, "")
        self._compare(field, name, text)
        QTest.keyClick(field, Key.Key_End, Qt.KeyboardModifier.ControlModifier)
        start = self._chance.randrange(len(WORDS))
        for letter in (WORDS * 2)[start : start + self._chance.randrange(5, 30)]:
            self._compare(field, name, text)
            text = self._texts[name] = text + letter
            say("typed", field=name, now=text)
            QTest.keyClicks(QApplication.focusWidget(), letter)
            self._compare(field, name, text)
            yield

    def _compare(self, field: QPlainTextEdit, name: str, typed: str) -> None:
        if field.toPlainText() != typed or not field.hasFocus():
            say("wrong", says=f"{name} shows {field.toPlainText()!r} for {typed!r}, keyboard: {field.hasFocus()}")

    def _wait(self, until: Callable[[], object]) -> Iterator[None]:
        for _wait in range(_MOST_WAITS):
            if until():
                return
            yield
        raise AssertionError(f"{QApplication.focusWidget()} has the keyboard at {self._seen()}")

    def _press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Iterator[None]:
        QTest.keyClick(QApplication.focusWidget() or self._window.window, key, modifier)
        yield


def fail(kind: type[BaseException], bug: BaseException, trace: TracebackType | None) -> None:
    say("wrong", says="".join(traceback.format_exception(kind, bug, trace)))
    os._exit(1)


def work(folder: DataFolder, seed: int) -> None:
    say("born", pid=os.getpid())
    faulthandler.enable()
    signal.alarm(_LIVES_S)
    sys.excepthook = fail
    application = QApplication(["gemba"])
    application.setFont(QFont())
    with serving(folder) as doors:
        window = Window(application, folder, doors)
        window.make()
        typist = Typist(window, doors, seed)
        typist.begin()
        application.exec()


def main(folder: DataFolder) -> None:
    for seed in sys.stdin:
        child = os.fork()
        if child == 0:
            work(folder, int(seed))
        _child, status, used = os.wait4(child, 0)
        computed = used.ru_utime + used.ru_stime
        line = {"kind": "dead", "cpu": computed, "ended": os.waitstatus_to_exitcode(status)}
        os.write(1, json.dumps(line).encode() + b"\n")


if __name__ == "__main__":
    main(DataFolder(Path(sys.argv[1])))
