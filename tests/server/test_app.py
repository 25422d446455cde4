"""The server over HTTP, in process: what goes in and out, and that nothing makes it fail."""

import gzip
import json
import zlib

import pytest
import sqlalchemy as sa
import structlog
from starlette.testclient import TestClient

from app.sync.protocol import (
    BLOB_PATH,
    CHALLENGE_PATH,
    ENROL_PATH,
    EXCHANGE_PATH,
    FILES_PATH,
    INCARNATION_PATH,
    PING_PATH,
    TOKEN_PATH,
    Answer,
    Enrol,
    Incarnation,
    NextIncarnation,
    Refusal,
    Request,
    Token,
    Want,
)
from app.sync.wire import CONTENT_TYPE, MAX_INFLATED, MAX_PACKED, digest_of, pack, unpack
from server import tables
from server.accounts import revoke
from server.app import application
from server.database import open_database
from server.limits import Limit
from server.service import Service
from server.settings import Settings
from tests.server.caller import Caller, sealed
from tests.server.world import World, made, put

POSTS = [EXCHANGE_PATH, ENROL_PATH, CHALLENGE_PATH, TOKEN_PATH, INCARNATION_PATH]


@pytest.fixture
def ana(world: World, client: TestClient):
    caller = Caller(world, client)
    caller.enrol()
    caller.sign_in()
    return caller


def test_from_code_to_rows(world: World, client: TestClient):
    ana = Caller(world, client)
    enrolled = ana.enrol()
    assert (enrolled.user_name, enrolled.user_role, enrolled.inc) == ("Ana", "trainer", 1)
    ana.sign_in()
    row_id = world.clock.new_id()
    answer = ana.exchange(sealed(1, made("enterprise", row_id, name="A")))
    assert [result.status for result in answer.results] == ["applied"]
    assert answer.server == enrolled.server
    assert world.value("enterprise", row_id, "name") == "A"


@pytest.mark.parametrize(("bzip2", "begins"), [(False, b"\x1f\x8b"), (True, b"BZh")], ids=["gzip", "bzip2"])
def test_who_says_that_it_reads_bzip2_gets_rows_as_that(world: World, ana: Caller, client: TestClient, bzip2, begins):
    names = [" ".join(f"word{number * 7919 * at % 101}" for at in range(20)) for number in range(100)]
    ops = [made("enterprise", world.clock.new_id(), name=name) for name in names]
    ana.exchange(sealed(1, *ops))
    copy = ana.request(inc=2, want=Want(bzip2=bzip2))
    body, headers = pack(copy, bzip2=bzip2)
    answer = client.post(EXCHANGE_PATH, content=body, headers=headers | {"Authorization": f"Bearer {ana.token}"})
    assert answer.content.startswith(begins)
    rows = unpack(Answer, answer.content, answer.headers).rows
    assert [row.values["name"] for row in rows if row.table == "enterprise"] == names


def test_the_author_comes_from_the_token(world: World, ana: Caller):
    ana.exchange(sealed(1, made("enterprise", world.clock.new_id(), name="A")))
    assert world.rows(tables.change_log)[-1]["user_id"] == world.people["Ana"].id
    assert ana.exchange(device="d2").code == "device"
    assert ana.status == 403


def test_the_next_life_of_a_folder(ana: Caller):
    asked = NextIncarnation(device="d1", was=1)
    assert [ana.post(INCARNATION_PATH, asked, Incarnation).inc for _ in range(2)] == [2, 3]
    assert ana.post(INCARNATION_PATH, NextIncarnation(device="d2", was=1), Incarnation).code == "device"


def test_without_a_good_token_nothing_is_read(world: World, ana: Caller):
    for token in ("", "x", ana.token[:-1], ana.token + "x", "x" * 5_000):
        ana.token, kept = token, ana.token
        assert ana.send(EXCHANGE_PATH, b"anything", {}).code == "token"
        assert ana.status == 401
        ana.token = kept
    world.clock.move(minutes=61)
    assert ana.exchange().code == "token"
    ana.sign_in()
    ana.exchange()
    assert ana.status == 200


