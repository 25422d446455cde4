"""Lists of the Exchange page that open something: differences to settle, and what the server did not take."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.i18n import _, ngettext, window_language
from app.messages.differences import fields_words, pair_words, place_words, thing_words, title_words, value_words
from app.messages.sync_troubles import refusal_words
from app.sync.conflicts import Difference
from app.sync.refused import Refused
from app.ui.widgets.basics import Card, ChipKind, button, chip, column, label
from app.ui.widgets.link_row import LinkRow, fill_card, link_card
from app.ui.widgets.places_kept import called, remade

_SHORT = 16  # letters
_MOST = 6  # rows before the rest waits behind a button


class _OpeningCard(QWidget):
    """A card of rows, of which the first few are shown until somebody asks for all.

    Signals:
        opened: the key of a row.
    """

    opened = Signal(object)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.card: Card = link_card(title)
        self.setLayout(column(self.card))
        self._all = False
        self._made: list[Callable[[], QWidget]] = []
        self._foot: list[QWidget] = []

    def focus_first(self) -> bool:
        """Put the keyboard on the first row; whether there is one."""
        first = self.card.findChild(LinkRow)
        if isinstance(first, LinkRow):
            first.setFocus()
        return first is not None

    def show_rows(self, rows: Sequence[Callable[[], QWidget]], foot: Sequence[QWidget] = ()) -> None:
        """`rows` make their widgets; `foot` stands below them."""
        self._made, self._foot = list(rows), list(foot)
        remade(self.card, self._fill)

    def _fill(self) -> None:
        shown = self._made if self._all else self._made[:_MOST]
        rows = [make() for make in shown]
        if rest := len(self._made) - len(shown):
            words = ngettext("Show {n} more", "Show {n} more", rest).format(n=window_language().number(rest))
            rows.append(called(button(words, self._show_all, name="quiet"), "more"))
        fill_card(self.card, [*rows, *self._foot])

    def _show_all(self) -> None:
        self._all = True
        remade(self.card, self._fill)


class DifferencesCard(_OpeningCard):
    """`opened` gives the id of a difference.

    Signals:
        settled_wanted: whoever wants to see what was settled lately, or no longer.
    """

    settled_wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__(_("Differences to settle"))

    def show_differences(self, found: Sequence[Difference], *, settled: bool, has_settled: bool) -> None:
        """`settled`: these are the settled ones."""
        self.card.heading.setText(_("Settled differences") if settled else _("Differences to settle"))
        foot: list[QWidget] = []
        if not found:
            foot.append(label(_("Nothing waits to be settled."), "muted", wrap=True))
        if settled or has_settled:
            words = _("Show what is to be settled") if settled else _("Show what was settled lately")
            foot.append(called(button(words, lambda: self.settled_wanted.emit(not settled), name="quiet"), "settled"))
        self.show_rows([lambda one=one: self._row(one) for one in found], foot)  # type: ignore[misc]

    def _row(self, one: Difference) -> QWidget:
        second = pair_words(one) if one.pair else place_words(one.where)
        if (title := title_words(one)) == thing_words(one.where):
            second = _("{place}: {field}").format(place=second, field=fields_words(one))
        sign = chip(_choice_words(one), ChipKind.WARN) if one.is_open else chip(_settled_words(one))
        made = LinkRow(title, second, sign)
        made.opened.connect(lambda: self.opened.emit(one.id))
        return called(made, f"difference {one.id}")


class RefusedCard(_OpeningCard):
    """`opened` gives the number of what was not taken."""

    def __init__(self) -> None:
        super().__init__(_("Needs your attention"))

    def show_refused(self, found: Sequence[Refused]) -> None:
        self.show_rows([lambda one=one: self._row(one) for one in found])  # type: ignore[misc]

    def _row(self, one: Refused) -> QWidget:
        title, second = _("A step of work"), refusal_words(one.code, one.table, one.field)
        if one.rows:
            title, second = thing_words(one.rows[0].where), f"{place_words(one.rows[0].where)}\n{second}"
        made = LinkRow(title, second, chip(_("Not taken"), ChipKind.BAD))
        made.opened.connect(lambda: self.opened.emit(one.id))
        return called(made, f"refused {one.id}")


def _choice_words(one: Difference) -> str:
    """`No or Yes`, where both are short enough to be compared in a list."""
    if one.pair:
        return _("One or two?")
    if one.is_about_life:
        return _("Keep it or not")
    first = one.parts[0]
    kept, other = (value_words(first, value, one.where.item) for value in (first.kept, first.other))
    if max(len(kept), len(other)) > _SHORT:
        return _("Two texts")
    return _("{one} or {other}").format(one=kept, other=other)


def _settled_words(one: Difference) -> str:
    return _("Settled by {who}").format(who=one.settled_by) if one.settled_by else _("Settled")
