"""Rules R5 and R6 by cases: what each of two or three hands did to one row, and what becomes of it."""

import pytest

from tests.sync.one_row import OneRow

BORN = ("a", 0, {"one": "x"})
DELETE, BACK = {"life": "del"}, {"life": "undel"}
REVIVED = ("edit_after_delete", "alive", "deleted")
NOT_DELETED = ("delete_vs_edit", "alive", "deleted")
CHILD = ("delete_vs_child", "alive", "deleted")

# name: the steps (device, base, what); then what is shown (None: the row is deleted), is disputed, was settled.
# The first step gets the sequence 1; an edit's time is ten times its sequence unless "when" says otherwise.
CASES = {
    # -- a field, two hands
    "a row is made": ([BORN], {"one": "x"}, [], []),
    "seen and changed": ([BORN, ("b", 1, {"one": "y"})], {"one": "y"}, [], []),
    "seen by a newer base": ([BORN, ("b", 7, {"one": "y"})], {"one": "y"}, [], []),
    "seen and emptied": ([BORN, ("b", 1, {"one": None})], {}, [], []),
    "emptied and filled by who did not see": (
        [BORN, ("b", 1, {"one": None}), ("c", 1, {"one": "z"})], {"one": "z"}, [("one", "z", None)], []),
    "not seen, later": ([BORN, ("b", 0, {"one": "y"})], {"one": "y"}, [("one", "y", "x")], []),
    "not seen, earlier": ([BORN, ("b", 0, {"one": "y", "when": 5})], {"one": "x"}, [("one", "x", "y")], []),
    "not seen, same moment: the device's name decides": (
        [BORN, ("b", 0, {"one": "y", "when": 10})], {"one": "y"}, [("one", "y", "x")], []),
    "not seen, same moment, smaller name": (
        [("b", 0, {"one": "x"}), ("a", 0, {"one": "y", "when": 10})], {"one": "x"}, [("one", "x", "y")], []),
    "not seen, equal": ([BORN, ("b", 0, {"one": "x"})], {"one": "x"}, [], []),
    "not seen, equal number": ([("a", 0, {"most": 1}), ("b", 0, {"most": 1.0})], {"most": 1}, [], []),
    "both emptied": ([BORN, ("a", 1, {"one": None}), ("b", 1, {"one": None})], {}, [], []),
    "a field nobody wrote yet": ([BORN, ("b", 0, {"two": "y"})], {"one": "x", "two": "y"}, [], []),
    "different fields from one base": (
        [BORN, ("a", 1, {"one": "p"}), ("b", 1, {"two": "q"})], {"one": "p", "two": "q"}, [], []),
    "one field of two is disputed": (
        [BORN, ("b", 0, {"one": "y", "two": "z"})], {"one": "y", "two": "z"}, [("one", "y", "x")], []),
    "the base of a field is its own": (
        [BORN, ("b", 1, {"one": "y", "bases": {"one": 0}})], {"one": "y"}, [("one", "y", "x")], []),
    "the base of the mutation does not count where the field has one": (
        [BORN, ("b", 0, {"one": "y", "bases": {"one": 1}})], {"one": "y"}, [], []),
    # -- own values
    "own, from an old base": ([BORN, ("a", 0, {"one": "y"})], {"one": "y"}, [], []),
    "own, with an earlier clock": ([BORN, ("a", 0, {"one": "y", "when": 1})], {"one": "y"}, [], []),
    "own, twice in one mutation": ([BORN, ("a", 0, {"one": "y", "again": True})], {"one": "y"}, [], []),
    "the device of another life is another device": (
        [("a.1", 0, {"one": "x"}), ("a.2", 0, {"one": "y"})], {"one": "y"}, [("one", "y", "x")], []),
    "own after another's": (
        [BORN, ("b", 1, {"one": "y"}), ("a", 0, {"one": "z"})], {"one": "z"}, [("one", "z", "y")], []),
    "own that lost, and again": (
        [("b", 0, {"one": "y", "when": 99}), ("a", 0, {"one": "p"}), ("a", 0, {"one": "q"})],
        {"one": "y"}, [("one", "y", "p"), ("one", "y", "q")], ["c1"]),
    "own that lost, and another's that lost": (
        [("b", 0, {"asked": "y"}), ("a", 0, {"asked": "p"}), ("c", 0, {"asked": "q"})],
        {"asked": "y"}, [("asked", "y", "p"), ("asked", "y", "q")], []),
    "own that won, and again": (
        [("b", 0, {"one": "y", "when": 1}), ("a", 0, {"one": "p"}), ("a", 0, {"one": "q"})],
        {"one": "q"}, [("one", "p", "y")], []),
    "sent again under a new life, already on top": (
        [("a.1", 0, {"one": "x"}), ("a.2", 0, {"one": "x"})], {"one": "x"}, [], []),
    "sent again under a new life, already disputed": (
        [("b", 0, {"one": "y", "when": 99}), ("a.1", 0, {"one": "p"}), ("a.2", 0, {"one": "p"})],
        {"one": "y"}, [("one", "y", "p")], []),
    # -- the same, said twice
    "said by both, and gone on with by the second": (
        [BORN, ("a", 1, {"one": "p"}), ("b", 1, {"one": "p"}), ("b", 1, {"one": "q"})], {"one": "q"}, [], []),
    "said by both, and gone on with by the first": (
        [BORN, ("a", 1, {"one": "p"}), ("b", 1, {"one": "p"}), ("a", 1, {"one": "q"})], {"one": "q"}, [], []),
    "said by both, and gone on with by a third": (
        [BORN, ("a", 1, {"one": "p"}), ("b", 1, {"one": "p"}), ("c", 1, {"one": "q"})],
        {"one": "q"}, [("one", "q", "p")], []),
    "said by both, and gone on with by both": (
        [BORN, ("a", 1, {"one": "p"}), ("b", 1, {"one": "p"}), ("a", 1, {"one": "q"}), ("b", 1, {"one": "r"})],
        {"one": "r"}, [("one", "r", "q")], []),
    "said by both, and deleted by the second": (
        [BORN, ("a", 1, {"one": "p"}), ("b", 1, {"one": "p"}), ("b", 1, DELETE)], None, [], []),
    "deleted by both, and brought back by the second": (
        [BORN, ("a", 1, DELETE), ("b", 1, DELETE), ("b", 1, BACK)], {"one": "x"}, [], []),
    # -- three hands
    "three values, each later": (
        [BORN, ("b", 0, {"one": "y"}), ("c", 0, {"one": "z"})],
        {"one": "z"}, [("one", "y", "x"), ("one", "z", "y")], []),
    "three values, the middle on top": (
        [BORN, ("b", 0, {"one": "y", "when": 99}), ("c", 0, {"one": "z"})],
        {"one": "y"}, [("one", "y", "x"), ("one", "y", "z")], []),
    "a year ahead does not win against who saw it": (
        [("a", 0, {"one": "x", "when": 10**9}), ("b", 1, {"one": "y", "when": 1})], {"one": "y"}, [], []),
    # -- a value that stays
    "asked, later": ([("a", 0, {"asked": "x"}), ("b", 0, {"asked": "y"})], {"asked": "x"}, [("asked", "x", "y")], []),
    "asked, seen": ([("a", 0, {"asked": "x"}), ("b", 1, {"asked": "y"})], {"asked": "y"}, [], []),
    "the server's own, later": (
        [("a", 0, {"theirs": "x"}), ("b", 0, {"theirs": "y"})], {"theirs": "x"}, [("theirs", "x", "y")], []),
    # -- settling
    "who saw the dispute and writes settles it": (
        [BORN, ("b", 0, {"one": "y"}), ("c", 2, {"one": "z"})], {"one": "z"}, [("one", "y", "x")], ["c1"]),
    "who writes what had lost settles it": (
        [("a", 0, {"asked": "x"}), ("b", 0, {"asked": "y"}), ("c", 1, {"asked": "y"})],
        {"asked": "y"}, [("asked", "x", "y")], ["c1"]),
    "who saw the value but not the dispute does not settle it": (
        [("a", 0, {"asked": "x"}), ("b", 0, {"asked": "y"}), ("c", 1, {"asked": "z"})],
        {"asked": "z"}, [("asked", "x", "y")], []),
    "who saw it and keeps what stands settles it": (
        [("a", 0, {"asked": "x"}), ("b", 0, {"asked": "y"}), ("c", 2, {"asked": "x"})],
        {"asked": "x"}, [("asked", "x", "y")], ["c1"]),
    "what had lost wins by another hand": (
        [("a", 0, {"one": "x", "when": 50}), ("b", 0, {"one": "y", "when": 1}), ("c", 0, {"one": "y", "when": 99})],
        {"one": "y"}, [("one", "x", "y"), ("one", "y", "x")], ["c1"]),
    "a dispute of another field stays": (
        [BORN, ("b", 0, {"one": "y"}), ("c", 2, {"two": "z"})], {"one": "y", "two": "z"}, [("one", "y", "x")], []),
    # -- combined
    "tags of two": ([("a", 0, {"tags": '["p"]'}), ("b", 0, {"tags": '["q"]'})], {"tags": '["p", "q"]'}, [], []),
    "a tag removed by who saw it": (
        [("a", 0, {"tags": '["p", "q"]'}), ("a", 1, {"tags": '["p", "q", "r"]'}), ("b", 1, {"tags": '["p"]'})],
        {"tags": '["p", "r"]'}, [], []),
    "a tag that both added stays once": (
        [("a", 0, {"tags": '["p"]'}), ("b", 0, {"tags": '["q", "p"]'})], {"tags": '["p", "q"]'}, [], []),
    "all tags removed by both": (
        [("a", 0, {"tags": '["p", "q"]'}), ("a", 1, {"tags": '["q"]'}), ("b", 1, {"tags": '["p"]'})], {}, [], []),
    "tags that are no list": (
        [("a", 0, {"tags": '["p"]'}), ("b", 0, {"tags": "q, r"})], {"tags": '["p", "q, r"]'}, [], []),
    "tags emptied by who did not see": (
        [("a", 0, {"tags": '["p"]'}), ("b", 0, {"tags": None})], {"tags": '["p"]'}, [], []),
    "the most": ([("a", 0, {"most": 3}), ("b", 0, {"most": 2})], {"most": 3}, [], []),
    "the most, sent": ([("a", 0, {"most": 3}), ("b", 0, {"most": 4})], {"most": 4}, [], []),
    "the most may be lowered by who saw it": ([("a", 0, {"most": 3}), ("b", 1, {"most": 2})], {"most": 2}, [], []),
    "the most of a number and nothing": ([("a", 0, {"most": 3}), ("b", 0, {"most": None})], {"most": 3}, [], []),
    "the latest": (
        [("a", 0, {"most": "2026-01-02"}), ("b", 0, {"most": "2026-01-03"})], {"most": "2026-01-03"}, [], []),
    "the latest of a text and an empty one": ([("a", 0, {"most": "p"}), ("b", 0, {"most": ""})], {"most": "p"}, [], []),
    "done by one": ([("a", 0, {"done": 0}), ("b", 0, {"done": 1})], {"done": 1}, [], []),
    "done, and not done by who did not see": ([("a", 0, {"done": 1}), ("b", 0, {"done": 0})], {"done": 1}, [], []),
    "notes of two": ([("a", 0, {"note": "p"}), ("b", 0, {"note": "q"})], {"note": "p\n\nq"}, [], []),
    "notes that go on from one": (
        [("a", 0, {"note": "p"}), ("a", 1, {"note": "p\nq"}), ("b", 1, {"note": "p\nr"})],
        {"note": "p\nq\n\nr"}, [], []),
    "a note written anew by who did not see": (
        [("a", 0, {"note": "p"}), ("a", 1, {"note": "p q"}), ("b", 1, {"note": "s"})], {"note": "p q\n\ns"}, [], []),
    "a note emptied by who did not see": ([("a", 0, {"note": "p"}), ("b", 0, {"note": None})], {"note": "p"}, [], []),
    "a note that was emptied, gone on": (
        [("a", 0, {"note": "p"}), ("a", 1, {"note": None}), ("b", 1, {"note": "p q"})], {"note": "p q"}, [], []),
    "a note that is there already": (
        [("a", 0, {"note": "p\n\nq"}), ("b", 0, {"note": "q"})], {"note": "p\n\nq"}, [], []),
    "a note that is gone on with before the first of it came back": (
        [("b", 0, {"note": "q"}), ("a", 0, {"note": "p"}), ("a", 0, {"note": "p and more"})],
        {"note": "q\n\np and more"}, [], []),
    "a paragraph that two wrote, one longer": (
        [("b", 0, {"note": "p"}), ("a", 0, {"note": "p and more"})], {"note": "p and more"}, [], []),
    "the row of one key made twice": (
        [("a", 0, {"one": "x", "created_at": "2026-01-02"}), ("b", 0, {"one": "x", "created_at": "2026-01-01"})],
        {"one": "x", "created_at": "2026-01-01"}, [], []),
    # -- together
    "two of a group from two hands": (
        [("a", 0, {"start": 1, "stop": 2}), ("b", 0, {"start": 5, "stop": 6})],
        {"start": 5, "stop": 6}, [("start", 5, 1), ("stop", 6, 2)], []),
    "two of a group, the earlier loses both": (
        [("a", 0, {"start": 1, "stop": 2}), ("b", 0, {"start": 5, "stop": 6, "when": 1})],
        {"start": 1, "stop": 2}, [("start", 1, 5), ("stop", 2, 6)], []),
    "a group of which one half was changed unseen": (
        [("a", 0, {"start": 1, "stop": 2}), ("a", 1, {"stop": 3}), ("b", 1, {"start": 5, "stop": 6})],
        {"start": 5, "stop": 6}, [("start", 5, 1), ("stop", 6, 3)], []),
    "half a group never joins the other half of another hand": (
        [("a", 0, {"start": 1, "stop": 2}), ("a", 1, {"stop": 3}), ("b", 1, {"start": 5})],
        {"start": 1, "stop": 3}, [("start", 1, 5)], []),
    "half a group by who saw the other half": (
        [("a", 0, {"start": 1, "stop": 2}), ("a", 1, {"stop": 3}), ("b", 2, {"start": 5})],
        {"start": 5, "stop": 3}, [], []),
    "half a group of one's own": (
        [("a", 0, {"start": 1, "stop": 2}), ("a", 0, {"stop": 3}), ("a", 0, {"start": 2})],
        {"start": 2, "stop": 3}, [], []),
    "a group, equal where it was not seen": (
        [("a", 0, {"start": 1, "stop": 2}), ("a", 1, {"stop": 3}), ("b", 1, {"start": 5, "stop": 3})],
        {"start": 5, "stop": 3}, [], []),
    "a group in which one field is asked": (
        [("a", 0, {"state": "p", "stated_on": 1}), ("b", 0, {"state": "p", "stated_on": 2})],
        {"state": "p", "stated_on": 2}, [("stated_on", 2, 1)], []),
    "a group that is asked": (
        [("a", 0, {"state": "p", "stated_on": 1}), ("b", 0, {"state": "q", "stated_on": 2})],
        {"state": "p", "stated_on": 1}, [("state", "p", "q"), ("stated_on", 1, 2)], []),
    # -- life
    "seen and deleted": ([BORN, ("b", 1, DELETE)], None, [], []),
    "made and deleted in one": ([("a", 0, {"one": "x", "life": "del"})], None, [], []),
    "deleted and never known": ([("a", 0, DELETE)], None, [], []),
    "deleted twice, apart": ([BORN, ("b", 1, DELETE), ("c", 1, DELETE)], None, [], []),
    "deleted, not having seen an edit": (
        [BORN, ("a", 1, {"one": "y"}), ("b", 1, DELETE)], {"one": "y"}, [NOT_DELETED], []),
    "deleted, not having seen that it was made": ([BORN, ("b", 0, DELETE)], {"one": "x"}, [NOT_DELETED], []),
    "deleted from an old base, own edits only": ([BORN, ("a", 1, {"one": "y"}), ("a", 0, DELETE)], None, [], []),
    "deleted, the base of life being its own": (
        [BORN, ("a", 1, {"one": "y"}), ("b", 0, {"life": "del", "life_base": 2})], None, [], []),
    "deleted, not having seen a field that nobody wrote before": (
        [BORN, ("a", 1, {"two": "y"}), ("b", 1, DELETE)], {"one": "x", "two": "y"}, [NOT_DELETED], []),
    "deleted, not having seen what lies under the own value": (
        [BORN, ("b", 1, {"one": "y"}), ("a", 1, {"one": "z"}), ("a", 1, DELETE)],
        {"one": "z"}, [("one", "z", "y"), NOT_DELETED], []),
    "edited and deleted in one, not having seen": (
        [BORN, ("b", 1, {"one": "y"}), ("a", 1, {"one": "z", "life": "del"})],
        {"one": "z"}, [("one", "z", "y"), NOT_DELETED], []),
    "deleted, not having seen a child": ([BORN, ("b", 1, {"life": "del", "unseen_child": True})],
        {"one": "x"}, [CHILD], []),
    "edited, not having seen the deletion": (
        [BORN, ("b", 1, DELETE), ("a", 1, {"two": "y"})], {"one": "x", "two": "y"}, [REVIVED], []),
    "edited, having deleted it oneself": ([BORN, ("a", 1, DELETE), ("a", 1, {"one": "y"})], {"one": "y"}, [], []),
    "brought back by who saw the deletion": ([BORN, ("b", 1, DELETE), ("c", 2, BACK)], {"one": "x"}, [], []),
    "brought back by who did not see this deletion": (
        [BORN, ("b", 1, DELETE), ("c", 1, BACK)], {"one": "x"}, [REVIVED], []),
    "brought back and changed": (
        [BORN, ("b", 1, DELETE), ("c", 2, {"one": "y", "life": "undel"})], {"one": "y"}, [], []),
    "brought back, life's base being its own": (
        [BORN, ("b", 1, DELETE), ("c", 2, {"life": "undel", "life_base": 1})], {"one": "x"}, [REVIVED], []),
    "brought back while it lives": ([BORN, ("b", 1, BACK)], {"one": "x"}, [], []),
    "brought back and unknown": ([("b", 1, BACK)], {}, [], []),
    "deleted, not having seen that it was brought back": (
        [BORN, ("a", 1, DELETE), ("b", 2, BACK), ("c", 1, DELETE)], {"one": "x"}, [NOT_DELETED], []),
    "edited and deleted in one, a deletion not having been seen": (
        [BORN, ("b", 1, DELETE), ("a", 1, {"one": "y", "life": "del"})], None, [], []),
    "deleting settles what was disputed": (
        [BORN, ("b", 0, {"one": "y"}), ("c", 2, DELETE)], None, [("one", "y", "x")], ["c1"]),
    "deleting at last settles the deletion that yielded": (
        [BORN, ("a", 1, {"one": "y"}), ("b", 1, DELETE), ("c", 2, DELETE)], None, [NOT_DELETED], ["c1"]),
    "deleting yields to a dispute not seen": (
        [("a", 0, {"asked": "x"}), ("b", 0, {"asked": "y"}), ("c", 1, DELETE)],
        {"asked": "x"}, [("asked", "x", "y"), NOT_DELETED], []),
    "taking turns, each with a wilder clock": (
        [("a", 0, {"one": "p", "when": 900}), ("b", 1, {"one": "q", "when": 1}), ("a", 2, {"life": "del", "when": 5}),
         ("b", 3, {"life": "undel", "when": 0}), ("c", 4, {"one": "r", "when": 4}), ("a", 5, {"one": "s", "when": 2})],
        {"one": "s"}, [], []),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "shown", "disputed", "settled"), CASES.values(), ids=CASES)
