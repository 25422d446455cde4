"""Whatever the store holds, there is a report, nothing in it is lost, and the next report is as it always was."""

import random
import re
import struct
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from math import nextafter

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.checklists.items import AnswerKind, Checklist, Choice, Item, Section, Words
from app.checklists.stored import checklist_from_text, checklist_to_text
from app.errors import NotFound
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
from app.reports.embedding import Cluster, Component
from app.reports.fonts import load_fonts
from app.reports.printable import printable
from app.reports.visit_report import visit_report

DAY = date(2026, 11, 24)
LONGEST = 20_000
LARGEST = nextafter(float("inf"), 0)


def improvement(number, **changes):
    found = Improvement(
        id=f"i{number}",
        enterprise_id="e",
        enterprise="Enterprise",
        visit_id="v",
        what="Build a spray cubicle",
        root_cause="",
        type="",
        category="",
        priority="",
        responsible="Production head",
        due_on=DAY,
        status=ImprovementStatus.AGREED,
        done_on=None,
        verified_on=None,
        cost=5,
        cost_basis="estimated",
        saving=7,
        saving_basis="measured",
        currency="IDR",
        effect="Less smell",
    )
    return replace(found, **changes)


def photo(number):
    return PhotoFacts(f"p{number}", f"{number:064x}", 80, 60, "2026-09-12T09:00:00", "", "The cubicle")


def value(period, number, role="monthly"):
    return FigureValue(period, role, "number", number, number, 100.0, "record", "", "", "")


def words(text):
    return Words((("en", text),))


def choices(no):
    return Choice("yes", words("Yes")), Choice("no", words(no))


ITEMS = [
    Item(
        name,
        words(f"Item {name}"),
        AnswerKind.CHOICE,
        choices=choices("Yes" if name == "c" else "No"),
        nc_when=("no",),
        is_critical=name == "a",
    )
    for name in "abc"
]
FORM = Checklist(
    "osh", "Walk", "1", ("en",), (Section("s", words("S"), (*ITEMS[:2],)), Section("t", words("T"), (ITEMS[2],)))
)
GIVEN = {name: AnswerFacts("no", "", "a note", ("observation",), "") for name in "ab"}
PLAIN = VisitSnapshot(
    visit=Visit(
        id="v",
        enterprise_id="e",
        enterprise="Enterprise",
        kind=VisitKind.FOLLOW_UP,
        number=2,
        module_id="m",
        module="Safety",
        trainer="Sari",
        mode="on_site",
        planned_on=DAY,
        started_at=None,
        finished_at=None,
        status=VisitStatus.DRAFT,
        revision=2,
        purpose="Purpose",
        summary="Summary: fließend, ក្រុមហ៊ុន, عمّان",
        advice="Advice",
        good_practice="Good practice",
        next_steps="Next steps",
        next_visit_on=DAY,
    ),
    enterprise=EnterpriseFacts("e", "Enterprise", "Jepara", "ID", "Furniture", 128, 41, "score", "en", "a4"),
    people=(PersonMet("Owner", "manager", "woman", 1),),
    sessions=(SessionFacts(DAY, "Masks", 90, 1, 2, 3, 4, 5, 6),),
    promised=(improvement(1),),
    agreed=(improvement(2, status=ImprovementStatus.DONE),),
    pairs=(PairFacts("Saw", "All", "Guard", photo(1), photo(2)),),
    photos=(replace(photo(3), place="Workshop"), photo(4)),
    assessments=(
        AssessmentFacts(
            checklist_to_text(FORM),
            "interim",
            "full",
            {**GIVEN, "c": AnswerFacts(None, "", "", (), "no_time")},
            DAY,
            {"a": "yes", "b": "no"},
        ),
    ),
    figures=(
        Figure("defect", (value("2026-08", 5.0, "baseline"), value("2026-09", 4.0), value("2026-10", 2.0)), 1.0),
        Figure("ltifr", (value("2026-08", 5.0, "baseline"), value("2026-10", 2.0))),
        Figure("new-indicator", (value("2026", 5.0, "baseline"), value("2027", 2.0))),
    ),
)
# Texts that are no people's words and no codes to be shown: ids, and what reports do not print.
UNSEEN = {
    *("id", "sha256", "enterprise_id", "visit_id", "module_id", "mode", "report_language", "paper", "moment", "extent"),
    *("root_cause", "type", "category", "finding", "hint", "compliance_point", "mapping_id", "legal_reference"),
    *("version", "languages", "earlier_definition", "enterprise", "cost_basis", "saving_basis", "priority"),
}


