"""Documents that change in place, repeats, what expressions read, and why they are true or false."""

from datetime import UTC

import pytest

from app.checklists.expressions import Host, Kind, Problem, Repeat, build, compile, explain
from app.errors import ExpressionError


@pytest.fixture
def lines():
    """Two lines of a factory with machines, and a question outside."""
    machines = Repeat({"name": "", "hours": "", "guard": ""}, [])
    line = {"name": "", "boss": "", "machine": machines}
    tree = {"site": "Lima", "line": Repeat(line, [("k1", {"name": "A"}), ("k2", {"name": "B"})]), "total": ""}
    document = build("data", tree, kinds={"/data/line/machine/hours": Kind.NUMBER}, host=Host(zone=UTC))
    for line_at, machine, hours in [
        ("/data/line[1]", "m1", "4"),
        ("/data/line[2]", "m2", "5"),
        ("/data/line[2]", "m3", "7"),
    ]:
        node = document.add_repeat(f"{line_at}/machine", machine)
        document.set(f"{node.path}/hours", hours)
        document.set(f"{node.path}/name", machine)
    return document


def value(document, expression, at="/"):
    return compile(expression).value(document, document.get(at))


@pytest.mark.parametrize(
    ("at", "expression", "wanted"),
    [
        ("/data/line[2]/boss", "/data/line/name", ["B"]),
        ("/data/line[1]/boss", "/data/line/name", ["A"]),
        ("/data/total", "/data/line/name", ["A", "B"]),
        ("/data/line[2]/machine[2]/guard", "/data/line/machine/name", ["m3"]),
        ("/data/line[2]/machine[2]/guard", "/data/line/name", ["B"]),
        ("/data/line[2]/boss", "/data/line/machine/name", ["m2", "m3"]),
        ("/data/line[2]/boss", "../machine/name", ["m2", "m3"]),
        ("/data/line[2]/boss", "sum(/data/line/machine/hours)", 12.0),
        ("/data/total", "sum(/data/line/machine/hours)", 16.0),
        ("/data/line[2]/boss", "count(/data/line)", 2.0),
        ("/data/line[2]/machine[1]/guard", "position(..)", 1.0),
        ("/data/line[2]/machine[1]/guard", "position(../..)", 2.0),
        ("/data/line[2]/machine[2]/guard", "../hours > 5 and . = ''", True),
        ("/data/line[2]/boss", "indexed-repeat(/data/line/name, /data/line, 1)", ["A"]),
        ("/data/total", "indexed-repeat(/data/line/machine/name, /data/line, 2, /data/line/machine, 2)", ["m3"]),
        ("/data/line[2]/machine[2]/guard", "indexed-repeat(../name, .., position(..) - 1)", ["m2"]),
        ("/data/line[2]/boss", "/data/line[name = 'A']/machine/name", ["m1"]),
        ("/data/line[1]/boss", "/data/line[name = current()/../name]/machine/name", ["m1"]),
        ("/data/line[2]/boss", "//machine[hours > 4]/name", ["m2", "m3"]),
        ("/data/line[1]/machine[1]/hours", ". + 1", 5.0),
        ("/data/line[1]/machine[1]/hours", ". = '4.0'", True),
    ],
)
def test_repeats(lines, at, expression, wanted):
    assert value(lines, expression, at) == wanted


def test_instances_come_and_go(lines):
    inside = lines.get("/data/line[2]/boss")
    lines.remove_repeat("/data/line[1]")
    assert inside.path == "/data/line[1]/boss"
    assert inside.parent.key == "k2"
    assert compile("position(..)").value(lines, inside) == 1.0
    added = lines.add_repeat("/data/line", "k9")
    assert (added.path, added.key) == ("/data/line[2]", "k9")
    lines.set(f"{added.path}/name", "C")
    assert value(lines, "join(' ', /data/line/name)") == "B C"
    lines.remove_repeat(added)
    lines.remove_repeat("/data/line[1]")
    assert value(lines, "count(/data/line)") == 0.0
    assert value(lines, "/data/line/name = ''") is True
    assert lines.add_repeat("/data/line/machine", "x", near=lines.add_repeat("/data/line", "k")).path.endswith(
        "machine[1]"
    )


def test_an_inner_instance_is_added_where_one_stands(lines):
    near = lines.get("/data/line[2]/boss")
    assert lines.add_repeat("/data/line/machine", "m9", near=near).path == "/data/line[2]/machine[3]"


@pytest.mark.parametrize(
    "where", ["/data/nothing", "/data/line[3]", "/data/line[0]", "data", "", "/data/line[2", "//data"]
)
def test_what_is_not_there(lines, where):
    with pytest.raises(ExpressionError) as refused:
        lines.set(where, "x")
    assert refused.value.problem == Problem.NO_SUCH_NODE
    with pytest.raises(ExpressionError):
        lines.add_repeat(f"{where}/machine", "x")


