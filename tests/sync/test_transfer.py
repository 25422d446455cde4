"""Photos up and down, piece by piece, over links that break; rows go first; nothing is lost or sent twice."""

import dataclasses
import random
from datetime import timedelta

import pytest

from app.errors import CutShort, ServerBusy
from app.models.ids import FixedClock
from app.models.rows import bin_row, restore_row, write_fields
from app.models.visits import VisitStatus
from app.photos.store import BytesKind, get_bytes, is_whole, open_photos, put_bytes
from app.sync import transfer
from app.sync.lanes import want_bytes
from app.sync.limits import Limits
from app.sync.transfer import Hooks, Transferred
from tests.sync.file_server import Files, PhotoLaptop, sha_of


@pytest.fixture
def files(server):
    made = Files(server)
    yield made
    made.close()


@pytest.fixture
def make_photo_laptop(make_laptop, files, tmp_path):
    opened = []

    def make(name):
        plain = make_laptop(name)
        photos = open_photos(tmp_path / f"{name}-photos.db")
        opened.append(photos)
        facts = {field.name: getattr(plain, field.name) for field in dataclasses.fields(plain)}
        return PhotoLaptop(**facts, photo_db=photos, files=files)

    yield make
    for photos in opened:
        photos.close()


@pytest.fixture(autouse=True)
def _slow_link(monkeypatch):
    """Every look at the clock is a second later: a piece takes a second, so pieces stay below 200 kB."""
    monkeypatch.setattr(FixedClock, "uptime_ms", _ticks(1_000))
    monkeypatch.setattr(transfer, "AFTER_CUT_S", 0)


def _ticks(step_ms):
    seen = [0]

    def uptime_ms(_clock):
        seen[0] += step_ms
        return seen[0]

    return uptime_ms


@pytest.fixture
def ana(make_photo_laptop):
    return make_photo_laptop("Ana")


@pytest.fixture
def budi(make_photo_laptop):
    return make_photo_laptop("Budi")


def hashes(made):
    return {kind: sha_of(data) for kind, data in made.items()}


def verbs(files):
    return [verb for verb, _ in files.asked]


def test_a_photo_goes_up_and_counts_as_verified_only_after_the_feed_says_so(ana, files):
    made = ana.take_photo(original=50_000)
    ana.sync()
    said = ana.transfer()
    assert said == Transferred(sent=3, sent_bytes=83_000)
    assert ana.states() == {"uploading": 3}
    ana.sync()
    assert ana.states() == {"verified": 3}
    for data in made.values():
        assert files.blobs.size_of(files.tenant, sha_of(data)) == len(data)
    assert ana.here == set(hashes(made).values())
    assert verbs(files) == ["check", "begin", "begin", "begin"]
    files.asked.clear()
    assert ana.transfer() == Transferred()
    assert files.asked == []


def test_thumbnails_go_first_then_open_visits_then_the_rest(ana, files):
    old, new = ana.open_visit(), ana.open_visit()
    write_fields(ana.db, ana.by, "visit", old, {"status": VisitStatus.FINISHED})
    first = hashes(ana.take_photo(1, visit_id=old, original=9_000))
    second = hashes(ana.take_photo(2, visit_id=new))
    order = []
    finish = files.blobs.begin

    def begin(tenant, sha256, size):
        order.append(sha256)
        return finish(tenant, sha256, size)

    object.__setattr__(files, "blobs", _with(files.blobs, begin=begin))
    ana.both()
    assert set(order[:2]) == {first["thumbnail"], second["thumbnail"]}
    assert order[2] == second["working"]
    assert set(order[3:]) == {first["working"], first["original"]}


def _with(blobs, **methods):
    """The same bytes of a server, with other methods."""

    class Changed(type(blobs)):
        pass

    for name, method in methods.items():
        setattr(Changed, name, staticmethod(method))
    return Changed(**{field.name: getattr(blobs, field.name) for field in dataclasses.fields(blobs)})


