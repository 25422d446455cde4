"""`gemba demo`: the sample day, played without a window through the same functions."""

import re
from datetime import date
from pathlib import Path

from app.bootstrap import locked, writing
from app.cli.options import Options
from app.errors import FontsMissing, Invalid
from app.i18n import _, ngettext
from app.models.backups import copy_daily
from app.models.ids import Clock
from app.models.rows import list_rows
from app.outputs import issue_report, write_workbook
from app.paths import DataFolder, fonts_folder
from app.reports.fonts import load_fonts
from app.sample import laksana
from app.sample.day import play_day
from app.sample.folder import make_fresh
from app.sample.programme import at_the_gate, clock_before, evening_before, prepare

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_DEFAULTS = Options()
_COUNTED = ("enterprise", "visit", "session", "answer", "photo", "improvement", "indicator_value")


def demo(*, out: Path, day: date | None = None, options: Options = _DEFAULTS) -> None:
    """Fill a fresh data folder with sample data, play a trainer's day, leave the report and the workbook in --out."""
    folder = DataFolder((options.data or out / "data").absolute())
    day = day or Clock().today()
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Invalid("day", "not-a-sample-day", day)
    with locked(folder):
        make_fresh(folder)
    clock = clock_before(day)
    with writing(folder, options.key, clock=clock) as store:
        stage, ready = prepare(store.records, store.photos, clock, day)
        copy_daily(store.records, folder.backups, options.key, stage.ago(1))
        items = evening_before(stage, folder, _missing_fonts())
        before = at_the_gate(stage)
        play_day(stage, ready)
        pdf = out / f"{_file_name(laksana.NAME)}-{stage.day.isoformat()}.pdf"
        made = issue_report(store, stage.by, ready.visit_id, pdf)
        workbook = out / "head-office.xlsx"
        rows = write_workbook(store, workbook)
        counts = {table: sum(1 for _row in list_rows(store.records, table)) for table in _COUNTED}
    facts = {"data": folder.root, "report": pdf, "workbook": workbook, "visit": ready.visit_id, "records": counts}
    lines = [
        _("Sample data in {path}").format(path=folder.root),
        "  " + ", ".join(f"{table} {n}" for table, n in counts.items()),
        _("Ready to leave on the evening before: {n} of {all} points").format(
            n=sum(item.is_ready for item in items), all=len(items)
        ),
        ngettext(
            "At the gate: {n} improvement promised for now",
            "At the gate: {n} improvements promised for now",
            len(before.promised),
        ).format(n=len(before.promised)),
        _("Report, {n} pages: {path}").format(n=made.page_count, path=pdf),
        _("Workbook, {n} rows: {path}").format(n=sum(rows.values()), path=workbook),
    ]
    options.answer(facts | {"pages": made.page_count, "rows": rows}, lines)


def _missing_fonts() -> list[str]:
    try:
        load_fonts(fonts_folder())
    except FontsMissing as error:
        return error.missing
    return []


def _file_name(name: str) -> str:
    return re.sub(r"\W+", "-", name).strip("-")
