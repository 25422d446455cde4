"""A form to be looked at: every question with its answers as it will be asked; nothing in it can be answered."""

from collections.abc import Iterator
from itertools import islice

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.checklists.items import UNSEEN, AnswerKind, Checklist, Group, Item, Section
from app.checklists.layout import piped
from app.i18n import _, ngettext
from app.ui.theme import px
from app.ui.widgets.basics import ChipKind, button, chip, clear, column, label, row, rule
from app.ui.widgets.flow import Flow
from app.ui.widgets.form_words import rule_words, takes_words
from app.ui.widgets.picked_row import flowing

# Rows that are shown at once; the largest forms have thousands, and nobody reads on that far.
_AT_ONCE = 60
# Answers in more letters than this stand below the question.
_MOST_LETTERS = 26
_STEPS = {
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_Home: QAbstractSlider.SliderAction.SliderToMinimum,
    Qt.Key.Key_End: QAbstractSlider.SliderAction.SliderToMaximum,
}


class FormPreview(QWidget):
    """One stop of Tab; the arrows, Page Down, Home and End move the area it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("form_preview")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("The form as it will be asked"))
        self.more = button("", self._show_more)
        self._parts: Iterator[QWidget] = iter(())
        self._left = 0
        self._rows = QVBoxLayout()
        self._rows.setSpacing(px(6))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(8), px(4), px(8), px(8))
        layout.addLayout(self._rows)
        layout.addLayout(row(self.more, None))

    def show_form(self, checklist: Checklist, tag: str) -> None:
        """`tag`: the language of the form that it is read in."""
        clear(self._rows)
        self._left = sum(item.kind not in UNSEEN for item in checklist.items)
        self._parts = _parts(checklist, tag)
        self._show_more()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        area = self._area()
        if step is None or area is None:
            super().keyPressEvent(event)
        else:
            area.verticalScrollBar().triggerAction(step)

    def _show_more(self) -> None:
        had_keyboard = self.more.hasFocus()
        for part in islice(self._parts, _AT_ONCE):
            self._left -= part.objectName() == _ITEM
            self._rows.addWidget(part)
        words = ngettext("Show {n} more question", "Show {n} more questions", min(self._left, _AT_ONCE))
        self.more.setText(words.format(n=min(self._left, _AT_ONCE)))
        self.more.setVisible(self._left > 0)
        if had_keyboard and not self._left:
            self.setFocus()

    def _area(self) -> QScrollArea | None:
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        return above


_ITEM = "form_item"


def _parts(checklist: Checklist, tag: str) -> Iterator[QWidget]:
    groups = {group.id: group for group in checklist.groups}
    for number, section in enumerate(checklist.sections, start=1):
        yield _heading(section, groups.get(section.id), number, tag)
        within: tuple[str, ...] = ()
        for place, item in enumerate(section.items, start=1):
            for name in item.within[_shared(within, item.within) :]:
                yield _group(groups.get(name, Group(name)), tag)
            within = item.within
            if item.kind not in UNSEEN:
                yield _question(item, f"{number}.{place}", tag)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    return shared


def _heading(section: Section, group: Group | None, number: int, tag: str) -> QWidget:
    words = section.label.in_language(tag) or _("Without a heading")
    made = _column(flowing(_("{number}  {section}").format(number=number, section=words), "heading"))
    made.setContentsMargins(0, px(12) if number > 1 else 0, 0, 0)
    for line in _group_rules(group) if group else ():
        made.layout().addWidget(flowing(line, "small"))  # type: ignore[union-attr]
    return made


def _group(group: Group, tag: str) -> QWidget:
    made = _column(flowing(group.label.in_language(tag) or group.id, "strong"))
    for line in _group_rules(group):
        made.layout().addWidget(flowing(line, "small"))  # type: ignore[union-attr]
    return made


def _group_rules(group: Group) -> Iterator[str]:
    if group.is_repeat:
        times = _("Asked as many times as {count}").format(count=group.count)
        yield times if group.count else _("Asked for each one that is added")
    if group.relevant:
        yield _("Asked only when {condition}").format(condition=group.relevant)


def _question(item: Item, number: str, tag: str) -> QWidget:
    made = QWidget()
    made.setObjectName(_ITEM)
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, px(4), 0, px(4))
    layout.setSpacing(px(8))
    place = label(number, "muted")
    place.setFixedWidth(px(36))
    layout.addWidget(place, 0, Qt.AlignmentFlag.AlignTop)
    text = column(flowing(piped(item.label.in_language(tag) or item.id, {})), spacing=3)
    for words in (item.hint.in_language(tag), item.guidance.in_language(tag)):
        if words:
            text.addWidget(flowing(piped(words, {}), "small"))
    answers = _answers(item, tag)
    is_long = sum(len(words) for words, _is_finding in answers) > _MOST_LETTERS
    if is_long:
        text.addWidget(_shown(answers))
    for line in rule_words(item, tag):
        text.addWidget(flowing(line, "small"))
    if signs := _signs(item):
        text.addLayout(signs)
    layout.addLayout(text, 1)
    if answers and not is_long:
        layout.addWidget(_shown(answers), 0, Qt.AlignmentFlag.AlignTop)
    return _column(rule(), made, name=_ITEM)


def _answers(item: Item, tag: str) -> list[tuple[str, bool]]:
    """The words of each answer, and whether it is a finding."""
    if item.choices:
        return [(one.label.in_language(tag) or one.name, one.name in item.nc_when) for one in item.choices]
    words = takes_words(item)
    return [(words, False)] if words and item.kind is not AnswerKind.NOTE else []


def _shown(answers: list[tuple[str, bool]]) -> QWidget:
    made = QWidget()
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    flow = Flow(spacing=6)
    made.setLayout(flow)
    for words, is_finding in answers:
        answer = label(words, "answer")
        answer.setProperty("finding", is_finding)
        flow.addWidget(answer)
    return made


def _signs(item: Item) -> QHBoxLayout | None:
    signs = []
    if item.is_critical:
        signs.append(chip(_("Critical"), ChipKind.WARN))
    if item.zero_tolerance:
        signs.append(chip(_("Zero tolerance, in no report"), ChipKind.BAD))
    if item.wants_pair:
        signs.append(chip(_("Photo before and after")))
    return row(*signs, None, spacing=6) if signs else None


def _column(*widgets: QWidget, name: str = "") -> QWidget:
    made = QWidget()
    made.setObjectName(name)
    made.setLayout(column(*widgets, spacing=2))
    return made
