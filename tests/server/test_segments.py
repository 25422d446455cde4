"""Snapshots in segments: what is in them, how they are packed, how long they last, how they are read."""

import hashlib

import msgspec
import pytest
from obstore.store import LocalStore, MemoryStore

from app.sync.compact import rows_restored
from app.sync.protocol import SCHEMA, ManifestWanted, Row, SegmentRows
from app.sync.wire import inflated
from server import tables
from server.database import open_database
from server.objects import store_at
from server.packing import packed
from server.refusals import Refused
from server.segments import FRESH_MS, Segments
from tests.server.s3 import running_s3
from tests.server.world import World, gone, made, put

WANTED = ManifestWanted(schema=SCHEMA)


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def segments(world: World, store) -> Segments:
    return Segments(world.database, store, lambda: world.now, worthwhile=3)


def fill(world: World, places: int = 3):
    """A person's laptop and the enterprises it made, each with a visit."""
    ana = world.laptop("Ana")
    ids = [ana.enterprise(name=f"Place {number}") for number in range(places)]
    for place in ids:
        ana.visit(place)
    return ana, ids


def rows_of(segments: Segments, world: World, manifest):
    """All rows of a manifest's segments, each checked against what the manifest says of it."""
    found = []
    for info in manifest.segments:
        data = segments.read(world.tenant, info.sha256)
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (info.sha256, info.size)
        said = msgspec.json.decode(inflated(data), type=SegmentRows)
        rows = rows_restored(said.compact) if said.compact else said.rows
        assert len(rows) == info.rows
        assert list(dict.fromkeys(row.scope for row in rows)) == info.scopes
        found += rows
    return found


def test_a_snapshot_holds_every_row_as_a_pull_would_bring_it(world: World, segments: Segments):
    ana, ids = fill(world)
    ana.push(gone("enterprise", ids[2]))
    ana.push(put("visit", ana.visit(ids[0]), summary="Seen", advice=None))
    manifest = segments.manifest(ana.session, WANTED)
    budi = world.laptop("Budi")
    pulled = {(row.table, row.id): row for row in budi.pull() if row.table != "user"}
    held = {(row.table, row.id): row for row in rows_of(segments, world, manifest) if row.table != "user"}
    assert held == pulled
    assert 0 < manifest.as_of <= budi.cursor
    assert manifest.rows == sum(info.rows for info in manifest.segments)


def test_many_rows_are_read_in_several_goes(world: World, segments: Segments, monkeypatch):
    monkeypatch.setattr("server.segments._ROWS_AT_ONCE", 2)
    ana, ids = fill(world)
    found = rows_of(segments, world, segments.manifest(ana.session, WANTED))
    assert len({(row.table, row.id) for row in found}) == len(found) == len(world.rows(tables.sync_row))
    assert ids


def test_conflicts_travel_in_segments_and_secret_rows_do_not(world: World, segments: Segments):
    ana, ids = fill(world)
    budi = world.laptop("Budi")
    ana.push(put("enterprise", ids[0], city="Lima"), base=0)
    budi.push(put("enterprise", ids[0], city="Callao"), base=0)
    ana.push(made("incident", ana.new_id(), enterprise_id=ids[0], kind="violence"))
    found = {row.table for row in rows_of(segments, world, segments.manifest(ana.session, WANTED))}
    assert "conflict" in found
    assert "incident" not in found


def test_few_rows_are_pulled_and_so_are_those_of_another_shape(world: World, store):
    ana, _ = fill(world)
    many = Segments(world.database, store, lambda: world.now, worthwhile=100)
    assert many.manifest(ana.session, WANTED).segments == []
    few = Segments(world.database, store, lambda: world.now, worthwhile=3)
    assert few.manifest(ana.session, ManifestWanted(schema=SCHEMA + 1)).segments == []
    assert few.manifest(ana.session, WANTED).epoch == ana.epoch


def test_a_manifest_of_today_is_given_again_and_one_of_yesterday_is_built_anew(world: World, segments: Segments):
    ana, _ = fill(world)
    first = segments.manifest(ana.session, WANTED)
    ana.enterprise(name="Later")
    assert segments.manifest(ana.session, WANTED) == first
    world.clock.move(days=1)
    second = segments.manifest(ana.session, WANTED)
    assert second.as_of > first.as_of
    assert second.rows == first.rows + 1
    assert [segments.read(world.tenant, info.sha256) for info in first.segments]


def test_no_transaction_is_open_while_the_store_takes_its_time(postgres_url, monkeypatch):
    world = World(open_database(postgres_url()))
    ana, _ = fill(world)
    in_use = []
    with running_s3(monkeypatch) as (s3, place):
        s3.meanwhile = lambda: in_use.append(world.database.engine.pool.checkedout())
        kept = Segments(world.database, store_at(place)[0], lambda: world.now, worthwhile=3)
        assert rows_of(kept, world, kept.manifest(ana.session, WANTED))
    assert set(in_use) == {0}
    world.database.close()


def test_snapshots_go_after_two_days_and_their_segments_with_them(world: World, tmp_path):
    kept = Segments(world.database, LocalStore(tmp_path), lambda: world.now, worthwhile=3)
    ana, _ = fill(world)
    first = kept.build(world.tenant)
    world.clock.move(days=30)  # files have the time of the machine
    ana.enterprise()
    second = kept.build(world.tenant)
    world.clock.move(days=40_000)
    ana.enterprise()
    third = kept.build(world.tenant)
    assert kept.newest(world.tenant) == third
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {info.sha256 for info in third.segments}
    for gone_info in {one.sha256 for one in (*first.segments, *second.segments)} - left:
        with pytest.raises(Refused, match="no-such-segment"):
            kept.read(world.tenant, gone_info)


