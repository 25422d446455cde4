"""Gathering a visit's file: the frozen snapshot that a report is made from."""

import json
from collections.abc import Iterator
from datetime import date

from app.fieldwork.answers import country_settings, told_answers
from app.fieldwork.attendance import count_attendance
from app.fieldwork.enterprises import people_of
from app.fieldwork.today import promised_before
from app.models.driver import Database
from app.models.improvements import list_improvements
from app.models.incidents import secret_ids
from app.models.rows import Row, find_row, get_row, list_rows
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
from app.models.visits import Visit, get_visit


def visit_snapshot(db: Database, visit_id: str) -> VisitSnapshot:
    """Raises NotFound."""
    visit = get_visit(db, visit_id)
    secret = secret_ids(db)
    pairs = tuple(_pairs(db, visit, secret))
    elsewhere = secret | {photo.id for pair in pairs for photo in (pair.before, pair.after) if photo}
    return VisitSnapshot(
        visit=visit,
        enterprise=enterprise_facts(db, visit.enterprise_id, visit.day),
        people=tuple(_people(db, visit_id)),
        sessions=tuple(_sessions(db, visit_id)),
        promised=tuple(one for one in promised_before(db, visit) if one.id not in secret),
        agreed=tuple(
            one
            for one in list_improvements(db, enterprise_id=visit.enterprise_id)
            if one.visit_id == visit_id and one.id not in secret
        ),
        pairs=pairs,
        photos=tuple(photo for photo in _photos(db, visit_id) if photo.id not in elsewhere and not photo.is_withheld),
        assessments=tuple(_assessments(db, visit)),
        figures=tuple(_figures(db, visit)),
    )


def enterprise_facts(db: Database, enterprise_id: str, on: date) -> EnterpriseFacts:
    """The enterprise as it was on a day: people counts from the newest profile not after it."""
    row = get_row(db, "enterprise", enterprise_id)
    programme = find_row(db, "country_programme", row["country_programme_id"] or "") or {}
    workers, women, _men = people_of(_profile(db, enterprise_id, on))
    languages = json.loads(programme.get("languages") or '["en"]')
    return EnterpriseFacts(
        id=enterprise_id,
        name=row["name"] or "",
        city=row["city"] or "",
        country=row["country"] or "",
        sector=row["sector"] or "",
        workers=workers,
        women=women,
        programme=programme.get("programme") or "",
        report_language=row["report_language"] or languages[0],
        paper=programme.get("paper") or "a4",
    )


def _profile(db: Database, enterprise_id: str, on: date) -> Row:
    rows = db.query(
        'SELECT * FROM enterprise_profile WHERE enterprise_id = ? AND binned_at IS NULL AND "on" <= ?'
        ' ORDER BY "on" DESC LIMIT 1',
        [enterprise_id, on.isoformat()],
    )
    return next(iter(rows), {})


def _people(db: Database, visit_id: str) -> Iterator[PersonMet]:
    for row in list_rows(db, "visit_person", visit_id=visit_id):
        yield PersonMet(row["position"] or "", row["role"] or "", row["sex"] or "", row["count"] or 1)


def _sessions(db: Database, visit_id: str) -> Iterator[SessionFacts]:
    for row in sorted(list_rows(db, "session", visit_id=visit_id), key=lambda row: row["on"] or ""):
        there = count_attendance(db, row["id"])
        yield SessionFacts(
            day=date.fromisoformat(row["on"] or row["created_at"][:10]),
            topic=row["topic"] or "",
            minutes=row["minutes"],
            women=there.women,
            men=there.men,
            other=there.other,
            managers=there.managers,
            workers=there.workers,
            present=there.present,
        )


def _pairs(db: Database, visit: Visit, secret: set[str]) -> Iterator[PairFacts]:
    """Pairs of this enterprise whose before was taken not later than this visit and whose after was not taken earlier.

    A pair that an earlier visit closed was in that visit's report.
    """
    for row in list_rows(db, "photo_pair", enterprise_id=visit.enterprise_id):
        before, after = (_photo(db, row[name]) for name in ("before_photo_id", "after_photo_id"))
        taken_on = {name: _visit_days(db, row[name]) for name in ("before_photo_id", "after_photo_id") if row[name]}
        is_known = all(min(days) <= visit.day for days in taken_on.values() if days)
        is_ours = not row["after_photo_id"] or visit.day in taken_on["after_photo_id"]
        is_secret = secret & {row["before_photo_id"], row["after_photo_id"], row["improvement_id"]}
        if row["status"] != "dropped" and is_known and is_ours and not is_secret:
            improvement = find_row(db, "improvement", row["improvement_id"] or "") or {}
            yield PairFacts(row["place"] or "", row["what_changed"] or "", improvement.get("what") or "", before, after)


