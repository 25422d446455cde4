"""XLSForm files become checklists; the one module that knows pyxform.

What a form asks for and this program cannot do is refused with its place, never left out in silence: a checklist that
hides a question on paper must not show it here.
"""

import math
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import get_xlsform
from pyxform.xls2xform import convert

from app.checklists.items import (
    NOT_APPLICABLE,
    AnswerKind,
    Checklist,
    Choice,
    EvidenceSource,
    Item,
    Section,
    Words,
)
from app.errors import BadFile

FILE_TYPES = (".md", ".xlsx", ".csv")
# The file name that errors carry for a form given as text.
TEXT_NAME = "text.md"
# The tag of words in no stated language, as BCP 47 has it.
NO_LANGUAGE = "und"

# A damaged or odd file makes pyxform, and the workbook reader below it, fail in all these ways (found by fuzzing);
# each means that the file, not the program, is at fault.
_READING_TROUBLE = (
    PyXFormError,
    OSError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    NotImplementedError,
    EOFError,
    SyntaxError,  # broken XML inside a workbook
    BadZipFile,
    zlib.error,
)

_KINDS = {
    "select one": AnswerKind.CHOICE,
    "text": AnswerKind.TEXT,
    "string": AnswerKind.TEXT,
    "integer": AnswerKind.INTEGER,
    "int": AnswerKind.INTEGER,
    "decimal": AnswerKind.DECIMAL,
    "note": AnswerKind.NOTE,
}
_KNOWN_TYPE = re.compile(r"(begin|end)[_ ]group|select[_ ]one \S+|text|string|integer|int|decimal|note")
_GEMBA = "gemba:"
_RULES = {
    _GEMBA + rule
    for rule in (
        "nc_when",
        "weight",
        "critical",
        "compliance_point",
        "mapping_id",
        "evidence",
        "legal_reference",
        "pair",
    )
}
_UNDERSTOOD_BINDS = _RULES | {"required", "jr:requiredMsg"}
_NOT_SUPPORTED = ("default", "choice_filter", "trigger", "media")
_FLAGS = {"yes": True, "true": True, "true()": True, "no": False, "false": False, "false()": False, "": False}


class FormProblem(StrEnum):
    """What `BadFile.problem` may be. `where` is sheet, row and column joined by colons, as far as they are known.

    The header is row 1. In tables of text, rows that are wholly empty are not counted.
    """

    UNREADABLE = "form_unreadable"
    WRONG_KIND = "form_wrong_kind_of_file"
    REFUSED = "form_refused"
    UNKNOWN_TYPE = "form_unknown_type"
    NOT_SUPPORTED = "form_column_not_supported"
    UNKNOWN_RULE = "form_unknown_rule"
    BAD_VALUE = "form_bad_value"
    MISSING = "form_value_missing"
    SAME_NAME = "form_name_used_twice"
    NESTED_GROUP = "form_group_in_group"
    NO_NAMESPACE = "form_namespace_missing"


@dataclass(frozen=True, slots=True)
class _Form:
    """What every step needs to know about the file at hand."""

    path: Path
    rows: Mapping[str, int]
    choices: Mapping[str, tuple[Choice, ...]]
    language: str

    def trouble(self, problem: FormProblem, node: Mapping[str, Any], *, column: str, detail: str = "") -> BadFile:
        return BadFile(self.path, problem, _place("survey", self.rows.get(node["name"]), column), detail)


def load(source: Path | str) -> Checklist:
    """The checklist in the file at `source` (.md, .xlsx, .csv), or in `source` itself when it is markdown text.

    Raises BadFile; its `problem` is a FormProblem.
    """
    path = source if isinstance(source, Path) else Path(TEXT_NAME)
    if path.suffix.lower() not in FILE_TYPES:
        raise BadFile(path, FormProblem.WRONG_KIND, detail=path.suffix)
    try:
        content = source.read_bytes() if isinstance(source, Path) else source.encode()
        sheets = get_xlsform(content, file_type=path.suffix.lower())
    except _READING_TROUBLE as trouble:
        raise BadFile(path, FormProblem.UNREADABLE, detail=str(trouble)) from trouble
    settings = _settings(path, sheets.settings or [])
    survey = [_plain_headers(row) for row in sheets.survey or []]
    _check_types(path, survey)
    return _checklist(path, settings, survey=survey, definition=_convert(path, sheets))


