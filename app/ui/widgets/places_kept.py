"""Showing again without moving the person: the current row of a table, the keyboard in a list that is made anew."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.ui.widgets.data_table import DataTable

_KEY = "gemba_place"


def show_in_place(table: DataTable[Any], records: Sequence[Any], key: Callable[[Any], str]) -> None:
    """Show `records`; the current record, found by `key`, stays current and the list stays scrolled as it was."""
    view, model = table.view, table.model
    index = view.currentIndex()
    current = key(model.record(index.row())) if index.isValid() else None
    scrolled = view.verticalScrollBar().value()
    table.show_rows(records)
    for number in range(model.rowCount()) if current else ():
        if key(model.record(number)) == current:
            view.selectRow(number)
            break
    view.verticalScrollBar().setValue(scrolled)


def called(widget: QWidget, key: str) -> QWidget:
    """`widget`, remembered under `key` for `remade`."""
    widget.setProperty(_KEY, key)
    return widget


def remade(area: QWidget, make: Callable[[], object]) -> None:
    """Make the content of `area` anew; the keyboard goes to the widget called what the one that had it was called."""
    had = area.window().focusWidget()
    key = had.property(_KEY) if had and area.isAncestorOf(had) else None
    before = set(area.findChildren(QWidget)) if key else set()
    make()
    found = (one for one in area.findChildren(QWidget) if one not in before and one.property(_KEY) == key)
    if key and (widget := next(found, None)):
        widget.show()  # its layout would show it too late to take the keyboard
        widget.setFocus()
