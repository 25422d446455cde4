"""Regular expressions of forms."""

import re

from app.checklists.expressions.problems import Problem, Refusal


def matches_whole(pattern: str, text: str) -> bool:
    """Raises Refusal: BAD_PATTERN."""
    try:
        return re.fullmatch(pattern, text, re.ASCII) is not None
    except re.error as trouble:
        raise Refusal(Problem.BAD_PATTERN, str(trouble)) from trouble
