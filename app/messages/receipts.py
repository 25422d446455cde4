"""Receipts in words: of a visit as a whole, and of each record and photo."""

from collections.abc import Callable
from datetime import datetime

from app.i18n import _, ngettext, window_language
from app.sync.receipts import Arrival, Receipt, Receipts, count

When = Callable[[datetime], str]  # an instant in words


def receipts_sentence(found: Receipts, when: When) -> str:
    """How much of it the server confirmed, and when the last of it."""
    if found.is_complete and found.last:
        words = _("The server has confirmed everything of this visit, last: {when}.")
        return words.format(when=when(found.last))
    number = window_language().number
    refused = count(found.all, Arrival.REFUSED)
    done, total = count(found.records, Arrival.CONFIRMED), len(found.records)
    records = _("{n} of {all} records").format(n=number(done), all=number(total))
    words = _("Confirmed by the server: {records}.").format(records=records)
    if found.photos:
        done, total = count(found.photos, Arrival.CONFIRMED), len(found.photos)
        photos = _("{n} of {all} photos").format(n=number(done), all=number(total))
        words = _("Confirmed by the server: {records}, {photos}.").format(records=records, photos=photos)
    if refused:
        more = ngettext("It did not take {n}: see Exchange.", "It did not take {n}: see Exchange.", refused)
        words = f"{words} {more.format(n=number(refused))}"
    return words


def arrival_words(one: Receipt, when: When) -> str:
    """`Confirmed by the server: today, 14:32`, or what it waits for."""
    match one.arrival:
        case Arrival.CONFIRMED:
            return _("Confirmed by the server: {when}").format(when=when(one.at)) if one.at else _("Confirmed")
        case Arrival.REFUSED:
            return _("Not taken by the server")
        case Arrival.WAITING:
            return _("Waits to be sent")
