"""What the tables of a checklist over time say: one row a section, question or compliance point, one column a time."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from app.checklists.scoring import Score, Trend, Verdict
from app.fieldwork.comparison import Comparison, ItemHistory, Occasion, PointHistory, SectionHistory
from app.i18n import _, window_language
from app.reports.populations import name_of_point
from app.ui.labels import COMPLIANT, MOMENTS, TRENDS, VERDICTS
from app.ui.tables.rows_table import Column
from app.ui.tables.signs import compliance_sign, trend_sign, verdict_sign

T = TypeVar("T")
_FIRST = 2  # columns before those of the times
_SHARE, _TIME, _CHANGE = 110, 128, 118
_TRENDS = tuple(Trend)
_VERDICTS = (Verdict.FINDING, Verdict.MET, Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE, None)


def time_of_column(column: int, places: Sequence[int]) -> int | None:
    """The time that the column is about; None for one that is about all of them."""
    return places[column - _FIRST] if column >= _FIRST else None


def time_words(occasion: Occasion) -> str:
    """`Aug 24, 2026` and below it what is special: `Baseline, in part`."""
    second = [_(MOMENTS.get(occasion.moment, occasion.moment))]
    if not occasion.is_full:
        second.append(_("in part"))
    if not occasion.is_closed:
        second.append(_("open"))
    return f"{window_language().short_day(occasion.day)}\n{', '.join(second)}"


def section_columns(found: Comparison, places: Sequence[int]) -> list[Column[SectionHistory]]:
    def time(place: int) -> Column[SectionHistory]:
        return Column(
            time_words(found.occasions[place]),
            lambda row: share_words(row.shares[place], row.scores[place]),
            lambda row: -1.0 if row.shares[place] is None else row.shares[place],
            width=_SHARE,
        )

    first: Column[SectionHistory] = Column(_("Section"), lambda row: section_words(row, found))
    change: Column[SectionHistory] = Column(
        _("Change"),
        lambda row: change_words(row.change),
        lambda row: (row.change is None, row.change or 0.0),
        width=_CHANGE,
        sign=lambda row: trend_sign(_trend_of(row.change)),
    )
    return [first, change, *map(time, places)]


def item_columns(found: Comparison, places: Sequence[int]) -> list[Column[ItemHistory]]:
    def time(place: int) -> Column[ItemHistory]:
        return Column(
            time_words(found.occasions[place]),
            lambda row: _(VERDICTS[row.verdicts[place]]),
            lambda row: _VERDICTS.index(row.verdicts[place]),
            width=_TIME,
            sign=lambda row: verdict_sign(row.verdicts[place]),
        )

    first: Column[ItemHistory] = Column(
        _("Question"), lambda row: row.item.label.in_language(window_language().tag) or row.item.id
    )
    return [first, _trend_column(lambda row: row.trend), *map(time, places)]


def point_columns(found: Comparison, places: Sequence[int]) -> list[Column[PointHistory]]:
    def time(place: int) -> Column[PointHistory]:
        return Column(
            time_words(found.occasions[place]),
            lambda row: _(COMPLIANT[row.compliant[place]]),
            lambda row: (True, None, False).index(row.compliant[place]),
            width=_TIME,
            sign=lambda row: compliance_sign(row.compliant[place]),
        )

    first: Column[PointHistory] = Column(_("Compliance point"), lambda row: name_of_point(row.point, window_language()))
    return [first, _trend_column(lambda row: row.trend), *map(time, places)]


def section_words(row: SectionHistory, found: Comparison) -> str:
    if row is found.total or row == found.total:
        return _("The whole checklist")
    return row.section.label.in_language(window_language().tag) or row.section.id


def share_words(share: float | None, score: Score | None) -> str:
    """The share of full marks; how many were met where no share is made; why there is neither."""
    if share is not None:
        return _("{percent} %").format(percent=window_language().number(share * 100))
    if score is None:
        return _("Not asked")
    if not score.assessed:
        return _("Not assessed")
    words = window_language()
    return _("{met} of {n} met").format(met=words.number(score.met), n=words.number(score.assessed))


def change_words(change: float | None) -> str:
    """In points of percent, with a sign."""
    if change is None:
        return _("Not comparable")
    points = round(change * 100)
    if not points:
        return _("No change")
    number = window_language().number(points)
    return _("{change} points").format(change=f"+{number}" if points > 0 else number)


def _trend_of(change: float | None) -> Trend:
    if change is None:
        return Trend.NOT_COMPARABLE
    points = round(change * 100)
    return Trend.SAME if not points else Trend.BETTER if points > 0 else Trend.WORSE


def _trend_column(trend: Callable[[T], Trend]) -> Column[T]:
    return Column(
        _("Change"),
        lambda row: _(TRENDS[trend(row)]),
        lambda row: _TRENDS.index(trend(row)),
        width=_CHANGE,
        sign=lambda row: trend_sign(trend(row)),
    )
