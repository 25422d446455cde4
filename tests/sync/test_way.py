"""From a code to rows on the other laptop, by the way that the window and the command line go."""

import pytest

from app.errors import CutShort, DeviceRefused, NotAllowed, NotEnrolled, ServerRefuses, SignInWanted, Unreachable
from app.fieldwork.care import copy_to, restore_folder
from app.fieldwork.identity import author_of
from app.models.database import bring_up_to_date, connect
from app.models.ids import Clock
from app.models.rows import find_row, save_row
from app.paths import DataFolder
from app.photos.store import BytesKind, open_photos, put_bytes
from app.sync.carry import Carried
from app.sync.engine import SyncReport
from app.sync.status import standing
from app.sync.transfer import Transferred
from app.sync.way import Exchanged, ServerWay, address_of, way_of
from server.accounts import revoke
from server.backups import back_up, restore
from server.refusals import Refused
from tests.factories import make_enterprise
from tests.loopback import central_server


@pytest.fixture
def central(tmp_path, monkeypatch):
    monkeypatch.setenv("GEMBA_STATE", str(tmp_path / "state"))
    with central_server(tmp_path / "server") as made:
        yield made


class Folder:
    """A data folder with both its stores open, on this thread."""

    def __init__(self, root):
        self.folder = DataFolder(root)
        root.mkdir()
        self.db = connect(self.folder.records, None)
        self.clock = Clock()
        bring_up_to_date(self.db, self.clock)
        self.bytes = open_photos(self.folder.photos)
        self.way = way_of(self.folder, None, self.clock)

    @property
    def by(self):
        return author_of(self.db, self.clock)

    def records(self, work):
        return work(self.db)

    def photos(self, work):
        return work(self.bytes)

    def close(self):
        self.way.close()
        self.db.close()
        self.bytes.close()


@pytest.fixture
def make_folder(tmp_path):
    made = []

    def make(name):
        made.append(Folder(tmp_path / name))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def ana(central, make_folder):
    folder = make_folder("ana")
    folder.way.enrol(folder, central.url + "/", f" {central.code('Ana')} ")
    return folder


def test_from_a_code_to_rows_on_the_other_laptop(central, ana, make_folder):
    assert ana.by.user_id == central.people["Ana"].id
    row_id = make_enterprise(ana.db, ana.by, "PT Laksana")
    reports = []
    done = ana.way.exchange(ana, lambda *moved: reports.append(moved))
    assert done.rows.complete
    assert reports
    budi = make_folder("budi")
    budi.way.enrol(budi, central.url, central.code("Budi"))
    assert "enterprise" in budi.way.exchange(budi).changed
    assert find_row(budi.db, "enterprise", row_id)["name"] == "PT Laksana"
    found = standing(ana.db)
    assert (found.is_enrolled, found.url, found.trouble) == (True, central.url, None)
    assert found.waits.is_empty
    assert found.confirmed_at is not None


def test_a_trouble_is_remembered_until_it_is_over(central, ana):
    central.portal = b"<html>Hotel Wi-Fi</html>"
    with pytest.raises(SignInWanted):
        ana.way.exchange(ana)
    assert isinstance(standing(ana.db).trouble, SignInWanted)
    central.portal = None
    ana.way.exchange(ana)
    assert standing(ana.db).trouble is None


def test_a_device_that_is_let_in_no_more_is_let_in_by_a_new_code(central, ana):
    ana.way.exchange(ana)
    make_enterprise(ana.db, ana.by)
    device = ana.db.conn.execute("SELECT device_id FROM sync_state").fetchone()[0]
    revoke(central.database, device, central.service.now_ms())
    with pytest.raises(DeviceRefused):
        ana.way.exchange(ana)
    assert isinstance(standing(ana.db).trouble, DeviceRefused)
    ana.way.enrol(ana, central.url, central.code("Ana"))
    assert ana.way.exchange(ana).rows.complete
    assert standing(ana.db).waits.is_empty