def test_an_issued_report_goes_too_but_not_the_hash_of_its_content(ana, files):
    visit = ana.open_visit()
    sha256 = put_bytes(ana.photo_db, b"%PDF", BytesKind.ISSUED_REPORT)
    content = put_bytes(ana.photo_db, b"content", BytesKind.ISSUED_REPORT)
    enterprise = ana.one("SELECT enterprise_id FROM visit WHERE id = ?", visit)
    ana.add(
        "report", enterprise_id=enterprise, visit_id=visit, template="visit 1", language="en",
        content_sha256=content, pdf_sha256=sha256, issued_at=ana.clock.now(),
    )  # fmt: skip
    assert ana.both().sent == 1
    assert ana.state(sha256) == "verified"
    assert ana.state(content) is None


def test_a_link_that_breaks_in_every_piece_wastes_not_a_byte(ana, files):
    ana.take_photo(working=200_000, thumbnail=9_000)
    ana.sync()
    dice = random.Random(3)
    files.seen = lambda: setattr(files, "cut_after", dice.choice([None, 0, 1, 700, 5_000, 40_000]))
    said = ana.transfer()
    assert said.sent == 2
    assert files.sent_bytes == 209_000
    assert said.sent_bytes == 209_000
    ana.sync()
    assert ana.states() == {"verified": 2}


def test_a_cut_transfer_goes_on_where_the_server_is(ana, files):
    made = ana.take_photo(working=400_000, thumbnail=1_000)
    ana.sync()
    files.cut_after = 20_000
    with pytest.raises(CutShort):
        files.upload_offset = _broken
        ana.transfer()
    del files.upload_offset
    assert ana.states() == {"uploading": 2}
    files.cut_after = None
    files.asked.clear()
    before = files.sent_bytes
    assert ana.transfer().sent == 1
    assert files.sent_bytes - before == 380_000
    assert verbs(files)[0] == "check"
    ana.sync()
    assert ana.state(sha_of(made["working"])) == "verified"


def _broken(_url):
    raise CutShort("still cut")


@pytest.mark.parametrize("sizes", [(1, 1), (30_000, 3_000), (600_000, 3_000)])
def test_answers_that_are_lost_change_nothing(ana, files, sizes):
    ana.take_photo(working=sizes[0], thumbnail=sizes[1] + 1)
    ana.sync()
    flips = random.Random(5)
    files.seen = lambda: setattr(files, "lose_answers", flips.random() < 0.4)
    assert ana.transfer().sent == 2
    assert files.sent_bytes == sum(sizes) + 1
    ana.sync()
    assert ana.states() == {"verified": 2}


def test_an_upload_whose_only_answer_is_lost_is_not_sent_again(ana, files):
    ana.take_photo(working=3_000, thumbnail=1_000)
    ana.sync()
    files.seen = lambda: setattr(files, "lose_answers", [verb for verb, _ in files.asked][-1:] == ["check"])
    said = ana.transfer()
    assert (said.sent, said.sent_bytes, files.sent_bytes) == (2, 4_000, 4_000)
    assert verbs(files) == ["check", "begin", "check", "begin", "check"]
    ana.sync()
    assert ana.states() == {"verified": 2}


def test_an_upload_that_is_gone_after_a_cut_begins_anew(ana, files):
    """The piece was cut; by the time the server is asked how much of it came, it has forgotten the upload."""
    made = ana.take_photo(working=400_000, thumbnail=1_000)
    ana.sync()

    forgotten = []

    def cut_and_forget():
        begun, appended = (verbs(files).count(verb) for verb in ("begin", "append"))
        files.cut_after = 20_000 if (begun, appended) == (2, 0) else None
        if appended and not forgotten:
            with files.spool.hold(files.tenant, sha_of(made["working"])) as writing:
                forgotten.append(writing.upload.offset)
                writing.discard()

    files.seen = cut_and_forget
    assert ana.transfer().sent == 2
    assert forgotten == [183_840]
    assert "offset" in verbs(files)
    assert verbs(files).count("begin") == 3
    ana.sync()
    assert ana.states() == {"verified": 2}


def test_no_byte_through_is_told_after_a_few_tries(ana, files):
    ana.take_photo()
    ana.sync()
    files.cut_after = 0
    with pytest.raises(CutShort):
        ana.transfer()
    assert len(files.asked) < 20


