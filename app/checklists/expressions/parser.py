"""Text of an expression to its tree; the grammar is JavaRosa's, and of Enketo's what costs nothing to allow."""

from dataclasses import replace

from app.checklists.expressions.lexer import Sort, Token, tokens
from app.checklists.expressions.problems import Problem
from app.checklists.expressions.syntax import (
    Call,
    Chain,
    Literal,
    Logic,
    Negation,
    Path,
    Step,
    Syntax,
    Union,
    Variable,
    height,
)
from app.errors import ExpressionError

# Twice what one cell of a workbook holds: names are longer once they are written as paths.
MOST_CHARACTERS = 65_536
# Nested brackets. Excel stops at 64; Python's own limit of calls must never be met.
MOST_LEVELS = 100
_MOST_HEIGHT = 250

_RANKS = {
    "or": 0,
    "and": 1,
    "=": 2,
    "!=": 2,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "div": 5,
    "mod": 5,
}
_AXES = {
    "child",
    "parent",
    "self",
    "attribute",
    "descendant",
    "descendant-or-self",
    "ancestor",
    "ancestor-or-self",
    "following-sibling",
    "preceding-sibling",
}
_NODE_TESTS = {"node", "text", "comment", "processing-instruction"}
_STARTS_OF_PATHS = {"instance", "current"}


def parse(source: str) -> Syntax:
    """Raises ExpressionError: SYNTAX, TOO_LONG, TOO_DEEP, NOT_SUPPORTED."""
    if len(source) > MOST_CHARACTERS:
        raise ExpressionError(source[:100], Problem.TOO_LONG, MOST_CHARACTERS, str(len(source)))
    parser = _Parser(source)
    tree = parser.whole()
    if height(tree) > _MOST_HEIGHT:
        raise ExpressionError(source, Problem.TOO_DEEP, 0)
    return tree


