"""The Exchange page in every state it can be in, each as one scene; the store is put into the state first."""

import json
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.errors import DeviceRefused, SignInWanted, SyncTrouble, Unreachable, WrongServer
from app.models.driver import Database
from app.sync.overlay import REFUSED
from app.sync.status import note_trouble
from app.ui.courier import Courier
from app.ui.jobs import Progress
from app.ui.main_window import MainWindow
from scripts.scenes import Filled, Scene, settle

_MINUTE_MS = 60_000
_SITI = "0190bbbb-0000-7000-8000-000000000001"
_TWIN = "0190bbbb-0000-7000-8000-000000000002"
_PLAIN = "UPDATE sync_state SET server_id = NULL, url = NULL, last_contact_ms = NULL, last_trouble = NULL, paused = 0"
_ENROLLED = "UPDATE sync_state SET server_id = 's', url = 'https://gemba.example.org', last_contact_ms = ?"
_NOTHING_SENT = (
    "UPDATE sync_capture AS c SET user_id = coalesce((SELECT user_id FROM history h WHERE h.grp = c.grp LIMIT 1), '')"
)
_ALL_SENT = "UPDATE sync_capture SET user_id = ''"
_CONFIRMED = (
    "INSERT OR IGNORE INTO sync_base"
    "(tbl, row_id, scope_id, vals, fseq, life_seq, deleted, row_seq, digest, confirmed_ms)"
    " SELECT DISTINCT tbl, row_id, '', '{}', '{}', 1, 0, 1, 0, ? FROM sync_capture WHERE user_id = ''"
)
# What people wrote on visits, as three versions of one text.
_TEXTS = (
    "SELECT DISTINCT next_steps FROM visit WHERE length(next_steps) > 60 AND next_steps NOT LIKE '%llustrative%'"
    " ORDER BY next_steps LIMIT 3"
)
_PHOTOS_SENT = (
    "INSERT OR IGNORE INTO blob(sha256, size, kind, lane, state, verified_ms)"
    " SELECT working_sha256, size, 'working', 2, 'verified', ? FROM photo"
)


def exchange_scenes(filled: Filled) -> list[Scene]:
    return [
        _state("exchange-waiting", _waiting),
        _state("exchange-not-reachable", lambda db, now: _trouble(db, now, Unreachable())),
        _state("exchange-portal", lambda db, now: _trouble(db, now, SignInWanted())),
        _state("exchange-sign-in-again", lambda db, now: _trouble(db, now, DeviceRefused())),
        _state(
            "exchange-not-connected", _not_connected, lambda window: _courier(window).not_enrolled.emit(Unreachable())
        ),
        _state("exchange-wrong-server", lambda db, now: _trouble(db, now, WrongServer())),
        _state("exchange-another-address", _waiting, lambda window: window.page().connection.change.click()),
        _state("exchange-metered", _waiting, _show_metered),
        _state("exchange-clock-off", _clock_off),
        _state("exchange-paused", _paused),
        _state("exchange-syncing", _waiting, _show_progress),
        _state("exchange-refused", _refused(filled)),
        _state("panel/refused", _refused(filled), lambda window: window.page().refused_panel.open_refused(1)),
        _state("exchange-differences", _differences(filled)),
        _state("panel/difference", _differences(filled), _open(0)),
        _state("panel/difference-answer", _differences(filled), _open(1)),
        _state("panel/difference-bin", _differences(filled), _open(2)),
        _state("panel/difference-twins", _twins(filled), _open(0)),
        _state("panel/difference-twins-asked", _twins(filled), _ask_for_one),
        _state("exchange-confirmed", _confirmed),
        _state(
            "exchange-settled", _settled(filled), lambda window: window.page().differences.settled_wanted.emit(True)
        ),
        _receipts(filled),
        Scene("exchange-after", _leave),
    ]


def _receipts(filled: Filled) -> Scene:
    """The panel over a visit of which some records are confirmed and some wait."""

    def prepare(db: Database, now_ms: int) -> None:
        _waiting(db, now_ms)
        db.conn.execute(_CONFIRMED, (now_ms - 4 * _MINUTE_MS,))

    def then(window: MainWindow) -> None:
        window.show_route(f"visit/{filled.under_way}/overview")
        settle(window.desk.jobs, turns=4)
        window.page().tab("overview").receipts.each.click()

    return _state("panel/receipts", prepare, then)


