"""The most memory that the program's commands have at once, against a Python that opens the store and reads one row."""

import sys
from collections.abc import Iterator, Sequence

from benchmarks.rounds import Comparison, Unit, Way, compare
from benchmarks.stores import Stores, run_command

ROUNDS = 3
MANY_ANSWERS = 100_000
_BARE = """
import sys, sqlcipher3
connection = sqlcipher3.connect(sys.argv[1])
connection.execute(f'''PRAGMA key = "x'{sys.argv[2]}'"''')
connection.execute("SELECT * FROM answer LIMIT 1").fetchone()
"""


def run(stores: Stores) -> Iterator[Comparison]:
    many, sample = stores.answered(MANY_ANSWERS), stores.sample()
    pdf, workbook = (str(stores.root / name) for name in ("peak.pdf", "peak.xlsx"))
    report = stores.command(sample.folder, "report", sample.visit_id, "--out", pdf)
    # The first writing of a day copies the store, and a finished visit's report is issued once: not what is measured.
    run_command(report)
    commands = {
        "Python, sqlcipher3, one row": [sys.executable, "-c", _BARE, str(many.records), stores.key.digits],
        "gemba data list answer (1,000 shown)": stores.command(many, "data", "list", "answer"),
        "gemba data list answer (100,000 shown)": stores.command(many, "data", "list", "answer", "--limit", "100000"),
        "gemba data search": stores.command(many, "data", "search", "boxes"),
        "gemba report, the sample day": report,
        "gemba export, the sample": stores.command(sample.folder, "export", "--out", workbook),
        "gemba export, 20,000 answers": stores.command(stores.answered(20_000), "export", "--out", workbook),
        "gemba export, 100,000 answers": stores.command(many, "export", "--out", workbook),
    }
    ways = [_way(name, command) for name, command in commands.items()]
    yield compare("memory: peak of a process", ways, rounds=ROUNDS, unit=Unit.MEGABYTES, warm_up=False)


def _way(name: str, command: Sequence[str]) -> Way:
    launcher = [sys.executable, "-m", "benchmarks.peak", *command]
    return Way(name, lambda: float(run_command(launcher)))
