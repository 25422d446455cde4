"""Functions of text."""

import base64
import binascii
import hashlib
import math
import re
import uuid

from app.checklists.expressions.functions.function import Function
from app.checklists.expressions.matching import matches_whole
from app.checklists.expressions.problems import Problem, Refusal
from app.checklists.expressions.values import Plain, Scope, Value, number, plain, text, text_of, value_of, whole

_SPACE = re.compile(r"[ \t\n\x0b\f\r]+")
_GUID = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST_GUID = 1000
_DIGESTS = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512"}


def each(scope: Scope, values: list[Value]) -> list[Plain]:
    """The plain values of all arguments, all nodes of each node-set among them."""
    found: list[Plain] = []
    for value in values:
        if isinstance(value, list):
            found.extend(value_of(node, scope) for node in value)
        else:
            found.append(value)
    return found


def _string(scope: Scope, values: list[Value]) -> Value:
    return text(values[0], scope)


def _concat(scope: Scope, values: list[Value]) -> Value:
    return "".join(map(text_of, each(scope, values)))


def _join(scope: Scope, values: list[Value]) -> Value:
    return text(values[0], scope).join(map(text_of, each(scope, values[1:])))


def _substr(scope: Scope, values: list[Value]) -> Value:
    """From a place counted from 0 up to, not with, another; negative ones count from the end."""
    source = text(values[0], scope)
    bounds = [whole(value, scope) for value in values[1:]]
    start, end = bounds[0], bounds[1] if len(bounds) > 1 else len(source)
    return source[max(0, start + len(source) if start < 0 else start) : max(0, end + len(source) if end < 0 else end)]


def _substring(scope: Scope, values: list[Value]) -> Value:
    """XPath's own: from a place counted from 1, so many characters, both rounded."""
    source = text(values[0], scope)
    start = _nearest(number(values[1], scope))
    end = start + _nearest(number(values[2], scope)) if len(values) > 2 else math.inf
    return "".join(letter for place, letter in enumerate(source, 1) if start <= place < end)


def _nearest(value: float) -> float:
    return math.floor(value + 0.5) if math.isfinite(value) else value


def _substring_before(scope: Scope, values: list[Value]) -> Value:
    before, found, _ = _parted(scope, values)
    return before if found else ""


def _substring_after(scope: Scope, values: list[Value]) -> Value:
    return _parted(scope, values)[2]


def _parted(scope: Scope, values: list[Value]) -> tuple[str, bool, str]:
    source, part = text(values[0], scope), text(values[1], scope)
    at = source.find(part)
    return (source[:at], True, source[at + len(part) :]) if at >= 0 else (source, False, "")


def _translate(scope: Scope, values: list[Value]) -> Value:
    source, old, new = (text(value, scope) for value in values)
    table: dict[int, str] = {}
    for place, letter in enumerate(old):
        table.setdefault(ord(letter), new[place : place + 1])
    return source.translate(table)


def _contains(scope: Scope, values: list[Value]) -> Value:
    return text(values[1], scope) in text(values[0], scope)


def _starts_with(scope: Scope, values: list[Value]) -> Value:
    return text(values[0], scope).startswith(text(values[1], scope))


def _ends_with(scope: Scope, values: list[Value]) -> Value:
    return text(values[0], scope).endswith(text(values[1], scope))


def _string_length(scope: Scope, values: list[Value]) -> Value:
    return float(len(own_text(scope, values)))


def _normalize_space(scope: Scope, values: list[Value]) -> Value:
    return _SPACE.sub(" ", own_text(scope, values)).strip(" ")


def own_text(scope: Scope, values: list[Value]) -> str:
    """The text of the argument, or of the context node when there is none."""
    if values:
        return text(values[0], scope)
    if scope.node is None:
        raise Refusal(Problem.NO_DOCUMENT)
    return text_of(value_of(scope.node, scope))


def _uuid(scope: Scope, values: list[Value]) -> Value:
    if not values:
        octets = bytes(int(scope.host.random() * 256) for _ in range(16))
        return str(uuid.UUID(bytes=octets, version=4))
    length = whole(values[0], scope)
    if length > _LONGEST_GUID:
        raise Refusal(Problem.OUT_OF_RANGE, str(length))
    return "".join(_GUID[int(scope.host.random() * len(_GUID))] for _ in range(length))


def _regex(scope: Scope, values: list[Value]) -> Value:
    return matches_whole(text(values[1], scope), text(values[0], scope))


def _digest(scope: Scope, values: list[Value]) -> Value:
    source, algorithm, *encodings = (text(value, scope) for value in values)
    name = _DIGESTS.get(algorithm.upper().replace("-", ""))
    encoding = encodings[0].lower() if encodings else "base64"
    if name is None or encoding not in ("hex", "base64"):
        raise Refusal(Problem.NOT_KNOWN, algorithm if name is None else encoding)
    found = hashlib.new(name, source.encode("utf-8", "replace"), usedforsecurity=False).digest()
    return found.hex() if encoding == "hex" else base64.b64encode(found).decode("ascii")


def _base64_decode(scope: Scope, values: list[Value]) -> Value:
    """What is no letter of base64 is passed over, line ends above all."""
    source = text(values[0], scope)
    try:
        return base64.b64decode(source.encode("ascii", "ignore")).decode("utf-8", "replace")
    except binascii.Error as trouble:
        raise Refusal(Problem.NOT_KNOWN, source[:40]) from trouble


def _once(scope: Scope, values: list[Value]) -> Value:
    now = own_text(scope, [])
    return now or plain(values[0], scope)


TEXT_FUNCTIONS = {
    "string": Function(_string, 1, 1),
    "concat": Function(_concat, 0, None),
    "join": Function(_join, 1, None),
    "substr": Function(_substr, 2, 3),
    "substring": Function(_substring, 2, 3),
    "substring-before": Function(_substring_before, 2, 2),
    "substring-after": Function(_substring_after, 2, 2),
    "translate": Function(_translate, 3, 3),
    "contains": Function(_contains, 2, 2),
    "starts-with": Function(_starts_with, 2, 2),
    "ends-with": Function(_ends_with, 2, 2),
    "string-length": Function(_string_length, 0, 1),
    "normalize-space": Function(_normalize_space, 0, 1),
    "uuid": Function(_uuid, 0, 1),
    "regex": Function(_regex, 2, 2),
    "digest": Function(_digest, 2, 3),
    "base64-decode": Function(_base64_decode, 1, 1),
    "once": Function(_once, 1, 1),
}