def test_rows_go_first_between_two_pieces(ana, files):
    ana.take_photo(working=400_000)
    ana.sync()
    waited = []

    def rows_first():
        waited.append(len(files.asked))
        if len(waited) == 2:
            ana.add("enterprise", name="Andina", country="PE")
            ana.sync()
        return False

    ana.transfer(hooks=Hooks(rows_first=rows_first))
    assert waited == list(range(1, len(files.asked) + 1))
    assert ana.one("SELECT count(*) FROM sync_capture") == 0


def test_the_thumbnail_of_a_photo_that_is_taken_meanwhile_overtakes_the_rest(ana, files):
    ana.take_photo(working=900_000)
    ana.sync()

    def rows_first():
        if len(files.asked) != 3:
            return False
        ana.take_photo(2)
        ana.sync()
        return True

    assert ana.transfer(hooks=Hooks(rows_first=rows_first)).sent == 4
    assert [size for verb, size in files.asked if verb == "begin"] == [3_000, 163_840, 3_000, 30_000]
    assert verbs(files).index("append") > 4


def test_a_photo_whose_row_the_server_does_not_know_waits(ana, files):
    made = ana.take_photo()
    assert ana.transfer() == Transferred()  # before its row was sent
    assert verbs(files) == ["check"]
    assert ana.states() == {"local": 2}
    ana.sync()
    assert ana.transfer() == Transferred()  # not asked at once again
    ana.clock.move(minutes=1)
    assert ana.transfer().sent == 2
    ana.sync()
    assert ana.state(sha_of(made["working"])) == "verified"


def test_a_photo_in_the_bin_does_not_go_until_it_is_back(ana, files):
    made = hashes(ana.take_photo())
    photo = ana.one("SELECT id FROM photo")
    ana.sync()
    files.cut_after = 0
    with pytest.raises(CutShort):
        ana.transfer()
    files.cut_after = None
    bin_row(ana.db, ana.by, "photo", photo)
    ana.both()
    assert ana.states() == {}
    restore_row(ana.db, ana.by, "photo", photo)
    ana.both()
    assert ana.state(made["working"]) == "verified"


def test_damaged_bytes_are_told_and_never_sent(ana, files):
    made = hashes(ana.take_photo())
    ana.photo_db.conn.execute(
        "UPDATE stored_bytes SET bytes = zeroblob(length(bytes)) WHERE sha256 = ?", (made["working"],)
    )
    ana.sync()
    said = ana.transfer()
    assert (said.sent, said.damaged) == (1, (made["working"],))
    ana.sync()
    assert ana.state(made["working"]) == "local"
    assert files.blobs.known(files.tenant, [made["working"]])[0].state == "missing"
    ana.clock.move(days=1)
    assert ana.transfer().damaged == (made["working"],)
    ana.photo_db.conn.execute("DELETE FROM stored_bytes WHERE sha256 = ?", (made["working"],))
    ana.clock.move(days=1)
    assert ana.transfer().damaged == (made["working"],)


def test_bytes_that_are_damaged_on_the_way_are_sent_again(ana, files):
    made = hashes(ana.take_photo())
    ana.sync()
    files.corrupt = lambda data: b"x" + data[1:]
    with pytest.raises(CutShort):
        ana.transfer()
    files.corrupt = bytes
    assert ana.transfer().sent == 2
    ana.sync()
    assert ana.state(made["working"]) == "verified"


def test_a_server_that_finds_other_bytes_lets_us_read_ours_again(ana, files):
    """Another laptop with the same photo had sent wrong bytes before."""
    made = ana.take_photo(working=50_000)
    sha256 = sha_of(made["working"])
    ana.sync()
    files.blobs.begin(files.tenant, sha256, 50_000)
    with files.spool.hold(files.tenant, sha256) as writing:
        writing.write(b"x" * 10)
        writing.keep(files.server.now_ms)
    assert ana.transfer().sent == 1
    assert files.spool.find(files.tenant, sha256) is None
    assert ana.state(sha256) == "local"
    ana.clock.move(minutes=1)
    assert ana.transfer().sent == 1
    ana.sync()
    assert ana.state(sha256) == "verified"


def test_two_laptops_with_the_same_photo_send_it_once(ana, budi, files):
    for laptop in (ana, budi):
        laptop.take_photo(7)
        laptop.sync()
    ana.transfer()
    assert budi.transfer() == Transferred()
    budi.sync()
    assert budi.states() == {"verified": 2}


