"""An enterprise as it is kept: what is known of it, what happened there, and the deeds that write it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.models.database import Author, edit
from app.models.driver import Database
from app.models.enterprises import CountryProgramme, known_enterprises, list_country_programmes, sameness
from app.models.improvements import Improvement, list_improvements
from app.models.rows import Row, change_row, find_row, get_row, list_rows, save_row
from app.models.visits import Visit, list_visits_to

Report = Callable[[int, int], object]
_REPORTED_EVERY = 50


@dataclass(frozen=True, slots=True)
class VisitMarks:
    """How much a visit left behind."""

    improvements: int = 0
    photos: int = 0
    answers: int = 0


@dataclass(frozen=True, slots=True)
class PairLine:
    """A before and after of the enterprise, by the hashes of their small pictures; None for one that is missing."""

    id: str
    place: str
    before_sha256: str | None
    after_sha256: str | None


@dataclass(frozen=True, slots=True)
class PeopleTrained:
    women: int
    men: int
    other: int
    managers: int
    workers: int

    @property
    def total(self) -> int:
        return self.women + self.men + self.other


@dataclass(frozen=True, slots=True)
class Here:
    """What new enterprises are measured by: programmes, those known (see `sameness`), the user's own programme's id."""

    programmes: tuple[CountryProgramme, ...] = ()
    known: frozenset[tuple[str, str]] = frozenset()
    own: str = ""


@dataclass(frozen=True, slots=True)
class EnterpriseOverview:
    """`row` is the enterprise, `profiles` newest first, `visits` newest first, `improvements` open ones first."""

    row: Row
    programme: str
    profiles: tuple[Row, ...]
    visits: tuple[Visit, ...]
    marks: Mapping[str, VisitMarks]
    improvements: tuple[Improvement, ...]
    pairs: tuple[PairLine, ...]
    contacts: tuple[Row, ...]
    trained: PeopleTrained


def enterprise_overview(db: Database, enterprise_id: str) -> EnterpriseOverview:
    """Raises NotFound."""
    row = get_row(db, "enterprise", enterprise_id)
    programme = find_row(db, "country_programme", row["country_programme_id"] or "") or {}
    profiles = list_rows(db, "enterprise_profile", enterprise_id=enterprise_id)
    improvements = list_improvements(db, enterprise_id=enterprise_id)
    contacts = list_rows(db, "contact", enterprise_id=enterprise_id)
    return EnterpriseOverview(
        row=row,
        programme=programme.get("programme") or "",
        profiles=tuple(sorted(profiles, key=lambda one: (one["on"] or "", one["id"]), reverse=True)),
        visits=tuple(list_visits_to(db, enterprise_id)),
        marks=_marks(db, enterprise_id),
        improvements=tuple(sorted(improvements, key=lambda one: not one.is_open)),
        pairs=tuple(_pairs(db, enterprise_id)),
        contacts=tuple(sorted(contacts, key=lambda one: not one["is_main"])),
        trained=_trained(db, enterprise_id),
    )


def read_here(db: Database, user_id: str) -> Here:
    user = find_row(db, "user", user_id) or {}
    own = user.get("country_programme_id") or ""
    return Here(tuple(list_country_programmes(db)), frozenset(known_enterprises(db)), own)


def people_of(profile: Mapping[str, int | None]) -> tuple[int | None, int | None, int | None]:
    """All employed, women, men, by a profile; None where nobody said."""
    women, men = (_sum(profile, f"{sex}_permanent", f"{sex}_temporary") for sex in ("women", "men"))
    by_sex = [n for n in (women, men) if n is not None]
    return (sum(by_sex) if by_sex else profile.get("workers")), women, men


def write_enterprise(db: Database, by: Author, enterprise_id: str, **fields: object) -> None:
    """Raises NotFound, and Invalid for what a field cannot take; empty text takes a value back."""
    change_row(db, by, "enterprise", enterprise_id, **fields)


def add_contact(db: Database, by: Author, enterprise_id: str, name: str, **who: object) -> str:
    """Somebody to call: `position`, `phone`, `email`. Returns the contact's id."""
    return save_row(db, by, "contact", {"enterprise_id": enterprise_id, "name": name} | who)


def register_many(
    db: Database, by: Author, enterprises: Iterable[Mapping[str, object]], report: Report = lambda _done, _all: None
) -> int:
    """Register those that are not here yet, in one edit; how many that were.

    `report` hears how far it is; what it raises takes everything back.
    """
    rows = list(enterprises)
    count = 0
    with edit(db, by):
        known = known_enterprises(db)
        for number, row in enumerate(rows):
            same = sameness(str(row["name"]), str(row["country"]))
            if same not in known:
                known.add(same)
                save_row(db, by, "enterprise", {"status": "active"} | dict(row))
                count += 1
            if number % _REPORTED_EVERY == 0:
                report(number, len(rows))
    return count


def _sum(profile: Mapping[str, int | None], *names: str) -> int | None:
    known = [value for name in names if (value := profile.get(name)) is not None]
    return sum(known) if known else None


_MARKS = """
SELECT v.id,
  (SELECT count(*) FROM improvement i WHERE i.visit_id = v.id AND i.binned_at IS NULL),
  (SELECT count(*) FROM photo_link l WHERE l.visit_id = v.id AND l.binned_at IS NULL),
  (SELECT count(*) FROM assessment a JOIN answer w ON w.assessment_id = a.id
   WHERE a.visit_id = v.id AND a.binned_at IS NULL AND w.binned_at IS NULL AND w.value IS NOT NULL)
FROM visit v WHERE v.enterprise_id = ? AND v.binned_at IS NULL"""


def _marks(db: Database, enterprise_id: str) -> dict[str, VisitMarks]:
    return {row[0]: VisitMarks(*row[1:]) for row in db.conn.execute(_MARKS, (enterprise_id,))}


def _pairs(db: Database, enterprise_id: str) -> Iterator[PairLine]:
    rows = db.conn.execute(
        "SELECT p.id, coalesce(p.place, ''), b.thumbnail_sha256, a.thumbnail_sha256 FROM photo_pair p"
        " LEFT JOIN photo b ON b.id = p.before_photo_id AND b.binned_at IS NULL"
        " LEFT JOIN photo a ON a.id = p.after_photo_id AND a.binned_at IS NULL"
        " WHERE p.enterprise_id = ? AND p.binned_at IS NULL AND coalesce(p.status, '') <> 'dropped'"
        " ORDER BY coalesce(a.created_at, b.created_at) DESC, p.id DESC",
        (enterprise_id,),
    )
    return (PairLine(*row) for row in rows)


def _trained(db: Database, enterprise_id: str) -> PeopleTrained:
    return PeopleTrained(
        *db.conn.execute(
            "SELECT count(*) FILTER (WHERE sex = 'woman'), count(*) FILTER (WHERE sex = 'man'),"
            " count(*) FILTER (WHERE sex IS NULL OR sex NOT IN ('woman', 'man')),"
            " count(*) FILTER (WHERE role = 'manager'), count(*) FILTER (WHERE role = 'worker')"
            " FROM participant WHERE enterprise_id = ? AND binned_at IS NULL",
            (enterprise_id,),
        ).fetchone()
    )
