"""The window as a trainer waits for it: the start, an answer by key, searching, switching pages, memory."""

import gc
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from time import perf_counter

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.bootstrap import writing
from app.fieldwork.answers import answer_item
from app.fieldwork.plan import register_enterprise
from app.models.database import connect, edit
from app.models.driver import Database
from app.paths import DataFolder, program_folder
from app.ui.main_window import PLACES, SETTINGS, MainWindow
from app.ui.pages.enterprises import EnterprisesPage
from app.ui.pages.visit import TABS, VisitPage
from app.ui.visit.checklists import ChecklistsTab
from benchmarks.rounds import Comparison, Unit, Way, compare, timed
from benchmarks.stores import Stores, drop_triggers
from benchmarks.window_child import VISITS
from benchmarks.window_open import Stage, opened, painted

FEW_ANSWERS, MANY_ANSWERS = 10, 100_000
ENTERPRISES = 10_000
ROUNDS_OF_START = 5
ROUNDS_OF_ANSWERS = 11
ROUNDS_OF_SEARCH = 7
ROUNDS_OF_FIRST = 2
ROUNDS_OF_AGAIN = 5
FRAME = 1 / 60  # seconds that a screen shows one picture
_KEYS = 10  # answers in a round
_TYPED = "enterprise 77"


def run(stores: Stores) -> Iterator[Comparison]:
    few, many = stores.answered(FEW_ANSWERS), stores.answered(MANY_ANSWERS)
    yield from _start(stores, few, many)
    full = _with_enterprises(stores, many)
    with opened(full, stores.key) as stage:
        yield from _answers(stores, stage)
        yield _filter(stage)
        yield _palette(stage)
        yield from _switching(stage)
    yield _memory(stores, full)


def _with_enterprises(stores: Stores, many: DataFolder) -> DataFolder:
    """The store with many answers and ENTERPRISES more enterprises, a copy that may be written in."""
    folder = DataFolder(stores.root / "window")
    shutil.copytree(many.root, folder.root, ignore=shutil.ignore_patterns(many.lock.name))
    with writing(folder, stores.key) as store, edit(store.records, store.author):
        for number in range(ENTERPRISES):
            accented = "" if number % 3 else " Żółta"
            place = {"country": "ID", "city": f"City {number % 97}", "sector": f"Sector {number % 23}"}
            register_enterprise(store.records, store.author, f"Factory {number}{accented}", **place)
    return folder


def _start(stores: Stores, few: DataFolder, many: DataFolder) -> Iterator[Comparison]:
    """What is warm: the files are in the system's memory, the day's copy is made."""
    commands = {"an empty QMainWindow, dressed alike": ["bare"]}
    for folder, answers in ((few, FEW_ANSWERS), (many, MANY_ANSWERS)):
        options = ["gemba", "--data", str(folder.root), "--key-file", str(stores.key_file)]
        commands[f"gemba, Today is shown, {answers:,} answers"] = options
    ways = [Way(name, lambda command=command: _begun(command)[0]) for name, command in commands.items()]
    yield compare("window: from nothing to the first page", ways, rounds=ROUNDS_OF_START)
    ways = [Way(name, lambda command=command: _begun(command)[1]) for name, command in commands.items()]
    yield compare("window: memory then", ways, rounds=ROUNDS_OF_FIRST, unit=Unit.MEGABYTES, warm_up=False)


def _begun(arguments: Sequence[str]) -> tuple[float, float]:
    """Seconds from the start of a process until it says `shown`, and the megabytes it takes then."""
    command = [sys.executable, "-m", "benchmarks.window_child", *arguments]
    started = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=program_folder()) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        seconds = perf_counter() - started
        megabytes = process.stdout.readline()
        process.stdout.read()
    if said != "shown\n" or process.returncode:
        raise RuntimeError(f"{arguments[0]} ended with {process.returncode}")
    return seconds, float(megabytes)


