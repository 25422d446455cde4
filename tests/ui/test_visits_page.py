import pytest

from app.fieldwork.identity import ensure_user
from app.models.database import bring_up_to_date
from app.ui.pages.visits import VisitsPage
from app.ui.tables.visit_table import VisitTableModel
from tests.factories import make_enterprise, make_visit

NAMES = ("PT Laksana", "Đặng Textiles", "Anclote")


@pytest.fixture
def page(qtbot, jobs, clock):
    def fill(db):
        bring_up_to_date(db, clock)
        by = ensure_user(db, clock, name="Trainer", role="trainer")
        for name in NAMES:
            make_visit(db, by, make_enterprise(db, by, name))

    jobs.db(fill)
    page = VisitsPage(jobs)
    qtbot.add_widget(page)
    page.show()
    qtbot.wait_until(lambda: page.rows.rowCount() == len(NAMES))
    return page


def test_typing_narrows_the_list(page):
    page.text.setText("dang")
    assert page.count.text() == "1 visit of 3"
    assert page.rows.index(0, 0).data() == "Đặng Textiles"
    page.text.setText("nowhere")
    assert page.rows.rowCount() == 0


def test_the_list_follows_what_is_written(page, qtbot, clock):
    def add(db):
        by = ensure_user(db, clock, name="Trainer", role="trainer")
        make_visit(db, by, make_enterprise(db, by, "New factory"))

    page.jobs.run_with_db(page, add)
    qtbot.wait_until(lambda: page.rows.rowCount() == len(NAMES) + 1)


def test_a_failure_is_announced_once(page, qtbot):
    page.jobs.db(lambda db: db.conn.execute("ALTER TABLE visit RENAME TO gone"))
    with qtbot.wait_signal(page.jobs.failed):
        page.reload()


def test_the_table_is_a_sound_qt_model(page, model_tester):
    model = VisitTableModel()
    model_tester(model)
    model.show([page.rows.index(row, 0).data(256) for row in range(3)])
    assert {model.index(row, 0).data() for row in range(3)} == set(NAMES)
    assert model.index(0, 3).data() == "Draft"