def _settings(path: Path, rows: list[dict[str, str]]) -> dict[str, str]:
    settings = _plain_headers(rows[0]) if rows else {}
    settings.setdefault("form_id", settings.get("id_string", ""))
    for column in ("form_id", "version"):
        if not settings.get(column):
            raise BadFile(path, FormProblem.MISSING, _place("settings", 2, column))
    return settings


def _check_types(path: Path, survey: list[dict[str, str]]) -> None:
    """Before pyxform looks: its own refusal of a type does not say where it stands."""
    for number, row in enumerate(survey, start=2):
        kind = row.get("type", "")
        if kind and not _KNOWN_TYPE.fullmatch(kind):
            raise BadFile(path, FormProblem.UNKNOWN_TYPE, _place("survey", number, "type"), kind)


def _convert(path: Path, sheets: Any) -> dict[str, Any]:
    """The form as pyxform understands it: nested groups and questions, aliases and translations resolved."""
    try:
        result = convert({field.name: getattr(sheets, field.name) for field in fields(sheets)})
    except _READING_TROUBLE as trouble:
        words = str(trouble)
        row = re.search(r"\[row : (\d+)\]", words)
        sheet = re.search(r"'(survey|choices|settings)' sheet", words)
        where = _place(sheet[1] if sheet else "survey", int(row[1])) if row else ""
        raise BadFile(path, FormProblem.REFUSED, where, words) from trouble
    definition: dict[str, Any] = result._pyxform  # the only way to the resolved form; pyxform is pinned for it
    return definition


def _checklist(
    path: Path, settings: dict[str, str], *, survey: list[dict[str, str]], definition: dict[str, Any]
) -> Checklist:
    language = _tag(settings.get("default_language", ""))
    choices = {
        name: tuple(Choice(choice["name"], _words(choice.get("label"), language)) for choice in listed)
        for name, listed in definition.get("choices", {}).items()
    }
    rows = {row["name"]: number for number, row in enumerate(survey, start=2) if "name" in row}
    form = _Form(path, rows, choices, language)
    sections = _sections(form, definition["children"])
    items = [item for section in sections for item in section.items]
    _check_names(form, items)
    _check_namespace(path, settings, survey)
    title = settings.get("form_title", settings["form_id"])
    labels = [section.label for section in sections] + [item.label for item in items]
    return Checklist(settings["form_id"], title, settings["version"], _languages(labels, language), sections)


def _sections(form: _Form, children: Iterable[dict[str, Any]]) -> tuple[Section, ...]:
    sections: list[Section] = []
    loose: list[Item] = []
    for child in children:
        if child["type"] != "group":
            loose.append(_item(form, child))
        elif child.get("control", {}).get("bodyless"):
            continue  # pyxform's own, for the id of a filled form
        else:
            if loose:
                sections.append(Section("", Words(), tuple(loose)))
                loose = []
            sections.append(_section(form, child))
    if loose:
        sections.append(Section("", Words(), tuple(loose)))
    return tuple(sections)


def _section(form: _Form, group: dict[str, Any]) -> Section:
    for column in group.get("bind", {}):
        raise form.trouble(FormProblem.NOT_SUPPORTED, group, column=column)
    for child in group["children"]:
        if child["type"] == "group":
            raise form.trouble(FormProblem.NESTED_GROUP, child, column="type", detail=child["name"])
    items = tuple(_item(form, child) for child in group["children"])
    return Section(group["name"], _words(group.get("label"), form.language), items)


def _item(form: _Form, node: dict[str, Any]) -> Item:
    kind = _KINDS.get(node["type"])
    if kind is None:
        raise form.trouble(FormProblem.UNKNOWN_TYPE, node, column="type", detail=node["type"])
    _check_columns(form, node)
    choices = form.choices.get(node["itemset"], ()) if kind is AnswerKind.CHOICE else ()
    rule = {name.removeprefix(_GEMBA): value for name, value in node.get("bind", {}).items()}
    item = Item(
        id=node["name"],
        label=_words(node.get("label"), form.language),
        kind=kind,
        hint=_words(node.get("hint"), form.language),
        choices=choices,
        is_required=_flag(form, node, "required"),
        nc_when=tuple(rule.get("nc_when", "").split()),
        weight=_weight(form, node),
        is_critical=_flag(form, node, "gemba:critical"),
        compliance_point=rule.get("compliance_point", ""),
        mapping_id=rule.get("mapping_id", node["name"]),
        evidence=_evidence(form, node),
        legal_reference=rule.get("legal_reference", ""),
        wants_pair=_flag(form, node, "gemba:pair"),
    )
    _check_rules(form, node, item)
    return item


