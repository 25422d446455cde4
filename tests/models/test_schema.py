"""Old stores become today's, and the registry is whole."""

import pytest

from app.models.driver import Database
from app.models.migrations import KNOWN, migrations
from app.models.registry import TABLE_BY_NAME, TABLES, Kind
from app.models.schema import statements


def shape(db: Database) -> dict[str, str]:
    return dict(
        db.conn.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%sqlite_migrations%'"
        ).fetchall()
    )


def test_a_migrated_store_equals_a_fresh_one():
    migrated, fresh = Database(memory=True), Database(memory=True)
    migrations.apply(migrated)
    for statement in statements():
        fresh.conn.execute(statement)
    assert shape(migrated) == shape(fresh)


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