def test_a_revoked_device_is_told(world: World, ana: Caller):
    assert revoke(world.database, "d1", world.now)
    assert (ana.exchange().code, ana.status) == ("revoked", 403)
    assert (ana.sign_in().code, ana.status) == ("revoked", 403)


def test_who_comes_in_and_who_is_kept_out_is_in_the_log(world: World, client: TestClient):
    def logged(deed):
        with structlog.testing.capture_logs() as lines:
            deed()
        return [line for line in lines if line["event"] != "request"]

    ana, budi = Caller(world, client), Caller(world, client, name="Budi", device="d2")
    [came] = logged(ana.enrol)
    assert (came["event"], came["device"], came["user"]) == ("enrolled", "d1", world.people["Ana"].id)
    budi.enrol()
    ana.sign_in()
    [gone] = logged(lambda: revoke(world.database, "d2", world.now))
    assert (gone["event"], gone["device"]) == ("access taken back", "d2")
    assert logged(lambda: revoke(world.database, "nobody", world.now)) == []
    forged = ana.signed("9999999999999.x." + "0" * 64)
    deeds = {
        "code": lambda: ana.enrol(code="ABCD-EFGH-JKLM"),
        "device": lambda: ana.exchange(device="d9"),
        "revoked": budi.sign_in,
        "challenge": lambda: ana.post(TOKEN_PATH, forged, Token),
    }
    assert {code: [(line["event"], line["code"]) for line in logged(deed)] for code, deed in deeds.items()} == {
        code: [("kept out", code)] for code in deeds
    }


def test_a_probe_says_who_answers(client: TestClient):
    answer = client.get(PING_PATH)
    assert (answer.status_code, answer.headers["x-sync-proto"], answer.content) == (204, "1", b"")


def test_readiness_follows_the_database(world: World, client: TestClient, sqlite):
    assert client.get("/health").json() == {"status": "alive"}
    assert (client.get("/ready").status_code, client.get("/ready").json()) == (200, {"status": "ready"})
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE alembic_version RENAME TO gone")
    try:
        assert client.get("/ready").status_code == 503
        assert client.get("/health").status_code == 200
    finally:
        with world.database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO alembic_version")


def test_metrics_count_and_name_nobody(world: World, ana: Caller, client: TestClient):
    ana.exchange(sealed(1, made("enterprise", world.clock.new_id(), name="Secret name")))
    ana.exchange(sealed(1, put("enterprise", "x")))
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    text = answer.text
    assert 'gemba_mutations_total{status="applied"} 1.0' in text
    assert f'gemba_requests_total{{route="{EXCHANGE_PATH}",status="200"}} 2.0' in text
    assert 'gemba_request_seconds_bucket{le="0.005"' in text
    assert not {"Secret", "Ana", "d1"} & set(text.split('"'))


def test_every_answer_has_headers_of_safety(client: TestClient):
    for answer in (client.get("/health"), client.get("/nowhere"), client.post(EXCHANGE_PATH)):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_other_paths_and_methods_are_refused_in_our_words(ana: Caller, client: TestClient):
    assert (ana.send("/nowhere", b"", {}).code, ana.status) == ("http-404", 404)
    assert (ana.send(PING_PATH, b"", {}).code, ana.status) == ("http-405", 405)
    assert client.get(EXCHANGE_PATH).status_code == 405


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/nowhere", {"code": "http-404"}),
        ("GET", EXCHANGE_PATH, {"code": "http-405"}),
        ("POST", EXCHANGE_PATH, {"code": "token"}),
        ("GET", f"{BLOB_PATH}/{'0' * 64}", {"code": "token"}),
        ("PATCH", f"{FILES_PATH}{'0' * 64}", {"code": "token"}),
        ("POST", CHALLENGE_PATH, {"code": "not-ours-type"}),
    ],
)
def test_a_refusal_can_be_read_by_anybody(client: TestClient, method, path, told):
    answer = client.request(method, path)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == told | {"end": True}


