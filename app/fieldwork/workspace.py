"""What the workspace of one visit shows around its tabs: where, who, how far each tab is, what is missing."""

from dataclasses import dataclass

from app.checklists.states import Key
from app.fieldwork.answers import checklist_of, count_answers
from app.fieldwork.finish import gaps_of_visit
from app.fieldwork.gaps import Gap, GapKind
from app.models.driver import Database
from app.models.improvements import Improvement, list_improvements
from app.models.rows import Row, find_row, get_row, list_rows
from app.models.visits import Visit, find_earlier_visit, get_visit


@dataclass(frozen=True, slots=True)
class TabCounts:
    """How much stands on each tab. `attended`: people who were at a session, each once."""

    attended: int
    answered: int
    asked: int
    photos: int
    indicators: int
    improvements: int


@dataclass(frozen=True, slots=True)
class Workspace:
    """`country` and `programme` are codes, empty when unknown; `workers` is None when nobody said."""

    visit: Visit
    city: str
    country: str
    workers: int | None
    programme: str
    counts: TabCounts


@dataclass(frozen=True, slots=True)
class GapLine:
    """A gap, and what it is about in the words of the visit: the improvement, the session, the question."""

    gap: Gap
    about: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the trainer brings along: the visit before this one and the promises that are to be followed up now."""

    visit: Visit
    earlier: Visit | None
    promised: list[Improvement]
    met: list[Row]


_COUNTS = """
SELECT
  (SELECT count(DISTINCT a.participant_id) FROM attendance a JOIN session s ON s.id = a.session_id
    JOIN participant p ON p.id = a.participant_id
    WHERE s.visit_id = :v AND a.was_present = 1
      AND a.binned_at IS NULL AND s.binned_at IS NULL AND p.binned_at IS NULL) AS attended,
  (SELECT count(DISTINCT l.photo_id) FROM photo_link l JOIN photo p ON p.id = l.photo_id
    WHERE l.visit_id = :v AND l.binned_at IS NULL AND p.binned_at IS NULL) AS photos,
  (SELECT count(DISTINCT indicator) FROM indicator_value WHERE visit_id = :v AND binned_at IS NULL) AS indicators,
  (SELECT count(*) FROM improvement WHERE visit_id = :v AND binned_at IS NULL) AS improvements"""
_WORKERS = """
SELECT coalesce(workers, women_permanent + men_permanent + coalesce(women_temporary, 0) + coalesce(men_temporary, 0))
FROM enterprise_profile WHERE enterprise_id = ? AND binned_at IS NULL
ORDER BY "on" DESC, id DESC LIMIT 1"""


def read_workspace(db: Database, visit_id: str) -> Workspace:
    """Raises NotFound."""
    visit = get_visit(db, visit_id)
    enterprise = get_row(db, "enterprise", visit.enterprise_id)
    module = find_row(db, "module", visit.module_id) if visit.module_id else None
    return Workspace(
        visit=visit,
        city=enterprise["city"] or "",
        country=enterprise["country"] or "",
        workers=_workers(db, visit),
        programme=(module["programme"] or "") if module else "",
        counts=_counts(db, visit_id),
    )


def read_opening(db: Database, visit_id: str) -> Opening:
    """Raises NotFound."""
    visit = get_visit(db, visit_id)
    return Opening(
        visit=visit,
        earlier=find_earlier_visit(db, visit),
        promised=promised_before(db, visit),
        met=list(list_rows(db, "visit_person", visit_id=visit_id)),
    )


def promised_before(db: Database, visit: Visit) -> list[Improvement]:
    """What the enterprise agreed to on other occasions: all that is open, and what was followed up on this visit."""
    told = {
        row[0]
        for row in db.conn.execute(
            "SELECT improvement_id FROM improvement_event WHERE visit_id = ? AND binned_at IS NULL", (visit.id,)
        )
    }
    return [
        improvement
        for improvement in list_improvements(db, enterprise_id=visit.enterprise_id)
        if improvement.visit_id != visit.id and (improvement.is_open or improvement.id in told)
    ]


def gap_lines(db: Database, visit_id: str, language: str) -> list[GapLine]:
    """The gaps of the visit with what each is about, questions in `language` (a tag). Raises NotFound."""
    return [GapLine(gap, _about(db, gap, language)) for gap in gaps_of_visit(db, visit_id)]


def _question(db: Database, assessment_id: str, key: str, language: str) -> str:
    for item in checklist_of(db, assessment_id).items:
        if item.id == Key.of(key).name:
            return item.label.in_language(language)
    return key


def _about(db: Database, gap: Gap, language: str) -> str:
    match gap.kind:
        case GapKind.UNANSWERED:
            return _question(db, gap.row_id, gap.field, language)
        case GapKind.CRITICAL_WITHOUT_IMPROVEMENT | GapKind.ANSWER_NOT_ACCEPTED:
            return _question(db, get_row(db, "answer", gap.row_id)["assessment_id"], gap.field, language)
    name = {"improvement": "what", "session": "topic", "visit_person": "position"}.get(gap.table)
    row = find_row(db, gap.table, gap.row_id) if name else None
    return str(row[name] or "") if row and name else ""


def _workers(db: Database, visit: Visit) -> int | None:
    found = db.conn.execute(_WORKERS, (visit.enterprise_id,)).fetchone()
    return found[0] if found else None


def _counts(db: Database, visit_id: str) -> TabCounts:
    row = next(iter(db.query(_COUNTS, {"v": visit_id})))
    answered, asked = count_answers(db, visit_id)
    return TabCounts(asked=asked, answered=answered, **row)
