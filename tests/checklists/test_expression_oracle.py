"""What XPath 1.0 and OpenRosa share, against elementpath."""

import math
import xml.etree.ElementTree as ElementTree

import elementpath
import pytest
from elementpath.xpath1 import XPath1Parser
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checklists.expressions import evaluate

DOCUMENT = "<d><a>1</a><b>2</b><g><a>3</a><c>x y</c></g><g><a>4</a><c/></g><g><a>5</a></g></d>"
# A choice of what neither language reads in its own way: no dates, no node-sets compared, no empty numbers.
NUMBERS = st.recursive(
    st.sampled_from(["1", "2.5", "0.5", "7", "count(/d/g)", "sum(/d/g/a)", "number(/d/b)", "string-length('abc')"]),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "div"]), inner),
        st.builds("-{}".format, inner),
        st.builds("floor({})".format, inner),
        st.builds("ceiling({})".format, inner),
    ),
    max_leaves=8,
)
TRUTHS = st.recursive(
    st.builds("{} {} {}".format, NUMBERS, st.sampled_from(["<", "<=", ">", ">="]), NUMBERS),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("not({})".format, inner),
    ),
    max_leaves=6,
)


def theirs(expression: str) -> object:
    found = elementpath.select(
        ElementTree.ElementTree(ElementTree.fromstring(DOCUMENT)), expression, parser=XPath1Parser
    )
    if isinstance(found, list) and found and not isinstance(found[0], ElementTree.Element):
        (found,) = found
    if isinstance(found, list):
        return ["".join(node.itertext()) for node in found]
    return found if isinstance(found, bool | str) else float(found)


@settings(max_examples=150, deadline=None)
@given(NUMBERS)
def test_numbers(expression):
    found, wanted = evaluate(expression, DOCUMENT), theirs(expression)
    assert math.isclose(found, wanted, rel_tol=1e-9) or found == wanted or (math.isnan(found) and math.isnan(wanted))


@settings(max_examples=150, deadline=None)
@given(TRUTHS)
def test_truths(expression):
    assert evaluate(expression, DOCUMENT) is theirs(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "/d/g/a",
        "//a",
        "/d/g[2]/a",
        "/d/g[a > 3]/a",
        "/d/g[position() = last()]/a",
        "/d/*[1]",
        "/d/g/a[. > 3]/../a",
        "/d/g[c][1]/a",
        "//g/a | /d/b",
        "/d/g[1]/following-sibling::g/a",
        "/d/g[3]/preceding-sibling::g[1]/a",
        "//c/ancestor::d/b",
        "/d/descendant::a",
        "concat('a', 'b')",
        "substring('12345', 2, 3)",
        "substring('12345', 0)",
        "substring-before('1999/04', '/')",
        "translate('bar', 'abc', 'AB')",
        "normalize-space('  a  b ')",
        "starts-with('abc', 'ab')",
        "contains('abc', 'd')",
        "string(/d/g[1]/c)",
        "2 + 3 * 4 - 6 div 3",
        "7 mod 3",
    ],
)
def test_paths_and_texts(expression):
    assert evaluate(expression, DOCUMENT) == theirs(expression)
