"""When an edit was made: by the clock that only grows where there is one, never outside what can be."""

import pytest

from app.sync.protocol import Mutation, Request
from server.clocks import edited_at

NOW = 1_795_000_000_000
ENROLLED = NOW - 30 * 86_400_000
MINUTE = 60_000


def found(*, at=NOW, hlc=NOW, boot="", mono=None, request_boot="", request_mono=None):
    """(minutes before now, clock suspect)."""
    mutation = Mutation(m=1, schema=1, hlc=hlc << 16, at=at, base=0, boot=boot, mono=mono)
    request = Request(proto=1, schema=1, device="d", inc=1, epoch="", client_ms=0, boot=request_boot, mono=request_mono)
    edited, suspect = edited_at(mutation, request, ENROLLED, NOW)
    return (NOW - edited) / MINUTE, suspect


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, (0, False)),
        ({"at": NOW - 5 * MINUTE, "hlc": NOW - 5 * MINUTE}, (5, False)),
        # A clock that is years off, by the time since the machine was started.
        ({"at": 0, "hlc": 0, "boot": "b", "mono": 1, "request_boot": "b", "request_mono": 1 + 7 * MINUTE}, (7, True)),
        ({"at": NOW * 2, "hlc": 0, "boot": "b", "mono": 5, "request_boot": "b", "request_mono": 5}, (0, True)),
        # Another start, or none that is known: the hybrid time.
        ({"hlc": NOW - MINUTE, "boot": "b", "mono": 1, "request_boot": "c", "request_mono": 9**9}, (1, False)),
        ({"hlc": NOW - MINUTE, "boot": "b", "mono": 1, "request_boot": "b"}, (1, False)),
        ({"hlc": NOW - MINUTE, "boot": "b", "request_boot": "b", "request_mono": 7}, (1, False)),
        ({"hlc": NOW - MINUTE, "boot": "b", "mono": 9, "request_boot": "b", "request_mono": 7}, (1, False)),
        # Never in the future, never before the device was known.
        ({"at": NOW + 9**9, "hlc": NOW + 9**9}, (0, True)),
        ({"at": 0, "hlc": 0}, ((NOW - ENROLLED) / MINUTE, True)),
        ({"at": -(2**60), "hlc": -(2**40)}, ((NOW - ENROLLED) / MINUTE, True)),
        ({"at": NOW - 2 * MINUTE}, (0, False)),
        ({"at": NOW - 2 * MINUTE - 1}, (0, True)),
    ],
)
def test_edited_at(known, expected):
    assert found(**known) == expected


def test_a_device_enrolled_by_a_server_whose_clock_went_back():
    mutation = Mutation(m=1, schema=1, hlc=NOW << 16, at=NOW, base=0)
    request = Request(proto=1, schema=1, device="d", inc=1, epoch="", client_ms=0)
    assert edited_at(mutation, request, NOW + MINUTE, NOW) == (NOW, False)
