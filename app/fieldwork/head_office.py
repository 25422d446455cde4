"""Gathering what head office gets each month: the rows of its workbook, a frozen snapshot.

No names of people leave the store here: only fields that the registry calls public or enterprise-confidential are
read, and people are counted. Incidents take their own path; what brought one up is left out with it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from app.checklists.items import Checklist, Item, Section
from app.checklists.stored import checklist_from_text
from app.errors import NotFound
from app.fieldwork.answers import told_answers
from app.indicators.definitions import Indicator, get_basis, load_indicators
from app.models.catalogue import minor_digits
from app.models.driver import Database
from app.models.ids import instant
from app.models.incidents import SECRET_ANSWERS, SECRET_PHOTOS
from app.models.snapshots import Cell, HeadOfficeSnapshot

Row = dict[str, Cell]

# The day it was held, as this laptop's wall had it.
_VISIT_ON = "coalesce(date(v.started_at, 'localtime'), v.planned_on, substr(v.created_at, 1, 10)) AS visit_on"
_BY_ENTERPRISE = "e.name COLLATE NOCASE, e.id"

_ENTERPRISES = f"""
WITH people AS (
  SELECT id, "on", managers,
    coalesce(men_permanent, men_temporary) IS NOT NULL AS men_are_known,
    CASE WHEN coalesce(women_permanent, women_temporary) IS NOT NULL
      THEN coalesce(women_permanent, 0) + coalesce(women_temporary, 0) END AS women,
    CASE WHEN coalesce(women_permanent, women_temporary, men_permanent, men_temporary) IS NULL THEN workers
      ELSE coalesce(women_permanent, 0) + coalesce(women_temporary, 0)
        + coalesce(men_permanent, 0) + coalesce(men_temporary, 0) END AS workers
  FROM enterprise_profile)
SELECT e.name AS enterprise, e.code, e.legal_name, c.programme, e.country, e.region, e.city, e.sector, e.isic,
  e.products, e.founded, e.ownership, e.market, e.status, e.status_reason, e.tier, e.joined_on, e.may_share,
  e.report_language, p."on" AS profile_on, p.workers, p.women,
  CASE WHEN p.men_are_known AND p.workers > 0 THEN p.women * 1.0 / p.workers END AS women_share, p.managers,
  (SELECT count(*) FROM visit v
    WHERE v.enterprise_id = e.id AND v.binned_at IS NULL AND v.started_at IS NOT NULL) AS visits_held,
  e.id
FROM enterprise e
LEFT JOIN country_programme c ON c.id = e.country_programme_id
LEFT JOIN people p ON p.id = (
  SELECT n.id FROM enterprise_profile n
  WHERE n.enterprise_id = e.id AND n.binned_at IS NULL AND n."on" <= :made_on ORDER BY n."on" DESC, n.id DESC LIMIT 1)
WHERE e.binned_at IS NULL AND e.stub = 0
ORDER BY {_BY_ENTERPRISE}"""

_VISITS = f"""
SELECT e.name AS enterprise, {_VISIT_ON}, v.kind, v.number, m.key AS module, m.name AS module_name, v.mode, v.status,
  v.planned_on, v.started_at, v.finished_at, v.revision, v.cycle, v.is_unannounced,
  met.people AS people_met, met.women AS women_met, met.workers AS workers_met,
  v.purpose, v.summary, v.advice, v.good_practice, v.next_steps, v.next_visit_on,
  v.trainer_id, e.id AS enterprise_id, v.id
FROM visit v JOIN enterprise e ON e.id = v.enterprise_id
LEFT JOIN module m ON m.id = v.module_id
LEFT JOIN (
  SELECT visit_id, sum(coalesce(count, 1)) AS people, sum(coalesce(count, 1) * (sex IS 'woman')) AS women,
    sum(coalesce(count, 1) * (role IS 'worker' OR role IS 'worker_representative')) AS workers
  FROM visit_person WHERE binned_at IS NULL GROUP BY visit_id) met ON met.visit_id = v.id
