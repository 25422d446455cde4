"""A list as a table: filter, sort, keyboard, copy, and what it says when it is empty."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.ui.tables.rows_table import Column, RowsTableModel
from app.ui.widgets.basics import EmptyState
from app.ui.widgets.data_table import DataTable


@dataclass(frozen=True)
class Thing:
    name: str
    size: int


THINGS = [Thing("Đặng", 30), Thing("alder", 4), Thing("Birch", 200)]
COLUMNS = [
    Column[Thing]("Name", lambda thing: thing.name),
    Column[Thing]("Size", lambda thing: str(thing.size), order=lambda thing: thing.size, width=90, is_number=True),
]


@pytest.fixture
def table(qtbot):
    opened = []
    table = DataTable(COLUMNS, opened.append, empty=EmptyState("Nothing yet.", "Add one", lambda: None))
    table.opened = opened
    qtbot.add_widget(table)
    table.resize(600, 400)
    table.show()
    return table


def names(table):
    return [table.model.record(row).name for row in range(table.model.rowCount())]


def test_reading_then_empty_then_rows(table):
    assert table._stack.currentIndex() == 3
    table.show_rows([])
    assert table._stack.currentIndex() == 1
    table.show_rows(THINGS)
    assert table._stack.currentIndex() == 0
    assert table.count.text() == "3 of 3 rows"


def test_typing_narrows_and_clearing_brings_back(table):
    table.show_rows(THINGS)
    table.filter.setText("dang")
    assert names(table) == ["Đặng"]
    table.filter.setText("nowhere")
    assert table._stack.currentIndex() == 2
    table.filter.clear()
    assert len(names(table)) == 3


def test_headings_sort_numbers_as_numbers(table):
    table.show_rows(THINGS)
    header = table.view.horizontalHeader()
    header.sectionClicked.emit(1)
    assert names(table) == ["alder", "Đặng", "Birch"]
    header.sectionClicked.emit(1)
    assert names(table) == ["Birch", "Đặng", "alder"]
    header.sectionClicked.emit(0)
    assert names(table) == ["alder", "Birch", "Đặng"]
    table.show_rows([*THINGS, Thing("Acorn", 1)])
    assert names(table)[0] == "Acorn"


def test_enter_opens_and_copy_copies(table, qtbot):
    table.show_rows(THINGS)
    table.view.selectRow(1)
    qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert table.opened == [THINGS[1]]
    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "alder\t4"


def test_the_model_is_sound(table, model_tester):
    model = RowsTableModel(COLUMNS)
    model_tester(model)
    model.show(THINGS)
    model.filter("a")
    model.sort(1)
    assert model.counts == (2, 3)
