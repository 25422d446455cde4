"""The report of one visit, made for the enterprise in its own language."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

import msgspec
from reportlab.platypus import Flowable

from app.i18n import Language
from app.models.snapshots import VisitSnapshot
from app.models.visits import VisitStatus
from app.reports.fonts import Fonts
from app.reports.labels import PROGRAMMES, joined, label, visit_words
from app.reports.layout import Facts, build_pdf, look_for
from app.reports.look import Look
from app.reports.photos import Album
from app.reports.printable import printable
from app.reports.sections.checklist import checklist
from app.reports.sections.closing import advice, next_steps, not_recorded, signatures, summary
from app.reports.sections.figures import figures
from app.reports.sections.improvements import improvements
from app.reports.sections.opening import opening
from app.reports.sections.pairs import pairs, print_widths
from app.reports.sections.people import people
from app.reports.text import brief

TEMPLATE = "visit_report 1"
_DIGITS_OF_MARK = 4
_GROUPS_OF_MARK = 3
_MOST_OF_A_NAME = 200  # characters, at the head and the foot of pages and in what the file says about itself


@dataclass(frozen=True, slots=True)
class IssuedPdf:
    """A report as it is handed over. `content_sha256` stands for what it says, not for the bytes."""

    data: bytes
    content_sha256: str
    page_count: int


def visit_report(
    snapshot: VisitSnapshot, photo_bytes: Callable[[str], bytes], language: Language, *, fonts: Fonts
) -> IssuedPdf:
    """`photo_bytes` gives the bytes of a photo by its SHA-256; where it raises NotFound the report says so in words.

    Pure: the same snapshot, photos and language give the same bytes. Whatever the snapshot holds, there is a report:
    what cannot be printed is seen as replaced, what has no room where it belongs stands in full where it has.
    """
    snapshot = printable(snapshot)
    paper = snapshot.enterprise.paper
    look = look_for(paper, language, fonts)
    content = content_hash(snapshot, language)
    album = Album(photo_bytes, print_widths(snapshot, look))
    story = _story(snapshot, look, album, mark=mark_of(content))
    data, page_count = build_pdf(story, _facts(snapshot, language, content), look, paper=paper)
    return IssuedPdf(data, content, page_count)


def content_hash(snapshot: VisitSnapshot, language: Language) -> str:
    """SHA-256, in hexadecimal, of all that the report says: the facts, the hashes of the photos, the template and the
    language. How far the visit has come on its way to head office is no part of it, so that what was signed before
    the visit was finished stays signed."""
    visit = replace(snapshot.visit, status=VisitStatus.FINISHED, finished_at=None)
    facts = msgspec.json.encode(printable(replace(snapshot, visit=visit)), order="sorted")
    return sha256(b"\0".join((TEMPLATE.encode(), language.tag.encode(), facts))).hexdigest()


def mark_of(content_sha256: str) -> str:
    """The beginning of the hash, in groups that can be read aloud."""
    starts = range(0, _DIGITS_OF_MARK * _GROUPS_OF_MARK, _DIGITS_OF_MARK)
    return "-".join(content_sha256[start : start + _DIGITS_OF_MARK] for start in starts)


def _story(snapshot: VisitSnapshot, look: Look, album: Album, *, mark: str) -> list[Flowable]:
    return [
        *opening(snapshot, look),
        *people(snapshot, look),
        *summary(snapshot, look),
        *improvements(snapshot, look),
        *pairs(snapshot, look, album),
        *checklist(snapshot, look),
        *figures(snapshot, look),
        *advice(snapshot, look),
        *not_recorded(snapshot, look),
        *next_steps(snapshot, look),
        *signatures(snapshot, look, mark=look.language._("content {mark}").format(mark=mark)),
    ]


def _facts(snapshot: VisitSnapshot, language: Language, content: str) -> Facts:
    visit = snapshot.visit
    occasion = joined([brief(visit_words(visit, language), _MOST_OF_A_NAME), language.short_day(visit.day)])
    programme = brief(label(PROGRAMMES, snapshot.enterprise.programme, language), _MOST_OF_A_NAME)
    return Facts(
        title=language._("{enterprise}: {occasion}").format(
            enterprise=brief(visit.enterprise, _MOST_OF_A_NAME), occasion=occasion
        ),
        author=programme,
        subject=language._("Visit report"),
        enterprise=brief(snapshot.enterprise.name, _MOST_OF_A_NAME),
        occasion=occasion,
        document=joined([programme, language._("Visit report"), language._("Confidential")]),
        mark=language._("Content {mark}").format(mark=mark_of(content)),
    )
