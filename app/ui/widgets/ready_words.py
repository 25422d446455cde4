"""What was looked at before leaving, in words, and the chip that says whether it is well."""

from app.fieldwork.ready import Ready, ReadyItem
from app.i18n import N_, _, window_language
from app.ui.widgets.basics import ChipKind

# Title; the chip when it is well; the chip when it is not; how grave that is; what to do then.
_WORDS = {
    Ready.VISIT: (
        N_("Visit"),
        N_("Planned"),
        N_("None planned"),
        ChipKind.WARN,
        N_("Plan the next visit, so that its files are looked for."),
    ),
    Ready.LAST_PHOTOS: (
        N_("Photos of the last visit"),
        N_("Here"),
        N_("Missing"),
        ChipKind.WARN,
        N_("Bring them over from the other device, to take the after from the same spot."),
    ),
    Ready.CHECKLISTS: (
        N_("Checklists"),
        N_("Here"),
        N_("Missing"),
        ChipKind.BAD,
        N_("Start Gemba again: it brings them with it."),
    ),
    Ready.FONTS: (
        N_("Fonts of reports"),
        N_("Here"),
        N_("Missing"),
        ChipKind.BAD,
        N_("Install Gemba again: no report can be made without them."),
    ),
    Ready.CLOCK: (
        N_("Clock"),
        N_("Right"),
        N_("Wrong"),
        ChipKind.BAD,
        N_("It runs behind what was written already. Set the time of this computer."),
    ),
    Ready.DISK: (N_("Room on the disk"), N_("{size} free"), N_("{size} free"), ChipKind.BAD, N_("Free some space.")),
    Ready.COPY: (
        N_("Copy of the records"),
        N_("Made"),
        N_("None yet"),
        ChipKind.WARN,
        N_("Close Gemba and start it again: it makes one each day."),
    ),
    Ready.PLACE: (
        N_("Data folder"),
        N_("Safe"),
        N_("Not safe"),
        ChipKind.WARN,
        N_("It lies on a network drive or in a cloud folder. Move it to this computer's own disk."),
    ),
}


def ready_words(item: ReadyItem) -> tuple[str, str]:
    """What was looked at, and a second line: what it is about, or what to do when it is not well."""
    title, _good, _lacking, _grave, to_do = _WORDS[item.about]
    if not item.is_ready:
        return _(title), _(to_do)
    return _(title), item.subject if item.about in {Ready.VISIT, Ready.LAST_PHOTOS} else ""


def ready_chip(item: ReadyItem) -> tuple[str, ChipKind]:
    _title, good, lacking, grave, _to_do = _WORDS[item.about]
    words = _(good if item.is_ready else lacking)
    if item.about is Ready.DISK:
        words = words.format(size=_size(int(item.subject or 0)))
    return words, ChipKind.NEUTRAL if item.is_ready else grave


def _size(megabytes: int) -> str:
    number = window_language().number
    if megabytes < 1000:
        return _("{n} MB").format(n=number(megabytes))
    return _("{n} GB").format(n=number(megabytes // 1000))
