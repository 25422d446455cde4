"""`make bench`, or `python -m benchmarks answers search` for some of them."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

from app.models.ids import Clock
from app.paths import program_folder
from benchmarks import answers, bulk, memory, opening, report, search, sheets, window, workbook
from benchmarks.rounds import Comparison, as_facts, load, machine, table
from benchmarks.stores import Stores

BENCHMARKS: dict[str, Callable[[Stores], Iterator[Comparison]]] = {
    "answers": answers.run,
    "bulk": bulk.run,
    "search": search.run,
    "opening": opening.run,
    "report": report.run,
    "workbook": workbook.run,
    "memory": memory.run,
    "window": window.run,
    "sheets": sheets.run,
}
_USAGE = 2


def main(names: Sequence[str]) -> int:
    if unknown := set(names) - set(BENCHMARKS):
        sys.stderr.write(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}.\n")
        return _USAGE
    started = perf_counter()
    facts: dict[str, object] = {"made_on": Clock().today().isoformat(), "load_before": load(), "machine": machine()}
    _say(", ".join(f"{name} {fact}" for name, fact in machine().items()))
    _say(f"load before: {load()}")
    measured: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="gemba-bench-") as folder:
        stores = Stores.below(Path(folder))
        for name in names or BENCHMARKS:
            for comparison in BENCHMARKS[name](stores):
                _say("\n" + table(comparison))
                measured.append({"benchmark": name, "load_after": load()} | as_facts(comparison))
    seconds = round(perf_counter() - started)
    out = program_folder() / "build" / "bench.json"
    out.parent.mkdir(exist_ok=True)
    facts |= {"seconds": seconds, "measured": measured}
    out.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _say(f"\n{seconds} s; every round is in build/{out.name}")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
