"""Old stores become today's, and the registry is whole."""

import pytest

from app.fieldwork.check import check_store
from app.models.database import bring_up_to_date, connect
from app.models.driver import Database, Migrations
from app.models.migrations import KNOWN, m0001_first_schema, migrations
from app.models.registry import TABLE_BY_NAME, TABLES, Kind
from app.models.schema import in_any_order, statements
from app.photos.store import open_photos


def shape(db: Database) -> dict[str, str]:
    rows = db.conn.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%sqlite_migrations%'"
    )
    return {name: in_any_order(sql) for name, sql in rows}


def test_a_migrated_store_equals_a_fresh_one():
    migrated, fresh = Database(memory=True), Database(memory=True)
    migrations.apply(migrated)
    for statement in statements():
        fresh.conn.execute(statement)
    assert shape(migrated) == shape(fresh)


def test_only_the_order_of_columns_means_nothing():
    sql = 'CREATE TABLE "a"(id TEXT, "n" INTEGER CHECK("n" IN (1, 2)), UNIQUE(id, n)) STRICT'
    assert in_any_order(sql) == in_any_order(
        'CREATE TABLE "a"(\n  "n" INTEGER CHECK("n" IN (1, 2)),\n  UNIQUE(id, n), id TEXT) STRICT'
    )
    for other in (sql.replace("STRICT", ""), sql.replace("(1, 2)", "(1, 3)"), sql.replace("id TEXT", "id BLOB")):
        assert in_any_order(sql) != in_any_order(other)
    assert in_any_order("CREATE INDEX i ON a(y, x)") == "CREATE INDEX i ON a(y, x)"


def test_a_store_of_the_first_shape_becomes_todays_with_its_rows(tmp_path, clock):
    old = connect(tmp_path / "records.db", None)
    first = Migrations("gemba")
    first(name=KNOWN[0])(m0001_first_schema.apply)
    first.apply(old)
    old.conn.execute("INSERT INTO checklist(id, created_at, key, title) VALUES('c', '2026-01-01', 'osh 1', 'Safety')")
    bring_up_to_date(old, clock)
    assert [tuple(row) for row in old.conn.execute("SELECT key, title, active_from FROM checklist")] == [
        ("osh 1", "Safety", None)
    ]
    photos = open_photos(tmp_path / "photos.db")
    assert check_store(old, photos).is_clean
    photos.close()
    old.close()


def test_every_migration_is_known_by_name():
    db = Database(memory=True)
    migrations.apply(db)
    assert tuple(step.name for step in migrations.applied(db)) == KNOWN


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_registry_is_whole(table):
    names = table.field_names
    assert len(set(names)) == len(names)
    assert not set(names) & {"id", "created_at", "binned_at", "stub", "extra"}
    for field in table.fields:
        assert field.label
        assert field.meaning.endswith((".", "."))
        assert not field.refers_to or field.refers_to in TABLE_BY_NAME
        assert (field.kind is Kind.LINK) == bool(field.refers_to)
        assert (field.kind is Kind.MONEY) == bool(field.currency)
        assert not field.currency or table.field(field.currency).kind is Kind.CURRENCY
        assert field.kind is not Kind.CHOICE or field.choices
    assert all(name in names for name in table.natural_key)


def test_every_table_of_the_design_is_there():
    named = """country_programme partner user certification enterprise enterprise_profile area contact committee
    committee_member module training training_enterprise session participant attendance survey_response visit
    visit_person signature review_comment checklist assessment answer legal_reference improvement improvement_event
    photo photo_link photo_pair annotation indicator indicator_value target measurement_group effectiveness_curve
    feedback_meeting commitment competence_result report incident"""
    assert {table.name for table in TABLES} == set(named.split())
