"""A device joins a server: its local user becomes the account; a copied or restored folder lives a new life."""

import base64
import shutil
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.errors import CutShort, NotAllowed, NotEnrolled, ServerRefuses
from app.fieldwork.identity import author_of, ensure_user
from app.models import changes
from app.models.database import Author, connect
from app.models.rows import find_row, save_row
from app.models.search import search
from app.paths import DataFolder
from app.sync.device import claim, enrol, identity_of
from app.sync.engine import sync_once
from app.sync.journal import NAME, Journal
from app.sync.protocol import Enrol, Enrolled, Incarnation, NextIncarnation
from app.sync.rescue import bring_back
from app.sync.seal import seal
from server import accounts
from server.accounts import add_user, new_code
from server.refusals import Refused
from tests.sync.laptops import OneServer

URL = "https://sync.example.org"


@dataclass
class Office:
    """Head office at its server: gives codes, takes devices in. `loses`: how many answers do not arrive."""

    server: OneServer
    loses: int = 0

    def __post_init__(self) -> None:
        made = add_user(self.server.database, self.server.tenant, "Ana Quispe", "expert", self.server.now_ms)
        self.account = made

    def code(self) -> str:
        return new_code(self.server.database, self.account, self.server.now_ms)

    def enrol(self, message: Enrol) -> Enrolled:
        try:
            said = accounts.enrol(self.server.database, message, self.server.now_ms)
        except Refused as refused:
            raise ServerRefuses(refused.code) from refused
        if self.loses:
            self.loses -= 1
            raise CutShort
        return said


@dataclass
class Direct:
    """Both files on this thread."""

    db: object

    def records(self, work: Callable):
        return work(self.db)

    def photos(self, work: Callable):
        return work(self.db)


@pytest.fixture(autouse=True)
def state_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GEMBA_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def office(server):
    return Office(server)


@pytest.fixture
def joined(db, by, office, clock) -> Author:
    return enrol(db, office, office.code(), url=URL, clock=clock, name="Laptop 7")


def test_all_that_the_local_user_recorded_is_the_accounts(db, by, office, clock):
    enterprise = save_row(db, by, "enterprise", {"name": "Andina", "country": "PE", "advisor_id": by.user_id})
    author = enrol(db, office, office.code(), url=URL, clock=clock)
    assert author.user_id == office.account.id
    assert author_of(db, clock) == author
    assert find_row(db, "user", by.user_id) is None
    assert find_row(db, "user", author.user_id)["name"] == "Ana Quispe"
    assert find_row(db, "enterprise", enterprise)["advisor_id"] == author.user_id
    assert db.conn.execute("SELECT count(*) FROM sync_capture WHERE instr(vals, ?)", (by.user_id,)).fetchone() == (0,)
    assert db.conn.execute("SELECT DISTINCT tbl, user_id FROM sync_capture").fetchall() == [
        ("enterprise", author.user_id)
    ]
    assert [hit.title for hit in search(db, "Trainer")] == []
    assert [hit.title for hit in search(db, "Quispe")] == ["Ana Quispe"]


def test_undo_goes_on_over_the_enrolment_and_never_takes_the_user_away(db, by, office, clock):
    enterprise = save_row(db, by, "enterprise", {"name": "Andina", "country": "PE", "advisor_id": by.user_id})
    author = enrol(db, office, office.code(), url=URL, clock=clock)
    changes.undo(db, author)
    assert find_row(db, "enterprise", enterprise) is None
    assert changes.next_undo(db, author) is None


def test_what_was_recorded_before_goes_up_under_the_account(db, by, office, clock):
    enterprise = save_row(db, by, "enterprise", {"name": "Andina", "country": "PE", "advisor_id": by.user_id})
    enrol(db, office, office.code(), url=URL, clock=clock)
    said = sync_once(Direct(db), office.server, clock)
    assert said.complete
    assert db.conn.execute("SELECT count(*) FROM sync_rejected").fetchone() == (0,)
    assert db.conn.execute("SELECT json_extract(vals, '$.advisor_id') FROM sync_base WHERE row_id = ?", [enterprise])
    assert db.conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_code(db, by, office, clock):
    code = office.code()
    office.loses = 1
    with pytest.raises(CutShort):
        enrol(db, office, code, url=URL, clock=clock)
    with pytest.raises(NotEnrolled):
        identity_of(Direct(db))
    assert enrol(db, office, code, url=URL, clock=clock).user_id == office.account.id


def test_a_wrong_code_changes_nothing(db, by, office, clock):
    with pytest.raises(ServerRefuses):
        enrol(db, office, "AAAA-BBBB-CCCC", url=URL, clock=clock)
    assert find_row(db, "user", by.user_id)
    with pytest.raises(NotEnrolled):
        claim(Direct(db), office.server)


def test_a_store_without_a_user_gets_one(db, office, clock):
    author = enrol(db, office, office.code(), url=URL, clock=clock)
    assert author_of(db, clock) == author


def test_a_folder_of_sample_data_is_refused(db, by, office, clock, tmp_path):
    DataFolder(tmp_path).sample_mark.touch()
    with pytest.raises(NotAllowed) as refused:
        enrol(db, office, office.code(), url=URL, clock=clock)
    assert refused.value.reason == "sample-folder"


