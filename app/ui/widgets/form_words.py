"""A form in the words of the window: its languages, its title, what its questions take."""

from app.checklists.answer_text import range_of
from app.checklists.items import AnswerKind, Checklist, Item
from app.fieldwork.forms import Standing, StoredForm
from app.i18n import N_, _, is_language, ngettext, window_language
from app.models.catalogue import load_modules
from app.ui.widgets.choices import language_name
from app.ui.widgets.country_field import country_name

_TAKES = {
    AnswerKind.TEXT: N_("Words"),
    AnswerKind.INTEGER: N_("Whole number"),
    AnswerKind.DECIMAL: N_("Number"),
    AnswerKind.DATE: N_("Day"),
    AnswerKind.TIME: N_("Time"),
    AnswerKind.DATE_TIME: N_("Day and time"),
    AnswerKind.ACKNOWLEDGE: N_("OK"),
    AnswerKind.IMAGE: N_("Photo"),
    AnswerKind.UNSUPPORTED: N_("Takes no answer"),
}
_STANDINGS = {
    Standing.OFFERED: N_("Offered"),
    Standing.WAITING: N_("Offered from {day}"),
    Standing.REPLACED: N_("Replaced by version {version}"),
    Standing.RETIRED: N_("Retired"),
}


def form_title(checklist: Checklist) -> str:
    """In the window's language where the form has it."""
    return checklist.titles.in_language(str(window_language().locale)) or checklist.title


def form_language(tag: str) -> str:
    return language_name(tag) if tag != "und" and is_language(tag) else _("No language said") if tag == "und" else tag


def form_languages(checklist: Checklist) -> str:
    return ", ".join(form_language(tag) for tag in checklist.languages)


def module_words(checklist: Checklist) -> str:
    """The name of the module it belongs to; empty for none."""
    found = next((module.name for module in load_modules() if module.id == checklist.module), "")
    return _(found) if found else checklist.module


def countries_words(country: str) -> str:
    return country_name(country) if country else _("All countries")


def standing_words(form: StoredForm) -> str:
    """`Offered`, `Offered from Jan 1, 2027`, and that it came with the program."""
    day = window_language().short_day(form.active_from) if form.active_from else ""
    words = _(_STANDINGS[form.standing]).format(day=day, version=form.replaced_by)
    return _("{standing} · Gemba's own").format(standing=words) if form.is_own else words


def about_words(checklist: Checklist) -> str:
    """Its id and version, languages, questions and module; each part keeps its own direction."""
    parts = (
        f"{checklist.id} {checklist.version}",
        form_languages(checklist),
        counted_words(checklist),
        module_words(checklist),
    )
    return " · ".join(f"\N{FIRST STRONG ISOLATE}{part}\N{POP DIRECTIONAL ISOLATE}" for part in parts if part)


def counted_words(checklist: Checklist) -> str:
    """`32 questions, 30 of them judged`."""
    asked = [item for item in checklist.items if item.is_asked]
    judged = sum(item.is_assessed for item in asked)
    return _("{questions}, {judged}").format(
        questions=ngettext("{n} question", "{n} questions", len(asked)).format(n=len(asked)),
        judged=ngettext("{n} of them judged", "{n} of them judged", judged).format(n=judged),
    )


def takes_words(item: Item) -> str:
    """What is answered to a question without choices; empty for a note."""
    if item.kind is AnswerKind.RANGE:
        start, end, _step = range_of(item)
        number = window_language().number
        return _("{start} to {end}").format(start=number(start, _digits(start)), end=number(end, _digits(end)))
    return _(_TAKES[item.kind]) if item.kind in _TAKES else ""


def rule_words(item: Item, tag: str) -> list[str]:
    """When it is asked, whether it must be answered, and what makes a finding; a line each."""
    lines = []
    if item.relevant:
        lines.append(_("Asked only when {condition}").format(condition=item.relevant))
    if item.required:
        lines.append(_("Must be answered"))
    if item.is_assessed:
        labels = [
            choice.label.in_language(tag) or choice.name for choice in item.choices if choice.name in item.nc_when
        ]
        lines.append(_("A finding: {answers}").format(answers=", ".join(labels) or item.nc_if))
    return lines


def _digits(value: float) -> int:
    return 0 if value.is_integer() else 2
