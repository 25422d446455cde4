"""Every known trouble in words: what happened, what is safe, what to do. The only place that words errors."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.checklists.remarks import Doubt, Remark
from app.errors import (
    AppError,
    BadFile,
    Conflict,
    DiskFull,
    DiskTrouble,
    ExpressionError,
    FileCorrupt,
    FileLocked,
    FolderInUse,
    FontsMissing,
    Invalid,
    KeyRefused,
    NoPermission,
    NotAllowed,
    NotFound,
    NotOurs,
    StoreMissing,
    StoreNewer,
    StoreOlder,
    SyncTrouble,
)
from app.fieldwork.gaps import GapKind
from app.i18n import N_, _, is_language, language, ngettext, window_language
from app.messages.sync_troubles import sync_trouble_words
from app.models.registry import TABLE_BY_NAME, TABLES, Field


@dataclass(frozen=True, slots=True)
class Message:
    """`says` in one or two sentences; `details` are for who is asked for help, and may be folded away."""

    says: str
    details: str = ""


_DISK: dict[type[DiskTrouble], str] = {
    DiskFull: N_(
        "The disk is full, so the last change was not kept; everything before it is saved."
        " Free some space, then try again."
    ),
    FileLocked: N_(
        "Another program holds the file {path}. Nothing was changed."
        " Close the program that uses it (a backup, a virus scanner), then try again."
    ),
    FolderInUse: N_(
        "Gemba is already open with the data folder {path}, and only one may write there."
        " Close it, or use a command that only reads. Nothing was changed."
    ),
    FileCorrupt: N_(
        "The file {path} is damaged. Nothing was written to it."
        " Put the newest good copy in its place with `gemba restore`; the damaged file is kept beside it."
    ),
    StoreNewer: N_(
        "The data in {path} were written by a newer version of Gemba. Nothing was changed. Install the newest version."
    ),
    StoreOlder: N_(
        "The data in {path} are of an older version and must be brought up to date first; a copy is made before."
        " Open Gemba once, or run `gemba backup`."
    ),
    StoreMissing: N_("There are no Gemba data in {path}. Check the folder, or start Gemba there to begin."),
    NoPermission: N_(
        "This user may not write in {path}. Nothing was changed."
        " Choose another data folder with --data, or ask for the right to write there."
    ),
    DiskTrouble: N_(
        "The disk or stick refused to read or write {path}. What was saved before is safe."
        " Check that it is still connected, then try again."
    ),
}
_KEYS = {
    "needed": N_("The data in {path} are encrypted. Give their key file with --key-file."),
    "wrong": N_("This key does not open {path}. Use the key file that was made when the data were encrypted."),
    "plain": N_(
        "The data in {path} are not encrypted, but a key was given. Leave it out, or run `gemba data encrypt`."
    ),
    "no-key": N_("{path} is no key file: a key file holds 64 hexadecimal digits."),
    "no-file": N_("There is no key file {path}. Check the name, or bring the stick it is on."),
    "mixed": N_(
        "{path} and the data it would stand beside are not both encrypted. Restore the folder of a whole copy."
    ),
    "exists": N_("{path} exists already and may hold the key of other data. Choose a name that is not taken."),
}
_PROBLEMS = {
    "missing": N_("{field} is missing."),
    "not-text": N_("{field} must be text."),
    "control-characters": N_("{field} holds characters that cannot be shown: {value}."),
    "one-line": N_("{field} must be on one line."),
    "not-a-language": N_("{field} must be a language tag such as es or es-CL, not {value}."),
    "not-a-currency": N_("{field} must be a currency code such as IDR, not {value}."),
    "not-a-hash": N_("{field} must be a SHA-256, not {value}."),
    "not-a-choice": N_("{field} cannot be {value}. It is one of: {choices}."),
    "not-json": N_("{field} must be JSON, not {value}."),
    "not-a-whole-number": N_("{field} must be a whole number, not {value}."),
    "not-a-number": N_("{field} must be a number, not {value}."),
    "not-yes-or-no": N_("{field} must be yes or no, not {value}."),
    "not-a-day": N_("{field} must be a day such as 2026-11-24, not {value}."),
    "not-an-instant": N_("{field} must be a moment such as 2026-11-24T08:12Z, not {value}."),
    "not-a-period": N_("{field} must be a year, quarter, month or day such as 2026-Q3 or 2026-09, not {value}."),
    "out-of-range": N_("{field} cannot be {value}. It lies between {low} and {high}."),
    "not-a-country": N_("{field} must be a country's name or its two letters, not {value}."),
    "no-such-field": N_("{value} has no field {field}."),
    "no-such-row": N_("{field}: there is no row {value}."),
    "part-of-key": N_("{field} says which row this is and cannot be changed. Make another row."),
    "number-and-reason": N_("Give a number, or the reason why there is none, not both."),
    "nothing-to-divide-by": N_("{field} must be more than zero to compute the rate."),
    "not-of-visit": N_("{field} is not that of the visit."),
    "not-readable": N_("Something given is not readable text: {value}."),
    "not-a-sample-day": N_("The sample day must lie between 2000 and 2100, not on {value}."),
    "not-a-pair": N_("Write each value as field=value; {value} has no equals sign."),
    "neither-of-two": N_("{value} is neither of the two enterprises."),
    "ends-too-early": N_("The last day cannot be before the first day."),
    "not-a-program-language": N_("{field} is not a language of the program: {value}."),
}
_REFUSALS = {
    "no-address": N_("{detail} is no address of a server. One looks like https://gemba.example.org."),
    "open-connection": N_("{detail} is not encrypted. Use the address that begins with https://."),
    "visit-finished": N_("The visit to {detail} is finished. Reopen it as a new revision to change it."),
    "answer-empty": N_("Item {detail} has no answer yet. Answer it first."),
    "verify-role": N_("Only an expert trainer or head office can verify an improvement."),
    "verify-not-done": N_("Only an improvement that is done can be verified."),
    "pair-of-two-enterprises": N_("Before and after must be of the same enterprise."),
    "photo-not-filed": N_("The photo belongs to no visit yet. File it first."),
    "folder-not-empty": N_("{detail} holds other files. Choose a new or empty folder for the sample day."),
    "sample-folder": N_("Sample data stay on this device: a folder of sample data works with no server."),
    "enrolled-elsewhere": N_(
        "This data folder works with another server or account already. Use a data folder of its own for each."
    ),
    "nothing-to-encrypt": N_("There are no data to encrypt in {detail}."),
    "cannot-be-written": N_("{detail} is kept by the program itself and is not written by hand."),
    "by-deed": N_("{detail} is set by a deed of its own: open, finish, reopen, follow up or verify."),
    "report-issued": N_("A report of this visit was issued. Reopen the visit as a new revision to change it."),
    "printer-silent": N_("The printer did not take the report. Check that it is on and connected, then print again."),
    "form-version-taken": N_(
        "{detail} is here already with other content, and may have been answered. Nothing was changed."
        " Give the form a higher version in its settings, then open it again."
    ),
    "in-the-bin": N_("This record is in the bin. Take it back from there first, or keep things as they are."),
    "one-or-two": N_("This is about two enterprises that may be one. Make them one, or keep both."),
    "not-of-two": N_("This difference is not about two enterprises."),
    "life-is-kept-or-not": N_("A record is kept, or it goes to the bin; there is nothing to write."),
    "copy-onto-itself": N_("{detail} is the data folder itself. Choose another folder for the copy."),
}
_FILES = {
    "not-a-photo": N_("{path} is no photo that Gemba can read (JPEG, PNG, WebP or HEIC)."),
    "damaged-photo": N_("The photo {path} is damaged and was not taken in. Copy it again from the camera."),
    "too-many-pixels": N_("The photo {path} is too large ({detail}). Make it smaller than 50 megapixels."),
    "table-too-large": N_("{path} is too large to be a list. Split it, or copy the rows you need into a new file."),
    "too-many-rows": N_("The list has more than {detail} rows. Split it and bring it in part by part."),
    "not-a-table": N_("{path} is no list that Gemba can read. Save it as .xlsx or .csv and try again."),
    "old-excel": N_("{path} is in the format of Excel before 2007. Save it as .xlsx and try again."),
    "no-headings": N_(
        "No column with the enterprises' names was found. Put headings in the first row, such as Name, City, Country."
    ),
    "empty-file": N_("{path} is empty. Copy it again."),
    "not-json": N_("{path} cannot be read: it is no settings file. Move it away, and Gemba makes a new one."),
}
_FORM = N_("{path}: {says}")
_FORM_AT = N_("{path}, {place}: {says}")
_FORMS = {
    "form_unreadable": N_(
        "The file is damaged or is not a form. Open it in a spreadsheet, save it anew and try again."
    ),
    "form_too_large": N_("The form is too large to be a checklist. Split it, or remove empty rows and pictures."),
    "form_wrong_kind_of_file": N_("Checklists come as .xlsx, .xls, .csv or .md files, not as {detail}."),
    "form_refused": N_("The form breaks a rule of XLSForm: {detail}"),
    "form_unknown_type": N_("There is no kind of question called {detail}."),
    "form_unknown_rule": N_("There is no such rule of ours. Look for a slip in the column's name."),
    "form_bad_value": N_("{detail} means nothing here."),
    "form_bad_expression": N_("The expression cannot be understood: {detail}"),
    "form_circle": N_("These questions wait for each other: {detail}"),
    "form_value_missing": N_("A finding that comes first must say in gemba:nc_when which answers make it."),
    "form_name_used_twice": N_(
        "The name {detail} is used twice. A name is the question's for ever, so it is used once."
    ),
    "form_id_missing": N_("The settings need a column form_id with the form's permanent name, in one word."),
    "form_namespace_missing": N_('The settings need a column namespaces with gemba="urn:gemba:checklist".'),
}
# By whether the row and the column are known.
_PLACES = {
    (True, True): N_("sheet {sheet}, row {row}, column {column}"),
    (True, False): N_("sheet {sheet}, row {row}"),
    (False, True): N_("sheet {sheet}, column {column}"),
    (False, False): N_("sheet {sheet}"),
}
_EXPRESSIONS = {
    "syntax": N_("The rule {expression} cannot be understood from character {place} on: {detail}"),
    "too-long": N_("The rule beginning with {expression} is too long: {detail} characters."),
    "too-deep": N_("The rule {expression} has too many brackets within brackets. Split it over several calculations."),
    "unknown-function": N_("The rule {expression} uses {detail}, a function that does not exist."),
    "argument-count": N_("The rule {expression} gives the function {detail} too few or too many values."),
    "not-supported": N_("The rule {expression} uses a form of path that Gemba does not read: {detail}"),
    "not-a-path": N_("The rule {expression} needs the name of a question instead of {detail}."),
    "bad-pattern": N_("The rule {expression} has a pattern that cannot be used, from place {detail}"),
    "not-text": N_("The rule {expression} needs text in quotes: {detail}"),
    "no-document": N_("The rule {expression} asks for an answer where there is no checklist."),
    "bad-document": N_("The answers cannot be read: {detail}"),
    "no-such-node": N_("The checklist has no question {detail}."),
    "no-such-instance": N_("The rule {expression} looks in the list {detail}, which does not exist."),
    "no-such-variable": N_("The rule {expression} uses the variable {detail}, which does not exist."),
    "not-within": N_("The rule {expression} names the repeat {detail}, which the question is not part of."),
    "repeated": N_("The rule {expression} needs one answer, but {detail} has several."),
    "not-nodes": N_("The rule {expression} needs the name of a question in {detail}."),
    "not-a-date": N_("The rule {expression} needs a day such as 2026-11-24, not {detail}."),
    "bad-format": N_("The rule {expression} has the date format {detail}, which does not exist."),
    "not-a-place": N_("The rule {expression} needs a place as latitude and longitude, not {detail}."),
    "not-known": N_("The rule {expression} names the method {detail}, which does not exist."),
    "out-of-range": N_("The rule {expression} meets a value that is too large: {detail}"),
}
# What an author may have overlooked: about rows that are named, and about the form as a whole.
_REMARKS = {
    Doubt.NO_TRANSLATION: N_("There are no words in {detail} for: {names}"),
    Doubt.NEVER_SHOWN: N_("Whatever is answered, this is never shown: {names}. Its condition: {detail}"),
    Doubt.NO_SUCH_CHOICE: N_("This is compared with an answer that the question does not have ({detail}): {names}"),
    Doubt.TAKES_NO_ANSWER: N_("A question of the kind {detail} is shown, but takes no answer here: {names}"),
    Doubt.NO_FILE: N_("The file {detail} is not beside the form: {names}"),
    Doubt.COLUMN_IGNORED: N_("The column is kept, and does nothing here: {names}"),
    Doubt.WEIGHT_WITHOUT_RULE: N_("A weight counts for nothing where no answer is a finding: {names}"),
    Doubt.UNKNOWN_POINT: N_("There is no compliance point {detail}: {names}"),
}
_REMARKS_ON_FORM = {
    Doubt.NO_TRANSLATION: N_("The title has no words in {detail}."),
    Doubt.COLUMN_IGNORED: N_("The setting is kept, and does nothing here."),
    Doubt.NO_VERSION: N_("The form gives no version, so it is version 1. The next change needs a higher one."),
    Doubt.UNKNOWN_MODULE: N_("There is no module {detail}."),
}
_MOST_NAMED = 5
GAP_WORDS = {
    GapKind.EMPTY_FIELD: N_("{field} is missing."),
    GapKind.NOBODY_MET: N_("Nobody is written down as met."),
    GapKind.UNANSWERED: N_("Checklist item {field} has no answer and no reason why."),
    GapKind.ANSWER_NOT_ACCEPTED: N_(
        "The answer to {field} is not one that the checklist accepts. Mend it, or say why."
    ),
    GapKind.CRITICAL_WITHOUT_IMPROVEMENT: N_("The critical finding {field} has no improvement yet."),
    GapKind.SESSION_WITHOUT_ATTENDANCE: N_("A session has nobody who attended."),
    GapKind.NO_FIGURES: N_("No figures were taken."),
    GapKind.NOT_STARTED: N_("The visit was not opened."),
}
_NOT_FOUND = {
    "table": N_("There is no table {key}. The tables are: {tables}."),
    "indicator": N_("There is no indicator {key}. `gemba data list indicator` shows them."),
    "checklist": N_("There is no checklist {key}. `gemba data list checklist` shows them."),
    "item": N_("The checklist has no item {key}."),
    "conflict": N_("There is no difference {key}. `gemba conflicts list` shows those that are open."),
    "rejected": N_("There is nothing {key} in that list. `gemba sync rejected list` shows it."),
    "stored_bytes": N_("The bytes of a photo or report ({key}) are not on this device."),
}


def message(error: AppError) -> Message:
    """The words for `error`, in the window's language."""
    match error:
        case KeyRefused():
            return Message(_(_KEYS[error.detail]).format(path=error.path))
        case DiskTrouble():
            return Message(_(_DISK[type(error)]).format(path=error.path), error.detail)
        case FontsMissing():
            says = _("The fonts of reports are missing from {folder}, so no report was made. Run scripts/fonts.")
            return Message(says.format(folder=error.folder), ", ".join(error.missing))
        case BadFile():
            return _bad_file(error)
        case SyncTrouble():
            return Message(sync_trouble_words(error), error.detail)
        case NotOurs():
            return Message(
                _("What arrived is not from Gemba, so nothing of it was used."), f"{error.reason} {error.detail}"
            )
    return Message(_about_data(error))


