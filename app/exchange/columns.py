"""The columns of head office's workbook, one table a sheet: key, heading, meaning, how written, how wide."""

from dataclasses import dataclass
from enum import StrEnum

from app.i18n import N_
from app.models import registry
from app.models.registry import TABLE_BY_NAME


class Kind(StrEnum):
    """How a cell is written. A percent is a share, 0-1; an instant is written in UTC."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    INSTANT = "instant"
    PERCENT = "percent"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`heading`, `meaning` and `unit` are English and marked for translation; `width` in characters.

    `key` is the row's value. `digits` is the key of the row's value that says how many decimals are shown; empty for
    as many as there are. `codes` are what the cells may hold, where that is a fixed list.
    """

    key: str
    heading: str
    meaning: str
    kind: Kind = Kind.TEXT
    width: int = 14
    unit: str = ""
    digits: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """`one_row` says what a row is: English, marked for translation. `title` stays as it is in every language."""

    title: str
    one_row: str
    columns: tuple[Column, ...]


_KINDS = {
    registry.Kind.WHOLE: Kind.WHOLE,
    registry.Kind.NUMBER: Kind.NUMBER,
    registry.Kind.MONEY: Kind.MONEY,
    registry.Kind.FLAG: Kind.FLAG,
    registry.Kind.DAY: Kind.DAY,
    registry.Kind.INSTANT: Kind.INSTANT,
}


def _of(table: str, name: str, width: int = 14, *, key: str = "", digits: str = "") -> Column:
    """A column with the words that the field has in the program's forms; `key` where it is not the field's name."""
    field = TABLE_BY_NAME[table].field(name)
    kind = _KINDS.get(field.kind, Kind.TEXT)
    return Column(
        key=key or name,
        heading=field.label,
        meaning=field.meaning,
        kind=kind,
        width=width,
        unit=N_("UTC") if kind is Kind.INSTANT else field.unit,
        digits=digits,
        codes=field.choices,
    )


def _count(key: str, heading: str, meaning: str, width: int = 12) -> Column:
    return Column(key=key, heading=heading, meaning=meaning, kind=Kind.WHOLE, width=width)


def _id(key: str, heading: str, meaning: str) -> Column:
    return Column(key=key, heading=heading, meaning=meaning, width=38)


_ENTERPRISE = Column(
    key="enterprise", heading=N_("Enterprise"), meaning=N_("As the enterprise writes its name."), width=34
)
_VISIT_DAY = Column(
    key="visit_on",
    heading=N_("Visit day"),
    meaning=N_("The day the visit was held; the day planned while it was not."),
    kind=Kind.DAY,
    width=13,
)
_MODULE = (
    Column(key="module", heading=N_("Module"), meaning=N_("Permanent id, the same in every country."), width=16),
    Column(key="module_name", heading=N_("Module name"), meaning=N_("International name."), width=30),
)
_ENTERPRISE_ID = _id("enterprise_id", N_("Enterprise id"), N_("Permanent id of the enterprise."))
_VISIT_ID = _id("visit_id", N_("Visit id"), N_("Permanent id of the visit, if the row belongs to one."))
_ROW_ID = _id("id", N_("Row id"), N_("Permanent id of this row: the same in every workbook."))

