import pytest

from app.ui.page import Page
from tests.factories import make_enterprise, make_visit


class Probe(Page):
    tables = frozenset({"enterprise"})
    loads = 0
    names = None

    def reload(self):
        self.loads += 1
        self.desk.jobs.run_with_db(self, names, self.show_names)

    def show_names(self, found):
        self.names = found


def names(db):
    return [row[0] for row in db.conn.execute("SELECT name FROM enterprise")]


@pytest.fixture
def page(desk, qtbot):
    page = Probe(desk)
    qtbot.add_widget(page)
    return page


def test_a_visible_page_follows_every_write(page, desk, qtbot):
    page.show()
    qtbot.wait_until(lambda: page.names == [])
    desk.jobs.run_with_db(desk, lambda db: make_enterprise(db, desk.by, "PT Laksana"))
    qtbot.wait_until(lambda: page.names == ["PT Laksana"])
    assert page.loads == 2  # reading is no change: no endless round


def test_a_hidden_page_waits(page, desk, qtbot):
    with qtbot.wait_signal(desk.jobs.changed):
        desk.jobs.run_with_db(desk, lambda db: make_enterprise(db, desk.by, "PT Laksana"))
    assert page.loads == 0
    page.show()
    qtbot.wait_until(lambda: page.names == ["PT Laksana"])


def test_what_the_page_does_not_show_does_not_move_it(page, desk, qtbot):
    with qtbot.wait_signal(desk.jobs.changed):
        enterprise_id = desk.jobs.db(lambda db: make_enterprise(db, desk.by))
    page.show()
    qtbot.wait_until(lambda: bool(page.names))
    with qtbot.wait_signal(desk.jobs.changed):
        desk.jobs.run_with_db(desk, lambda db: make_visit(db, desk.by, enterprise_id))
    assert page.loads == 1


def test_what_background_work_writes_is_noticed(desk, qtbot):
    with qtbot.wait_signal(desk.jobs.changed):
        desk.jobs.run(desk, lambda: desk.jobs.db(lambda db: make_enterprise(db, desk.by)))
