"""The whole way to the server and back, as the window and the command line go it: rows first, then bytes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from platform import node
from urllib.parse import urlsplit

import httpx2

from app.errors import NotAllowed, NotEnrolled, SyncTrouble
from app.fieldwork.identity import author_of
from app.models.database import Author, Key
from app.models.driver import Database
from app.models.ids import Clock
from app.paths import DataFolder
from app.sync.bulk import BulkClient
from app.sync.carry import Carried, carry
from app.sync.client import ServerClient
from app.sync.device import ask_to_enrol, claim, identity_of, take_enrolled
from app.sync.engine import Stores, SyncReport
from app.sync.files import FileClient
from app.sync.journal import NAME, Journal
from app.sync.limits import Limits
from app.sync.network import Line
from app.sync.rescue import bring_back
from app.sync.seal import seal
from app.sync.status import note_trouble
from app.sync.transfer import Transferred
from app.sync.verify import Verified, are_bytes_unsure, recheck_bytes, verify
from app.sync.whole import Hooks, exchange_all

Report = Callable[[int, int], None]
_SCHEMES = {"https", "http"}
_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one exchange did. `changed`: tables in which something is seen differently now; `before`: those of an
    exchange that went before it. `files`: the photos and reports that went, after the rows."""

    rows: SyncReport
    before: frozenset[str] = frozenset()
    carried: Carried = field(default_factory=Carried)

    @property
    def changed(self) -> frozenset[str]:
        return self.before | self.rows.changed | self.carried.changed

    @property
    def notices(self) -> tuple[str, ...]:
        """Codes of what a person should hear, see app.messages.sync_troubles."""
        update = ["update"] if self.rows.update else []
        damaged = ["damaged-files"] if self.files.damaged else []
        return (*self.rows.notices, *update, *damaged)

    @property
    def files(self) -> Transferred:
        return self.carried.files


class ServerWay:
    """One for a data folder. Every method but `close` raises the kinds of SyncTrouble and of DiskTrouble."""

    def __init__(self, folder: DataFolder, key: Key | None, clock: Clock) -> None:
        self._clock = clock
        self._journal = Journal(folder.root / NAME, key)
        self._line: Line | None = None

    def enrol(self, stores: Stores, url: str, code: str) -> Author:
        """Connect this device by a code of head office; who writes here from now on. Raises NotAllowed, too."""
        address = address_of(url)
        asked = stores.records(lambda db: ask_to_enrol(db, code.strip(), name=node()))
        said = ServerClient(self._network(), address).enrol(asked)
        stores.records(self._journal.write)  # what is lost is known by the numbers of now
        return stores.records(lambda db: take_enrolled(db, said, url=address, clock=self._clock))

    def exchange(self, stores: Stores, report: Report | None = None, *, limits: Limits | None = None) -> Exchanged:
        """All there is, both ways. What was exchanged before a trouble is kept, and the trouble remembered."""
        try:
            done = self._exchange(stores, report)
            return replace(done, carried=self._carry(stores, report, limits))
        except NotEnrolled:
            raise
        except SyncTrouble as trouble:
            if not (self._line and self._line.is_closed):  # else it was ended from here
                at_ms = int(self._clock.now().timestamp() * 1000)
                found = trouble
                stores.records(lambda db: note_trouble(db, found, at_ms))
            raise

    def seal(self, db: Database) -> None:
        """Number what was written, so that a second copy of it is kept."""
        seal(db, self._clock)
        self._journal.write(db)

    def close(self) -> None:
        """Let go of the network; what is under way there ends as cut short. From any thread."""
        if self._line:
            self._line.hang_up()

    def verify(self, stores: Stores, report: Report | None = None, *, limits: Limits | None = None) -> Verified:
        """Look at every row and photo again, here and there, and mend what differs; unsent work goes first, and what
        is found to be unsent after it."""
        self.exchange(stores, report, limits=limits)
        by = stores.records(lambda db: author_of(db, self._clock))
        found = verify(stores, BulkClient(self._server(stores)), by, report)
        if found.differed:
            self.exchange(stores, report, limits=limits)
        return found

    def _exchange(self, stores: Stores, report: Report | None) -> Exchanged:
        server = self._server(stores)
        claim(stores, server, self._journal)
        hooks = Hooks(report) if report else Hooks()
        done = Exchanged(self._rows(stores, server, hooks))
        if stores.records(are_bytes_unsure):
            recheck_bytes(stores, BulkClient(server))
        if stores.records(self._bring_back):  # the second copy of unsent work knew more than the records
            done = Exchanged(self._rows(stores, server, hooks), done.rows.changed)
        return done

    def _carry(self, stores: Stores, report: Report | None, limits: Limits | None) -> Carried:
        server = self._server(stores)

        def rows() -> frozenset[str]:
            return self._rows(stores, server, Hooks()).changed

        return carry(stores, FileClient(server), self._clock, rows, report=report, limits=limits)

    def _rows(self, stores: Stores, server: ServerClient, hooks: Hooks) -> SyncReport:
        return exchange_all(stores, server, BulkClient(server), self._clock, hooks=hooks, journal=self._journal)

    def _bring_back(self, db: Database) -> int:
        return bring_back(db, author_of(db, self._clock), self._journal)

    def _server(self, stores: Stores) -> ServerClient:
        identity = identity_of(stores)
        url = stores.records(lambda db: str(db.conn.execute("SELECT url FROM sync_state").fetchone()[0]))
        return ServerClient(self._network(), url, identity)

    def _network(self) -> httpx2.Client:
        if self._line is None or self._line.is_closed:
            self._line = Line()
        return self._line.client


def way_of(folder: DataFolder, key: Key | None, clock: Clock) -> ServerWay:
    return ServerWay(folder, key, clock)


def address_of(url: str) -> str:
    """A server's address as it is kept; what people leave out is https. Raises NotAllowed for what is none, and for an
    open connection: only a server on this very machine may be spoken to in the open.
    """
    typed = url.strip().rstrip("/")
    scheme, separator, rest = typed.rpartition("://")
    address = f"{scheme.lower() if separator else 'https'}://{rest}"
    try:
        host = _host_in(address)
    except ValueError as error:
        raise NotAllowed("no-address", typed) from error
    if not address.startswith("https://") and host not in _THIS_MACHINE:
        raise NotAllowed("open-connection", address)
    return address


def _host_in(address: str) -> str:
    """Raises ValueError where no connection could be made to anything of this form."""
    parts = urlsplit(address)
    if parts.scheme not in _SCHEMES or not parts.hostname or parts.port == 0:
        raise ValueError(address)
    parts.hostname.encode("idna")
    return parts.hostname
