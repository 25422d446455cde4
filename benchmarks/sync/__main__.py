"""`make bench-sync`, or `python -m benchmarks.sync w3 w4` for some of them."""

import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

from app.models.ids import Clock
from app.paths import program_folder
from benchmarks.rounds import load, machine
from benchmarks.sync.runs import RUNS, Bench, Figure, Outcome

_USAGE = 2


def main(names: Sequence[str]) -> int:
    """Measures each of `names` once; none: all. A goal that is missed is told, not an error."""
    if unknown := set(names) - set(RUNS):
        sys.stderr.write(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(RUNS)}.\n")
        return _USAGE
    started = perf_counter()
    facts: dict[str, object] = {"made_on": Clock().today().isoformat(), "load_before": load(), "machine": machine()}
    _say(f"load before: {load()}")
    measured: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="gemba-bench-") as folder, ExitStack() as stack:
        bench = Bench(Path(folder), stack)
        for name in names or RUNS:
            outcome = RUNS[name](bench)
            _say("\n" + _table(outcome))
            measured.append({"workload": name, "load_after": load()} | asdict(outcome))
    seconds = round(perf_counter() - started)
    out = program_folder() / "build" / "bench-sync.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(facts | {"seconds": seconds, "measured": measured}, indent=1) + "\n", encoding="utf-8")
    _say(f"\n{seconds} s; all that was noted is in build/{out.name}")
    return 0


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
