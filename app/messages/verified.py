"""What a comparison with the server found, in words."""

from app.i18n import _, ngettext, window_language
from app.sync.verify import Verified


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
    if damaged := done.photos_damaged:
        broken = ngettext("{n} photo here is damaged.", "{n} photos here are damaged.", damaged)
        lines.append(broken.format(n=number(damaged)))
    return lines if done.differed else [*lines, _("Nothing differed.")]
