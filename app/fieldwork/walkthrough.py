"""Reading a checklist on a visit: the answers, those of the visit before, and what hangs on each finding."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import takewhile

from app.checklists.form import Form, form_from_text, form_of
from app.checklists.items import OF_CHOICES, Checklist, Item
from app.checklists.scoring import Verdict
from app.checklists.states import Key
from app.checklists.stored import checklist_from_text
from app.fieldwork.answers import country_settings
from app.fieldwork.forms import offered
from app.models.driver import Database
from app.models.ids import instant, on_the_wall
from app.models.improvements import Improvement, list_improvements
from app.models.rows import Row, get_row, list_rows
from app.models.visits import Visit, day_or_none, find_earlier_visit, get_visit

_CRITICAL_DAYS, _USUAL_DAYS = 14, 30


@dataclass(frozen=True, slots=True)
class Offer:
    """A checklist that can be begun."""

    checklist_id: str
    title: str
    version: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A checklist that was begun on this visit."""

    assessment_id: str
    title: str
    moment: str


@dataclass(frozen=True, slots=True)
class Given:
    """What was said to one item; `photos` counts those that prove it. `reason` is why a warning was passed over."""

    value: str | None = None
    note: str = ""
    photos: int = 0
    evidence: tuple[str, ...] = ()
    not_assessed: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same checklist on the newest visit before: raw values by item, in its own version's words."""

    day: date
    checklist: Checklist
    values: Mapping[str, str | None]

    def words(self, item_id: str, tag: str) -> str:
        """The answer in the words of its form; empty for an item that was not answered then."""
        item = form_of(self.checklist).layout.items.get(item_id)
        value = self.values.get(item_id) or ""
        return answer_words(item, value, tag) if item else value


@dataclass(frozen=True, slots=True)
class Since:
    """The visit on which a finding that is still there was first seen."""

    number: int | None
    day: date


@dataclass(frozen=True, slots=True)
class PictureSide:
    thumbnail: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Pair:
    """The pictures of an item's improvement; a side that was not taken is None."""

    before: PictureSide | None
    after: PictureSide | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A checklist that is being filled in, with all that is shown beside its items, by item id; `given` by spot.

    `settings` are those of the country, as the form asks for them.
    """

    assessment_id: str
    moment: str
    form: Form
    settings: Mapping[str, str]
    given: Mapping[str, Given]
    earlier: Earlier | None
    since: Mapping[str, Since]
    improvements: Mapping[str, Improvement]
    pairs: Mapping[str, Pair]

    @property
    def checklist(self) -> Checklist:
        return self.form.checklist


@dataclass(frozen=True, slots=True)
class WalkThrough:
    """`sheet` is None while no checklist was begun."""

    visit: Visit
    offers: tuple[Offer, ...]
    moment: str
    begun: tuple[Begun, ...] = ()
    sheet: Sheet | None = field(default=None, compare=False)


def walk_through(db: Database, visit_id: str, assessment_id: str = "") -> WalkThrough:
    """`assessment_id` says which of several; the newest one when it is empty or not of this visit. Raises NotFound."""
    visit = get_visit(db, visit_id)
    rows = list(list_rows(db, "assessment", visit_id=visit_id))
    rows.sort(key=lambda row: (row["created_at"], row["id"]))
    shown = next((row for row in rows if row["id"] == assessment_id), rows[-1] if rows else None)
    return WalkThrough(
        visit=visit,
        offers=_offers(db, visit),
        moment="end_line" if find_earlier_visit(db, visit) else "baseline",
        begun=tuple(Begun(r["id"], get_row(db, "checklist", r["checklist_id"])["title"], r["moment"]) for r in rows),
        sheet=_sheet(db, visit, shown) if shown else None,
    )


def number_items(checklist: Checklist) -> dict[str, str]:
    """Item ids with the numbers that people see: the section's and the item's, `3.2`."""
    return {
        item.id: f"{section_number}.{item_number}"
        for section_number, section in enumerate(checklist.sections, start=1)
        for item_number, item in enumerate(section.items, start=1)
    }


def spot(key: Key) -> str:
    """An item in one round as one word, which may stand in a route; outside repeats the item's own id."""
    return "@".join((key.name, *key.round.split("/"))) if key.round else key.name


def key_of(spot: str) -> Key:
    name, _sign, round_ = spot.partition("@")
    return Key(name, round_.replace("@", "/"))


def answer_words(item: Item, value: str, tag: str) -> str:
    """An answer in the words of its form, in the language `tag`."""
    if item.kind not in OF_CHOICES:
        return value
    labels = {choice.name: choice.label.in_language(tag) for choice in item.choices}
    return ", ".join(labels.get(name) or name for name in value.split())


def propose_due(item: Item, visit: Visit) -> date:
    """Until when a finding should be mended, to be changed by who agrees: critical ones sooner."""
    return visit.day + timedelta(days=_CRITICAL_DAYS if item.is_critical else _USUAL_DAYS)