def changed(given, change, name=""):
    """`given` with each text and float in it as `change` makes it; `change` is told the field's name."""
    match given:
        case str() if name == "definition":
            # A form is JSON, which cannot hold halves of characters.
            return checklist_to_text(printable(changed(checklist_from_text(given), change)))
        case str():
            return given if name in UNSEEN or isinstance(given, AnswerKind | VisitStatus) else change(given, name)
        case float():
            return change(given, name)
        case tuple():
            return tuple(changed(one, change, name) for one in given)
        case Mapping():
            return {key: changed(one, change, name) for key, one in given.items()}
    if is_dataclass(given):
        return replace(given, **{f.name: changed(getattr(given, f.name), change, f.name) for f in fields(given)})
    return given


def missing(sha256):
    raise NotFound("stored_bytes", sha256)


def report(given, tag="en"):
    return visit_report(given, missing, language(tag), fonts=load_fonts(fonts_folder()))


@cache
def plain_report():
    return report(PLAIN)


def pages(issued):
    with pypdfium2.PdfDocument(issued.data) as document:
        return [page.get_textpage().get_text_range() for page in document]


HOSTILE = (
    *("x", "w ", "a\n", "\n", "\r\n\t", " ", "\u3000 ", "́", "a" + "̖̀" * 5, "\u200d", "\u200b", "\ufe0f", "\0", "\x07"),
    *(
        "\ufdd0",
        "\uffff",
        "\U0010ffff",
        "\ue000",
        "\U000f0000",
        "\ud800",
        "\udfff",
        "\u0378",
        "\U0001fae8",
        "\U00013430",
    ),
    *("عَ", "ب ", "ש(a)", "(", "[)", "\u2067", "\u2068", "\u202e", "\u202b\u202c", "ﷺ", "ﷲ"),
    *("ក្", "្ក", "ស្ត្រី", "क्", "क्ष", "र्", "က္", "ကြွ", "ท", "ำ", "క్ష", "க்ஷ", "ກ"),
    *(
        "工",
        "!",
        "한",
        "ᄀ",
        "\u1160",
        "\U0001f468\u200d",
        "\U0001f1ea",
        "😀",
        "◌",
        "ͯ҉",
        "A\u0344",
        "<b>",
        "%s{}",
        "\\)(",
    ),
)
ANY = st.characters(exclude_categories=())
SHORT = st.one_of(st.text(ANY, max_size=40), st.text(st.sampled_from("".join(HOSTILE)), max_size=60))
UNIT = st.one_of(st.sampled_from(HOSTILE), st.text(ANY, min_size=1, max_size=8), st.text(min_size=1, max_size=300))
LONG = st.builds(lambda unit, count: (unit * count)[:LONGEST], UNIT, st.integers(1, LONGEST))
FLOATS = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([1e300, -1e300, LARGEST, -LARGEST, 5e-324])
PERIODS = st.sampled_from(["0000-12-99", "2026-02-30", "9999-12", "9999", "0001", "2026-Q9", "٢٠٢٦", "", "2026-13"])


@st.composite
def snapshots(draw):
    """One long text somewhere, short ones and floats at about half of all other places."""
    texts = draw(st.lists(SHORT | PERIODS, min_size=1, max_size=4))
    floats = draw(st.lists(FLOATS, min_size=1, max_size=4))
    long, seed = draw(LONG), draw(st.integers(0, 2**32))
    count = 0

    def counted(given, name):
        nonlocal count
        count += 1
        return given

    changed(PLAIN, counted)
    shuffled = random.Random(seed)
    places = iter([place == shuffled.randrange(count) for place in range(count)])

    def change(given, name):
        is_long = next(places)
        if isinstance(given, float):
            return shuffled.choice([given, shuffled.choice(floats)]) if name != "weight" else given
        return long if is_long else shuffled.choice([given, shuffled.choice(texts)])

    hostile = changed(PLAIN, change)
    return replace(hostile, enterprise=replace(hostile.enterprise, paper=draw(st.sampled_from(["a4", "letter"]))))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(snapshots(), st.sampled_from(["en", "ar"]))
