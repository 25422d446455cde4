"""What can be wrong with an expression, as codes that app.messages words."""

from enum import StrEnum


class Problem(StrEnum):
    """What `ExpressionError.problem` may be. Those before NO_DOCUMENT are found when an expression is compiled."""

    SYNTAX = "syntax"
    TOO_LONG = "too-long"
    TOO_DEEP = "too-deep"
    UNKNOWN_FUNCTION = "unknown-function"
    ARGUMENT_COUNT = "argument-count"
    NOT_SUPPORTED = "not-supported"
    NOT_A_PATH = "not-a-path"
    BAD_PATTERN = "bad-pattern"
    NOT_TEXT = "not-text"

    NO_DOCUMENT = "no-document"
    BAD_DOCUMENT = "bad-document"
    NO_SUCH_NODE = "no-such-node"
    NO_SUCH_INSTANCE = "no-such-instance"
    NO_SUCH_VARIABLE = "no-such-variable"
    NOT_WITHIN = "not-within"
    REPEATED = "repeated"
    NOT_NODES = "not-nodes"
    NOT_A_DATE = "not-a-date"
    BAD_FORMAT = "bad-format"
    NOT_A_PLACE = "not-a-place"
    NOT_KNOWN = "not-known"
    OUT_OF_RANGE = "out-of-range"


class Refusal(Exception):  # noqa: N818 - a refusal is an answer; it becomes an ExpressionError on its way out
    """A value that a function or an operator does not take; `position` is filled in by the call that made it."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(problem, detail)
        self.problem = problem
        self.detail = detail
        self.position: int | None = None
