"""Copies of a server, and the way back: on the same kind of database, on the other one, into a new epoch."""

import gzip
import hashlib
import json
import os

import pytest

from app.errors import BadFile, NotAllowed, StoreNewer
from server import tables
from server.backups import back_up, restore
from server.checks import looked_over
from server.database import open_database
from server.epochs import read_epochs
from server.schema import is_ready
from tests.server.world import World, gone, put

LOST = {"access_token", "enrol_code", "epoch"}


@pytest.fixture
def busy(world: World):
    """A server with rows, a conflict, a deleted row, something rejected and a revoked device."""
    ana, budi = world.laptop("Ana"), world.laptop("Budi")
    enterprise = ana.enterprise(code="A", unheard_of="x")
    visit = ana.visit(enterprise)
    ana.adds("indicator_value", enterprise_id=enterprise, value=0.1)
    budi.push(put("enterprise", enterprise, name="B"), base=0)
    ana.push(gone("visit", visit), base=99)
    ana.push(put("enterprise", "x"))
    return world


def restored(tmp_path, path, world: World, postgres_url=None, **known):
    database = open_database(postgres_url() if postgres_url else f"sqlite:///{tmp_path / 'restored.db'}")
    restore(database, path, world.now, **known)
    again = object.__new__(World)
    again.database, again.clock, again.tenant, again.people = database, world.clock, world.tenant, world.people
    return again


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_all_of_it_comes_back_on_either_database(busy: World, tmp_path, postgres_url, kind):
    made = back_up(busy.database, tmp_path, busy.now)
    assert made.path.parent == tmp_path
    again = restored(tmp_path, made.path, busy, postgres_url if kind == "postgresql" else None)
    before, after = busy.dump(), again.dump()
    assert {name: after[name] for name in before.keys() - LOST} == {name: before[name] for name in before.keys() - LOST}
    assert made.rows == sum(len(rows) for rows in before.values())
    assert is_ready(again.database)
    assert looked_over(again.database) == []
    again.database.close()


def test_a_new_epoch_begins(busy: World, tmp_path):
    head = busy.rows(tables.sync_head)[0]["last_seq"]
    made = back_up(busy.database, tmp_path / "copy", busy.now)
    again = restored(tmp_path, made.path, busy)
    epochs = again.rows(tables.epoch)
    assert [(row["number"], row["began_seq"]) for row in epochs] == [(1, 0), (2, head)]
    assert epochs[0]["id"] != epochs[1]["id"]
    assert again.rows(tables.access_token) == again.rows(tables.enrol_code) == []
    again.database.close()


def test_epochs_that_only_the_replaced_database_knew_are_known_still(busy: World, tmp_path):
    """Laptops that met a restored server know it by an epoch that an older copy has not."""
    early = back_up(busy.database, tmp_path / "early", busy.now)
    busy.laptop("Ana", "later").enterprise()
    late = back_up(busy.database, tmp_path / "late", busy.now)
    first = read(busy).current
    heads = []
    for copy in (late, early, late):
        restore(busy.database, copy.path, busy.now, replace=True)
        heads.append((read(busy).current, busy.rows(tables.sync_head)[0]["last_seq"]))
    (second, later), (third, earlier), (_, again) = heads
    assert (later > earlier, again) == (True, later)
    known = read(busy)
    assert [known.ceiling(epoch, 999) for epoch in (first, second, third)] == [earlier, earlier, earlier]
    assert known.ceiling("unheard", 999) == 0


def read(world: World):
    return world.database.read(lambda connection: read_epochs(connection, world.tenant))


def test_what_is_there_is_only_given_up_on_purpose(busy: World, tmp_path):
    made = back_up(busy.database, tmp_path, busy.now)
    before = busy.dump()
    with pytest.raises(NotAllowed):
        restore(busy.database, made.path, busy.now)
    assert busy.dump() == before
    busy.laptop("Budi", "another").enterprise(name="Later")
    restore(busy.database, made.path, busy.now, replace=True)
    assert "Later" not in str(busy.rows(tables.ENTITIES["enterprise"]))


def test_tables_of_others_stay(busy: World, tmp_path):
    with busy.database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE somebody_elses(a INTEGER)")
    try:
        restore(busy.database, back_up(busy.database, tmp_path, busy.now).path, busy.now, replace=True)
        with busy.database.engine.begin() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM somebody_elses").scalar() == 0
    finally:
        with busy.database.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE somebody_elses")


