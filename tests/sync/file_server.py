"""The server's bytes without HTTP, and laptops that take photos: what a transfer is tried with."""

import asyncio
import base64
import hashlib
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import CutShort
from app.photos.store import BytesKind, put_bytes, stored_hashes
from app.sync.transfer import Piece, Sent, transfer_once
from server.blobs import Blobs
from server.objects import objects_at
from server.refusals import Refused
from server.spool import Spool
from server.tus import BYTES_TYPE, Asked, answer
from tests.sync.laptops import Laptop


def some_bytes(size, seed=0):
    return hashlib.shake_128(str(seed).encode()).digest(size)


def sha_of(data):
    return hashlib.sha256(data).hexdigest()


class Files:
    """The file side of a OneServer, as a laptop sees it. `asked`: (verb, what) of every request.

    `cut_after`: so many bytes of each piece get through before the connection breaks; None for all. `corrupt`: what
    becomes of the bytes on the way. `seen`: a function called before each request.
    """

    def __init__(self, server):
        self.server = server
        self.folder = Path(tempfile.mkdtemp(prefix="files-"))
        self.spool = Spool(self.folder / "spool")
        self.blobs = Blobs(
            server.database, self.spool, objects_at(str(self.folder / "photos")), lambda: self.server.now_ms
        )
        self.tenant = server.tenant
        self.asked = []
        self.cut_after = None
        self.lose_answers = False
        self.corrupt = bytes
        self.seen = lambda: None
        self.sent_bytes = 0

    def close(self):
        shutil.rmtree(self.folder)

    def blobs_known(self, hashes, *, rehash=False):
        self._ask("check", len(hashes))
        return self.blobs.known(self.tenant, hashes, rehash=rehash)

    def begin_upload(self, sha256, size, data):
        self._ask("begin", len(data))
        metadata = "sha256 " + base64.b64encode(sha256.encode()).decode()
        return self._tus("POST", "", data, upload_length=str(size), upload_metadata=metadata)

    def append_upload(self, url, offset, data):
        self._ask("append", len(data))
        return self._tus("PATCH", url, data, upload_offset=str(offset))

    def upload_offset(self, url):
        self._ask("offset", url)
        return self._tus("HEAD", url, b"")

    def fetch_blob(self, sha256, start, size):
        self._ask("fetch", (start, size))
        try:
            whole = self.blobs.size_of(self.tenant, sha256)
        except Refused:
            return None

        async def read():
            end = min(start + size, whole)
            return b"".join([piece async for piece in self.blobs.objects.read(self.tenant, sha256, start, end)])

        return Piece(self.corrupt(asyncio.run(read())), whole)

    def _ask(self, verb, what):
        self.seen()
        self.asked.append((verb, what))

    def _tus(self, method, url, data, **headers):
        checksum = "sha256 " + base64.b64encode(hashlib.sha256(data).digest()).decode()
        named = {"tus-resumable": "1.0.0", "content-type": BYTES_TYPE, "upload-checksum": checksum}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        is_cut = self.cut_after is not None and method in ("POST", "PATCH") and len(data) > self.cut_after
        through = data[: self.cut_after] if is_cut else self.corrupt(data)
        self.sent_bytes += len(through)
        events = [{"type": "http.request", "body": through, "more_body": is_cut}]
        events += [{"type": "http.disconnect"}] * is_cut

        async def receive():
            return events.pop(0)

        sha256 = url.rpartition("/")[2]
        try:
            reply = asyncio.run(answer(self.blobs, Asked(self.tenant, method, sha256, named, receive)))
        except Refused as refused:
            if refused.code == "cut":
                raise CutShort("cut") from None
            return Sent(code={404: "gone", 410: "gone"}.get(refused.status, refused.code))
        if self.lose_answers:
            raise CutShort("answer lost")
        return Sent(int(reply.headers.get("Upload-Offset", 0)), reply.headers.get("Location", ""))


@dataclass
class PhotoLaptop(Laptop):
    """A laptop with bytes too. `files`: its way to the server's."""

    photo_db: object = None
    files: object = None
    transfers: int = field(default=0)

    def photos(self, work):
        return work(self.photo_db)

    def take_photo(self, number=0, *, visit_id=None, working=30_000, thumbnail=3_000, original=0):
        """A photo row with its bytes, on a visit if one is given. The bytes: (thumbnail, working, original)."""
        sizes = {"thumbnail": thumbnail, "working": working, "original": original}
        made = {kind: some_bytes(size, f"{number} {kind}") for kind, size in sizes.items() if size}
        hashes = {f"{kind}_sha256": put_bytes(self.photo_db, data, BytesKind(kind)) for kind, data in made.items()}
        photo = self.add("photo", size=working, **hashes)
        if visit_id:
            self.add("photo_link", photo_id=photo, visit_id=visit_id)
        return made

    def open_visit(self):
        enterprise = self.add("enterprise", name="Andina", country="PE")
        return self.add("visit", enterprise_id=enterprise, status="draft")

    def transfer(self, **options):
        self.clock.move(seconds=1)
        return transfer_once(self, self.files, self.clock, **options)

    def both(self, **options):
        """Rows, bytes, and rows again, so that what was verified is known here."""
        self.sync()
        said = self.transfer(**options)
        self.sync()
        return said

    @property
    def here(self):
        return stored_hashes(self.photo_db)

    def states(self):
        """How many of each state."""
        return dict(self.db.conn.execute("SELECT state, count(*) FROM blob GROUP BY state ORDER BY 1").fetchall())

    def state(self, sha256):
        found = self.db.conn.execute("SELECT state FROM blob WHERE sha256 = ?", (sha256,)).fetchone()
        return found and found[0]