def _about_data(error: AppError) -> str:
    match error:
        case Invalid():
            return _invalid(error)
        case NotAllowed():
            return _(_REFUSALS[error.reason]).format(detail=error.detail)
        case NotFound():
            return _not_found(error)
        case Conflict():
            return _conflict(error)
        case ExpressionError():
            return _expression(error)
    return str(error)


def gap_words(kind: GapKind, table: str, field: str) -> str:
    """What is missing, said to the person who can fill it in."""
    label = _label(field) if kind is GapKind.EMPTY_FIELD else field
    return _(GAP_WORDS[kind]).format(field=label, table=_(TABLE_BY_NAME[table].label))


def _invalid(error: Invalid) -> str:
    if error.problem in set(GapKind):
        return gap_words(GapKind(error.problem), error.field if error.field in TABLE_BY_NAME else "visit", error.field)
    found = error.about if isinstance(error.about, Field) else None
    return _(_PROBLEMS[error.problem]).format(
        field=_(found.label) if found else _label(error.field),
        value=error.value,
        choices=", ".join(found.choices) if found else "",
        low=found.low if found else "",
        high=found.high if found else "",
    )


def _expression(error: ExpressionError) -> str:
    return _(_EXPRESSIONS[error.problem]).format(
        expression=error.expression, place=error.position + 1, detail=error.detail
    )


