"""`gemba doctor`: the self-test."""

from app.cli.exits import DONE, NOT_CLEAN
from app.cli.options import Options
from app.doctor import Step, examine
from app.i18n import _

_DEFAULTS = Options()


def doctor(*, options: Options = _DEFAULTS) -> int:
    """Try everything the day needs, and look at the data folder. Exit code 19 when something fails."""
    steps = examine(options.folder, options.key)
    is_well = all(step.is_well for step in steps)
    facts = [{"step": step.name, "well": step.is_well, "says": step.says} for step in steps]
    options.answer({"well": is_well, "steps": facts}, map(_doctor_line, steps))
    return DONE if is_well else NOT_CLEAN


def _doctor_line(step: Step) -> str:
    sign = _("well") if step.is_well else _("NOT WELL")
    return f"{sign:9} {step.says}"
