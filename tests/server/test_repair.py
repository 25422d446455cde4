"""Where a laptop's rows differ: sums by prefix, marks of rows in pages, rows by name; and all of it over HTTP."""

import pytest
from starlette.testclient import TestClient

from app.sync.checksum import PREFIXES, prefix_of, sums_by_prefix
from app.sync.protocol import (
    FETCH_PATH,
    MANIFEST_PATH,
    MARKS_PATH,
    MAX_FETCH,
    PROTO,
    SCHEMA,
    SEGMENT_PATH,
    SUMS_PATH,
    Fetch,
    Fetched,
    Manifest,
    ManifestWanted,
    Marks,
    MarksWanted,
    Sums,
    SumsWanted,
)
from app.sync.wire import PROTO_HEADER
from server import repair, tables
from server.app import application
from server.refusals import Refused
from server.service import Service
from server.settings import Settings
from tests.server.caller import Caller, refusal_in
from tests.server.test_segments import fill
from tests.server.world import World, gone, made, put


def counted(world: World):
    """(table, id, sequence, digest) of all rows that count, in order."""
    return [
        (row["tbl"], row["row_id"], row["row_seq"], row["digest"])
        for row in world.rows(tables.sync_row)
        if row["tbl"] in tables.ENTITIES and row["tbl"] != "incident"
    ]


def test_sums_are_those_of_all_rows_that_travel_and_have_a_digest(world: World):
    ana, ids = fill(world, places=10)
    budi = world.laptop("Budi")
    ana.push(gone("enterprise", ids[0]))
    ana.push(put("enterprise", ids[1], city="Lima"), base=0)
    budi.push(put("enterprise", ids[1], city="Callao"), base=0)  # a conflict does not count
    ana.push(made("incident", ana.new_id(), enterprise_id=ids[1], kind="violence"))  # nor does a secret
    told = repair.sums(world.database, world.tenant, SumsWanted(schema=SCHEMA))
    assert told.sums == sums_by_prefix((row_id, digest) for _, row_id, _, digest in counted(world))
    head = world.rows(tables.sync_head)[0]
    assert (told.head, sum(told.sums), told.epoch) == (head["last_seq"], head["sums"], ana.epoch)


def test_sums_of_another_shape_are_refused(world: World):
    with pytest.raises(Refused, match="other-schema"):
        repair.sums(world.database, world.tenant, SumsWanted(schema=SCHEMA + 1))


def test_marks_come_in_pages_and_only_of_the_prefixes_asked_for(world: World):
    fill(world, places=20)
    every = counted(world)
    wanted = sorted({prefix_of(mark[1]) for mark in every})[::2]
    found, after, pages = [], None, 0
    while True:
        page = repair.marks(world.database, world.tenant, MarksWanted(prefixes=wanted, after=after), limit=3)
        found, pages = found + page.marks, pages + 1
        if not page.more:
            break
        after = page.marks[-1][:2]
    assert found == [mark for mark in every if prefix_of(mark[1]) in wanted]
    assert pages == -(-len(found) // 3)


@pytest.mark.parametrize("prefixes", [[-1], [PREFIXES], [0, 1 << 70]])
def test_prefixes_that_are_none_are_refused(world: World, prefixes):
    with pytest.raises(Refused, match="shape"):
        repair.marks(world.database, world.tenant, MarksWanted(prefixes=prefixes))


def test_rows_by_name_are_as_a_pull_brings_them(world: World):
    ana, ids = fill(world)
    ana.push(gone("enterprise", ids[1]))
    secret = ana.new_id()
    ana.push(put("incident", secret, enterprise_id=ids[0], kind="violence"))
    budi = world.laptop("Budi")
    budi.pull()
    keys = [("enterprise", ids[1]), ("enterprise", ana.new_id()), ("incident", secret), ("visit", ids[0]), ("x", "y"),
            ("enterprise", ids[0])]  # fmt: skip
    told = repair.fetch(world.database, world.tenant, Fetch(keys=keys))
    assert told.count == len(keys)
    assert told.rows == [budi.rows["enterprise", ids[1]], budi.rows["enterprise", ids[0]]]


def test_an_answer_holds_as_many_rows_as_fit_and_one_at_least(world: World):
    ana, _ = fill(world, places=1)
    long = "x" * 900_000
    ids = [ana.adds("enterprise", name=f"{number}", notes=long) for number in range(7)]
    keys = [("enterprise", row_id) for row_id in ids]
    found = []
    while keys:
        told = repair.fetch(world.database, world.tenant, Fetch(keys=keys))
        assert told.count
        found, keys = found + [row.id for row in told.rows], keys[told.count :]
    assert found == ids


def test_more_than_may_be_asked_at_once_is_refused(world: World):
    with pytest.raises(Refused, match="too-many-keys"):
        repair.fetch(world.database, world.tenant, Fetch(keys=[("visit", "a")] * (MAX_FETCH + 1)))


@pytest.fixture
def service(world: World, tmp_path):
    service = Service(Settings(tmp_path), world.database, b"s" * 32, world.clock)
    object.__setattr__(service.segments, "worthwhile", 3)
    return service


@pytest.fixture
def client(service: Service):
    with TestClient(application(service), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def caller(world: World, client: TestClient):
    caller = Caller(world, client)
    caller.enrol()
    caller.sign_in()
    return caller


def test_a_segment_is_read_over_http_and_goes_on_where_it_was_cut(world: World, caller: Caller, client: TestClient):
    _, ids = fill(world)
    manifest = caller.post(MANIFEST_PATH, ManifestWanted(schema=SCHEMA), Manifest)
    name, size = manifest.segments[0].sha256, manifest.segments[0].size
    headers = {"Authorization": f"Bearer {caller.token}"}
    whole = client.get(f"{SEGMENT_PATH}/{name}", headers=headers)
    assert (whole.status_code, len(whole.content), whole.headers[PROTO_HEADER]) == (200, size, str(PROTO))
    rest = client.get(f"{SEGMENT_PATH}/{name}", headers=headers | {"Range": "bytes=10-"})
    assert (rest.status_code, rest.content) == (206, whole.content[10:])
    assert rest.headers["Content-Range"] == f"bytes 10-{size - 1}/{size}"
    odd = client.get(f"{SEGMENT_PATH}/{name}", headers=headers | {"Range": "bytes=1-2,5-6"})
    assert (odd.status_code, odd.content) == (200, whole.content)
    beyond = client.get(f"{SEGMENT_PATH}/{name}", headers=headers | {"Range": f"bytes={size}-"})
    assert (beyond.status_code, refusal_in(beyond).code) == (416, "range")
    none = client.get(f"{SEGMENT_PATH}/{'0' * 64}", headers=headers)
    assert (none.status_code, refusal_in(none).code) == (404, "no-such-segment")
    assert client.get(f"{SEGMENT_PATH}/{name}").status_code == 401
    assert ids


def test_sums_marks_and_rows_over_http(world: World, caller: Caller):
    _, ids = fill(world)
    told = caller.post(SUMS_PATH, SumsWanted(schema=SCHEMA), Sums)
    assert told.head == world.rows(tables.sync_head)[0]["last_seq"]
    marks = caller.post(MARKS_PATH, MarksWanted(prefixes=list(range(PREFIXES))), Marks).marks
    assert sum(digest for *_, digest in marks) == sum(told.sums)
    rows = caller.post(FETCH_PATH, Fetch(keys=[("enterprise", ids[0])]), Fetched).rows
    assert [row.id for row in rows] == [ids[0]]
