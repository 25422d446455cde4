"""Why this device could not be connected to a server, in words, and which field is at fault.

Nothing waits to be sent by itself here, and there is no *Sync now* yet: what to do is to try again.
"""

from dataclasses import dataclass
from pathlib import Path

from app.errors import (
    AppError,
    ClockOff,
    CutShort,
    NotAllowed,
    NotTrusted,
    ServerBusy,
    ServerRefuses,
    SignInWanted,
    SyncTrouble,
    Unreachable,
)
from app.i18n import N_, _
from app.messages import message
from app.messages.sync_troubles import clock_off_words

_CODE_REFUSED = "code-refused"
_ADDRESS_REFUSED = {"no-address", "open-connection"}
_OF_THE_ADDRESS: dict[type[SyncTrouble], str] = {
    Unreachable: N_(
        "Nobody answers at this address. Check that there is a network here and that the address is right, then try"
        " again."
    ),
    SignInWanted: N_(
        "No Gemba server answers at this address. Check the address; if it is right, this network wants a sign-in:"
        " open any page in your browser, sign in there, then try again."
    ),
    NotTrusted: N_(
        "The server at this address cannot prove who it is. Check the address; if it is right, tell whoever looks after"
        " the server which network you are on."
    ),
}
_OF_NEITHER: dict[type[SyncTrouble], str] = {
    CutShort: N_("The connection broke off before the server had answered. Try again, with the same code."),
    ServerBusy: N_("The server is there and cannot serve just now. Try again in a minute, with the same code."),
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with the address, with the code, or with neither of them: one of the three is said."""

    address: str = ""
    code: str = ""
    other: str = ""


def enrol_complaint(fault: BaseException, log: Path) -> Complaint:
    """`log`: where the details of a mistake of the program are."""
    match fault:
        case ServerRefuses(code=code) if code == _CODE_REFUSED:
            return Complaint(code=message(fault).says)
        case NotAllowed(reason=reason) if reason in _ADDRESS_REFUSED:
            return Complaint(address=message(fault).says)
        case ClockOff():
            return Complaint(other=_clock(fault.by_ms))
        case ServerRefuses():
            return Complaint(other=message(fault).says)
        case SyncTrouble():
            return _of_the_way(type(fault))
        case AppError():
            return Complaint(other=message(fault).says)
    says = _("Connecting ended by a mistake in Gemba. Try again. If it comes back, send {path} to whoever helps you.")
    return Complaint(other=says.format(path=log))


def _of_the_way(kind: type[SyncTrouble]) -> Complaint:
    if kind in _OF_THE_ADDRESS:
        return Complaint(address=_(_OF_THE_ADDRESS[kind]))
    return Complaint(other=_(_OF_NEITHER.get(kind, N_("Connecting did not work. Try again."))))


def _clock(by_ms: int | None) -> str:
    if by_ms is None:
        return _("The clock of this device is wrong. Set its date and time, then try again.")
    return _("{clock} Then try again.").format(clock=clock_off_words(by_ms))