WHERE v.binned_at IS NULL AND e.binned_at IS NULL
ORDER BY {_BY_ENTERPRISE}, visit_on, v.id"""

_SESSIONS = f"""
SELECT e.name AS enterprise, s."on" AS session_on, s.topic, m.key AS module, m.name AS module_name, s.minutes,
  coalesce(t.present, 0) AS present, coalesce(t.women, 0) AS women, coalesce(t.men, 0) AS men,
  coalesce(t.present - t.women - t.men, 0) AS other, coalesce(t.managers, 0) AS managers,
  coalesce(t.workers, 0) AS workers, coalesce(t.enterprises, 0) AS enterprises,
  s.training_id, e.id AS enterprise_id, s.visit_id, s.id
FROM session s
LEFT JOIN visit v ON v.id = s.visit_id
LEFT JOIN enterprise e ON e.id = v.enterprise_id
LEFT JOIN module m ON m.id = coalesce(s.module_id, v.module_id)
LEFT JOIN (
  SELECT a.session_id, count(*) AS present, sum(p.sex IS 'woman') AS women, sum(p.sex IS 'man') AS men,
    sum(p.role IS 'manager') AS managers, sum(p.role IS 'worker') AS workers,
    count(DISTINCT p.enterprise_id) AS enterprises
  FROM attendance a JOIN participant p ON p.id = a.participant_id JOIN enterprise w ON w.id = p.enterprise_id
  WHERE a.was_present = 1 AND a.binned_at IS NULL AND p.binned_at IS NULL AND w.binned_at IS NULL
  GROUP BY a.session_id) t ON t.session_id = s.id
WHERE s.binned_at IS NULL AND v.binned_at IS NULL AND e.binned_at IS NULL
ORDER BY {_BY_ENTERPRISE}, session_on, s.id"""

_PARTICIPANTS = f"""
SELECT e.name AS enterprise, p.sex, p.role, count(*) AS enrolled, count(t.times) AS trained,
  coalesce(sum(t.times), 0) AS attendances, e.id AS enterprise_id
FROM participant p JOIN enterprise e ON e.id = p.enterprise_id
LEFT JOIN (
  SELECT a.participant_id, count(*) AS times
  FROM attendance a JOIN session s ON s.id = a.session_id LEFT JOIN visit v ON v.id = s.visit_id
  LEFT JOIN enterprise w ON w.id = v.enterprise_id
  WHERE a.was_present = 1 AND a.binned_at IS NULL AND s.binned_at IS NULL AND v.binned_at IS NULL
    AND w.binned_at IS NULL
  GROUP BY a.participant_id) t ON t.participant_id = p.id
WHERE p.binned_at IS NULL AND e.binned_at IS NULL
GROUP BY e.id, p.sex, p.role
ORDER BY {_BY_ENTERPRISE}, p.sex, p.role"""

_ANSWERS = f"""
SELECT e.name AS enterprise, {_VISIT_ON}, a.checklist_id, a.moment, a.extent, n.item, n.repeat_id, n.value, n.finding,
  n.not_assessed, n.note, n.evidence, e.id AS enterprise_id, v.id AS visit_id, n.id, n.assessment_id
FROM answer n JOIN assessment a ON a.id = n.assessment_id JOIN visit v ON v.id = a.visit_id
JOIN enterprise e ON e.id = v.enterprise_id
WHERE n.binned_at IS NULL AND a.binned_at IS NULL AND v.binned_at IS NULL AND e.binned_at IS NULL
  AND coalesce(n.value, n.note, n.not_assessed) IS NOT NULL AND n.id NOT IN ({SECRET_ANSWERS})
ORDER BY {_BY_ENTERPRISE}, visit_on, v.id, a.id, n.id"""

_CHECKLISTS = """
SELECT id, key, version, definition FROM checklist WHERE id IN (SELECT checklist_id FROM assessment)"""

_INDICATORS = f"""
SELECT e.name AS enterprise, i.indicator, r.name AS area, i.period, i.role, i.status, i.value, i.currency,
  i.numerator, i.denominator, i.basis, i.source, i.note, e.id AS enterprise_id, i.visit_id, i.id
