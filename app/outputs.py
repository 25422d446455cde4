"""What is handed over: a visit's report, kept as it was issued, and head office's workbook."""

from dataclasses import replace
from pathlib import Path

from app import __version__
from app.bootstrap import Store
from app.exchange.head_office import write_head_office
from app.fieldwork.head_office import head_office_snapshot
from app.fieldwork.identity import role_of
from app.fieldwork.visit_file import enterprise_facts, visit_snapshot
from app.i18n import language
from app.models.database import Author, translated
from app.models.driver import Database
from app.models.rows import list_rows, save_row
from app.models.visits import get_visit
from app.paths import fonts_folder
from app.photos.store import BytesKind, get_bytes, put_bytes
from app.reports.fonts import load_fonts
from app.reports.visit_report import TEMPLATE, IssuedPdf, visit_report


def make_report(db: Database, photos: Database, visit_id: str, *, language_tag: str | None = None) -> IssuedPdf:
    """The PDF as it stands now, in the factory's language or another. Raises FontsMissing, NotFound."""
    fonts = load_fonts(fonts_folder())
    snapshot = visit_snapshot(db, visit_id)
    spoken = language(language_tag or snapshot.enterprise.report_language)
    return visit_report(snapshot, lambda sha256: get_bytes(photos, sha256), spoken, fonts=fonts)


def issue_report(store: Store, by: Author, visit_id: str, out: Path, *, language_tag: str | None = None) -> IssuedPdf:
    """Make the report and write it to `out`. That of a finished visit is issued: the store keeps its very bytes.

    What was issued once is handed out again as it was, never made anew.
    """
    made = make_report(store.records, store.photos, visit_id, language_tag=language_tag)
    visit = get_visit(store.records, visit_id)
    if visit.can_be_edited:
        write_file(out, made.data)
        return made
    for row in list_rows(store.records, "report", visit_id=visit_id, content_sha256=made.content_sha256):
        issued = replace(made, data=get_bytes(store.photos, row["pdf_sha256"]))
        write_file(out, issued.data)
        return issued
    write_file(out, made.data)
    save_row(
        store.records,
        by,
        "report",
        {
            "enterprise_id": visit.enterprise_id,
            "visit_id": visit_id,
            "template": TEMPLATE,
            "language": language_tag or enterprise_facts(store.records, visit.enterprise_id, visit.day).report_language,
            "revision": visit.revision,
            "content_sha256": made.content_sha256,
            "pdf_sha256": put_bytes(store.photos, made.data, BytesKind.ISSUED_REPORT),
            "is_redacted": False,
            "issued_at": by.clock.now(),
        },
    )
    return made


def write_workbook(store: Store, out: Path, *, language_tag: str = "en") -> dict[str, int]:
    """Head office's workbook at `out`; how many rows each sheet got."""
    made_by = role_of(store.records, store.author)
    today = store.author.clock.today()
    snapshot = head_office_snapshot(store.records, made_on=today, made_by=made_by, program_version=__version__)
    write_head_office(snapshot, out, language(language_tag))
    return {sheet: len(rows) for sheet, rows in snapshot.sheets.items()}


def write_file(path: Path, data: bytes) -> None:
    """Written beside and swapped in: never half a file. Raises the kinds of DiskTrouble."""
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(path.name + ".part")
        half.write_bytes(data)
        half.replace(path)