def _answers(stores: Stores, stage: Stage) -> Iterator[Comparison]:
    """Yes and no in turn on one item, each until it is where the way says."""
    visit_id = stage.jobs.db(lambda db: db.conn.execute("SELECT min(visit_id) FROM assessment").fetchone()[0])
    bare, _waiting = stores.begun("window-floor", 1, key=stores.key)
    with closing(connect(bare.records, stores.key)) as floor, stage.window() as window:
        drop_triggers(floor)
        window.show_route(f"visit/{visit_id}/checklists")
        stage.settle()
        tab = _checklists(window)
        tab.sheet.finish_building()
        stage.settle()
        assessment_id = tab.sheet.sheet.assessment_id if tab.sheet.sheet else ""
        first = next(i for i, row in tab.sheet.rows.items() if {"y", "n"} <= {s.key for s in row.question.segments})
        tab.sheet.go_to(first)
        row = tab.sheet.rows[first]
        saved: list[None] = []
        stage.desk.saved.connect(lambda: saved.append(None))

        def press(number: int) -> None:
            QTest.keyClick(row, Qt.Key.Key_Y if number % 2 else Qt.Key.Key_N)

        def until_saved(number: int) -> None:
            saved.clear()
            press(number)
            while not saved:
                painted()
            painted()

        def deed(number: int) -> None:
            value = "yes" if number % 2 else "no"
            stage.jobs.db(lambda db: answer_item(db, stage.desk.by, assessment_id, first, value))

        ways = [
            _keys("raw statement and COMMIT, no triggers", lambda n: _update(floor, n), stage),
            _keys("answer_item without a window", deed, stage),
            _keys("key, until it is painted", lambda n: (press(n), painted()), stage),
            _keys("key, until on disk and painted", until_saved, stage),
            _keys("key, until all was read again", lambda n: (press(n), stage.settle()), stage),
        ]
        found = compare("window: an answer by key", ways, rounds=ROUNDS_OF_ANSWERS, things=_KEYS)
        yield found
        frames = {"a frame of 16.7 ms": [FRAME * _KEYS] * ROUNDS_OF_ANSWERS}
        by_key = {name: values for name, values in found.values.items() if name.startswith("key")}
        yield Comparison("window: the same, against a frame", frames | by_key, Unit.SECONDS, _KEYS)


def _keys(name: str, do: Callable[[int], object], stage: Stage) -> Way:
    """Only what `do` does is timed; what goes on after it ends before the next."""

    def measure() -> float:
        gc.collect()
        seconds = 0.0
        for number in range(_KEYS):
            started = perf_counter()
            do(number)
            seconds += perf_counter() - started
            stage.settle()
        return seconds

    return Way(name, measure)


def _update(db: Database, number: int) -> None:
    db.conn.execute("BEGIN IMMEDIATE")
    db.conn.execute(
        "INSERT INTO setting(name, value) VALUES('window', ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (str(number),),
    )
    db.conn.execute("COMMIT")


def _checklists(window: MainWindow) -> ChecklistsTab:
    page = window.page()
    assert isinstance(page, VisitPage)
    tab = page.tab("checklists")
    assert isinstance(tab, ChecklistsTab)
    return tab


def _filter(stage: Stage) -> Comparison:
    with stage.window() as window:
        window.show_route("enterprises")
        stage.settle()
        page = window.page()
        assert isinstance(page, EnterprisesPage)
        table = page.table
        there_are = table.model.counts[1]
        everyone = [table.model.record(number) for number in range(there_are)]

        def first() -> float:
            table.filter.clear()
            table.show_rows(everyone)
            painted()
            return timed(lambda: (QTest.keyClick(table.filter, "7"), painted()))

        def typed(text: str, letter: str) -> Callable[[], float]:
            def measure() -> float:
                table.filter.setText(text)
                painted()
                return timed(lambda: (QTest.keyClick(table.filter, letter), painted()))

            return measure

        ways = [
            Way("painting the table alone", lambda: timed(table.repaint)),
            Way("the first letter after the list was read", first),
            Way("a letter that leaves most", typed("facto", "r")),
            Way("a letter that leaves few", typed("factory 777", "7")),
            Way("a letter that leaves none", typed("factory", "q")),
        ]
        return compare(f"window: filter of {there_are:,} enterprises", ways, rounds=ROUNDS_OF_SEARCH)


