"""Bytes from the spool to the store: who may send which, when they count as verified, what a crash leaves."""

import multiprocessing
import os
import threading
import time

import pytest
import sqlalchemy as sa
import structlog

from app.sync.protocol import MAX_BLOB, MAX_HASHES, MAX_REHASHED
from server import blobs as blobs_module
from server import tables
from server.refusals import Refused
from server.spool import LASTS_DAYS
from tests.server.blob_world import World, sha_of, some_bytes

DATA = some_bytes(300_000)
SHA = sha_of(DATA)
DAY_MS = 86_400_000


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path, f"sqlite:///{tmp_path}/server.db")
    yield world
    world.database.close()


def refusal(deed, *args):
    with pytest.raises(Refused) as caught:
        deed(*args)
    return caught.value.code, caught.value.status


def test_an_upload_becomes_verified_and_is_put_into_the_feed(world):
    world.name(SHA, scope="enterprise-1")
    assert world.state_of(SHA).state == "missing"
    before = world.head()
    assert world.upload(DATA) == SHA
    known = world.state_of(SHA)
    assert (known.state, known.size) == ("have", len(DATA))
    assert world.feed() == [(before + 1, SHA, "enterprise-1")]
    assert world.head() == before + 1
    assert (world.photos / world.tenant / SHA[:2] / SHA).read_bytes() == DATA
    assert world.spool.find(world.tenant, SHA) is None
    assert world.blobs.size_of(world.tenant, SHA) == len(DATA)
    with world.database.engine.connect() as connection:
        said = connection.execute(sa.select(tables.change_log.c.seq, tables.change_log.c.row_id)).all()
    assert said == [(before + 1, SHA)]


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ("photo", "thumbnail_sha256"),
        ("photo", "working_sha256"),
        ("photo", "original_sha256"),
        ("report", "pdf_sha256"),
    ],
)
def test_each_field_that_names_bytes_lets_them_come(world, table, field):
    world.name(SHA, table=table, field=field)
    world.upload(DATA)
    assert world.state_of(SHA).state == "have"


def test_bytes_that_no_row_names_are_not_taken(world):
    world.name(SHA, table="report", field="content_sha256")
    assert world.state_of(SHA).state == "unnamed"
    assert refusal(world.blobs.begin, world.tenant, SHA, 5) == ("not-named", 409)


def test_nobody_learns_what_another_tenant_has(world):
    world.name(SHA)
    world.upload(DATA)
    assert world.state_of(SHA, tenant=world.other).state == "unnamed"
    assert refusal(world.blobs.size_of, world.other, SHA) == ("no-such-bytes", 404)
    assert refusal(world.blobs.size_of, world.other, sha_of(b"nobody has this")) == ("no-such-bytes", 404)
    assert refusal(world.blobs.begin, world.other, SHA, len(DATA)) == ("not-named", 409)
    world.name(SHA, tenant=world.other)
    assert world.state_of(SHA, tenant=world.other).state == "missing"
    assert refusal(world.blobs.size_of, world.other, SHA) == ("no-such-bytes", 404)
    world.upload(DATA, tenant=world.other)
    assert world.objects.puts == 2
    assert [row[1] for row in world.feed(world.other)] == [SHA]


def test_sent_again_they_take_no_sequence(world):
    world.name(SHA)
    world.upload(DATA)
    head = world.head()
    assert refusal(world.blobs.begin, world.tenant, SHA, len(DATA)) == ("have", 409)
    assert world.head() == head


def test_what_somebody_else_finishes_while_it_is_begun_is_not_begun_again(world):
    """Two laptops with the same photo: the second one waits for the lock, and then there is nothing left to do."""
    world.name(SHA)
    world.blobs.begin(world.tenant, SHA, len(DATA))
    answers = []

    def second():
        answers.append(refusal(world.blobs.begin, world.tenant, SHA, len(DATA)))

    with world.spool.hold(world.tenant, SHA) as writing:
        writing.write(DATA)
        other = threading.Thread(target=second)
        other.start()
        while not writing.is_wished():
            time.sleep(0.01)
        world.blobs.finish(writing)
    other.join()
    assert answers == [("have", 409)]
    assert list(world.spool.uploads()) == []


