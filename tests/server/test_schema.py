"""A database that was migrated has exactly the tables of today, on SQLite and on PostgreSQL."""

import re

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.errors import StoreMissing, StoreNewer
from server import schema
from server.database import Database, open_database
from server.tables import METADATA


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request, tmp_path, postgres=None):
    """A database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        cluster = request.getfixturevalue("postgres")
        url = cluster.url(cluster.new(f"bare_{abs(hash(request.node.name)) % 10**9}"))
    database = open_database(url)
    yield database
    database.close()


def shape(database: Database):
    """Columns with types and nullability, keys and indexes, as the database itself tells them."""
    look = sa.inspect(database.engine)
    found = {}
    for name in look.get_table_names():
        columns = {c["name"]: (str(c["type"]), c["nullable"]) for c in look.get_columns(name)}
        indexes = sorted((i["name"], tuple(i["column_names"])) for i in look.get_indexes(name))
        found[name] = (columns, look.get_pk_constraint(name)["constrained_columns"], indexes)
    return found


def test_the_steps_lead_to_todays_tables(bare: Database, database: Database):
    schema.bring_up_to_date(bare)
    assert schema.is_ready(bare)
    if bare.engine.dialect.name == database.engine.dialect.name:
        assert shape(bare) == shape(database)
    with bare.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, METADATA) == []


def test_the_first_step_is_todays_tables(bare: Database):
    """Until there is a second step: `scripts/tables` writes it. SQLite's own words tell of STRICT, too."""
    schema.bring_up_to_date(bare)
    if bare.is_postgres:
        return
    with bare.engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").scalars().all()
    wanted = schema.statements(bare.engine.dialect)
    assert {_plain(sql) for sql in wanted} == {_plain(sql) for sql in made if "alembic_version" not in sql}


def _plain(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()


def test_again_changes_nothing(bare: Database):
    schema.bring_up_to_date(bare)
    before = shape(bare)
    schema.bring_up_to_date(bare)
    assert shape(bare) == before


def test_a_database_without_tables_is_told(bare: Database):
    assert not schema.is_ready(bare)
    with pytest.raises(StoreMissing):
        schema.check_version(bare)


def test_a_database_of_a_newer_program_is_left_alone(bare: Database):
    schema.bring_up_to_date(bare)
    schema.check_version(bare)
    with bare.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = shape(bare)
    for deed in (schema.check_version, schema.bring_up_to_date):
        with pytest.raises(StoreNewer):
            deed(bare)
    assert not schema.is_ready(bare)
    assert shape(bare) == before


def test_versions_come_in_order():
    assert schema.known() == tuple(sorted(schema.known()))
    assert schema.newest() == schema.known()[-1]
