"""The enterprise's figures: where they stood, where they stand, and whether that is better."""

from collections.abc import Iterator, Sequence

from reportlab.platypus import Flowable

from app.i18n import Language
from app.indicators.definitions import Better
from app.models.snapshots import Figure, FigureValue, VisitSnapshot
from app.reports.chart import ChartDrawing
from app.reports.labels import SOURCES, label
from app.reports.look import CELL, CELL_BOLD, NOTE, Look
from app.reports.parts import Block, Chip, Described, bad_chip, good_chip, section
from app.reports.periods import PeriodKind, period_words
from app.reports.quantities import quantity
from app.reports.readings import (
    IS_NUMBER,
    Reading,
    chart_of,
    joined_unit,
    long_unit,
    read,
    unit_words,
    unseen,
    value_words,
)
from app.reports.signs import Sign
from app.reports.tables import Cell, Column, side_by_side, table
from app.reports.text import brief

_CHARTS_IN_A_ROW = 2
_CHART_GAP = 18
_CHART_HEIGHT = 118
_MOST_IN_TILE = 80  # characters of a figure's name


def figures(snapshot: VisitSnapshot, look: Look) -> list[Flowable]:
    words = look.language
    title = words._("Figures")
    if not snapshot.figures:
        return []
    readings = [read(figure) for figure in snapshot.figures]
    columns = [
        Column(words._("Figure"), 29),
        Column(words._("Baseline"), 16),
        Column(words._("Last time"), 16),
        Column(words._("Now"), 16),
        Column(words._("Change since baseline"), 23),
    ]
    rows = [_row(reading, look) for reading in readings]
    return [*section(title, look, [table(look, columns, rows)]), *_charts(readings, look)]


def best_reading(found: Sequence[Figure]) -> Reading | None:
    """The figure that improved most against its baseline; None when none did."""
    improved = [reading for reading in map(read, found) if reading.change.improved]
    return max(improved, key=_telling, default=None)


def _telling(reading: Reading) -> tuple[bool, bool, float]:
    """Shares in percent tell more than small counts, and full series more than those with gaps."""
    change = reading.change
    return change.in_points, reading.known == reading.asked, change.improvement_percent or 0


def reading_words(reading: Reading, found: Sequence[Figure], words: Language) -> tuple[str, str]:
    """The figure from baseline to now, and how many of all that were `found` did as well: for a tile."""
    if reading.baseline is None or reading.now is None:
        raise ValueError(f"{reading.indicator.key} has nothing to compare")
    base, now = (quantity(one.value or 0, reading.indicator.decimals, words) for one in (reading.baseline, reading.now))
    end = value_words(reading.now, reading.indicator, words)
    shown = words._("{before} to {after}").format(before=base, after=end if len(end) <= len(now) + 2 else now)
    verdicts = [one.change.improved for one in map(read, found) if one.change.improved is not None]
    worse = sum(one.change.improved is False and not one.change.is_unchanged for one in map(read, found))
    says = words.ngettext(
        "{figure} since the baseline. {better} of {number} comparable figure is better, {worse} worse.",
        "{figure} since the baseline. {better} of {number} comparable figures are better, {worse} worse.",
        len(verdicts),
    )
    means = says.format(
        figure=brief(words._(reading.indicator.name), _MOST_IN_TILE),
        better=words.number(sum(verdicts)),
        number=words.number(len(verdicts)),
        worse=words.number(worse),
    )
    return shown, means


def _row(reading: Reading, look: Look) -> list[Cell]:
    values = (reading.baseline, reading.previous, reading.now)
    return [_name(reading, look), *(_value(value, reading, look) for value in values), _change(reading, look)]


def _name(reading: Reading, look: Look) -> list[Flowable]:
    words = look.language
    found = [look.words(words._(reading.indicator.name), CELL_BOLD)]
    if reading.indicator.formula:
        found.append(look.words(words._(reading.indicator.formula), NOTE))
    if reading.asked:
        found.append(look.words(_coverage(reading, words), NOTE))
    found += [look.words(_with_period(value, reading, words), NOTE) for value in unseen(reading)]
    return found


