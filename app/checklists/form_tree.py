"""The answers of a form as the document that expressions read: one node for each item and group in each round."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.checklists.expressions import Document, Host, Kind, Node
from app.checklists.form import Form
from app.checklists.items import Item
from app.checklists.layout import ROOT
from app.checklists.states import Key

SEPARATOR = "/"
# A form that counts to more is a slip; a laptop shows no more either.
MOST_ROUNDS = 500


class FormTree:
    """`rounds` are known by repeat, whether or not they have an answer; outer ones before those inside them."""

    def __init__(self, form: Form, host: Host, rounds: Mapping[str, Iterable[str]]) -> None:
        self._layout = form.layout
        self._sections = form.checklist.sections
        top = Node("", None)
        self._kinds = form.kinds
        self._root = Node(ROOT.strip("/"), top)
        top.add(self._root)
        self.document = Document(top, {}, form.choice_lists, host)
        self._rounds: dict[str, dict[str, None]] = {
            name: dict.fromkeys(rounds.get(name, ())) for name, group in form.layout.groups.items() if group.is_repeat
        }
        self.nodes: dict[Key, Node] = {}
        for name in self._layout.chains:
            if name in self._rounds:
                self._declare(name)
            for round_ in self.rounds_around(name):
                self._make(name, round_)

    def keys(self) -> Iterator[Key]:
        """Every item in every round, in the form's order, round by round."""
        for section in self._sections:
            yield from self._keys_in(section.items, 0, "")

    def rounds(self, repeat: str, within: str = "") -> tuple[str, ...]:
        """Those of a repeat, in the order in which they were added."""
        start = f"{within}{SEPARATOR}" if within else ""
        return tuple(one for one in self._rounds[repeat] if one.startswith(start))

    def rounds_around(self, name: str) -> tuple[str, ...]:
        """Every round that an item or group is in; the empty one for what is in no repeat."""
        repeats = self._layout.repeats[name]
        return tuple(self._rounds[repeats[-1]]) if repeats else ("",)

    def outer_rounds(self, repeat: str) -> tuple[str, ...]:
        """The rounds that hold a row of rounds of the repeat each."""
        outer = self._layout.repeats[repeat][:-1]
        return tuple(self._rounds[outer[-1]]) if outer else ("",)

    def instances(self, name: str, within: str = "") -> Iterator[Key]:
        """An item or group in each of its rounds, or in those inside the round `within`."""
        return (Key(name, one) for one in self.rounds_around(name) if is_in(one, within))

    def near(self, name: str, key: Key) -> Iterator[Key]:
        """The same, in those rounds around `key` that it shares with the item or group called `name`."""
        shared = 0
        for ours, theirs in zip(self._layout.repeats[name], self._layout.repeats[key.name], strict=False):
            if ours != theirs:
                break
            shared += 1
        return self.instances(name, SEPARATOR.join(key.round.split(SEPARATOR)[:shared]))

    def around(self, group: str, round_: str) -> Key:
        """The group in the round that `round_` is in."""
        depth = len(self._layout.repeats[group])
        return Key(group, SEPARATOR.join(round_.split(SEPARATOR)[:depth]) if depth else "")

    def parent(self, name: str, round_: str) -> Node:
        chain = self._layout.chains[name]
        return self.nodes[self.around(chain[-1], round_)] if chain else self._root

    def keys_of_round(self, repeat: str, round_: str) -> list[Key]:
        """Everything in a round of the repeat, itself included."""
        return [key for key in self.nodes if is_in(key.round, round_) and repeat in self._layout.repeats[key.name]]

    def add_round(self, repeat: str, round_: str) -> list[Key]:
        """Returns what is new: the round and everything in it."""
        self._rounds[repeat][round_] = None
        self._make(repeat, round_)
        made = [Key(repeat, round_)]
        for name in self._layout.chains:
            if repeat in self._layout.chains[name] and self._layout.repeats[name][-1] == repeat:
                self._make(name, round_)
                made.append(Key(name, round_))
        return made

    def remove_round(self, repeat: str, round_: str) -> list[Key]:
        """Returns what is no longer there."""
        gone = self.keys_of_round(repeat, round_)
        self.document.remove_repeat(self.nodes[Key(repeat, round_)])
        for key in gone:
            self.nodes.pop(key)
        for name in {key.name for key in gone} & self._rounds.keys():
            self._rounds[name] = {one: None for one in self._rounds[name] if not is_in(one, round_)}
        return gone

    def _declare(self, repeat: str) -> None:
        """A repeat without rounds has a place among its neighbours too."""
        for outer in self.outer_rounds(repeat):
            self.parent(repeat, outer).by_name.setdefault(repeat, [])

    def _make(self, name: str, round_: str) -> None:
        parent = self.parent(name, round_)
        node = Node(name, parent, kind=self._kinds.get(name, Kind.TEXT))
        node.key = round_ if name in self._rounds else ""
        parent.add(node)
        self.nodes[Key(name, round_)] = node

    def _keys_in(self, items: Sequence[Item], depth: int, round_: str) -> Iterator[Key]:
        """In the form's order; the items of a repeat come together, round by round."""
        place = 0
        while place < len(items):
            repeats = self._layout.repeats[items[place].id][: depth + 1]
            if len(repeats) <= depth:
                yield Key(items[place].id, round_)
                place += 1
                continue
            end = place
            while (
                end < len(items)
                and self._layout.repeats[items[end].id][depth : depth + 1] == repeats[depth : depth + 1]
            ):
                end += 1
            for one in self.rounds(repeats[depth], round_):
                yield from self._keys_in(items[place:end], depth + 1, one)
            place = end


def known_rounds(form: Form, answered: Iterable[Key], empty: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The rounds that an answer or `empty` names, by repeat, each in the order in which they were added."""
    found: dict[str, set[str]] = {}
    named = [Key(name, one) for name, rounds in empty.items() if name in form.layout.groups for one in rounds]
    for key in (*answered, *named):
        steps = key.round.split(SEPARATOR) if key.round else []
        for depth, repeat in enumerate(form.layout.repeats[key.name][: len(steps)], start=1):
            *outer, last = steps[:depth]
            rounds = found.setdefault(repeat, set())
            rounds.add(SEPARATOR.join((*outer, last)))
            if form.layout.groups[repeat].count and last.isdecimal():
                # Those before it are there too, and come first.
                before = range(1, min(int(last), MOST_ROUNDS))
                rounds.update(SEPARATOR.join((*outer, str(number))) for number in before)
    return {name: sorted(rounds, key=_by_number) for name, rounds in found.items()}


def is_in(round_: str, outer: str) -> bool:
    return not outer or round_ == outer or round_.startswith(outer + SEPARATOR)


def _by_number(round_: str) -> tuple[tuple[int, str], ...]:
    """Rounds that the form counts come in the order of their numbers, those that people add in that of their ids."""
    return tuple((int(step), "") if step.isdecimal() else (0, step) for step in round_.split(SEPARATOR))
