"""Regular expressions of forms, read as Java reads them: what regex() takes.

Read here and not by Python's own module, because that one backtracks: `(a+)+$` against thirty letters would stop the
window for minutes. Nothing that would need backtracking is taken: no references back, no looking behind, no possessive
quantifiers. matching.py walks the result.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from app.checklists.expressions.problems import Problem, Refusal

Test: TypeAlias = Callable[[str], bool]

_MOST_GROUPS = 40
_MOST_REPEATS = 1000
_DIGITS = frozenset("0123456789")
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")
_SPACE = frozenset(" \t\n\x0b\f\r")
_LINE_ENDS = frozenset("\n\r\x85\u2028\u2029")
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\x07", "e": "\x1b"}
_POSIX: dict[str, Test] = {
    "Alpha": lambda letter: letter.isascii() and letter.isalpha(),
    "Digit": lambda letter: letter in _DIGITS,
    "Alnum": lambda letter: letter.isascii() and letter.isalnum(),
    "Upper": lambda letter: letter.isascii() and letter.isupper(),
    "Lower": lambda letter: letter.isascii() and letter.islower(),
    "Space": lambda letter: letter in _SPACE,
    "Punct": lambda letter: letter.isascii() and letter.isprintable() and not letter.isalnum() and letter != " ",
    "ASCII": str.isascii,
    "IsAlphabetic": str.isalpha,
    "IsLetter": str.isalpha,
    "IsDigit": str.isdecimal,
}


@lru_cache(maxsize=512)
def read_pattern(source: str) -> "Part":
    """Raises Refusal: BAD_PATTERN, with the place in the pattern."""
    return _Reader(source).whole()


def word_letter(letter: str) -> bool:
    return letter in _WORD


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter that passes the test."""

    test: Test