def test_a_copy_is_for_its_owner_only_and_never_half(busy: World, tmp_path):
    made = back_up(busy.database, tmp_path, busy.now)
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.glob("*.part")) == []
    with pytest.raises(OSError, match="nowhere"):
        back_up(busy.database, tmp_path / "nowhere" / "copy", busy.now)


def with_row(**changed):
    """The first row after the head, changed."""

    def change(lines):
        name, row = json.loads(lines[1])
        lines[1] = json.dumps([name, row | changed]).encode() + b"\n"

    return change


def in_table(name):
    def change(lines):
        lines[1] = json.dumps([name, json.loads(lines[1])[1]]).encode() + b"\n"

    return change


def line(number, text):
    def change(lines):
        lines[number : number + 1] = [text] if text else []

    return change


WHOLE = {
    "empty": lambda _packed: b"",
    "no gzip": lambda _packed: b"CREATE TABLE t(a)",
    "cut": lambda packed: packed[:-40],
}
INSIDE = {
    "no head": line(0, b'{"kind":"something else","revision":"0001","made_ms":1}\n'),
    "no json": line(0, b"\xff\xfe\n"),
    "row missing": line(1, None),
    "row changed": with_row(id="x"),
    "no end": lambda lines: lines.pop(),
    "bad line": line(1, b"[1, 2]\n"),
    "bad bytes": with_row(id={"b": "?"}),
    "unknown table": in_table("weather"),
    "unknown column": with_row(weather=1),
}


def damaged(packed, how):
    if how in WHOLE:
        return WHOLE[how](packed)
    lines = gzip.decompress(packed).splitlines(keepends=True)
    INSIDE[how](lines)
    return gzip.compress(b"".join(lines))


@pytest.mark.parametrize("how", [*WHOLE, *INSIDE])
def test_a_damaged_copy_changes_nothing(quick_world: World, tmp_path, how):
    quick_world.laptop("Ana").enterprise()
    path = back_up(quick_world.database, tmp_path, quick_world.now).path
    path.write_bytes(damaged(path.read_bytes(), how))
    before = quick_world.dump()
    with pytest.raises(BadFile):
        restore(quick_world.database, path, quick_world.now, replace=True)
    assert quick_world.dump() == before
    fresh = open_database(f"sqlite:///{tmp_path / 'fresh.db'}")
    with pytest.raises(BadFile):
        restore(fresh, path, quick_world.now)
    assert not is_ready(fresh)
    fresh.close()


def test_a_copy_of_a_newer_program_is_refused(quick_world: World, tmp_path):
    path = back_up(quick_world.database, tmp_path, quick_world.now).path
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b'"0001"', b'"9999"', 1)))
    with pytest.raises(StoreNewer):
        restore(quick_world.database, path, quick_world.now, replace=True)


def test_a_folder_or_a_missing_file_is_no_copy(quick_world: World, tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(OSError, match=os.fspath(path)):
            restore(quick_world.database, path, quick_world.now, replace=True)


def test_a_laptop_that_knows_more_than_the_copy_is_told(quick_world: World, tmp_path):
    ana = quick_world.laptop("Ana")
    path = back_up(quick_world.database, tmp_path, quick_world.now).path
    head = quick_world.rows(tables.sync_head)[0]["last_seq"]
    ana.enterprise()
    ana.pull()
    restore(quick_world.database, path, quick_world.now, replace=True)
    answer = ana.send()
    assert answer.epoch != ana.epoch
    assert answer.epoch_head == head


@pytest.mark.parametrize("how", ["unknown table", "unknown column"])
def test_a_copy_whose_sum_fits_but_not_its_tables_changes_nothing(quick_world: World, tmp_path, how):
    quick_world.laptop("Ana").enterprise()
    path = back_up(quick_world.database, tmp_path, quick_world.now).path
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    INSIDE[how](lines)
    end = json.loads(lines[-1]) | {"sha256": hashlib.sha256(b"".join(lines[:-1])).hexdigest()}
    path.write_bytes(gzip.compress(b"".join([*lines[:-1], json.dumps(end).encode()])))
    before = quick_world.dump()
    with pytest.raises(BadFile):
        restore(quick_world.database, path, quick_world.now, replace=True)
    assert quick_world.dump() == before
