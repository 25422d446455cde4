"""Codes, devices, tokens: who gets in, what can be asked again, what is refused."""

import base64

import pytest
import sqlalchemy as sa

from app.sync.protocol import Enrol, SignIn
from server import tables
from server.accounts import (
    CODE_MS,
    add_user,
    create_tenant,
    enrol,
    identify,
    list_devices,
    list_tenants,
    list_users,
    new_code,
    next_incarnation,
    revoke,
)
from server.database import open_database
from server.refusals import Refused
from server.sessions import DeviceSession
from server.signin import CHALLENGE_MS, TOKEN_MS, new_challenge, new_token, session_of
from tests.server.caller import Caller
from tests.server.world import KEY, World

SECRET = b"s" * 32
OTHER_KEY = base64.b64encode(b"o" * 32).decode()


def refused(deed, *args, **known):
    with pytest.raises(Refused) as caught:
        deed(*args, **known)
    return caught.value.code, caught.value.status


def code_of(world: World, name: str = "Ana") -> str:
    return new_code(world.database, world.people[name], world.now)


def let_in(world: World, code: str, **known):
    return enrol(world.database, Enrol(**({"code": code, "device": "d1", "key": KEY} | known)), world.now)


def test_a_code_lets_one_device_in(world: World):
    code = code_of(world)
    enrolled = let_in(world, code.lower().replace("-", " "))
    assert (enrolled.user_id, enrolled.user_name, enrolled.inc) == (world.people["Ana"].id, "Ana", 1)
    assert enrolled.tenant == world.tenant
    assert enrolled.server == identify(world.database, world.now)
    assert enrolled.epoch == world.rows(tables.epoch)[0]["id"]
    assert refused(let_in, world, code, device="d2") == ("code", 403)


def test_a_code_may_be_used_again_by_its_device_when_the_answer_was_lost(world: World):
    code = code_of(world)
    first = let_in(world, code)
    before = world.dump()
    assert let_in(world, code) == first
    assert world.dump() == before
    assert refused(let_in, world, code, key=OTHER_KEY) == ("device-taken", 403)


def test_codes_are_good_for_ten_minutes_and_kept_as_hashes(world: World):
    code = code_of(world)
    assert code.replace("-", "") not in str(world.rows(tables.enrol_code))
    world.clock.move(milliseconds=CODE_MS)
    assert refused(let_in, world, code) == ("code", 403)


@pytest.mark.parametrize("code", ["", "ABCD-EFGH-JKLM", "é", "x" * 10_000])
def test_other_codes_let_nobody_in(world: World, code):
    assert refused(let_in, world, code) == ("code", 403)


@pytest.mark.parametrize(
    "known",
    [
        {"device": ""},
        {"device": "a.b"},
        {"device": "x" * 65},
        {"device": "d\n"},
        {"key": "no base64"},
        {"key": base64.b64encode(b"short").decode()},
        {"key": "é"},
        {"name": "x" * 201},
        {"program": "a\x00"},
    ],
)
def test_what_no_device_says_is_refused(world: World, known):
    before = world.dump()
    assert refused(let_in, world, "ABCD-EFGH-JKLM", **known)[0] == "shape"
    assert world.dump() == before


def test_a_code_of_somebody_who_left_lets_nobody_in(world: World):
    code = code_of(world)
    with world.database.engine.begin() as connection:
        connection.execute(tables.account.update().values(closed_ms=world.now))
    assert refused(let_in, world, code) == ("code", 403)


def test_a_revoked_device_comes_back_with_a_new_key_in_a_new_life(world: World):
    let_in(world, code_of(world))
    assert revoke(world.database, "d1", world.now)
    assert not revoke(world.database, "nobody", world.now)
    world.clock.move(minutes=1)
    again = let_in(world, code_of(world, "Budi"), key=OTHER_KEY)
    assert (again.inc, again.user_name) == (2, "Budi")
    [device] = list_devices(world.database, world.tenant)
    assert (device.account, device.incarnation, device.revoked_ms) == ("Budi", 2, None)
    assert device.last_seen_ms == device.enrolled_ms == world.now


def test_a_revoked_device_does_not_come_back_with_the_code_it_came_with(world: World):
    code, other = code_of(world), code_of(world)
    let_in(world, code)
    let_in(world, other, device="d2")
    revoke(world.database, "d1", world.now)
    assert refused(let_in, world, code) == ("code", 403)
    assert refused(let_in, world, code, key=OTHER_KEY) == ("code", 403)
    assert let_in(world, other, device="d2").inc == 1
    [gone, _] = list_devices(world.database, world.tenant)
    assert gone.revoked_ms == world.now


def test_a_device_that_is_enrolled_later_again_gets_a_new_life(world: World):
    let_in(world, code_of(world))
    world.clock.move(minutes=11)
    assert let_in(world, code_of(world)).inc == 2


def test_a_device_of_another_organisation_stays_there(world: World):
    let_in(world, code_of(world))
    other = create_tenant(world.database, "Other", world.now)
    stranger = add_user(world.database, other, "Cem", "trainer", world.now)
    code = new_code(world.database, stranger, world.now)
    assert refused(let_in, world, code) == ("device-taken", 403)
    assert list_devices(world.database, other) == []
    assert [name for _, name in list_tenants(world.database)] == ["Programme", "Other"]