def _state(
    name: str, prepare: Callable[[Database, int], object], then: Callable[[MainWindow], object] | None = None
) -> Scene:
    def show(window: MainWindow) -> QWidget:
        now_ms = int(window.desk.by.clock.now().timestamp() * 1000)
        window.desk.jobs.db(lambda db: _prepared(db, now_ms, prepare))
        _courier(window).progress = None
        _courier(window).is_metered = False
        window.show_route("exchange")
        page = window.page()
        page.connection.form.leave.click()
        page._shows_settled = False
        page.reload()
        window.desk.courier.refresh()
        settle(window.desk.jobs, turns=4)
        if then:
            then(window)
        return window

    return Scene(name, show)


def _prepared(db: Database, now_ms: int, prepare: Callable[[Database, int], object]) -> None:
    db.conn.execute(_PLAIN)
    db.conn.execute("UPDATE sync_state SET clock_offset_ms = NULL")
    db.conn.execute(_ENROLLED, (now_ms - 4 * _MINUTE_MS,))
    db.conn.execute(_NOTHING_SENT)
    db.conn.execute("DELETE FROM sync_rejected")
    db.conn.execute("DELETE FROM sync_conflict")
    db.conn.execute("DELETE FROM sync_overlay")
    db.conn.execute("DELETE FROM sync_base")
    prepare(db, now_ms)


def _waiting(db: Database, now_ms: int) -> None:
    newest = "SELECT max(cid) - 40 FROM sync_capture"
    db.conn.execute(f"UPDATE sync_capture SET user_id = '' WHERE cid < ({newest})")
    db.conn.execute(_PHOTOS_SENT, (now_ms,))
    db.conn.execute(
        "UPDATE blob SET state = 'local' WHERE sha256 IN (SELECT working_sha256 FROM photo ORDER BY id DESC LIMIT 3)"
    )


def _trouble(db: Database, now_ms: int, trouble: SyncTrouble) -> None:
    _waiting(db, now_ms)
    note_trouble(db, trouble, now_ms)


def _clock_off(db: Database, now_ms: int) -> None:
    _waiting(db, now_ms)
    db.conn.execute("UPDATE sync_state SET clock_offset_ms = ?", (-131 * _MINUTE_MS,))


def _paused(db: Database, now_ms: int) -> None:
    _waiting(db, now_ms)
    db.conn.execute("UPDATE sync_state SET paused = 1")


def _confirmed(db: Database, now_ms: int) -> None:
    db.conn.execute(_ALL_SENT)
    db.conn.execute(_PHOTOS_SENT, (now_ms,))
    db.conn.execute("UPDATE blob SET state = 'verified', verified_ms = ?", (now_ms,))


def _refused(filled: Filled) -> Callable[[Database, int], object]:
    def prepare(db: Database, now_ms: int) -> None:
        _waiting(db, now_ms)
        row_id = db.conn.execute("SELECT id FROM improvement ORDER BY id DESC LIMIT 1").fetchone()[0]
        body = {"m": 3, "schema": 1, "hlc": 1, "at": now_ms - 9 * _MINUTE_MS, "base": 0}
        changed = {"cost": 125000000, "cost_basis": "estimated", "due_on": "2026-12-15"}
        body["ops"] = [{"t": "improvement", "id": row_id, "set": changed}]
        gone = {"m": 4, "schema": 1, "hlc": 1, "at": now_ms - 8 * _MINUTE_MS, "base": 0}
        gone["ops"] = [{"t": "visit", "id": filled.under_way, "set": {"summary": "Racks are up"}}]
        db.conn.executemany(
            "INSERT INTO sync_rejected(id, incarnation, mseq, body, code, tbl, field, at_ms) VALUES(?,1,?,?,?,?,?,?)",
            [
                (1, 3, json.dumps(body).encode(), "invalid-value", "improvement", "cost", now_ms),
                (2, 4, json.dumps(gone).encode(), "parent-missing", "visit", "enterprise_id", now_ms),
            ],
        )
        db.conn.execute("INSERT INTO sync_overlay VALUES('improvement', ?, 'cost', ?, 0, 1)", (row_id, REFUSED + 1))

    return prepare


