"""Two hundred laptops at one server: as fast as it answers, and at the pace that it must keep."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from app.models.ids import Clock
from benchmarks.sync import devices
from benchmarks.sync.bench import Bench, Figure, Outcome

DEVICES = 200
SECONDS = 20.0
MUTATIONS = 20  # of one exchange
ENOUGH = 300  # mutations a second


def load(bench: Bench) -> Outcome:
    clock = Clock()
    with TemporaryDirectory(prefix="gemba-load-") as folder, bench.server(Path(folder)) as server:
        with server.opened() as database:
            found = devices.enrolled(database, server.secret, DEVICES, clock)
        asyncio.run(devices.fill(server.port, found, clock))
        calm = devices.Pace(SECONDS, DEVICES, exchanges_s=1.1 * ENOUGH / MUTATIONS, mutations=MUTATIONS)
        paced = asyncio.run(devices.run(server.port, found, calm, clock)).as_facts()
        wild = devices.Pace(SECONDS, DEVICES, mutations=MUTATIONS)
        full = asyncio.run(devices.run(server.port, found, wild, clock)).as_facts()
        cpu_s, server_mb = server.cost()
        which = "PostgreSQL" if server.database_url else "SQLite"
    figures = [
        Figure("asked for 330 mutations/s: got", _number(paced["mutations_s"]), least=ENOUGH),
        Figure("asked for 330 mutations/s: p95", _number(paced["p95_ms"]), "ms", most=250),
        Figure("asked for 330 mutations/s: failed", _number(paced["failed"]), most=0),
        Figure("as fast as answered: mutations/s", _number(full["mutations_s"]), least=ENOUGH),
        Figure("as fast as answered: failed", _number(full["failed"]), most=0),
        Figure("server: most memory", round(server_mb, 1), "MB"),
    ]
    facts = {"paced": paced, "full": full, "server_cpu_s": round(cpu_s, 1)}
    return Outcome(f"load: {DEVICES} devices, {which}", figures, facts)


def _number(value: object) -> float:
    return float(str(value))