def test_a_folder_of_another_account_is_refused_and_stays_as_it_is(db, joined, office, clock):
    office.account = add_user(office.server.database, office.server.tenant, "Budi", "trainer", office.server.now_ms)
    accounts.revoke(office.server.database, joined.device_id, office.server.now_ms)
    with pytest.raises(NotAllowed) as refused:
        enrol(db, office, office.code(), url=URL, clock=clock)
    assert refused.value.reason == "enrolled-elsewhere"
    assert author_of(db, clock) == joined


def test_a_device_that_was_let_out_comes_back_with_a_new_code_and_its_work(db, joined, office, clock):
    row = save_row(db, joined, "enterprise", {"name": "Andina", "country": "PE"})
    seal(db, clock)
    accounts.revoke(office.server.database, joined.device_id, office.server.now_ms)
    office.server.now_ms += 3_600_000
    assert enrol(db, office, office.code(), url=URL, clock=clock) == joined
    assert db.conn.execute("SELECT incarnation, token FROM sync_state").fetchone() == (2, None)
    assert claim(Direct(db), office.server)
    sync_once(Direct(db), office.server, clock)
    assert db.conn.execute("SELECT count(*) FROM sync_base WHERE row_id = ?", [row]).fetchone() == (1,)


def test_the_identity_signs_and_keeps_its_token(db, joined):
    identity = identity_of(Direct(db))
    assert (identity.device, identity.token) == (joined.device_id, None)
    identity.keep_token("secret")
    assert identity_of(Direct(db)).token == identity.token == "secret"
    key = identity.key.public_key()
    assert isinstance(key, Ed25519PublicKey)
    key.verify(base64.b64decode(identity.signed("text")), b"text")


def test_the_folder_that_was_enrolled_is_known_again(db, joined, office, state_folder):
    assert claim(Direct(db), office.server)
    (kept,) = state_folder.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_copy_of_the_folder_lives_a_life_of_its_own(db, joined, office, clock, tmp_path):
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (tmp_path / "copy").mkdir()
    shutil.copyfile(tmp_path / "records.db", tmp_path / "copy" / "records.db")
    copy = connect(tmp_path / "copy" / "records.db", None)
    assert not claim(Direct(copy), office.server)
    assert claim(Direct(copy), office.server)
    assert claim(Direct(db), office.server)
    incarnations = [one.conn.execute("SELECT incarnation FROM sync_state").fetchone()[0] for one in (db, copy)]
    assert incarnations == [1, 2]
    copy.close()


def test_a_state_that_was_lost_makes_a_new_life_and_loses_no_work(db, joined, office, clock, state_folder, tmp_path):
    journal = Journal(tmp_path / NAME)
    save_row(db, joined, "enterprise", {"name": "Andina", "country": "PE"})
    seal(db, clock)
    for kept in state_folder.iterdir():
        kept.unlink()
    assert not claim(Direct(db), office.server, journal)
    sync_once(Direct(db), office.server, clock, journal=journal)
    assert db.conn.execute("SELECT count(*) FROM sync_base WHERE tbl = 'enterprise'").fetchone() == (1,)
    assert journal.missing_from(db) == []


def test_work_that_only_the_journal_has_survives_the_new_life_of_a_restored_folder(db, joined, office, clock, tmp_path):
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(tmp_path / "records.db", tmp_path / "before.db")
    save_row(db, joined, "enterprise", {"name": "Andina", "country": "PE"})
    seal(db, clock)
    Journal(tmp_path / NAME).write(db)
    restored = connect(tmp_path / "before.db", None)
    journal = Journal(tmp_path / NAME)
    save_row(restored, joined, "enterprise", {"name": "Bolivar", "country": "PE"})
    seal(restored, clock)
    assert not claim(Direct(restored), office.server, journal)
    sync_once(Direct(restored), office.server, clock, journal=journal)
    assert bring_back(restored, joined, Journal(tmp_path / NAME)) == 1
    names = {row["name"] for row in restored.query("SELECT name FROM enterprise")}
    assert names == {"Andina", "Bolivar"}
    restored.close()


def test_a_server_that_hands_out_the_number_twice_is_asked_again(db, joined, office, clock, state_folder):
    """The answer with the new number may be lost: the next one is higher, and nothing breaks."""

    class Loses:
        def next_incarnation(self, asked: NextIncarnation) -> Incarnation:
            office.server.next_incarnation(asked)
            raise CutShort

    for kept in state_folder.iterdir():
        kept.unlink()
    with pytest.raises(CutShort):
        claim(Direct(db), Loses())
    assert not claim(Direct(db), office.server)
    assert db.conn.execute("SELECT incarnation FROM sync_state").fetchone() == (3,)


def test_a_code_that_is_entered_while_the_folder_asks_for_a_new_life_counts(db, joined, office, clock, state_folder):
    class LetIn:
        def next_incarnation(self, asked: NextIncarnation) -> Incarnation:
            made = office.server.next_incarnation(asked)
            accounts.revoke(office.server.database, joined.device_id, office.server.now_ms)
            enrol(db, office, office.code(), url=URL, clock=clock)
            return made

    for kept in state_folder.iterdir():
        kept.unlink()
    assert not claim(Direct(db), LetIn())
    assert db.conn.execute("SELECT incarnation FROM sync_state").fetchone() == (3,)
    assert claim(Direct(db), office.server)


def test_ensure_user_finds_the_account(db, joined, clock):
    assert ensure_user(db, clock, name="Somebody", role="trainer") == joined
