"""Enterprises: the record, its queries."""

from dataclasses import dataclass
from datetime import date

from app.models.driver import Database
from app.models.search import folded
from app.models.visits import day_or_none


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One line of the list of enterprises. Empty text where nothing was written; the two days None when there is none.

    `country` is ISO 3166; `overdue` counts those of `open_improvements` whose day has passed.
    """

    id: str
    name: str
    code: str
    city: str
    country: str
    sector: str
    programme: str
    last_visit_on: date | None
    next_visit_on: date | None
    open_improvements: int
    overdue: int


@dataclass(frozen=True, slots=True)
class CountryProgramme:
    """`programme` is a code, `country` ISO 3166, `name` as the country team writes it."""

    id: str
    programme: str
    country: str
    name: str


_LIST = """
SELECT e.id, coalesce(e.name, ''), coalesce(e.code, ''), coalesce(e.city, ''), coalesce(e.country, ''),
  coalesce(e.sector, ''), coalesce(p.programme, ''), v.last, v.next, coalesce(i.open, 0), coalesce(i.overdue, 0)
FROM enterprise e
LEFT JOIN country_programme p ON p.id = e.country_programme_id
LEFT JOIN (
  SELECT enterprise_id, date(max(started_at), 'localtime') AS last,
    min(planned_on) FILTER (WHERE started_at IS NULL AND planned_on >= :today AND status = 'draft') AS next
  FROM visit WHERE binned_at IS NULL GROUP BY enterprise_id) v ON v.enterprise_id = e.id
LEFT JOIN (
  SELECT enterprise_id, count(*) AS open, count(*) FILTER (WHERE due_on < :today) AS overdue
  FROM improvement WHERE binned_at IS NULL AND coalesce(status, '') NOT IN ('done', 'dropped')
  GROUP BY enterprise_id) i ON i.enterprise_id = e.id
WHERE e.binned_at IS NULL
ORDER BY e.name COLLATE NOCASE, e.id"""


def list_enterprises(db: Database, today: date) -> list[Enterprise]:
    """All of them by name, with the days of their visits before and after `today`."""
    rows = db.conn.execute(_LIST, {"today": today.isoformat()})
    return [Enterprise(*row[:7], *map(day_or_none, row[7:9]), *row[9:]) for row in rows]


def known_enterprises(db: Database) -> set[tuple[str, str]]:
    """What tells a duplicate, of every enterprise: see `sameness`."""
    rows = db.conn.execute("SELECT coalesce(name, ''), coalesce(country, '') FROM enterprise WHERE binned_at IS NULL")
    return {sameness(name, country) for name, country in rows}


def sameness(name: str, country: str) -> tuple[str, str]:
    """Two enterprises with the same one are taken for the same: name without accents, case and spaces, and country."""
    return "".join(folded(name).split()), country.upper()


def list_country_programmes(db: Database) -> list[CountryProgramme]:
    """By country and programme."""
    rows = db.conn.execute(
        "SELECT id, coalesce(programme, ''), coalesce(country, ''), coalesce(name, '') FROM country_programme"
        " WHERE binned_at IS NULL ORDER BY name, programme"
    )
    return [CountryProgramme(*row) for row in rows]


def programmes_by_enterprise(db: Database) -> dict[str, str]:
    """Enterprise id to the code of its programme, for those that have one."""
    rows = db.conn.execute(
        "SELECT e.id, p.programme FROM enterprise e JOIN country_programme p ON p.id = e.country_programme_id"
    )
    return dict(rows.fetchall())
