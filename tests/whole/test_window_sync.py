"""The real window on a real folder with a real server: a code is entered by hand, work goes and comes by itself."""

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.bootstrap import reading, writing
from app.cli import main as gemba
from app.fieldwork.check import check_store
from app.fieldwork.identity import ensure_user
from app.models.rows import find_row
from app.paths import DataFolder
from app.sync.status import standing
from app.ui import application, courier
from app.ui.main_window import MainWindow
from server import tables
from tests.factories import make_enterprise
from tests.loopback import central_server

PATIENCE_MS = 30_000


@pytest.fixture
def central(tmp_path, monkeypatch):
    monkeypatch.setenv("GEMBA_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(courier, "SETTLE_MS", 50)
    monkeypatch.setattr(courier, "POLL_MS", 200)
    with central_server(tmp_path / "server") as made:
        yield made


class Day:
    """One step after the other in the window, each once what it waits for is so; then the window is closed."""

    def __init__(self, central, folders):
        self.central = central
        self.ana, self.budi = folders
        self.failed = None
        self._left_ms = PATIENCE_MS
        with writing(self.ana) as store:
            by = ensure_user(store.records, store.author.clock, name="Trainer", role="trainer")
            self.row_id = make_enterprise(store.records, by, "PT Laksana", city="Lima")
        self.of_budi("enrol", central.code("Budi"), "--server", central.url)
        self.code = central.code("Ana")
        self.steps = [
            self.opens_exchange,
            self.enters_the_code,
            self.sees_that_all_is_confirmed,
            self.lets_budi_change_the_city,
            self.opens_the_enterprise,
            self.sees_the_city_come_by_itself,
            self.types_on,
            self.sees_that_it_is_saved,
            self.sees_that_it_arrived,
        ]
        QTimer.singleShot(20, self._go_on)

    def of_budi(self, *words):
        assert gemba([*words, "--data", str(self.budi.root)]) == 0

    @property
    def window(self) -> MainWindow | None:
        shown = (one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow) and one.isVisible())
        return next(shown, None)

    @property
    def city(self) -> QLineEdit:
        return next(one for one in self.window.page().findChildren(QLineEdit) if one.accessibleName() == "City")

    def opens_exchange(self):
        self.window.show_route("exchange")
        return True

    def enters_the_code(self):
        form = self.window.page().connection.form
        if not form.isVisible():
            return False
        QTest.keyClicks(form.url, self.central.url)
        QTest.keyClick(form.url, Qt.Key.Key_Return)
        QTest.keyClicks(form.code, self.code)
        QTest.keyClick(form.code, Qt.Key.Key_Return)
        return True

    def sees_that_all_is_confirmed(self):
        return "has confirmed all work" in self.window.page().header.second.text()

    def lets_budi_change_the_city(self):
        assert self.window.desk.by.user_id == self.central.people["Ana"].id
        self.of_budi("sync", "--once")
        self.of_budi("data", "set", "enterprise", self.row_id, "city=Solo")
        self.of_budi("sync", "--once")
        return True

    def opens_the_enterprise(self):
        self.window.show_route(f"enterprise/{self.row_id}")
        return True

    def sees_the_city_come_by_itself(self):
        return self.city.text() == "Solo"

    def types_on(self):
        self.city.setFocus()
        self.city.end(False)
        QTest.keyClicks(self.city, " Baru")
        return True

    def sees_that_it_is_saved(self):
        return "Saved" in self.window.rail.status.saved.text()

    def sees_that_it_arrived(self):
        enterprises = tables.ENTITIES["enterprise"]
        there = self.central.database.read(lambda c: c.execute(sa.select(enterprises.c.city)).scalar_one())
        return (there, self.city.text()) == ("Solo Baru", "Solo Baru")

    def _go_on(self):
        if not self.steps:
            self.window.close()
            return
        try:
            if self.window and self.steps[0]():
                self.steps.pop(0)
        except AssertionError as error:
            self.failed = error
        self._left_ms -= 20
        if self._left_ms < 0 and not self.failed:
            self.failed = AssertionError(f"waits for ever: {self.steps[0].__name__}")
        if self.failed:
            QApplication.exit(1)
        else:
            QTimer.singleShot(20, self._go_on)


def test_from_a_code_to_each_others_work(qtbot, tmp_path, central):
    day = Day(central, (DataFolder(tmp_path / "ana"), DataFolder(tmp_path / "budi")))
    assert (application.run(day.ana), day.failed) == (0, None)
    day.of_budi("sync", "--once")
    for folder in (day.ana, day.budi):
        with reading(folder) as store:
            assert find_row(store.records, "enterprise", day.row_id)["city"] == "Solo Baru"
            assert standing(store.records).differences == 0
            assert check_store(store.records, store.photos).is_clean