def _visit_days(db: Database, photo_id: str) -> set[date]:
    links = list_rows(db, "photo_link", photo_id=photo_id)
    return {get_visit(db, link["visit_id"]).day for link in links if link["visit_id"]}


def _photos(db: Database, visit_id: str) -> Iterator[PhotoFacts]:
    links = sorted(list_rows(db, "photo_link", visit_id=visit_id), key=lambda row: (row["position"] or 0, row["id"]))
    for link in links:
        if photo := _photo(db, link["photo_id"]):
            yield photo


def _photo(db: Database, photo_id: str | None) -> PhotoFacts | None:
    row = find_row(db, "photo", photo_id or "")
    if row is None:
        return None
    shape = (row["working_sha256"] or "", row["width"] or 0, row["height"] or 0)
    words = (row["place"] or "", row["caption"] or "")
    return PhotoFacts(row["id"], *shape, row["taken_at"], *words, is_withheld=row["consent"] == "refused")


def _assessments(db: Database, visit: Visit) -> Iterator[AssessmentFacts]:
    begun = sorted(list_rows(db, "assessment", visit_id=visit.id), key=lambda row: (row["created_at"], row["id"]))
    for row in begun:
        checklist = get_row(db, "checklist", row["checklist_id"])
        earlier = _earlier_assessment(db, visit, checklist["key"].split()[0])
        yield AssessmentFacts(
            definition=checklist["definition"],
            moment=row["moment"] or "",
            extent=row["extent"] or "full",
            answers={key.text: _answer(a) for key, a in told_answers(db, row["id"]).items()},
            earlier_day=get_visit(db, earlier["visit_id"]).day if earlier else None,
            earlier={key.text: a["value"] for key, a in told_answers(db, earlier["id"]).items()} if earlier else None,
            earlier_definition=earlier["definition"] if earlier else "",
            settings=country_settings(db, row["id"]),
        )


def _answer(row: Row) -> AnswerFacts:
    evidence = tuple(json.loads(row["evidence"] or "[]"))
    return AnswerFacts(row["value"], row["finding"] or "", row["note"] or "", evidence, row["not_assessed"] or "")


def _earlier_assessment(db: Database, visit: Visit, checklist: str) -> Row | None:
    """The baseline of the same checklist before this visit, else the newest one before it."""
    rows = db.query(
        "SELECT a.*, c.definition FROM assessment a JOIN visit v ON v.id = a.visit_id"
        " JOIN checklist c ON c.id = a.checklist_id"
        " WHERE v.enterprise_id = ? AND v.planned_on < ? AND c.key LIKE ? || ' %'"
        " AND a.binned_at IS NULL AND v.binned_at IS NULL"
        " ORDER BY a.moment = 'baseline' DESC, v.planned_on DESC LIMIT 1",
        [visit.enterprise_id, visit.planned_on.isoformat(), checklist],
    )
    return next(iter(rows), None)


def _figures(db: Database, visit: Visit) -> Iterator[Figure]:
    """Every value up to this visit of the indicators that were taken on it."""
    taken = {row["indicator"] for row in list_rows(db, "indicator_value", visit_id=visit.id)}
    for indicator in sorted(taken):
        rows = list_rows(db, "indicator_value", enterprise_id=visit.enterprise_id, indicator=indicator, area_id=None)
        known = [row for row in rows if (row["period"] or "")[:10] <= visit.day.isoformat()]
        known.sort(key=lambda row: (row["period"], row["role"] != "baseline"))
        targets = list(list_rows(db, "target", enterprise_id=visit.enterprise_id, indicator=indicator))
        yield Figure(indicator, tuple(map(_figure_value, known)), targets[-1]["value"] if targets else None)


def _figure_value(row: Row) -> FigureValue:
    numbers = (row["value"], row["numerator"], row["denominator"])
    words = (row["source"] or "", row["basis"] or "", row["currency"] or "", row["note"] or "")
    return FigureValue(row["period"], row["role"], row["status"], *numbers, *words)
