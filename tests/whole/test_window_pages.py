"""Every page of the rail on a store that is empty, that holds one row of everything, and that holds 10,000."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from app.fieldwork.measure import take_figure
from app.fieldwork.training import add_day, add_enterprise, create_training
from app.models.database import Author, edit
from app.models.driver import Database
from app.models.ids import stamp
from app.models.rows import list_rows, save_row
from app.ui.main_window import PLACES, SETTINGS, MainWindow
from app.ui.page import Page
from tests.factories import VISIT_DAY, make_enterprise, make_improvement, make_person_met, make_session, make_visit

MANY = 10_000
ROUTES = (*(route for route, _words in PLACES), SETTINGS[0], "bin", "incidents")
LISTS = {"enterprises", "visits", "training", "improvements", "indicators", "reports", "bin"}


def nothing(_db: Database, _by: Author) -> None:
    pass


def one_of_everything(db: Database, by: Author) -> None:
    with edit(db, by):
        enterprise_id = make_enterprise(db, by)
        visit_id = make_visit(db, by, enterprise_id)
        make_person_met(db, by, visit_id)
        make_session(db, by, visit_id, ("woman", "worker"))
        make_improvement(db, by, visit_id)
        take_figure(db, by, visit_id, "defect", "2026-11", value=2.0)
        module_id = next(list_rows(db, "module"))["id"]
        training_id = create_training(db, by, module_id, starts_on=VISIT_DAY)
        add_enterprise(db, by, training_id, enterprise_id)
        add_day(db, by, training_id, "First day", on=VISIT_DAY)
        issued = {"enterprise_id": enterprise_id, "visit_id": visit_id, "issued_at": by.clock.now()}
        hashes = {"content_sha256": "a" * 64, "pdf_sha256": "b" * 64}
        save_row(db, by, "report", issued | hashes | {"revision": 1, "language": "en"})
        save_row(db, by, "contact", {"enterprise_id": enterprise_id, "name": "Thrown away"})
        db.conn.execute("UPDATE contact SET binned_at = ?", (stamp(by.clock.now()),))


def many(db: Database, by: Author) -> None:
    """10,000 enterprises, each with a visit, an improvement and a figure, in one edit."""
    now = stamp(by.clock.now())
    ids = {name: [by.clock.new_id() for _n in range(MANY)] for name in ("enterprise", "visit", "improvement", "figure")}
    days = [(VISIT_DAY - timedelta(days=n % 400)).isoformat() for n in range(MANY)]
    with edit(db, by):
        _insert(
            db,
            "enterprise",
            ("id", "created_at", "name", "country", "city", "status"),
            [(ids["enterprise"][n], now, f"Enterprise {n}", "ID", "Jakarta", "active") for n in range(MANY)],
        )
        _insert(
            db,
            "visit",
            ("id", "created_at", "enterprise_id", "kind", "planned_on", "status", "revision"),
            [(ids["visit"][n], now, ids["enterprise"][n], "intake", days[n], "draft", 1) for n in range(MANY)],
        )
        _insert(
            db,
            "improvement",
            ("id", "created_at", "enterprise_id", "visit_id", "what", "status", "due_on"),
            [
                (ids["improvement"][n], now, ids["enterprise"][n], ids["visit"][n], f"Improve {n}", "agreed", days[n])
                for n in range(MANY)
            ],
        )
        _insert(db, "indicator_value",
                ("id", "created_at", "enterprise_id", "visit_id", "indicator", "period", "role", "status", "value"),
                [(ids["figure"][n], now, ids["enterprise"][n], ids["visit"][n], "defect", "2026-10", "monthly",
                  "number", n / 100) for n in range(MANY)])  # fmt: skip


def _insert(db: Database, table: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    named = ", ".join(f'"{column}"' for column in columns)
    db.conn.executemany(f"INSERT INTO {table}({named}) VALUES({', '.join('?' * len(columns))})", rows)


@pytest.mark.parametrize(
    ("fill", "counts"),
    [
        (nothing, dict.fromkeys(LISTS, 0)),
        (one_of_everything, dict.fromkeys(LISTS, 1)),
        (many, dict.fromkeys(LISTS, 0) | dict.fromkeys(("enterprises", "visits", "improvements", "indicators"), MANY)),
    ],
    ids=["empty", "one", "many"],
)  # fmt: skip
def test_every_page_opens_and_shows(qtbot, desk, fill: Callable[[Database, Author], None], counts: dict[str, int]):
    desk.jobs.db(lambda db: fill(db, desk.by))
    failed = []
    desk.jobs.failed.connect(failed.append)
    written = desk.jobs.db(lambda db: db.conn.total_changes)
    window = MainWindow(desk)
    qtbot.add_widget(window)
    window.resize(1366, 768)
    window.show()
    for route in ROUTES:
        window.show_route(route)
        page = window.page()
        if route in LISTS:
            qtbot.wait_until(lambda page=page, n=counts[route]: shown(page) == n, timeout=5000)
        settle(qtbot, desk)
        assert words(page), f"{route} says nothing"
        assert "Reading..." not in words(page), f"{route} still reads"
    assert failed == []
    assert desk.jobs.db(lambda db: db.conn.total_changes) == written


def settle(qtbot, desk) -> None:
    """Until what the page asked for is read and shown; the pool's work too."""
    for _round in range(3):
        done: list[None] = []
        desk.jobs.run(desk, lambda: None, done.append)
        desk.jobs.db(lambda _db: None)
        qtbot.wait_until(lambda done=done: bool(done))


def shown(page: Page) -> int | None:
    """How many rows the page's list shows; None while it is being read."""
    table = page.table
    if "Reading..." in words(page):
        return None
    assert table.model.rowCount() == table.model.counts[0]
    return table.model.rowCount()


def words(page: Page) -> list[str]:
    """What can be read on it."""
    found = [one for kind in (QLabel, QPushButton) for one in page.findChildren(kind)]
    return [one.text() for one in found if one.isVisible() and one.text()]