def test_what_becomes_of_a_row(steps, shown, disputed, settled):
    row = OneRow()
    for device, base, what in steps:
        row.says(device, base, **what)
    assert (row.shown if row.alive else None) == shown
    assert row.said == disputed
    assert row.closed == settled


def test_a_dispute_names_the_base_both_hands_and_their_times():
    row = OneRow()
    row.says("a", 0, one="x")
    row.says("b", 1, one="y", when=70)
    row.says("c", 1, one="z", when=60)
    (dispute,) = row.disputes
    assert (dispute.base, dispute.kept, dispute.other) == ("x", "y", "z")
    assert (dispute.kept_by.user, dispute.kept_by.when) == ("B", 70)
    assert (dispute.other_by.user, dispute.other_by.when) == ("C", 60)


def test_a_delete_that_yields_names_who_wrote_what_it_had_not_seen():
    row = OneRow()
    row.says("a", 0, one="x")
    row.says("b", 1, one="y")
    row.says("c", 1, two="z")
    row.says("d", 1, life="del")
    assert (row.disputes[0].kept_by.user, row.disputes[0].other_by.user) == ("C", "D")


def test_a_field_this_program_does_not_know_is_merged_by_time():
    row = OneRow()
    row.says("a", 0, of_tomorrow="x")
    row.says("b", 0, of_tomorrow="y")
    assert row.said == [("of_tomorrow", "y", "x")]


