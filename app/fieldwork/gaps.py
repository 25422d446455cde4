"""What a visit lacks before it can be finished: the kinds, and where each one is."""

from dataclasses import dataclass
from enum import StrEnum


class GapKind(StrEnum):
    """Why something is not complete; the words are in app.messages."""

    EMPTY_FIELD = "empty-field"
    NOBODY_MET = "nobody-met"
    UNANSWERED = "unanswered"
    ANSWER_NOT_ACCEPTED = "answer-not-accepted"
    CRITICAL_WITHOUT_IMPROVEMENT = "critical-without-improvement"
    SESSION_WITHOUT_ATTENDANCE = "session-without-attendance"
    NO_FIGURES = "no-figures"
    NOT_STARTED = "not-started"


# These are shown and do not stop anybody: a visit may rightly end without them.
_ADVICE = {GapKind.NO_FIGURES, GapKind.CRITICAL_WITHOUT_IMPROVEMENT}


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing, and where: the field of the row, or the row, or its table alone."""

    kind: GapKind
    table: str
    row_id: str
    field: str = ""

    @property
    def stops(self) -> bool:
        return self.kind not in _ADVICE
