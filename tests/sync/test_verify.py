"""Verify with the server: every row and photo is looked at again, and what differs is mended and counted."""

import json
from dataclasses import dataclass, field

import pytest

from app.photos.store import BytesKind, get_bytes, put_bytes, stored_hashes
from app.sync.protocol import MAX_REHASHED, BlobKnown
from app.sync.verify import are_bytes_unsure, recheck_bytes, verify
from tests.sync.bulk_server import OneBulk
from tests.sync.drills import backup_of, restore, sums_agree, sync_all
from tests.sync.test_repair import damage, lose

PLACE = {"country": "PE"}


@dataclass
class BothFiles:
    """A laptop's records, and photos beside them."""

    laptop: object
    bytes: object

    def records(self, work):
        return work(self.laptop.db)

    def photos(self, work):
        return work(self.bytes)


@dataclass
class Bytes(OneBulk):
    """Also knows bytes. `states`: what it says of each; of others `missing`."""

    states: dict = field(default_factory=dict)
    asked_again: list = field(default_factory=list)

    def blobs_known(self, hashes, *, rehash=False):
        self.asked_again.append((len(hashes), rehash))
        return [BlobKnown(sha256=one, state=self.states.get(one, "missing")) for one in hashes]


@pytest.fixture
def rows(ana, budi):
    made = [ana.add("enterprise", name=f"Place {number}", city="Cusco", **PLACE) for number in range(8)]
    sync_all(ana, budi)
    return made


@pytest.fixture
def files(budi, photos):
    return BothFiles(budi, photos)


@pytest.fixture
def source(budi, server):
    return Bytes(server, budi.device, worthwhile=1_000)


def looked(files, source, **known):
    return verify(files, source, files.laptop.by, **known)


def engine_writes(laptop, sql, *parameters):
    """What no person did."""
    laptop.db.conn.execute("UPDATE sync_state SET applying = 1")
    laptop.db.conn.execute(sql, parameters)
    laptop.db.conn.execute("UPDATE sync_state SET applying = 0")


def test_where_all_is_right_nothing_is_changed(rows, files, source):
    told = []
    found = looked(files, source, report=lambda *numbers: told.append(numbers))
    assert (found.rows.looked_at, found.differed, found.changed) == (8, 0, frozenset())
    assert told[-1] == (8, 8)


def test_a_row_changed_in_the_file_is_fetched_and_shown_as_the_server_has_it(rows, files, budi, source, server):
    held = json.loads(budi.one("SELECT vals FROM sync_base WHERE row_id = ?", rows[0])) | {"city": "Nowhere"}
    budi.db.conn.execute("UPDATE sync_base SET vals = ? WHERE row_id = ?", (json.dumps(held), rows[0]))
    engine_writes(budi, "UPDATE enterprise SET city = 'Nowhere' WHERE id = ?", rows[0])
    found = looked(files, source)
    assert (found.damaged, found.rows.fetched, found.shown, found.differed) == (1, 1, 0, 1)
    assert budi.read("enterprise", rows[0])["city"] == "Cusco"
    assert sums_agree(server, budi)


def test_a_row_that_is_shown_wrongly_is_shown_anew_and_history_keeps_what_stood_there(rows, files, budi, source):
    engine_writes(budi, "UPDATE enterprise SET city = 'Nowhere', region = 'Sur' WHERE id = ?", rows[1])
    engine_writes(budi, "UPDATE enterprise SET binned_at = '2026-11-24T00:00:00.000Z' WHERE id = ?", rows[2])
    found = looked(files, source)
    assert (found.shown, found.rows.differed, found.changed) == (2, 0, {"enterprise"})
    assert (budi.read("enterprise", rows[1])["city"], budi.read("enterprise", rows[1])["region"]) == ("Cusco", None)
    assert budi.read("enterprise", rows[2])
    assert (
        budi.one("SELECT old FROM history WHERE row_id = ? AND field = 'city' ORDER BY id DESC", rows[1]) == "Nowhere"
    )
    assert looked(files, source).differed == 0


def test_a_row_that_is_not_to_be_seen_at_all_is_shown(rows, files, budi, source):
    engine_writes(budi, "DELETE FROM enterprise WHERE id = ?", rows[3])
    engine_writes(budi, "DELETE FROM search_row WHERE row_id = ?", rows[3])
    assert looked(files, source).shown == 1
    assert budi.read("enterprise", rows[3])["name"] == "Place 3"


def test_unsent_work_is_no_difference(rows, files, budi, source):
    budi.write("enterprise", rows[0], city="Lima")
    budi.bin("enterprise", rows[1])
    new = budi.add("enterprise", name="New", **PLACE)
    assert looked(files, source).differed == 0
    assert (budi.read("enterprise", rows[0])["city"], budi.read("enterprise", rows[1])) == ("Lima", None)
    assert budi.read("enterprise", new)


def test_a_deleted_row_that_is_not_here_is_none_too_many(rows, files, ana, budi, source):
    ana.bin("enterprise", rows[0])
    sync_all(ana, budi)
    engine_writes(budi, "DELETE FROM enterprise WHERE id = ?", rows[0])
    assert looked(files, source).differed == 0


def test_what_the_server_has_lost_is_queued(rows, files, ana, budi, source, server):
    lose(server, rows[0])
    damage(budi, rows[1], city="Nowhere")
    found = looked(files, source)
    assert (found.rows.given_back, found.rows.fetched) == (1, 1)
    sync_all(budi, ana)
    assert looked(files, source).differed == 0


