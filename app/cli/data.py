"""`gemba data`: records by table and field, under the same rules as the window."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from cyclopts.validators import Number

from app.bootstrap import locked
from app.cli.options import Options, pairs, person
from app.errors import Invalid
from app.fieldwork.care import encrypt_folder
from app.fieldwork.finish import finish_visit, gaps_of_visit, reopen_visit
from app.fieldwork.pictures import NewPhoto, photo_in
from app.fieldwork.plan import open_visit
from app.fieldwork.records import bin_record, new_record, restore_record, set_record
from app.fieldwork.undo import redo as redo_deed
from app.fieldwork.undo import undo as undo_deed
from app.i18n import _, ngettext
from app.messages import gap_words
from app.models import changes
from app.models.database import Author, translated
from app.models.driver import Database
from app.models.encryption import read_key
from app.models.rows import checked_values, get_row, rows_where, table_called
from app.models.search import search as search_rows
from app.sync.journal import encrypt_journal

program = App(name="data", help="Read and write records: list, get, new, set, bin, restore, photo, history, undo.")
_DEFAULTS = Options()
_Limit = Annotated[int, Parameter(validator=Number(gte=1, lte=10_000_000), help="At most so many.")]
_Pair = Annotated[str, Parameter(help="field=value; an empty value clears the field.")]


@program.command(name="list")
def list_(
    table: str,
    where: list[str] | None = None,
    /,
    *,
    binned: bool = False,
    limit: _Limit = 1000,
    options: Options = _DEFAULTS,
) -> None:
    """Records of TABLE, oldest first; FIELD=VALUE narrows them, --binned shows the bin."""
    with options.reading() as store:
        equal = checked_values(table_called(table), pairs(where))
        found = [_shown(row) for row in islice(rows_where(store.records, table, equal, binned=binned), limit + 1)]
    rows, more = found[:limit], len(found) > limit
    cut = [_("Only the first {n} are shown; --limit shows more.").format(n=limit)] if more else []
    options.answer({"table": table, "rows": rows, "more": more}, [*map(_line, rows), *cut])


@program.command
def get(table: str, row_id: str, /, *, options: Options = _DEFAULTS) -> None:
    """One record with all its fields."""
    with options.reading() as store:
        row = get_row(store.records, table, row_id, binned=True)
    labels = {field.name: field.label for field in table_called(table).fields}
    lines = (f"{_(labels[name]) if name in labels else name}: {value}" for name, value in _shown(row).items())
    options.answer(row, lines)


@program.command
def new(table: str, /, *values: _Pair, options: Options = _DEFAULTS) -> None:
    """Add a record to TABLE; prints its id."""
    with options.writing(begin=True) as store:
        row_id = new_record(store.records, person(store), table, pairs(values))
    options.answer({"table": table, "id": row_id}, [row_id])


@program.command(name="set")
def set_(table: str, row_id: str, /, *values: _Pair, options: Options = _DEFAULTS) -> None:
    """Change fields of a record."""
    with options.writing() as store:
        set_record(store.records, person(store), table, row_id, pairs(values))
    options.answer({"table": table, "id": row_id}, [_("Saved.")])


@program.command(name="bin")
def bin_(table: str, row_id: str, /, *, options: Options = _DEFAULTS) -> None:
    """Put a record into the bin; nothing is ever deleted."""
    with options.writing() as store:
        bin_record(store.records, person(store), table, row_id)
    options.answer({"table": table, "id": row_id}, [_("In the bin.")])


@program.command
def restore(table: str, row_id: str, /, *, options: Options = _DEFAULTS) -> None:
    """Take a record back out of the bin."""
    with options.writing() as store:
        restore_record(store.records, person(store), table, row_id)
    options.answer({"table": table, "id": row_id}, [_("Back from the bin.")])


@program.command
def photo(visit: str, file: Path, /, *facts: _Pair, options: Options = _DEFAULTS) -> None:
    """File a photo on a visit; FIELD=VALUE gives place, caption, improvement_id. Prints the photo's id."""
    with translated(file):
        bytes_ = file.read_bytes()
    with options.writing() as store:
        new = NewPhoto(bytes_, file.name)
        photo_id = photo_in(store.records, store.photos, person(store), visit, new, **_photo_facts(pairs(facts)))
    options.answer({"table": "photo", "id": photo_id}, [photo_id])


