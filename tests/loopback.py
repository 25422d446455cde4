"""A real server on loopback, in this process: for what opens sockets of its own, as the command line does."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import structlog
from starlette.testclient import TestClient

from app.models.ids import Clock
from server.accounts import Account, add_user, create_tenant, new_code
from server.app import application
from server.database import open_database
from server.schema import create_schema
from server.service import Service
from server.settings import Settings

_HOP = {"connection", "content-length", "transfer-encoding", "date", "server"}


class Central:
    """The server, its address, and whoever has an account. `portal`: what answers instead of it, while set."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.database = open_database("sqlite://")
        create_schema(self.database)
        self.service = Service(Settings(folder), self.database, b"s" * 32, self.clock)
        self.tenant = create_tenant(self.database, "Programme", self.service.now_ms())
        self.people: dict[str, Account] = {}
        self.portal: bytes | None = None
        self.url = ""

    def code(self, name: str = "Ana") -> str:
        """A new code for somebody's device."""
        now_ms = self.service.now_ms()
        if name not in self.people:
            self.people[name] = add_user(self.database, self.tenant, name, "trainer", now_ms)
        return new_code(self.database, self.people[name], now_ms)


@contextmanager
def _quiet() -> Iterator[None]:
    """What the server writes into its log is not what a command prints."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(io.StringIO()))
    try:
        yield
    finally:
        structlog.reset_defaults()


@contextmanager
def central_server(folder: Path) -> Iterator[Central]:
    """Served until the end of the block."""
    central = Central(folder)
    lock = threading.Lock()
    with _quiet(), TestClient(application(central.service), raise_server_exceptions=False) as client:

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_said: object) -> None:
                """Nobody reads it."""

            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                if central.portal is not None:
                    self._answer(200, [("Content-Type", "text/html")], central.portal)
                    return
                headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
                with lock, client.stream(self.command, self.path, content=body, headers=headers) as response:
                    raw = b"".join(response.iter_raw())
                kept = [(name, value) for name, value in response.headers.items() if name.lower() not in _HOP]
                self._answer(response.status_code, kept, raw)

            def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

        for verb in ("GET", "POST", "HEAD", "PATCH", "DELETE", "OPTIONS"):
            setattr(Handler, f"do_{verb}", Handler._pass_on)
        web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        web.daemon_threads = True
        serving = threading.Thread(target=web.serve_forever, args=(0.02,), daemon=True)
        serving.start()
        central.url = f"http://127.0.0.1:{web.server_address[1]}"
        try:
            yield central
        finally:
            web.shutdown()
            serving.join()
            web.server_close()
    central.database.close()