@dataclass(frozen=True, slots=True)
class Row:
    """One part after the other."""

    parts: "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    parts: "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Times:
    """`most` None has no end."""

    part: "Part"
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between letters: `^`, `$`, `b` or `B`."""

    kind: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """A place from which the part matches, or, when not `is_there`, does not."""

    part: "Part"
    is_there: bool


Part: TypeAlias = Letter | Row | Either | Times | Edge | Ahead


def _one_of(letters: frozenset[str]) -> Test:
    return lambda letter: letter in letters


def _between(first: str, last: str) -> Test:
    return lambda letter: first <= letter <= last


def _not(test: Test) -> Test:
    return lambda letter: not test(letter)


def _any_of(tests: list[Test]) -> Test:
    return lambda letter: any(test(letter) for test in tests)


def _either_case(test: Test) -> Test:
    return lambda letter: test(letter) or test(letter.lower()) or test(letter.upper())


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._groups = 0
        self._any_case = False
        self._dot_is_all = False

    def whole(self) -> Part:
        self._flags()
        part = self._either()
        if self._at < len(self._source):
            raise self._bad()
        return part

    def _bad(self) -> Refusal:
        return Refusal(Problem.BAD_PATTERN, f"{self._at}: {self._source[self._at : self._at + 10]}")

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take(self) -> str:
        letter = self._peek()
        if not letter:
            raise self._bad()
        self._at += 1
        return letter

    def _skips(self, text: str) -> bool:
        if not self._source.startswith(text, self._at):
            return False
        self._at += len(text)
        return True

    def _flags(self) -> None:
        for text in ("(?i)", "(?s)", "(?is)", "(?si)"):
            if self._skips(text):
                self._any_case, self._dot_is_all = "i" in text, "s" in text

    def _either(self) -> Part:
        self._groups += 1
        if self._groups > _MOST_GROUPS:
            raise self._bad()
        parts = [self._row()]
        while self._skips("|"):
            parts.append(self._row())
        self._groups -= 1
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _row(self) -> Part:
        parts: list[Part] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return Row(tuple(parts))

    def _repeated(self, part: Part) -> Part:
        bounds = self._bounds()
        if bounds is None:
            return part
        self._skips("?")  # a lazy one matches the same wholes
        if self._peek() in ("+", "*", "?", "{") and self._peek():
            raise self._bad()
        return Times(part, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        if self._skips("*"):
            return 0, None
        if self._skips("+"):
            return 1, None
        if self._skips("?"):
            return 0, 1
        return self._counts() if self._skips("{") else None

    def _counts(self) -> tuple[int, int | None]:
        least = self._count()
        most: int | None = least
        if self._skips(","):
            most = None if self._peek() == "}" else self._count()
        if not self._skips("}") or (most is not None and most < least):
            raise self._bad()
        return least, most

    def _count(self) -> int:
        start = self._at
        while self._peek() in _DIGITS and self._peek():
            self._at += 1
        written = self._source[start : self._at]
        if not written or len(written) > 4 or int(written) > _MOST_REPEATS:
            raise self._bad()
        return int(written)

    def _atom(self) -> Part:
        letter = self._take()
        match letter:
            case "(":
                return self._group()
            case "[":
                return self._letter(self._class())
            case ".":
                return Letter((lambda _letter: True) if self._dot_is_all else _not(_one_of(_LINE_ENDS)))
            case "^" | "$":
                return Edge(letter)
            case "\\" if self._peek() in ("b", "B") and self._peek():
                return Edge(self._take())
            case "\\":
                return self._letter(self._escape())
            case "*" | "+" | "?" | "{":
                self._at -= 1
                raise self._bad()
        return self._letter(_one_of(frozenset(letter)))

    def _letter(self, test: Test) -> Letter:
        return Letter(_either_case(test) if self._any_case else test)

    def _group(self) -> Part:
        ahead: bool | None = None
        if self._skips("?="):
            ahead = True
        elif self._skips("?!"):
            ahead = False
        elif not self._skips("?:") and self._peek() == "?":
            raise self._bad()
        part = self._either()
        if not self._skips(")"):
            raise self._bad()
        return part if ahead is None else Ahead(part, ahead)

    def _class(self) -> Test:
        self._groups += 1
        if self._groups > _MOST_GROUPS:
            raise self._bad()
        is_negated = self._skips("^")
        tests: list[Test] = []
        while not tests or self._peek() != "]":
            if self._source.startswith("&&", self._at):
                raise self._bad()
            tests.append(self._member())
        self._at += 1
        self._groups -= 1
        found = _any_of(tests)
        return _not(_either_case(found) if self._any_case else found) if is_negated else found

    def _member(self) -> Test:
        if self._skips("["):
            return self._class()
        first = self._member_letter()
        if not isinstance(first, str):
            return first
        after = self._source[self._at + 1 : self._at + 2]
        if self._peek() != "-" or after in ("]", "[", ""):
            return _one_of(frozenset(first))
        self._at += 1
        last = self._member_letter()
        if not isinstance(last, str) or last < first:
            raise self._bad()
        return _between(first, last)

    def _member_letter(self) -> str | Test:
        letter = self._take()
        if letter != "\\":
            return letter
        if self._peek() in _CLASSES or self._peek().lower() in (*_CLASSES, "p"):
            return self._escape()
        return self._escaped_letter()

    def _escape(self) -> Test:
        letter = self._peek()
        if letter.lower() in _CLASSES and letter:
            self._at += 1
            test = _one_of(_CLASSES[letter.lower()])
            return test if letter.islower() else _not(test)
        if letter in ("p", "P") and letter:
            self._at += 1
            return self._property() if letter == "p" else _not(self._property())
        return _one_of(frozenset(self._escaped_letter()))

    def _escaped_letter(self) -> str:
        letter = self._take()
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter in ("u", "x"):
            return self._code(4 if letter == "u" else 2)
        if letter.isascii() and letter.isalnum():
            self._at -= 1
            raise self._bad()
        return letter

    def _code(self, length: int) -> str:
        written = self._source[self._at : self._at + length]
        try:
            found = chr(int(written, 16)) if len(written) == length else ""
        except ValueError:
            found = ""
        if not found:
            raise self._bad()
        self._at += length
        return found

    def _property(self) -> Test:
        name = self._take()
        if name == "{":
            end = self._source.find("}", self._at)
            name = self._source[self._at : end] if end >= 0 else ""
            self._at = max(self._at, end + 1)
        if name in _POSIX:
            return _POSIX[name]
        category = name.removeprefix("Is") if len(name) > 2 else name
        if len(category) not in (1, 2) or category[0] not in "LMNPSZC":
            raise self._bad()
        return lambda letter: unicodedata.category(letter).startswith(category)