def test_any_value_gives_a_report_and_changes_no_other(hostile, tag):
    plain = plain_report()
    issued = report(hostile, tag)
    told = pages(issued)
    assert len(told) == issued.page_count
    assert "Workers' representative" in re.sub(r"\s+", " ", "".join(told[-2:]))
    assert report(PLAIN) == plain


# What decides how something is printed, where other texts are printed; and the words of what nobody answered.
CODES = {"en", "yes", "no", "number", "baseline", "monthly", "IDR", "Yes", "Item c", ""}


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_no_word_is_lost_however_much_was_written(tag):
    written = {}

    def change(given, name):
        if isinstance(given, float) or given in CODES or given.startswith("2026"):
            return given
        key = f"q{len(written):02d}"
        written[key] = name, [f"{key}x{number:03d}" for number in range(300)]
        return " ".join(written[key][1])

    told = set(re.findall(r"q\d\dx\d{3}", "".join(pages(report(changed(PLAIN, change), tag)))))
    lost = {key: name for key, (name, every) in written.items() if not told.issuperset(every)}
    assert lost == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"visit": replace(PLAIN.visit, summary="a" + "\u0301" * 3000)},
        {"visit": replace(PLAIN.visit, summary="ក្" * 3000 + "ក")},
        {"visit": replace(PLAIN.visit, kind="of a newer server")},
        {"enterprise": replace(PLAIN.enterprise, name="\ud800 \ufdd0 عمّان \ue000 \U0001fae8 " * 300)},
        {"agreed": (improvement(1, effect="line\n" * 4000, responsible="x" * 300, status="of a newer server"),)},
        {"photos": (replace(photo(1), caption="long caption " * 300),)},
        {"figures": (Figure("defect", (value("0000-12-99", 1e300), value("2026-08", -LARGEST))),)},
        {"assessments": (replace(PLAIN.assessments[0], definition='{"of": "a newer program"}'),)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_values_that_once_broke_reports(changes):
    plain = plain_report()
    assert "Workers' representative" in re.sub(r"\s+", " ", pages(report(replace(PLAIN, **changes)))[-1])
    assert report(PLAIN) == plain


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"visit": replace(PLAIN.visit, kind="audit")}, "audit 2"),
        ({"agreed": (improvement(1, status="paused"),)}, "paused"),
        ({"people": (PersonMet("", "cook", "", 1),)}, "cook"),
        ({"figures": (Figure("ltifr", (replace(value("2026-08", 1.0), basis="per shift"),)),)}, "per shift"),
        ({"figures": (Figure("defect", (value("0000-12-99", 5.0), value("2026-08", 4.0))),)}, "0000-12-99"),
        ({"figures": (Figure("defect", (value("2026-08", 1.5e300),)),)}, "1.5E300 %"),
        (
            {"figures": (Figure("defect", tuple(value(f"2026-0{month}", LARGEST) for month in range(1, 6))),)},
            "Feb 2026: 1.798E308 %",
        ),
        ({"visit": replace(PLAIN.visit, summary="a \ue000\ufdd0 z")}, "a \ufffd\ufffd z"),
        ({"assessments": (replace(PLAIN.assessments[0], definition="new"),)}, "a no a note"),
    ],
)
def test_what_is_not_known_is_shown_as_it_is(changes, said):
    assert said in " ".join("".join(pages(report(replace(PLAIN, **changes)))).split())


def test_what_cannot_be_written_does_not_stay_in_the_font():
    plain = plain_report()
    font = load_fonts(fonts_folder()).font("NotoSans-Regular")
    with pytest.raises(struct.error):
        font.code(Cluster((Component(36, 0, 99_999), Component(37, 0, 0)), 600, "impossible"))
    assert report(PLAIN) == plain


def test_reports_made_at_the_same_time_are_as_if_made_alone():
    given = [
        replace(PLAIN, visit=replace(PLAIN.visit, summary=unit * 300))
        for unit in ("ក្រុ ", "عَمّ ", "A\u0323\u0302\u0301 ", "工")
    ]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(report, given * 2))
    assert together == [report(one) for one in given] * 2