def test_rows_whose_parents_have_not_come_yet_are_left_alone(rows, files, ana, budi, source, server):
    """A row of a newer program's table that leans on nothing known stays where it is."""
    budi.add("incident", enterprise_id=rows[0], kind="violence")
    sync_all(budi)
    budi.db.conn.execute("INSERT INTO sync_stage VALUES('enterprise', ?, '{}', 0)", (rows[0],))
    engine_writes(budi, "UPDATE enterprise SET city = 'Nowhere' WHERE id = ?", rows[0])
    found = looked_rows_only(files, source)
    assert found == 0
    budi.db.conn.execute("DELETE FROM sync_stage")
    assert looked(files, source).shown == 1


def looked_rows_only(files, source):
    files.laptop.db.conn.execute("UPDATE sync_state SET stage_cursor = stage_cursor + 1")
    found = looked(files, source).shown
    files.laptop.db.conn.execute("UPDATE sync_state SET stage_cursor = cursor")
    return found


def put(files, data, state):
    sha256 = put_bytes(files.bytes, data, BytesKind.WORKING)
    files.laptop.db.conn.execute(
        "INSERT INTO blob(sha256, size, kind, lane, state, verified_ms, offset_acked, upload_url)"
        " VALUES(?, ?, 'working', 3, ?, 5, 9, 'u')",
        (sha256, len(data), state),
    )
    return sha256


def state_of(files, sha256):
    return files.laptop.db.conn.execute(
        "SELECT state, verified_ms, offset_acked, upload_url FROM blob WHERE sha256 = ?", (sha256,)
    ).fetchone()


def test_photos_that_the_server_has_not_as_they_should_be_go_up_again(rows, files, source):
    right, gone, half = (put(files, data, "verified") for data in (b"right", b"gone", b"half"))
    came, waiting = put(files, b"came", "both"), put(files, b"waiting", "local")
    source.states = {right: "have", came: "have", half: "partial", waiting: "missing"}
    found = looked(files, source)
    assert (found.photos, found.photos_queued, found.photos_damaged) == (5, 2, 0)
    assert state_of(files, right) == ("verified", 5, 9, "u")
    assert state_of(files, gone) == state_of(files, half) == ("local", None, 0, None)
    assert state_of(files, came)[0] == "both"
    assert source.asked_again == [(4, True)]


def test_many_photos_are_asked_about_in_parts(rows, files, source):
    hashes = [put(files, str(number).encode(), "verified") for number in range(MAX_REHASHED + 1)]
    source.states = dict.fromkeys(hashes, "have")
    assert recheck_bytes(files, source, rehash=True) == (MAX_REHASHED + 1, 0)
    assert source.asked_again == [(MAX_REHASHED, True), (1, True)]
    assert recheck_bytes(files, source) == (MAX_REHASHED + 1, 0)
    assert source.asked_again[2:] == [(MAX_REHASHED + 1, False)]


def test_damaged_bytes_come_down_again_where_the_server_has_them(rows, files, source):
    there, nowhere = put(files, b"there", "verified"), put(files, b"nowhere", "local")
    for sha256 in (there, nowhere):
        files.bytes.conn.execute("UPDATE stored_bytes SET bytes = x'00' WHERE sha256 = ?", (sha256,))
    source.states = {there: "have"}
    found = looked(files, source)
    assert (found.photos_damaged, found.photos_fetched, found.photos_queued, found.differed) == (2, 1, 0, 2)
    assert state_of(files, there)[0] == "downloading"
    assert stored_hashes(files.bytes) == {nowhere}


def test_what_is_whole_nowhere_is_named_by_where_it_belongs(rows, files, budi, source):
    visit = budi.add("visit", enterprise_id=rows[0], kind="intake", planned_on="2026-11-24", status="draft")
    filed, loose, there = (put(files, data, "local") for data in (b"filed", b"loose", b"there"))
    paper, small = put(files, b"paper", "local"), put(files, b"small", "local")
    files.laptop.db.conn.execute("UPDATE blob SET state = 'verified' WHERE sha256 = ?", (there,))
    photo = budi.add("photo", working_sha256=filed, thumbnail_sha256=small, caption="Press 4\nleft", file_name="1.jpg")
    budi.add("photo_link", photo_id=photo, visit_id=visit)
    other = budi.add("photo", working_sha256=loose, thumbnail_sha256="0" * 64, file_name="2.jpg")
    budi.add("photo", working_sha256=there, thumbnail_sha256="0" * 64, file_name="3.jpg")
    facts = {"template": "t", "language": "en", "content_sha256": "0" * 64, "issued_at": "2026-11-24T15:00:00Z"}
    report = budi.add("report", enterprise_id=rows[0], pdf_sha256=paper, **facts)
    files.bytes.conn.execute("UPDATE stored_bytes SET bytes = x'00'")
    source.states = {there: "have"}
    found = looked(files, source)
    assert (found.photos_damaged, found.photos_fetched) == (5, 1)
    assert [(one.table, one.row_id, one.enterprise, one.title) for one in found.lost] == [
        ("photo", photo, "Place 0", "Press 4"),
        ("photo", other, "", "2.jpg"),
        ("report", report, "Place 0", "t"),
    ]
    assert [one.visit.id if one.visit else None for one in found.lost] == [visit, None, None]


def test_bytes_are_asked_about_again_after_a_server_was_restored(rows, files, budi, server, source):
    kept, lost = put(files, b"kept", "verified"), put(files, b"lost", "both")
    assert not budi.records(are_bytes_unsure)
    restore(server, backup_of(server))
    budi.sync()
    assert budi.records(are_bytes_unsure)
    assert state_of(files, kept)[0] == "verified"
    source.states = {kept: "have"}
    assert recheck_bytes(files, source) == (2, 1)
    assert (state_of(files, kept)[0], state_of(files, lost)[0]) == ("verified", "local")
    assert not budi.records(are_bytes_unsure)
    assert get_bytes(files.bytes, lost) == b"lost"
