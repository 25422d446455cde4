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


EMPTY_VISIT = dict.fromkeys(("module", "trainer", "purpose", "summary", "advice", "good_practice", "next_steps"), "")


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
            priority="",
            responsible="Production head",
            due_on=date(2026, 12, 20),
            status=ImprovementStatus.AGREED,
            done_on=None,
            verified_on=None,
            cost=None,
            cost_basis="",
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
        Section(
            "fire", words("Fire"), (item("exits", "Exits are free?", is_critical=True), item("drill", "Drill held?"))
        ),
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


BASES = {"cost_basis": "estimated", "saving_basis": "measured"}


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
            agreed=(improvement(3, cost=4_500_000_00, saving=12_50, effect="Less smell", **BASES),),
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
        "1 of 3 improvements are done; 1 overdue on the day of the visit.",
        "12 days overdue",
        "Done on Oct 28, 2026",
        "Seen by an advisor on Nov 24, 2026",
        "Cost: IDR 4,500,000 (estimated)",
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
    assert said in " ".join(pages(full)).replace("\N{NO-BREAK SPACE}", " ")


def test_every_page_has_its_number_and_the_mark_of_the_content(full):
    told = pages(full)
    assert full.page_count == len(told) > 2
    mark = "-".join(full.content_sha256[start : start + 4] for start in (0, 4, 8))
    for number, page in enumerate(told, 1):
        assert f"Page {number} of {len(told)}" in page
        assert f"Content {mark}" in page
        assert NAME in page
        assert "Confidential" in page


def test_the_file_says_what_it_is(full):
    reader = PdfReader(io.BytesIO(full.data))
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata.title == f"{NAME}: Follow-up visit 2 \N{MIDDLE DOT} Nov 24, 2026"
    assert reader.metadata.author == "SCORE Training"
    assert reader.metadata.subject == "Visit report"


def test_sections_are_bookmarks_in_reading_order(full):
    assert [entry.title for entry in PdfReader(io.BytesIO(full.data)).outline] == [
        "Purpose",
        "Summary",
        "Improvements",
        "Before and after",
        "More pictures of this visit",
        "Checklist: Walk-through",
        "Figures",
        "Observations and advice",
        "Good practice worth showing to others",
        "Agreed next steps",
        "Signatures",
    ]


def test_bookmarks_lead_to_the_pages_of_their_sections(full):
    reader = PdfReader(io.BytesIO(full.data))
    told = pages(full)
    for entry in reader.outline:
        assert entry.title in told[reader.get_destination_page_number(entry)]


def test_pictures_and_charts_have_words(full):
    alternatives = alternative_texts(full)
    assert "Before \N{MIDDLE DOT} Sep 3, 2026 \N{MIDDLE DOT} Photo 2" in alternatives
    assert "Chart: Defect rate, from 5.0 % to 2.0 %" in alternatives


def alternative_texts(issued):
    content = b"".join(page.get_contents().get_data() for page in PdfReader(io.BytesIO(issued.data)).pages)
    return {
        bytes.fromhex(found.decode()).decode("utf-16-be") for found in re.findall(rb"/Alt <FEFF([0-9A-F]*)>", content)
    }


def test_an_empty_visit_is_one_decent_page():
    issued = report(snapshot(visit=visit(**EMPTY_VISIT, number=None, next_visit_on=None)))
    (told,) = pages(issued)
    for said in (
        "No purpose was written down.",
        "Nobody was written down as met.",
        "No summary was written.",
        "No improvement was open from before, and none was agreed.",
        "No pictures were taken.",
        "No checklist was filled in.",
        "No figures were taken.",
        "No observations or advice were written down.",
        "No next steps were agreed.",
        "No day was agreed for the next visit.",
        "Page 1 of 1",
    ):
        assert said in told


def test_the_same_snapshot_gives_the_same_bytes():
    given = snapshot(pairs=(pair(1),), agreed=(improvement(),))
    first = report(given)
    report(snapshot(visit=visit(summary="Ganz andere Wörter: fließend, größer")), "de")
    assert report(given) == first


@pytest.mark.parametrize(
    "changed",
    [
        {"visit": visit(revision=2)},
        {"visit": visit(summary="Other words.")},
        {"photos": (photo(1),)},
        {"agreed": (improvement(),)},
        {"enterprise": replace(ENTERPRISE, workers=None)},
    ],
)
def test_another_content_has_another_hash(changed):
    assert content_hash(snapshot(**changed), ENGLISH) != content_hash(snapshot(), ENGLISH)


def test_another_language_is_another_content():
    assert content_hash(snapshot(), language("es")) != content_hash(snapshot(), ENGLISH)