def test_a_code_that_is_no_good(central, make_folder):
    folder = make_folder("ana")
    with pytest.raises(ServerRefuses) as refused:
        folder.way.enrol(folder, central.url, "WRONG")
    assert refused.value.code == "code-refused"
    assert not standing(folder.db).is_enrolled
    with pytest.raises(NotEnrolled):
        folder.way.exchange(folder)
    assert standing(folder.db).trouble is None


def test_work_is_sealed_into_its_second_copy(central, ana):
    make_enterprise(ana.db, ana.by)
    ana.way.seal(ana.db)
    assert (ana.folder.root / "outbox.jnl").exists()
    assert standing(ana.db).waits.total == 1


def test_work_that_only_the_second_copy_still_holds_comes_back(central, ana, tmp_path):
    ana.way.exchange(ana)
    ana.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    older = (ana.folder.records).read_bytes()
    row_id = make_enterprise(ana.db, ana.by, "PT Laksana")
    ana.way.seal(ana.db)
    ana.db.close()
    for path in tmp_path.glob("ana/records.db*"):
        path.unlink()
    ana.folder.records.write_bytes(older)
    ana.db = connect(ana.folder.records, None)
    ana.way.close()
    ana.way = way_of(ana.folder, None, ana.clock)
    assert ana.way.exchange(ana).rows.complete
    assert find_row(ana.db, "enterprise", row_id)["name"] == "PT Laksana"
    assert standing(ana.db).waits.is_empty


def brought_back(ana, source):
    """The folder as `gemba restore` leaves it, opened by the next process."""
    ana.close()
    restore_folder(ana.folder, source, None, ana.clock)
    ana.db, ana.bytes = connect(ana.folder.records, None), open_photos(ana.folder.photos)
    ana.way = way_of(ana.folder, None, ana.clock)


@pytest.mark.parametrize("again", ["goes on", "lets in"])
def test_a_copy_brought_back_loses_no_unsent_work(central, ana, tmp_path, again):
    ana.way.exchange(ana)
    make_enterprise(ana.db, ana.by, "PT Waiting")
    ana.way.seal(ana.db)
    copy_to(ana.db, ana.bytes, tmp_path / "stick", None)
    make_enterprise(ana.db, ana.by, "PT Laksana")
    ana.way.seal(ana.db)
    brought_back(ana, tmp_path / "stick")
    make_enterprise(ana.db, ana.by, "PT After")
    if again == "lets in":
        revoke(central.database, ana.by.device_id, central.service.now_ms())
        ana.way.enrol(ana, central.url, central.code("Ana"))
    assert ana.way.exchange(ana).rows.complete
    names = {name for (name,) in ana.db.conn.execute("SELECT name FROM enterprise")}
    assert names == {"PT Waiting", "PT Laksana", "PT After"}
    assert standing(ana.db).waits.is_empty
    assert not (ana.folder.root / "outbox.jnl").exists()


def test_everything_can_be_compared(central, ana):
    make_enterprise(ana.db, ana.by)
    done = ana.way.verify(ana)
    assert (done.rows.looked_at > 0, done.differed) == (True, 0)


def test_what_is_shown_otherwise_than_the_server_says_is_mended_and_told(central, ana):
    row_id = make_enterprise(ana.db, ana.by, "PT Laksana")
    lost_id = make_enterprise(ana.db, ana.by, "PT Sari")
    ana.way.exchange(ana)
    ana.db.conn.execute("UPDATE sync_state SET applying = 1")  # so that nothing of it is captured
    ana.db.conn.execute("UPDATE enterprise SET name = 'PT Other' WHERE id = ?", (row_id,))
    ana.db.conn.execute("UPDATE sync_state SET applying = 0")
    with central.database.engine.begin() as connection:
        for table, name in (("sync_row", "row_id"), ("enterprise", "id")):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE {name} = ?", (lost_id,))
    done = ana.way.verify(ana)
    assert done.differed == 2
    assert find_row(ana.db, "enterprise", row_id)["name"] == "PT Laksana"
    assert standing(ana.db).waits.is_empty  # what the server had lost was given back at once
    assert ana.way.verify(ana).differed == 0
    with central.database.engine.connect() as connection:
        named = connection.exec_driver_sql("SELECT name FROM enterprise WHERE id = ?", (lost_id,)).scalar_one()
    assert named == "PT Sari"


