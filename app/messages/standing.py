"""Where things stand with the server, in one plain sentence, and in the few words of the status card."""

from collections.abc import Callable
from datetime import datetime

from app.errors import (
    ClockOff,
    CutShort,
    DeviceRefused,
    NotTrusted,
    ServerBusy,
    ServerRefuses,
    SignInWanted,
    SyncTrouble,
    Unreachable,
    WrongServer,
)
from app.fieldwork.outbox import Outbox
from app.i18n import N_, _, ngettext, window_language
from app.sync.status import Standing

When = Callable[[datetime], str]  # an instant in words

_MEGABYTE = 1_000_000
_SHORT: dict[type[SyncTrouble], str] = {
    Unreachable: N_("No network"),
    CutShort: N_("Connection lost"),
    SignInWanted: N_("This network wants a sign-in"),
    ClockOff: N_("The clock is wrong"),
    NotTrusted: N_("The server is not trusted"),
    DeviceRefused: N_("Sign in again"),
    WrongServer: N_("Wrong server"),
    ServerRefuses: N_("The server says no"),
    ServerBusy: N_("The server is busy"),
}


def waiting_words(waits: Outbox) -> str:
    """`12 records and 3 photos (0.9 MB)`; what there is none of is left out, and nothing at all is empty."""
    number = window_language().number
    records = ngettext("{n} record", "{n} records", waits.total).format(n=number(waits.total)) if waits.total else ""
    files = file_words(waits)
    if records and files:
        return _("{records} and {photos}").format(records=records, photos=files)
    return records or files


def file_words(waits: Outbox) -> str:
    """`3 photos (0.9 MB)`; empty where no file waits."""
    number = window_language().number
    size = number(waits.file_bytes / _MEGABYTE, 1)
    if waits.photos:
        words = ngettext("{n} photo ({size} MB)", "{n} photos ({size} MB)", waits.photos)
        return words.format(n=number(waits.photos), size=size)
    return _("files ({size} MB)").format(size=size) if waits.file_bytes else ""


def standing_sentence(found: Standing, when: When) -> str:
    """One plain sentence: connected or not, what waits, and the short reason why it waits."""
    waiting = waiting_words(found.waits)
    if not found.is_enrolled:
        return _waits(_("Not connected yet"), waiting)
    if found.is_paused:
        return _waits(_("Paused"), waiting)
    if found.trouble:
        return _waits(trouble_title(found.trouble), waiting)
    if waiting:
        return _waits(_("The server says no") if found.rejected else _("Connected"), waiting)
    if found.rejected:
        n = found.rejected
        words = ngettext("The server did not take {n} change.", "The server did not take {n} changes.", n)
        return words.format(n=window_language().number(n))
    if found.confirmed_at is None:
        return _waits(_("Connected"), "")
    return _("The server has confirmed all work on this device, last: {when}.").format(when=when(found.confirmed_at))


def card_words(found: Standing, when: When) -> str:
    """For the foot of the rail: as few words as say whether work waits, and why."""
    waiting = _waiting_short(found.waits)
    if not found.is_enrolled:
        return waiting or _("Nothing to send")
    if found.is_paused or found.trouble:
        title = trouble_title(found.trouble) if found.trouble and not found.is_paused else _("Paused")
        return _("{title}. {waiting}").format(title=title, waiting=waiting or _("Nothing to send"))
    if found.rejected:
        return _("The server says no: see Exchange")
    if waiting or found.confirmed_at is None:
        return waiting or _("Nothing to send")
    return _("Confirmed by the server: {when}").format(when=when(found.confirmed_at))


def confirmed_words(found: Standing, when: When) -> str:
    """When the server last confirmed anything."""
    if found.confirmed_at is None:
        return _("The server has not confirmed anything yet.")
    return _("Last confirmed by the server: {when}.").format(when=when(found.confirmed_at))


def trouble_title(trouble: SyncTrouble) -> str:
    """The trouble in two or three words."""
    return _(_SHORT.get(type(trouble), N_("The exchange did not work")))


def _waits(title: str, waiting: str) -> str:
    if not waiting:
        return _("{title}. Nothing waits to be sent.").format(title=title)
    return _("{title}. To be sent: {what}.").format(title=title, what=waiting)


def _waiting_short(waits: Outbox) -> str:
    number = window_language().number
    records = ngettext("{n} record to send", "{n} records to send", waits.total).format(n=number(waits.total))
    photos = ngettext("{n} photo to send", "{n} photos to send", waits.photos).format(n=number(waits.photos))
    if waits.total and waits.photos:
        return _("{records}, {photos}").format(records=records, photos=photos)
    return photos if waits.photos else records if waits.total else ""