def test_another_hash_is_refused_and_discarded(world):
    world.name(SHA)
    world.blobs.begin(world.tenant, SHA, 5)
    with world.spool.hold(world.tenant, SHA) as writing:
        writing.write(b"wrong")
        writing.keep(world.now_ms)
        assert refusal(world.blobs.finish, writing) == ("wrong-bytes", 460)
    assert world.spool.find(world.tenant, SHA) is None
    assert world.state_of(SHA).state == "missing"
    assert world.feed() == []
    assert not world.photos.joinpath(world.tenant).exists()


@pytest.mark.parametrize(
    ("size", "answer"),
    [(0, ("empty", 400)), (-1, ("empty", 400)), (MAX_BLOB + 1, ("too-large", 413)), (10**17, ("too-large", 413))],
)
def test_sizes_that_are_refused(world, size, answer):
    world.name(SHA)
    assert refusal(world.blobs.begin, world.tenant, SHA, size) == answer


@pytest.mark.parametrize("sha256", ["", "../..", SHA.upper(), SHA + "\n", "a" * 63, "\0" * 64])
def test_what_is_no_hash_is_refused(world, sha256):
    assert refusal(world.blobs.begin, world.tenant, sha256, 5) == ("invalid-hash", 400)
    assert refusal(world.blobs.known, world.tenant, [sha256]) == ("invalid-hash", 400)
    assert refusal(world.blobs.size_of, world.tenant, sha256) == ("no-such-bytes", 404)


def test_many_are_asked_at_once_but_not_more(world):
    hashes = [sha_of(str(number).encode()) for number in range(MAX_HASHES)]
    world.name(*hashes[:300])
    answers = world.blobs.known(world.tenant, hashes)
    assert [one.sha256 for one in answers] == hashes
    assert [one.state for one in answers] == ["missing"] * 300 + ["unnamed"] * 200
    assert refusal(world.blobs.known, world.tenant, [*hashes, SHA])[0] == "too-many-hashes"
    with pytest.raises(Refused):
        world.blobs.known(world.tenant, hashes[: MAX_REHASHED + 1], rehash=True)
    assert world.blobs.known(world.tenant, []) == []


def test_an_upload_under_way_is_told_with_its_offset(world):
    world.name(SHA)
    world.blobs.begin(world.tenant, SHA, len(DATA))
    with world.spool.hold(world.tenant, SHA) as writing:
        writing.write(DATA[:1000])
        writing.keep(world.now_ms)
    known = world.state_of(SHA)
    assert (known.state, known.offset, known.size, known.url) == ("partial", 1000, len(DATA), f"/files/{SHA}")
    assert world.blobs.begin(world.tenant, SHA, len(DATA)).offset == 1000


def test_too_much_under_way_is_refused(world, monkeypatch):
    monkeypatch.setattr(blobs_module, "MOST_UNDER_WAY_BYTES", 400_000)
    other = sha_of(b"other")
    world.name(SHA, other)
    world.blobs.begin(world.tenant, SHA, len(DATA))
    assert refusal(world.blobs.begin, world.tenant, other, 200_000) == ("too-much-under-way", 429)
    world.upload(DATA)
    assert world.blobs.begin(world.tenant, other, 200_000).offset == 0


def test_the_sweeper_finishes_what_the_store_could_not_take(world):
    world.name(SHA)
    world.objects.is_away = True
    with structlog.testing.capture_logs() as logs:
        world.upload(DATA)
    assert [(line["event"], "reason" in line) for line in logs] == [("upload not stored yet", False)]
    assert world.state_of(SHA).state == "partial"
    assert world.feed() == []
    assert world.blobs.sweep().finished == 0
    world.objects.is_away = False
    world.now_ms += 2 * LASTS_DAYS * DAY_MS
    assert world.blobs.sweep().finished == 1
    assert world.state_of(SHA).state == "have"
    assert len(world.feed()) == 1
    assert world.blobs.sweep() == blobs_module.Swept()


