"""Looking after the data: backup, restore, check."""

from pathlib import Path

from app.bootstrap import locked
from app.cli.exits import DONE, NOT_CLEAN
from app.cli.options import Options
from app.fieldwork.care import copy_to, restore_folder
from app.fieldwork.check import Findings, check_store
from app.i18n import N_, _, ngettext
from app.models.backups import copy_store
from app.models.ids import Clock

_DEFAULTS = Options()


def backup(*, out: Path | None = None, options: Options = _DEFAULTS) -> None:
    """Copy the records into the folder of copies, or records and photos into the folder --out; each copy is tried."""
    with options.writing() as store:
        if out:
            made = copy_to(store.records, store.photos, out, options.key)
        else:
            made = [store.folder.backups / f"records-{Clock().today().isoformat()}.db"]
            copy_store(store.records, made[0], options.key)
    options.answer({"copies": made}, [_("Copied and tried: {path}").format(path=path) for path in made])


def restore(source: Path | None = None, /, *, options: Options = _DEFAULTS) -> None:
    """Bring back a copy (a file, or a folder made by backup --out), else the newest good one of the data folder."""
    with locked(options.folder):
        used = restore_folder(options.folder, source, options.key, Clock())
    says = _("Restored from {path}. What was there before is kept beside it in a folder named set-aside.")
    options.answer({"restored": used}, [says.format(path=path) for path in used])


_TROUBLES = {
    "records": N_("The records file is damaged: {what}"),
    "photos": N_("The photo file is damaged: {what}"),
    "schema": N_("Not as this program makes it: {what}"),
    "dangling": N_("A row points to one that is not there: {what}"),
    "missing_bytes": N_("The bytes of a photo are missing: {what}"),
    "damaged_bytes": N_("The bytes of a photo are damaged: {what}"),
}


def check(*, options: Options = _DEFAULTS) -> int:
    """Look the data over: files, shape, links, every photo. Exit code 19 when something is wrong."""
    with options.reading() as store:
        found = check_store(store.records, store.photos)
    facts = {name: getattr(found, name) for name in (*_TROUBLES, "orphans")} | {"clean": found.is_clean}
    options.answer(facts, _check_lines(found))
    return DONE if found.is_clean else NOT_CLEAN


def _check_lines(found: Findings) -> list[str]:
    lines = [_(words).format(what=what) for name, words in _TROUBLES.items() for what in getattr(found, name)]
    if found.orphans:
        n = len(found.orphans)
        words = ngettext("{n} photo belongs to no record.", "{n} photos belong to no record.", n)
        lines.append(words.format(n=n) + " " + _("It takes room and does no harm."))
    if found.is_clean:
        lines.append(_("The data are in order."))
    return lines