# Every answer of the enterprise to any version of the checklist, up to this visit, in the order it was given.
_ANSWERS = """
SELECT a.item, a.repeat_id, a.value, a.note, a.finding, a.evidence, a.not_assessed, a.override_reason,
  s.id AS assessment, v.id AS visit, v.number, c.definition,
  v.started_at, v.planned_on,
  CASE WHEN s.id = :assessment THEN (
    SELECT count(DISTINCT l.photo_id) FROM photo_link l JOIN photo p ON p.id = l.photo_id
    WHERE l.answer_id = a.id AND l.binned_at IS NULL AND p.binned_at IS NULL) ELSE 0 END AS photos
FROM visit v JOIN assessment s ON s.visit_id = v.id JOIN checklist c ON c.id = s.checklist_id
JOIN answer a ON a.assessment_id = s.id
WHERE v.enterprise_id = :enterprise AND c.key LIKE :key || ' %' AND (v.planned_on, v.id) <= (:planned, :visit)
  AND v.binned_at IS NULL AND s.binned_at IS NULL AND a.binned_at IS NULL
  AND (a.repeat_id IS NULL OR s.id = :assessment)
ORDER BY v.planned_on DESC, v.id DESC, s.created_at DESC"""
_PAIRS = """
SELECT n.item, b.thumbnail_sha256 AS before, b.taken_at AS before_at,
  f.thumbnail_sha256 AS after, f.taken_at AS after_at
FROM photo_pair p JOIN improvement i ON i.id = p.improvement_id JOIN answer n ON n.id = i.answer_id
LEFT JOIN photo b ON b.id = p.before_photo_id AND b.binned_at IS NULL
LEFT JOIN photo f ON f.id = p.after_photo_id AND f.binned_at IS NULL
WHERE p.enterprise_id = ? AND p.binned_at IS NULL AND p.status IS NOT 'dropped' ORDER BY p.id"""


def _offers(db: Database, visit: Visit) -> tuple[Offer, ...]:
    country = get_row(db, "enterprise", visit.enterprise_id, binned=True)["country"] or ""
    return tuple(Offer(one.checklist_id, one.title, one.version) for one in offered(db, country, visit.day))


def _sheet(db: Database, visit: Visit, assessment: Row) -> Sheet:
    stored = get_row(db, "checklist", assessment["checklist_id"])
    key = {"assessment": assessment["id"], "enterprise": visit.enterprise_id, "key": stored["key"].split()[0]}
    rows = list(db.query(_ANSWERS, key | {"planned": visit.planned_on.isoformat(), "visit": visit.id}))
    ours = [row for row in rows if row["assessment"] == assessment["id"]]
    before = [row for row in rows if row["visit"] != visit.id]
    items = {row["item"] for row in rows}
    return Sheet(
        assessment_id=assessment["id"],
        moment=assessment["moment"] or "",
        form=form_from_text(stored["definition"]),
        settings=country_settings(db, assessment["id"]),
        given={spot(Key(row["item"], row["repeat_id"] or "")): _given(row) for row in ours},
        earlier=_earlier(before),
        since={item: since for item in items if (since := _since(before, item))},
        improvements=_improvements(db, visit, items),
        pairs={row["item"]: _pair(row) for row in db.query(_PAIRS, [visit.enterprise_id])},
    )


def _given(row: Row) -> Given:
    evidence = tuple(json.loads(row["evidence"] or "[]"))
    beside = (row["note"] or "", row["photos"], evidence, row["not_assessed"] or "", row["override_reason"] or "")
    return Given(row["value"], *beside)


def _earlier(before: list[Row]) -> Earlier | None:
    if not before:
        return None
    newest = [row for row in before if row["assessment"] == before[0]["assessment"]]
    values = {row["item"]: row["value"] for row in newest}
    return Earlier(_day(newest[0]), checklist_from_text(newest[0]["definition"]), values)


def _day(row: Row) -> date:
    """As `Visit.day`: the day on the wall on which it was held."""
    started = row["started_at"]
    return on_the_wall(instant(started)).date() if started else date.fromisoformat(row["planned_on"])


def _since(before: list[Row], item: str) -> Since | None:
    """The oldest visit of the unbroken run of findings that reaches up to now."""
    run = list(takewhile(lambda row: row["finding"] == Verdict.FINDING, (r for r in before if r["item"] == item)))
    return Since(run[-1]["number"], _day(run[-1])) if run else None


def _improvements(db: Database, visit: Visit, items: set[str]) -> dict[str, Improvement]:
    """The improvement of each item: that of this visit, else one that is open from before."""
    item_of = dict(
        db.conn.execute(
            "SELECT i.id, a.item FROM improvement i JOIN answer a ON a.id = i.answer_id WHERE i.enterprise_id = ?",
            (visit.enterprise_id,),
        ).fetchall()
    )
    every = [i for i in list_improvements(db, enterprise_id=visit.enterprise_id) if item_of.get(i.id) in items]
    every.sort(key=lambda one: one.visit_id == visit.id)
    return {item_of[one.id]: one for one in every if one.is_open or one.visit_id == visit.id}


def _pair(row: Row) -> Pair:
    return Pair(*(_side(row[name], row[f"{name}_at"]) for name in ("before", "after")))


def _side(thumbnail: str | None, taken_at: str | None) -> PictureSide | None:
    return PictureSide(thumbnail, day_or_none(taken_at[:10] if taken_at else None)) if thumbnail else None
