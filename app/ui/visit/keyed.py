"""Rows of widgets that follow records by id: a reload changes what is there and never takes the keyboard away."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)


class KeyedRows(Generic[T, W]):
    """One widget a record, in the records' order, on `layout`. `make` is called once a record, `update` each time."""

    def __init__(self, layout: QVBoxLayout, make: Callable[[T], W], update: Callable[[W, T], None]) -> None:
        self._layout = layout
        self._make = make
        self._update = update
        self.widgets: dict[str, W] = {}

    def show(self, records: Sequence[tuple[str, T]]) -> None:
        wanted = {key for key, _record in records}
        for key in [key for key in self.widgets if key not in wanted]:
            gone = self.widgets.pop(key)
            self._layout.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, (key, record) in enumerate(records):
            if key not in self.widgets:
                self.widgets[key] = self._make(record)
            widget = self.widgets[key]
            if self._layout.indexOf(widget) != place:
                self._layout.insertWidget(place, widget)
            self._update(widget, record)
