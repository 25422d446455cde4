"""Why nothing was exchanged with the server, and why it did not take a piece of work, in words."""

from app.errors import (
    ClockOff,
    CutShort,
    DeviceRefused,
    NotEnrolled,
    NotTrusted,
    ServerBusy,
    ServerRefuses,
    SignInWanted,
    SyncTrouble,
    Unreachable,
    WrongServer,
)
from app.i18n import N_, _, ngettext
from app.models.registry import TABLE_BY_NAME

_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
_MINUTE_MS = 60_000

_TROUBLES: dict[type[SyncTrouble], str] = {
    Unreachable: N_(
        "There is no network here, or the server cannot be reached. Your work is saved on this device and is sent as"
        " soon as there is a connection."
    ),
    CutShort: N_("The connection broke off. What had arrived is kept, and the rest goes on from there by itself."),
    SignInWanted: N_(
        "This network wants a sign-in. Open any page in your browser and sign in there, then press Sync now."
        " Nothing was sent."
    ),
    NotTrusted: N_(
        "The server cannot prove who it is, so nothing was sent. Ask whoever looks after the server, and tell them"
        " which network you are on."
    ),
    NotEnrolled: N_("This device is not connected to a server. Ask head office for its address and a code."),
    DeviceRefused: N_(
        "The server does not let this device in any more. Sign in again: ask head office for a new code and enter it"
        " here. Your work is saved on this device, and nothing of it is lost."
    ),
    WrongServer: N_(
        "Another server answers at this address than the one this device works with, so nothing was sent. Ask head"
        " office for the right address and a new code, then change the address."
    ),
    ServerBusy: N_("The server is there and cannot serve just now. Gemba tries again by itself."),
}
# What a server calls its reason for saying no to a whole request.
_REASONS = {
    "code-refused": N_("This code is not good. It works once and for ten minutes only: ask head office for a new one."),
    "too-old": N_("This version of Gemba is too old for the server. Install the newest version; your work stays here."),
    "other-schema": N_(
        "This version of Gemba and the server keep records in different ways, so they cannot be compared. Install the"
        " newest version; your work goes out all the same."
    ),
    "rolled-back": N_("The server was put back to an older copy of its data. Whoever looks after it must tell it so."),
    "device-taken": N_("The server knows this device as somebody else's. Use a data folder for each person."),
    "no-progress": N_("The server answers, but nothing gets on. Your work is saved here; tell whoever looks after it."),
    "proto": N_("This version of Gemba and the server do not understand each other. Install the newest version."),
}
# What a server tells beside its answer.
_NOTICES = {
    "two-incarnations": N_(
        "This data folder is used on two devices, or an older copy was put back. Nothing is lost, but use only one."
    ),
    "damaged-files": N_(
        "A photo or report on this device is damaged and cannot be sent. Compare everything (`gemba sync verify`) says"
        " which; take the photo again."
    ),
    "update": N_("This Gemba is too old to be sent what others did. Install the newest; your work still goes out."),
}
# Why a piece of work was not taken. The whole of it waits in the list of what needs attention.
_REFUSED = {
    "row-missing": N_("{record}: the server does not have this record. Send first the work that made it."),
    "parent-missing": N_("{record}: it belongs to a record that the server does not have. Send that one first."),
    "unknown-table": N_("{record}: the server does not know this kind of record yet. It must be brought up to date."),
    "invalid-value": N_("{record}: the server cannot take what is written in {field}. Correct it, then send it again."),
    "invalid-field": N_("{record}: it has a field that no server can keep: {field}."),
    "invalid-id": N_("{record}: its number is not one that this program makes."),
    "too-large": N_("{record}: it is too large to be sent. Shorten its texts, then send it again."),
    "too-many-fields": N_("{record}: it has more fields than the server takes."),
    "too-many-ops": N_("Too much was done in one step. Do it in smaller steps."),
    "invalid-mutation": N_(
        "{record}: what was sent cannot be read by the server. Export it and show it to head office."
    ),
}


def sync_trouble_words(trouble: SyncTrouble) -> str:
    """What happened, what is safe, what to do."""
    match trouble:
        case ClockOff():
            return _clock(trouble.by_ms)
        case ServerRefuses():
            says = _REASONS.get(trouble.code, N_("The server said no ({code}). Nothing was changed, here or there."))
            return _(says).format(code=trouble.code)
    general = N_("The exchange with the server did not work. Your work is saved on this device.")
    return _(_TROUBLES.get(type(trouble), general))


def refusal_words(code: str, table: str, field: str) -> str:
    """Why the server did not take something. `table` and `field` are what is to blame, empty where nothing is."""
    known = TABLE_BY_NAME.get(table)
    record = _(known.label) if known else table or _("A record")
    labels = {one.name: one.label for one in known.fields} if known else {}
    says = _REFUSED.get(code, N_("{record}: the server did not take it ({code})."))
    return _(says).format(record=record, field=_(labels[field]) if field in labels else field, code=code)


def notice_words(code: str) -> str:
    """What a person should hear; empty for what only a newer program knows."""
    return _(_NOTICES[code]) if code in _NOTICES else ""


def clock_off_words(by_ms: int) -> str:
    """`by_ms`: this device's clock minus the right time."""
    span = _span(abs(by_ms))
    if by_ms > 0:
        return _("The clock of this device is {span} fast. Set its date and time.").format(span=span)
    return _("The clock of this device is {span} slow. Set its date and time.").format(span=span)


def _clock(by_ms: int | None) -> str:
    safe = _("Nothing was sent; your work is saved on this device.")
    if by_ms is None:
        return _("The clock of this device is wrong. Set its date and time, then press Sync now. {safe}").format(
            safe=safe
        )
    return _("{clock} Then press Sync now. {safe}").format(clock=clock_off_words(by_ms), safe=safe)


def _span(ms: int) -> str:
    if ms >= _DAY_MS:
        n = round(ms / _DAY_MS)
        return ngettext("{n} day", "{n} days", n).format(n=n)
    if ms >= _HOUR_MS:
        n = round(ms / _HOUR_MS)
        return ngettext("{n} hour", "{n} hours", n).format(n=n)
    n = max(1, round(ms / _MINUTE_MS))
    return ngettext("{n} minute", "{n} minutes", n).format(n=n)
