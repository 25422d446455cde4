"""PT Laksana Tekhnik Makmur entered through the window: the visits before the day, and the day itself.

The same words, answers, figures and files as app/sample/laksana.py and day.py write by functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QPushButton

from app.fieldwork.catalogues import module_id, programme_id
from app.fieldwork.sheet import month_before
from app.models.ids import FixedClock
from app.sample import day as played
from app.sample import laksana
from app.sample.laksana import answers
from app.sample.scene import ILLUSTRATIVE
from app.ui.main_window import MainWindow
from tests.whole.hands import ALT, CTRL, Hands, Key, copy_files, copy_rows

# The sample's own tables, so that this day cannot drift from that one.
NAME, PROFILE, FOUND_AT_INTAKE = laksana.NAME, laksana._PROFILE, laksana._FOUND_AT_INTAKE
PROMISES, PLACES = laksana._PROMISES, laksana._PLACES
PEOPLE, FOUND, NOTES = played._PEOPLE, played._FOUND, played._NOTES
AFTERS, EFFECTS, AGREED, TEXTS = played._AFTERS, played._EFFECTS, played._AGREED, played._TEXTS
_LEFT = Qt.MouseButton.LeftButton
LETTERS = {"yes": Key.Key_Y, "no": Key.Key_N, "na": Key.Key_A}
WHY = {"not_tracked": Key.Key_T, "refused": Key.Key_R}
TABS = {name: Key(Key.Key_1 + n) for n, name in enumerate(
    ("overview", "attendance", "checklists", "photos", "indicators", "improvements", "report"))}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell of the months' sheet: what is typed, then what is said of it. `back`: months before that of the day."""

    indicator: str
    back: int
    typed: str
    about: Mapping[str, str]
    role: str = "monthly"


