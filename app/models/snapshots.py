"""Frozen pictures that reports and workbooks are made from: no database behind them, so any program can fill them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.models.improvements import Improvement
from app.models.visits import Visit


@dataclass(frozen=True, slots=True)
class EnterpriseFacts:
    """`workers` and `women` are None when nobody wrote them down."""

    id: str
    name: str
    city: str
    country: str
    sector: str
    workers: int | None
    women: int | None
    programme: str
    report_language: str
    paper: str


@dataclass(frozen=True, slots=True)
class PersonMet:
    position: str
    role: str
    sex: str
    count: int


@dataclass(frozen=True, slots=True)
class SessionFacts:
    day: date
    topic: str
    minutes: int | None
    women: int
    men: int
    other: int
    managers: int
    workers: int
    present: int


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """`taken_at` is ISO local time by the camera's clock, None when the camera did not say.

    `is_withheld`: somebody on it did not agree to be shown, and whoever reads the report does not see it.
    """

    id: str
    sha256: str
    width: int
    height: int
    taken_at: str | None
    place: str
    caption: str
    is_withheld: bool = False


@dataclass(frozen=True, slots=True)
class PairFacts:
    """The same place twice; `after` is None while the picture is missing."""

    place: str
    what_changed: str
    improvement: str
    before: PhotoFacts | None
    after: PhotoFacts | None


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    value: str | None
    finding: str
    note: str
    evidence: tuple[str, ...]
    not_assessed: str


@dataclass(frozen=True, slots=True)
class AssessmentFacts:
    """`definition` is the checklist as text, see app.checklists.stored; answers by item id, with a blank and the round
    behind it inside a repeat. `settings` are the country's, by the name that the checklist asks with.

    `earlier` are the raw values of the assessment it is compared with, None when there is none.
    """

    definition: str
    moment: str
    extent: str
    answers: Mapping[str, AnswerFacts]
    earlier_day: date | None = None
    earlier: Mapping[str, str | None] | None = None
    earlier_definition: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FigureValue:
    """`value` is None unless `status` is `number`; numerator and denominator where it is a rate."""

    period: str
    role: str
    status: str
    value: float | None
    numerator: float | None
    denominator: float | None
    source: str
    basis: str
    currency: str
    note: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator's values, by period; a baseline before a monthly value of the same period."""

    indicator: str
    values: tuple[FigureValue, ...]
    target: float | None = None


@dataclass(frozen=True, slots=True)
class VisitSnapshot:
    """Everything a visit report says. `promised` was agreed before this visit, `agreed` on it."""

    visit: Visit
    enterprise: EnterpriseFacts
    people: tuple[PersonMet, ...] = ()
    sessions: tuple[SessionFacts, ...] = ()
    promised: tuple[Improvement, ...] = ()
    agreed: tuple[Improvement, ...] = ()
    pairs: tuple[PairFacts, ...] = ()
    photos: tuple[PhotoFacts, ...] = ()
    assessments: tuple[AssessmentFacts, ...] = ()
    figures: tuple[Figure, ...] = ()


Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class HeadOfficeSnapshot:
    """The rows of head office's workbook, by sheet; a row is column key to value. Counts instead of names of people."""

    made_on: date
    made_by: str
    program_version: str
    sheets: Mapping[str, tuple[Mapping[str, Cell], ...]] = field(default_factory=dict)
