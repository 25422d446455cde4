from dataclasses import replace

from app.checklists.form import form_of
from app.checklists.items import AnswerKind, Checklist, Choice, Item, Section, Words
from app.checklists.states import Key
from app.checklists.upgrade import plan_upgrade


def words(text):
    return Words((("en", text),))


def choices(*names):
    return tuple(Choice(name, words(name.title())) for name in names)


def item(name, **changes):
    given = {"kind": AnswerKind.CHOICE, "choices": choices("yes", "no"), "nc_when": ("no",)} | changes
    return Item(id=name, label=given.pop("label", words(name)), **given)


def form(*items):
    return form_of(Checklist("osh", "OSH", "1", ("en",), (Section("s", words("S"), items),)))


def test_answers_go_over_by_name_and_the_rest_is_said():
    old = form(item("exits"), item("drill"), item("gone"), item("kind"), item("count", kind=AnswerKind.INTEGER))
    new = form(
        item("drill", label=words("Was a drill held?")),
        item("exits", choices=choices("yes", "partly")),
        item("kind", kind=AnswerKind.TEXT, choices=(), nc_when=()),
        item("count", kind=AnswerKind.INTEGER),
        item("fresh"),
    )
    answers = {Key("exits"): "no", Key("drill"): "yes", Key("gone"): "yes", Key("kind"): "yes", Key("count"): "12x"}
    plan = plan_upgrade(old, new, answers)
    assert plan.moved == (Key("drill"), Key("count"))
    assert plan.dropped == (Key("exits"), Key("gone"), Key("kind"))
    assert [one.id for one in plan.added] == ["fresh"]
    assert [one.id for one in plan.reworded] == ["drill"]
    assert {one.id for one in plan.rechosen} >= {"exits", "kind"}


def test_the_same_form_moves_everything():
    one = form(item("exits"), item("drill"))
    again = form(*(replace(item, hint=words("Look")) for item in one.checklist.items))
    plan = plan_upgrade(one, again, {Key("exits"): "no", Key("drill"): ""})
    assert plan.moved == (Key("exits"),)
    assert not any([plan.dropped, plan.added, plan.reworded, plan.rechosen])
