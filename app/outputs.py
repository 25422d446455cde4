"""What is handed over: a visit's report, kept as it was issued, and head office's workbook."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pypdfium2

from app import __version__
from app.bootstrap import Store
from app.exchange.head_office import write_head_office
from app.fieldwork.head_office import head_office_snapshot
from app.fieldwork.identity import role_of
from app.fieldwork.visit_file import enterprise_facts, visit_snapshot
from app.i18n import language
from app.models.database import Author, translated
from app.models.driver import Database
from app.models.rows import Row, rows_where, save_row
from app.models.snapshots import VisitSnapshot
from app.models.visits import Visit, get_visit
from app.paths import fonts_folder, replacing
from app.photos.store import BytesKind, get_bytes, put_bytes
from app.reports.fonts import load_fonts
from app.reports.visit_report import TEMPLATE, IssuedPdf, visit_report


def make_report(db: Database, photos: Database, visit_id: str, *, language_tag: str | None = None) -> IssuedPdf:
    """The PDF as it stands now, in the factory's language or another. Raises FontsMissing, NotFound."""
    return report_of(visit_snapshot(db, visit_id), lambda sha256: get_bytes(photos, sha256), language_tag=language_tag)


def report_of(
    snapshot: VisitSnapshot, photo_bytes: Callable[[str], bytes], *, language_tag: str | None = None
) -> IssuedPdf:
    """The same from a visit that was read already, wherever the bytes of its photos come from. Raises FontsMissing."""
    spoken = language(language_tag or snapshot.enterprise.report_language)
    return visit_report(snapshot, photo_bytes, spoken, fonts=load_fonts(fonts_folder()))


def issue_report(store: Store, by: Author, visit_id: str, out: Path, *, language_tag: str | None = None) -> IssuedPdf:
    """Write the report to `out`. That of a finished visit is issued: kept as it is, and handed out the same for ever.

    Whatever is changed about the enterprise later, a revision of a visit has one report in each language.
    """
    visit = get_visit(store.records, visit_id)
    spoken = language_tag or report_language(store.records, visit)
    if not visit.can_be_edited and (row := find_issued(store.records, visit, spoken)):
        report = kept_report(row, get_bytes(store.photos, row["pdf_sha256"]))
    else:
        report = make_report(store.records, store.photos, visit_id, language_tag=spoken)
        if not visit.can_be_edited:
            pdf_sha256 = put_bytes(store.photos, report.data, BytesKind.ISSUED_REPORT)
            note_issue(store.records, by, visit, report, pdf_sha256=pdf_sha256, spoken=spoken)
    write_file(out, report.data)
    return report


def report_language(db: Database, visit: Visit) -> str:
    """The language of the factory's reports."""
    return enterprise_facts(db, visit.enterprise_id, visit.day).report_language


def find_issued(db: Database, visit: Visit, spoken: str) -> Row | None:
    """The report of this revision in this language as it was issued; None when it was not yet."""
    wanted = {"visit_id": visit.id, "revision": visit.revision, "language": spoken}
    return next(rows_where(db, "report", wanted), None)


def kept_report(row: Row, data: bytes) -> IssuedPdf:
    """An issued report from its row and its bytes."""
    with closing(pypdfium2.PdfDocument(data)) as pdf:
        return IssuedPdf(data, row["content_sha256"], len(pdf))


def note_issue(db: Database, by: Author, visit: Visit, report: IssuedPdf, *, pdf_sha256: str, spoken: str) -> str:
    """Write down that a report was issued whose bytes are kept already. Returns the row's id."""
    issued = {
        "enterprise_id": visit.enterprise_id,
        "visit_id": visit.id,
        "template": TEMPLATE,
        "language": spoken,
        "revision": visit.revision,
        "content_sha256": report.content_sha256,
        "pdf_sha256": pdf_sha256,
        "is_redacted": False,
        "issued_at": by.clock.now(),
    }
    return save_row(db, by, "report", issued)


def write_workbook(store: Store, out: Path, *, language_tag: str = "en") -> dict[str, int]:
    """Head office's workbook at `out`; how many rows each sheet got."""
    made_by = role_of(store.records, store.author)
    today = store.author.clock.today()
    snapshot = head_office_snapshot(store.records, made_on=today, made_by=made_by, program_version=__version__)
    write_head_office(snapshot, out, language(language_tag))
    return {sheet: len(rows) for sheet, rows in snapshot.sheets.items()}


def write_file(path: Path, data: bytes) -> None:
    """Written beside and swapped in: never half a file. Raises the kinds of DiskTrouble."""
    with translated(path), replacing(path) as half:
        half.write_bytes(data)