def test_what_is_not_relevant_reads_as_absent(lines):
    lines.set_relevant("/data/line[2]", is_relevant=False)
    assert value(lines, "sum(/data/line/machine/hours)") == 4.0
    assert value(lines, "count(/data/line)") == 1.0
    assert value(lines, "/data/line[2]/name = ''") is True
    lines.set_relevant("/data/line[2]", is_relevant=True)
    assert value(lines, "sum(/data/line/machine/hours)") == 16.0


def test_kinds():
    tree = {"day": "2026-11-24", "at": "2026-11-24T10:00:00.000+02:00", "n": "07", "odd": "n/a"}
    kinds = {"/d/day": Kind.DATE, "/d/at": Kind.DATE_TIME, "/d/n": Kind.NUMBER, "/d/odd": Kind.NUMBER}
    document = build("d", tree, kinds=kinds, host=Host(zone=UTC))
    assert value(document, "/d/day + 1") == 20782.0
    assert value(document, "format-date-time(/d/at, '%H:%M')") == "08:00"
    assert value(document, "/d/n = '7.0'") is True
    assert value(document, "/d/odd = 'n/a'") is True
    assert value(document, "/d/day") == ["2026-11-24"]


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("/data/b = 1 and ../a > . or /data/b", ("/data/b", "../a", ".")),
        ("sum(/data/rep[x > ../limit]/y)", ("/data/rep/y", "/data/rep/x", "/data/limit")),
        ("current()/../x + current()/.", ("../x", ".")),
        (
            "instance('c')/list/item[in = current()/../a]/n",
            ("instance('c')/list/item/n", "instance('c')/list/item/in", "../a"),
        ),
        ("once(random())", (".",)),
        ("string-length() + string-length(/data/a)", (".", "/data/a")),
        ("//a | /data/*", ("//a", "/data/*")),
        ("../../b/../c", ("../../c",)),
        ("/data/a/@id", ("/data/a/@id",)),
        ("today() > '1'", ()),
    ],
)
def test_references(expression, wanted):
    assert compile(expression).references == wanted


def test_functions_are_listed_once():
    assert compile("if(now() > today(), concat(1), concat(2))").functions == ("if", "now", "today", "concat")


def test_compiled_once():
    assert compile("1 + 1") is compile("1 + 1")


@pytest.fixture
def answers():
    return build("data", {"q1": "no", "q2": "4", "q3": "a b", "q4": ""})


@pytest.mark.parametrize(
    ("expression", "is_true", "wanted"),
    [
        ("/data/q1 = 'yes' and /data/q2 > 3 and /data/q4 = 'x'", False, ["/data/q1 = 'yes'", "/data/q4 = 'x'"]),
        ("/data/q1 = 'no' and /data/q2 > 3", True, ["/data/q1 = 'no'", "/data/q2 > 3"]),
        (
            "/data/q1 = 'yes' or /data/q2 > 3 or selected(/data/q3, 'a')",
            True,
            ["/data/q2 > 3", "selected(/data/q3, 'a')"],
        ),
        ("/data/q1 = 'yes' or /data/q2 > 5", False, ["/data/q1 = 'yes'", "/data/q2 > 5"]),
        ("not(/data/q1 = 'yes' and /data/q2 > 3)", True, ["/data/q1 = 'yes'"]),
        ("not(/data/q2 > 3) and (/data/q1 = 'no' or true())", False, ["/data/q2 > 3"]),
        ("if(/data/q2 = 4, /data/q1 = 'no' and true(), false())", True, ["/data/q2 = 4", "/data/q1 = 'no'"]),
        ("/data/q1 = 'yes' and date(/data/q3) = 1", False, ["/data/q1 = 'yes'"]),
        ("/data/q4", False, ["/data/q4"]),
        ("true()", True, []),
    ],
)
def test_explanations(answers, expression, is_true, wanted):
    explanation = explain(compile(expression), answers)
    assert explanation.value is is_true
    assert [reason.text for reason in explanation.reasons] == wanted


def test_an_explanation_names_what_was_read(lines):
    explanation = explain(compile("/data/line/name = 'A' and ../hours > 5"), lines, "/data/line[2]/machine[1]/guard")
    (first, second) = explanation.reasons
    assert (first.value, first.readings[0].reference, first.readings[0].answers) == (
        False,
        "/data/line/name",
        (("/data/line[2]/name", "B"),),
    )
    assert second.readings[0].answers == (("/data/line[2]/machine[1]/hours", "5"),)


def test_an_explanation_refuses_as_the_expression_does(answers):
    with pytest.raises(ExpressionError):
        explain(compile("date(/data/q3) = 1 and /data/q1 = 'no'"), answers)
