"""What travels: limits, bombs, cuts at every byte, headers of others. What is not exactly ours changes nothing."""

import bz2
import gzip
import json
import resource
import time
import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotOurs
from app.sync import wire
from app.sync.protocol import Answer, Challenge, Mutation, Op, Refusal, Request, Result, Row, encoded


def request(**changes) -> Request:
    asked = {"proto": 1, "schema": 1, "device": "d", "inc": 1, "epoch": "e", "client_ms": 1}
    return Request(**(asked | changes))


def packed(raw: bytes, **headers: str) -> tuple[bytes, dict[str, str]]:
    """Any bytes in our wrapping."""
    _, ours = wire.pack(request())
    return gzip.compress(raw), ours | {wire.DIGEST_HEADER: wire.digest_of(raw)} | headers


def refusal(kind, body, headers) -> str:
    with pytest.raises(NotOurs) as caught:
        wire.unpack(kind, body, headers)
    return caught.value.reason


def test_a_message_comes_out_as_it_went_in():
    sent = request(mutations=[msgspec.Raw(encoded(Mutation(m=1, schema=1, hlc=2, at=3, base=4)))], cursor=7)
    body, headers = wire.pack(sent)
    got = wire.unpack(Request, body, headers)
    assert got.end
    assert (got.cursor, got.device) == (7, "d")
    assert bytes(got.mutations[0]) == bytes(sent.mutations[0])
    assert "Content-Encoding" not in headers


@pytest.mark.parametrize("stage", [0, 6, 7, 8])
@pytest.mark.parametrize("cursor", [0, 7])
def test_where_the_stage_and_the_head_are_arrives(cursor, stage):
    sent = request(cursor=cursor, stage=stage)
    assert wire.unpack(Request, *wire.pack(sent)).stage == sent.stage == stage
    answer = Answer(server="s", epoch="e", cursor=cursor, head=max(cursor, stage))
    assert wire.unpack(Answer, *wire.pack(answer)).head == answer.head


def test_a_sealed_mutation_arrives_byte_by_byte_as_it_was_sealed():
    sealed = b'{"at":1,  "hlc":1,"m":1,"base":0,"schema":1,"unknown":[1,2]}'
    body, headers = wire.pack(request(mutations=[msgspec.Raw(sealed)]))
    assert bytes(wire.unpack(Request, body, headers).mutations[0]) == sealed


JSON_VALUES = (
    st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)


@given(st.dictionaries(st.text(max_size=5), JSON_VALUES, max_size=4), st.text(max_size=10))
def test_any_value_survives_the_journey(values, name):
    body, headers = wire.pack(Answer(server=name, epoch="e", rows=[Row(table="t", id="1", seq=1, values=values)]))
    got = wire.unpack(Answer, body, headers)
    assert got.server == name
    assert got.rows[0].values == values


WORDS = " ".join(f"word{number * 7919 % 100}" for number in range(400))


def test_who_reads_bzip2_is_sent_what_is_less():
    sent = Challenge(challenge=WORDS)
    zipped, shorter = wire.pack(sent)[0], wire.pack(sent, bzip2=True)
    assert zipped.startswith(b"\x1f\x8b")
    assert shorter[0].startswith(b"BZh")
    assert len(shorter[0]) < len(zipped)
    assert wire.unpack(Challenge, *shorter).challenge == WORDS
    few = Challenge(challenge="a few words")
    assert wire.pack(few, bzip2=True) == wire.pack(few)


def test_a_bzip2_that_is_cut_or_followed_by_something_is_refused():
    body, headers = wire.pack(Challenge(challenge=WORDS), bzip2=True)
    for at in range(len(body)):
        assert refusal(Challenge, body[:at], headers) == "gzip"
    assert refusal(Challenge, body + b"x", headers) == "gzip"
    assert refusal(Challenge, body + body, headers) == "gzip"


def test_a_bzip2_with_any_byte_changed_is_refused_or_says_the_same():
    body, headers = wire.pack(Challenge(challenge=WORDS), bzip2=True)
    changed = (bytes([*body[:at], body[at] ^ 0x10, *body[at + 1 :]]) for at in range(len(body)))
    assert {taken(each, headers) for each in changed} <= {"gzip", "digest", WORDS}


