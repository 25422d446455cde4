"""`gemba checklist`: head office's forms, looked at, taken in, retired and handed out as XLSForm."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from app.cli.exits import DONE, NOT_CLEAN
from app.cli.options import Options, person
from app.exchange.xlsform import write_xlsform
from app.fieldwork.form_check import Examination, examine_form
from app.fieldwork.forms import (
    Standing,
    StoredForm,
    checklist_called,
    find_version,
    import_form,
    list_forms,
    retire,
)
from app.i18n import N_, _, ngettext, window_language
from app.messages import message, remark_message

program = App(name="checklist", help="Head office's forms: examine, import, list, retire, export.")
_DEFAULTS = Options()
_STANDING = {
    Standing.OFFERED: N_("offered"),
    Standing.WAITING: N_("offered from {day}"),
    Standing.REPLACED: N_("replaced by version {version}"),
    Standing.RETIRED: N_("retired"),
}


@program.command
def examine(file: Path, /, *, options: Options = _DEFAULTS) -> int:
    """Say what is wrong with a form, and what its author may have overlooked. Exit code 19 when it cannot be used."""
    found = examine_form(file)
    options.answer(_facts(found), _lines(found))
    return NOT_CLEAN if found.troubles else DONE


@program.command(name="import")
def import_(
    file: Path,
    /,
    *,
    country: Annotated[str, Parameter(help="Offered there only; ISO 3166, two letters.")] = "",
    start: Annotated[date | None, Parameter(name="--from", help="First day on which it is offered.")] = None,
    options: Options = _DEFAULTS,
) -> None:
    """Take a form in as a new version and offer it; prints its key. A form that is not clean changes nothing."""
    found = examine_form(file)
    if found.troubles:
        raise found.troubles[0]
    assert found.checklist is not None
    with options.writing(begin=True) as store:
        row_id = import_form(store.records, person(store), found.checklist, country=country.upper(), from_day=start)
    key = f"{found.checklist.id} {found.checklist.version}"
    options.answer({"id": row_id, "key": key}, [key])


@program.command(name="list")
def list_(*, options: Options = _DEFAULTS) -> None:
    """Every version of every form, and whether it is offered today."""
    with options.reading() as store:
        found = list_forms(store.records, store.author.clock.today())
    options.answer({"checklists": [_stored(one) for one in found]}, map(_line, found))


@program.command(name="retire")
def retire_(key: str, /, *, options: Options = _DEFAULTS) -> None:
    """Offer a version no more ("osh 2", or osh for its newest); what was filled in by it stays."""
    with options.writing() as store:
        row_id = find_version(store.records, key)
        instead = retire(store.records, person(store), row_id)
    again = [_("Version {version} is offered again.").format(version=instead)] if instead else []
    options.answer({"id": row_id, "offered": instead or None}, [_("It is no longer offered."), *again])


@program.command
def export(key: str, out: Path, /, *, options: Options = _DEFAULTS) -> None:
    """Write a version ("osh 2", or osh for its newest) as an XLSForm workbook, to be changed and imported again."""
    with options.reading() as store:
        checklist = checklist_called(store.records, find_version(store.records, key))
    write_xlsform(checklist, out)
    options.answer({"file": out}, [_("Form: {path}").format(path=out)])


def _facts(found: Examination) -> dict[str, Any]:
    draft = found.draft
    troubles = [
        {"problem": one.problem, "where": one.where, "detail": one.detail, "says": message(one).says}
        for one in found.troubles
    ]
    remarks = [
        {
            "doubt": one.doubt,
            "sheet": one.sheet,
            "column": one.column,
            "names": one.names,
            "detail": one.detail,
            "says": remark_message(one).says,
        }
        for one in found.remarks
    ]
    about = {"id": draft.id, "version": draft.version, "hash": draft.hash} if draft else {}
    return about | {"clean": not found.troubles, "troubles": troubles, "remarks": remarks}


def _lines(found: Examination) -> list[str]:
    lines = [message(one).says for one in found.troubles]
    for remark in found.remarks:
        words = remark_message(remark)
        lines.append(_("Remark on {place}: {says}").format(place=words.details, says=words.says))
    if found.checklist:
        asked = sum(item.is_asked for item in found.checklist.items)
        says = ngettext("{key} can be used, with {n} question.", "{key} can be used, with {n} questions.", asked)
        lines.append(says.format(key=f"{found.checklist.id} {found.checklist.version}", n=asked))
    return lines


def _stored(one: StoredForm) -> dict[str, Any]:
    return {
        "id": one.checklist_id,
        "key": f"{one.checklist.id} {one.checklist.version}",
        "title": one.checklist.title,
        "languages": one.checklist.languages,
        "country": one.country,
        "active_from": one.active_from,
        "standing": one.standing,
        "replaced_by": one.replaced_by,
        "own": one.is_own,
    }


def _line(one: StoredForm) -> str:
    day = window_language().short_day(one.active_from) if one.active_from else ""
    standing = _(_STANDING[one.standing]).format(day=day, version=one.replaced_by)
    parts = [f"{one.checklist.id} {one.checklist.version}", one.checklist.title, one.country, standing]
    return "  ".join(part for part in parts if part)
