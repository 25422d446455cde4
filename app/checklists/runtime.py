"""A checklist with its answers: what is shown, asked, computed and wrong now, and why.

A `Filling` knows no store and no window. It is told each answer and says which items to look at again; an answer costs
what depends on it, whatever the form holds.
"""

import heapq
import logging
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from app.checklists.answer_text import AnswerProblem, problem_of
from app.checklists.expressions import Host
from app.checklists.expressions.values import Scope, truth
from app.checklists.form import Form
from app.checklists.form_tree import MOST_ROUNDS, SEPARATOR, FormTree, known_rounds
from app.checklists.items import AnswerKind, Checklist, Choice, Item
from app.checklists.layout import names_in, piped
from app.checklists.references import NC_COLUMN, Written
from app.checklists.scoring import Verdict, points_of, verdict
from app.checklists.states import Completeness, ItemState, Key, Surroundings
from app.errors import ExpressionError

logger = logging.getLogger(__name__)

# What a sum with something missing gives: no value, as JavaRosa has it.
_NO_NUMBER = "NaN"
# What changes the value, or the being there, of what others read.
_COMPUTED = frozenset({"relevant", "calculation", "repeat_count"})


class Filling:
    """`answers` may name items that the form does not have (of another version): they are left alone. `rounds` are
    those that have no answer yet, by repeat."""

    def __init__(
        self,
        form: Form,
        answers: Mapping[Key, str | None],
        surroundings: Surroundings | None = None,
        rounds: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.form = form
        self.layout = form.layout
        self._surroundings = surroundings or Surroundings()
        self._answers = {key: answer for key, answer in answers.items() if answer and key.name in form.layout.items}
        now = self._surroundings.now
        host = Host(now=lambda: now or datetime.now(UTC), choice_name=self._choice_name)
        self.tree = FormTree(form, host, known_rounds(form, self._answers, rounds or {}))
        self.document = self.tree.document
        self._counted: dict[Key, bool] = {}
        self._shown = dict.fromkeys(self.tree.nodes, True)
        self._states: dict[Key, ItemState] = {}
        counted = [name for name, group in form.layout.groups.items() if group.count]
        self._follow(
            (), set(), first=[*self.tree.nodes, *(key for name in counted for key in self._count_rounds(name))]
        )

    @property
    def checklist(self) -> Checklist:
        return self.form.checklist

    def keys(self) -> Iterator[Key]:
        """Every item in every round, in the form's order, round by round."""
        return self.tree.keys()

    def state(self, key: Key) -> ItemState:
        """Raises KeyError for an item or round that is not there."""
        if key not in self._states:
            self._states[key] = self._state(key)
        return self._states[key]

    def states(self) -> Iterator[ItemState]:
        return (self.state(key) for key in self.keys())

    def rounds(self, repeat: str, within: str = "") -> tuple[str, ...]:
        """The rounds of a repeat that are there now, in the order in which they were added."""
        return tuple(one for one in self.tree.rounds(repeat, within) if self._counted.get(Key(repeat, one), True))

    def around(self, key: Key) -> list[Key]:
        """The groups around an item, outermost first."""
        return [self.tree.around(group, key.round) for group in self.layout.chains[key.name]]

    def is_group_visible(self, group: Key) -> bool:
        return self._shown[group]

    def completeness(self) -> Completeness:
        asked = [one for one in self.states() if one.is_visible and one.item.is_asked]
        return Completeness(
            asked=len(asked),
            answered=sum(bool(one.answer) for one in asked),
            open_required=tuple(one.key for one in asked if one.problem is AnswerProblem.REQUIRED),
            problems=tuple(one.key for one in asked if one.problem not in (None, AnswerProblem.REQUIRED)),
        )

    def defaults(self, rounds: Iterable[str] = ("",)) -> dict[Key, str]:
        """What a form that is begun, or a round that is added, starts with; to be told to it as answers are."""
        wanted = frozenset(rounds)
        items = self.layout.items
        new = [
            key
            for key in self.keys()
            if key.round in wanted and key not in self._answers and self._takes_default(items[key.name])
        ]
        found = {key: items[key.name].default for key in new if not items[key.name].default_is_computed}
        computed = [key for key in new if items[key.name].default_is_computed]
        if computed:
            begun = Filling(self.form, self._answers | found, self._surroundings, self._known_rounds())
            for key in computed:
                if value := begun._evaluated(key, "default"):
                    found[key] = value
                    begun.answer(key, value)
        return found

    @staticmethod
    def _takes_default(item: Item) -> bool:
        return bool(item.default) and not item.calculation and not item.parameter

    def words(self, key: Key, text: str, tag: str) -> str:
        """A label of the item in the language `tag`, with the answers it quotes in words."""
        quoted = {name: self._said(self.seen_from(key, name), tag) for name in names_in(text)}
        return piped(text, quoted)

    def answer(self, key: Key, value: str | None) -> frozenset[Key]:
        """Takes the answer, or takes it back. Returns the items whose state may have changed. Raises KeyError."""
        if key.name not in self.layout.items or key not in self.tree.nodes:
            raise KeyError(key)
        touched: set[Key] = set()
        self._keep(key, value, touched)
        # Calculations that wait for this answer are made now, and kept as answers are.
        for item in self.form.triggers.get(key.name, ()):
            for one in self.tree.near(item.id, key):
                self._keep(one, self._evaluated(one, "calculation") if item.calculation else "", touched)
        return self._forget(touched)

    def add_round(self, repeat: str, round_: str) -> frozenset[Key]:
        """A new, empty round; `round_` is its id behind those of the rounds around it. Returns what may change."""
        touched: set[Key] = set()
        self._follow((), touched, first=self._make_round(repeat, round_))
        return self._forget(touched)

    def remove_round(self, repeat: str, round_: str) -> frozenset[Key]:
        """The round and its answers are no longer there. Returns what of the rest may have changed."""
        gone = self.tree.remove_round(repeat, round_)
        for key in gone:
            for kept in (self._answers, self._shown, self._states, self._counted):
                kept.pop(key, None)
        touched: set[Key] = set()
        self._follow([Key(name, round_.rpartition(SEPARATOR)[0]) for name in {key.name for key in gone}], touched)
        return self._forget(touched)

    def _make_round(self, repeat: str, round_: str) -> list[Key]:
        """Returns what is new and must be computed: nothing of it is shown before."""
        made = self.tree.add_round(repeat, round_)
        for key in made:
            self._shown[key] = self.tree.nodes[key].is_relevant = False
        for name, group in self.layout.groups.items():
            if group.count and repeat in self.layout.chains[name]:
                made += self._count_rounds(name)
        return made

    def _count_rounds(self, repeat: str) -> list[Key]:
        """As many rounds as the form says, in every round around it; answers of those beyond are kept and not shown.
        Returns what is new or has come or gone."""
        changed: list[Key] = []
        for outer in self.tree.outer_rounds(repeat):
            there = self.tree.rounds(repeat, outer)
            start = f"{outer}{SEPARATOR}" if outer else ""
            counted = [f"{start}{number}" for number in range(1, self._wanted_rounds(repeat, outer) + 1)]
            for round_ in counted:
                if round_ not in there:
                    changed += self._make_round(repeat, round_)
            for key in (Key(repeat, round_) for round_ in there):
                if self._counted.get(key, True) is not (key.round in counted):
                    self._counted[key] = key.round in counted
                    changed.append(key)
        return changed

    def _wanted_rounds(self, repeat: str, outer: str) -> int:
        compiled = self.form.compiled[self.form.by_owner[repeat]["repeat_count"]]
        try:
            wanted = compiled.as_number(self.document, self.tree.parent(repeat, outer))
        except ExpressionError as trouble:
            logger.warning("The rounds of %s cannot be counted: %s", repeat, trouble)
            return 0
        return min(max(int(wanted), 0), MOST_ROUNDS) if math.isfinite(wanted) else 0

    def _known_rounds(self) -> dict[str, tuple[str, ...]]:
        return {name: self.tree.rounds(name) for name, group in self.layout.groups.items() if group.is_repeat}

    # How it is kept true

    def _follow(self, changed: Iterable[Key], touched: set[Key], *, first: Iterable[Key] = ()) -> None:
        """`changed` have new values; `first` must be computed. Each is computed once, after all that it reads."""
        queue = _Queue(self.form.rank)
        for key in first:
            queue.add(key)
        for one in changed:
            self._tell(one, queue, touched)
        for one in queue:
            if one not in self.tree.nodes:
                continue
            touched.add(one)
            is_new = self._compute_group(one, queue) if one.name in self.layout.groups else self._compute(one)
            if is_new:
                self._tell(one, queue, touched)

    def _tell(self, changed: Key, queue: "_Queue", touched: set[Key]) -> None:
        """What reads `changed` is looked at again: its value now, the rest when its state is asked for."""
        for written in self.form.dependencies.readers.get(changed.name, ()):
            if written.column == "repeat_count":
                # Of a repeat that has no round yet there is nothing that could wait.
                readers: Iterable[Key] = self._count_rounds(written.owner)
            else:
                readers = self._readers(written, changed)
            for reader in readers:
                touched.add(reader)
                if written.column in _COMPUTED:
                    queue.add(reader)

    def _compute_group(self, key: Key, queue: "_Queue") -> bool:
        """Whether the group came or went; what stands in it follows."""
        is_shown_anew = self._show(key)
        if is_shown_anew:
            for inner in self.form.members[key.name]:
                for one in self.tree.instances(inner, key.round):
                    queue.add(one)
        return is_shown_anew

    def _readers(self, written: Written, changed: Key) -> Iterator[Key]:
        """The rounds of the expression's owner that may see the change."""
        if self.form.dependencies.reads[written].across:
            return self.tree.instances(written.owner)
        return self.tree.near(written.owner, changed)

    def _compute(self, key: Key) -> bool:
        """Visibility and value of an item; whether others see something new."""
        node = self.tree.nodes[key]
        before = node.text if node.is_relevant else None
        self._show(key)
        item = self.layout.items[key.name]
        if item.calculation and not item.trigger:
            node.text = self._evaluated(key, "calculation") if node.is_relevant else node.text
        elif item.parameter:
            node.text = self._surroundings.settings.get(item.parameter) or item.default
        elif item.kind is AnswerKind.METADATA:
            node.text = self._answers.get(key) or self._surroundings.metadata.get(item.type, "")
        else:
            node.text = self._answers.get(key, "")
        return before != (node.text if node.is_relevant else None)

    def _show(self, key: Key) -> bool:
        """Whether the group's or item's visibility changed."""
        chain = self.layout.chains[key.name]
        around = not chain or self._shown[self.tree.around(chain[-1], key.round)]
        shown = around and self._counted.get(key, True) and self.holds(key, "relevant", otherwise=True)
        is_new = self._shown[key] is not shown
        self._shown[key] = self.tree.nodes[key].is_relevant = shown
        return is_new

    def _keep(self, key: Key, value: str | None, touched: set[Key]) -> None:
        if value:
            self._answers[key] = value
        else:
            self._answers.pop(key, None)
        touched.add(key)
        self._follow([key] if self._compute(key) else (), touched)

    def _forget(self, touched: Iterable[Key]) -> frozenset[Key]:
        """Their states are made anew when they are asked for."""
        items = frozenset(key for key in touched if key.name in self.layout.items and key in self.tree.nodes)
        for key in items:
            self._states.pop(key, None)
        return items

    # What an expression says

    def _evaluated(self, key: Key, column: str) -> str:
        compiled = self.form.compiled[self.form.by_owner[key.name][column]]
        try:
            text = compiled.as_text(self.document, self.tree.nodes[key])
            return "" if text == _NO_NUMBER else text
        except ExpressionError as trouble:
            logger.warning("%s of %s cannot be computed: %s", column, key.name, trouble)
            return ""

    def holds(self, key: Key, column: str, *, otherwise: bool) -> bool:
        """What the condition says; `otherwise` where there is none, or where it cannot be told for these answers."""
        said = self._says(key, column)
        return otherwise if said is None else said

    def _says(self, key: Key, column: str) -> bool | None:
        written = self.form.by_owner.get(key.name, {}).get(column)
        if written is None:
            return None
        try:
            return self.form.compiled[written].as_boolean(self.document, self.tree.nodes[key])
        except ExpressionError as trouble:
            logger.warning("%s of %s cannot be told: %s", column, key.name, trouble)
            return None

    def _state(self, key: Key) -> ItemState:
        item = self.layout.items[key.name]
        node = self.tree.nodes[key]
        shown = self._shown[key]
        value = node.text if shown else ""
        answer = self._answers.get(key, "")
        choices = self._choices(key, item)
        is_required = self.holds(key, "required", otherwise=False)
        found = self._verdict(key, item, value) if shown else None
        return ItemState(
            key=key,
            item=item,
            is_visible=shown,
            is_required=is_required,
            is_readonly=bool(item.calculation) or self.holds(key, "readonly", otherwise=False),
            answer=answer,
            value=value,
            choices=choices,
            problem=self._problem(key, item, value, choices, is_required) if shown else None,
            verdict=found,
            points=points_of(item, value, found),
        )

    def _verdict(self, key: Key, item: Item, value: str) -> Verdict | None:
        # A condition says something of any text; of one that is no answer to the question it must not count.
        is_sound = bool(item.nc_if and value) and problem_of(item, value, item.choices) is None
        return verdict(item, value, is_finding=self._says(key, NC_COLUMN) if is_sound else None)

    def _problem(
        self, key: Key, item: Item, value: str, choices: Sequence[Choice], is_required: bool
    ) -> AnswerProblem | None:
        if not item.is_asked:
            return None
        if not value:
            return AnswerProblem.REQUIRED if is_required else None
        if found := problem_of(item, value, choices):
            return found
        return None if self.holds(key, "constraint", otherwise=True) else AnswerProblem.CONSTRAINT

    def _choices(self, key: Key, item: Item) -> tuple[Choice, ...]:
        written = self.form.by_owner.get(key.name, {}).get("choice_filter")
        if written is None:
            return item.choices
        compiled = self.form.compiled[written]
        kept = []
        for choice, node in self.form.filtered[item.id]:
            try:
                if compiled.within(Scope(self.document, node, self.tree.nodes[key], self.document.host), truth):
                    kept.append(choice)
            except ExpressionError as trouble:
                logger.warning("The choices of %s cannot be told: %s", key.name, trouble)
                return item.choices
        return tuple(kept)

    def seen_from(self, key: Key, name: str) -> Key | None:
        """The instance of the item called `name` in the rounds that `key` is in; the first one of further rounds."""
        return next(self.tree.near(name, key), None)

    def _choice_name(self, value: str, path: str) -> str:
        """For jr:choice-name(): the label in the form's own language."""
        item = self.layout.items.get(self.layout.names.get(path, ""))
        labels = {choice.name: choice.label for choice in item.choices} if item else {}
        return labels[value].in_language("") if value in labels else ""

    def _said(self, key: Key | None, tag: str) -> str:
        if key is None:
            return ""
        state = self.state(key)
        labels = {choice.name: choice.label.in_language(tag) for choice in state.item.choices}
        names = state.value.split() if state.item.kind in (AnswerKind.CHOICES, AnswerKind.RANK) else [state.value]
        return ", ".join(labels.get(name) or name for name in names)


class _Queue:
    """Items and groups that wait to be computed, each once, what others read first."""

    def __init__(self, rank: Mapping[str, int]) -> None:
        self._rank = rank
        self._heap: list[tuple[int, Key]] = []
        self._queued: set[Key] = set()

    def add(self, key: Key) -> None:
        if key not in self._queued:
            self._queued.add(key)
            heapq.heappush(self._heap, (self._rank[key.name], key))

    def __iter__(self) -> Iterator[Key]:
        """Until nothing waits; more may be added meanwhile."""
        while self._heap:
            key = heapq.heappop(self._heap)[1]
            self._queued.discard(key)
            yield key
