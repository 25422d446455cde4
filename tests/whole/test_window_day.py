"""From an empty folder to PDF and workbook by keys and clicks: the rows are those that the functions write."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import pypdfium2
import pytest
import shiboken6
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from python_calamine import CalamineWorkbook

from app.bootstrap import reading, serving, writing
from app.fieldwork.check import check_store
from app.fieldwork.identity import ensure_user
from app.models.ids import FixedClock
from app.models.visits import VisitKind
from app.paths import DataFolder
from app.sample import scene
from app.sample.day import play_day
from app.sample.laksana import NAME, prepare
from app.sample.programme import clock_before
from app.sample.scene import Stage
from app.ui import application
from tests.whole import story
from tests.whole.by_hand import AFTERS, NOTES, PLACES, Trainer
from tests.whole.facts import Facts, differences, facts
from tests.whole.hands import ALT, Hands, Key, saving_as

DAY = date(2026, 11, 24)
# Said by the offscreen platform whenever a list opens.
pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support grabbing the keyboard", extend=True)


@dataclass(frozen=True, slots=True)
class Entered:
    """What came out of one way of entering."""

    facts: Facts
    report: Path
    workbook: Path


@pytest.fixture(scope="module")
def by_functions(tmp_path_factory) -> tuple[Facts, Path]:
    """The facts that the functions write, and the folder of the photo files that they were given."""
    files, folder = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("functions")
    clock = clock_before(DAY)

    def keep_file(db, photos, by, visit_id, new, **more):
        (files / new.name).write_bytes(new.data)
        return real(db, photos, by, visit_id, new, **more)

    real = scene.photo_in
    with pytest.MonkeyPatch.context() as patch, writing(DataFolder(folder), clock=clock) as store:
        patch.setattr(scene, "photo_in", keep_file)
        by = ensure_user(store.records, clock, name="Trainer", role="trainer")
        stage = Stage(store.records, store.photos, by, clock, DAY)
        play_day(stage, prepare(stage))
        return facts(store.records), files


@pytest.fixture
def entered(qtbot, by_functions, tmp_path) -> Iterator[Entered]:
    clock = FixedClock(datetime.combine(DAY, time(6, 0), tzinfo=UTC))
    folder = DataFolder(tmp_path / "data")
    out = Entered({}, tmp_path / "report.pdf", tmp_path / "workbook.xlsx")
    with pytest.MonkeyPatch.context() as patch, serving(folder) as doors:
        patch.setattr(application, "Clock", lambda: clock)
        opened = application.Window(QApplication.instance(), folder, doors)
        try:
            opened.make()
            trainer = Trainer(Hands(qtbot, opened.window), clock, DAY, by_functions[1])
            _enter(trainer, out)
        finally:
            opened.window.close()
            shiboken6.delete(opened.window)
            opened.desk.jobs.close()
    with reading(folder) as store:
        assert check_store(store.records, store.photos).is_clean
        yield Entered(facts(store.records), out.report, out.workbook)


def _enter(trainer: Trainer, out: Entered) -> None:
    hands = trainer.hands
    hands.window.resize(1366, 768)
    welcome = hands.window.stack.currentWidget()
    hands.wait(lambda: QApplication.focusWidget() is not None)
    assert QApplication.focusWidget() is welcome.name
    QTest.keyClicks(welcome.name, "Trainer")
    hands.press(Key.Key_Return)
    hands.wait(lambda: hands.window.rail.isVisible())
    trainer.register()
    story.intake(trainer)
    story.first_follow_up(trainer)
    story.the_day(trainer)
    tab = trainer.tab("report")
    hands.wait(lambda: tab.save.isEnabled() and not tab.made.visit.can_be_edited)
    with saving_as(out.report):
        hands.click(tab.save)
    hands.wait(out.report.exists)
    hands.press(Key.Key_8, modifier=ALT)
    hands.settle()
    with saving_as(out.workbook):
        hands.click(trainer.page.workbook.make)
    hands.wait(lambda: trainer.page.done.isVisible())


LATER = (VisitKind.FOLLOW_UP, 2)
# What the window has no field for yet, and what it writes besides: table and field, row, what it says and what the
# functions say. Everything else is equal.
DIFFERENT = {
    ("answer", "evidence"): {(*LATER, item): (None, '["observation", "workers"]') for item in NOTES},
    # An after picture takes its pair's place over; an amount that was refused keeps the currency it was asked in.
    ("photo", "place"): {(f"{one}-after.jpg",): (PLACES[one][1], None) for one in AFTERS},
    ("indicator_value", "currency"): {("savings", "2026-11", "monthly"): ("IDR", None)},
}


def test_the_day_by_hand_is_the_day_by_functions(entered, by_functions):
    assert differences(entered.facts, by_functions[0]) == DIFFERENT
    with pypdfium2.PdfDocument(entered.report) as pdf:
        words = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pdf).split()).casefold()
    for said in ("PT Laksana Tekhnik Makmur", "Follow-up visit 2", "Caring for respirators and filters", story.LAMP,
                 "14 days overdue", "5.0 %", "2.0 %", "not tracked", "refused"):  # fmt: skip
        assert said.casefold() in words, said
    book = CalamineWorkbook.from_path(entered.workbook)
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    counts = {"Enterprises": 1, "Visits": 3, "Sessions": 2, "Improvements": 8, "Photos": 8}
    assert {name: sum(NAME in row for row in sheets[name]) for name in counts} == counts
