"""Head office's workbook, against a CSV of the same rows and against openpyxl left alone with them."""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

from app import __version__
from app.bootstrap import Store, reading
from app.exchange.head_office import write_head_office
from app.fieldwork.head_office import head_office_snapshot
from app.i18n import language
from app.models.snapshots import Cell, HeadOfficeSnapshot
from app.outputs import write_workbook
from app.paths import DataFolder
from app.sample.programme import clock_before
from benchmarks.rounds import Comparison, Way, compare, timed
from benchmarks.stores import DAY, Stores

MANY_ANSWERS = 20_000
ROUNDS_OF_SAMPLE = 7
ROUNDS_OF_MANY = 3

Sheets = dict[str, list[list[Cell]]]


def run(stores: Stores) -> Iterator[Comparison]:
    yield _compare(stores, stores.sample().folder, "the sample", rounds=ROUNDS_OF_SAMPLE)
    yield _compare(stores, stores.answered(MANY_ANSWERS), f"{MANY_ANSWERS:,} answers", rounds=ROUNDS_OF_MANY)


def _compare(stores: Stores, folder: DataFolder, title: str, *, rounds: int) -> Comparison:
    with reading(folder, stores.key, clock=clock_before(DAY)) as store:
        snapshot = _gather(store)
        sheets = {name: _plain_rows(rows) for name, rows in snapshot.sheets.items()}
        out = stores.root / "head-office.xlsx"
        words = language("en")
        ways = [
            Way("csv.writer", lambda: timed(lambda: _write_csv(sheets, stores.root))),
            Way("bare openpyxl, write-only", lambda: timed(lambda: _write_plain(sheets, stores.root / "plain.xlsx"))),
            Way("exchange.write_head_office", lambda: timed(lambda: write_head_office(snapshot, out, words))),
            Way("the same, out of the encrypted store", lambda: timed(lambda: write_workbook(store, out))),
        ]
        things = sum(map(len, snapshot.sheets.values()))
        return compare(
            f"workbook of {title}, rows", ways, rounds=rounds, things=things, warm_up=rounds > ROUNDS_OF_MANY
        )


def _gather(store: Store) -> HeadOfficeSnapshot:
    return head_office_snapshot(store.records, made_on=DAY, made_by="trainer", program_version=__version__)


def _plain_rows(rows: tuple[Mapping[str, Cell], ...]) -> list[list[Cell]]:
    """As both peers take them: lists, an instant without its zone, which Excel has no place for."""
    return [[v.replace(tzinfo=None) if isinstance(v, datetime) else v for v in row.values()] for row in rows]


def _write_csv(sheets: Sheets, folder: Path) -> None:
    for name, rows in sheets.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)


def _write_plain(sheets: Sheets, path: Path) -> None:
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
