"""Rules R5 and R6 as laws over any history: what must hold whoever writes what, in which order, with which clock."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.sync.merge import LIFE, appended, earlier, larger, united
from tests.sync.one_row import TABLE, OneRow

DEVICES = ("a", "b", "c")
PLAIN_FIELDS = ("one", "two", "asked")


@dataclass(frozen=True)
class Step:
    """`behind`: how many sequences the writer's base lies behind the newest; never before an earlier base of theirs."""

    device: str
    behind: int
    when: int
    fields: tuple[str, ...] = ()
    life: str | None = None


def steps(fields: tuple[str, ...], *, lives: bool = False, behind: int = 6):
    written = st.lists(st.sampled_from(fields), min_size=1, max_size=3, unique=True).map(tuple)
    made = st.builds(Step, st.sampled_from(DEVICES), st.integers(0, behind), st.integers(0, 40), written)
    if lives:
        life = st.sampled_from(["del", "undel"])
        made |= st.builds(Step, st.sampled_from(DEVICES), st.integers(0, behind), st.integers(0, 40), life=life)
    return st.lists(made, min_size=1, max_size=12)


@dataclass
class Said:
    device: str
    base: int
    seq: int
    values: dict[str, object]
    life: str | None


class History:
    """Plays steps; every value is told from every other. What was seen follows from bases alone, not from merging."""

    def __init__(self, played: list[Step], value=lambda name, number: f"{name}={number}") -> None:
        self.row = OneRow()
        self.said: list[Said] = []
        bases = dict.fromkeys(DEVICES, 0)
        for step in played:
            base = bases[step.device] = max(bases[step.device], self.row.seq - step.behind)
            values = {name: value(name, len(self.said)) for name in step.fields}
            self.row.says(step.device, base, when=step.when, life=step.life, **values)
            self.said.append(Said(step.device, base, self.row.seq, values, step.life))

    def saw(self, later: Said, earlier: Said) -> bool:
        return earlier.seq <= later.base or earlier.device == later.device

    def is_replaced(self, one: Said, name: str) -> bool:
        """Whether somebody who had seen it wrote the field, or deleted the row."""
        return any(
            (name in later.values or later.life == "del") and self.saw(later, one)
            for later in self.said
            if later.seq > one.seq
        )


@given(steps(PLAIN_FIELDS, lives=True))
def test_every_value_is_shown_disputed_or_knowingly_replaced(played):
    history = History(played)
    disputed = {value for d in history.row.disputes for value in (d.kept, d.other)}
    for one in history.said:
        for name, value in one.values.items():
            stands = history.row.state.values[name] == value
            assert stands or value in disputed or history.is_replaced(one, name), value


@given(steps(PLAIN_FIELDS, lives=True))
def test_a_value_is_disputed_only_with_one_that_was_not_seen(played):
    history = History(played)
    hands = {value: one for one in history.said for value in one.values.values()}
    for dispute in history.row.disputes:
        if dispute.field != LIFE:
            first, second = sorted((hands[dispute.kept], hands[dispute.other]), key=lambda one: one.seq)
            assert not history.saw(second, first)


@given(steps(PLAIN_FIELDS, lives=True))
def test_each_value_loses_once(played):
    lost = [d.other for d in History(played).row.disputes if d.field != LIFE]
    assert len(lost) == len(set(lost))


@given(steps(PLAIN_FIELDS, lives=True, behind=0))
def test_taking_turns_gives_no_dispute_whatever_the_clocks(played):
    assert not History(played).row.disputes


@given(steps(("one", "two", "asked", "start", "state", "theirs")))
def test_equal_values_are_never_disputed(played):
    assert not History(played, value=lambda name, number: "same").row.disputes


@given(steps(PLAIN_FIELDS), st.randoms(use_true_random=False))
def test_different_fields_commute(played, random):
    own = dict(zip(DEVICES, PLAIN_FIELDS, strict=True))
    numbered = [(step.device, number) for number, step in enumerate(played)]
    shuffled = list(numbered)
    random.shuffle(shuffled)
    order = {device: iter([n for d, n in numbered if d == device]) for device in DEVICES}
    rows = []
    for sequence in (numbered, [(device, next(order[device])) for device, _ in shuffled]):
        row = OneRow()
        for device, number in sequence:
            row.says(device, 0, when=played[number].when, **{own[device]: number})
        rows.append(row)
    assert rows[0].shown == rows[1].shown
    assert not rows[0].disputes + rows[1].disputes


