"""Everything the window can show, walked as one who uses no mouse, sees little, or reads another language."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel import Locale
from PySide6.QtCore import QAbstractListModel, QEvent, QEventLoop, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from app.bootstrap import serving
from app.cli import main as gemba
from app.fieldwork.identity import author_of
from app.i18n import PSEUDO, use
from app.models.database import open_reader
from app.models.ids import FixedClock
from app.paths import DataFolder
from app.settings import Settings
from app.ui.desk import Desk
from app.ui.jobs import Jobs, Openers
from app.ui.main_window import MainWindow
from app.ui.theme import LIGHT, dress
from app.ui.widgets.choices import offered_languages
from scripts.exchange_scenes import exchange_scenes
from scripts.scenes import FAULTY, FORM, Filled, Scene, fill, leave, pages, panels
from tests.conftest import GATE

CONTROLS = (
    QAbstractButton,
    QLineEdit,
    QComboBox,
    QAbstractSpinBox,
    QPlainTextEdit,
    QTextEdit,
    QAbstractItemView,
    QAbstractSlider,
    QTabBar,
)
Walk = Callable[[Callable[[Scene, QWidget], list[str]]], str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> DataFolder:
    out = tmp_path_factory.mktemp("walked")
    assert gemba(["demo", "--out", str(out), "--day", "2026-11-24"]) == 0
    return DataFolder(out / "data")


@pytest.fixture(scope="module")
def filled(folder) -> Filled:
    with serving(folder) as doors:
        jobs = Jobs(Openers(doors.open_writer, doors.open_reader, doors.open_photos))
        try:
            return jobs.db(lambda db: fill(db, author_of(db, FixedClock(GATE))))
        finally:
            jobs.close()


@pytest.fixture
def walk(qtbot, folder, filled, request) -> Iterator[Walk]:
    """Shows every scene at 1366x768 and gathers what a look at it complains about. Parameter: scale, language."""
    scale, language = getattr(request, "param", (100, "en"))
    application = QApplication.instance()
    use(language)
    application.clipboard().clear()  # the panel that pastes shows what another test copied
    before = application.styleSheet(), application.font(), application.palette()
    dress(application, LIGHT, scale=scale)
    with serving(folder) as doors:
        jobs = Jobs(Openers(doors.open_writer, doors.open_reader, doors.open_photos))
        by = jobs.db(lambda db: author_of(db, FixedClock(GATE)))
        window = MainWindow(Desk(jobs, by, folder, Settings()))
        qtbot.add_widget(window)
        flashes = Flashes(application)
        window.setFixedSize(1366, 768)
        window.show()
        window.activateWindow()

        def every(look: Callable[[Scene, QWidget], list[str]]) -> str:
            found = []
            for scene in (*pages(filled), *panels(filled), *exchange_scenes(filled)):
                shown = scene.show(window)
                settle(jobs)
                found += [f"{scene.name}: {words}" for words in look(scene, shown)]
                leave(window, shown)
            return "\n".join(sorted({*found, *flashes.seen}))

        yield every
        application.removeEventFilter(flashes)
        window.close()
        jobs.close()
    use("en")
    application.setStyleSheet(before[0])
    application.setFont(before[1])
    application.setPalette(before[2])
    application.setProperty("gemba_scale", None)


class Flashes(QObject):
    """A part that is shown before it stands in the window flashes up as one of its own and takes the keyboard away."""

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self.seen: list[str] = []
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        is_window = isinstance(watched, QWidget) and watched.isWindow()
        if is_window and event.type() == QEvent.Type.Show and not isinstance(watched, QMainWindow | QDialog):
            self.seen.append(f"flashes up: {about(watched)}")
        return False


def settle(jobs: Jobs) -> None:
    """Until what was asked of the jobs, and what that led to, has been answered and laid out."""
    for _turn in range(4):
        jobs.db(lambda db: None)
        jobs.photos(lambda photos: None)
        until = time.monotonic() + 0.02
        while time.monotonic() < until:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)


def controls(shown: QWidget) -> list[QWidget]:
    """What a person can act on, without the parts that Qt's own controls are made of."""
    return [
        widget
        for widget in shown.findChildren(QWidget)
        if widget.isVisible()
        and (isinstance(widget, CONTROLS) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and not isinstance(widget, QScrollBar)
        and not _is_inner(widget)
    ]


def _is_inner(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    inner_of = (QAbstractSpinBox, QComboBox, QLineEdit, QTabBar, QAbstractScrollArea)
    name = widget.metaObject().className()
    if name in {"QHeaderView", "QTableCornerButton", "QComboBoxPrivateContainer"}:
        return True
    return isinstance(parent, inner_of) and not isinstance(widget, QTabBar) and name.startswith("Q")


def about(widget: QWidget) -> str:
    where = widget
    names = []
    while where is not None and len(names) < 4:
        names.append(where.objectName() or type(where).__name__)
        where = where.parentWidget()
    text = getattr(widget, "text", None)
    return f"{type(widget).__name__} {text() if callable(text) else ''!r} in {' < '.join(names[1:])}"


def spoken(widget: QWidget) -> str:
    """What a screen reader says of the widget."""
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name).strip() if found else ""


def test_every_control_has_a_name(walk):
    assert walk(lambda _scene, shown: [about(one) for one in controls(shown) if not spoken(one)]) == ""


def test_every_control_is_reached_by_tab_in_reading_order(walk):
    assert walk(lambda _scene, shown: _tabbed(shown)) == ""


def _tabbed(shown: QWidget) -> list[str]:
    wanted = {one for one in controls(shown) if one.isEnabled() and one.focusPolicy() != Qt.FocusPolicy.NoFocus}
    mouse_only = [
        about(one) for one in controls(shown) if one.isEnabled() and one.focusPolicy() == Qt.FocusPolicy.NoFocus
        and not _has_another_way(one)
    ]  # fmt: skip
    start = QApplication.focusWidget()
    if start is None or not (start is shown or shown.isAncestorOf(start)):
        return [f"the keyboard is nowhere on it, but at {start and about(start)}"]
    first = start
    QTest.keyClick(start, Qt.Key.Key_Tab)  # a page begins with the keyboard on itself, before its first control
    start = QApplication.focusWidget()
    order, complaints = [start], []
    for _step in range(len(wanted) + 40):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None:
            complaints.append(f"Tab leads nowhere from {about(order[-1])}")
            break
        if now is order[-1] and len(wanted) > 1:
            complaints.append(f"Tab does not leave {about(now)}")
        if now in order:  # round, or into what a list beside it made anew
            break
        if _goes_back(order[-1], now):
            complaints.append(f"from {about(order[-1])} back to {about(now)}")
        order.append(now)
    else:
        complaints.append(f"Tab does not come back to {about(start)}; last at {about(order[-1])}")
    order.append(first)
    reached = {_outer(one) for one in order if isValid(one)} | set(order)
    left = [one for one in wanted - reached if isValid(one) and one.isVisible() and not _by_arrows(one)]
    missed = [one for one in left if not _comes_back(one)]
    return complaints + mouse_only + [f"not reached: {about(one)}" for one in missed]


def _comes_back(widget: QWidget) -> bool:
    """A list that shows another record while Tab walks it brings new fields: they are reached from their neighbour."""
    widget.setFocus()
    for modifier in (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier):
        if QApplication.focusWidget():
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab, modifier)
    return QApplication.focusWidget() is widget