def test_a_refusal_of_a_laptop_is_a_message(client: TestClient):
    for named in ({"Content-Type": CONTENT_TYPE}, {"Accept": CONTENT_TYPE}):
        answer = client.post(EXCHANGE_PATH, headers=named)
        assert unpack(Refusal, answer.content, answer.headers).code == "token"


def test_the_document_describes_every_route(client: TestClient):
    document = client.get("/schema/openapi.json").json()
    assert set(document["paths"]) >= {*POSTS, PING_PATH, "/health", "/ready", "/metrics"}
    asked = document["paths"][EXCHANGE_PATH]["post"]
    [content] = asked["requestBody"]["content"].values()
    assert content["schema"] == {"$ref": "#/components/schemas/Request"}
    assert asked["security"] == [{"token": []}]
    assert document["components"]["schemas"]["Request"]["properties"]["mutations"]["items"] == {
        "$ref": "#/components/schemas/Mutation"
    }
    assert "://" not in json.dumps(document).replace("https://json-schema.org", "")
    assert client.get("/schema").status_code == 200


def bodies(good: Request):
    """(what is wrong, body, headers) of requests that are none of ours."""
    body, headers = pack(good)
    raw = zlib.decompress(body, 31)

    def packed(text: bytes):
        return gzip.compress(text), headers | {"Content-Digest": digest_of(text)}

    many = b"[" * 60_000 + b"]" * 60_000
    wide = b'{"mutations":[' + b"0," * (MAX_INFLATED // 2 - 100) + b"0]}"
    return [
        ("type", body, headers | {"Content-Type": "text/html"}),
        ("proto", body, headers | {"X-Sync-Proto": "2"}),
        ("digest", body, headers | {"Content-Digest": digest_of(b"")}),
        ("gzip", raw, headers),
        ("gzip", body[:-1], headers),
        ("gzip", body + b"x", headers),
        ("gzip", b"", headers),
        ("size", *packed(b"\x00" * (MAX_INFLATED + 1))),
        ("depth", *packed(many)),
        ("size", *packed(wide)),
        ("json", *packed(b"<html>")),
        ("json", *packed(b"\xff\xfe")),
        ("shape", *packed(b"[]")),
        ("shape", *packed(b"null")),
        ("shape", *packed(b'{"proto":1}')),
        ("end", *packed(raw.replace(b'"end":true', b'"end":false'))),
    ]


def test_what_is_not_ours_is_refused_and_changes_nothing(world: World, ana: Caller):
    good = ana.request(sealed(1, made("enterprise", world.clock.new_id(), name="A")))
    before = world.dump()
    for reason, body, headers in bodies(good):
        assert (ana.send(EXCHANGE_PATH, body, headers).code, ana.status) == (f"not-ours-{reason}", 400)
    assert world.dump() == before


@pytest.mark.parametrize("path", POSTS)
def test_too_much_is_refused_before_it_is_read(ana: Caller, path):
    assert (ana.send(path, b"x" * (MAX_PACKED + 1), {}).code, ana.status) == ("too-large", 413)
    endless = iter([b"x" * 65_536] * 17)
    assert (ana.send(path, endless, {}).code, ana.status) == ("too-large", 413)
    assert (ana.send(path, b"x", {"Content-Length": "lots"}).code, ana.status) == ("too-large", 413)


@pytest.mark.parametrize("path", [ENROL_PATH, CHALLENGE_PATH, TOKEN_PATH])
def test_of_strangers_little_is_read(world: World, client: TestClient, path):
    stranger = Caller(world, client)
    assert (stranger.send(path, b"x" * 8_193, {}).code, stranger.status) == ("too-large", 413)
    body, headers = pack(Enrol(code="A" * 70_000, device="d1", key=stranger.public))
    assert len(body) < 1_000
    assert (stranger.send(path, body, headers).code, stranger.status) == ("not-ours-size", 400)


def test_tokens_that_are_made_up_or_worn_out_cost_little(world: World, ana: Caller, service: Service):
    service.devices = Limit(per_second=1, burst=20)
    asked, good = [], ana.token
    sa.event.listen(world.database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    for made_up in ("x", "x" * 43, "=" * 43, good[:-2] + "xx", good[::-1]):
        ana.token = made_up
        assert (ana.send(EXCHANGE_PATH, b"", {}).code, ana.status) == ("token", 401)
    assert asked == []
    world.clock.move(minutes=61)
    ana.token = good
    told = [ana.send(EXCHANGE_PATH, b"", {}).code for _ in range(30)]
    assert told == ["token"] * 20 + ["too-often"] * 10


def test_too_many_headers_are_refused(client: TestClient):
    answer = client.get("/health", headers={f"x-{number}": "1" for number in range(70)})
    assert (answer.status_code, answer.json()) == (431, {"code": "headers-too-large", "end": True})
    assert client.get("/health", headers={"x-long": "1" * 20_000}).status_code == 431


def test_who_runs_wild_is_asked_to_wait(world: World, ana: Caller, client: TestClient):
    for _ in range(400):
        answer = ana.send(EXCHANGE_PATH, b"", {})
        if ana.status == 429:
            break
    assert answer.code == "too-often"
    assert client.post(EXCHANGE_PATH, headers={"Authorization": f"Bearer {ana.token}"}).headers["retry-after"] == "5"
    world.clock.move(seconds=2)
    ana.exchange()
    assert ana.status == 200


def test_guessing_codes_is_slowed_down(world: World, service: Service, client: TestClient):
    service.strangers = Limit(per_second=2, burst=60)
    ana = Caller(world, client)
    seen = set()
    for _ in range(70):
        answer = ana.post(ENROL_PATH, Enrol(code="ABCD-EFGH-JKLM", device="d1", key=ana.public), Enrol)
        seen.add((ana.status, answer.code))
    assert seen == {(403, "code"), (429, "too-often")}


def test_a_locked_database_is_busy_and_no_fault(world: World, ana: Caller, monkeypatch):
    from server.database import Busy

    def locked(*_):
        raise Busy("locked")

    monkeypatch.setattr(world.database.__class__, "write", locked)
    assert (ana.exchange(sealed(1)).code, ana.status) == ("busy", 503)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_that_is_away_is_no_fault_and_is_asked_again(tmp_path, kind, world: World, ana: Caller):
    """A folder that is no database; a socket at which nobody listens."""
    url = "postgresql+psycopg://gemba@/none?host=" if kind == "postgresql" else "sqlite:///"
    away = Service(Settings(tmp_path), open_database(f"{url}{tmp_path}"), b"s" * 32, world.clock)
    with TestClient(application(away), raise_server_exceptions=False) as client:
        caller = Caller(world, client)
        caller.token = ana.token
        assert (caller.exchange().code, caller.status) == ("away", 503)
        caller.token = ""
        assert (caller.enrol(code="ABCD-EFGH-JKLM").code, caller.status) == ("away", 503)
        answer = client.get(f"{BLOB_PATH}/{'0' * 64}", headers={"Authorization": f"Bearer {ana.token}"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_who_has_no_token_is_told_what_is_wanted(client: TestClient):
    assert client.post(EXCHANGE_PATH).headers["www-authenticate"] == "Bearer"


def test_a_mistake_in_the_program_is_told_as_one(world: World, ana: Caller, service: Service):
    service.secret = None
    assert (ana.send(CHALLENGE_PATH, *pack(Enrol(code="", device="d1", key=""))).code, ana.status) == ("bug", 500)
