"""A store with the catalogues in it, copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.fieldwork.catalogues import load_catalogues
from app.models.database import connect
from app.models.driver import Database
from app.models.ids import FixedClock
from tests.conftest import GATE


@pytest.fixture(scope="session")
def filled_store(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "records.db"
    shutil.copyfile(empty_store, path)
    db = connect(path, None)
    load_catalogues(db, FixedClock(GATE))
    db.close()
    return path


@pytest.fixture
def db(filled_store: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "records.db"
    shutil.copyfile(filled_store, path)
    db = connect(path, None)
    yield db
    db.close()
