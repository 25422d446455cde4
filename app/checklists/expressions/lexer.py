"""Expressions cut into tokens.

Whether `and`, `or`, `div` and `mod` are names or operators depends on what stands before them, as in JavaRosa; that is
why `1or2` and `/data/or` are both understood.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.checklists.expressions.problems import Problem
from app.errors import ExpressionError

_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = f"[{_START}][{_START}\\-.0-9\u00b7\u0300-\u036f\u203f\u2040]*"
_TOKEN = re.compile(
    rf"(?P<space>[ \n\t\f\r]+)"
    rf"|(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
    rf"|(?P<text>\"[^\"]*\"|'[^']*')"
    rf"|(?P<variable>\${_NAME}(?::{_NAME})?)"
    rf"|(?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)"
    r"|(?P<sign>!=|<=|>=|//|::|\.\.|[=<>+\-*|/\[\]().,@])"
)
_WORD = re.compile("and|or|div|mod", re.IGNORECASE)
# After these an operator may stand, before which a name cannot.
_ENDS_OPERAND = {")", "]", ".", "..", "*"}


class Sort(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    VARIABLE = "variable"
    NAME = "name"
    SIGN = "sign"
    OPERATOR = "operator"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` of a TEXT has no quotes, and that of a VARIABLE no dollar sign."""

    sort: Sort
    text: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """Ends with a token END. Raises ExpressionError."""
    found: list[Token] = []
    position = 0
    after_operand = False
    while position < len(source):
        match = _WORD.match(source, position) if after_operand else None
        sort = "operator"
        if match is None:
            match = _TOKEN.match(source, position)
            sort = str(match.lastgroup) if match else ""
        if match is None or (sort == "name" and after_operand):
            raise ExpressionError(source, Problem.SYNTAX, position, source[position : position + 15])
        position = match.end()
        if sort == "space":
            continue
        token = Token(Sort(sort), _text(sort, match[0]), match.start(), position)
        after_operand = _ends_operand(token, after_operand=after_operand)
        found.append(token)
    found.append(Token(Sort.END, "", len(source), len(source)))
    return found


def _text(sort: str, raw: str) -> str:
    match sort:
        case "text":
            return raw[1:-1]
        case "variable":
            return raw[1:]
        case "operator":
            return raw.lower()
    return raw


def _ends_operand(token: Token, *, after_operand: bool) -> bool:
    if token.sort is Sort.SIGN:
        # A star after an operand multiplies, and is followed by the next operand.
        return token.text in _ENDS_OPERAND and not (token.text == "*" and after_operand)
    return token.sort is not Sort.OPERATOR