def _with_period(value: FigureValue, reading: Reading, words: Language) -> str:
    shown = value_words(value, reading.indicator, words)
    return words._("{period}: {value}").format(period=period_words(value.period, words), value=shown)


def _coverage(reading: Reading, words: Language) -> str:
    if reading.kind is PeriodKind.MONTH:
        says = words.ngettext(
            "A number for {known} of {number} month.", "Numbers for {known} of {number} months.", reading.asked
        )
    else:
        says = words.ngettext(
            "A number for {known} of {number} period.", "Numbers for {known} of {number} periods.", reading.asked
        )
    return says.format(known=words.number(reading.known), number=words.number(reading.asked))


def _value(value: FigureValue | None, reading: Reading, look: Look) -> list[Flowable]:
    words = look.language
    if value is None:
        return [look.words(words._("none"), NOTE)]
    notes = [
        long_unit(value, reading.indicator, words),
        _parts(value, words),
        period_words(value.period, words),
        label(SOURCES, value.source, words) if value.status == IS_NUMBER else "",
        value.note,
    ]
    found = [look.words(value_words(value, reading.indicator, words), CELL_BOLD)]
    return [*found, *(look.words(note, NOTE) for note in notes if note)]


def _parts(value: FigureValue, words: Language) -> str:
    """What a rate was computed from."""
    if value.numerator is None or value.denominator is None:
        return ""
    part, whole = (quantity(one, 0 if one.is_integer() else 2, words) for one in (value.numerator, value.denominator))
    return words._("{part} of {whole}").format(part=part, whole=whole)


def _change(reading: Reading, look: Look) -> list[Flowable]:
    words, change, digits = look.language, reading.change, reading.indicator.decimals
    if change.absolute is None:
        return [look.words(words._("cannot be compared: it takes two numbers"), NOTE)]
    if change.in_points:
        lines = [words._("{change} percentage points").format(change=_signed(change.absolute, digits, words))]
    else:
        unit = unit_words(reading.now, reading.indicator, words) if reading.now else ""
        lines = [joined_unit(_signed(change.absolute, digits, words), unit, words)]
    if change.relative_percent is not None:
        lines.append(words._("{change} %").format(change=_signed(change.relative_percent, 0, words)))
    return [_verdict(reading, look), *(look.words(line, CELL) for line in lines)]


def _verdict(reading: Reading, look: Look) -> Chip:
    words, change = look.language, reading.change
    if change.is_unchanged:
        return Chip(words._("No change"), look, sign=Sign.SAME)
    sign = Sign.UP if (change.absolute or 0) > 0 else Sign.DOWN
    if reading.indicator.better is Better.CONTEXT:
        return Chip(words._("Changed"), look, sign=sign)
    return (
        good_chip(words._("Better"), look, sign=sign)
        if change.improved
        else bad_chip(words._("Worse"), look, sign=sign)
    )


def _signed(value: float, digits: int, words: Language) -> str:
    number = quantity(value, digits, words)
    return f"+{number}" if value > 0 else number


def _charts(readings: Sequence[Reading], look: Look) -> Iterator[Flowable]:
    """Two in a row; a row is not parted."""
    width = (look.width - _CHART_GAP) / _CHARTS_IN_A_ROW
    drawn: list[Flowable] = []
    for reading in readings:
        chart = chart_of(reading, look.language)
        if chart:
            drawing = ChartDrawing(chart, look.language, look.fonts, width=width, height=_CHART_HEIGHT)
            drawn.append(Described(drawing, _chart_words(reading, look.language)))
    for start in range(0, len(drawn), _CHARTS_IN_A_ROW):
        row: list[Cell] = [*drawn[start : start + _CHARTS_IN_A_ROW]]
        row += [""] * (_CHARTS_IN_A_ROW - len(row))
        yield Block([side_by_side(look, row, gap=_CHART_GAP)], look, before=8, after=4)


def _chart_words(reading: Reading, words: Language) -> str:
    name = words._(reading.indicator.name)
    if reading.baseline is None or reading.now is None:
        return words._("Chart: {figure}").format(figure=name)
    base, now = (value_words(one, reading.indicator, words) for one in (reading.baseline, reading.now))
    return words._("Chart: {figure}, from {base} to {now}").format(figure=name, base=base, now=now)