def test_clocks_travel_only_with_the_mutations_whose_time_they_tell():
    sealed = [msgspec.Raw(encoded(Mutation(m=1, schema=1, hlc=2, at=3, base=4)))]
    for mutations, told in (([], ("", None)), (sealed, ("b", 5))):
        got = wire.unpack(Request, *wire.pack(request(boot="b", mono=5, mutations=mutations)))
        assert (got.boot, got.mono) == told


@pytest.mark.parametrize("at", range(0, 120, 1))
def test_a_body_cut_at_any_byte_is_refused(at):
    body, headers = wire.pack(Challenge(challenge="0123456789"))
    if at < len(body):
        assert refusal(Challenge, body[:at], headers) == "gzip"
    else:
        assert wire.unpack(Challenge, body, headers)


def test_a_json_cut_at_any_byte_is_refused_even_where_gzip_and_digest_are_right():
    raw = encoded(Answer(server="s", epoch="e", rows=[Row(table="t", id="1", seq=1, values={"a": "[é"})], end=True))
    for at in range(len(raw)):
        body, headers = packed(raw[:at])
        assert refusal(Answer, body, headers) in {"json", "end", "shape"}


def taken(body, headers) -> str:
    """The text of the message, or why it was refused."""
    try:
        return wire.unpack(Challenge, body, headers).challenge
    except NotOurs as error:
        return error.reason


@pytest.mark.parametrize("bit", [0x01, 0x10, 0x80])
def test_a_body_with_any_byte_changed_is_refused_or_says_the_same(bit):
    body, headers = wire.pack(Challenge(challenge="0123456789"))
    said = {taken(bytes([*body[:at], body[at] ^ bit, *body[at + 1 :]]), headers) for at in range(len(body))}
    assert said <= {"gzip", "digest", "0123456789"}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"Content-Type": "text/html"}, "type"),
        ({"Content-Type": ""}, "type"),
        ({"Content-Type": "application/json"}, "type"),
        ({"X-Sync-Proto": "2"}, "proto"),
        ({"X-Sync-Proto": ""}, "proto"),
        ({"Content-Digest": "sha-256=:AAAA:"}, "digest"),
        ({"Content-Digest": ""}, "digest"),
    ],
)
def test_headers_of_others_are_refused(changed, reason):
    body, headers = wire.pack(request())
    assert refusal(Request, body, headers | changed) == reason


@pytest.mark.parametrize("missing", ["Content-Type", "X-Sync-Proto", "Content-Digest"])
def test_headers_that_are_missing_are_refused(missing):
    body, headers = wire.pack(request())
    del headers[missing]
    assert refusal(Request, body, headers) in {"type", "proto", "digest"}


def test_the_case_of_names_and_a_charset_do_not_matter():
    body, headers = wire.pack(request())
    named = {name.upper(): value for name, value in headers.items()}
    named["CONTENT-TYPE"] += "; charset=utf-8"
    assert wire.unpack(Request, body, named).device == "d"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "gzip"),
        (b"<html>sign in</html>", "gzip"),
        (json.dumps({"end": True}).encode(), "gzip"),
        (zlib.compress(b"{}"), "gzip"),
        (gzip.compress(b"{}") + b"x", "gzip"),
        (gzip.compress(b"{}") + gzip.compress(b"{}"), "gzip"),
    ],
)
def test_bodies_that_are_not_one_gzip_are_refused(body, reason):
    _, headers = wire.pack(request())
    assert refusal(Request, body, headers) == reason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "json"),
        (b"{", "json"),
        (b"[]", "shape"),
        (b"null", "shape"),
        (b"{}", "shape"),
        (b'{"challenge":1,"end":true}', "shape"),
        (b'{"challenge":"a"}', "end"),
        (b'{"challenge":"a","end":false}', "end"),
        (b'{"challenge":"a","end":true}{}', "json"),
        (b'{"challenge":"\xff","end":true}', "json"),
        (b'{"challenge":"\\ud800","end":true}', "json"),
        (b'{"challenge":"a","end":NaN}', "json"),
        (b"\xef\xbb\xbf{}", "json"),
        (b'{"challenge":"a","end":true,"more":' + b"[" * 40 + b"]" * 40 + b"}", "depth"),
        (b'{"challenge":"a","more":' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}", "depth"),
        (b'{"challenge":"a","more":' + b"[" * 1_000_000, "depth"),
    ],
)
def test_json_that_is_not_the_message_is_refused(raw, reason):
    assert refusal(Challenge, *packed(raw)) == reason