FROM indicator_value i JOIN enterprise e ON e.id = i.enterprise_id
LEFT JOIN area r ON r.id = i.area_id
LEFT JOIN visit v ON v.id = i.visit_id
WHERE i.binned_at IS NULL AND e.binned_at IS NULL AND v.binned_at IS NULL
ORDER BY {_BY_ENTERPRISE}, i.indicator, r.name, i.period, i.role IS NOT 'baseline', i.id"""

_IMPROVEMENTS = f"""
SELECT e.name AS enterprise, i.what, i.root_cause, i.type, i.category, i.origin, i.priority, i.responsible, i.status,
  i.due_on, i.done_on, i.verified_on, i.cost, i.cost_basis, i.saving, i.saving_basis, i.currency, i.effect,
  i.indicator, i.compliance_point, e.id AS enterprise_id, i.visit_id, i.id
FROM improvement i JOIN enterprise e ON e.id = i.enterprise_id
LEFT JOIN visit v ON v.id = i.visit_id
WHERE i.binned_at IS NULL AND e.binned_at IS NULL AND v.binned_at IS NULL
  AND (i.answer_id IS NULL OR i.answer_id NOT IN ({SECRET_ANSWERS}))
ORDER BY {_BY_ENTERPRISE}, i.due_on IS NULL, i.due_on, i.id"""

_PHOTOS = f"""
WITH filed AS (
  SELECT l.photo_id, min(l.id) AS link_id FROM photo_link l
  JOIN visit v ON v.id = l.visit_id JOIN enterprise e ON e.id = v.enterprise_id
  WHERE l.binned_at IS NULL AND v.binned_at IS NULL AND e.binned_at IS NULL GROUP BY l.photo_id),
paired AS (
  SELECT id, before_photo_id AS photo_id, 'before' AS side FROM photo_pair
  WHERE binned_at IS NULL AND status IS NOT 'dropped' UNION ALL
  SELECT id, after_photo_id, 'after' FROM photo_pair WHERE binned_at IS NULL AND status IS NOT 'dropped')
SELECT e.name AS enterprise, {_VISIT_ON}, p.taken_at, p.place, p.caption, p.consent, r.side, r.id AS pair_id,
  p.working_sha256 AS sha256, e.id AS enterprise_id, v.id AS visit_id, p.id
FROM photo p JOIN filed f ON f.photo_id = p.id JOIN photo_link l ON l.id = f.link_id
JOIN visit v ON v.id = l.visit_id JOIN enterprise e ON e.id = v.enterprise_id
LEFT JOIN paired r ON r.photo_id = p.id
WHERE p.binned_at IS NULL
  AND p.id NOT IN ({SECRET_PHOTOS})
