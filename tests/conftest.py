"""Fixtures for every test. The window is drawn nowhere: QT_QPA_PLATFORM is offscreen."""

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.fieldwork.identity import ensure_user
from app.models.database import Author, bring_up_to_date, connect, open_reader
from app.models.driver import Database
from app.models.ids import FixedClock
from app.paths import DataFolder
from app.photos.store import open_photos
from app.ui.garbage import collect_due

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

GATE = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True, scope="session")
def _garbage_waits() -> Iterator[None]:
    """Collected on some thread of the background, what a test of the window left behind ends the program."""
    gc.freeze()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _garbage_is_collected() -> Iterator[None]:
    yield
    collect_due()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at the gate of the factory until a test moves it."""
    return FixedClock(GATE)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A records.db of the newest schema, to be copied: making one takes longer than most tests."""
    path = tmp_path_factory.mktemp("store") / "records.db"
    db = connect(path, None)
    bring_up_to_date(db, FixedClock(GATE))
    db.close()
    return path


@pytest.fixture
def db(empty_store: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty store of the newest schema, without catalogues and users."""
    path = tmp_path / "records.db"
    shutil.copyfile(empty_store, path)
    db = connect(path, None)
    yield db
    db.close()


@pytest.fixture
def by(db: Database, clock: FixedClock) -> Author:
    """The local user, a trainer, who writes."""
    return ensure_user(db, clock, name="Trainer", role="trainer")


@pytest.fixture
def photos(tmp_path: Path) -> Iterator[Database]:
    photos = open_photos(tmp_path / "photos.db")
    yield photos
    photos.close()


@pytest.fixture
def jobs(qtbot, empty_store: Path, tmp_path: Path):
    """Real background jobs on a store of this test's own, of the newest schema."""
    from app.ui.jobs import Jobs, Openers

    path = tmp_path / "window.db"
    shutil.copyfile(empty_store, path)
    jobs = Jobs(
        Openers(
            writer=lambda: connect(path, None),
            reader=lambda: open_reader(path),
            photos=lambda: open_photos(tmp_path / "window-photos.db"),
        )
    )
    yield jobs
    jobs.close()


@pytest.fixture
def desk(jobs, clock: FixedClock, tmp_path: Path):
    """What a page works with, in a store with the catalogues; `desk.by` is a trainer, who chooses no file."""
    from app.fieldwork.catalogues import load_catalogues
    from app.settings import Settings
    from app.ui.desk import Desk
    from tests.fakes import ChosenFiles

    def fill(db: Database) -> Author:
        load_catalogues(db, clock)
        return ensure_user(db, clock, name="Trainer", role="trainer")

    made = Desk(jobs, jobs.db(fill), DataFolder(tmp_path), Settings(), ask=ChosenFiles())
    made.asked_for = []
    made.asked.connect(made.asked_for.append)
    return made


@pytest.fixture
def model_tester():
    """Keeps Qt's model tester alive: unreferenced, it is collected and checks nothing."""
    from PySide6.QtTest import QAbstractItemModelTester

    kept = []

    def check(model):
        kept.append(QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning))

    return check