@pytest.mark.parametrize("text", ["[" * 99, '\\"[' * 50, '\\\\"[', "\\", '"', "[\\\\", '\\\\\\"' + "{" * 50])
def test_brackets_inside_texts_are_no_depth(text):
    body, headers = wire.pack(Challenge(challenge=text))
    assert wire.unpack(Challenge, body, headers).challenge == text


@given(st.text(alphabet='[]{}"\\/ab', max_size=60))
def test_brackets_and_quotes_in_any_text_are_no_depth(text):
    body, headers = wire.pack(Challenge(challenge=text * 9))
    assert wire.unpack(Challenge, body, headers).challenge == text * 9


def test_the_deepest_that_is_taken_is_thirty_two():
    def nested(depth: int) -> bytes:
        return b'{"challenge":"a","end":true,"more":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"

    assert wire.unpack(Challenge, *packed(nested(wire.MAX_DEPTH)))
    assert refusal(Challenge, *packed(nested(wire.MAX_DEPTH + 1))) == "depth"


def test_what_is_larger_than_may_be_is_refused():
    _, headers = wire.pack(request())
    assert refusal(Request, b"x" * (wire.MAX_PACKED + 1), headers) == "size"
    with pytest.raises(NotOurs):
        wire.unpack(Request, b"x" * 101, headers, max_packed=100)
    body, headers = packed(b" " * 801)  # eight times of what may come packed
    assert len(body) <= 100
    with pytest.raises(NotOurs, match="size"):
        wire.unpack(Request, body, headers, max_packed=100)
    body, headers = packed(b" " * (wire.MAX_INFLATED + 1))
    assert refusal(Request, body, headers) == "size"


def test_the_largest_that_may_be_is_taken():
    raw = b'{"challenge":"a","end":true}'
    body, headers = packed(raw + b" " * (wire.MAX_INFLATED - len(raw)))
    assert wire.unpack(Challenge, body, headers).challenge == "a"


@pytest.mark.parametrize("packer", [zlib.compressobj(9, zlib.DEFLATED, 31), bz2.BZ2Compressor()], ids=["gzip", "bzip2"])
def test_a_bomb_is_refused_at_once_and_in_little_memory(packer):
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(900)) + packer.flush()  # 900 MiB in 900 kB, or less
    assert len(bomb) < wire.MAX_PACKED
    _, headers = wire.pack(request())
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    assert refusal(Request, bomb, headers) == "size"
    assert time.process_time() - start < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


@pytest.mark.parametrize(
    "raw",
    [b"[]" * (wire.MAX_INFLATED // 2), (b"[" * 32 + b"]" * 32) * (wire.MAX_INFLATED // 64), b'"' * wire.MAX_INFLATED],
    ids=["many", "deep", "quotes"],
)
def test_brackets_by_the_million_are_refused_within_a_second(raw):
    start = time.process_time()
    assert refusal(Request, *packed(raw)) == "shape"
    assert time.process_time() - start < 2


def test_what_is_not_known_is_ignored_wherever_it_stands():
    raw = b"""{"server":"s","epoch":"e","of_tomorrow":{"a":[1]},"rows":[{"t":"visit","id":"1","seq":2,"v":{"new":1},
      "of_tomorrow":true}],"results":[{"m":1,"status":"applied","of_tomorrow":null}],"end":true}"""
    answer = wire.unpack(Answer, *packed(raw))
    assert answer.rows == [
        Row(table="visit", id="1", seq=2, values={"new": 1})
    ]  # an unknown field is no unknown member
    assert answer.results == [Result(m=1, status="applied")]


def test_an_unknown_status_is_not_ours():
    raw = b'{"server":"s","epoch":"e","results":[{"m":1,"status":"of_tomorrow"}],"end":true}'
    assert refusal(Answer, *packed(raw)) == "shape"


def test_the_same_message_gives_the_same_bytes():
    one = Op(table="t", id="1", set={"b": 1, "a": 2})
    other = Op(table="t", id="1", set={"a": 2, "b": 1})
    assert encoded(one) == encoded(other)
    assert wire.pack(Refusal(code="x"))[0] == wire.pack(Refusal(code="x"))[0]