def test_an_upload_that_expired_begins_anew(ana, files):
    made = hashes(ana.take_photo(working=300_000))
    ana.sync()
    stop = iter([True] * 3 + [False])
    assert ana.transfer(hooks=Hooks(may_continue=lambda: next(stop))).stopped == "paused"
    assert ana.state(made["working"]) == "uploading"
    files.server.now_ms += 30 * 86_400_000
    files.blobs.sweep()
    ana.clock.move(days=30)
    assert ana.transfer().sent == 1
    ana.sync()
    assert ana.state(made["working"]) == "verified"


def test_an_upload_that_vanishes_under_way_begins_anew(ana, files):
    made = hashes(ana.take_photo(working=500_000))
    ana.sync()

    def vanish():
        if len(files.asked) == 3:
            with files.spool.hold(files.tenant, made["working"]) as writing:
                writing.discard()

    files.seen = vanish
    assert ana.transfer().sent == 2
    ana.sync()
    assert ana.states() == {"verified": 2}


def test_an_upload_that_somebody_else_pushed_on_is_followed(ana, files):
    made = ana.take_photo(working=500_000)
    sha256 = sha_of(made["working"])
    ana.sync()

    def push_on():
        if len(files.asked) == 3:
            with files.spool.hold(files.tenant, sha256) as writing:
                at = writing.upload.offset
                writing.write(made["working"][at : at + 1000])
                writing.keep(files.server.now_ms)

    files.seen = push_on
    assert ana.transfer().sent == 2
    assert "offset" in verbs(files)
    ana.sync()
    assert ana.state(sha256) == "verified"


def test_bytes_that_somebody_else_finishes_first_are_not_sent_again(ana, files):
    made = ana.take_photo()
    ana.sync()

    def finish():
        if len(files.asked) == 1:
            files.seen = lambda: None
            sha256, data = sha_of(made["thumbnail"]), made["thumbnail"]
            files.blobs.begin(files.tenant, sha256, len(data))
            with files.spool.hold(files.tenant, sha256) as writing:
                writing.write(data)
                writing.keep(1)
                files.blobs.finish(writing)

    files.seen = finish
    assert ana.transfer().sent == 1
    ana.sync()
    assert ana.states() == {"verified": 2}


@pytest.mark.parametrize("code", ["held", "not-named", "too-large", "of a newer server"])
def test_what_concerns_one_file_does_not_stop_the_others(ana, files, code):
    made = hashes(ana.take_photo())
    ana.sync()
    begin = files.begin_upload
    files.begin_upload = lambda sha256, size, data: (
        transfer.Sent(code=code) if sha256 == made["thumbnail"] else begin(sha256, size, data)
    )
    assert ana.transfer().sent == 1
    assert ana.transfer() == Transferred()
    files.begin_upload = begin
    ana.clock.move(minutes=1)
    assert ana.transfer().sent == 1


def test_pauses_grow_and_end(ana, files):
    made = hashes(ana.take_photo())
    ana.sync()
    files.begin_upload = lambda *_: transfer.Sent(code="held")
    pauses = []
    for _ in range(14):
        ana.transfer()
        due = ana.one("SELECT next_try_ms FROM blob WHERE sha256 = ?", made["working"])
        pauses.append(due / 1000 - ana.clock.now().timestamp())
        ana.clock.move(seconds=pauses[-1] + 1)
    assert pauses[:3] == [30, 60, 120]
    assert max(pauses) == pauses[-1] == 6 * 3600


def test_a_clock_that_was_years_ahead_does_not_postpone_for_ever(ana, files):
    ana.take_photo()
    ana.clock.move(days=4000)
    ana.transfer()
    ana.clock.move_to(ana.clock.now() - timedelta(days=4000))
    ana.sync()
    assert ana.transfer().sent == 2


