"""What the sheet of a checklist knows, without a widget: answers, rules, rounds, and what stands beside each item."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from app.checklists.items import UNSEEN, AnswerKind, Item
from app.checklists.layout import names_in
from app.checklists.runtime import Filling
from app.checklists.scoring import Judged, Verdict, by_round
from app.checklists.states import ItemState, Key, Reason, Surroundings
from app.fieldwork.walkthrough import Given, Sheet, key_of, number_items, spot
from app.i18n import Language, _, window_language
from app.ui.visit.checklist_words import shown_of, why_words
from app.ui.widgets.answer_row import Shown

ALL, UNANSWERED, FINDINGS, CRITICAL, CHANGED = "all", "unanswered", "findings", "critical", "changed"
# Letters of a round's name that a tab shows.
_MOST_LETTERS = 28


class SheetState:
    """`spoken` is how the person writes numbers."""

    def __init__(self, sheet: Sheet, now: datetime, spoken: Language) -> None:
        self.sheet = sheet
        self.spoken = spoken
        self.given: dict[str, Given] = dict(sheet.given)
        answers = {key_of(one): given.value for one, given in sheet.given.items()}
        self.filling = Filling(sheet.form, answers, Surroundings(now, sheet.settings))
        self.items = sheet.form.layout.items
        self.numbers = number_items(sheet.checklist)
        self._quoting = _quoting(self.items.values())
        self._counts_rounds = any(group.count for group in self.filling.layout.groups.values())
        self._new_rounds: set[tuple[str, str]] = set()
        self._keys: dict[int, list[Key]] = {}
        self._section_of = {item.id: n for n, section in enumerate(sheet.checklist.sections) for item in section.items}

    # What is there

    def spots(self) -> list[str]:
        """Everything that can be seen, in the form's order, round by round."""
        sections = range(len(self.sheet.checklist.sections))
        return [spot(key) for n in sections for key in self._keys_in(n) if is_seen(self.items[key.name])]

    def has(self, one: str) -> bool:
        key = key_of(one)
        return key in self.filling.tree.nodes and key.name in self.items and is_seen(self.items[key.name])

    def state(self, one: str) -> ItemState:
        return self.filling.state(key_of(one))

    def section_of(self, one: str) -> int:
        return self._section_of[key_of(one).name]

    def shown(self, one: str) -> Shown:
        return shown_of(self.filling, key_of(one), self.of(one), self.sheet, self.spoken)

    def of(self, one: str) -> Given:
        return self.given.get(one, Given())

    def is_visible(self, one: str) -> bool:
        return self.state(one).is_visible

    def is_answered(self, one: str) -> bool:
        """Whether nothing more is asked here."""
        state = self.state(one)
        return not state.item.is_asked or state.is_readonly or bool(state.answer or self.of(one).not_assessed)

    def is_wanted(self, one: str, which: str) -> bool:
        """Whether the filter `which` shows what stands there now."""
        state = self.state(one)
        if which == ALL or not state.is_visible:
            return state.is_visible
        if which == UNANSWERED:
            return not self.is_answered(one)
        if which == FINDINGS:
            return state.verdict is Verdict.FINDING
        return state.item.is_critical if which == CRITICAL else self._has_changed(state)

    def counts(self, section: int) -> tuple[int, int]:
        """Of a section: answered, and asked."""
        asked = [one for one in self._keys_in(section) if self._is_asked(one)]
        return sum(self.is_answered(spot(key)) for key in asked), len(asked)

    def unasked(self, section: int) -> list[Key]:
        """What the form's rules hide of a section."""
        return [key for key in self._keys_in(section) if self._could_be_asked(key) and not self._is_shown(key)]

    def why_unasked(self, section: int) -> list[tuple[str, str]]:
        """(question, why) of what is not asked."""
        tag = window_language().tag
        found = []
        for key in self.unasked(section):
            words = f"{self.numbers[key.name]} {self.items[key.name].label.in_language(tag)}"
            because = self.why(spot(key), Reason.HIDDEN)
            found.append((words, _("Because of {answers}").format(answers=because) if because else ""))
        return found

    def why(self, one: str, reason: Reason) -> str:
        return why_words(self.filling, key_of(one), reason, self.numbers, self.spoken)

    # What is changed

    def answer(self, one: str, value: str | None) -> set[str]:
        """Takes the answer before it is on the disk. Returns the spots to look at again."""
        self.given[one] = replace(self.of(one), value=value)
        changed = set(self.filling.answer(key_of(one), value))
        if self._counts_rounds:
            self._keys.clear()
        return self._spots(changed)

    def set_beside(self, one: str, **facts: object) -> None:
        self.given[one] = replace(self.of(one), **facts)  # type: ignore[arg-type]

    def take(self, sheet: Sheet, keep: frozenset[str]) -> set[str]:
        """What the store holds now; what is in `keep` is being written and stays as the person left it. Returns the
        spots to look at again."""
        old, beside = self.sheet, self.given
        self.sheet = sheet
        self.given = dict(sheet.given) | {one: beside[one] for one in keep if one in beside}
        changed = self._take_rounds()
        for one in beside.keys() | self.given.keys():
            key, value = key_of(one), self.of(one).value or ""
            if key not in self.filling.tree.nodes or key.name not in self.items:
                continue
            if self.filling.state(key).answer != value:
                changed |= self.filling.answer(key, value)
        self._keys.clear()
        others = {one for one in beside.keys() | self.given.keys() if beside.get(one) != self.given.get(one)}
        then = [one.earlier.values if one.earlier else {} for one in (old, sheet)]
        hung = {
            *_differing(*then),
            *_differing(old.improvements, sheet.improvements),
            *_differing(old.pairs, sheet.pairs),
        }
        return self._spots(changed) | {one for one in others | hung if self.has(one)}

    def add_round(self, repeat: str, round_: str) -> set[str]:
        self._keys.clear()
        self._new_rounds.add((repeat, round_))
        return self._spots(set(self.filling.add_round(repeat, round_)))

    def remove_round(self, repeat: str, round_: str) -> set[str]:
        self._keys.clear()
        self._new_rounds.discard((repeat, round_))
        for key in self.filling.tree.keys_of_round(repeat, round_):
            self.given.pop(spot(key), None)
        return self._spots(set(self.filling.remove_round(repeat, round_)))

    # Rounds

    def round_name(self, repeat: str, round_: str, place: int) -> str:
        """Its name, such as that of the area, else its number; and its score, where it has one."""
        naming = self.filling.layout.naming(repeat)
        name = self.filling.state(Key(naming.id, round_)).answer[:_MOST_LETTERS] if naming else ""
        score = self.round_score(repeat, round_)
        return _(" · ").join(part for part in (name or str(place), score) if part)

    def round_score(self, repeat: str, round_: str) -> str:
        """`2.9 of 4` on a scale of numbers, else a percentage; empty before anything was assessed."""
        names = [one for one in self.filling.layout.contents[repeat] if self.items[one].is_assessed]
        keys = [Key(one, round_) for one in names if self.filling.layout.repeats[one][-1:] == (repeat,)]
        states = [state for key in keys if (state := self.filling.state(key)).is_visible and state.verdict]
        judged = [Judged(one.item, one.verdict, one.points, round_) for one in states if one.verdict]
        score = by_round(judged).get(round_)
        share = score.weighted_share if score else None
        if share is None:
            return ""
        highest = {_highest(self.items[name]) for name in names}
        if len(highest) == 1 and (most := highest.pop()):
            return _("{points} of {most}").format(points=self.spoken.number(share * most, 1), most=most)
        return _("{share} %").format(share=round(share * 100))

    # Inside

    def _take_rounds(self) -> set[Key]:
        """Rounds that the store has and we do not, and the other way round."""
        changed: set[Key] = set()
        stored = {key for one in self.given if (key := key_of(one)).round and key.name in self.items}
        there: set[tuple[str, str]] = set()
        for key in sorted(stored, key=lambda one: len(one.round)):
            steps = key.round.split("/")
            for depth, repeat in enumerate(self.filling.layout.repeats[key.name][: len(steps)], start=1):
                round_ = "/".join(steps[:depth])
                there.add((repeat, round_))
                if round_ not in self.filling.tree.rounds(repeat):
                    changed |= self.filling.add_round(repeat, round_)
        self._new_rounds -= there
        for repeat, group in self.filling.layout.groups.items():
            rounds = self.filling.tree.rounds(repeat) if group.is_repeat and not group.count else ()
            for round_ in rounds:
                if (repeat, round_) not in there | self._new_rounds:
                    changed |= self.filling.remove_round(repeat, round_)
        return changed

    def _spots(self, changed: set[Key]) -> set[str]:
        """With the items whose words quote what changed."""
        quoting = {name for key in changed for name in self._quoting.get(key.name, ())}
        every = changed | {one for name in quoting for one in self.filling.tree.instances(name)}
        return {spot(key) for key in every if key in self.filling.tree.nodes and is_seen(self.items[key.name])}

    def _keys_in(self, section: int) -> list[Key]:
        if not self._keys:
            for key in self.filling.keys():  # noqa: SIM118 - a filling is no mapping
                self._keys.setdefault(self._section_of[key.name], []).append(key)
        return self._keys.get(section, [])

    def _could_be_asked(self, key: Key) -> bool:
        return self.items[key.name].is_asked

    def _is_shown(self, key: Key) -> bool:
        return self.filling.state(key).is_visible

    def _is_asked(self, key: Key) -> bool:
        state = self.filling.state(key)
        return state.is_visible and state.item.is_asked and not state.is_readonly

    def _has_changed(self, state: ItemState) -> bool:
        earlier = self.sheet.earlier
        if earlier is None or state.key.round or not state.answer:
            return False
        return (earlier.values.get(state.key.name) or "") != state.answer


def is_seen(item: Item) -> bool:
    """Whether the item has a row: what is computed has one when it has words."""
    return item.kind not in UNSEEN or (item.kind is AnswerKind.CALCULATED and bool(item.label.by_language))


def _quoting(items: Iterable[Item]) -> dict[str, set[str]]:
    """The items whose words name another one, by that one."""
    found: dict[str, set[str]] = {}
    for item in items:
        for words in (item.label, item.constraint_message):
            for _tag, text in words.by_language:
                for name in names_in(text):
                    found.setdefault(name, set()).add(item.id)
    return found


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> set[str]:
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def _highest(item: Item) -> int:
    """The highest number of a scale; 0 where the answers are no numbers."""
    numbers = [int(choice.name) for choice in item.choices if choice.name.isdecimal()]
    return max(numbers, default=0)
