"""The slow work of the report tab: making, issuing, writing and printing; nothing here touches a widget."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QPrinter

from app.errors import NotAllowed
from app.fieldwork.finish import gaps_of_visit
from app.fieldwork.visit_file import visit_snapshot
from app.models.database import Author
from app.models.driver import Database
from app.models.rows import list_rows
from app.models.snapshots import VisitSnapshot
from app.models.visits import Visit
from app.outputs import find_issued, note_issue, report_of, write_file
from app.photos.store import BytesKind, get_bytes, put_bytes
from app.reports.page_images import page_count, page_image
from app.reports.visit_report import IssuedPdf
from app.ui.jobs import Jobs
from app.ui.visit.report_pages import as_qimage

_DOTS_PER_INCH = 200


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """A report that was issued; `issued_at` as stored, `language` a tag."""

    id: str
    issued_at: str
    language: str
    revision: int
    content_sha256: str
    pdf_sha256: str


@dataclass(frozen=True, slots=True)
class MadeReport:
    """What the tab shows. `is_issued`: this very content was handed out already. `missing`: how many things stop
    finishing the visit."""

    visit: Visit
    language: str
    pdf: IssuedPdf
    is_issued: bool
    issued: tuple[IssuedRow, ...]
    missing: int


def read_issued(db: Database, visit_id: str) -> tuple[IssuedRow, ...]:
    """Newest first."""
    rows = sorted(list_rows(db, "report", visit_id=visit_id), key=lambda row: row["issued_at"], reverse=True)
    return tuple(
        IssuedRow(
            id=row["id"],
            issued_at=row["issued_at"],
            language=row["language"],
            revision=row["revision"] or 1,
            content_sha256=row["content_sha256"],
            pdf_sha256=row["pdf_sha256"],
        )
        for row in rows
    )


def make(jobs: Jobs, db: Database, visit_id: str, language: str | None) -> MadeReport:
    """Runs on the pool with a reading connection. Raises FontsMissing and NotFound."""
    snapshot: VisitSnapshot = visit_snapshot(db, visit_id)

    def photo_bytes(sha256: str) -> bytes:
        return jobs.photos(lambda photos: get_bytes(photos, sha256))

    made = report_of(snapshot, photo_bytes, language_tag=language)
    spoken = language or snapshot.enterprise.report_language
    there = None if snapshot.visit.can_be_edited else find_issued(db, snapshot.visit, spoken)
    missing = sum(gap.stops for gap in gaps_of_visit(db, visit_id)) if snapshot.visit.can_be_edited else 0
    return MadeReport(snapshot.visit, spoken, made, there is not None, read_issued(db, visit_id), missing)


def issue(jobs: Jobs, by: Author, made: MadeReport) -> bytes:
    """The bytes to hand out. Those of a finished visit are kept first; what was issued once is handed out as it was."""
    if made.visit.can_be_edited:
        return made.pdf.data
    visit, pdf = made.visit, made.pdf
    if kept := jobs.db(lambda db: find_issued(db, visit, made.language)):
        return jobs.photos(lambda photos: get_bytes(photos, kept["pdf_sha256"]))
    sha256 = jobs.photos(lambda photos: put_bytes(photos, pdf.data, BytesKind.ISSUED_REPORT))
    jobs.db(lambda db: note_issue(db, by, visit, pdf, pdf_sha256=sha256, spoken=made.language))
    return pdf.data


def save_as(jobs: Jobs, by: Author, made: MadeReport, path: Path) -> Path:
    write_file(path, issue(jobs, by, made))
    return path


def save_issued(jobs: Jobs, row: IssuedRow, path: Path) -> Path:
    """The very bytes that were handed out."""
    write_file(path, jobs.photos(lambda photos: get_bytes(photos, row.pdf_sha256)))
    return path


def print_on(jobs: Jobs, by: Author, made: MadeReport, printer: QPrinter) -> int:
    """Paint the pages on a printer that was set up; returns how many. Raises NotAllowed when it takes nothing."""
    painter = QPainter()
    if not painter.begin(printer):
        raise NotAllowed("printer-silent")
    try:
        pdf = issue(jobs, by, made)
        pages = page_count(pdf)
        for number in range(pages):
            if number:
                printer.newPage()
            image = as_qimage(page_image(pdf, number, dots_per_inch=_DOTS_PER_INCH))
            paper = printer.pageRect(QPrinter.Unit.DevicePixel)
            scale = min(paper.width() / image.width(), paper.height() / image.height())
            painter.drawImage(QRectF(0, 0, image.width() * scale, image.height() * scale), image)
    finally:
        painter.end()
    return pages
