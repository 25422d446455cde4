"""What a comparison with the server found, in words."""

from app.fieldwork.whereabouts import Whereabouts
from app.i18n import _, ngettext, window_language
from app.messages.differences import place_words, thing_words
from app.sync.verify import Verified

_NAMED = 5  # of what is lost, each by where it belongs and what it is called


def verified_lines(done: Verified) -> list[str]:
    """What was looked at, then what was mended; that nothing differed where nothing did."""
    number = window_language().number
    rows, photos, again = done.rows.looked_at, done.photos, done.photos_queued
    looked = ngettext("{n} record compared with the server.", "{n} records compared with the server.", rows)
    seen = ngettext("{n} photo or report read again.", "{n} photos and reports read again.", photos)
    lines = [looked.format(n=number(rows)), seen.format(n=number(photos))]
    if differed := done.rows.differed + done.shown:
        mended = ngettext("{n} record differed and was mended.", "{n} records differed and were mended.", differed)
        lines.append(mended.format(n=number(differed)))
    if again:
        sent = ngettext("{n} photo is sent again.", "{n} photos are sent again.", again)
        lines.append(sent.format(n=number(again)))
    lines += _damaged(done)
    return lines if done.differed else [*lines, _("Nothing differed.")]


def _damaged(done: Verified) -> list[str]:
    """How many are, what becomes of them by itself, and which a person must make again."""
    number, lines = window_language().number, []
    if damaged := done.photos_damaged:
        broken = ngettext("{n} photo or report here is damaged.", "{n} photos and reports here are damaged.", damaged)
        lines.append(broken.format(n=number(damaged)))
    if fetched := done.photos_fetched:
        comes = ngettext("{n} is fetched again from the server.", "{n} are fetched again from the server.", fetched)
        lines.append(comes.format(n=number(fetched)))
    if done.lost:
        lost = ngettext(
            "{n} is whole neither here nor at the server; take the photo, or issue the report, again: {which}.",
            "{n} are whole neither here nor at the server; take the photos, or issue the reports, again: {which}.",
            len(done.lost),
        )
        lines.append(lost.format(n=number(len(done.lost)), which=_which(done.lost)))
    return lines


def _which(lost: tuple[Whereabouts, ...]) -> str:
    named = [", ".join(dict.fromkeys((place_words(one), thing_words(one)))) for one in lost[:_NAMED]]
    if more := len(lost) - len(named):
        named.append(ngettext("{n} more", "{n} more", more).format(n=window_language().number(more)))
    return "; ".join(named)