def _label(field: str) -> str:
    for table in TABLES:
        for one in table.fields:
            if one.name == field:
                return _(one.label)
    return field


def _bad_file(error: BadFile) -> Message:
    if error.problem.startswith("form_"):
        return Message(_form(error), error.detail)
    return Message(_(_FILES[error.problem]).format(path=error.path, detail=error.detail), error.detail)


def _form(error: BadFile) -> str:
    says = _(_FORMS[error.problem]).format(detail=error.detail)
    if not error.where:
        return _(_FORM).format(path=error.path.name, says=says)
    return _(_FORM_AT).format(path=error.path.name, place=form_place(error.where), says=says)


def form_place(where: str) -> str:
    """`survey:5:relevant`, the place in a form that an error names, in words."""
    sheet, _colon, rest = where.partition(":")
    row, _colon, column = rest.partition(":") if rest[:1].isdecimal() else ("", "", rest)
    words = _PLACES[bool(row), bool(column)]
    return _(words).format(sheet=sheet, row=row, column=column)


def trouble_message(error: BadFile) -> Message:
    """What is wrong with a form, without the file's name, and in the details the place."""
    return Message(_(_FORMS[error.problem]).format(detail=error.detail), form_place(error.where) if error.where else "")


def remark_message(remark: Remark) -> Message:
    """A remark on a form, and in the details its place."""
    words = _REMARKS[remark.doubt] if remark.names else _REMARKS_ON_FORM[remark.doubt]
    detail = _language_name(remark.detail) if remark.doubt is Doubt.NO_TRANSLATION else remark.detail
    place = _(_PLACES[False, True]).format(sheet=remark.sheet, column=remark.column)
    return Message(_(words).format(detail=detail, names=_some(remark.names)), place)


def _some(names: Sequence[str]) -> str:
    shown, rest = ", ".join(names[:_MOST_NAMED]), len(names) - _MOST_NAMED
    more = ngettext("{names} and {n} more", "{names} and {n} more", rest) if rest > 0 else "{names}"
    return more.format(names=shown, n=rest)


def _language_name(tag: str) -> str:
    return language(tag).locale.get_display_name(window_language().locale) or tag if is_language(tag) else tag


def _not_found(error: NotFound) -> str:
    if error.table in _NOT_FOUND:
        return _(_NOT_FOUND[error.table]).format(key=error.key, tables=", ".join(TABLE_BY_NAME))
    label = _(TABLE_BY_NAME[error.table].label) if error.table in TABLE_BY_NAME else error.table
    return _("There is no {table} with the id {key}.").format(table=label, key=error.key)


def _conflict(error: Conflict) -> str:
    table, __, field, now = error.differences[0]
    return _("{field} of {table} was changed since, to {now}. It is left as it is.").format(
        field=_label(field), table=_(TABLE_BY_NAME[table].label), now=now
    )