def test_a_scope_that_did_not_change_keeps_its_segment(world: World, segments: Segments):
    ana, _ = fill(world)
    first = segments.build(world.tenant)
    world.clock.move(hours=1)
    ana.push(made("training", ana.new_id(), starts_on="2026-11-24"))
    second = segments.build(world.tenant)
    assert second.as_of == first.as_of + 1
    assert {info.sha256 for info in first.segments} & {info.sha256 for info in second.segments}


def test_a_segment_that_is_lost_or_damaged_makes_the_next_manifest_a_new_one(world: World, tmp_path):
    kept = Segments(world.database, LocalStore(tmp_path), lambda: world.now, worthwhile=3)
    ana, _ = fill(world)
    lost = kept.manifest(ana.session, WANTED).segments[0].sha256
    file = next(path for path in tmp_path.rglob(lost))
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(Refused, match="no-such-segment"):
        kept.read(world.tenant, lost)
    assert kept.newest(world.tenant) is None
    assert kept.manifest(ana.session, WANTED).segments[0].sha256 == lost
    assert kept.read(world.tenant, lost)
    file.unlink()
    with pytest.raises(Refused, match="no-such-segment"):
        kept.read(world.tenant, lost)


def test_another_tenant_and_other_names_find_nothing(world: World, segments: Segments):
    ana, _ = fill(world)
    name = segments.manifest(ana.session, WANTED).segments[0].sha256
    for tenant, sha256 in (("another", name), (world.tenant, "../" + name), (world.tenant, "0" * 64)):
        with pytest.raises(Refused, match="no-such-segment"):
            segments.read(tenant, sha256)
    assert segments.read(world.tenant, name)


def test_segments_are_kept_in_s3_too_and_one_that_refuses_is_told_as_busy(world: World, monkeypatch):
    with running_s3(monkeypatch) as (s3, place):
        kept = Segments(world.database, store_at(place)[0], lambda: world.now, worthwhile=3)
        ana, _ = fill(world)
        manifest = kept.manifest(ana.session, WANTED)
        assert len(rows_of(kept, world, manifest)) == manifest.rows
        s3.failing = True
        with pytest.raises(Refused, match="store-away") as refused:
            kept.read(world.tenant, manifest.segments[0].sha256)
        assert (refused.value.status, refused.value.detail) == (503, "")
        world.clock.move(milliseconds=FRESH_MS)
        with pytest.raises(Refused, match="store-away"):
            kept.manifest(ana.session, WANTED)


def test_a_user_is_told_first_of_the_places_to_be_visited_next(world: World, segments: Segments):
    ana, ids = fill(world, places=4)
    me = ana.session.user_id
    for place, day, values in (
        (ids[3], "2026-12-01", {"trainer_id": me}),
        (ids[1], "2026-11-30", {"second_trainer_id": me}),
        (ids[0], "2026-10-01", {"trainer_id": me}),
        (ids[2], "2026-11-29", {"trainer_id": world.people["Budi"].id}),
    ):
        ana.visit(place, planned_on=day, **values)
    cancelled = ana.visit(ids[2], planned_on="2026-11-25", trainer_id=me)
    ana.push(gone("visit", cancelled))
    assert segments.manifest(ana.session, WANTED).first == [ids[1], ids[3], ids[0]]


def encoded_rows(*sizes: tuple[str, int, int]):
    """Rows of (scope, number of rows, bytes a row): noise that no packing makes much smaller."""
    for scope, count, size in sizes:
        for number in range(count):
            noise = hashlib.shake_128(f"{scope}/{number}".encode()).hexdigest(size // 2)
            yield Row(table="visit", id=str(number), seq=number, scope=scope, values={"summary": noise})


def scopes_of(made):
    return [list(segment.scopes) for segment in made]


def test_the_common_scope_stands_alone_and_small_ones_share_a_segment():
    made = list(packed(encoded_rows(("", 3, 100), ("a", 3, 100), ("b", 3, 100)), limit=10_000))
    assert scopes_of(made) == [[""], ["a", "b"]]
    assert [segment.rows for segment in made] == [3, 6]


def test_a_scope_is_whole_in_its_segment_unless_it_is_larger_than_one():
    made = list(
        packed(encoded_rows(("", 1, 100), ("a", 20, 200), ("b", 20, 200), ("c", 200, 200), ("d", 2, 200)), limit=5_000)
    )
    of = scopes_of(made)
    assert of[0] == [""]
    assert of[-1] == ["d"]
    assert ["c"] in of
    assert all(len(scopes) == 1 for scopes in of if "c" in scopes)
    for scope in "abd":
        assert sum(scope in scopes for scopes in of) == 1
    assert max(len(segment.data) for segment in made) < 2 * 5_000
    assert sum(segment.rows for segment in made) == 243


def test_a_scope_that_fills_its_segment_to_the_last_row_and_one_after_it():
    made = list(packed(encoded_rows(("a", 1, 4_000), ("b", 1, 100), ("c", 1, 100)), limit=500))
    assert [scope for segment in made for scope in segment.scopes] == ["a", "b", "c"]


def test_the_same_rows_give_the_same_bytes():
    one, other = (list(packed(encoded_rows(("a", 50, 300)), limit=2_000)) for _ in range(2))
    assert one == other


def test_nothing_gives_no_segment():
    assert list(packed([])) == []
