"""The first rows by segments: everything arrives, factory by factory, whatever cuts it, and own work comes first."""

import contextlib
import itertools

import pytest

from app.errors import CutShort, ServerRefuses, Unreachable, WrongServer
from app.models.rows import find_row
from app.sync import bootstrap
from app.sync.protocol import Manifest
from tests.sync.bulk_server import OneBulk, whole
from tests.sync.drills import backup_of, differences, folder_copy, opened_copy, restore, shown, sums_agree, sync_all

PLACE = {"country": "PE"}


@pytest.fixture
def filled(ana, server):
    """Ana's laptop has filled the server: some enterprises with visits, and a training of nobody's."""
    ana.places = []
    for number in range(6):
        place = ana.add("enterprise", name=f"Place {number}", **PLACE)
        for day in range(1, 4):
            ana.add("visit", enterprise_id=place, kind="follow_up", planned_on=f"2026-12-0{day}", status="draft",
                    purpose="x" * 200)  # fmt: skip
        ana.places.append(place)
    ana.training = ana.add("training", starts_on="2026-11-01")
    gone = ana.add("enterprise", name="Gone", **PLACE)
    ana.sync()
    ana.bin("enterprise", gone)
    ana.sync()
    return ana


def everything(laptop):
    return shown(laptop) | {"training": laptop.db.conn.execute("SELECT id, starts_on FROM training").fetchall()}


def small(monkeypatch, size=600):
    """Segments of a few rows."""
    packed = __import__("server.packing", fromlist=["packed"]).packed
    monkeypatch.setattr("server.segments.packed", lambda rows: packed(rows, limit=size))


def test_a_new_laptop_takes_everything_by_segments_and_then_goes_on_by_pages(filled, budi, server, monkeypatch):
    small(monkeypatch)
    bulk, steps = OneBulk(server, budi.device), []
    said = whole(budi, bulk, shown=steps.append)
    assert everything(budi) == everything(filled)
    assert budi.is_clean
    assert sums_agree(server, budi)
    assert said.complete
    assert (said.rounds, said.rows) == (1, 0)
    assert {"enterprise", "visit", "training"} <= said.changed
    assert steps[0].scopes == ("",)
    assert len(steps) > 4
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].total == sum(step.rows for step in steps)
    filled.add("enterprise", name="Later", **PLACE)
    filled.sync()
    whole(budi, bulk)
    assert everything(budi) == everything(filled)
    assert bulk.manifests == 1


def test_few_rows_come_by_pages(filled, budi, server):
    bulk = OneBulk(server, budi.device, worthwhile=1_000)
    said = whole(budi, bulk)
    assert (said.complete, bulk.asked) == (True, [])
    assert everything(budi) == everything(filled)
    whole(budi, bulk)
    assert bulk.manifests == 1


def test_a_server_that_knows_no_segments_is_pulled_by_pages(filled, budi, server):
    class Older(OneBulk):
        def manifest(self):
            raise ServerRefuses("http-404", status=404)

    assert whole(budi, Older(server, budi.device)).complete
    assert everything(budi) == everything(filled)


def test_a_manifest_that_is_refused_for_another_reason_is_told(filled, budi, server):
    class Angry(OneBulk):
        def manifest(self):
            raise ServerRefuses("bug", status=409)

    with pytest.raises(ServerRefuses):
        whole(budi, Angry(server, budi.device))


def test_another_server_is_refused(filled, budi, server):
    class Another(OneBulk):
        def manifest(self):
            made = super().manifest()
            made.server = "another"
            return made

    with pytest.raises(WrongServer):
        whole(budi, Another(server, budi.device))
    assert not budi.records(bootstrap.is_under_way)


def test_it_goes_on_at_the_byte_where_it_was_cut(filled, budi, server, monkeypatch):
    small(monkeypatch, 2_000)
    monkeypatch.setattr(bootstrap, "KEEP_BYTES", 300)
    bulk = OneBulk(server, budi.device, piece=100, cuts=[250, 0, 700, 100, 50, 300])
    cuts = 0
    while True:
        try:
            whole(budi, bulk)
            break
        except CutShort:
            cuts += 1
    assert cuts >= 4
    assert everything(budi) == everything(filled)
    fetched = {}
    for (name, start), (then, again) in itertools.pairwise(bulk.asked):
        if name == then:
            assert again >= start  # nothing that was kept is fetched again
            fetched[name] = again
    assert any(fetched.values())
    assert sums_agree(server, budi)


