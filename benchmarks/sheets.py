"""The sheet of a long checklist: how long it takes to open, and what an answer costs while it is on the screen."""

from collections.abc import Iterator
from time import perf_counter

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.checklists.items import AnswerKind, Checklist, Choice, Item, Section, Words
from app.checklists.stored import checklist_to_text
from app.fieldwork.answers import begin_assessment
from app.models.database import Author
from app.models.driver import Database
from app.models.rows import list_rows, save_row
from app.ui.visit.checklists import ChecklistsTab
from benchmarks.rounds import Comparison, Unit, Way, compare
from benchmarks.stores import Stores
from benchmarks.window_open import SIZE, Stage, opened, painted

ITEMS = (300, 2_000)
_SECTIONS = 20
_OPENS = 0.3  # seconds that 300 questions may take
_FRAME = 1 / 60
_ROUNDS_OF_OPENING, _ROUNDS_OF_KEYS, _KEYS = 5, 11, 10


def run(stores: Stores) -> Iterator[Comparison]:
    folder = stores.begun("sheets", 1, key=stores.key)[0]
    with opened(folder, stores.key) as stage:
        visits = {count: stage.jobs.db(lambda db, n=count: _begin(db, stage.desk.by, n)) for count in ITEMS}
        ways = [Way("an empty tab", lambda: _empty(stage))]
        ways += [Way(f"{count:,} questions", lambda v=visit: _open(stage, v)) for count, visit in visits.items()]
        found = compare("sheet: until its first question is painted", ways, rounds=_ROUNDS_OF_OPENING)
        yield found
        limit = {"300 ms": [_OPENS] * _ROUNDS_OF_OPENING}
        long = {name: values for name, values in found.values.items() if name.endswith("questions")}
        yield Comparison("sheet: the same, against 300 ms", limit | long, Unit.SECONDS, 1)
        frames: dict[str, list[float]] = {"a frame of 16.7 ms": [_FRAME * _KEYS] * _ROUNDS_OF_KEYS}
        for count, visit in visits.items():
            frames |= _keys(stage, visit, f"{count:,} questions: ")
        yield Comparison("sheet: an answer by key, against a frame", frames, Unit.SECONDS, _KEYS)


def _begin(db: Database, by: Author, count: int) -> str:
    """A visit on which a checklist of so many questions was begun; every fifth hangs on the one before it."""
    form = _checklist(count)
    row = {"key": f"{form.id} 1", "title": form.title, "version": "1", "definition": checklist_to_text(form)}
    checklist_id = save_row(db, by, "checklist", row)
    visit = next(iter(list_rows(db, "visit")))
    planned = {"enterprise_id": visit["enterprise_id"], "planned_on": visit["planned_on"], "kind": visit["kind"]}
    visit_id = save_row(db, by, "visit", planned | {"status": "draft"})
    begin_assessment(db, by, visit_id, checklist_id, moment="baseline")
    return visit_id


def _checklist(count: int) -> Checklist:
    sections = tuple(_section(number, count // _SECTIONS) for number in range(_SECTIONS))
    return Checklist(f"long_{count}", f"{count} questions", "1", ("en",), sections)


def _section(number: int, count: int) -> Section:
    choices = (Choice("yes", _words("Yes")), Choice("no", _words("No")), Choice("na", _words("Not applicable")))
    items = tuple(
        Item(
            id=f"s{number}_{place}",
            label=_words(f"Is everything that question {place} of section {number} asks for in place?"),
            kind=AnswerKind.CHOICE,
            choices=choices,
            nc_when=("no",),
            relevant=f"${{s{number}_{place - 1}}} = 'yes'" if place % 5 == 4 else "",
        )
        for place in range(count)
    )
    return Section(f"s{number}", _words(f"Section {number}"), items)


def _words(text: str) -> Words:
    return Words((("en", text),))


def _empty(stage: Stage) -> float:
    started = perf_counter()
    tab = ChecklistsTab(stage.desk)
    tab.resize(*SIZE)
    tab.show()
    tab.grab()
    seconds = perf_counter() - started
    _drop(stage, tab)
    return seconds


def _open(stage: Stage, visit_id: str) -> float:
    started = perf_counter()
    tab = _shown(stage, visit_id)
    tab.grab()
    seconds = perf_counter() - started
    _drop(stage, tab)
    return seconds


def _shown(stage: Stage, visit_id: str) -> ChecklistsTab:
    tab = ChecklistsTab(stage.desk)
    tab.resize(*SIZE)
    tab.show_visit(visit_id)
    tab.show()
    while not tab.sheet.current:
        painted()
    return tab


def _keys(stage: Stage, visit_id: str, prefix: str) -> dict[str, list[float]]:
    """Yes and no in turn on one question, until it is painted, and until it is on the disk as well."""
    tab = _shown(stage, visit_id)
    stage.settle()
    row = tab.sheet.rows[tab.sheet.current]
    saved: list[None] = []

    def note() -> None:
        saved.append(None)

    stage.desk.saved.connect(note)
    found: dict[str, list[float]] = {f"{prefix}painted": [], f"{prefix}on disk and painted": []}
    for _round in range(_ROUNDS_OF_KEYS):
        seconds = [0.0, 0.0]
        for number in range(_KEYS):
            saved.clear()
            started = perf_counter()
            QTest.keyClick(row, Qt.Key.Key_Y if number % 2 else Qt.Key.Key_N)
            painted()
            seconds[0] += perf_counter() - started
            while not saved:
                painted()
            seconds[1] += perf_counter() - started
            stage.settle()
        for values, value in zip(found.values(), seconds, strict=True):
            values.append(value)
    stage.desk.saved.disconnect(note)
    _drop(stage, tab)
    return found


def _drop(stage: Stage, tab: ChecklistsTab) -> None:
    stage.settle()
    tab.close()
    tab.deleteLater()
    QApplication.processEvents()