def test_a_server_that_never_moves_on_is_given_up(ana, files):
    ana.take_photo(working=500_000)
    ana.sync()
    files.append_upload = lambda url, offset, data: transfer.Sent(offset, url)
    said = ana.transfer()
    assert said.sent == 1
    assert ana.transfer() == Transferred()
    for code in ("offset", "gone"):
        files.append_upload = lambda url, offset, data, code=code: transfer.Sent(code=code)
        ana.clock.move(hours=1)
        files.asked.clear()
        assert ana.transfer().sent == 0
        assert len(files.asked) < 20


def test_a_busy_server_stops_the_transfer_and_loses_nothing(ana, files):
    ana.take_photo()
    ana.sync()
    begin = files.begin_upload

    def busy(sha256, size, data):
        if len(files.asked) > 1:
            raise ServerBusy("503")
        return begin(sha256, size, data)

    files.begin_upload = busy
    with pytest.raises(ServerBusy):
        ana.transfer()
    files.begin_upload = begin
    assert ana.transfer().sent == 1
    ana.sync()
    assert ana.states() == {"verified": 2}


def test_pause_takes_effect_after_the_piece_and_the_next_one_goes_on(ana, files):
    ana.take_photo(working=900_000, thumbnail=2_000)
    ana.sync()
    left = iter([True, True, True, False])
    told = []
    said = ana.transfer(hooks=Hooks(may_continue=lambda: next(left), report=lambda *seen: told.append(seen)))
    assert said.stopped == "paused"
    assert 2_000 < said.sent_bytes < 902_000
    assert told[-1] == (said.sent_bytes, 902_000)
    assert ana.transfer().sent_bytes == 902_000 - said.sent_bytes


def test_a_daily_limit_holds_until_the_day_is_over(ana, files):
    ana.take_photo(1, working=700_000)
    ana.sync()
    limits = Limits(daily_bytes=200_000)
    first = ana.transfer(limits=limits)
    assert first.stopped == "limit"
    assert 200_000 <= first.sent_bytes <= 200_000 + transfer.MOST_PIECE
    assert ana.transfer(limits=limits) == Transferred(stopped="limit")
    ana.clock.move(days=1)
    assert ana.transfer(limits=limits).sent_bytes > 0
    assert ana.transfer().stopped == ""


def test_only_thumbnails_on_a_link_that_costs(ana, budi, files):
    made = hashes(ana.take_photo())
    ana.both(limits=Limits(thumbnails_only=True))
    assert ana.states() == {"local": 1, "verified": 1}
    budi.both(limits=Limits(thumbnails_only=True))
    assert budi.here == {made["thumbnail"]}


def test_others_see_thumbnails_and_open_visits_at_once_and_the_rest_when_they_ask(ana, budi, files):
    visit = ana.open_visit()
    seen, unseen = hashes(ana.take_photo(1, visit_id=visit)), hashes(ana.take_photo(2, original=9_000))
    ana.both()
    said = budi.both()
    assert said.received == 3
    assert budi.here == {seen["thumbnail"], seen["working"], unseen["thumbnail"]}
    assert budi.states() == {"both": 3, "remote": 2}
    assert want_bytes(budi.db, unseen["working"])
    assert not want_bytes(budi.db, seen["working"])
    assert not want_bytes(budi.db, "a" * 64)
    assert budi.transfer().received == 1
    assert unseen["working"] in budi.here
    kinds = dict(budi.photo_db.conn.execute("SELECT sha256, kind FROM stored_bytes").fetchall())
    assert kinds[unseen["working"]] == "working"
    assert kinds[seen["thumbnail"]] == "thumbnail"
    assert all(is_whole(budi.photo_db, sha256) for sha256 in budi.here)


def test_what_is_asked_for_as_soon_as_its_row_is_here_is_kept_as_what_it_is(ana, budi, files):
    """The feed says that the server has bytes, the row says what they are: asking waits for neither."""
    made = hashes(ana.take_photo(original=9_000))
    ana.both()
    budi.sync()
    assert want_bytes(budi.db, made["original"])
    budi.transfer()
    kinds = dict(budi.photo_db.conn.execute("SELECT sha256, kind FROM stored_bytes").fetchall())
    assert kinds[made["original"]] == BytesKind.ORIGINAL