def test_whatever_kills_it_a_copy_of_the_folder_goes_on(filled, budi, server, monkeypatch, tmp_path):
    """The store as it is after each of its transactions is one from which the next exchange gets everything."""
    small(monkeypatch)
    monkeypatch.setattr(bootstrap, "KEEP_BYTES", 150)
    copies = []
    real = budi.records

    def watched(work):
        found = real(work)
        copies.append(folder_copy(budi, tmp_path / f"{len(copies)}.db"))
        return found

    budi.records = watched
    whole(budi, OneBulk(server, budi.device, piece=100))
    expected = everything(filled)
    assert len(copies) > 30
    for path in copies[::3]:
        again = opened_copy(budi, path)
        whole(again, OneBulk(server, budi.device))
        assert everything(again) == expected
        assert again.is_clean
        assert sums_agree(server, again)
        again.db.close()


def test_damaged_bytes_are_fetched_again_and_told_when_that_does_not_help(filled, budi, server):
    bulk = OneBulk(server, budi.device)
    name = bulk.manifest().segments[1].sha256
    bulk.damaged = {name}
    assert whole(budi, bulk).complete
    assert everything(budi) == everything(filled)
    assert bulk.asked.count((name, 0)) == 2


def test_bytes_that_stay_damaged_end_the_exchange_and_nothing_of_them_is_shown(filled, budi, server):
    class Broken(OneBulk):
        def segment(self, sha256, start):
            self.damaged = {sha256}
            return super().segment(sha256, start)

    with pytest.raises(CutShort):
        whole(budi, Broken(server, budi.device))
    assert budi.one("SELECT count(*) FROM enterprise") == 0
    whole(budi)
    assert everything(budi) == everything(filled)


def test_bytes_beyond_the_end_of_a_segment_are_not_taken(filled, budi, server):
    class Endless(OneBulk):
        def segment(self, sha256, start):
            yield from super().segment(sha256, start)
            if self.cuts == []:
                self.cuts = None
                while True:
                    yield b"and so on"

    assert whole(budi, Endless(server, budi.device)).complete
    assert everything(budi) == everything(filled)


def test_a_line_that_hangs_after_the_last_byte_has_brought_it(filled, budi, server):
    class Hanging(OneBulk):
        def segment(self, sha256, start):
            yield from super().segment(sha256, start)
            raise CutShort("nothing came any more")

    bulk, cuts = Hanging(server, budi.device), 0
    while budi.one("SELECT cursor FROM sync_state") == 0 or budi.records(bootstrap.is_under_way):
        try:
            whole(budi, bulk)
        except CutShort:
            cuts += 1
    assert cuts == len({name for name, _ in bulk.asked}) == len(bulk.asked)
    assert everything(budi) == everything(filled)


def test_a_segment_that_says_something_else_is_refused(filled, budi, server):
    import hashlib

    class Odd(OneBulk):
        def manifest(self):
            made = super().manifest()
            made.segments[0].sha256 = hashlib.sha256(b"nothing").hexdigest()
            made.segments[0].size = len(b"nothing")
            return made

        def segment(self, sha256, start):
            yield b"nothing"

    with pytest.raises(ServerRefuses) as refused:
        whole(budi, Odd(server, budi.device))
    assert refused.value.code == "shape"


def test_own_work_goes_first_and_between_two_units(filled, budi, server, monkeypatch):
    small(monkeypatch)
    own = budi.add("enterprise", name="Own", **PLACE)
    seen, written = [], []

    def on_shown(step):
        seen.append(filled_has(server, own))
        if len(written) < 2:
            written.append(budi.add("enterprise", name=f"Meanwhile {len(written)}", **PLACE))

    whole(budi, shown=on_shown)
    assert seen[0]
    filled.sync()
    assert all(filled.read("enterprise", row) for row in (own, *written))
    assert everything(budi) == everything(filled)
    assert budi.is_clean
    assert differences(budi) == []


def filled_has(server, row_id):
    found = server.database.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM enterprise WHERE id = ?", (row_id,)))
    return bool(found.scalar_one()) if hasattr(found, "scalar_one") else bool(found)


def test_an_edit_of_what_is_shown_already_is_not_disputed(filled, budi, server, monkeypatch):
    small(monkeypatch)
    done = []

    def on_shown(step):
        for place in set(filled.places) - set(done):
            if find_row(budi.db, "enterprise", place):
                budi.write("enterprise", place, city="Lima")
                done.append(place)

    whole(budi, shown=on_shown)
    assert len(done) == 6
    filled.sync()
    assert differences(filled) == []
    assert {filled.read("enterprise", place)["city"] for place in filled.places} == {"Lima"}


