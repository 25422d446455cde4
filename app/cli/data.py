"""`gemba data`: records by table and field, under the same rules as the window."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from app.cli.options import Options, person
from app.errors import Invalid
from app.fieldwork.care import encrypt_folder
from app.fieldwork.pictures import NewPhoto, photo_in
from app.fieldwork.records import bin_record, new_record, restore_record, set_record
from app.i18n import _, ngettext
from app.models import changes
from app.models.database import translated
from app.models.rows import get_row, list_rows, table_called
from app.models.search import search as search_rows

program = App(name="data", help="Read and write records: list, get, new, set, bin, restore, photo, history, undo.")
_DEFAULTS = Options()
_Pair = Annotated[str, Parameter(help="field=value; an empty value clears the field.")]


@program.command(name="list")
def list_(
    table: str,
    where: list[str] | None = None,
    /,
    *,
    binned: bool = False,
    limit: int = 1000,
    options: Options = _DEFAULTS,
) -> None:
    """Records of TABLE, oldest first; FIELD=VALUE narrows them, --binned shows the bin."""
    with options.reading() as store:
        equal = {name: value or None for name, value in _pairs(where).items()}
        rows = [_shown(row) for row in islice(list_rows(store.records, table, binned=binned, **equal), limit)]
    options.answer({"table": table, "rows": rows}, (_line(row) for row in rows))


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
    with options.writing() as store:
        row_id = new_record(store.records, person(store), table, _pairs(values))
    options.answer({"table": table, "id": row_id}, [row_id])


@program.command(name="set")
def set_(table: str, row_id: str, /, *values: _Pair, options: Options = _DEFAULTS) -> None:
    """Change fields of a record."""
    with options.writing() as store:
        set_record(store.records, person(store), table, row_id, _pairs(values))
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
        photo_id = photo_in(store.records, store.photos, person(store), visit, new, **_pairs(facts))
    options.answer({"table": "photo", "id": photo_id}, [photo_id])


@program.command
def search(text: str, /, *, limit: int = 50, options: Options = _DEFAULTS) -> None:
    """Records in which every word of TEXT is found, accents and case ignored."""
    with options.reading() as store:
        found = search_rows(store.records, text, limit=limit)
    facts = [{"table": one.table, "id": one.row_id, "text": one.text} for one in found]
    options.answer({"found": facts}, (f"{one.table}  {one.row_id}  {one.text}" for one in found))


@program.command
def history(table: str, row_id: str, /, *, options: Options = _DEFAULTS) -> None:
    """Every change of a record, newest first."""
    with options.reading() as store:
        found = changes.history_of(store.records, table, row_id)
    facts = [{"at": one.at, "field": one.field, "old": one.old, "new": one.new, "user": one.user_id} for one in found]
    options.answer(
        {"history": facts}, (f"{one.at:%Y-%m-%d %H:%M}  {one.field}: {one.old} > {one.new}" for one in found)
    )


@program.command
def undo(*, anyway: bool = False, options: Options = _DEFAULTS) -> None:
    """Take back the last deed; again for the one before."""
    with options.writing() as store:
        _taken_back(changes.undo(store.records, person(store), anyway=anyway), options)


@program.command
def redo(*, anyway: bool = False, options: Options = _DEFAULTS) -> None:
    """Take back the last undo."""
    with options.writing() as store:
        _taken_back(changes.redo(store.records, person(store), anyway=anyway), options)


@program.command
def encrypt(*, options: Options = _DEFAULTS) -> None:
    """Encrypt the data folder with the key in --key-file; the file is made when it does not exist."""
    if options.key_file is None:
        raise Invalid("key_file", "missing")
    done = encrypt_folder(options.folder, options.key_file)
    says = _("The data are encrypted. Keep {path} safe and apart from the laptop: without it they cannot be opened.")
    options.answer(
        {"encrypted": [str(path) for path in done], "key_file": str(options.key_file)},
        [says.format(path=options.key_file)],
    )


def _taken_back(done: list[changes.Change], options: Options) -> None:
    facts = [{"table": one.table, "id": one.row_id, "field": one.field} for one in done]
    says = ngettext("{n} field taken back.", "{n} fields taken back.", len(done)).format(n=len(done))
    options.answer({"changes": facts}, [says if done else _("There is nothing to take back.")])


def _pairs(words: Iterable[str] | None) -> dict[str, Any]:
    """`field=value` each; None when none were given. Raises Invalid for one without an equals sign."""
    pairs = {}
    for word in words or ():
        name, sign, value = word.partition("=")
        if not sign:
            raise Invalid("value", "not-a-pair", word)
        pairs[name] = value
    return pairs


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None and name not in {"stub", "extra"}}


def _line(row: dict[str, Any]) -> str:
    rest = (f"{name}={value}" for name, value in row.items() if name not in {"id", "created_at", "definition"})
    return f"{row['id']}  " + "  ".join(rest)