ORDER BY {_BY_ENTERPRISE}, visit_on, p.id, r.id"""


def head_office_snapshot(db: Database, *, made_on: date, made_by: str, program_version: str) -> HeadOfficeSnapshot:
    """Everything in the store but the bin, names of people and incidents. `made_by` is a role, never a name."""
    sheets: dict[str, Iterator[Row]] = {
        "Enterprises": _rows(db, _ENTERPRISES, {"made_on": made_on.isoformat()}),
        "Visits": _rows(db, _VISITS),
        "Sessions": _rows(db, _SESSIONS),
        "Participants": _rows(db, _PARTICIPANTS),
        "Checklist_answers": _answers(db),
        "Indicators": _indicators(db),
        "Improvements": _improvements(db),
        "Photos": _photos(db),
    }
    return HeadOfficeSnapshot(made_on, made_by, program_version, {name: tuple(rows) for name, rows in sheets.items()})


def _answers(db: Database) -> Iterator[Row]:
    """In the order of the checklist within each assessment, not of its item ids."""
    forms = {row["id"]: _Form(row) for row in db.query(_CHECKLISTS)}
    for assessment_id, rows in groupby(_rows(db, _ANSWERS), itemgetter("assessment_id")):
        told = {row["id"] for row in told_answers(db, str(assessment_id)).values()}
        answers = [row for row in rows if row["id"] in told]
        if not answers:
            continue
        form = forms[str(answers[0]["checklist_id"])]
        for row in sorted(answers, key=form.place_of):
            del row["checklist_id"], row["assessment_id"]
            row["evidence"] = ", ".join(json.loads(str(row["evidence"] or "[]")))
            yield row | form.words_of(str(row["item"]))


class _Form:
    """A checklist as the answers need it: the place and the English words of each item, looked up once."""

    __slots__ = ("_places", "_unknown", "_words")

    def __init__(self, row: Mapping[str, str]) -> None:
        checklist = checklist_from_text(row["definition"])
        # The stored key is the form's own id and its version.
        names: Row = {"checklist": row["key"].split()[0], "version": row["version"]}
        # An answer to an item that this version does not have comes from a newer program: it is kept and shown.
        self._unknown = names | {"section": "", "question": "", "is_critical": None, "compliance_point": ""}
        self._words = {item.id: names | _item_words(section, item) for section, item in _items(checklist)}
        self._places = {item_id: place for place, item_id in enumerate(self._words)}

    def place_of(self, row: Row) -> tuple[int, str, str]:
        item = str(row["item"])
        return self._places.get(item, len(self._places)), item, str(row["repeat_id"] or "")

    def words_of(self, item_id: str) -> Row:
        return self._words.get(item_id, self._unknown)


def _items(checklist: Checklist) -> Iterator[tuple[Section, Item]]:
    return ((section, item) for section in checklist.sections for item in section.items)


def _item_words(section: Section, item: Item) -> Row:
    return {
        "section": section.label.in_language("en"),
        "question": item.label.in_language("en"),
        "is_critical": item.is_critical,
        "compliance_point": item.compliance_point,
    }


def _indicators(db: Database) -> Iterator[Row]:
    known = {indicator.key: indicator for indicator in load_indicators()}
    for row in _rows(db, _INDICATORS):
        currency, key = row.pop("currency"), str(row["indicator"])
        definition = known.get(key)
        name, digits = (definition.name, definition.decimals) if definition else (key, None)
        unit = currency or _unit(definition, str(row["basis"] or ""))
        yield row | {"name": name, "unit": unit, "digits": digits}


def _unit(indicator: Indicator | None, basis_id: str) -> str:
    """What the value is counted in; for an injury rate, what it was counted per when it was taken."""
    if basis_id:
        try:
            return get_basis(basis_id).name
        except NotFound:
            return basis_id
    return indicator.unit.name if indicator else ""


def _improvements(db: Database) -> Iterator[Row]:
    for row in _rows(db, _IMPROVEMENTS):
        digits = minor_digits(str(row["currency"] or ""))
        yield row | {name: _amount(row[name], digits) for name in ("cost", "saving")} | {"digits": digits}


def _amount(minor_units: Cell, digits: int) -> float | None:
    return float(Decimal(minor_units).scaleb(-digits)) if isinstance(minor_units, int) else None


def _photos(db: Database) -> Iterator[Row]:
    for row in _rows(db, _PHOTOS):
        yield row | {"taken_at": _camera_time(row["taken_at"])}


def _camera_time(text: Cell) -> datetime | None:
    """The camera's local time, without a zone; None when what it wrote is no time."""
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=None)
    except ValueError:
        return None


def _rows(db: Database, sql: str, parameters: Mapping[str, str] | None = None) -> Iterator[Row]:
    """The query's rows; the names of the columns say which are days, instants and claims (style: 7.4)."""
    cursor = db.conn.execute(sql, parameters or {})
    names = [column[0] for column in cursor.description]
    typed = [(name, convert) for name in names if (convert := _conversion(name))]
    for values in cursor:
        row: Row = dict(zip(names, values, strict=True))
        for name, convert in typed:
            if row[name] is not None:
                row[name] = convert(row[name])
        yield row


def _conversion(name: str) -> Callable[..., Cell] | None:
    if name == "taken_at":  # the camera's own words
        return None
    if name.endswith("_on"):
        return date.fromisoformat
    if name.endswith("_at"):
        return instant
    return bool if name.startswith(("is_", "may_")) else None
