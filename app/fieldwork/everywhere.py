"""Lists over all enterprises: what was promised, how the figures stand, which reports were issued."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from app.models.driver import Database
from app.models.ids import instant
from app.models.improvements import Improvement, list_improvements
from app.models.rows import Row
from app.models.snapshots import Figure, FigureValue
from app.models.visits import Visit, list_visits


@dataclass(frozen=True, slots=True)
class Promise:
    """An improvement and the programme of its enterprise, by code; empty when it is in none."""

    improvement: Improvement
    programme: str


@dataclass(frozen=True, slots=True)
class EnterpriseFigure:
    """One indicator of one enterprise; `visit_id` is the visit the newest value was taken on, if one."""

    enterprise_id: str
    enterprise: str
    programme: str
    figure: Figure
    visit_id: str | None


@dataclass(frozen=True, slots=True)
class IssuedReport:
    """A report as it was handed over; its bytes are in photos.db under `pdf_sha256`."""

    id: str
    enterprise: str
    visit_id: str | None
    visit: Visit | None
    revision: int
    language: str
    issued_at: datetime
    content_sha256: str
    pdf_sha256: str


def promises(db: Database) -> list[Promise]:
    """Every improvement: what is open first, soonest due first; then what is closed, the latest due first."""
    programmes = _programmes(db)
    every = [Promise(one, programmes.get(one.enterprise_id, "")) for one in list_improvements(db)]
    still_open = [one for one in every if one.improvement.is_open]
    return still_open + [one for one in reversed(every) if not one.improvement.is_open]


def enterprise_figures(db: Database) -> list[EnterpriseFigure]:
    """By enterprise and indicator; the figures of single areas are left to their pages."""
    rows = db.query(
        """SELECT i.*, e.name AS enterprise, c.programme FROM indicator_value i JOIN enterprise e
           ON e.id = i.enterprise_id LEFT JOIN country_programme c ON c.id = e.country_programme_id
           WHERE i.binned_at IS NULL AND e.binned_at IS NULL AND i.area_id IS NULL
           ORDER BY e.name COLLATE NOCASE, e.id, i.indicator, i.period, i.role <> 'baseline'"""
    )
    return list(_figures(rows))


def issued_reports(db: Database) -> list[IssuedReport]:
    """Newest first."""
    visits = {visit.id: visit for visit in list_visits(db)}
    rows = db.query(
        "SELECT r.*, e.name AS enterprise FROM report r JOIN enterprise e ON e.id = r.enterprise_id"
        " WHERE r.binned_at IS NULL AND e.binned_at IS NULL ORDER BY r.issued_at DESC, r.id DESC"
    )
    return [
        IssuedReport(
            id=row["id"],
            enterprise=row["enterprise"] or "",
            visit_id=row["visit_id"],
            visit=visits.get(row["visit_id"]),
            revision=row["revision"] or 1,
            language=row["language"] or "",
            issued_at=instant(row["issued_at"] or row["created_at"]),
            content_sha256=row["content_sha256"] or "",
            pdf_sha256=row["pdf_sha256"] or "",
        )
        for row in rows
    ]


def _programmes(db: Database) -> dict[str, str]:
    rows = db.conn.execute(
        "SELECT e.id, c.programme FROM enterprise e JOIN country_programme c ON c.id = e.country_programme_id"
    )
    return {row[0]: row[1] or "" for row in rows}


def _figures(rows: Iterator[Row]) -> Iterator[EnterpriseFigure]:
    for __, group in groupby(rows, itemgetter("enterprise_id", "indicator")):
        values = list(group)
        first = values[0]
        figure = Figure(first["indicator"] or "", tuple(_value(row) for row in values if row["period"]))
        taken = [row["visit_id"] for row in values if row["visit_id"]]
        if figure.values:
            who = (first["enterprise_id"], first["enterprise"] or "", first["programme"] or "")
            yield EnterpriseFigure(*who, figure, taken[-1] if taken else None)


def _value(row: Row) -> FigureValue:
    numbers = (row["value"], row["numerator"], row["denominator"])
    words = (row["source"] or "", row["basis"] or "", row["currency"] or "", row["note"] or "")
    return FigureValue(row["period"], row["role"] or "monthly", row["status"] or "not_tracked", *numbers, *words)
