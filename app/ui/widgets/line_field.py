"""A field of one line that is not kept by itself: what is typed belongs to a button beside it."""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit


def line_field(words: str, entered: Callable[[], object]) -> QLineEdit:
    """`words` name it for the eye and for the screen reader; Enter does what the button does."""
    made = QLineEdit()
    made.setPlaceholderText(words)
    made.setAccessibleName(words)
    made.returnPressed.connect(lambda: entered())
    return made
