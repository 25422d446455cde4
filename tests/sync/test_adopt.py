"""What a newer program stored finds its place when this one has learned of it."""

import json

from app.bootstrap import writing
from app.models.database import connect
from app.models.migrations import migrations
from app.paths import DataFolder
from app.sync.adopt import adopt_extra
from app.sync.promote import promote
from app.sync.protocol import Row
from app.sync.stage import put_staged
from app.sync.state import write_state

ONE = "0199b000-0000-7000-8000-000000000001"
TWO = "0199b000-0000-7000-8000-000000000002"
BORN = "2026-11-20T08:00:00.000Z"


def pulled(laptop, *rows: Row) -> None:
    put_staged(laptop.db, list(rows))
    write_state(laptop.db, stage_cursor=max(row.seq for row in rows))
    promote(laptop.db, laptop.clock)


def as_of_an_older_program(laptop, extra: dict[str, object]) -> None:
    """The row as it was stored by a program that did not know these fields."""
    write_state(laptop.db, applying=1)
    text = json.dumps(extra)
    laptop.db.conn.execute("UPDATE enterprise SET city = NULL, founded = NULL, extra = ? WHERE id = ?", (text, ONE))
    write_state(laptop.db, applying=0)


def test_values_of_fields_that_are_known_now_move_to_their_columns(ana):
    pulled(ana, Row(table="enterprise", id=ONE, seq=3, values={"created_at": BORN, "name": "A"}))
    as_of_an_older_program(ana, {"city": "Lima", "colour": "blue", "founded": "long ago"})
    assert adopt_extra(ana.db) == 1
    shown = ana.db.conn.execute("SELECT city, founded, extra FROM enterprise").fetchone()
    assert shown[:2] == ("Lima", None)
    assert json.loads(shown[2]) == {"colour": "blue", "founded": "long ago"}
    assert ana.one("SELECT count(*) FROM sync_capture") == 0
    assert adopt_extra(ana.db) == 0


def test_nothing_is_left_where_all_is_known(ana):
    pulled(ana, Row(table="enterprise", id=ONE, seq=3, values={"created_at": BORN, "name": "A"}))
    as_of_an_older_program(ana, {"city": "Lima"})
    adopt_extra(ana.db)
    assert ana.db.conn.execute("SELECT city, extra FROM enterprise").fetchone() == ("Lima", None)


def test_rows_of_a_table_that_is_known_now_are_shown(ana):
    """As an older program had left them: in the base only."""
    pulled(ana, Row(table="future", id=ONE, seq=3, values={"created_at": BORN, "name": "A"}, by="u", at=5))
    pulled(ana, Row(table="future", id=TWO, seq=4, values={"created_at": BORN, "name": "Line", "enterprise_id": ONE}))
    ana.db.conn.execute("UPDATE sync_base SET tbl = iif(row_id = ?, 'enterprise', 'area')", (ONE,))
    assert adopt_extra(ana.db) == 2
    promote(ana.db, ana.clock)
    assert ana.read("enterprise", ONE)["name"] == "A"
    assert ana.read("area", TWO)["enterprise_id"] == ONE
    assert adopt_extra(ana.db) == 0


def test_an_updated_program_adopts_when_it_opens_the_folder(tmp_path):
    folder = DataFolder(tmp_path)
    db = connect(folder.records, None)
    migrations.apply(db, stop_before="m0003_sync")
    db.conn.execute('INSERT INTO enterprise(id, created_at, extra) VALUES(?, ?, \'{"city": "Lima"}\')', (ONE, BORN))
    db.close()
    with writing(folder) as store:
        assert store.records.conn.execute("SELECT city, extra FROM enterprise").fetchone() == ("Lima", None)


def test_a_store_that_works_alone_has_nothing_to_adopt(db, by):
    assert adopt_extra(db) == 0
