"""A PostgreSQL of the tests' own: another user's when we are root, in a folder of its own, on a socket only."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

MISSING = "PostgreSQL is needed for these tests and is not here: run `scripts/setup --test`, or put initdb on the PATH."
_PACKAGED = Path("/usr/lib/postgresql")
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=60")
_PATIENCE_S = 60


def programs() -> Path:
    """The folder of initdb and postgres; the newest. Raises LookupError with a sentence when there is none."""
    packaged = sorted(_PACKAGED.glob("*/bin/initdb"), key=lambda found: int(found.parent.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    for found in (*packaged, *([Path(on_path).resolve()] if on_path else [])):
        if (found.parent / "postgres").exists():
            return found.parent
    raise LookupError(MISSING)


def _owner() -> pwd.struct_passwd:
    """Who the server runs as: PostgreSQL refuses root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


@contextmanager
def cluster() -> Iterator[str]:
    """The folder of the socket of a running server with the superuser `gemba`; stopped and removed in the end."""
    binaries, owner = programs(), _owner()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    data = folder / "data"
    init = [binaries / "initdb", "-D", data, "-U", "gemba", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    try:
        subprocess.run(init, check=True, capture_output=True, cwd=folder, **as_owner)
        settings = [part for setting in _QUICK for part in ("-c", setting)]
        log = (folder / "log").open("wb")
        with log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", folder, *settings],
                stdout=log, stderr=log, cwd=folder, **as_owner,
            )  # fmt: skip
        try:
            _wait(server, folder)
            yield str(folder)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(_PATIENCE_S)
    finally:
        shutil.rmtree(folder)


def _wait(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            psycopg.connect(host=str(folder), user="gemba", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.02)
