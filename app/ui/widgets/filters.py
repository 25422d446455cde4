"""What narrows a list, kept as parts of its page's route, so that it opens as it was left."""

from collections.abc import Callable, Sequence
from urllib.parse import quote, unquote

from PySide6.QtWidgets import QComboBox, QLineEdit

from app.ui.desk import Desk
from app.ui.widgets.choices import show_choice
from app.ui.widgets.segments import Segmented


class Filters:
    """What narrows a list, as parts of its page's route such as `standing=planned`: a filter by words, a choice, an
    answer of which the first is as good as none. `refilter` shows the list by what the fields say now."""

    def __init__(self, desk: Desk, refilter: Callable[[], object], **fields: QLineEdit | QComboBox | Segmented) -> None:
        self._fields = fields
        self._refilter = refilter
        self._wanted: dict[str, str] = {}
        self._is_read = False
        for field in fields.values():
            if isinstance(field, QLineEdit):
                field.textChanged.connect(desk.moved)
            elif isinstance(field, QComboBox):
                field.currentIndexChanged.connect(desk.moved)
            else:
                field.chosen.connect(desk.moved)

    def place(self) -> Sequence[str]:
        said = {name: self._wanted.get(name) or _said(field) for name, field in self._fields.items()}
        return tuple(f"{name}={quote(code, safe='')}" for name, code in said.items() if code)

    def open_at(self, route: Sequence[str]) -> None:
        """What is not named stays as it is."""
        named = dict(part.partition("=")[::2] for part in route)
        self._wanted = {name: unquote(code) for name, code in named.items() if name in self._fields}
        self._settle()
        if self._is_read:
            self._refilter()

    def read(self) -> None:
        """The list is there, and with it all that its choices offer: what the route named besides is given up."""
        self._is_read = True
        self._settle()
        self._wanted = {}

    def _settle(self) -> None:
        self._wanted = {name: code for name, code in self._wanted.items() if not _choose(self._fields[name], code)}


def _said(field: QLineEdit | QComboBox | Segmented) -> str:
    """The code of what narrows the list; empty when the field does not."""
    if isinstance(field, QLineEdit):
        return field.text()
    code = field.currentData() if isinstance(field, QComboBox) else field.value
    return str(code) if code and not (isinstance(field, Segmented) and code == field.first) else ""


def _choose(field: QLineEdit | QComboBox | Segmented, code: str) -> bool:
    if isinstance(field, QLineEdit):
        field.setText(code)
        return True
    if isinstance(field, Segmented):
        field.show_value(code if field.has(code) else field.first)
        return True
    if field.findData(code) >= 0:
        show_choice(field, code)
    return field.findData(code) >= 0
