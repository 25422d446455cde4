"""What ended something that nobody waited for, in words: a known trouble, or a mistake of the program."""

from pathlib import Path

from app.errors import AppError
from app.i18n import _
from app.messages import message


def fault_words(fault: BaseException, log: Path) -> str:
    """`log`: where the details are."""
    if isinstance(fault, AppError):
        return message(fault).says
    says = _(
        "The exchange ended by a mistake in Gemba. Your work is saved on this device, and Gemba tries again by"
        " itself. If it comes back, send {path} to whoever helps you."
    )
    return says.format(path=log)