def test_after_a_restore_the_server_is_asked_about_every_photo(central, ana, tmp_path):
    sha256 = put_bytes(ana.bytes, b"picture", BytesKind.WORKING)
    hashes = {"working_sha256": sha256, "thumbnail_sha256": sha256}
    copy = back_up(central.database, tmp_path, central.service.now_ms()).path
    save_row(ana.db, ana.by, "photo", hashes | {"size": len(b"picture")})
    for _ in range(2):
        ana.way.exchange(ana)
    assert states(ana) == {sha256: "verified"}
    restore(central.database, copy, central.service.now_ms(), replace=True)
    with pytest.raises(Refused):
        central.service.blobs.size_of(central.tenant, sha256)
    for _ in range(2):
        ana.way.exchange(ana)
    assert states(ana) == {sha256: "verified"}
    assert central.service.blobs.size_of(central.tenant, sha256) == len(b"picture")


def states(folder):
    return dict(folder.db.conn.execute("SELECT sha256, state FROM blob").fetchall())


def test_nobody_there_and_closed(make_folder):
    folder = make_folder("ana")
    with pytest.raises(Unreachable):
        folder.way.enrol(folder, "http://127.0.0.1:9", "CODE")
    folder.way.close()
    with pytest.raises(Unreachable):
        folder.way.enrol(folder, "http://127.0.0.1:9", "CODE")
    ServerWay(folder.folder, None, folder.clock).close()


def test_what_people_leave_out_of_an_address():
    assert address_of(" gemba.example/ ") == "https://gemba.example"
    assert address_of("http://localhost:8000") == "http://localhost:8000"
    assert address_of("Https://gemba.example:8443/") == "https://gemba.example:8443"
    assert address_of("http://[::1]:8642") == "http://[::1]:8642"
    with pytest.raises(NotAllowed, match="open-connection"):
        address_of("http://gemba.example")


@pytest.mark.parametrize(
    "typed", ["", "gemba..example.org", ".example.org", f"{'a' * 64}.org", "http://[::1", "ftp://a.org", "a.org:99999"]
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(NotAllowed, match="no-address"):
        address_of(typed)


def test_what_a_person_should_hear():
    calm = Exchanged(SyncReport())
    assert (calm.notices, calm.changed) == ((), frozenset())
    told = Exchanged(
        SyncReport(notices=("two-incarnations",), update=True, changed=frozenset({"visit"})),
        frozenset({"answer"}),
        Carried(Transferred(damaged=("a" * 64,)), frozenset({"blob"})),
    )
    assert told.notices == ("two-incarnations", "update", "damaged-files")
    assert told.changed == {"visit", "answer", "blob"}


def test_what_is_ended_from_here_is_no_trouble(central, ana):
    """Between the rows and the photo that was to follow them."""
    sha256 = put_bytes(ana.bytes, b"picture", BytesKind.WORKING)
    hashes = {"working_sha256": sha256, "thumbnail_sha256": sha256}
    save_row(ana.db, ana.by, "photo", hashes | {"size": len(b"picture")})

    def close_in_the_middle(_done, _total):
        ana.way.close()

    with pytest.raises(CutShort):
        ana.way.exchange(ana, close_in_the_middle)
    assert standing(ana.db).trouble is None
    ana.way.exchange(ana)
    assert standing(ana.db).waits.is_empty
