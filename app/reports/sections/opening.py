"""The head of a report: whose it is, of which visit, and its results at a glance."""

from collections.abc import Iterator

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable, Table

from app.checklists.judging import judge
from app.i18n import Language
from app.models.improvements import ImprovementStatus
from app.models.snapshots import EnterpriseFacts, VisitSnapshot
from app.reports.labels import PROGRAMMES, joined, label, visit_words
from app.reports.look import ACCENT, ACCENT_INK, BODY, NOTE, NOTE_INK, PALE, Face, Look
from app.reports.parts import Band, eyebrow, fitting_band, subsection
from app.reports.sections.checklist import form_of
from app.reports.sections.figures import best_reading, reading_words
from app.reports.tables import side_by_side

_FACTS_IN_A_ROW = 3
_FACT_GAP = 12
_LINES_OF_FACT = 4
_RESULT = Face(15, bold=True, colour=ACCENT_INK)
_TILE_GAP = 8
_FEWEST_TILES = 3  # so many would have room in a row


def opening(snapshot: VisitSnapshot, look: Look) -> list[Flowable]:
    visit, words = snapshot.visit, look.language
    marks = [words._("Confidential")]
    if visit.revision > 1:
        marks.insert(0, words._("Revision {number}").format(number=words.number(visit.revision)))
    told = (
        joined([label(PROGRAMMES, snapshot.enterprise.programme, words), words._("Visit report")]),
        snapshot.enterprise.name,
        joined([visit_words(visit, words), words._(visit.module) if visit.module else "", words.day(visit.day)]),
    )
    shown = fitting_band(*told, look)
    band = Band(*shown, marks=joined(marks), look=look)
    names = (words._("Programme"), words._("Enterprise"), words._("Visit"))
    cut = [(name, whole) for name, whole, short in zip(names, told, shown, strict=True) if short != whole]
    facts, cut_facts = _facts(snapshot, look)
    in_full = [
        part for name, whole in cut + cut_facts for part in subsection(name, look, [look.typed(whole, NOTE_INK)])
    ]
    return [band, *facts, *in_full, *_results(snapshot, look)]


def place_words(enterprise: EnterpriseFacts, language: Language) -> str:
    """City and country, what is known of them."""
    country = language.locale.territories.get(enterprise.country, enterprise.country)
    if enterprise.city and country:
        return language._("{city}, {country}").format(city=enterprise.city, country=country)
    return enterprise.city or country


def _facts(snapshot: VisitSnapshot, look: Look) -> tuple[list[Flowable], list[tuple[str, str]]]:
    """Rows of labels with values, and those that are too long for a row; what nobody wrote down is left out."""
    words, enterprise = look.language, snapshot.enterprise
    facts = [
        (words._("Trainer"), snapshot.visit.trainer),
        (words._("Place"), place_words(enterprise, words)),
        (words._("Workers"), _workers(enterprise, words)),
        (words._("Sector"), enterprise.sector),
    ]
    facts = [(name, value) for name, value in facts if value]
    columns = _FACTS_IN_A_ROW if len(facts) != _FACTS_IN_A_ROW + 1 else len(facts)
    width = (look.width - _FACT_GAP * (columns - 1)) / columns
    shown = [look.capped(value, BODY, width=width, lines=_LINES_OF_FACT) for _, value in facts]
    cells = [[eyebrow(name, look), look.typed(value, BODY)] for (name, _), value in zip(facts, shown, strict=True)]
    rows: list[Flowable] = []
    for start in range(0, len(cells), columns):
        row: list[list[Flowable] | str] = [*cells[start : start + columns]]
        rows.append(side_by_side(look, row + [""] * (columns - len(row)), gap=_FACT_GAP, after=8))
    return rows, [fact for fact, short in zip(facts, shown, strict=True) if fact[1] != short]


def _workers(enterprise: EnterpriseFacts, words: Language) -> str:
    if enterprise.workers is None:
        return ""
    number = words.number(enterprise.workers)
    if enterprise.women is None:
        return number
    return words._("{number}, {women} of them women").format(number=number, women=words.number(enterprise.women))


def _results(snapshot: VisitSnapshot, look: Look) -> Iterator[Flowable]:
    """Up to four tiles, each a number and what it counts."""
    tiles = [*_promise_tile(snapshot, look), *_checklist_tile(snapshot, look)]
    tiles += [*_figure_tile(snapshot, look), *_pair_tile(snapshot, look)]
    if not tiles:
        return
    cells = [[look.words(value, _RESULT), look.words(means, NOTE)] for value, means in tiles]
    fitting = max(len(cells), _FEWEST_TILES)
    width = (look.width - _TILE_GAP * (fitting - 1)) / fitting
    row: list[list[Flowable] | str] = []
    for cell in cells:
        row += [*([""] if row else []), cell]
    widths = [_TILE_GAP if place % 2 else width for place in range(len(row))]
    style: list[tuple[object, ...]] = [("VALIGN", (0, 0), (-1, -1), "TOP")]
    for place in range(0, len(row), 2):
        style += [
            ("BACKGROUND", (place, 0), (place, 0), HexColor(PALE)),
            ("LINEABOVE", (place, 0), (place, 0), 2, HexColor(ACCENT)),
        ]
    yield Table([look.in_order(row)], colWidths=widths, style=style, spaceBefore=4, spaceAfter=4, hAlign=look.start)


def _promise_tile(snapshot: VisitSnapshot, look: Look) -> Iterator[tuple[str, str]]:
    promised, words = snapshot.promised, look.language
    if promised:
        done = sum(one.status is ImprovementStatus.DONE for one in promised)
        yield (
            words._("{part} of {whole}").format(part=words.number(done), whole=words.number(len(promised))),
            words._("improvements promised before are done"),
        )


def _checklist_tile(snapshot: VisitSnapshot, look: Look) -> Iterator[tuple[str, str]]:
    words = look.language
    for facts in snapshot.assessments[:1]:
        form = form_of(facts.definition)
        if form is None:
            return
        total = judge(form, {item: one.value for item, one in facts.answers.items()}, facts.settings).total
        if total.assessed:
            value = words._("{part} of {whole}")
            yield (
                value.format(part=words.number(total.met), whole=words.number(total.assessed)),
                words._("checklist items assessed are met"),
            )


def _figure_tile(snapshot: VisitSnapshot, look: Look) -> Iterator[tuple[str, str]]:
    reading = best_reading(snapshot.figures)
    if reading:
        yield reading_words(reading, snapshot.figures, look.language)


def _pair_tile(snapshot: VisitSnapshot, look: Look) -> Iterator[tuple[str, str]]:
    words = look.language
    whole = sum(pair.before is not None and pair.after is not None for pair in snapshot.pairs)
    if snapshot.pairs:
        yield (
            words._("{part} of {whole}").format(part=words.number(whole), whole=words.number(len(snapshot.pairs))),
            words._("places have their picture before and after"),
        )