def test_the_sweeper_removes_what_expired_and_what_is_wrong(world):
    wrong, old = sha_of(b"wrong"), sha_of(b"old")
    world.name(SHA, wrong, old)
    world.blobs.begin(world.tenant, old, 10)
    world.now_ms += LASTS_DAYS * DAY_MS + 1
    assert world.state_of(old).state == "missing"
    world.blobs.begin(world.tenant, SHA, len(DATA))
    world.blobs.begin(world.tenant, wrong, 2)
    with world.spool.hold(world.tenant, wrong) as writing:
        writing.write(b"no")
        writing.keep(world.now_ms)
    with world.spool.hold(world.tenant, SHA):
        swept = world.blobs.sweep()
    assert (swept.finished, swept.wrong, swept.expired) == (0, 1, 1)
    assert [upload.sha256 for upload in world.spool.uploads()] == [SHA]


def _die_while(folder, url, tenant, moment):
    """Upload all bytes in a process that dies: after the spool has them, or after the store has them."""
    world = World.again(folder, url, tenant)

    class Dying:
        def put(self, tenant, sha256, file):
            if moment == "before the store":
                os._exit(9)
            world.objects.put(tenant, sha256, file)
            os._exit(9)

    object.__setattr__(world.blobs, "objects", Dying())
    world.upload(DATA)


@pytest.mark.parametrize("moment", ["before the store", "after the store"])
def test_a_crash_between_spool_and_store_is_mended_by_the_sweeper(tmp_path, moment):
    url = f"sqlite:///{tmp_path}/server.db"
    world = World(tmp_path, url)
    world.name(SHA)
    process = multiprocessing.get_context("spawn").Process(
        target=_die_while, args=(tmp_path, url, world.tenant, moment)
    )
    process.start()
    process.join(60)
    assert process.exitcode == 9
    assert world.feed() == []
    assert world.state_of(SHA).state == "partial"
    assert world.blobs.sweep().finished == 1
    assert world.state_of(SHA, rehash=True).state == "have"
    assert len(world.feed()) == 1
    world.database.close()


def test_a_sweep_beside_somebody_who_verified_it_first_changes_nothing(world):
    """Two processes end up with the same bytes, the second after the first noted them."""
    world.name(SHA)
    world.upload(DATA)
    head = world.head()
    world.spool.begin(world.tenant, SHA, blobs_module.Announced(len(DATA), world.now_ms))
    with world.spool.hold(world.tenant, SHA) as writing:
        writing.write(DATA)
        writing.keep(world.now_ms)
    assert world.blobs.sweep().finished == 1
    assert world.head() == head


def test_bytes_that_the_store_lost_are_asked_for_again(world):
    world.name(SHA)
    world.upload(DATA)
    stored = world.photos / world.tenant / SHA[:2] / SHA
    stored.write_bytes(DATA[:-1] + b"x")
    assert world.state_of(SHA).state == "have"
    assert world.state_of(SHA, rehash=True).state == "missing"
    (_, row, _), head = world.feed()[0], world.head()
    assert (row, world.feed()[0][0]) == (SHA, head)
    assert refusal(world.blobs.size_of, world.tenant, SHA) == ("no-such-bytes", 404)
    world.upload(DATA)
    assert world.state_of(SHA, rehash=True).state == "have"
    assert world.feed() == [(head + 1, SHA, "")]
    assert stored.read_bytes() == DATA


def test_nothing_is_reread_that_no_row_names(world):
    world.name(SHA)
    assert world.state_of(sha_of(b"x"), rehash=True).state == "unnamed"
    assert world.state_of(SHA, rehash=True).state == "missing"
    assert world.feed() == []