def _differences(filled: Filled) -> Callable[[Database, int], object]:
    def prepare(db: Database, now_ms: int) -> None:
        _waiting(db, now_ms)
        me = db.conn.execute("SELECT value FROM setting WHERE name = 'user_id'").fetchone()[0]
        db.conn.execute("UPDATE sync_state SET applying = 1")
        db.conn.execute(
            'INSERT OR IGNORE INTO "user"(id, created_at, name, role)'
            " VALUES(?, '2026-11-01T00:00:00Z', 'Expert trainer', 'expert')",
            (_SITI,),
        )
        db.conn.execute("UPDATE sync_state SET applying = 0")
        answer = db.conn.execute(
            "SELECT a.id FROM answer a JOIN assessment s ON s.id = a.assessment_id WHERE s.visit_id = ? ORDER BY a.id",
            (filled.under_way,),
        ).fetchone()[0]
        texts = [row[0] for row in db.conn.execute(_TEXTS)]
        disputes = [
            ("d1", "visit", filled.under_way, "next_steps", "field", *texts, me, _SITI, 48),
            ("d2", "answer", answer, "value", "field", None, "no", "yes", me, _SITI, 47),
            ("d3", "answer", answer, "finding", "field", None, "finding", "met", me, _SITI, 47),
            ("d4", "improvement", _improvement(db), "*", "delete_vs_edit", "alive", "alive", "deleted", me, _SITI, 46),
            ("d5", "enterprise", filled.enterprise, "city", "field", "Cibubur", "Jakarta", "Depok", _SITI, me, 45),
        ]
        db.conn.execute("DELETE FROM sync_conflict")
        db.conn.executemany(
            "INSERT INTO sync_conflict(id, tbl, row_id, field, kind, base_value, kept_value, other_value, kept_by,"
            " other_by, opened_seq, kept_at_ms, other_at_ms, clock_suspect) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            [(*one, now_ms - 30 * _MINUTE_MS, now_ms - 95 * _MINUTE_MS, one[0] == "d5") for one in disputes],
        )

    return prepare


def _twins(filled: Filled) -> Callable[[Database, int], object]:
    """Somebody else has written the same enterprise down, with the same number."""

    def prepare(db: Database, now_ms: int) -> None:
        _differences(filled)(db, now_ms)
        me = db.conn.execute("SELECT value FROM setting WHERE name = 'user_id'").fetchone()[0]
        columns = "created_at, country, country_programme_id, sector, products"
        db.conn.execute("UPDATE sync_state SET applying = 1")
        db.conn.execute("UPDATE enterprise SET code = coalesce(code, 'ID-0117') WHERE id = ?", (filled.enterprise,))
        db.conn.execute(
            f"INSERT OR IGNORE INTO enterprise(id, name, city, code, {columns})"
            f" SELECT ?, name || ' Mandiri', 'Bekasi', code, {columns} FROM enterprise WHERE id = ?",
            (_TWIN, filled.enterprise),
        )
        db.conn.execute("UPDATE sync_state SET applying = 0")
        db.conn.execute(
            "INSERT INTO sync_conflict(id, tbl, row_id, field, kind, kept_value, other_value, kept_by, other_by,"
            " opened_seq, kept_at_ms, other_at_ms)"
            " SELECT 'd9', 'enterprise', id, 'code', 'duplicate', code, ?, ?, ?, 60, ?, ? FROM enterprise WHERE id = ?",
            (_TWIN, me, _SITI, now_ms, now_ms, filled.enterprise),
        )

    return prepare


def _ask_for_one(window: MainWindow) -> None:
    _open(0)(window)
    settle(window.desk.jobs, turns=4)
    window.page().difference_panel.twins.choices[1].click()


def _settled(filled: Filled) -> Callable[[Database, int], object]:
    def prepare(db: Database, now_ms: int) -> None:
        _differences(filled)(db, now_ms)
        _confirmed(db, now_ms)
        db.conn.execute("UPDATE sync_conflict SET resolved_seq = 60, resolved_by = ?", (_SITI,))

    return prepare


def _improvement(db: Database) -> str:
    return str(db.conn.execute("SELECT id FROM improvement ORDER BY id LIMIT 1").fetchone()[0])


def _open(number: int) -> Callable[[MainWindow], object]:
    def then(window: MainWindow) -> None:
        page = window.page()
        page.difference_panel.open_difference(page._seen.differences[number].id)

    return then


def _courier(window: MainWindow) -> Courier:
    return window.desk.courier


def _not_connected(db: Database, now_ms: int) -> None:
    _waiting(db, now_ms)
    db.conn.execute(_PLAIN)


def _show_metered(window: MainWindow) -> None:
    _courier(window).is_metered = True
    _courier(window).changed.emit()


def _show_progress(window: MainWindow) -> None:
    courier = window.desk.courier
    courier.progress = Progress(courier)
    courier.progress.moved.connect(courier.moved)
    courier.changed.emit()
    courier.progress.moved.emit(430, 1000)


def _plain(db: Database) -> None:
    db.conn.execute(_PLAIN)
    db.conn.execute("UPDATE sync_state SET applying = 1")
    db.conn.execute("DELETE FROM enterprise WHERE id = ?", (_TWIN,))
    db.conn.execute("UPDATE sync_state SET applying = 0")


def _leave(window: MainWindow) -> QWidget:
    """As it was before: other scenes show a device without a server."""
    window.desk.courier.progress = None
    window.desk.courier.is_metered = False
    window.desk.jobs.db(_plain)
    window.desk.courier.refresh()
    window.show_route("exchange")
    window.page().reload()
    return window
