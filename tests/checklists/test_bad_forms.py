"""Files that are broken, absurd or meant to harm: each is refused with its reason, soon and in little room."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.checklists.xlsform import FormProblem, load
from app.errors import BadFile
from tests.checklists.forms import YES_NO, end, markdown, q
from tests.checklists.workbooks import HEADER, sheet, strings, workbook

MOST_SECONDS, MOST_MEGABYTES = 10, 500
ROWS = 50_000
CORNER = HEADER + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
# Each entity is ten of the one before it.
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
BROKEN = "<worksheet><sheetData><row></sheetData>"
BRACKETS = "(" * 10_000 + "1" + ")" * 10_000
LONG = "x" * 1_000_000


def rows_of_text(before, row):
    return lambda: before + "".join(row.format(n) for n in range(ROWS))


def nested(kind, count):
    return markdown(*[q(f"begin_{kind} g{n}") for n in range(count)], q("text a"), *[end(kind)] * count)


def circle_of(count):
    return markdown(*[q(f"integer q{n}", calculation=f"${{q{(n + 1) % count}}}") for n in range(count)])


def sound_workbook():
    book, content = Workbook(), io.BytesIO()
    book.active.title = "survey"
    for row in (("type", "name", "label"), ("text", "a", "A")):
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def long_workbook():
    book, content = Workbook(write_only=True), io.BytesIO()
    survey = book.create_sheet("survey")
    survey.append(["type", "name", "label"])
    for n in range(ROWS):
        survey.append(["text", f"q{n}", "A"])
    book.save(content)
    return content.getvalue()


def filtered(*pairs):
    return markdown(*[q(f"select_one yes_no {name}", choice_filter=f"${{{other}}} = name") for name, other in pairs])


UNREADABLE, TOO_LARGE = FormProblem.UNREADABLE, FormProblem.TOO_LARGE
BAD_EXPRESSION, CIRCLE, REFUSED = FormProblem.BAD_EXPRESSION, FormProblem.CIRCLE, FormProblem.REFUSED
FILES = {
    "half.xlsx": (lambda: sound_workbook()[:3000], UNREADABLE),
    "other method.xlsx": (lambda: sound_workbook().replace(b"\x08\x00", b"\x63\x00"), UNREADABLE),
    "broken xml.xlsx": (lambda: workbook(BROKEN), UNREADABLE),
    "not a workbook.xls": (lambda: sound_workbook(), UNREADABLE),
    "bomb.xlsx": (lambda: workbook(sheet(HEADER + " " * 80_000_000)), TOO_LARGE),
    "laughs.xlsx": (lambda: workbook(f'<!DOCTYPE l [<!ENTITY a0 "ha">{LAUGHS}]>' + sheet("&a11;")), UNREADABLE),
    "corner.xlsx": (lambda: workbook(sheet(CORNER)), TOO_LARGE),
    "corner elsewhere.xlsx": (lambda: workbook(sheet(CORNER), at="far/away.xml"), TOO_LARGE),
    "rows without number.xlsx": (lambda: workbook(sheet(HEADER + "<row/>" * 1_000_000)), TOO_LARGE),
    "cells without number.xlsx": (lambda: workbook(sheet(HEADER + f"<row>{'<c/>' * 1_000_000}</row>")), TOO_LARGE),
    "deep xml.xlsx": (lambda: workbook(sheet(HEADER + "<a>" * 2_000_000)), TOO_LARGE),
    "long tag.xlsx": (lambda: workbook(sheet(f"<row {'a=1 ' * 1_000_000}/>")), TOO_LARGE),
    "many strings.xlsx": (lambda: workbook(sheet(HEADER), strings=strings(400_000)), TOO_LARGE),
    "long.xlsx": (long_workbook, TOO_LARGE),
    "long.csv": (rows_of_text("survey,,,\n,type,name,label\n", ",text,q{0},A\n"), TOO_LARGE),
    "long.md": (rows_of_text("| survey |\n| | type | name | label |\n", "| | text | q{0} | A |\n"), TOO_LARGE),
    "wide.md": (lambda: markdown(q("text a", **{f"c{n}": "x" for n in range(2000)})), TOO_LARGE),
    "long cell.md": (lambda: markdown(q("text a", label=LONG)), TOO_LARGE),
    "long name.md": (lambda: markdown(q(f"text {LONG}")), TOO_LARGE),
    "long header.md": (lambda: markdown(q("text a", **{LONG: "x"})), TOO_LARGE),
    "long condition.md": (lambda: markdown(q("text a", constraint=". + " * 250_000 + "1")), TOO_LARGE),
    "brackets.md": (lambda: markdown(q("text a", constraint=BRACKETS)), BAD_EXPRESSION),
    "calls.md": (lambda: markdown(q("text a", constraint=f"{'not(' * 8_000}1{')' * 8_000}")), TOO_LARGE),
    "signs.md": (lambda: markdown(q("text a", constraint="-" * 10_000 + "1")), BAD_EXPRESSION),
    "groups.md": (lambda: nested("group", 1000), TOO_LARGE),
    "repeats.md": (lambda: nested("repeat", 1000), TOO_LARGE),
    "many offers.md": (
        lambda: markdown(
            *[q(f"select_one many q{n}") for n in range(200)], choices={"many": [f"c{n}" for n in range(1000)]}
        ),
        TOO_LARGE,
    ),
    "circle.md": (lambda: circle_of(2000), CIRCLE),
    "filters.md": (lambda: filtered(("a", "b"), ("b", "a")), CIRCLE),
    "own filter.md": (lambda: filtered(("a", "a")), CIRCLE),
    "nul.md": (lambda: markdown(q("text a", label="A\0B")), UNREADABLE),
    "nul.csv": (lambda: b"\0" * 100_000, UNREADABLE),
    "nul.xlsx": (lambda: b"\0" * 100_000, UNREADABLE),
    "nul.xls": (lambda: b"\0" * 100_000, UNREADABLE),
    "utf-16.md": (lambda: markdown(q("text a")).encode("utf-16"), UNREADABLE),
    "latin-1.md": (lambda: markdown(q("text a", label="Número")).encode("latin-1"), UNREADABLE),
    "latin-1.csv": (lambda: "survey,,,\n,type,name,label\n,text,a,Número\n".encode("latin-1"), UNREADABLE),
    "half a character.md": (lambda: markdown(q("text a", label="ñ")).encode()[:-1] + b"\xed\xa0\x80", UNREADABLE),
    "words.md": (lambda: "no table in here", UNREADABLE),
    "bars.md": (lambda: "|" * 1_000_000, UNREADABLE),
    "no question.md": (lambda: "| choices |\n| | list_name | name |\n| | a | b |\n", REFUSED),
}
LOAD_ALL = """
import json, re, sys, time
from pathlib import Path
from app.checklists.xlsform import load
from app.errors import BadFile
found = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    before = time.monotonic()
    try:
        load(path)
        problem = ""
    except BadFile as refused:
        problem = refused.problem
    # Not getrusage: a new process inherits what the one that started it, which ran all the other tests, once took.
    most = int(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1]) / 1024
    found[path.name] = [problem, time.monotonic() - before, most]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Problem, seconds and megabytes of each file, in a process that reads one after the other."""
    folder = tmp_path_factory.mktemp("forms")
    for name, (make, _problem) in FILES.items():
        content = make()
        folder.joinpath(name).write_bytes(content.encode() if isinstance(content, str) else content)
    run = subprocess.run(
        [sys.executable, "-c", LOAD_ALL, str(folder)], cwd=Path.cwd(), capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("name", FILES)
def test_a_bad_form_is_refused_soon_and_in_little_room(measured, name):
    problem, seconds, megabytes = measured[name]
    assert problem == FILES[name][1]
    assert seconds < MOST_SECONDS
    assert megabytes < MOST_MEGABYTES


@pytest.mark.parametrize(
    ("text", "where", "detail"),
    [
        (markdown(q("text a"), q("text b", label="x" * 40_000)), "survey:3:label", ""),
        (markdown(q("text a"), choices=YES_NO | {"a": [{"name": "x", "label": "x" * 40_000}]}), "choices:5:label", ""),
        (nested("group", 13), "survey:14:type", ""),
        (nested("group", 13).replace("begin_", "begin  "), "survey:14:type", ""),
        (markdown(q("text a", label="A\x07B")), "", r"b'\x07', line 3"),
        (markdown(q("text a"), q("text b", constraint=BRACKETS)), "survey:3:constraint", BRACKETS[:100] + " · 100"),
    ],
)
def test_where_the_trouble_is(text, where, detail):
    with pytest.raises(BadFile) as caught:
        load(text)
    assert (caught.value.where, caught.value.detail) == (where, detail)


def test_what_is_just_within_the_limits_is_read():
    assert load(nested("group", 12)).items[0].id == "a"
    assert load(markdown(q("text a", label="x" * 32_000))).items[0].id == "a"


@pytest.mark.parametrize("name", ["form.md", "form.csv"])
def test_the_mark_that_spreadsheets_put_before_text_is_no_trouble(tmp_path: Path, name):
    text = markdown(q("text a")) if name.endswith("md") else "survey,,,\n,type,name,label\n,text,a,A\n"
    path = tmp_path / name
    path.write_text(text, encoding="utf-8-sig")
    assert [item.id for item in load(path).items] == ["a"]