def _simple_names(start: str | Call, steps: tuple[Step, ...]) -> tuple[str, ...] | None:
    if start != "/" or not steps:
        return None
    if any(step.axis != "child" or step.test in ("*", "node()") or step.predicates for step in steps):
        return None
    return tuple(step.test for step in steps)


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = tokens(source)
        self._at = 0
        self._level = 0

    def whole(self) -> Syntax:
        tree = self._expression(0)
        if self._next.sort is not Sort.END:
            raise self._unexpected()
        return tree

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _is(self, sign: str) -> bool:
        token = self._tokens[self._at]
        return token.sort is Sort.SIGN and token.text == sign

    def _expect(self, sign: str) -> Token:
        if not self._is(sign):
            raise self._unexpected()
        return self._take()

    def _unexpected(self) -> ExpressionError:
        return self._refused(Problem.SYNTAX, self._next, self._next.text)

    def _refused(self, problem: Problem, token: Token, detail: str = "") -> ExpressionError:
        return ExpressionError(self._source, problem, token.start, detail)

    def _since(self, start: int) -> tuple[int, int]:
        return start, self._tokens[self._at - 1].end

    def _expression(self, lowest: int) -> Syntax:
        self._level += 1
        if self._level > MOST_LEVELS:
            raise self._refused(Problem.TOO_DEEP, self._next, str(MOST_LEVELS))
        left = self._signed()
        while (rank := self._rank()) is not None and rank >= lowest:
            left = self._chain(left, rank)
        self._level -= 1
        return left

    def _rank(self) -> int | None:
        token = self._next
        return _RANKS.get(token.text) if token.sort in (Sort.SIGN, Sort.OPERATOR) else None

    def _chain(self, first: Syntax, rank: int) -> Syntax:
        rest: list[tuple[str, Syntax]] = []
        while self._rank() == rank:
            operator = self._take().text
            rest.append((operator, self._expression(rank + 1)))
        span = self._since(first.span[0])
        if rank <= _RANKS["and"]:
            return Logic(rest[0][0], (first, *(operand for _, operand in rest)), span)
        return Chain(first, tuple(rest), span)

    def _signed(self) -> Syntax:
        signs: list[int] = []
        while self._is("-"):
            signs.append(self._take().start)
        operand = self._union()
        if len(signs) > MOST_LEVELS:
            raise self._refused(Problem.TOO_DEEP, self._next, str(MOST_LEVELS))
        for start in reversed(signs):
            operand = Negation(operand, self._since(start))
        return operand

    def _union(self) -> Syntax:
        operands = [self._operand()]
        while self._is("|"):
            self._take()
            operands.append(self._operand())
        if len(operands) == 1:
            return operands[0]
        for operand in operands:
            if not isinstance(operand, Path | Call):
                raise ExpressionError(self._source, Problem.NOT_A_PATH, operand.span[0], "|")
        return Union(tuple(operands), self._since(operands[0].span[0]))

    def _operand(self) -> Syntax:
        token = self._next
        match token.sort:
            case Sort.NUMBER:
                return Literal(float(self._take().text), (token.start, token.end))
            case Sort.TEXT:
                return Literal(self._take().text, (token.start, token.end))
            case Sort.VARIABLE:
                return Variable(self._take().text, (token.start, token.end))
            case Sort.NAME if self._calls():
                return self._called()
        if self._is("("):
            return self._bracketed()
        return self._path()

    def _calls(self) -> bool:
        """Whether a function's name stands here: a name before a bracket that is no test of nodes."""
        after = self._tokens[self._at + 1]
        return after.sort is Sort.SIGN and after.text == "(" and self._next.text not in _NODE_TESTS

    def _bracketed(self) -> Syntax:
        start = self._take().start
        inner = self._expression(0)
        self._expect(")")
        if self._is("[") or self._is("/") or self._is("//"):
            raise self._refused(Problem.NOT_SUPPORTED, self._next, self._source[start : self._next.end])
        return replace(inner, span=self._since(start))

    def _called(self) -> Syntax:
        name = self._take()
        self._take()
        arguments: list[Syntax] = []
        if not self._is(")"):
            arguments.append(self._expression(0))
            while self._is(","):
                self._take()
                arguments.append(self._expression(0))
        self._expect(")")
        call = Call(name.text, tuple(arguments), self._since(name.start))
        if name.text not in _STARTS_OF_PATHS:
            if self._is("[") or self._is("/") or self._is("//"):
                raise self._refused(Problem.NOT_SUPPORTED, self._next, self._source[name.start : self._next.end])
            return call
        return self._path(call)

    def _path(self, start: str | Call = ".") -> Path:
        begins = start.span[0] if isinstance(start, Call) else self._next.start
        lead: tuple[Step, ...] | None = self._slashes()
        if isinstance(start, Call):
            if lead is None:
                return Path(start, (), self._since(begins))
        elif lead is not None:
            start = "/"
            if not lead and not self._starts_step():
                return Path("/", (), self._since(begins))
        steps = [*(lead or ()), self._step()]
        while (between := self._slashes()) is not None:
            steps.extend(between)
            steps.append(self._step())
        found = tuple(steps)
        return Path(start, found, self._since(begins), _simple_names(start, found))

    def _slashes(self) -> tuple[Step, ...] | None:
        """The step that `//` stands for, nothing for `/`; None when there is neither."""
        if self._is("/"):
            self._take()
            return ()
        if self._is("//"):
            self._take()
            return (Step("descendant-or-self", "node()"),)
        return None

    def _starts_step(self) -> bool:
        token = self._next
        return token.sort is Sort.NAME or (token.sort is Sort.SIGN and token.text in (".", "..", "@", "*"))

    def _step(self) -> Step:
        if self._is("."):
            self._take()
            return Step("self", "node()", self._predicates())
        if self._is(".."):
            self._take()
            return Step("parent", "node()", self._predicates())
        axis = self._axis()
        token = self._next
        if self._is("*"):
            self._take()
            return Step(axis, "*", self._predicates())
        if token.sort is not Sort.NAME:
            raise self._unexpected()
        self._take()
        if self._is("("):
            return self._node_test(axis, token)
        if token.text.endswith(":*"):
            raise self._refused(Problem.NOT_SUPPORTED, token, token.text)
        return Step(axis, token.text, self._predicates())

    def _axis(self) -> str:
        if self._is("@"):
            self._take()
            return "attribute"
        token, after = self._next, self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        if token.sort is not Sort.NAME or after.sort is not Sort.SIGN or after.text != "::":
            return "child"
        if token.text not in _AXES:
            raise self._refused(Problem.NOT_SUPPORTED, token, token.text)
        self._at += 2
        return token.text

    def _node_test(self, axis: str, name: Token) -> Step:
        self._take()
        if name.text != "node":
            known = name.text in _NODE_TESTS
            raise self._refused(Problem.NOT_SUPPORTED if known else Problem.SYNTAX, name, name.text)
        self._expect(")")
        return Step(axis, "node()", self._predicates())

    def _predicates(self) -> tuple[Syntax, ...]:
        found: list[Syntax] = []
        while self._is("["):
            self._take()
            found.append(self._expression(0))
            self._expect("]")
        return tuple(found)
