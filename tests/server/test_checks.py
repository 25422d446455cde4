"""Looking a server over: whatever was changed behind its back is found."""

import pytest
import sqlalchemy as sa

from server.checks import looked_over
from tests.server.world import World, gone, made, put


@pytest.fixture
def busy(quick_world: World):
    ana, budi = quick_world.laptop("Ana"), quick_world.laptop("Budi")
    enterprise = ana.enterprise()
    budi.push(put("enterprise", enterprise, name="B"), base=0)
    ana.push(gone("visit", ana.visit(enterprise)), base=99)
    incident = ana.adds("incident", enterprise_id=enterprise, status="open")
    budi.push(put("incident", incident, status="closed"), base=0)
    for number in range(600):
        ana.seal(made("enterprise", ana.new_id(), name=str(number)))
    ana.send(*ana.sent[-600:])
    return quick_world


def test_all_is_well(busy: World):
    assert looked_over(busy.database) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE enterprise SET name = 'forged' WHERE name = 'B'", {"digest"}),
        ("UPDATE enterprise SET extra = '{\"a\":1}' WHERE name = 'B'", {"digest"}),
        ("DELETE FROM enterprise WHERE name = '5'", {"row-missing"}),
        ("DELETE FROM sync_row WHERE tbl = 'visit'", {"row-unknown", "sum"}),
        ("UPDATE sync_row SET deleted = 0 WHERE tbl = 'visit'", {"digest"}),
        ("UPDATE sync_row SET digest = digest + 1 WHERE tbl = 'visit'", {"digest", "sum"}),
        ("UPDATE sync_row SET row_seq = 100000 WHERE tbl = 'visit'", {"sequence", "digest"}),
        ("UPDATE change_log SET user_id = 'x' WHERE seq = 5", {"chain"}),
        ("UPDATE change_log SET new_vals = '{}' WHERE seq = (SELECT max(seq) FROM change_log)", {"head"}),
        ("DELETE FROM change_log WHERE seq = 5", {"gap", "chain"}),
        ("DELETE FROM change_log WHERE seq = (SELECT max(seq) FROM change_log)", {"head"}),
        ("UPDATE sync_head SET last_seq = last_seq + 1", {"head"}),
        ("UPDATE sync_head SET sums = sums + 1", {"sum"}),
        ("UPDATE conflict SET kept = 'no json'", {"conflict"}),
        ("DELETE FROM sync_row WHERE tbl = 'conflict'", {"conflict"}),
    ],
)
def test_what_was_changed_is_found(busy: World, change, found):
    with busy.database.engine.begin() as connection:
        connection.exec_driver_sql(change)
    assert {one.wrong for one in looked_over(busy.database)} == found


def test_on_postgresql_too(world: World):
    world.laptop("Ana").enterprise()
    assert looked_over(world.database) == []
    with world.database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE enterprise SET name = 'forged'"))
    assert [one.wrong for one in looked_over(world.database)] == ["digest"]