def test_every_asked_life_is_another(world: World):
    let_in(world, code_of(world))
    session = DeviceSession(world.tenant, world.people["Ana"].id, "d1")
    assert [next_incarnation(world.database, session, world.now) for _ in range(3)] == [2, 3, 4]
    assert next_incarnation(world.database, session, world.now, was=7) == 8
    assert next_incarnation(world.database, session, world.now, was=3) == 9
    assert next_incarnation(world.database, session, world.now, was=10**9) == 1_010


def test_people_have_names_and_roles(world: World):
    assert [account.name for account in list_users(world.database, world.tenant)] == ["Ana", "Budi"]
    add = (add_user, world.database, world.tenant)
    assert refused(*add, "Ana", "trainer", world.now) == ("name-taken", 400)
    assert refused(*add, "Cem", "queen", world.now) == ("invalid-role", 400)
    for name in ("", " ", "a\x00b", "a\nb", "x" * 201):
        assert refused(*add, name, "trainer", world.now) == ("invalid-name", 400)


def test_of_two_who_add_the_same_name_at_once_one_is_refused(postgres_url):
    """The other does it after this one has looked for the name. SQLite lets nobody write meanwhile."""
    database = open_database(postgres_url())
    world = World(database)

    @sa.event.listens_for(database.engine, "after_cursor_execute", once=True)
    def looked(*_):
        add_user(world.database, world.tenant, "Cem", "trainer", world.now)

    assert refused(add_user, database, world.tenant, "Cem", "trainer", world.now) == ("name-taken", 400)
    assert [account.name for account in list_users(database, world.tenant)] == ["Ana", "Budi", "Cem"]
    database.close()


def test_a_name_is_free_again_when_its_owner_left(world: World):
    with world.database.engine.begin() as connection:
        connection.execute(tables.account.update().values(closed_ms=world.now))
    for _ in range(2):
        add_user(world.database, world.tenant, "Ana", "trainer", world.now)
        with world.database.engine.begin() as connection:
            connection.execute(tables.account.update().values(closed_ms=world.now))
    assert list_users(world.database, world.tenant) == []


def signed(world: World, device: str = "d1"):
    caller = Caller(world, None, device=device)
    let_in(world, code_of(world), key=caller.public, device=device)
    return caller


def token_of(world: World, caller: Caller, message: SignIn | None = None) -> str:
    asked = new_challenge(world.database, SECRET, caller.device, world.now)
    return new_token(world.database, SECRET, message or caller.signed(asked), world.now)


def test_a_signed_challenge_gives_a_token_for_an_hour(world: World):
    caller = signed(world)
    token = token_of(world, caller)
    session = session_of(world.database, token, world.now)
    assert session == DeviceSession(world.tenant, world.people["Ana"].id, "d1")
    assert len(base64.urlsafe_b64decode(token + "=")) == 32
    assert token not in str(world.rows(tables.access_token))
    world.clock.move(milliseconds=TOKEN_MS)
    assert refused(session_of, world.database, token, world.now) == ("token", 401)


def test_the_same_answer_can_be_sent_again(world: World):
    caller = signed(world)
    message = caller.signed(new_challenge(world.database, SECRET, "d1", world.now))
    tokens = [token_of(world, caller, message) for _ in range(2)]
    assert len(set(tokens)) == 2
    assert all(session_of(world.database, token, world.now) for token in tokens)


def test_old_tokens_are_swept(world: World):
    caller = signed(world)
    token_of(world, caller)
    world.clock.move(milliseconds=TOKEN_MS)
    token_of(world, caller)
    assert len(world.rows(tables.access_token)) == 1


def test_challenges_are_good_for_two_minutes_and_one_device(world: World):
    caller, other = signed(world), signed(world, "d2")
    asked = new_challenge(world.database, SECRET, "d1", world.now)
    assert refused(token_of, world, other, other.signed(asked)) == ("challenge", 400)
    world.clock.move(milliseconds=CHALLENGE_MS)
    assert refused(token_of, world, caller, caller.signed(asked)) == ("challenge", 400)


@pytest.mark.parametrize("challenge", ["", ".", "..", "1.a.b", "é", "9999999999999.x." + "0" * 64, "x" * 100_000])
def test_made_up_challenges_are_refused(world: World, challenge):
    caller = signed(world)
    assert refused(token_of, world, caller, caller.signed(challenge)) == ("challenge", 400)


@pytest.mark.parametrize("signature", ["", "no base64", "é", base64.b64encode(b"x" * 64).decode()])
def test_wrong_signatures_are_refused(world: World, signature):
    caller = signed(world)
    message = caller.signed(new_challenge(world.database, SECRET, "d1", world.now))
    message.signature = signature
    assert refused(token_of, world, caller, message) == ("signature", 403)


def test_a_key_of_another_device_does_not_sign(world: World):
    caller = signed(world)
    caller.key = Caller(world, None, device="d2").key
    assert refused(token_of, world, caller) == ("signature", 403)


def test_devices_that_are_unknown_or_revoked_get_no_token(world: World):
    caller = signed(world)
    token = token_of(world, caller)
    revoke(world.database, "d1", world.now)
    assert refused(token_of, world, caller) == ("revoked", 403)
    assert refused(session_of, world.database, token, world.now) == ("revoked", 403)
    assert refused(token_of, world, Caller(world, None, device="d9")) == ("revoked", 403)


def test_a_token_of_before_is_worthless_after_a_new_enrolment(world: World):
    caller = signed(world)
    token = token_of(world, caller)
    world.clock.move(minutes=20)
    let_in(world, code_of(world), key=caller.public)
    assert refused(session_of, world.database, token, world.now) == ("token", 401)
