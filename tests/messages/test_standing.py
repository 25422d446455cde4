"""Where things stand, in one plain sentence."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app import errors
from app.errors import (
    ClockOff,
    CutShort,
    DeviceRefused,
    NotEnrolled,
    ServerBusy,
    ServerRefuses,
    SignInWanted,
    SyncTrouble,
    Unreachable,
)
from app.fieldwork.outbox import Outbox
from app.i18n import use
from app.messages import message
from app.messages.standing import card_words, confirmed_words, standing_sentence, trouble_title, waiting_words
from app.messages.sync_troubles import clock_off_words, refusal_words, sync_trouble_words
from app.sync.status import Standing

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NONE = Outbox((), 0, 0, None)
SOME = Outbox((("visit", 11), ("photo", 3)), 3, 900_000, date(2026, 11, 24), 0, 900_000)
ONE = Outbox((("visit", 1),), 0, 0, date(2026, 11, 24))
CALM = Standing(True, "https://gemba.example", NONE, NOON, None, None, False, None, 0, 0)
MINUTE = 60_000


@pytest.fixture(autouse=True)
def english():
    use("en")


def when(at):
    return f"{at:%H:%M}"


def test_what_waits_in_words():
    assert waiting_words(SOME) == "14 records and 3 photos (0.9 MB)"
    assert waiting_words(ONE) == "1 record"
    assert waiting_words(replace(NONE, photos=1, file_bytes=300_000)) == "1 photo (0.3 MB)"
    assert waiting_words(replace(NONE, file_bytes=300_000)) == "files (0.3 MB)"
    assert waiting_words(replace(NONE, settled=2)) == "2 records"
    assert waiting_words(NONE) == ""


@pytest.mark.parametrize(
    ("found", "sentence", "card"),
    [
        (
            replace(CALM, is_enrolled=False, waits=SOME),
            "Not connected yet. To be sent: 14 records and 3 photos (0.9 MB).",
            "14 records to send, 3 photos to send",
        ),
        (
            replace(CALM, is_enrolled=False),
            "Not connected yet. Nothing waits to be sent.",
            "Nothing to send",
        ),
        (replace(CALM, waits=ONE), "Connected. To be sent: 1 record.", "1 record to send"),
        (
            replace(CALM, waits=replace(NONE, photos=2, file_bytes=600_000)),
            "Connected. To be sent: 2 photos (0.6 MB).",
            "2 photos to send",
        ),
        (replace(CALM, waits=ONE, is_paused=True), "Paused. To be sent: 1 record.", "Paused. 1 record to send"),
        (
            replace(CALM, waits=ONE, trouble=Unreachable()),
            "No network. To be sent: 1 record.",
            "No network. 1 record to send",
        ),
        (
            replace(CALM, trouble=DeviceRefused(), is_paused=True),
            "Paused. Nothing waits to be sent.",
            "Paused. Nothing to send",
        ),
        (
            replace(CALM, trouble=SignInWanted()),
            "This network wants a sign-in. Nothing waits to be sent.",
            "This network wants a sign-in. Nothing to send",
        ),
        (
            replace(CALM, waits=replace(NONE, photos=1, file_bytes=300_000), rejected=1),
            "The server says no. To be sent: 1 photo (0.3 MB).",
            "The server says no: see Exchange",
        ),
        (replace(CALM, rejected=2), "The server did not take 2 changes.", "The server says no: see Exchange"),
        (
            replace(CALM, confirmed_at=None),
            "Connected. Nothing waits to be sent.",
            "Nothing to send",
        ),
        (
            CALM,
            "The server has confirmed all work on this device, last: 12:00.",
            "Confirmed by the server: 12:00",
        ),
    ],
)
def test_one_sentence_says_where_things_stand(found, sentence, card):
    assert standing_sentence(found, when) == sentence
    assert card_words(found, when) == card


def test_when_the_server_last_confirmed():
    assert confirmed_words(CALM, when) == "Last confirmed by the server: 12:00."
    assert confirmed_words(replace(CALM, confirmed_at=None), when) == "The server has not confirmed anything yet."


KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SyncTrouble)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_says_what_happened_and_that_work_is_safe(kind):
    trouble = kind("code-refused", "detail") if kind is ServerRefuses else kind(detail="detail")
    words = message(trouble)
    assert words.says == sync_trouble_words(trouble)
    assert words.says.endswith(".")
    assert words.details == "detail"
    assert trouble_title(trouble)


def test_no_two_kinds_say_the_same():
    said = [sync_trouble_words(kind("x") if kind is ServerRefuses else kind()) for kind in KINDS]
    assert len(set(said)) == len(KINDS)


def test_the_server_says_why():
    assert "head office" in sync_trouble_words(ServerRefuses("code-refused"))
    assert "(strange-thing)" in sync_trouble_words(ServerRefuses("strange-thing"))


@pytest.mark.parametrize(
    ("by_ms", "words"),
    [
        (3 * MINUTE, "The clock of this device is 3 minutes fast. Set its date and time."),
        (-1, "The clock of this device is 1 minute slow. Set its date and time."),
        (-120 * MINUTE, "The clock of this device is 2 hours slow. Set its date and time."),
        (48 * 60 * MINUTE, "The clock of this device is 2 days fast. Set its date and time."),
    ],
)
def test_how_far_a_clock_is_off(by_ms, words):
    assert clock_off_words(by_ms) == words
    assert sync_trouble_words(ClockOff(by_ms)).startswith(words)


def test_a_clock_that_is_off_by_nobody_knows_what():
    assert sync_trouble_words(ClockOff()).startswith("The clock of this device is wrong.")


def test_why_the_server_did_not_take_something():
    assert refusal_words("invalid-value", "visit", "number") == (
        "Visit: the server cannot take what is written in Number. Correct it, then send it again."
    )
    assert refusal_words("unknown-table", "wages", "") == (
        "wages: the server does not know this kind of record yet. It must be brought up to date."
    )
    assert refusal_words("invalid-field", "visit", "mood").endswith("no server can keep: mood.")
    assert refusal_words("strange", "", "") == "A record: the server did not take it (strange)."
    assert refusal_words("too-many-ops", "", "").startswith("Too much was done")


def test_short_words_for_what_a_newer_program_remembers():
    assert trouble_title(SyncTrouble()) == "The exchange did not work"
    assert trouble_title(NotEnrolled()) == "The exchange did not work"
    assert trouble_title(CutShort()) == "Connection lost"
    assert trouble_title(ServerBusy()) == "The server is busy"