def test_own_work_lies_over_a_row_until_the_row_has_come(filled, budi, server, monkeypatch):
    """Two made the same row, by its natural key; what was pushed is not folded into a row that is not here yet."""
    small(monkeypatch)
    place = filled.places[5]
    figure = {"enterprise_id": place, "indicator": "staff", "period": "2026", "role": "baseline", "status": "number"}
    filled.add("indicator_value", **figure, value=5, note="counted")
    filled.sync()
    budi.db.conn.execute("UPDATE sync_state SET applying = 1")
    budi.db.conn.execute(
        "INSERT INTO enterprise(id, created_at, name) VALUES(?, '2026-01-01T00:00:00.000Z', 'P')", (place,)
    )
    budi.db.conn.execute("UPDATE sync_state SET applying = 0")
    own = budi.add("indicator_value", **figure, value=7)
    seen = []

    def on_shown(step):
        seen.append(budi.read("indicator_value", own)["value"])
        if len(seen) == 1:
            budi.write("indicator_value", own, value=8)  # he never saw 5

    whole(budi, shown=on_shown)
    filled.sync(), budi.sync(), filled.sync()
    values = [row for row in differences(filled) if row[0] == "value"]
    assert {value for row in values for value in row[1:]} | {filled.read("indicator_value", own)["value"]} >= {5, 8}
    assert everything(budi) == everything(filled)


def test_the_places_to_be_visited_come_first(filled, budi, server, monkeypatch):
    small(monkeypatch)
    wanted = filled.places[3]
    filled.db.conn.execute("UPDATE edit_context SET active = 0")
    server_user(server, budi)
    visit = filled.add("visit", enterprise_id=wanted, kind="intake", planned_on="2026-11-30", status="draft")
    filled.sync()
    server.database.write(
        lambda c, _alone: c.exec_driver_sql("UPDATE visit SET trainer_id = ? WHERE id = ?", (budi.by.user_id, visit))
    )
    steps = []
    whole(budi, shown=steps.append)
    assert wanted in steps[1].scopes


def server_user(server, laptop):
    assert laptop.by.user_id
    assert server.tenant


def test_segments_that_are_gone_are_replaced_by_those_of_a_newer_snapshot(filled, budi, server, monkeypatch):
    small(monkeypatch)
    bulk = OneBulk(server, budi.device)
    asked = []

    def on_shown(step):
        asked.append(step)
        if len(asked) == 2:
            filled.write("enterprise", filled.places[5], city="Lima")
            filled.add("enterprise", name="Newer", **PLACE)
            filled.sync()
            server.now_ms += 3 * 86_400_000
            bulk.lost = {info.sha256 for info in bulk.segments.newest(server.tenant).segments}

    before = {}
    real = bulk.manifest

    def manifest():
        before["shown"] = budi.one("SELECT count(*) FROM sync_segment WHERE state = 2")
        return real()

    bulk.manifest = manifest
    whole(budi, bulk, shown=on_shown)
    assert bulk.manifests == 2
    assert everything(budi) == everything(filled)
    assert sums_agree(server, budi)


def test_a_server_whose_segments_are_always_gone_is_told(filled, budi, server):
    class Never(OneBulk):
        def segment(self, sha256, start):
            raise ServerRefuses("no-such-segment", status=404)

    with pytest.raises(ServerRefuses):
        whole(budi, Never(server, budi.device))


def test_when_there_are_no_segments_any_more_pages_bring_the_rest(filled, budi, server, monkeypatch):
    small(monkeypatch)
    bulk = OneBulk(server, budi.device)

    def on_shown(step):
        if step.scopes == ("",):
            bulk.lost = {info.sha256 for info in bulk.segments.newest(server.tenant).segments}
            bulk.worthwhile = 10_000

    whole(budi, bulk, shown=on_shown)
    assert everything(budi) == everything(filled)
    assert budi.is_clean


