"""Small XLSForms for tests, written as their questions."""

from app.checklists.form import form_of
from app.checklists.runtime import Filling
from app.checklists.states import Key
from app.checklists.xlsform import load

YES_NO = {"yes_no": ["yes", "no", "na"]}
NAMESPACE = {"namespaces": 'gemba="urn:gemba:checklist"'}


def q(kind_and_name, **cells):
    """A row of the survey: `q("integer age", relevant="1 = 1")`; `gemba_` stands for `bind::gemba:`, `__` for `::`."""
    kind, name = kind_and_name.rsplit(" ", 1)
    own = {"type": kind, "name": name, "label": name.replace("_", " ")}
    return own | {_column(column): cell for column, cell in cells.items()}


def end(kind="group"):
    return {"type": f"end_{kind}"}


def markdown(*survey, choices=None, settings=None):
    listed = [
        {"list_name": name, "name": one, "label": one} if isinstance(one, str) else {"list_name": name, **one}
        for name, found in (YES_NO | (choices or {})).items()
        for one in found
    ]
    return "\n".join(
        [*_table("survey", survey), *_table("choices", listed), *_table("settings", [NAMESPACE | (settings or {})])]
    )


def checklist(*survey, **sheets):
    return load(markdown(*survey, **sheets))


def item(kind_and_name, **cells):
    """The one question as it was read."""
    return checklist(q(kind_and_name, **cells)).items[-1]


def filling(*survey, answers=None, surroundings=None, rounds=None, **sheets):
    keyed = {key_of(name): value for name, value in (answers or {}).items()}
    return Filling(form_of(checklist(*survey, **sheets)), keyed, surroundings, rounds)


def key_of(name):
    """`age` or `age@round`."""
    return name if isinstance(name, Key) else Key(*name.split("@"))


def afresh(filling):
    """The same answers and rounds in a Filling made anew."""
    answers = {one.key: one.answer for one in filling.states() if one.answer}
    repeats = [name for name, group in filling.layout.groups.items() if group.is_repeat]
    rounds = {name: filling.rounds(name) for name in repeats}
    return Filling(filling.form, answers, rounds=rounds)


def visible(filling):
    return [one.key.name + (f"@{one.key.round}" if one.key.round else "") for one in filling.states() if one.is_visible]


def value(filling, name):
    return filling.state(key_of(name)).value


def _column(name):
    return name.replace("gemba_", "bind::gemba:").replace("__", "::")


def _table(name, rows):
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [columns, *([str(row.get(column, "")) for column in columns] for row in rows)]
    return [f"| {name} |", *("| | " + " | ".join(line) + " |" for line in lines)]
