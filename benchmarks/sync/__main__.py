"""`make bench-sync`, or `python -m benchmarks.sync w3 w6` for some of them.

With `--database postgresql+psycopg://...` the server is on that database: an empty one, for one workload.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

from app.models.ids import Clock
from app.paths import program_folder
from benchmarks.rounds import load, machine
from benchmarks.sync import crowd, photos, rows
from benchmarks.sync.bench import Bench, Figure, Outcome

RUNS: dict[str, Callable[[Bench], Outcome]] = {
    "w1-lan": rows.first_push_lan,
    "w1": rows.first_push,
    "w1-satellite": rows.first_push_satellite,
    "w2": rows.first_pull,
    "w3": rows.changes,
    "w5": photos.photos,
    "w6": rows.three_people,
    "w7": rows.flapping,
    "w8": photos.cut_photos,
    "w9": photos.rows_before_photos,
    "load": crowd.load,
}
_DATABASE = "--database"
_USAGE = 2


def main(tokens: Sequence[str]) -> int:
    """Measures each that is named once; none: all. A goal that is missed is told, not an error."""
    names, database_url = _read(tokens)
    if unknown := set(names) - set(RUNS):
        sys.stderr.write(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(RUNS)}.\n")
        return _USAGE
    started = perf_counter()
    facts: dict[str, object] = {"made_on": Clock().today().isoformat(), "load_before": load(), "machine": machine()}
    _say(f"load before: {load()}")
    measured: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="gemba-bench-") as folder:
        bench = Bench(Path(folder), database_url)
        for name in names or RUNS:
            outcome = RUNS[name](bench)
            _say("\n" + _table(outcome) + f"\n  load now: {load()}")
            measured.append({"workload": name, "load_after": load()} | asdict(outcome))
    seconds = round(perf_counter() - started)
    out = program_folder() / "build" / "bench-sync.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(facts | {"seconds": seconds, "measured": measured}, indent=1) + "\n", encoding="utf-8")
    _say(f"\n{seconds} s; all that was noted is in build/{out.name}")
    return 0


def _read(tokens: Sequence[str]) -> tuple[list[str], str]:
    given = list(tokens)
    if _DATABASE not in given:
        return given, ""
    at = given.index(_DATABASE)
    return given[:at] + given[at + 2 :], "".join(given[at + 1 : at + 2])


def _table(outcome: Outcome) -> str:
    return "\n".join([outcome.title, *map(_line, outcome.figures)])


def _line(figure: Figure) -> str:
    value = f"{figure.value:,g}" if figure.value < 1_000 else f"{figure.value:,.0f}"
    verdict = ("met" if figure.is_met else "MISSED") if figure.goal else ""
    return f"  {figure.name:<36}{value:>10} {figure.unit:<4}{figure.goal:<12}{verdict}".rstrip()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