@program.command
def search(text: str, /, *, limit: _Limit = 50, options: Options = _DEFAULTS) -> None:
    """Records in which every word of TEXT is found, accents and case ignored."""
    with options.reading() as store:
        found = search_rows(store.records, text, limit=limit)
    facts = [{"table": one.table, "id": one.row_id, "title": one.title} for one in found]
    options.answer({"found": facts}, (f"{one.table}  {one.row_id}  {one.title}" for one in found))


@program.command
def history(table: str, row_id: str, /, *, options: Options = _DEFAULTS) -> None:
    """Every change of a record, newest first."""
    with options.reading() as store:
        get_row(store.records, table, row_id, binned=True)
        found = changes.history_of(store.records, table, row_id)
    facts = [{"at": one.at, "field": one.field, "old": one.old, "new": one.new, "user": one.user_id} for one in found]
    options.answer(
        {"history": facts}, (f"{one.at:%Y-%m-%d %H:%M}  {one.field}: {one.old} > {one.new}" for one in found)
    )


@program.command
def undo(*, anyway: bool = False, options: Options = _DEFAULTS) -> None:
    """Take back the last deed; again for the one before."""
    with options.writing() as store:
        _taken_back(undo_deed(store.records, person(store), anyway=anyway), options)


@program.command
def redo(*, anyway: bool = False, options: Options = _DEFAULTS) -> None:
    """Take back the last undo."""
    with options.writing() as store:
        _taken_back(redo_deed(store.records, person(store), anyway=anyway), options)


@program.command
def encrypt(*, options: Options = _DEFAULTS) -> None:
    """Encrypt the data folder with the key in --key-file; the file is made when it does not exist."""
    if options.key_file is None:
        raise Invalid("key_file", "missing")
    with locked(options.folder):
        encrypted = encrypt_folder(options.folder, options.key_file)
        if options.folder.records.exists():
            encrypt_journal(options.folder.records, read_key(options.key_file))
    says = _("The data are encrypted. Keep {path} safe and apart from the laptop: without it they cannot be opened.")
    left = _("{path} is damaged and can still be read without the key. Remove it when you no longer need it.")
    options.answer(
        {"encrypted": encrypted.done, "left": encrypted.left, "key_file": options.key_file},
        [says.format(path=options.key_file), *(left.format(path=path) for path in encrypted.left)],
    )


@program.command(name="open")
def open_(visit: str, /, *, options: Options = _DEFAULTS) -> None:
    """Open a visit: it starts now."""
    _visit_deed(open_visit, visit, _("The visit is open."), options)


@program.command
def finish(visit: str, /, *, options: Options = _DEFAULTS) -> None:
    """Finish a visit; refused while something is missing, see `data gaps`."""
    _visit_deed(finish_visit, visit, _("The visit is finished."), options)


@program.command
def reopen(visit: str, /, *, options: Options = _DEFAULTS) -> None:
    """Open a finished visit again as its next revision."""
    _visit_deed(reopen_visit, visit, _("The visit is open again as a new revision."), options)


@program.command(name="gaps")
def gaps_(visit: str, /, *, options: Options = _DEFAULTS) -> None:
    """What is missing before a visit can be finished."""
    with options.reading() as store:
        gaps = gaps_of_visit(store.records, visit)
    facts = [
        {"kind": gap.kind, "table": gap.table, "id": gap.row_id, "field": gap.field, "stops": gap.stops} for gap in gaps
    ]
    lines = [gap_words(gap.kind, gap.table, gap.field) for gap in gaps]
    options.answer({"gaps": facts}, lines or [_("Nothing is missing.")])


def _visit_deed(deed: Callable[[Database, Author, str], None], visit: str, says: str, options: Options) -> None:
    with options.writing() as store:
        deed(store.records, person(store), visit)
    options.answer({"table": "visit", "id": visit}, [says])


def _photo_facts(pairs: dict[str, Any]) -> dict[str, Any]:
    """Raises Invalid for a field that a photo does not have; which of them may be given is the deed's to say."""
    links = {"answer_id", "improvement_id", "area_id"}
    checked_values(table_called("photo"), {name: value for name, value in pairs.items() if name not in links})
    return pairs


def _taken_back(done: list[changes.Change], options: Options) -> None:
    facts = [{"table": one.table, "id": one.row_id, "field": one.field} for one in done]
    says = ngettext("{n} field taken back.", "{n} fields taken back.", len(done)).format(n=len(done))
    options.answer({"changes": facts}, [says if done else _("There is nothing to take back.")])


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None and name not in {"stub", "extra"}}


def _line(row: dict[str, Any]) -> str:
    rest = (f"{name}={value}" for name, value in row.items() if name not in {"id", "created_at", "definition"})
    return f"{row['id']}  " + "  ".join(rest)
