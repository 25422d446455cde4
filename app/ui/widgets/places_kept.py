"""Showing again without moving the person: the keyboard stays where it was in what is made anew."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

_KEY = "gemba_place"


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
