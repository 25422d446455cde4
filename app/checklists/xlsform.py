"""XLSForm files become checklists; with form_file the only place that knows pyxform.

What this program cannot do with a question is kept and said: a checklist that hides a question on paper must not show
it here, and one that asks it must not drop it in silence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pyxform.question_type_dictionary import QUESTION_TYPE_DICT
from pyxform.xls2xform import convert

from app.checklists.dependencies import Circle, dependencies
from app.checklists.form_cells import (
    GEMBA,
    POINTS,
    FormFile,
    condition,
    evidence,
    finding_rule,
    flag,
    kept_columns,
    languages,
    media,
    number,
    parameters,
    plain_headers,
    tag,
    weight,
    when_said,
    words,
    zero_tolerance,
)
from app.checklists.form_file import MOST_CHOICES, READING_TROUBLE, TEXT_NAME, FormProblem, place, read_sheets
from app.checklists.form_refusals import place_of
from app.checklists.items import (
    OF_CHOICES,
    AnswerKind,
    Checklist,
    Choice,
    Group,
    Item,
    Section,
    Words,
)
from app.checklists.layout import layout
from app.checklists.references import expressions_of, trouble_in
from app.errors import BadFile

_DEFAULT_VERSION = "1"

_KINDS = {
    "select one": AnswerKind.CHOICE,
    "select all that apply": AnswerKind.CHOICES,
    "rank": AnswerKind.RANK,
    "text": AnswerKind.TEXT,
    "string": AnswerKind.TEXT,
    "barcode": AnswerKind.TEXT,
    "geopoint": AnswerKind.TEXT,
    "integer": AnswerKind.INTEGER,
    "int": AnswerKind.INTEGER,
    "decimal": AnswerKind.DECIMAL,
    "range": AnswerKind.RANGE,
    "date": AnswerKind.DATE,
    "time": AnswerKind.TIME,
    "dateTime": AnswerKind.DATE_TIME,
    "acknowledge": AnswerKind.ACKNOWLEDGE,
    "trigger": AnswerKind.ACKNOWLEDGE,
    "photo": AnswerKind.IMAGE,
    "image": AnswerKind.IMAGE,
    "note": AnswerKind.NOTE,
    "calculate": AnswerKind.CALCULATED,
    "hidden": AnswerKind.HIDDEN,
} | dict.fromkeys(
    ("start", "end", "today", "deviceid", "username", "phonenumber", "email", "subscriberid", "simserial", "audit"),
    AnswerKind.METADATA,
)  # fmt: skip
_KNOWN_TYPE = re.compile(
    r"(begin|end)[_ ](group|repeat|loop)|(add |q )?(select|rank)[_ 1].*|osm .*"
    r"|(csv|xml)-external|start-geopoint|\w*geo\w*"
)
_GROUPS = frozenset({"group", "repeat"})
# Answered in letters here, and by a camera or a satellite in other tools.
_READ_AS_TEXT = frozenset({"barcode", "geopoint"})
_OF_OTHERS = {"select one": "select_one", "select all that apply": "select_multiple"}
_OUR_NAMESPACE = re.compile(r"""\s*gemba\s*=\s*["']?urn:gemba:checklist["']?\s*""")
RULES = frozenset(
    [
        "nc_when",
        "weight",
        "critical",
        "zero_tolerance",
        "compliance_point",
        "mapping_id",
        "evidence",
        "legal_reference",
        "pair",
        "parameter",
    ]
)
_SETTINGS = frozenset(
    f"type name title id_string sms_keyword default_language version children choices namespaces {GEMBA}title"
    f" {GEMBA}module".split()
)


@dataclass(frozen=True, slots=True)
class Examined:
    """What became of a form. `troubles` are in the order they were found; with any of them the checklist must not be
    used, and is None where the form could not be read to its end. `left_open` are the settings that it must have to be
    told from others and has not: `form_id`, `version`."""

    checklist: Checklist | None
    troubles: tuple[BadFile, ...] = ()
    left_open: tuple[str, ...] = ()


def load(source: Path | str) -> Checklist:
    """The checklist in the file at `source` (.md, .xlsx, .xls, .csv), or in `source` itself when it is markdown text.

    Raises BadFile; its `problem` is a FormProblem.
    """
    examined = examine(source)
    if examined.troubles:
        raise examined.troubles[0]
    assert examined.checklist is not None
    return examined.checklist


def examine(source: Path | str) -> Examined:
    """The same, with every trouble that the form has instead of the first."""
    path = source if isinstance(source, Path) else Path(TEXT_NAME)
    try:
        sheets = read_sheets(source)
        survey = [plain_headers(row) for row in sheets.survey or []]
        _check_types(path, survey)
        definition = _convert(path, sheets, survey)
    except BadFile as trouble:
        return Examined(None, (trouble,))
    settings = plain_headers((sheets.settings or [{}])[0])
    rows = {row["name"]: number for number, row in enumerate(survey, start=2) if "name" in row}
    # A question that pyxform adds (`other, please say`) stands where the question that brought it does.
    rows |= {f"{name}_other": number for name, number in rows.items() if f"{name}_other" not in rows}
    language = tag(settings.get("default_language", ""))
    form = FormFile(path, rows, _choice_lists(definition, language), language)
    checklist = _checklist(form, settings, definition)
    if sum(len(item.choices) for item in checklist.items) > MOST_CHOICES:
        form.troubles.append(BadFile(path, FormProblem.TOO_LARGE, "choices"))
    _check_points(form, sheets.choices or [])
    _check_namespace(form, settings, survey)
    _check_expressions(form, checklist)
    aliases = {"form_id": "id_string"}
    left_open = tuple(name for name in ("form_id", "version") if not settings.keys() & {name, aliases.get(name)})
    return Examined(checklist, tuple(form.troubles), left_open)


def _check_types(path: Path, survey: list[dict[str, str]]) -> None:
    """Before pyxform looks: its own refusal of a type does not say where it stands."""
    for row_number, row in enumerate(survey, start=2):
        kind = " ".join(row.get("type", "").split())
        if kind and kind not in QUESTION_TYPE_DICT and kind not in _KINDS and not _KNOWN_TYPE.fullmatch(kind):
            raise BadFile(path, FormProblem.UNKNOWN_TYPE, place("survey", row_number, "type"), kind)


def _convert(path: Path, sheets: Any, survey: list[dict[str, str]]) -> dict[str, Any]:
    """The form as pyxform understands it: nested groups and questions, aliases and translations resolved."""
    try:
        found = {one.name: getattr(sheets, one.name) for one in fields(sheets)}
        # A form that does not say which it is goes by the name of its file.
        result = convert(found | ({} if path.name == TEXT_NAME else {"fallback_form_name": path.stem}))
    except READING_TROUBLE as trouble:
        raise BadFile(path, FormProblem.REFUSED, place_of(str(trouble), survey), str(trouble)) from trouble
    definition: dict[str, Any] = result._pyxform  # the only way to the resolved form; pyxform is pinned for it
    return definition


def _choice_lists(definition: Mapping[str, Any], language: str) -> dict[str, tuple[Choice, ...]]:
    return {
        name: tuple(_choice(choice, language) for choice in listed)
        for name, listed in definition.get("choices", {}).items()
    }


def _choice(choice: Mapping[str, Any], language: str) -> Choice:
    known = {"name", "label", "media", POINTS}
    more = tuple((str(name), str(value)) for name, value in choice.items() if name not in known)
    points = number(choice.get(POINTS))
    return Choice(str(choice["name"]), words(choice.get("label"), language), points, more, media(choice.get("media")))


def _checklist(form: FormFile, settings: Mapping[str, str], definition: Mapping[str, Any]) -> Checklist:
    groups: list[Group] = []
    sections = _sections(form, definition["children"], groups)
    items = [item for section in sections for item in section.items]
    _check_names(form, items, groups)
    title = str(settings.get("form_title") or definition["title"])
    titles = words(
        {settings.get("default_language") or "": title} | dict(definition.get(f"{GEMBA}title", {})), form.language
    )
    labels = [section.label for section in sections] + [item.label for item in items]
    kept = {str(name): value for name, value in definition.items() if name not in _SETTINGS and isinstance(value, str)}
    if not _OUR_NAMESPACE.fullmatch(namespaces := str(definition.get("namespaces", "gemba=urn:gemba:checklist"))):
        kept["namespaces"] = namespaces
    return Checklist(
        id=str(definition["id_string"]),
        title=title,
        version=str(definition.get("version") or _DEFAULT_VERSION),
        languages=languages(labels, form.language),
        sections=sections,
        titles=titles if len(titles.by_language) > 1 else Words(),
        # As it stands in the sheet: without any `::` among its headings pyxform takes `gemba:module` apart.
        module=settings.get(f"{GEMBA}module", "").strip(),
        groups=tuple(groups),
        kept=tuple(kept.items()),
    )


def _sections(form: FormFile, children: Iterable[dict[str, Any]], groups: list[Group]) -> tuple[Section, ...]:
    sections: list[Section] = []
    loose: list[Item] = []

    def gather() -> None:
        if loose:
            sections.append(Section("", Words(), tuple(loose)))
            loose.clear()

    for child in children:
        if child["type"] not in _GROUPS:
            loose.append(_item(form, child, ()))
        elif not _is_pyxforms_own(child):
            gather()
            group = _group(form, child)
            if group != Group(group.id, group.label):
                groups.append(group)
            items = tuple(_items(form, child["children"], (), groups))
            sections.append(Section(group.id, group.label, items))
    gather()
    return tuple(sections)


def _is_pyxforms_own(group: Mapping[str, Any]) -> bool:
    """The group that holds the id of a filled form."""
    return bool(group.get("control", {}).get("bodyless"))


def _items(
    form: FormFile, children: Iterable[dict[str, Any]], within: tuple[str, ...], groups: list[Group]
) -> Iterator[Item]:
    for child in children:
        if child["type"] not in _GROUPS:
            yield _item(form, child, within)
        elif not _is_pyxforms_own(child):
            groups.append(_group(form, child))
            yield from _items(form, child["children"], (*within, child["name"]), groups)


def _group(form: FormFile, node: Mapping[str, Any]) -> Group:
    control = node.get("control", {})
    return Group(
        id=node["name"],
        label=words(node.get("label"), form.language),
        relevant=condition(node.get("bind", {}).get("relevant", "")),
        is_repeat=node["type"] == "repeat",
        count=str(control.get("jr:count", "")),
        appearance=str(control.get("appearance", "")),
    )


def _kind(form: FormFile, node: Mapping[str, Any], appearance: str) -> AnswerKind:
    kind = _KINDS.get(node["type"], AnswerKind.UNSUPPORTED)
    if kind not in OF_CHOICES:
        return kind
    if node.get("itemset") not in form.choices:
        return AnswerKind.UNSUPPORTED  # its choices are in another file, or are the rounds of a repeat
    # What shows only its choices is the heading of a table of questions.
    return AnswerKind.NOTE if "label" in appearance.split() else kind


def _item(form: FormFile, node: dict[str, Any], within: tuple[str, ...]) -> Item:
    appearance = str(node.get("control", {}).get("appearance", ""))
    kind = _kind(form, node, appearance)
    bind = node.get("bind", {})
    rule = {name.removeprefix(GEMBA): str(value) for name, value in bind.items() if name.startswith(GEMBA)}
    for name in rule.keys() - RULES:
        form.complain(FormProblem.UNKNOWN_RULE, node["name"], column=GEMBA + name)
    choice_list = str(node["itemset"]) if kind in OF_CHOICES else ""
    choices = form.choices[choice_list] if choice_list else ()
    nc_when, nc_if = finding_rule(form, node, rule.get("nc_when", ""), choices)
    item = Item(
        id=node["name"],
        label=words(node.get("label"), form.language),
        kind=kind,
        hint=words(node.get("hint"), form.language),
        choices=choices,
        nc_when=nc_when,
        nc_if=nc_if,
        weight=weight(form, node, rule),
        is_critical=flag(form, node, rule, "critical"),
        zero_tolerance=zero_tolerance(form, node, rule),
        compliance_point=rule.get("compliance_point", ""),
        mapping_id=rule.get("mapping_id", node["name"]),
        evidence=evidence(form, node, rule),
        legal_reference=rule.get("legal_reference", ""),
        wants_pair=flag(form, node, rule, "pair"),
        parameter=rule.get("parameter", ""),
        within=within,
        guidance=words(node.get("guidance_hint"), form.language),
        required=when_said(bind.get("required", "")),
        required_message=words(bind.get("jr:requiredMsg"), form.language),
        relevant=condition(bind.get("relevant", "")),
        constraint=condition(bind.get("constraint", "")),
        constraint_message=words(bind.get("jr:constraintMsg"), form.language),
        calculation=str(bind.get("calculate", "")),
        trigger=tuple(str(name).strip("${} ") for name in node.get("trigger", ())),
        default=str(node.get("default", "")),
        default_is_computed=bool(node.get("_dynamic_default", False)),
        readonly=when_said(bind.get("readonly", "")),
        choice_filter=str(node.get("choice_filter", "")),
        choice_list=choice_list,
        appearance=appearance,
        parameters=parameters(node),
        media=media(node.get("media")),
        type=_kept_type(kind, node),
        kept=kept_columns(node),
    )
    _check_rule(form, item)
    return item


def _check_rule(form: FormFile, item: Item) -> None:
    if (item.is_critical or item.zero_tolerance) and not item.is_assessed:
        form.complain(FormProblem.MISSING, item.id, column="gemba:nc_when")


def _kept_type(kind: AnswerKind, node: Mapping[str, Any]) -> str:
    """What the kind alone does not say, as a form writes it."""
    name = str(node["type"])
    if kind is AnswerKind.UNSUPPORTED and "itemset" in node:
        from_file = "" if str(node["itemset"]).startswith("$") else "_from_file"
        return f"{_OF_OTHERS.get(name, name)}{from_file} {node['itemset']}"
    is_said = kind not in (AnswerKind.UNSUPPORTED, AnswerKind.METADATA) and name not in _READ_AS_TEXT
    return "" if is_said else name


def _check_names(form: FormFile, items: Iterable[Item], groups: Iterable[Group]) -> None:
    """pyxform allows one name in two groups; here it is the item's permanent id."""
    seen: set[str] = set()
    for name in [*(group.id for group in groups), *(item.id for item in items)]:
        if name in seen:
            form.complain(FormProblem.SAME_NAME, name, column="name", detail=name)
        seen.add(name)


def _check_points(form: FormFile, choices: Iterable[Mapping[str, str]]) -> None:
    for row_number, row in enumerate(choices, start=2):
        text = plain_headers(row).get(POINTS, "")
        points = number(text) if text else 0
        if points is None or not 0 <= points <= 1:
            form.troubles.append(BadFile(form.path, FormProblem.BAD_VALUE, place("choices", row_number, POINTS), text))


def _check_namespace(form: FormFile, settings: Mapping[str, str], survey: list[dict[str, str]]) -> None:
    """Without it the form works here, and other tools refuse it as broken XML."""
    uses_rules = any(column.startswith("bind::" + GEMBA) for row in survey for column in row)
    if uses_rules and "gemba=" not in settings.get("namespaces", ""):
        form.troubles.append(BadFile(form.path, FormProblem.NO_NAMESPACE, place("settings", 2, "namespaces")))


def _check_expressions(form: FormFile, checklist: Checklist) -> None:
    """Now, and not on the visit."""
    placed = layout(checklist)
    for one in expressions_of(checklist):
        if detail := trouble_in(placed, one):
            form.complain(FormProblem.BAD_EXPRESSION, one.owner, column=one.column, detail=detail)
    if form.troubles:
        return
    try:
        dependencies(placed)
    except Circle as circle:
        form.complain(FormProblem.CIRCLE, circle.names[0], column="", detail=" → ".join(circle.names))