@given(steps((*PLAIN_FIELDS, "start", "stop", "tags", "note", "most"), lives=True))
def test_a_mutation_that_comes_again_changes_nothing(played):
    history, twice = History(played), History(played)
    last = twice.said[-1]
    twice.row.says(last.device, last.base, when=played[-1].when, life=last.life, again=True, **last.values)
    assert (twice.row.shown, twice.row.alive) == (history.row.shown, history.row.alive)
    assert [d for d in twice.row.said if d[0] in TABLE.field_names] == [
        d for d in history.row.said if d[0] in TABLE.field_names
    ]


@given(steps(("start", "stop", "state", "stated_on")))
def test_a_group_is_of_one_hand_or_of_one_that_saw_the_other(played):
    history = History(played)
    for group in TABLE.atomic:
        hands = [
            one for name in group for one in history.said if one.values.get(name) == history.row.state.values.get(name)
        ]
        if len(hands) == 2:
            first, second = sorted(hands, key=lambda one: one.seq)
            assert first is second or history.saw(second, first)


@given(steps(("one", "two"), lives=True))
def test_a_row_is_deleted_only_by_who_saw_all_of_it(played):
    history, row = History(played), OneRow()
    for step, one in zip(played, history.said, strict=True):
        was_alive = row.alive
        row.says(one.device, one.base, when=step.when, life=one.life, **one.values)
        if one.life == "del" and was_alive:
            edits = [e for e in history.said if e.seq < one.seq and e.values]
            died = max((e.seq for e in history.said if e.life == "del" and e.seq < one.seq), default=0)
            unseen = [e for e in edits if not history.saw(one, e) and e.seq > died]
            if unseen:
                assert row.alive


@example(
    [
        Step("a", 0, 0, ("one",)),
        Step("a", 0, 0, life="del"),
        Step("b", 1, 0, life="del"),
        Step("b", 2, 0, ("one",)),
    ]
)
@given(steps(("one", "two"), lives=True))
def test_a_deleted_row_comes_back_only_knowingly_or_disputed(played):
    """Who threw it away too, unaware of the other, knows that it is in the bin."""
    history, row = History(played), OneRow()
    deaths: list[Said] = []
    for step, one in zip(played, history.said, strict=True):
        was_alive, born = row.alive, row.state.born
        outcome = row.says(one.device, one.base, when=step.when, life=one.life, **one.values)
        if born and not was_alive and row.alive:
            disputed = [d.kind for d in outcome.disputes].count("edit_after_delete") == 1
            assert disputed or any(history.saw(one, death) for death in deaths)
        deaths = [] if row.alive else deaths + [one] * (one.life == "del")


TAGS = st.lists(st.sampled_from("pqrstuv"), max_size=4, unique=True).map(json.dumps)


@given(TAGS, TAGS, TAGS)
def test_of_lists_nothing_is_lost_but_what_one_side_saw_and_removed(base, stored, sent):
    made = set(json.loads(united(base, stored, sent) or "[]"))
    before, here, there = (set(json.loads(value)) for value in (base, stored, sent))
    assert made == (here | there) - {tag for tag in before if tag not in here or tag not in there}


@given(TAGS, TAGS)
def test_lists_of_which_the_base_is_not_known_lose_nothing(stored, sent):
    assert set(json.loads(united(None, stored, sent) or "[]")) == set(json.loads(stored)) | set(json.loads(sent))


WORDS = st.lists(st.sampled_from(["ink", "oil", "air", "fan"]), max_size=4).map("\n".join)


@given(WORDS, WORDS, WORDS)
def test_of_notes_every_line_of_both_is_kept(base, stored, sent):
    made = appended(base, stored, sent) or ""
    added = sent[len(base) :] if sent.startswith(base) else sent
    assert all(line in made for line in (*stored.split("\n"), *added.split("\n")))
    assert made.startswith(stored) or not stored


VALUES = st.none() | st.integers(-5, 5) | st.floats(-5, 5) | st.text("ab", max_size=2)


@pytest.mark.parametrize("chosen", [larger, earlier])
@given(VALUES, VALUES, VALUES)
def test_the_larger_and_the_earlier_do_not_depend_on_order(chosen, first, second, third):
    assert chosen(None, first, second) == chosen(None, second, first)
    assert chosen(None, chosen(None, first, second), third) == chosen(None, first, chosen(None, second, third))
    assert chosen(None, first, None) == first


@given(steps(("tags", "note", "most", "done")))
def test_combined_fields_are_never_disputed_and_keep_every_unseen_word(played):
    def value(name: str, number: int) -> object:
        return {"tags": json.dumps([f"t{number}"]), "note": f"n{number}."}.get(name, number)

    history = History(played, value)
    assert not history.row.disputes
    for one in history.said:
        for name, word in one.values.items():
            if name == "tags":
                word = json.loads(word)[0]
            if name in ("tags", "note"):
                assert word in history.row.state.values[name] or history.is_replaced(one, name)
            elif not history.is_replaced(one, name):
                assert history.row.state.values[name] >= word
