"""The central server and laptops as processes of their own, on loopback."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from app.models.ids import Clock
from app.paths import DataFolder, program_folder
from server.accounts import Account, add_user, create_tenant, list_tenants, list_users, new_code
from server.commands import initialised
from server.database import Database, open_database
from server.secret import read_secret
from server.settings import Settings

ORGANISATION = "Programme"
_START_S = 20.0
_STOP_S = 10.0


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as one:
        return int(one.getsockname()[1])


@dataclass(slots=True)
class CentralServer:
    """`with CentralServer(folder) as server:` — a new organisation, served until the end of the block.

    It may be killed and started again in between; the port stays. `environment`: what the process has beside ours.
    """

    folder: Path
    database_url: str = ""
    workers: int = 0  # as the server itself decides
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        return Settings(self.folder, self.database_url)

    def __enter__(self) -> Self:
        initialised(self.settings, ORGANISATION)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """Its database, as its administrator has it."""
        database = open_database(self.settings.database_url)
        try:
            yield database
        finally:
            database.close()

    @property
    def secret(self) -> bytes:
        return read_secret(self.settings.secret_file)

    def start(self, **environment: str) -> None:
        """Returns when it serves. `environment`: for this time only."""
        command = [sys.executable, "-m", "server", "run", "--data", str(self.folder), "--port", str(self.port)]
        command += ["--database", self.database_url] if self.database_url else []
        command += ["--workers", str(self.workers)] if self.workers else []
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=program_folder(),
                env=os.environ | self.environment | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that it can be killed with all its workers
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + _START_S
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                if time.monotonic() > end or not self.is_alive:
                    log = (self.folder / "log").read_text(encoding="utf-8")[-2_000:]
                    raise RuntimeError(f"the server does not serve:\n{log}") from None
                time.sleep(0.02)

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """As a power cut would: no process of it does anything more."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(_STOP_S)

    def stop(self) -> None:
        """In order; what is under way is finished."""
        if not self.is_alive or self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def code(self, person: str = "Ana", organisation: str = ORGANISATION) -> str:
        """A code that lets one device in; the person's account is made when it is not there, as is the organisation."""
        with self.opened() as database:
            tenants = {name: tenant for tenant, name in list_tenants(database)}
            tenant = tenants.get(organisation) or create_tenant(database, organisation, _now_ms())
            known = {account.name: account for account in list_users(database, tenant)}
            account: Account = known.get(person) or add_user(database, tenant, person, "trainer", _now_ms())
            return new_code(database, account, _now_ms())

    def cost(self) -> tuple[float, float]:
        """CPU seconds until now, and the most memory in MB, of the largest of its processes."""
        found = [self.process.pid] if self.process else []
        for pid in found:
            found += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        ticks = os.sysconf("SC_CLK_TCK")
        seconds = sum(sum(map(int, _stat(pid)[11:15])) / ticks for pid in found)
        return seconds, max(peak_mb(pid) for pid in found)


def _stat(pid: int) -> list[str]:
    """What stands after the name of the process, which may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def peak_mb(pid: int | str) -> float:
    """The most memory that a living process ever had; `self` is this one."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1_024 / 1e6 for line in lines if line.startswith("VmHWM"))


@dataclass(slots=True)
class Laptop:
    """The program with an open store, in a process of its own: see benchmarks.sync.laptop. Closed with its block."""

    folder: DataFolder
    key_file: Path | None
    state: Path
    process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "benchmarks.sync.laptop", str(self.folder.root)]
        command += [str(self.key_file)] if self.key_file else []
        self.process = subprocess.Popen(
            command,
            cwd=program_folder(),
            env=os.environ | {"GEMBA_STATE": str(self.state)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.do("ready")
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is None or self.process.stdin is None or self.process.stdout is None:
            return
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait(_STOP_S)
        self.process.stdout.close()

    def kill(self) -> None:
        """It does nothing more from now on, and is not asked to."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(_STOP_S)

    def begin(self, deed: str, **details: object) -> None:
        """Ask for a deed without waiting for its end."""
        if self.process is None or self.process.stdin is None:
            raise RuntimeError("the laptop is off")
        self.process.stdin.write(json.dumps({"deed": deed, **details}) + "\n")
        self.process.stdin.flush()

    def end(self) -> Any:
        """What came of the deed that was begun. Raises RuntimeError with its words when it failed."""
        if self.process is None or self.process.stdout is None:
            raise RuntimeError("the laptop is off")
        said = json.loads(self.process.stdout.readline() or '{"failed": "the laptop died"}')
        if "failed" in said:
            raise RuntimeError(said["failed"])
        return said["done"]

    def do(self, deed: str, **details: object) -> Any:
        self.begin(deed, **details)
        return self.end()


def _now_ms() -> int:
    return int(Clock().now().timestamp() * 1_000)
