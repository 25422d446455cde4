"""The cells of a form, column by column: rules, conditions, words, and what is wrong with them."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.checklists.form_file import FormProblem, place
from app.checklists.form_texts import NO_LANGUAGE
from app.checklists.items import NOT_APPLICABLE, ZERO_TOLERANCE, Choice, EvidenceSource, Medium, Words
from app.errors import BadFile

GEMBA = "gemba:"
POINTS = "gemba_points"
_HEAVIEST = 1_000_000
_FLAGS = {"yes": True, "true": True, "true()": True, "no": False, "false": False, "false()": False, "": False}
_ALWAYS, _NEVER = "true()", "false()"
# Columns of a question that have a place of their own in an Item; what is in no list here is kept as it came.
_BINDS = frozenset(
    ["required", "jr:requiredMsg", "relevant", "constraint", "jr:constraintMsg", "calculate", "readonly"]
)
_COLUMNS = frozenset(
    [
        "type",
        "name",
        "label",
        "hint",
        "guidance_hint",
        "bind",
        "control",
        "media",
        "choices",
        "itemset",
        "list_name",
        "choice_filter",
        "parameters",
        "default",
        "trigger",
        "actions",
        "_dynamic_default",
        "query",
        "children",
    ]
)


@dataclass(frozen=True, slots=True)
class FormFile:
    """What every step needs to know about the file at hand."""

    path: Path
    rows: Mapping[str, int]
    choices: Mapping[str, tuple[Choice, ...]]
    language: str
    troubles: list[BadFile] = field(default_factory=list)

    def complain(self, problem: FormProblem, name: str, *, column: str, detail: str = "") -> None:
        self.troubles.append(BadFile(self.path, problem, place("survey", self.rows.get(name), column), detail))


def finding_rule(
    form: FormFile, node: Mapping[str, Any], text: str, choices: tuple[Choice, ...]
) -> tuple[tuple[str, ...], str]:
    """Names of choices, or a condition over the answer. A rule that can never apply is a slip of the author's."""
    names = text.split()
    if not names:
        return (), ""
    answers = {choice.name for choice in choices} - {NOT_APPLICABLE}
    if set(names) <= answers:
        return tuple(names), ""
    if re.search(r"[.$(=<>]", text):
        return (), text
    wrong = next(name for name in names if name not in answers)
    form.complain(FormProblem.BAD_VALUE, node["name"], column="gemba:nc_when", detail=wrong)
    return (), ""


def condition(value: object) -> str:
    """An expression; `yes` and `no` are how authors write the constant ones."""
    text = str(value).strip()
    constant = _FLAGS.get(text.lower()) if text else None
    return text if constant is None else _ALWAYS if constant else _NEVER


def when_said(value: object) -> str:
    """The same for what does not hold unless a form says so."""
    found = condition(value)
    return "" if found == _NEVER else found


def flag(form: FormFile, node: Mapping[str, Any], rule: Mapping[str, str], name: str) -> bool:
    found = _FLAGS.get(rule.get(name, "").lower())
    if found is None:
        form.complain(FormProblem.BAD_VALUE, node["name"], column=GEMBA + name, detail=rule[name])
    return bool(found)


def zero_tolerance(form: FormFile, node: Mapping[str, Any], rule: Mapping[str, str]) -> str:
    kind = rule.get("zero_tolerance", "")
    if kind and kind not in ZERO_TOLERANCE:
        form.complain(FormProblem.BAD_VALUE, node["name"], column="gemba:zero_tolerance", detail=kind)
        return ""
    return kind


def weight(form: FormFile, node: Mapping[str, Any], rule: Mapping[str, str]) -> float:
    text = rule.get("weight", "1")
    weight = number(text)
    if weight is None or not 0 <= weight <= _HEAVIEST:
        form.complain(FormProblem.BAD_VALUE, node["name"], column="gemba:weight", detail=text)
        return 1.0
    return weight


def number(text: object) -> float | None:
    try:
        number = float(str(text))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def evidence(form: FormFile, node: Mapping[str, Any], rule: Mapping[str, str]) -> tuple[EvidenceSource, ...]:
    named = rule.get("evidence", "").split()
    known = [name for name in named if name in set(EvidenceSource)]
    for name in named:
        if name not in known:
            form.complain(FormProblem.BAD_VALUE, node["name"], column="gemba:evidence", detail=name)
    return tuple(EvidenceSource(name) for name in known)


def parameters(node: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """pyxform parses them for some types and leaves the text of others."""
    found = node.get("parameters") or {}
    pairs = (part.split("=", 1) for part in found.split() if "=" in part) if isinstance(found, str) else found.items()
    return tuple((str(name), str(value)) for name, value in pairs)


def media(found: Mapping[str, Any] | None) -> tuple[Medium, ...]:
    return tuple(medium for kind, files in (found or {}).items() for medium in _of_kind(kind, files))


def _of_kind(kind: str, files: str | Mapping[str, str]) -> list[Medium]:
    if isinstance(files, str):
        return [Medium(kind, files)]
    return [Medium(kind, str(file), tag(header)) for header, file in files.items()]


def kept_columns(node: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Columns that mean nothing here, as they are written in a form."""
    kept = {str(column): value for column, value in node.items() if column not in _COLUMNS}
    kept |= {
        f"bind::{name}": value
        for name, value in node.get("bind", {}).items()
        if name not in _BINDS and not name.startswith((GEMBA, "orx:", "jr:"))
    }
    kept |= {
        f"body::{name}": value
        for name, value in (node.get("control") or {}).items()
        if name not in ("appearance", "start", "end", "step")
    }
    return tuple((column, value) for column, value in kept.items() if isinstance(value, str))


def words(label: str | Mapping[str, str] | None, language: str) -> Words:
    if not label:
        return Words()
    by_header = {"": label} if isinstance(label, str) else label
    texts = {tag(header) if header not in ("", "default") else language: text for header, text in by_header.items()}
    return Words(tuple(sorted(texts.items(), key=lambda pair: _own_first(pair[0], language))))


def languages(labels: Iterable[Words], language: str) -> tuple[str, ...]:
    tags = dict.fromkeys(tag for label in labels for tag, _ in label.by_language)
    return tuple(sorted(tags, key=lambda tag: _own_first(tag, language)))


def _own_first(tag: str, language: str) -> tuple[bool, str]:
    """The others by their tags: the order of a form's columns means nothing, and that of pyxform's own words varies."""
    return tag != language, tag


def tag(header: str) -> str:
    """`es` of `Spanish (es)`; the header itself when it names no code."""
    code = re.search(r"\(([A-Za-z0-9-]+)\)\s*$", header)
    return code[1] if code else header.strip() or NO_LANGUAGE


def plain_headers(row: Mapping[str, str]) -> dict[str, str]:
    return {str(header).strip().lower(): str(value) for header, value in row.items()}