class Trainer:
    """Works through the window; `files` holds the photos by name."""

    def __init__(self, hands: Hands, clock: FixedClock, day: date, files: Path) -> None:
        self.hands = hands
        self.clock = clock
        self.day = day
        self.files = files

    @property
    def window(self) -> MainWindow:
        return self.hands.window

    @property
    def page(self):
        return self.window.page()

    def go_to(self, on: date, at: time) -> None:
        self.clock.move_to(datetime.combine(on, at, tzinfo=UTC))

    def ago(self, days: int) -> date:
        return self.day - timedelta(days=days)

    def tab(self, name: str):
        """By its key, and read."""
        self.hands.press(TABS[name], modifier=CTRL)
        self.hands.settle()
        return self.page.tab(name)

    # --- the enterprise

    def register(self) -> None:
        hands = self.hands
        self.go_to(self.ago(100), time(9, 0))
        hands.press(Key.Key_2, modifier=ALT)
        hands.settle()
        hands.press(Key.Key_N, modifier=CTRL)
        panel = self.page.adding
        hands.wait(panel.isVisible)  # a button that was pressed by its key lets go a tenth of a second later
        hands.settle()
        QTest.keyClicks(panel.name, NAME)
        hands.choose(panel.country, "ID")
        hands.choose(panel.programme, programme_id("score", "ID"))
        hands.click(panel.add)
        hands.wait(lambda: self.window.route.startswith("enterprise/"))
        hands.wait(lambda: getattr(self.page, "form", None))
        form = self.page.form
        for name, text in (
            ("city", "Cibubur"),
            ("sector", "Metal parts, coated"),
            ("products", "Spray-painted metal components"),
            ("notes", f"City and figures: {ILLUSTRATIVE}"),
        ):
            hands.write(form.rows[name].field, text)
        for name, code in (("market", "national"), ("ownership", "private"), ("report_language", "en")):
            hands.choose(form.rows[name].field, code)
        hands.write_day(form.rows["joined_on"].field.findChild(QDateEdit), self.ago(100))
        hands.settle()
        self._count_people()

    def _count_people(self) -> None:
        hands = self.hands
        hands.click(hands.button(self.page, "Count the people"))
        panel = self.page.counting
        for name, number in (PROFILE | {"shifts": 2}).items():
            hands.write(panel.rows[name].field, str(number))
        hands.choose(panel.source, "estimate")
        hands.click(panel.keep)
        hands.settle()

    # --- a visit

    def plan(self, kind: str, on: date, *, number: int | None = None, purpose: str) -> None:
        hands = self.hands
        self.go_to(on - timedelta(days=7), time(16, 0))
        hands.press(Key.Key_3, modifier=ALT)
        hands.settle()
        hands.press(Key.Key_N, modifier=CTRL)
        panel = self.page.panel
        hands.wait(panel.isVisible)
        hands.settle()
        QTest.keyClicks(panel.enterprise.field, "laksana")
        QTest.keyClick(panel.enterprise.field, Key.Key_Return)
        hands.settle()
        hands.choose(panel.kind, kind)
        if number:
            hands.choose(panel.number, str(number))
        hands.choose(panel.module, module_id("osh"))
        hands.choose(panel.mode, "on_site")
        hands.write_day(panel.day, on)
        hands.write(panel.purpose, purpose)
        hands.click(panel.plan)
        hands.settle()

    def start(self, on: date) -> None:
        """At the gate: the newest visit of the list, opened and started."""
        hands = self.hands
        self.go_to(on, time(8, 12))
        hands.press(Key.Key_1, modifier=ALT)
        hands.press(Key.Key_3, modifier=ALT)
        hands.settle()
        view = self.page.table.view
        hands.click_line(view, NAME, column=1) if view.model().rowCount() == 1 else view.selectRow(0)
        QTest.keyClick(view, Key.Key_Return)
        hands.settle()
        hands.click(self.page.start)
        hands.settle()

    def met(self, people) -> None:
        new = self.tab("overview").people.new
        for position, role, sex, count, met_in in people:
            for name, code in (("role", role), ("sex", sex), ("met_in", met_in)):
                self.hands.choose(new.choices[name], code)
            self.hands.write(new.count, str(count))
            self.hands.write(new.position, position)
            new.position.setFocus()
            self.hands.press(Key.Key_Return)
            self.hands.settle()

    def follow(self, step: str, *promised: str) -> None:
        """What became of promises, on the overview; by what was promised."""
        tab = self.tab("overview")
        for row in tab.promised.rows.widgets.values():
            if row.what.text() in promised:
                self.hands.click(row.steps.button(step))
                self.hands.settle()

    def train(self, topic: str, minutes: int, groups: Mapping[tuple[str, str], int]) -> None:
        hands = self.hands
        tab = self.tab("attendance")
        QTest.keyClicks(tab.sessions.topic, topic)
        hands.write(tab.sessions.minutes, str(minutes))
        hands.click(hands.button(tab, "Add session"))
        hands.wait(lambda: tab.heading.text() == topic)
        copy_rows([("", f"{role} {sex}", sex, role) for (sex, role), n in groups.items() for _n in range(n)])
        hands.click(tab.paste_button)
        hands.click(tab.paste.add)
        hands.settle()

    def assess(self, moment: str, findings: frozenset[str]) -> None:
        """By keys: a letter answers, Enter goes on."""
        hands = self.hands
        tab = self.tab("checklists")
        hands.choose(tab.start.checklist, tab.start.checklist.itemData(
            tab.start.checklist.findText("Occupational Safety and Health")))  # fmt: skip
        if tab.start.moment.value != moment:
            hands.click(tab.start.moment.button(moment))
        hands.click(tab.start.go)
        hands.wait(lambda: tab.sheet.current)
        hands.settle()
        given = answers(findings)
        asked = []
        for _item in given:
            asked.append(tab.sheet.current)
            hands.press(LETTERS[given[tab.sheet.current]], Key.Key_Return)
        hands.settle()
        assert len(set(asked)) == tab.sheet.counts[0] == len(given)

    def at_item(self, item: str):
        """The checklist with the keyboard on an item, by arrow keys."""
        tab = self.page.tab("checklists")
        ids = list(tab.sheet.rows)
        tab.sheet.rows[tab.sheet.current].setFocus()
        steps = ids.index(item) - ids.index(tab.sheet.current)
        self.hands.press(*[Key.Key_Down if steps > 0 else Key.Key_Up] * abs(steps))
        assert tab.sheet.current == item
        return tab

    def note(self, item: str, words: str) -> None:
        tab = self.at_item(item)
        self.hands.press(Key.Key_T)
        QTest.keyClicks(tab.notes.editor(item), words)
        self.hands.press(Key.Key_Escape)

    def improve(self, item: str, what: str, responsible: str, due: date) -> None:
        """From the finding in one step; the proposal is typed over."""
        hands = self.hands
        tab = self.at_item(item)
        hands.settle()
        hands.press(Key.Key_I)
        hands.wait(lambda: tab.finding.form and tab.finding.form.what.hasFocus())
        QTest.keyClicks(tab.finding.form.what, what)
        hands.write(tab.finding.form.responsible, responsible)
        hands.write_day(tab.finding.form.due.findChild(QDateEdit), due)
        hands.settle()

    # --- improvements, photos, figures, texts

    def detail(
        self, what: str, *, choices: Mapping[str, str], texts: Mapping[str, str], due: date | None = None
    ) -> None:
        """The other fields of an improvement, on its own tab."""
        hands = self.hands
        tab = self.tab("improvements")
        (row,) = (row for row in tab.rows.values() if row.what.text() == what)
        QTest.mouseClick(row, _LEFT)
        hands.settle()
        form = tab.panel.form
        for name, code in choices.items():
            hands.choose(hands.named(form, QComboBox, name), code)
        for name, text in texts.items():
            hands.write(hands.text(form, name), text)
        if due:
            hands.write_day(form.due.findChild(QDateEdit), due)
        hands.settle()

    def agree(self, what: str) -> None:
        tab = self.tab("improvements")
        QTest.keyClicks(tab.new, what)
        QTest.keyClick(tab.new, Key.Key_Return)
        self.hands.settle()

    def take_photos(self, *names: str):
        """Copied from the phone and pasted; then each is there."""
        hands = self.hands
        tab = self.tab("photos")
        hands.click(tab.filters["all"])
        before = tab.grid.count()
        copy_files([self.files / name for name in names])
        tab.grid.setFocus()
        QTest.keyClick(tab, Key.Key_V, CTRL)
        hands.wait(lambda: tab.grid.count() == before + len(names))
        hands.settle()
        return tab

    def at_photo(self, tab, title: str):
        self.hands.click_line(tab.grid, title)
        self.hands.settle()
        return tab._panel

    def say_nobody_is_seen(self, panel) -> None:
        self.hands.choose(self.hands.named(panel, QComboBox, "Consent"), "not_needed")
        self.hands.settle()

    def mark_before(self, name: str, place: str, what: str) -> None:
        tab = self.page.tab("photos")
        panel = self.at_photo(tab, name)
        self.say_nobody_is_seen(panel)
        self.hands.write(self.hands.text(panel, "Place"), place)
        self.hands.settle()
        box = self.hands.named(panel, QComboBox, "What it shows")
        self.hands.choose(box, box.itemData(box.findText(what)))
        self.hands.settle()
        self.hands.click(panel.mark)
        self.hands.settle()

    def close_pair(self, name: str, place: str, what_changed: str) -> None:
        hands = self.hands
        tab = self.page.tab("photos")
        hands.click(tab.filters["all"])
        panel = self.at_photo(tab, name)
        self.say_nobody_is_seen(panel)
        hands.click(hands.button(panel, f"Pair with {place}"))
        hands.settle()
        hands.click(tab.filters["pairs"])
        hands.write(hands.text(self.at_photo(tab, place), "What changed"), what_changed)
        hands.settle()

    def enter(self, *figures: Figure) -> None:
        hands = self.hands
        tab = self.tab("indicators")
        for one in figures:
            months = tab._sheet.months
            if one.indicator not in {row.indicator.key for row in tab._sheet.rows}:
                hands.choose(tab.add, one.indicator)
                hands.wait(lambda one=one: one.indicator in {row.indicator.key for row in tab._sheet.rows})
                hands.settle()
            self._cell(tab, one.indicator, months.index(month_before(self.day, one.back)))
            if one.typed in WHY:
                QTest.keyClick(tab.grid, WHY[one.typed])
            else:
                QTest.keyClick(tab.grid, Key.Key_Return)
                (editor,) = (one for one in tab.grid.findChildren(QLineEdit, "cell") if one.isVisible())
                QTest.keyClicks(editor, one.typed)
                QTest.keyClick(editor, Key.Key_Tab)
            hands.settle()
            self._cell(tab, one.indicator, months.index(month_before(self.day, one.back)))
            self._say_of(tab.panel, one)

    def _cell(self, tab, key: str, month: int) -> None:
        row = [one.indicator.key for one in tab._sheet.rows].index(key)
        index = tab.grid.model().index(row, month + 1)
        tab.grid.scrollTo(index)
        QTest.mouseClick(tab.grid.viewport(), _LEFT, pos=tab.grid.visualRect(index).center())
        tab.grid.setFocus()
        self.hands.settle()
        assert tab.grid.place() == (key, month)

    def _say_of(self, panel, one: Figure) -> None:
        hands = self.hands
        for name, text in one.about.items():
            if name == "source":
                hands.choose(panel.source, text)
            else:
                hands.write(hands.text(panel, {"note": "Note", "told_by": "Told by"}[name]), text)
        if one.role != "monthly":
            hands.choose(panel.role, one.role)
        hands.settle()

    def sum_up(self, texts: Mapping[str, str], next_visit_on: date) -> None:
        hands = self.hands
        notes = self.tab("overview").notes
        for name, text in texts.items():
            hands.write(notes.fields[name], text)
        hands.settle()
        hands.click(notes.next_visit.set_day)
        hands.settle()
        hands.write_day(notes.next_visit.day, next_visit_on)
        hands.settle()

    def finish(self) -> None:
        """Ctrl+Enter shows what is missing; again, and it is finished."""
        self.hands.press(Key.Key_Return, modifier=CTRL)
        self.hands.settle()
        panel = self.page.finish
        assert panel.finish.isEnabled(), [one.accessibleName() for one in panel.findChildren(QPushButton, "jump")]
        self.hands.press(Key.Key_Return, modifier=CTRL)
        self.hands.settle()
        assert not self.page.visit.can_be_edited