def test_a_server_restored_in_the_middle_of_it_gets_everything_back(filled, budi, server, monkeypatch):
    small(monkeypatch)
    backup = backup_of(server)
    late = filled.add("enterprise", name="Late", **PLACE)
    filled.write("enterprise", filled.places[0], city="Lima")
    filled.sync()
    bulk = OneBulk(server, budi.device, cuts=[10_000, 10_000, 10_000, 0])
    with pytest.raises(CutShort):
        whole(budi, bulk)
    assert budi.records(bootstrap.is_under_way)
    restore(server, backup)
    bulk.store = type(bulk.store)()
    for _ in range(3):
        whole(budi, bulk)
        whole(filled)
    assert everything(budi) == everything(filled)
    assert budi.read("enterprise", late)
    assert differences(budi) == []
    assert sums_agree(server, budi, filled)


def test_own_work_meets_the_restored_server_before_the_rest_of_the_first_rows(filled, budi, server, monkeypatch):
    small(monkeypatch)
    backup = backup_of(server)
    filled.write("enterprise", filled.places[0], city="Lima")
    filled.sync()
    bulk = OneBulk(server, budi.device, cuts=[10_000, 10_000, 10_000, 0])
    with pytest.raises(CutShort):
        whole(budi, bulk)
    own = budi.add("enterprise", name="Own", **PLACE)
    restore(server, backup)
    bulk.store = type(bulk.store)()
    for _ in range(3):
        whole(budi, bulk)
        whole(filled)
    assert everything(budi) == everything(filled)
    assert filled.read("enterprise", own)["name"] == "Own"
    assert differences(budi) == []
    assert sums_agree(server, budi, filled)


def test_own_work_that_a_newer_snapshot_holds_lies_until_its_row_has_come(filled, budi, server, monkeypatch):
    """It was pushed, then the segments were gone before the first of them was here."""
    small(monkeypatch)
    own = budi.add("enterprise", name="Own", **PLACE)
    bulk = OneBulk(server, budi.device)
    real = bulk.manifest

    def manifest():
        made = real()
        if bulk.manifests == 1:
            bulk.lost = {info.sha256 for info in made.segments}
            server.now_ms += 3 * 86_400_000
        return made

    bulk.manifest = manifest
    lies = []

    def on_shown(_step):
        assert budi.read("enterprise", own)["name"] == "Own"
        lies.append(bool(budi.one("SELECT count(*) FROM sync_overlay WHERE row_id = ?", own)))

    whole(budi, bulk, shown=on_shown)
    assert bulk.manifests == 2
    assert lies == sorted(lies, reverse=True)
    assert (lies[0], lies[-1]) == (True, False)
    assert everything(budi) == everything(filled) | {"enterprise": everything(budi)["enterprise"]}
    assert budi.is_clean
    assert sums_agree(server, budi)


def test_a_segment_that_ends_too_soon_goes_on_where_it_ended(filled, budi, server):
    class Short(OneBulk):
        def segment(self, sha256, start):
            data = b"".join(super().segment(sha256, start))
            yield data if start else data[:40]

    bulk = Short(server, budi.device)
    with pytest.raises(CutShort):
        whole(budi, bulk)
    while budi.records(bootstrap.is_under_way):
        with contextlib.suppress(CutShort):
            whole(budi, bulk)
    assert everything(budi) == everything(filled)
    assert {start for _, start in bulk.asked} == {0, 40}


def test_a_line_that_breaks_while_own_work_is_pushed_keeps_what_was_fetched(filled, budi, server, monkeypatch):
    small(monkeypatch)

    class Flaky:
        def __init__(self):
            self.left = 2

        def exchange(self, request):
            self.left -= 1
            if self.left < 0:
                raise Unreachable
            return server.exchange(request)

        def next_incarnation(self, asked):
            return server.next_incarnation(asked)

    bulk = OneBulk(server, budi.device)
    budi.server = Flaky()
    budi.add("enterprise", name="Own", **PLACE)
    with pytest.raises(Unreachable):
        whole(budi, bulk, shown=lambda _step: budi.add("enterprise", name="More", **PLACE))
    fetched = len(bulk.asked)
    assert budi.records(bootstrap.is_under_way)
    budi.server = server
    whole(budi, bulk)
    assert len({name for name, _ in bulk.asked}) == len(bulk.asked)
    assert len(bulk.asked) > fetched
    filled.sync()
    assert everything(budi) == everything(filled)


def test_nothing_is_begun_of_another_epoch(filled, budi, server):
    made = OneBulk(server, budi.device).manifest()
    other = Manifest(server=made.server, epoch="another", segments=made.segments, as_of=made.as_of)
    assert not budi.records(lambda db: bootstrap.begin(db, other))
    sync_all(budi)
    assert everything(budi) == everything(filled)