def _palette(stage: Stage) -> Comparison:
    rows = stage.jobs.db(lambda db: db.conn.execute("SELECT count(*) FROM search_row").fetchone()[0])
    with stage.window() as window:
        QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        palette = window.palette_
        assert palette.isVisible()

        def typed(text: str) -> Callable[[], float]:
            def measure() -> float:
                palette.field.setText(text[:-1])
                stage.settle()
                return timed(lambda: (QTest.keyClick(palette.field, text[-1]), stage.settle()))

            return measure

        ways = [
            Way("painting the palette alone", lambda: timed(palette.repaint)),
            *(Way(f"until {text} is found and painted", typed(text)) for text in ("e", "en", "enterprise 77", "qqq")),
        ]
        return compare(f"window: palette over {rows:,} rows", ways, rounds=ROUNDS_OF_SEARCH)


def _switching(stage: Stage) -> Iterator[Comparison]:
    visit_id = stage.jobs.db(lambda db: db.conn.execute("SELECT max(visit_id) FROM assessment").fetchone()[0])
    pages = {route: route for route, _words in (*PLACES, SETTINGS)}
    tabs = {tab: f"visit/{visit_id}/{tab}" for tab in TABS}
    for kind, routes, before in (("page", pages, ""), ("tab of a visit", tabs, f"visit/{visit_id}/overview")):
        yield _first(stage, kind, routes)
        yield _again(stage, kind, routes, before)


def _first(stage: Stage, kind: str, routes: dict[str, str]) -> Comparison:
    """Each in a new window: it is built, reads and is painted."""

    def way(route: str) -> Way:
        def measure() -> float:
            with stage.window() as window:
                return timed(lambda: (window.show_route(route), stage.settle()))

        return Way(route.rpartition("/")[2], measure)

    ways = [_nothing(stage), *map(way, routes.values())]
    return compare(f"window: a {kind}, first opening", ways, rounds=ROUNDS_OF_FIRST)


def _nothing(stage: Stage) -> Way:
    def measure() -> float:
        with stage.window() as window:
            return timed(lambda: (stage.empty(window), stage.settle()))

    return Way("an empty page", measure)


def _again(stage: Stage, kind: str, routes: dict[str, str], before: str) -> Comparison:
    """Coming back, from an empty page or from the first tab."""
    with stage.window() as window:
        for route in routes.values():
            window.show_route(route)
            stage.settle()
        empty = stage.empty(window)

        def way(name: str, route: str) -> Way:
            def measure() -> float:
                _leave(stage, window, before if route != before else "", empty)
                return timed(lambda: (window.show_route(route), stage.settle()))

            return Way(name, measure)

        def nothing() -> float:
            _leave(stage, window, before or next(iter(routes.values())), empty)
            return timed(lambda: (window.stack.setCurrentWidget(empty), stage.settle()))

        ways = [Way("an empty page", nothing), *(way(name, route) for name, route in routes.items())]
        return compare(f"window: back to a {kind}", ways, rounds=ROUNDS_OF_AGAIN)


def _leave(stage: Stage, window: MainWindow, route: str, empty: QWidget) -> None:
    if route:
        window.show_route(route)
    else:
        window.stack.setCurrentWidget(empty)
    stage.settle()
    QApplication.processEvents()


def _memory(stores: Stores, folder: DataFolder) -> Comparison:
    command = [sys.executable, "-m", "benchmarks.window_child", "visits", str(folder.root), str(stores.key_file)]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=program_folder()).stdout
    lines = [line.split() for line in said.splitlines()]
    megabytes = {int(number): float(size) for number, size, _widgets in lines}
    widgets = [int(count) for _number, _size, count in lines]
    quarter = VISITS // 4
    growth = (megabytes[VISITS] - megabytes[quarter]) / (VISITS - quarter) * 1000
    title = (
        f"window: visits opened in turn; {growth:.0f} kB a visit after {quarter}; widgets {widgets[0]} to {widgets[-1]}"
    )
    return Comparison(title, {f"after {n}": [size] for n, size in megabytes.items()}, Unit.MEGABYTES, 1)
