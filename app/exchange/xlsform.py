"""A checklist back as the XLSForm workbook it could have come from: read again, it is the same checklist."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.checklists.form_cells import GEMBA, POINTS
from app.checklists.form_texts import NO_LANGUAGE, header, language_header, texts_of
from app.checklists.items import AnswerKind, Checklist, Choice, Group, Item, Medium, Section, Words
from app.exchange.cells import Pen, storable
from app.exchange.workbook import About, new_book
from app.i18n import language
from app.models.database import translated
from app.paths import replacing

Row = dict[str, str]

_PROGRAM = "Gemba"
# Two equal checklists make two equal files, so no clock is asked.
_NO_DAY = date(1980, 1, 1)
_NAMESPACE = 'gemba="urn:gemba:checklist"'
_BIND = f"bind::{GEMBA}"
_TYPES = {
    AnswerKind.CHOICE: "select_one",
    AnswerKind.CHOICES: "select_multiple",
    AnswerKind.RANK: "rank",
    AnswerKind.DATE_TIME: "dateTime",
    AnswerKind.CALCULATED: "calculate",
}
# The order in which authors look for columns; translations stand behind their column, all else behind these.
_ORDER = (
    "type",
    "list_name",
    "name",
    "label",
    "hint",
    "guidance_hint",
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "trigger",
    "default",
    "readonly",
    "choice_filter",
    "appearance",
    "parameters",
    "repeat_count",
    "media",
    "form_id",
    "form_title",
    "version",
    "default_language",
    "namespaces",
)
_WIDE = ("label", "hint", "guidance_hint", "constraint_message", "required_message", "form_title")
_WIDTH, _WIDE_WIDTH = 16, 44  # characters
_HEADING_FILL = PatternFill("solid", fgColor="0F2A33")
_HEADING_FONT = Font("Calibri", bold=True, color="FFFFFF")


def write_xlsform(checklist: Checklist, path: Path) -> None:
    """Write the form to `path`, in the place of what is there; never half of one. Raises the kinds of DiskTrouble."""
    sheets = {"survey": survey_rows(checklist), "choices": choice_rows(checklist), "settings": [_settings(checklist)]}
    about = About(f"{checklist.id} {checklist.version}", _PROGRAM, _NO_DAY)
    with translated(path), replacing(path) as half, half.open("w+b") as file, new_book(file, about) as book:
        for title, rows in sheets.items():
            if rows:
                _write_sheet(cast(Worksheet, book.create_sheet(title)), rows)


def survey_rows(checklist: Checklist) -> list[Row]:
    """The survey as cells by column: groups, nested groups and repeats around their questions."""
    named = {group.id: group for group in checklist.groups}
    rows: list[Row] = []
    for section in checklist.sections:
        rows += _section(section, named)
    return rows


def choice_rows(checklist: Checklist) -> list[Row]:
    """Every list of choices once, in the order in which questions use them."""
    lists: dict[str, tuple[Choice, ...]] = {}
    for item in checklist.items:
        if item.choice_list:
            lists.setdefault(item.choice_list, item.choices)
    return [_choice(name, choice) for name, choices in lists.items() for choice in choices]


def _section(section: Section, named: Mapping[str, Group]) -> Iterator[Row]:
    if not section.id:
        yield from (_item(item) for item in section.items)
        return
    top = named.get(section.id, Group(section.id, section.label))
    yield _begin(top)
    open_groups: list[Group] = []
    for item in section.items:
        yield from _stepped(open_groups, item.within, named)
        yield _item(item)
    yield from _stepped(open_groups, (), named)
    yield _end(top)


def _stepped(open_groups: list[Group], within: tuple[str, ...], named: Mapping[str, Group]) -> Iterator[Row]:
    """From the groups one is in to those that `within` names."""
    shared = 0
    for group, name in zip(open_groups, within, strict=False):
        if group.id != name:
            break
        shared += 1
    while len(open_groups) > shared:
        yield _end(open_groups.pop())
    for name in within[shared:]:
        open_groups.append(named.get(name, Group(name)))
        yield _begin(open_groups[-1])


def _begin(group: Group) -> Row:
    cells = {"name": group.id, "relevant": group.relevant, "repeat_count": group.count, "appearance": group.appearance}
    return {"type": "begin_repeat" if group.is_repeat else "begin_group"} | cells | _words("label", group.label)


def _end(group: Group) -> Row:
    return {"type": "end_repeat" if group.is_repeat else "end_group"}


def _item(item: Item) -> Row:
    cells = {
        "type": _type(item),
        "name": item.id,
        "required": item.required,
        "relevant": item.relevant,
        "constraint": item.constraint,
        "calculation": item.calculation,
        "trigger": ", ".join(f"${{{name}}}" for name in item.trigger),
        "default": item.default,
        "readonly": item.readonly,
        "choice_filter": item.choice_filter,
        "appearance": item.appearance,
        "parameters": " ".join(f"{name}={value}" for name, value in item.parameters),
    }
    for column, words in (
        ("label", item.label),
        ("hint", item.hint),
        ("guidance_hint", item.guidance),
        ("required_message", item.required_message),
        ("constraint_message", item.constraint_message),
    ):
        cells |= _words(column, words)
    return cells | _media(item.media) | _rules(item) | dict(item.kept)


def _type(item: Item) -> str:
    if item.type:
        return item.type
    name = _TYPES.get(item.kind, str(item.kind))
    return f"{name} {item.choice_list}" if item.choice_list else name


def _rules(item: Item) -> Row:
    return {
        _BIND + name: text
        for name, text in (
            ("nc_when", " ".join(item.nc_when) or item.nc_if),
            ("weight", "" if item.weight == 1 else _number(item.weight)),
            ("critical", "yes" if item.is_critical else ""),
            ("zero_tolerance", item.zero_tolerance),
            ("compliance_point", item.compliance_point),
            ("mapping_id", "" if item.mapping_id == item.id else item.mapping_id),
            ("evidence", " ".join(item.evidence)),
            ("legal_reference", item.legal_reference),
            ("pair", "yes" if item.wants_pair else ""),
            ("parameter", item.parameter),
        )
    }


def _choice(list_name: str, choice: Choice) -> Row:
    points = {} if choice.points is None else {POINTS: _number(choice.points)}
    cells = {"list_name": list_name, "name": choice.name} | _words("label", choice.label)
    return cells | points | _media(choice.media) | dict(choice.more)


def _settings(checklist: Checklist) -> Row:
    own = _own_language(checklist)
    cells = {"form_id": checklist.id, "form_title": checklist.title, "version": checklist.version}
    cells["default_language"] = language_header(own) if own else ""
    titles = [pair for pair in checklist.titles.by_language if pair[0] != own]
    cells |= {f"{GEMBA}module": checklist.module} | _words(f"{GEMBA}title", Words(tuple(titles)))
    return {"namespaces": _NAMESPACE} | cells | dict(checklist.kept)


def _own_language(checklist: Checklist) -> str:
    """The one that comes first in every text; empty where none is stated. A checklist does not name it: its labels may
    all be in others."""
    titled = [tag for tag, _text in checklist.titles.by_language]
    tags = [[tag for tag, _text in text.words.by_language] for text in texts_of(checklist)]
    later = {tag for found in tags for tag in found[1:]}
    others = [tag for found in tags for tag in found if tag not in checklist.languages]
    first = [tag for tag in (*titled[:1], *checklist.languages[:1], *others) if tag not in later]
    is_stated = first and NO_LANGUAGE not in first
    return first[0] if is_stated else ""


def _words(column: str, words: Words) -> Row:
    return {header(column, tag): text for tag, text in words.by_language}


def _media(media: Iterable[Medium]) -> Row:
    return {header(f"media::{medium.kind}", medium.language): medium.file for medium in media}


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _columns(rows: Iterable[Row]) -> list[str]:
    """Those that hold something, as authors look for them; the columns of one kind in an order that suits every row."""
    filled = [[column for column, text in row.items() if text] for row in rows]
    before: dict[str, dict[str, None]] = {}
    for columns in filled:
        for column in columns:
            before.setdefault(column, {})
        for earlier, later in pairwise(columns):
            if _place(earlier) == _place(later):
                before[later][earlier] = None
    try:
        found = list(TopologicalSorter(before).static_order())
    except CycleError:
        found = list(before)
    return sorted(found, key=_place)


def _place(column: str) -> int:
    kind = column.split("::")[0]
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _write_sheet(sheet: Worksheet, rows: list[Row]) -> None:
    columns = _columns(rows)
    sheet.freeze_panes = "C2"
    for place, column in enumerate(columns, start=1):
        wide = column.startswith(_WIDE)
        sheet.column_dimensions[get_column_letter(place)].width = _WIDE_WIDTH if wide else _WIDTH
    heading = Pen(sheet, language("en"))
    sheet.append(cast(Any, (_headed(heading, column) for column in columns)))
    pen = Pen(sheet, language("en"))
    for row in rows:
        cells = (_text(pen, row.get(column, ""), wraps=column.startswith(_WIDE)) for column in columns)
        sheet.append(cast(Any, cells))


def _headed(pen: Pen, column: str) -> Any:
    cell = pen.text(column)
    cell.font, cell.fill = _HEADING_FONT, _HEADING_FILL
    return cell


def _text(pen: Pen, text: str, *, wraps: bool) -> Any:
    """Always a text: an expression that begins with a sign is no formula of Excel's. Forms are read by other programs,
    to which Excel's way of writing odd letters means nothing."""
    if not text:
        return None
    cell = pen.text(text, wraps=wraps)
    cell.value = storable(text)
    cell.data_type = "s"
    return cell