def test_finishing_a_visit_keeps_what_was_signed():
    finished = visit(status=VisitStatus.SUBMITTED, finished_at=datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert content_hash(snapshot(visit=finished), ENGLISH) == content_hash(snapshot(), ENGLISH)


def test_sixty_improvements_stand_under_a_head_on_every_page():
    issued = report(snapshot(agreed=tuple(map(improvement, range(100, 160)))))
    told = pages(issued)
    for number in range(100, 160):
        assert sum(f"Build spray cubicle {number}" in page for page in told) == 1
    for page in told:
        if "Build spray cubicle" in page:
            assert "Improvement Responsible Due Status" in page


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_pairs_are_never_parted(paper):
    found = tuple(pair(number, what_changed="Much changed here. " * (number % 5) * 9) for number in range(1, 10))
    told = pages(report(snapshot(pairs=found, enterprise=replace(ENTERPRISE, paper=paper))))
    for number in range(1, 10):
        parts = (f"Place {number}", f"Photo {2 * number} ", f"Photo {2 * number + 1} ")
        assert sum(all(part in f"{page} " for part in parts) for page in told) == 1


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("letter", 612), ("", 595)])
def test_paper(paper, width):
    issued = report(snapshot(enterprise=replace(ENTERPRISE, paper=paper)))
    assert float(PdfReader(io.BytesIO(issued.data)).pages[0].mediabox.width) == pytest.approx(width, abs=1)


def embedded_pictures(issued):
    with pypdfium2.PdfDocument(issued.data) as document:
        objects = [item for page in document for item in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])]
        return [item.get_px_size() for item in objects], PdfReader(io.BytesIO(issued.data))


def test_twenty_four_photos():
    issued = report(snapshot(photos=tuple(map(photo, range(1, 25)))))
    sizes, _ = embedded_pictures(issued)
    assert len(sizes) == 24
    assert all(f"Photo {number}" in " ".join(pages(issued)) for number in range(1, 25))


def test_a_photo_whose_people_did_not_agree_is_not_in_the_file():
    withheld = photo(2, is_withheld=True, caption="Their names " * 60)
    issued = report(snapshot(pairs=(pair(1, before=withheld, after=photo(3)),)))
    told = " ".join(pages(issued))
    assert "Not shown: the people on this picture did not agree. Before" in told
    assert "Their names" not in told
    assert sum(len(page.images) for page in PdfReader(io.BytesIO(issued.data)).pages) == 1


def test_a_photo_is_shrunk_to_its_print_and_embedded_once():
    large = {photo(number).sha256: jpeg(number, size=(1600, 1200)) for number in (1, 2)}
    given = snapshot(pairs=(PairFacts("", "", "", photo(1), photo(2)), PairFacts("", "", "", photo(1), None)))
    issued = visit_report(given, large.__getitem__, ENGLISH, fonts=load_fonts(fonts_folder()))
    sizes, reader = embedded_pictures(issued)
    assert len(sizes) == 3
    assert all(450 <= width <= 620 and width / height == pytest.approx(4 / 3, abs=0.01) for width, height in sizes)
    streams = [found.get_object() for found in map(reader.get_object, range(1, len(reader.xref[0]) + 1)) if found]
    pictures = [found for found in streams if isinstance(found, dict) and found.get("/Subtype") == "/Image"]
    assert [found["/Filter"] for found in pictures] == [["/DCTDecode"], ["/DCTDecode"]]


def not_here(sha256):
    raise NotFound("stored_bytes", sha256)


@pytest.mark.parametrize("give", [not_here, lambda sha256: b"no picture", lambda sha256: jpeg()[:200]])
def test_a_picture_that_is_not_on_the_device_is_said_to_be_missing(give):
    issued = visit_report(snapshot(pairs=(pair(1),)), give, ENGLISH, fonts=load_fonts(fonts_folder()))
    assert " ".join(pages(issued)).count("This picture is not on the device") == 2


def test_missing_fonts_are_said_before_anything_is_written(tmp_path):
    with pytest.raises(FontsMissing):
        visit_report(snapshot(), photo_bytes, ENGLISH, fonts=load_fonts(tmp_path))
    assert not list(tmp_path.iterdir())


def left_edge(issued, said):
    """Of the first place that says it, in points."""
    with pypdfium2.PdfDocument(issued.data) as document:
        for page in document:
            text = page.get_textpage()
            if found := text.search(said).get_next():
                return text.get_charbox(found[0])[0]
    raise AssertionError(f"{said} is nowhere")


def test_right_to_left_mirrors_the_page():
    given = snapshot(pairs=(pair(1),), agreed=(improvement(due_on=DAY),))
    english, arabic = report(given), report(given, "ar")
    assert left_edge(english, "Responsible") < left_edge(english, "Status")
    assert left_edge(arabic, "Responsible") > left_edge(arabic, "Status")
    assert left_edge(arabic, "Before and after") > 300
    assert left_edge(arabic, "Before ·") > left_edge(arabic, "After ·")
    assert PdfReader(io.BytesIO(arabic.data)).trailer["/Root"]["/Lang"] == "ar"