def _check_columns(form: _Form, node: dict[str, Any]) -> None:
    for column in node.get("bind", {}):
        if column not in _UNDERSTOOD_BINDS:
            problem = FormProblem.UNKNOWN_RULE if column.startswith(_GEMBA) else FormProblem.NOT_SUPPORTED
            raise form.trouble(problem, node, column=column)
    for column in _NOT_SUPPORTED:
        if column in node:
            raise form.trouble(FormProblem.NOT_SUPPORTED, node, column=column)
    if "${" in f"{node.get('label')}{node.get('hint')}":
        raise form.trouble(FormProblem.NOT_SUPPORTED, node, column="label")


def _check_rules(form: _Form, node: dict[str, Any], item: Item) -> None:
    """A rule that can never apply is a slip of the author's."""
    answers = {choice.name for choice in item.choices} - {NOT_APPLICABLE}
    for answer in item.nc_when:
        if answer not in answers:
            raise form.trouble(FormProblem.BAD_VALUE, node, column="gemba:nc_when", detail=answer)
    if item.is_critical and not item.nc_when:
        raise form.trouble(FormProblem.MISSING, node, column="gemba:nc_when")


def _check_names(form: _Form, items: Iterable[Item]) -> None:
    """pyxform allows one name in two groups; here it is the item's permanent id."""
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise form.trouble(FormProblem.SAME_NAME, {"name": item.id}, column="name", detail=item.id)
        seen.add(item.id)


def _check_namespace(path: Path, settings: dict[str, str], survey: list[dict[str, str]]) -> None:
    """Without it the form works here, and other tools refuse it as broken XML."""
    uses_rules = any(column.startswith("bind::" + _GEMBA) for row in survey for column in row)
    if uses_rules and "gemba=" not in settings.get("namespaces", ""):
        raise BadFile(path, FormProblem.NO_NAMESPACE, _place("settings", 2, "namespaces"))


def _flag(form: _Form, node: dict[str, Any], column: str) -> bool:
    text = node.get("bind", {}).get(column, "")
    found = _FLAGS.get(text.lower())
    if found is None:
        raise form.trouble(FormProblem.BAD_VALUE, node, column=column, detail=text)
    return found


def _weight(form: _Form, node: dict[str, Any]) -> float:
    text = node.get("bind", {}).get("gemba:weight", "1")
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not (math.isfinite(weight) and weight >= 0):
        raise form.trouble(FormProblem.BAD_VALUE, node, column="gemba:weight", detail=text)
    return weight


def _evidence(form: _Form, node: dict[str, Any]) -> tuple[EvidenceSource, ...]:
    named = node.get("bind", {}).get("gemba:evidence", "").split()
    for name in named:
        if name not in set(EvidenceSource):
            raise form.trouble(FormProblem.BAD_VALUE, node, column="gemba:evidence", detail=name)
    return tuple(EvidenceSource(name) for name in named)


def _words(label: str | Mapping[str, str] | None, language: str) -> Words:
    if not label:
        return Words()
    by_header = {"": label} if isinstance(label, str) else label
    texts = {_tag(header) if header not in ("", "default") else language: text for header, text in by_header.items()}
    own_first = sorted(texts.items(), key=lambda pair: pair[0] != language)
    return Words(tuple(own_first))


def _languages(labels: Iterable[Words], language: str) -> tuple[str, ...]:
    tags = dict.fromkeys(tag for label in labels for tag, _ in label.by_language)
    return tuple(sorted(tags, key=lambda tag: tag != language))


def _tag(header: str) -> str:
    """`es` of `Spanish (es)`; the header itself when it names no code."""
    code = re.search(r"\(([A-Za-z0-9-]+)\)\s*$", header)
    return code[1] if code else header.strip() or NO_LANGUAGE


def _plain_headers(row: Mapping[str, str]) -> dict[str, str]:
    return {str(header).strip().lower(): str(value) for header, value in row.items()}


def _place(sheet: str, row: int | None = None, column: str = "") -> str:
    return ":".join(part for part in (sheet, str(row) if row else "", column) if part)