@pytest.mark.parametrize(
    ("second", "is_plain"),
    [
        (("b", 1, {"one": "y"}), True),
        (("b", 1, DELETE), True),
        (("b", 0, {"one": "y"}), False),
        (("b", 0, {"one": "x"}), False),  # who sent it has not seen by whom and when it was written
        (("b", 0, {"one": "y", "when": 1}), False),
        (("b", 0, DELETE), False),
        (("b", 0, {"tags": '["q"]'}), False),
    ],
)
def test_a_row_is_plain_when_it_holds_exactly_what_was_sent(second, is_plain):
    row = OneRow()
    row.says("a", 0, one="x", tags='["p"]')
    device, base, what = second
    assert row.says(device, base, **what).plain is is_plain
    assert (row.state.plain_by, row.state.plain_after) == (("b", 1) if is_plain else ("", 0))


def test_plain_changes_are_counted_from_the_newest_of_another_hand():
    row = OneRow()
    row.says("a", 0, one="x")
    row.says("b", 1, one="y")
    row.says("b", 1, two="z")
    assert (row.state.plain_by, row.state.plain_after) == ("b", 1)
    row.says("a", 3, one="p")
    row.says("b", 4, one="q")
    assert (row.state.plain_by, row.state.plain_after) == ("b", 4)


def test_equal_values_take_no_new_hand():
    row = OneRow()
    row.says("a", 0, one="x")
    outcome = row.says("b", 1, one="x")
    assert not outcome.changed
    assert (row.state.seqs["one"], row.state.whos["one"].device) == (1, "a")


@pytest.mark.parametrize("value", ["[" * 100_000, '["\\ud800"]', '{"a": [1, "1", 1]}', "null", '"q"', "[" + "9" * 5000])
def test_odd_texts_in_a_list_of_codes_are_kept_and_can_be_stored(value):
    row = OneRow()
    row.says("a", 0, tags='["é", 1, "1"]')
    row.says("b", 0, tags=value)
    assert row.state.values["tags"].encode("utf-8")
    row.says("c", 0, tags='["r"]')
    assert '"r"' in row.state.values["tags"]
    assert row.state.values["tags"].startswith(('["é", 1, "1"', '["\\u00e9", 1, "1"'))
