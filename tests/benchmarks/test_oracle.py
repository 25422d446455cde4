"""The judge of W6: it finds what was lost, and what was listed without need."""

import pytest

from benchmarks.sync.oracle import Account, Entry

PLACE = ("visit 1", "summary")


@pytest.fixture
def account() -> Account:
    """Ann and Ben both saw `first`; Cid saw what Ann wrote."""
    account = Account()
    account.wrote(PLACE, "first", seeing=None)
    account.wrote(PLACE, "ann", seeing="first")
    account.wrote(PLACE, "ben", seeing="first")
    account.wrote(PLACE, "cid", seeing="ann")
    return account


def test_a_loser_that_is_listed_is_not_lost(account):
    verdict = account.verdict({PLACE: "cid"}, [Entry(PLACE, "cid", "ben")])
    assert (verdict.written, verdict.standing, verdict.replaced, verdict.losers, verdict.listed) == (4, 1, 2, 1, 1)
    assert verdict.lost == []
    assert verdict.spurious == []


def test_a_loser_that_is_not_listed_is_lost(account):
    assert account.verdict({PLACE: "cid"}, []).lost == [(PLACE, "ben")]
    assert account.verdict({PLACE: "ben"}, []).lost == [(PLACE, "cid")]


@pytest.mark.parametrize(("kept", "other"), [("cid", "first"), ("first", "cid"), ("ann", "ann"), ("ben", "nobody's")])
def test_entries_about_what_somebody_saw_are_spurious(account, kept, other):
    entry = Entry(PLACE, kept, other)
    verdict = account.verdict({PLACE: "cid"}, [Entry(PLACE, "cid", "ben"), entry])
    assert verdict.spurious == [entry]


def test_a_value_that_both_saw_is_no_dispute_between_them(account):
    verdict = account.verdict({PLACE: "ben"}, [Entry(PLACE, "ben", "ann"), Entry(PLACE, "ben", "cid")])
    assert verdict.spurious == []
    assert verdict.lost == []


def test_values_are_written_once(account):
    with pytest.raises(ValueError, match="twice"):
        account.wrote(PLACE, "ann", seeing=None)
