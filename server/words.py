"""What the server's commands say to the person who runs it."""

from datetime import UTC, datetime

from app.errors import AppError, BadFile, Invalid, NotAllowed, NotFound, StoreMissing, StoreNewer
from app.i18n import N_, _
from app.models.ids import stamp
from server.accounts import Device
from server.checks import Finding
from server.refusals import Refused

_REFUSED = {
    "name-taken": N_("There is somebody of this name already: {detail}"),
    "invalid-name": N_("A name is one line of at most 200 characters."),
    "invalid-role": N_("There is no such role: {detail}"),
    "store-away": N_("The store of photos cannot be reached, or does not take them."),
}
_CANNOT_BE = N_("{field} cannot be {value} here.")
_INVALID = {
    ("workers", "sqlite"): N_("On SQLite one process serves; {value} of them want PostgreSQL: `--database`."),
    ("database", "unknown"): N_("A database is sqlite:///FILE or postgresql://USER@HOST/NAME, not {value}."),
}
_FOUND = {
    "file": N_("The file is damaged: {where}"),
    "gap": N_("The log has a gap before {where}."),
    "chain": N_("The log was changed before {where}."),
    "head": N_("The counter and the log do not fit; the log ends with {where}."),
    "digest": N_("A row is not what was written: {where}"),
    "row-missing": N_("A row is missing: {where}"),
    "row-unknown": N_("A row was put there by hand: {where}"),
    "sum": N_("The sum of all rows is wrong."),
    "conflict": N_("A conflict is not readable, or not shown to whom it should be: {where}"),
    "sequence": N_("A row lies beyond the counter: {where}"),
}
_FILES = {
    "damaged": N_("This copy is damaged: {path}"),
    "not-a-backup": N_("This is no copy of a server: {path}"),
}


def sentence(error: AppError | Refused) -> str:
    """A known trouble, in words."""
    match error:
        case Refused():
            return _(_REFUSED.get(error.code, error.code)).format(detail=error.detail)
        case NotFound():
            return _("There is no {key} here.").format(key=error.key)
        case StoreMissing():
            return _("There is no server here yet: run `gemba-server init`.")
        case StoreNewer():
            return _("A newer program has been here ({detail}): update this one.").format(detail=error.detail)
        case BadFile():
            return _(_FILES.get(error.problem, error.problem)).format(path=error.path)
        case NotAllowed():
            return _("The database holds something; `--replace` gives it up.")
        case Invalid():
            return _(_INVALID.get((error.field, error.problem), _CANNOT_BE)).format(
                field=error.field, value=error.value
            )
    return outside(str(error))


def outside(words: str) -> str:
    """A trouble of the disk or the database, in its own words."""
    return _("That could not be done: {why}").format(why=words.strip())


def finding(found: Finding) -> str:
    return _(_FOUND[found.wrong]).format(where=found.where)


def device(one: Device) -> str:
    """One line: whose, since when, last seen, whether its access was taken back."""
    seen = _when(one.last_seen_ms) if one.last_seen_ms else _("never")
    parts = [one.id, one.account, one.name, _("enrolled {at}").format(at=_when(one.enrolled_ms))]
    parts.append(_("last here {at}").format(at=seen))
    if one.revoked_ms is not None:
        parts.append(_("access taken back {at}").format(at=_when(one.revoked_ms)))
    return "  ".join(part for part in parts if part)


def _when(at_ms: int) -> str:
    return stamp(datetime.fromtimestamp(at_ms / 1000, UTC))
