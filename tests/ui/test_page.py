import pytest

from app.ui.page import Page


class Probe(Page):
    loads = 0
    rows = None

    def reload(self):
        self.loads += 1
        self.jobs.run_with_db(self, notes, self.show_rows)

    def show_rows(self, rows):
        self.rows = rows


@pytest.fixture(autouse=True)
def table(jobs):
    jobs.db(lambda db: db.conn.execute("CREATE TABLE note(words)"))


def notes(db):
    return [row[0] for row in db.conn.execute("SELECT words FROM note")]


def write(db):
    db.conn.execute("INSERT INTO note VALUES('seen')")


def test_a_visible_page_follows_every_write(jobs, qtbot):
    page = Probe(jobs)
    qtbot.add_widget(page)
    page.show()
    qtbot.wait_until(lambda: page.rows == [])
    jobs.run_with_db(jobs, write)
    qtbot.wait_until(lambda: page.rows == ["seen"])
    assert page.loads == 2  # reading is no change: no endless round


def test_a_hidden_page_waits(jobs, qtbot):
    page = Probe(jobs)
    qtbot.add_widget(page)
    with qtbot.wait_signal(jobs.changed):
        jobs.run_with_db(jobs, write)
    assert page.loads == 0
    page.show()
    qtbot.wait_until(lambda: page.rows == ["seen"])


def test_what_background_work_writes_is_noticed(jobs, qtbot):
    with qtbot.wait_signal(jobs.changed):
        jobs.run(jobs, lambda: jobs.db(write))
