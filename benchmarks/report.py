"""The PDF of the sample day, against reportlab left alone with the same lines of text and the same pictures."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pypdfium2
from reportlab import rl_config
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Table

from app.fieldwork.visit_file import visit_snapshot
from app.i18n import Language, language
from app.models.database import open_reader
from app.models.snapshots import PhotoFacts, VisitSnapshot
from app.outputs import make_report
from app.paths import fonts_folder
from app.photos.store import get_bytes, open_photos
from app.reports.fonts import load_fonts
from app.reports.layout import look_for
from app.reports.photos import Album
from app.reports.sections.pairs import print_widths
from app.reports.visit_report import visit_report
from benchmarks.rounds import Comparison, Way, compare, timed
from benchmarks.stores import Stores

ROUNDS = 11
_FONT = "Plain"
_FONT_FILE = "NotoSans-Regular.ttf"
_STYLE = ParagraphStyle("plain", fontName=_FONT, fontSize=8.5, leading=12)
_TEXT_WIDTH = 480  # points


def run(stores: Stores) -> Iterator[Comparison]:
    sample = stores.sample()
    pdfmetrics.registerFont(TTFont(_FONT, fonts_folder() / _FONT_FILE))
    rl_config.useA85 = 0
    with (
        closing(open_reader(sample.folder.records, stores.key)) as db,
        closing(open_photos(sample.folder.photos, stores.key, reading=True)) as photos,
    ):
        # Read once: the store's own pace is in the last way only.
        snapshot = visit_snapshot(db, sample.visit_id)
        stored = {photo.sha256: get_bytes(photos, photo.sha256) for photo in _photos_of(snapshot)}
        report = _Report(snapshot, stored.__getitem__)
        made = report.make()
        lines = _lines_of(made)
        pictures = report.pictures()
        ways = [
            Way("plain reportlab", lambda: timed(lambda: _plain_pdf(lines, pictures))),
            Way("plain reportlab, shrinks the photos", lambda: timed(lambda: _plain_pdf(lines, report.pictures()))),
            Way("reports.visit_report", lambda: timed(report.make)),
            Way(
                "the same, out of the encrypted store", lambda: timed(lambda: make_report(db, photos, sample.visit_id))
            ),
        ]
        size = f"{len(lines)} lines, {len(pictures)} photos, {len(made) / 1e6:.2f} MB"
        yield compare(f"report of the sample day: {size}", ways, rounds=ROUNDS)


@dataclass(frozen=True, slots=True)
class _Report:
    snapshot: VisitSnapshot
    photo_bytes: Callable[[str], bytes]

    def make(self) -> bytes:
        fonts = load_fonts(fonts_folder())
        return visit_report(self.snapshot, self.photo_bytes, self._language, fonts=fonts).data

    def pictures(self) -> list[bytes]:
        """The photos as small as the report prints them."""
        look = look_for(self.snapshot.enterprise.paper, self._language, load_fonts(fonts_folder()))
        album = Album(self.photo_bytes, print_widths(self.snapshot, look))
        return [jpeg for photo in _photos_of(self.snapshot) if (jpeg := album.jpeg(photo))]

    @property
    def _language(self) -> Language:
        return language(self.snapshot.enterprise.report_language)


def _photos_of(snapshot: VisitSnapshot) -> list[PhotoFacts]:
    paired = (photo for pair in snapshot.pairs for photo in (pair.before, pair.after) if photo)
    return [*paired, *snapshot.photos]


def _lines_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return [line for text in texts for line in text.splitlines() if line.strip()]


def _plain_pdf(lines: Sequence[str], pictures: Sequence[bytes]) -> bytes:
    """As the first example of a handbook makes it: a table of paragraphs, then the pictures in two columns."""
    file = io.BytesIO()
    rows = [[Paragraph(escape(line), _STYLE)] for line in lines]
    story = [Table(rows, colWidths=[_TEXT_WIDTH])]
    images = [_image(jpeg) for jpeg in pictures]
    pairs = [images[start : start + 2] for start in range(0, len(images), 2)]
    story.append(Table([[*pair, ""][:2] for pair in pairs], colWidths=[_TEXT_WIDTH / 2] * 2))
    SimpleDocTemplate(file).build(story)
    return file.getvalue()


def _image(jpeg: bytes) -> Image:
    width, height = ImageReader(io.BytesIO(jpeg)).getSize()
    shown = _TEXT_WIDTH / 2 - 12
    return Image(io.BytesIO(jpeg), width=shown, height=shown * height / width)
