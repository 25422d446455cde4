"""What may be expected, in the words of those who use it. Every breach is a sentence."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from app.models.schema import quoted
from app.sync.merge import LIFE
from app.sync.protocol import DONE, GIVEN_BACK
from tests.sync.simulator.central import Central
from tests.sync.simulator.devices import Device
from tests.sync.simulator.kinds import KIND_OF, KINDS, NUMBERS, TOGETHER, Token, tokens, words_in
from tests.sync.simulator.ledger import Ledger, RowKey

_VALUES = ("base_value", "kept_value", "other_value")
Rows = dict[RowKey, tuple[Any, ...]]
_COLUMNS = {kind.table: tuple(link for link, _ in (*kind.above, *kind.optional)) + tuple(kind.fields) for kind in KINDS}


class Said(NamedTuple):
    """A conflict, as a device tells of it."""

    id: str
    tbl: str
    row_id: str
    field: str
    kind: str
    base_value: Any
    kept_value: Any
    other_value: Any
    kept_by: str
    other_by: str
    kept_at_ms: int
    other_at_ms: int
    clock_suspect: int
    opened_seq: int
    resolved_seq: int | None
    resolved_by: str | None


@dataclass
class Oracle:
    """`heads`: the living rows as the server held them, by epoch and head. `restores`: how often it was set back."""

    central: Central
    ledger: Ledger
    devices: list[Device]
    heads: dict[tuple[str, int], Rows] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)
    restores: int = 0

    def note_head(self) -> None:
        at = (self.central.epoch, self.central.head)
        if at not in self.heads:
            self.heads[at] = self.on_server()

    def note_restore(self) -> None:
        """The server was set back: what it had been until then, it was in the new epoch too."""
        self.restores += 1
        (began,), *_ = self.central.rows("SELECT began_seq FROM epoch ORDER BY number DESC")
        before = self.central.rows("SELECT id FROM epoch ORDER BY number DESC LIMIT 1 OFFSET 1")[0][0]
        known = [(seq, rows) for (epoch, seq), rows in self.heads.items() if epoch == before and seq <= began]
        self.heads |= {(self.central.epoch, seq): rows for seq, rows in known}

    def breach(self, sentence: str) -> None:
        self.breaches.append(sentence)

    # -- what is where

    def on_server(self) -> Rows:
        found: Rows = {}
        for table, columns in _COLUMNS.items():
            names = ", ".join(f"t.{quoted(name)}" for name in ("id", *columns))
            for row_id, *values in self.central.rows(
                f"SELECT {names} FROM {quoted(table)} t JOIN sync_row s ON s.tbl = ? AND s.row_id = t.id"
                " AND s.tenant_id = t.tenant_id WHERE s.deleted = 0",
                table,
            ):
                found[table, row_id] = tuple(values)
        return found

    def on_device(self, device: Device) -> Rows:
        found: Rows = {}
        for table, columns in _COLUMNS.items():
            names = ", ".join(map(quoted, ("id", *columns)))
            for row_id, *values in device.db.conn.execute(
                f"SELECT {names} FROM {quoted(table)} WHERE binned_at IS NULL AND stub = 0"
            ):
                found[table, row_id] = tuple(values)
        return found

    # -- while it runs

    def look_at(self, device: Device) -> None:
        """Whatever a person could see on this device at this moment, between two transactions."""
        broken = device.db.conn.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            self.breach(f"{device.body}: a row links to none: {broken[0]}")
        self.check_unconfirmed(device)
        self.check_shown(device)
        self.check_own(device)

    def check_unconfirmed(self, device: Device) -> None:
        """Nothing leaves the queue before the server has it and its outcome is shown (R9)."""
        conn, (name, incarnation) = device.db.conn, device.life
        epoch, cursor, upto = conn.execute("SELECT epoch, cursor, next_mseq FROM sync_state").fetchone()
        if epoch != self.central.epoch:
            return
        kept = {mseq for (mseq,) in conn.execute("SELECT mseq FROM sync_outbox")}
        results = {
            m: (status, seq)
            for m, status, seq in self.central.rows(
                "SELECT m, status, seq FROM mutation_result WHERE device_id = ? AND incarnation = ?", name, incarnation
            )
        }
        for mseq in set(range(1, upto)) - kept:
            status, seq = results.get(mseq, ("", 0))
            if not status or (status in DONE and seq > cursor):
                self.breach(f"{device.body}: mutation {mseq} left the queue early")

    def check_shown(self, device: Device) -> None:
        """Where nothing of one's own lies over it, a device shows the state of one single moment (R10)."""
        conn = device.db.conn
        at = conn.execute("SELECT epoch, cursor FROM sync_state").fetchone()
        was = self.heads.get(at)
        if was is None and at[1] and at[0] == self.central.epoch:
            self.breach(f"{device.body} shows a moment that never was: {at[1]}")
        if was is None:
            return
        own = set(conn.execute("SELECT tbl, row_id FROM sync_overlay UNION SELECT tbl, row_id FROM sync_capture"))
        own |= set(conn.execute("SELECT tbl, row_id FROM sync_stage"))
        shown = self.on_device(device)
        for key in sorted((was.keys() | shown.keys()) - own):
            if was.get(key) != shown.get(key):
                self.breach(f"{device.body}: {key[0]} {key[1][-4:]} {shown.get(key)}, not {was.get(key)}")

    def check_own(self, device: Device) -> None:
        """What somebody wrote and the server has not seen stays on their page (R9); not so what it refused."""
        conn = device.db.conn
        bodies = b"".join(body for (body,) in conn.execute("SELECT body FROM sync_rejected"))
        newest: dict[tuple[str, str, str], Any] = {}
        for table, row_id, name, value in conn.execute(
            "SELECT tbl, row_id, field, value FROM sync_overlay WHERE field <> '*' ORDER BY mseq"
        ):
            newest[table, row_id, name] = value
        for table, row_id, vals in conn.execute(
            "SELECT tbl, row_id, vals FROM sync_capture WHERE vals NOT NULL ORDER BY cid"
        ):
            newest |= {(table, row_id, name): value for name, value in msgspec.json.decode(vals).items()}
        for (table, row_id, name), value in newest.items():
            if row_id.encode() in bodies:
                continue
            sql = f"SELECT {quoted(name)} FROM {quoted(table)} WHERE id = ?"
            (shown,) = conn.execute(sql, (row_id,)).fetchone() or ("no row",)
            if shown != value:
                self.breach(f"{device.body}: {table}.{name} shows {shown!r}, not one's own {value!r}")

    # -- at the end

    def judge(self) -> list[str]:
        """When all is quiet."""
        self.check_liveness()
        self.check_convergence()
        self.check_lost()
        self.check_conflicts()
        self.check_log()
        self.check_lives()
        self.check_keys()
        self.check_identity()
        return self.breaches

    def check_liveness(self) -> None:
        for device in self.devices:
            conn = device.db.conn
            for table in ("sync_capture", "sync_outbox", "sync_stage"):
                if left := conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:
                    self.breach(f"{device.body}: {left} stay in {table}")
            if conn.execute("SELECT cursor FROM sync_state").fetchone()[0] != self.central.head:
                self.breach(f"{device.body}: its cursor does not reach the head")
            if conn.execute("SELECT count(*) FROM sync_overlay WHERE mseq > -1099511627777").fetchone()[0]:
                rejected = conn.execute("SELECT count(*) FROM sync_rejected").fetchone()[0]
                if not rejected:
                    self.breach(f"{device.body}: own work lies over rows for ever")

    def check_convergence(self) -> None:
        rows = self.on_server()
        conflicts = self.conflicts()
        sums = self.central.rows("SELECT sums FROM sync_head")[0][0]
        for device in self.devices:
            refused = set(device.db.conn.execute("SELECT tbl, row_id FROM sync_overlay"))
            shown = self.on_device(device)
            for key in sorted((rows.keys() | shown.keys()) - refused):
                if rows.get(key) != shown.get(key):
                    self.breach(f"{device.body} diverged: {key} {shown.get(key)}, not {rows.get(key)}")
            told = {
                row[0]: row
                for row in device.db.conn.execute(f"SELECT {', '.join(Said._fields)} FROM sync_conflict").fetchall()
            }
            for conflict_id in sorted(conflicts.keys() | told.keys()):
                if conflicts.get(conflict_id) != told.get(conflict_id):
                    said = f"{told.get(conflict_id)}, not {conflicts.get(conflict_id)}"
                    self.breach(f"{device.body} diverged in a conflict: {said}")
            base = device.db.conn.execute("SELECT sum(digest) FROM sync_base").fetchone()[0] or 0
            if base != sums:
                self.breach(f"{device.body}: the sum of its rows is not the server's")

    def conflicts(self) -> dict[str, Said]:
        names = [name.removesuffix("_value").removesuffix("_ms") for name in Said._fields]
        found = {}
        for row in self.central.rows(f"SELECT {', '.join(names)} FROM conflict"):
            said = Said(*row)
            values = {name: msgspec.json.decode(getattr(said, name)) for name in _VALUES}
            found[said.id] = said._replace(**values)
        return found

    def check_lost(self) -> None:
        """Every value that was saved is shown, or disputed, or put aside, or somebody who saw it replaced it (I2).

        What is settled must have been seen by who settled it, so only what is open counts as disputed.
        """
        shown = self.shown_tokens()
        aside = self.aside_tokens()
        disputed: defaultdict[RowKey, set[Token]] = defaultdict(set)
        for said in self.conflicts().values():
            for value in (said.kept_value, said.other_value) if said.resolved_seq is None else ():
                disputed[said.tbl, said.row_id] |= tokens(said.tbl, said.field, value)
        for token, writing in self.ledger.writings.items():
            ledger = self.ledger
            known = ledger.replaced | ledger.excused | ledger.given_up | aside
            if token not in known | shown[writing.key] | disputed[writing.key]:
                self.breach(f"lost: {token} of {writing.device} in {writing.key[0]}.{writing.field}")

    def shown_tokens(self) -> defaultdict[RowKey, set[Token]]:
        rows = self.on_server()
        found: defaultdict[RowKey, set[Token]] = defaultdict(set)
        for key, values in rows.items():
            if self.is_reachable(rows, key):
                for name, value in zip(_COLUMNS[key[0]], values, strict=True):
                    found[key] |= tokens(key[0], name, value)
        return found

    def is_reachable(self, rows: Rows, key: RowKey) -> bool:
        """Whether a person can find the row: nothing above it is in the bin."""
        if key not in rows:
            return False
        values = dict(zip(_COLUMNS[key[0]], rows[key], strict=True))
        return all(self.is_reachable(rows, (table, values[link])) for link, table in KIND_OF[key[0]].above)

    def aside_tokens(self) -> set[Token]:
        bodies = [body for (body,) in self.central.rows("SELECT body FROM mutation_quarantine")]
        for device in self.devices:
            bodies += [body for (body,) in device.db.conn.execute("SELECT body FROM sync_rejected")]
        found: set[Token] = set()
        for body in bodies:
            found |= words_in(bytes(body).decode())
            for op in msgspec.json.decode(body)["ops"]:
                for name, value in op.get("set", {}).items():
                    if (op["t"], name) in NUMBERS:
                        found |= tokens(op["t"], name, value)
        return found

    def check_conflicts(self) -> None:
        """Nobody is asked about a value that the other had seen (I5), nor twice about the same.

        But for fields that are merged as one: who wrote half unseen is asked about the other half too. And of what a
        server lost and got back from laptops, it does not always know any more who had seen it.
        """
        if self.restores:
            return
        lost: defaultdict[tuple[str, str, str], list[Any]] = defaultdict(list)
        for said in self.conflicts().values():
            if said.kind != "field":
                continue
            if said.resolved_seq is None and tokens(said.tbl, said.field, said.other_value):
                lost[said.tbl, said.row_id, said.field].append(said.other_value)
            if said.field not in TOGETHER:
                self.check_spurious(said)
        for (table, _, name), values in lost.items():
            if len(values) != len(set(values)):
                self.breach(f"disputed twice: {table}.{name} {values}")

    def check_spurious(self, said: Said) -> None:
        for one in tokens(said.tbl, said.field, said.kept_value) - self.ledger.copied:
            for two in tokens(said.tbl, said.field, said.other_value) - self.ledger.copied:
                if self.ledger.led_to(one, two) or self.ledger.led_to(two, one):
                    self.breach(f"spurious: {said.tbl}.{said.field} {said.kept_value!r} or {said.other_value!r}")

    def check_log(self) -> None:
        """Each mutation had its effect once, and the sequences have no hole (I4, I10)."""
        twice = self.central.rows(
            "SELECT device, m, count(DISTINCT seq) FROM change_log WHERE device NOT LIKE ? AND m > 0 GROUP BY device, m"
            " HAVING count(DISTINCT seq) > 1",
            f"{GIVEN_BACK}%",
        )
        for device, m, times in twice:
            self.breach(f"mutation {m} of {device} had its effect {times} times")
        if self.central.rows("SELECT count(DISTINCT seq) FROM change_log")[0][0] != self.central.head:
            self.breach("the sequences have a hole")

    def check_lives(self) -> None:
        """A deleted row lives again only where somebody brought it back, or is asked about it (I3)."""
        asked = {(said.tbl, said.row_id) for said in self.conflicts().values() if said.field == LIFE}
        died = set()
        for table, row_id, op in self.central.rows("SELECT tbl, row_id, op FROM change_log ORDER BY seq, ord"):
            if op == "live" and (table, row_id) in died - self.ledger.revived - asked:
                self.breach(f"{table} {row_id} came back by itself")
            if op == "delete":
                died.add((table, row_id))

    def check_keys(self) -> None:
        """What is one thing for people is one row (R1)."""
        rows = self.on_server()
        for kind in KINDS:
            parts = [link for link, _ in kind.above] + sorted({name for key in kind.keys for name in key})
            if kind.is_natural:
                found = self.central.rows(f"SELECT id, {', '.join(parts)} FROM {kind.table}")
                keys = [key for row_id, *key in found if (kind.table, row_id) in rows]
                if len({tuple(key) for key in keys}) != len(keys):
                    self.breach(f"{kind.table}: one key, several rows")

    def check_identity(self) -> None:
        """A folder that was never restored nor copied goes on as it began, unless the server was set back (R3, R8)."""
        for device in self.devices:
            if not self.restores and device.is_original and device.life[1] != 1:
                self.breach(f"{device.body} goes on as incarnation {device.life[1]}")

    def facts(self) -> Iterator[object]:
        """All that a run came to, for its hash."""
        yield from self.central.dump()
        for device in self.devices:
            yield sorted(self.on_device(device).items())
            yield device.db.conn.execute("SELECT * FROM sync_base ORDER BY tbl, row_id").fetchall()