ENTERPRISES = SheetColumns(
    "Enterprises",
    N_("An enterprise, with its newest known profile."),
    (
        _ENTERPRISE,
        _of("enterprise", "code", 14),
        _of("enterprise", "legal_name", 30),
        Column(
            key="programme",
            heading=N_("Programme"),
            meaning=N_("Which of the three programmes."),
            width=14,
            codes=TABLE_BY_NAME["country_programme"].field("programme").choices,
        ),
        _of("enterprise", "country", 11),
        _of("enterprise", "region", 18),
        _of("enterprise", "city", 18),
        _of("enterprise", "sector", 22),
        _of("enterprise", "isic", 10),
        _of("enterprise", "products", 30),
        _of("enterprise", "founded", 12),
        _of("enterprise", "ownership", 14),
        _of("enterprise", "market", 12),
        _of("enterprise", "status", 11),
        _of("enterprise", "status_reason", 24),
        _of("enterprise", "tier", 10),
        _of("enterprise", "joined_on", 13),
        _of("enterprise", "may_share", 12),
        _of("enterprise", "report_language", 12),
        Column(
            key="profile_on",
            heading=N_("People as of"),
            meaning=N_("The day that the numbers of people hold for."),
            kind=Kind.DAY,
            width=13,
        ),
        _count("workers", N_("Workers"), N_("All employed; empty when nobody wrote it down.")),
        _count("women", N_("Women"), N_("Women employed; empty when nobody wrote it down.")),
        Column(
            key="women_share",
            heading=N_("Share of women"),
            meaning=N_("Women out of all employed; empty unless both women and men are known."),
            kind=Kind.PERCENT,
            width=12,
        ),
        _count("managers", N_("Managers"), N_("Of all employed.")),
        _count("visits_held", N_("Visits held"), N_("Visits that were opened at the gate.")),
        _ROW_ID,
    ),
)
VISITS = SheetColumns(
    "Visits",
    N_("A visit, held or planned."),
    (
        _ENTERPRISE,
        _VISIT_DAY,
        _of("visit", "kind", 14),
        _of("visit", "number", 12),
        *_MODULE,
        _of("visit", "mode", 11),
        _of("visit", "status", 12),
        _of("visit", "planned_on", 13),
        _of("visit", "started_at", 17),
        _of("visit", "finished_at", 17),
        _of("visit", "revision", 11),
        _of("visit", "cycle", 10),
        _of("visit", "is_unannounced", 16),
        _count("people_met", N_("People met"), N_("Number of people, all roles.")),
        _count("women_met", N_("Women met"), N_("Of the people met.")),
        _count("workers_met", N_("Workers met"), N_("Workers and their representatives, of the people met.")),
        _of("visit", "purpose", 40),
        _of("visit", "summary", 50),
        _of("visit", "advice", 50),
        _of("visit", "good_practice", 40),
        _of("visit", "next_steps", 40),
        _of("visit", "next_visit_on", 13),
        Column(
            key="trainer_id", heading=N_("Trainer"), meaning=N_("Permanent id of the trainer, never a name."), width=38
        ),
        _ENTERPRISE_ID,
        _ROW_ID,
    ),
)
SESSIONS = SheetColumns(
    "Sessions",
    N_("A training session, on a visit or in a classroom, with who was present."),
    (
        Column(
            key="enterprise",
            heading=N_("Enterprise"),
            meaning=N_("Where it was held; empty for a classroom of several enterprises."),
            width=30,
        ),
        _of("session", "on", 13, key="session_on"),
        _of("session", "topic", 40),
        *_MODULE,
        _of("session", "minutes", 12),
        _count("present", N_("Present"), N_("Participants who were there.")),
        _count("women", N_("Women"), N_("Of those present.")),
        _count("men", N_("Men"), N_("Of those present.")),
        _count("other", N_("Other or not said"), N_("Of those present."), 12),
        _count("managers", N_("Managers"), N_("Of those present.")),
        _count("workers", N_("Workers"), N_("Of those present.")),
        _count("enterprises", N_("Enterprises"), N_("From how many enterprises those present came."), 13),
        _id("training_id", N_("Training id"), N_("Permanent id of the training, if the session belongs to one.")),
        _ENTERPRISE_ID,
        _VISIT_ID,
        _ROW_ID,
    ),
)
PARTICIPANTS = SheetColumns(
    "Participants",
    N_("The number of participants of one enterprise, one sex and one role. No names."),
    (
        _ENTERPRISE,
        _of("participant", "sex", 11),
        _of("participant", "role", 11),
        _count("enrolled", N_("Enrolled"), N_("People on the list of participants.")),
        _count("trained", N_("Trained"), N_("Of them, those who were present at least once.")),
        _count("attendances", N_("Attendances"), N_("How many times they were present, all sessions together."), 13),
        _ENTERPRISE_ID,
    ),
)
ANSWERS = SheetColumns(
    "Checklist_answers",
    N_("The answer to one item of a checklist on one visit."),
    (
        _ENTERPRISE,
        _VISIT_DAY,
        Column(key="checklist", heading=N_("Checklist"), meaning=N_("Permanent key of the checklist."), width=12),
        Column(key="version", heading=N_("Version"), meaning=N_("Of the checklist."), width=12),
        _of("assessment", "moment", 11),
        _of("assessment", "extent", 10),
        Column(key="section", heading=N_("Section"), meaning=N_("Heading in the checklist, in English."), width=30),
        _of("answer", "item", 20),
        Column(key="question", heading=N_("Question"), meaning=N_("Wording of the item, in English."), width=60),
        _of("answer", "repeat_id", 10),
        _of("answer", "value", 12),
        _of("answer", "finding", 14),
        Column(
            key="is_critical",
            heading=N_("Critical"),
            meaning=N_("The checklist calls this item critical."),
            kind=Kind.FLAG,
            width=10,
        ),
        Column(
            key="compliance_point",
            heading=N_("Compliance point"),
            meaning=N_("Which one the item belongs to, if one."),
            width=13,
        ),
        _of("answer", "not_assessed", 14),
        _of("answer", "note", 50),
        _of("answer", "evidence", 24),
        _ENTERPRISE_ID,
        _VISIT_ID,
        _ROW_ID,
    ),
)
INDICATORS = SheetColumns(
    "Indicators",
    N_("One figure of one enterprise and one period."),
    (
        _ENTERPRISE,
        _of("indicator_value", "indicator", 22),
        Column(key="name", heading=N_("Name"), meaning=N_("Of the indicator, in English."), width=34),
        Column(key="area", heading=N_("Area"), meaning=N_("Of one area only, if so."), width=16),
        _of("indicator_value", "period", 12),
        _of("indicator_value", "role", 11),
        _of("indicator_value", "status", 14),
        _of("indicator_value", "value", 12, digits="digits"),
        Column(key="unit", heading=N_("Unit"), meaning=N_("Of the value."), width=26),
        _of("indicator_value", "numerator", 13),
        _of("indicator_value", "denominator", 14),
        _of("indicator_value", "basis", 20),
        _of("indicator_value", "source", 12),
        _of("indicator_value", "note", 40),
        _ENTERPRISE_ID,
        _VISIT_ID,
        _ROW_ID,
    ),
)
IMPROVEMENTS = SheetColumns(
    "Improvements",
    N_("A change that was agreed with an enterprise."),
    (
        _ENTERPRISE,
        _of("improvement", "what", 50),
        _of("improvement", "root_cause", 40),
        _of("improvement", "type", 19),
        _of("improvement", "category", 14),
        _of("improvement", "origin", 15),
        _of("improvement", "priority", 11),
        _of("improvement", "responsible", 22),
        _of("improvement", "status", 13),
        _of("improvement", "due_on", 13),
        _of("improvement", "done_on", 13),
        _of("improvement", "verified_on", 13),
        _of("improvement", "cost", 16, digits="digits"),
        _of("improvement", "cost_basis", 12),
        _of("improvement", "saving", 16, digits="digits"),
        _of("improvement", "saving_basis", 12),
        _of("improvement", "currency", 11),
        _of("improvement", "effect", 40),
        _of("improvement", "indicator", 22),
        _of("improvement", "compliance_point", 13),
        _ENTERPRISE_ID,
        _VISIT_ID,
        _ROW_ID,
    ),
)
PHOTOS = SheetColumns(
    "Photos",
    N_("A photo; one that stands in two pairs has two rows. The pictures themselves are not in this file."),
    (
        _ENTERPRISE,
        _VISIT_DAY,
        Column(
            key="taken_at",
            heading=N_("Taken"),
            meaning=N_("Local time by the camera's clock; empty when it did not say."),
            kind=Kind.INSTANT,
            width=17,
        ),
        _of("photo", "place", 24),
        _of("photo", "caption", 50),
        _of("photo", "consent", 13),
        Column(
            key="side",
            heading=N_("Before or after"),
            meaning=N_("Its side, when it is one of a pair."),
            width=12,
            codes=("before", "after"),
        ),
        _id("pair_id", N_("Pair id"), N_("Permanent id of the pair: the same place before and after.")),
        Column(
            key="sha256",
            heading=N_("SHA-256"),
            meaning=N_("Hash of the picture's bytes, by which a file is recognised."),
            width=68,
        ),
        _ENTERPRISE_ID,
        _VISIT_ID,
        _ROW_ID,
    ),
)
SHEETS = (ENTERPRISES, VISITS, SESSIONS, PARTICIPANTS, ANSWERS, INDICATORS, IMPROVEMENTS, PHOTOS)
