"""Databases of both kinds for the tests of the server."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import structlog
from starlette.testclient import TestClient

from server.app import application
from server.database import Database, open_database
from server.schema import create_schema
from server.service import Service
from server.settings import Settings
from server.tables import METADATA
from tests.server.postgres import cluster
from tests.server.world import World


@pytest.fixture(autouse=True)
def _fresh_log() -> Iterator[None]:
    """A command that ran in this process leaves its log set to what is a warning or worse."""
    yield
    structlog.reset_defaults()


class Cluster:
    """Databases with today's tables in a running PostgreSQL; emptied when they are given back."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._free: list[str] = []
        self._made = 0

    def take(self) -> str:
        """The name of an empty one."""
        if not self._free:
            self._made += 1
            self._free.append(self.new(f"t{self._made}"))
            made = open_database(self.url(self._free[-1]))
            create_schema(made)
            made.close()
        return self._free.pop()

    def new(self, name: str) -> str:
        with psycopg.connect(host=self.folder, user="gemba", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    def give_back(self, name: str) -> None:
        emptied = ";".join(f'DELETE FROM "{table}"' for table in METADATA.tables)
        with psycopg.connect(host=self.folder, user="gemba", dbname=name) as connection:
            connection.execute(emptied)
        self._free.append(name)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://gemba@/{name}?host={self.folder}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL of this session; every worker has its own. Never skipped."""
    with cluster() as folder:
        yield Cluster(folder)


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[Callable[[], str]]:
    """Gives an empty database with today's tables each time it is called."""
    taken: list[str] = []

    def take() -> str:
        taken.append(postgres.take())
        return postgres.url(taken[-1])

    yield take
    for name in taken:
        postgres.give_back(name)


@pytest.fixture
def sqlite() -> Iterator[Database]:
    """An empty one in memory."""
    opened = open_database("sqlite://")
    create_schema(opened)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty one of each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    opened = open_database(request.getfixturevalue("postgres_url")())
    yield opened
    opened.close()


@pytest.fixture
def world(database: Database) -> World:
    """A tenant with two people, on either database."""
    return World(database)


@pytest.fixture
def quick_world(sqlite: Database) -> World:
    """A tenant with two people, for what has nothing to do with the database."""
    return World(sqlite)


@pytest.fixture
def service(world: World, tmp_path: Path) -> Service:
    return Service(Settings(tmp_path), world.database, b"s" * 32, world.clock)


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    # The fixture of the database closes it: the shutdown of the application comes first and closes it too.
    with TestClient(application(service), raise_server_exceptions=False) as client:
        yield client