def test_what_somebody_waits_for_comes_before_what_was_not_sent_yet(ana, budi, files):
    theirs = hashes(ana.take_photo(1))
    ana.both()
    budi.both()
    budi.take_photo(2)
    budi.sync()
    want_bytes(budi.db, theirs["working"])
    files.asked.clear()
    budi.transfer()
    assert [verb for verb in verbs(files) if verb != "check"] == ["begin", "fetch", "begin"]


def test_a_download_goes_on_at_the_byte_where_it_was_cut(ana, budi, files):
    made = ana.take_photo(working=900_000)
    sha256 = sha_of(made["working"])
    ana.both()
    budi.both()
    want_bytes(budi.db, sha256)
    fetch = files.fetch_blob
    seen = []

    def cut(sha, start, size):
        seen.append(start)
        if len(seen) % 2:
            raise CutShort("cut")
        return fetch(sha, start, min(size, 30_000))

    files.fetch_blob = cut
    assert budi.transfer().received_bytes == 900_000
    assert sorted(set(seen)) == list(range(0, 900_000, 30_000))
    assert get_bytes(budi.photo_db, sha256) == made["working"]


def test_a_download_that_comes_down_wrong_is_forgotten_and_tried_again(ana, budi, files):
    made = hashes(ana.take_photo())
    ana.both()
    budi.sync()
    files.corrupt = lambda data: data[:-1] + b"x"
    assert budi.transfer().received == 0
    assert budi.here == set()
    files.corrupt = bytes
    assert budi.transfer() == Transferred()
    budi.clock.move(minutes=1)
    assert budi.transfer().received == 1
    assert budi.here == {made["thumbnail"]}


def test_bytes_that_the_server_lost_come_from_the_laptop_that_has_them(ana, budi, files):
    made = hashes(ana.take_photo())
    ana.both()
    budi.sync()
    files.blobs.note_lost(files.tenant, made["thumbnail"])
    assert budi.transfer().received == 0
    assert budi.state(made["thumbnail"]) is None
    assert ana.both().sent == 1
    assert ana.states() == {"verified": 2}
    budi.sync()
    assert budi.transfer().received == 1


def test_bytes_that_are_here_already_are_not_fetched(ana, budi, files):
    made = hashes(ana.take_photo(1))
    ana.both()
    budi.sync()
    for data in (ana.take_photo(1)[kind] for kind in ("thumbnail", "working")):
        put_bytes(budi.photo_db, data, BytesKind.WORKING)
    files.asked.clear()
    assert budi.transfer() == Transferred()
    assert files.asked == []
    assert budi.states() == {"both": 2}
    assert budi.state(made["working"]) == "both"


def test_a_complete_upload_that_never_gets_verified_is_asked_about_again(ana, files):
    """The store of the server was away when the last piece came."""
    made = hashes(ana.take_photo())
    ana.sync()
    store = files.blobs.objects
    object.__setattr__(files.blobs, "objects", _Away())
    assert ana.transfer().sent == 2
    object.__setattr__(files.blobs, "objects", store)
    ana.sync()
    assert ana.transfer() == Transferred()
    assert ana.state(made["working"]) == "uploading"
    ana.clock.move(hours=2)
    assert ana.transfer().sent == 2
    ana.sync()
    assert ana.states() == {"verified": 2}


class _Away:
    def put(self, *_):
        from server.objects import ObjectTroubleError

        raise ObjectTroubleError("away")


def test_lanes_follow_the_visit(ana, files):
    visit = ana.open_visit()
    made = hashes(ana.take_photo(visit_id=visit))
    lane = "SELECT lane FROM blob WHERE sha256 = ?"
    ana.transfer()
    assert ana.one(lane, made["working"]) == 2
    write_fields(ana.db, ana.by, "visit", visit, {"status": VisitStatus.FINISHED})
    ana.transfer()
    assert ana.one(lane, made["working"]) == 3


def test_pieces_grow_with_the_link(ana, files, monkeypatch):
    ana.take_photo(working=5_000_000, thumbnail=1_000)
    ana.sync()
    monkeypatch.setattr(FixedClock, "uptime_ms", _ticks(100))
    ana.transfer()
    sizes = [size for verb, size in files.asked if verb in ("begin", "append")]
    assert max(sizes) == transfer.MOST_PIECE
    assert sizes[1] < 300_000
    assert sum(sizes) == 5_001_000
