"""What expressions ask of the world outside their document; everything has a default, so that tests choose."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

# The short names of English, which JavaRosa falls back to.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def system_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Host:
    """`zone` None is this computer's own. A callable that is None makes its function answer as outside of a form.

    `choice_name` takes a choice's value and the question's path, `pull_data` the four texts of pulldata(). `random`
    returns numbers from 0 up to 1 and makes uuids too.
    """

    now: Callable[[], datetime] = system_now
    zone: tzinfo | None = None
    random: Callable[[], float] = random.SystemRandom().random
    choice_name: Callable[[str, str], str] | None = None
    itext: Callable[[str], str] | None = None
    pull_data: Callable[[str, str, str, str], str] | None = None
    property_of: Callable[[str], str] | None = None
    version: str = ""
    variables: Mapping[str, float | str | bool] = field(default_factory=dict)
    months: tuple[str, ...] = _MONTHS
    days: tuple[str, ...] = _DAYS

    def local_now(self) -> datetime:
        return self.now().astimezone(self.zone)