def _outer(widget: QWidget) -> QWidget:
    return widget.parentWidget() if _is_inner(widget) else widget


def _by_arrows(widget: QWidget) -> bool:
    """Of buttons of which one is chosen, Tab goes to that one and the arrows to the others."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive()


def _has_another_way(widget: QWidget) -> bool:
    """The list of the palette follows the field above it."""
    parent = widget.parentWidget()
    return _by_arrows(widget) or (parent is not None and parent.objectName() == "palette")


def _goes_back(one: QWidget, other: QWidget) -> bool:
    """Both up and towards the side where lines begin, within one card: nobody reads so."""
    card = _card(one)
    if card is None or card is not _card(other):
        return False
    before, after = _place(one), _place(other)
    return after.bottom() <= before.top() and after.right() <= before.left()


def _card(widget: QWidget) -> QWidget | None:
    while widget is not None and widget.objectName() not in {"card", "sidePanel", "page"}:
        widget = widget.parentWidget()
    return widget


def _place(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("walk", [(100, "en"), (125, "en")], indirect=True, ids=["100", "125"])
def test_nothing_is_wider_than_the_page_nor_cut(walk):
    assert walk(lambda _scene, shown: [*_too_wide(shown), *_cut(shown)]) == ""


@pytest.mark.parametrize("walk", [(150, "en")], indirect=True, ids=["150"])
def test_only_tables_are_wider_than_the_page_where_letters_are_large(walk):
    def look(_scene: Scene, shown: QWidget) -> list[str]:
        too_large = shown.width() > 1366 or shown.height() > 768
        return [*_too_wide(shown, QScrollArea), *_cut(shown), *([about(shown)] if too_large else [])]

    assert walk(look) == ""


def _too_wide(shown: QWidget, kind: type[QAbstractScrollArea] = QAbstractScrollArea) -> list[str]:
    return [
        f"{about(area)} scrolls {area.horizontalScrollBar().maximum()}"
        for area in shown.findChildren(kind)
        if area.isVisible()
        and not isinstance(area, (QPlainTextEdit, QTextEdit))
        and area.horizontalScrollBar().maximum()
    ]


def _cut(shown: QWidget) -> list[str]:
    """Buttons and single lines that have less room than their words, and widgets that reach out of the window."""
    found = []
    for widget in shown.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, (QAbstractButton, QLabel)) or _is_inner(widget):
            continue
        if isinstance(widget, QLabel) and (widget.wordWrap() or widget.pixmap().width()):
            continue
        text = widget.text()
        if text and widget.width() < widget.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width():
            found.append(f"{about(widget)} is cut: {widget.width()}")
    return found


def test_the_keyboard_is_seen(qtbot):
    """The style says how each kind of control looks when it has the keyboard."""
    style = (Path(__file__).parents[2] / "resources" / "style.qss").read_text(encoding="utf-8")
    for kind in ("QPushButton", "QToolButton", "QLineEdit", "QPlainTextEdit", "QComboBox", "QDateEdit", "QSpinBox",
                 "QCheckBox", "QTabBar::tab", "QTableView", "QListView", "#linkRow", "#picked_row"):  # fmt: skip
        assert re.search(rf"{re.escape(kind)}[^{{,]*:focus", style), kind


@pytest.mark.parametrize("walk", [(100, PSEUDO)], indirect=True, ids=["pseudo"])
def test_every_word_of_ours_can_be_translated(walk, folder):
    typed = _typed_words(folder)
    assert walk(lambda _scene, shown: [text for text in _texts(shown) if _has_english(text, typed)]) == ""


def _texts(shown: QWidget) -> set[str]:
    found = {shown.windowTitle()}
    for widget in [shown, *shown.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        found |= {widget.toolTip(), widget.accessibleName()}
        if isinstance(widget, (QLabel, QAbstractButton)):
            found.add(widget.text())
        if isinstance(widget, (QLineEdit, QPlainTextEdit)):
            found.add(widget.placeholderText())
        if isinstance(widget, QComboBox):
            found |= {widget.itemText(n) for n in range(widget.count())}
        if isinstance(widget, QTabBar):
            found |= {widget.tabText(n) for n in range(widget.count())}
        if isinstance(widget, QAbstractItemView) and widget.model():
            found |= _cells(widget)
    return found


def _cells(view: QAbstractItemView) -> set[str]:
    model = view.model()
    if isinstance(model, QAbstractListModel):
        return {str(model.index(r, 0).data() or "") for r in range(min(30, model.rowCount()))}
    columns, rows = range(model.columnCount()), range(min(30, model.rowCount()))
    heads = {str(model.headerData(n, Qt.Orientation.Horizontal) or "") for n in columns}
    return heads | {str(model.index(r, c).data() or "") for r in rows for c in columns}


def _has_english(text: str, typed: str) -> bool:
    """Words outside of every bracket that nobody typed and that are no key, day, month, unit or currency."""
    rest = re.sub("[\u2066-\u2069]", "", text)
    while (less := re.sub(r"\[[^\[\]]*\]", "\n", rest)) != rest:
        rest = less
    rest = _OWN_FORM.sub("\n", rest)
    pieces = (piece.strip(" 0123456789.,:;?·()+/&-\u2019'~") for piece in re.split(r"[\n·:()]|\. |, ", rest))
    return any(re.search(r"[A-Za-z]{2}", piece) and piece.casefold().rstrip("…") not in typed for piece in pieces)


_OWN_FORM = re.compile(
    r"\b(?:(?:Ctrl|Alt|Shift)(?:\+\w+)+|Esc|Enter|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[AP]M|[kMG]B|IDR)\b"
)


def _typed_words(folder: DataFolder) -> str:
    """Texts of the store, which people typed; checklists, in their own language; names that Babel knows in each."""
    db = open_reader(folder.records)
    tables = [row[0] for row in db.conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    english = Locale("en")
    found = [str(folder.root), "gemba", *english.territories.values(), *english.languages.values()]
    found += [tag for _tag, tag in offered_languages()]
    found += [form.replace("${machine_name}", "…") for form in (FORM, FAULTY)]
    for table in tables:
        if table.startswith("sync_") or "fts" in table:
            continue
        for row in db.conn.execute(f'SELECT * FROM "{table}"'):
            found += [value for value in row if isinstance(value, str)]
    db.close()
    return "\n".join(found).casefold()
