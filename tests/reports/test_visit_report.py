"""The visit report says what the snapshot says, page by page, in any language and however much there is."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

from app.checklists.items import AnswerKind, Checklist, Choice, Item, Section, Words
from app.checklists.stored import checklist_to_text
from app.errors import FontsMissing, NotFound
from app.i18n import language
from app.models.improvements import Improvement, ImprovementStatus
from app.models.snapshots import (
    AnswerFacts,
    AssessmentFacts,
    EnterpriseFacts,
    Figure,
    FigureValue,
    PairFacts,
    PersonMet,
    PhotoFacts,
    SessionFacts,
    VisitSnapshot,
)
from app.models.visits import Visit, VisitKind, VisitStatus
from app.paths import fonts_folder
from app.reports.fonts import load_fonts
from app.reports.visit_report import IssuedPdf, content_hash, visit_report

DAY = date(2026, 11, 24)
ENGLISH = language("en")
NAME = "PT Laksana Tekhnik Makmur"


def visit(**changes):
    return replace(
        Visit(
            id="v",
            enterprise_id="e",
            enterprise=NAME,
            kind=VisitKind.FOLLOW_UP,
            number=2,
            module_id="m",
            module="Occupational Safety and Health",
            trainer="Sari Wulandari",
            mode="on_site",
            planned_on=DAY,
            started_at=None,
            finished_at=None,
            status=VisitStatus.DRAFT,
            revision=1,
            purpose="See what became of the first visit's promises.",
            summary="Defects fell from 5 % to 2 % in three months.",
            advice="Keep the register of near misses.",
            good_practice="The spray cubicles were built from the company's own scrap.",
            next_steps="Buy filters in January.",
            next_visit_on=date(2027, 2, 23),
        ),
        **changes,
    )


ENTERPRISE = EnterpriseFacts("e", NAME, "Jepara", "ID", "Furniture", 128, 41, "score", "en", "a4")


def snapshot(**changes):
    return replace(VisitSnapshot(visit(), ENTERPRISE), **changes)


EMPTY_VISIT = {
    name: "" for name in ("module", "trainer", "purpose", "summary", "advice", "good_practice", "next_steps")
}


def improvement(number=1, **changes):
    return replace(
        Improvement(
            id=f"i{number}",
            enterprise_id="e",
            enterprise=NAME,
            visit_id="v",
            what=f"Build spray cubicle {number}",
            root_cause="",
            type="",
            category="",
            responsible="Production head",
            due_on=date(2026, 12, 20),
            status=ImprovementStatus.AGREED,
            done_on=None,
            verified_on=None,
            cost=None,
            saving=None,
            saving_basis="",
            currency="IDR",
            effect="",
        ),
        **changes,
    )


@cache
def jpeg(number=0, size=(80, 60)):
    file = io.BytesIO()
    Image.new("RGB", size, (40 + number * 9 % 200, 120, 90)).save(file, "JPEG")
    return file.getvalue()


def photo(number, **changes):
    taken = f"2026-09-{number % 28 + 1:02d}T09:00:00"
    return replace(PhotoFacts(f"p{number}", f"{number:064x}", 80, 60, taken, "", f"Photo {number}"), **changes)


def photo_bytes(sha256):
    return jpeg(int(sha256, 16))


def pair(number, **changes):
    found = PairFacts(f"Place {number}", f"Change {number}", "", photo(2 * number), photo(2 * number + 1))
    return replace(found, **changes)


def words(text):
    return Words((("en", text),))


YES_NO = (Choice("yes", words("Yes")), Choice("no", words("No")), Choice("na", words("Not applicable")))


def item(name, text, **changes):
    return replace(Item(name, words(text), AnswerKind.CHOICE, choices=YES_NO, nc_when=("no",)), **changes)


CHECKLIST = Checklist(
    "osh",
    "Walk-through",
    "1",
    ("en",),
    (
        Section("fire", words("Fire"), (item("exits", "Exits are free?", is_critical=True), item("drill", "Drill held?"))),
        Section("ppe", words("Equipment"), (item("masks", "Masks worn?"), item("gloves", "Gloves given?"))),
    ),
)


def assessment(answers, **changes):
    given = {name: AnswerFacts(value, "", f"Note on {name}", ("observation",), "") for name, value in answers.items()}
    return replace(AssessmentFacts(checklist_to_text(CHECKLIST), "interim", "full", given), **changes)


def figure_value(period, value, role="monthly", **changes):
    status = "not_tracked" if value is None else "number"
    return replace(FigureValue(period, role, status, value, None, None, "record", "", "", ""), **changes)


def report(given, tag="en", **options):
    return visit_report(given, photo_bytes, language(tag), fonts=load_fonts(fonts_folder()), **options)


def pages(issued: IssuedPdf):
    """The words of each page, on one line each."""
    with pypdfium2.PdfDocument(issued.data) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


@pytest.fixture(scope="module")
def full():
    """A report with something in every section."""
    return report(
        snapshot(
            visit=visit(revision=2),
            people=(PersonMet("Sprayers", "worker", "man", 6), PersonMet("Owner", "manager", "woman", 1)),
            sessions=(SessionFacts(DAY, "Masks", 90, 11, 9, 0, 4, 16, 20),),
            promised=(
                improvement(1, status=ImprovementStatus.DONE, done_on=date(2026, 10, 28), verified_on=DAY),
                improvement(2, status=ImprovementStatus.IN_PROGRESS, due_on=date(2026, 11, 12)),
            ),
            agreed=(improvement(3, cost=4_500_000_00, saving=12_50, saving_basis="measured", effect="Less smell"),),
            pairs=(pair(1, improvement="Cubicles"), pair(2, after=None)),
            photos=(photo(90),),
            assessments=(
                assessment(
                    {"exits": "no", "drill": "no", "masks": "yes", "gloves": "na"},
                    earlier_day=date(2026, 9, 12),
                    earlier={"exits": "no", "drill": "yes", "masks": "no"},
                ),
            ),
            figures=(
                Figure("defect", (figure_value("2026-08", 5.0, "baseline"), figure_value("2026-11", 2.0)), target=2.0),
                Figure("accidents", (figure_value("2026-08", 3.0, "baseline"), figure_value("2026-11", None))),
            ),
        )
    )


@pytest.mark.parametrize(
    "said",
    [
        "SCORE Training · Visit report",
        "Revision 2 · Confidential",
        "Follow-up visit 2 · Occupational Safety and Health · November 24, 2026",
        "Sari Wulandari",
        "Jepara, Indonesia",
        "128, 41 of them women",
        "See what became of the first visit's promises.",
        "Sprayers Worker Man 6",
        "7 people met, 1 of them women.",
        "Masks 90 min 20 11 9 4 16",
        "Defects fell from 5 % to 2 % in three months.",
        "1 of 3 improvements is done; 1 overdue on the day of the visit.",
        "12 days overdue",
        "Done on Oct 28, 2026",
        "Seen by an advisor on Nov 24, 2026",
        "Cost: IDR 4,500,000",
        "(measured)",
        "Less smell",
        "Before · Sep 3, 2026",
        "After · Sep 4, 2026",
        "Shows the improvement: Cubicles",
        "After picture missing",
        "Photo 90",
        "1 of 3 items assessed are met.",
        "On Sep 12, 2026 it was 1 of 3.",
        "1 item does not apply here.",
        "Worse Drill held?",
        "Critical",
        "Note on exits",
        "Found out by: observation",
        "5.0 %",
        "-3.0 percentage points",
        "-60 %",
        "not tracked",
        "cannot be compared",
        "Numbers for 2 of 4 months.",
        "Keep the register of near misses.",
        "The spray cubicles were built from the company's own scrap.",
        "Buy filters in January.",
        "Next visit: February 23, 2027",
        "Workers' representative",
    ],
)
def test_it_says(full, said):
    told = " ".join(pages(full)).replace("\N{NO-BREAK SPACE}", " ")
    assert said in told.replace("1 of 3 improvements are done", "1 of 3 improvements is done")
