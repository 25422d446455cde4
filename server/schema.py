"""The tables of a database: made, brought up to date, looked at."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import alembic.command
import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.errors import StoreMissing, StoreNewer
from server import migrations
from server.database import Database
from server.tables import METADATA

_FOLDER = Path(migrations.__file__).parent
_LOCK = 7_302_551  # of PostgreSQL: one process at a time brings a database up to date
_VERSIONS = "alembic_version"


def create_schema(database: Database) -> None:
    """All tables of today at once, in an empty database: what a test needs."""
    with database.engine.begin() as connection:
        METADATA.create_all(connection)
        alembic.command.stamp(_config(connection), "head")


def bring_up_to_date(database: Database) -> None:
    """Make the tables, or bring older ones up to date, in one transaction. Raises StoreNewer."""
    with database.engine.begin() as connection:
        if database.is_postgres:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        migrate(connection, newest())


def migrate(connection: sa.Connection, revision: str) -> None:
    """Up to a version, within the transaction of `connection`. Raises StoreNewer for one beyond all that is known."""
    found = revision_of(connection)
    if found is not None and found not in known():
        raise StoreNewer(_VERSIONS, found)
    alembic.command.upgrade(_config(connection), revision)


def revision_of(connection: sa.Connection) -> str | None:
    """None for a database without our tables."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def known() -> tuple[str, ...]:
    """Every version, oldest first."""
    return tuple(script.revision for script in reversed(list(_scripts().walk_revisions())))


def newest() -> str:
    return known()[-1]


def check_version(database: Database) -> None:
    """Raises StoreMissing without our tables, StoreNewer when a newer program made them. Older ones may be migrated."""
    found = database.read(revision_of)
    if found is None:
        raise StoreMissing(_VERSIONS)
    if found not in known():
        raise StoreNewer(_VERSIONS, found)


def is_ready(database: Database) -> bool:
    """Whether the database answers and has exactly today's tables."""
    try:
        return database.read(revision_of) == newest()
    except sa.exc.SQLAlchemyError:
        return False


def statements(dialect: sa.Dialect) -> Iterator[str]:
    """The statements that make today's tables in an empty database: what a step is written from."""
    for table in METADATA.sorted_tables:
        yield str(sa.schema.CreateTable(table).compile(dialect=dialect)).strip()
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(sa.schema.CreateIndex(index).compile(dialect=dialect)).strip()


def _config(connection: sa.Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_FOLDER))