ARABIC = "زار المدرب مصنعاً في عمّان"


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_arabic_texts_of_an_enterprise(tag):
    enterprise = replace(ENTERPRISE, name=ARABIC, city="عمّان", country="JO")
    given = snapshot(enterprise=enterprise, visit=visit(summary=ARABIC), agreed=(improvement(what=ARABIC),))
    assert " ".join(pages(report(given, tag))).count(ARABIC) >= 3


HOSTILE = [
    "x" * 3000,
    "Ein <b>Wort</b> & <br/> 100 % %s {name} \\ ( ] >>",
    "bell \x07 and zero \x00 and \u200f \u2067mark\u2069 \u200b\ufeff",
    "emoji \U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467 end",
    "word " * 700,
    "a\n\n\nb\r\nc\td\u2028e",
    "",
]


@pytest.mark.parametrize("tag", ["en", "ar"])
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_any_text_in_any_place(text, tag):
    given = snapshot(
        visit=visit(purpose=text, summary=text, trainer=text[:150], module=text[:150], next_steps=text),
        enterprise=replace(ENTERPRISE, name=text[:150], sector=text[:150], country=text[:2]),
        people=(PersonMet(text[:150], "new role", "new sex", 1),),
        sessions=(SessionFacts(DAY, text[:150], None, 1, 1, 1, 1, 1, 3),),
        agreed=(improvement(what=text, effect=text[:300], responsible=text[:150], due_on=None), improvement(2)),
        pairs=(pair(1, place=text[:150], what_changed=text, before=photo(2, caption=text[:300], taken_at="no day")),),
        photos=(photo(4, caption=text[:300], place=text[:150]),),
        assessments=(assessment({"exits": "no", "drill": text[:9]}),),
        figures=(Figure("new-indicator", (figure_value("2026", 1.0), figure_value("2026-Q3", 2.0))),),
    )
    told = pages(report(given, tag))
    assert f"Page {len(told)} of {len(told)}" in told[-1]
    assert "Workers' representative" in told[-1]


def test_markup_is_text_and_what_cannot_be_shown_is_seen_to_be_missing():
    told = " ".join(pages(report(snapshot(visit=visit(summary="<b>a</b> 100 % \U0001f600 z")))))
    assert re.search("<b>a</b> 100 % (\ufffd|\\?) z", told)


def test_a_long_row_goes_on_where_a_page_ends():
    given = snapshot(agreed=(improvement(1), improvement(2, what="many words " * 700), improvement(3)))
    told = " ".join(pages(report(given)))
    assert (told.count("many"), told.count("words")) == (700, 700)
    assert "Build spray cubicle 3" in told


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((figure_value("2026-08", 2.0, "baseline"), figure_value("2026-09", 5.0)), "Worse"),
        ((figure_value("2026-08", 5.0, "baseline"), figure_value("2026-09", 2.0)), "Better"),
        ((figure_value("2026-08", 5.0, "baseline"), figure_value("2026-09", 5.0)), "No change"),
        ((figure_value("2026-08", 0.0, "baseline"), figure_value("2026-09", 5.0)), "+5.0 percentage points"),
        ((figure_value("2026-08", 5.0, "baseline"),), "cannot be compared"),
        ((figure_value("2026-Q2", 5.0, "baseline"), figure_value("2026-Q3", 4.0)), "Q3 2026"),
        ((figure_value("2025", 5.0, "baseline"), figure_value("2026", 4.0)), "Numbers for 2 of 2 periods."),
        ((figure_value("2026-08-14", 5.0, "baseline"), figure_value("2026-09-14", 4.0)), "Sep 14, 2026"),
        (
            (figure_value("2026-08", 5.0, numerator=5.0, denominator=100.0, source="estimate"),),
            "5 of 100 Aug 2026 Estimate",
        ),
        ((), "Defect rate"),
    ],
)
def test_figures(values, said):
    assert said in " ".join(pages(report(snapshot(figures=(Figure("defect", values),)))))


def test_the_basis_of_an_injury_rate_stands_beside_it():
    values = (figure_value("2026-08", 142.3, basis="per_million_hours"),)
    assert "142.3 per 1,000,000 hours worked" in " ".join(pages(report(snapshot(figures=(Figure("ltifr", values),)))))


def test_an_assessment_without_an_earlier_one_compares_nothing():
    told = " ".join(pages(report(snapshot(assessments=(assessment({"exits": "yes"}),)))))
    assert "1 of 1 item assessed is met." in told
    assert "3 items were not assessed (no reason given: 3)." in told
    assert "Nothing was found to be missing." in told
    assert "since" not in told
