"""Rule R11: one bad mutation is put aside whole, with its body, and the queue goes on."""

import json

import msgspec
import pytest

from app.models.ids import catalogue_id
from app.sync.protocol import MAX_OPS, Answer, Op, Row
from app.sync.wire import pack, unpack
from server import tables
from server.judge import MOST_CHARACTERS
from tests.server.world import MADE, Laptop, Noise, World, made, put

GOOD = "0190a1b2-0000-7000-8000-000000000001"


def outcome(world: World, *ops: Op, **known):
    """(status, code, table, field) of one mutation of these operations."""
    ana = world.laptop("Ana")
    for op in ops:
        if op.set:
            op.set.setdefault("created_at", MADE)
    [result] = ana.push(*ops, **known).results
    return result.status, result.code, result.table, result.field


def raw(world: World, text: str):
    """The same of bytes that are no mutation of ours."""
    ana = world.laptop("Ana")
    before = world.rows(tables.change_log)
    [result] = ana.send(msgspec.Raw(text.encode())).results
    assert world.rows(tables.change_log) == before
    [kept] = world.rows(tables.mutation_quarantine)
    assert kept["body"] == text.encode()
    return result.status, result.code


@pytest.mark.parametrize(
    "row_id", ["", "x", GOOD.upper(), GOOD[:-1], GOOD + "0", GOOD.replace("-", "_"), "é" * 36, GOOD[:-1] + "\n"]
)
def test_bad_ids_are_rejected(quick_world: World, row_id):
    assert outcome(quick_world, put("enterprise", row_id, name="A")) == ("rejected", "invalid-id", "enterprise", "")


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("enterprise", "name", 5),
        ("enterprise", "name", "a\x00b"),
        ("enterprise", "name", "x" * (MOST_CHARACTERS + 1)),
        ("enterprise", "name", 0.5),
        ("enterprise", "advisor_id", "nobody"),
        ("enterprise", "created_at", 7),
        ("photo", "width", "5"),
        ("photo", "width", 5.0),
        ("photo", "width", 2**63),
        ("photo", "width", -(2**63)),
        ("indicator_value", "value", "5"),
        ("indicator_value", "value", 10**400),
        ("enterprise", "unheard_of", "a\x00b"),
        ("enterprise", "unheard_of", 2**63),
    ],
)
def test_values_of_another_type_are_rejected(quick_world: World, table, field, value):
    assert outcome(quick_world, put(table, GOOD, **{field: value})) == ("rejected", "invalid-value", table, field)


@pytest.mark.parametrize(
    "name", ["id", "tenant_id", "extra", "stub", "binned_at", "*", "", "Name", "a b", "é", "x" * 64]
)
def test_what_is_no_name_of_a_field_is_rejected(quick_world: World, name):
    assert outcome(quick_world, put("enterprise", GOOD, **{name: "a"})) == (
        "rejected",
        "invalid-field",
        "enterprise",
        "",
    )


@pytest.mark.parametrize("table", ["conflict", "blob", "sync_row", "weather"])
def test_unknown_tables_are_parked(quick_world: World, table):
    assert outcome(quick_world, put(table, GOOD, name="A")) == ("parked", "unknown-table", table, "")


@pytest.mark.parametrize("table", ["", "a\x00", "é", "X" * 200])
def test_what_is_no_name_of_a_table_is_not_repeated(quick_world: World, table):
    assert outcome(quick_world, put(table, GOOD, name="A")) == ("parked", "unknown-table", "", "")


@pytest.mark.parametrize(
    ("table", "field", "value", "stored"),
    [
        ("indicator_value", "value", 5, 5.0),
        ("indicator_value", "value", -0.0, 0.0),
        ("indicator_value", "value", 1e308, 1e308),
        ("photo", "width", 2**63 - 1, 2**63 - 1),
        ("enterprise", "name", "x" * 1000 + "\U0001f3ed", "x" * 1000 + "\U0001f3ed"),
        ("visit", "kind", "a kind that only a newer program knows", "a kind that only a newer program knows"),
        ("photo", "height", -5, -5),
        ("enterprise", "name", None, None),
    ],
)
def test_types_are_all_that_is_judged(world: World, table, field, value, stored):
    assert outcome(world, put(table, GOOD, **{field: value})) == ("applied", "", "", "")
    found = world.value(table, GOOD, field)
    assert found == stored
    assert str(found) == str(stored)


def test_a_bad_operation_takes_the_whole_mutation_with_it(quick_world: World):
    ana = quick_world.laptop("Ana")
    good = ana.new_id()
    answer = ana.send(
        ana.seal(made("enterprise", good, name="A"), made("enterprise", ana.new_id(), name=5)),
        ana.seal(made("enterprise", ana.new_id(), name="B")),
    )
    assert [result.status for result in answer.results] == ["rejected", "applied"]
    assert [row["name"] for row in quick_world.rows(tables.ENTITIES["enterprise"])] == ["B"]
    [kept] = quick_world.rows(tables.mutation_quarantine)
    assert kept["body"] == bytes(ana.sent[0])
    assert (kept["m"], kept["code"], kept["user_id"]) == (1, "invalid-value", quick_world.people["Ana"].id)


def test_links_to_rows_nobody_sent_are_parked(quick_world: World):
    assert outcome(quick_world, put("visit", GOOD, enterprise_id=GOOD)) == (
        "parked", "parent-missing", "visit", "enterprise_id",
    )  # fmt: skip


def test_a_link_may_lead_to_a_row_of_the_same_mutation_whatever_the_order(quick_world: World):
    ana = quick_world.laptop("Ana")
    enterprise, visit = ana.new_id(), ana.new_id()
    answer = ana.push(made("visit", visit, enterprise_id=enterprise), made("enterprise", enterprise, name="A"))
    assert answer.results[0].status == "applied"
    assert quick_world.rows(tables.sync_row, tbl="visit")[0]["scope_id"] in ("", enterprise)


def test_what_hangs_on_a_rejected_row_is_parked(quick_world: World):
    ana = quick_world.laptop("Ana")
    enterprise = ana.new_id()
    answer = ana.send(
        ana.seal(made("enterprise", enterprise, name=1)),
        ana.seal(made("visit", ana.new_id(), enterprise_id=enterprise)),
    )
    assert [result.status for result in answer.results] == ["rejected", "parked"]


def test_catalogue_rows_need_not_be_known(quick_world: World):
    module = catalogue_id("module", "score-1")
    assert outcome(quick_world, put("training", GOOD, module_id=module)) == ("applied", "", "", "")


def test_too_many_operations_fields_or_characters_are_rejected(quick_world: World):
    ana = quick_world.laptop("Ana")
    many = [made("enterprise", ana.new_id(), name="A")] * (MAX_OPS + 1)
    wide = put("enterprise", GOOD, **{f"field_{number}": "" for number in range(301)})
    heavy = [made("enterprise", ana.new_id(), name="x" * 700_000) for _ in range(2)]
    answers = [ana.push(*many), ana.push(wide), ana.push(*heavy)]
    assert [(a.results[0].status, a.results[0].code) for a in answers] == [
        ("rejected", "too-many-ops"), ("rejected", "too-many-fields"), ("rejected", "too-large"),
    ]  # fmt: skip


def numbers(prefix: str, fields: int, value: int = 2**53):
    """Unknown fields with a number each."""
    return {f"{prefix}_{number}": value - number for number in range(fields)}


def test_a_row_has_no_more_fields_than_an_operation(quick_world: World):
    ana = quick_world.laptop("Ana")
    row_id = ana.enterprise()
    answers = [ana.push(put("enterprise", row_id, **numbers(prefix, 100))) for prefix in "abc"]
    answers.append(ana.push(put("enterprise", row_id, name="B", **numbers("a", 100, 5))))
    said = [(answer.results[0].status, answer.results[0].code) for answer in answers]
    assert said == [("applied", ""), ("applied", ""), ("rejected", "too-many-fields"), ("applied", "")]


def test_rows_grow_no_larger_than_a_laptop_reads(quick_world: World):
    """Of numbers and of names of fields, too, not of texts alone."""
    ana, budi = quick_world.laptop("Ana"), quick_world.laptop("Budi")
    ids = [ana.new_id() for _ in range(600)]
    answers = [ana.push(*(made("enterprise", row_id) for row_id in ids))]
    prefixes = ("a", "b", "c" * 20, "d" * 20)
    answers += [ana.push(*(put("enterprise", row_id, **numbers(name, 70)) for row_id in ids)) for name in prefixes]
    said = [(answer.results[0].status, answer.results[0].code) for answer in answers]
    assert said[:3] == [("applied", "")] * 3
    assert said[4] == ("rejected", "too-large")
    assert read(budi)[("enterprise", ids[0])].values["a_0"] == 2**53


def test_more_conflicts_than_a_laptop_reads_are_not_opened(quick_world: World):
    ana, budi = quick_world.laptop("Ana"), quick_world.laptop("Budi")
    ids = [ana.new_id() for _ in range(400)]
    for laptop, value in ((ana, 2**53), (budi, 2**52)):
        ops = [made("enterprise", row_id, **numbers("a", 30, value)) for row_id in ids]
        [result] = laptop.push(*ops).results
    assert (result.status, result.code) == ("rejected", "too-large")
    [result] = budi.push(*ops[:100]).results
    assert (result.status, len(quick_world.conflicts())) == ("conflict", 3000)
    assert read(budi).keys() >= {("enterprise", row_id) for row_id in ids}


def test_what_no_packing_makes_less_is_no_more_than_a_laptop_reads(quick_world: World):
    """Each of the mutations could be sent; what they make of their rows together could not be read."""
    ana, noise = quick_world.laptop("Ana"), Noise()
    ids = [ana.new_id() for _ in range(40)]
    said = []
    for name in ("name", "notes"):
        texts = ("".join(chr(0x4E00 + byte) for byte in noise(13_000)) for _ in ids)
        ops = [made("enterprise", row_id, **{name: text}) for row_id, text in zip(ids, texts, strict=True)]
        said += [result.code for result in ana.push(*ops).results]
    assert said == ["", "too-large"]
    assert len(read(quick_world.laptop("Budi"))) >= 40


def read(laptop: Laptop) -> dict[tuple[str, str], Row]:
    """All rows there are, as they come over the link."""
    found = {}
    while True:
        answer = unpack(Answer, *pack(laptop.send()))
        found |= {(row.table, row.id): row for row in answer.rows}
        laptop.cursor = answer.cursor
        if not answer.more:
            return found


def test_conflicts_closed_by_what_is_no_id_are_rejected(quick_world: World):
    ana = quick_world.laptop("Ana")
    results = [ana.push(closes=["c-1"]).results[0], ana.push(closes=[GOOD] * (MAX_OPS + 1)).results[0]]
    assert [result.code for result in results] == ["invalid-id", "too-many-ops"]


@pytest.mark.parametrize(
    "known", [{"hlc": 2**63}, {"at": -(2**63)}, {"base": 2**64}, {"mono": 2**64, "boot": "b"}, {"schema": 2**64}]
)
def test_numbers_that_fit_nowhere_are_rejected(quick_world: World, known):
    assert outcome(quick_world, put("enterprise", GOOD, name="A"), **known) == ("rejected", "invalid-mutation", "", "")


@pytest.mark.parametrize(
    "changed",
    [
        {"ops": [{"t": "enterprise", "id": GOOD, "set": {"name": True}}]},
        {"ops": [{"t": "enterprise", "id": GOOD, "set": {"name": ["a"]}}]},
        {"ops": [{"t": "enterprise", "id": GOOD, "set": {"name": {"a": 1}}}]},
        {"ops": [{"t": "enterprise"}]},
        {"ops": {}},
        {"hlc": "now"},
        {"schema": None},
        {"ops": [{"t": "enterprise", "id": GOOD, "life": "maybe"}]},
    ],
)
def test_what_has_a_number_and_no_shape_is_put_aside(quick_world: World, changed):
    sound = {"m": 1, "schema": 1, "hlc": 0, "at": 0, "base": 0}
    assert raw(quick_world, json.dumps(sound | changed)) == ("rejected", "invalid-mutation")


def test_half_a_surrogate_pair_is_put_aside(quick_world: World):
    text = '{"m":1,"schema":1,"hlc":0,"at":0,"base":0,"ops":[{"t":"enterprise","id":"x","set":{"name":1e999}}]}'
    assert raw(quick_world, text) == ("rejected", "invalid-mutation")


def test_an_operation_that_says_nothing_is_nothing(quick_world: World):
    ana = quick_world.laptop("Ana")
    row_id = ana.enterprise()
    before = quick_world.rows(tables.sync_row)
    assert ana.push(Op(table="enterprise", id=row_id)).results[0].status == "applied"
    assert quick_world.rows(tables.sync_row) == before


def test_work_on_a_row_that_nobody_made_is_parked(quick_world: World):
    ana = quick_world.laptop("Ana")
    [result] = ana.push(put("enterprise", GOOD, name="A")).results
    assert (result.status, result.code, result.table) == ("parked", "row-missing", "enterprise")


def test_deep_json_in_a_text_is_text(quick_world: World):
    ana, budi = quick_world.laptop("Ana"), quick_world.laptop("Budi")
    enterprise = ana.enterprise()
    group = ana.adds("measurement_group", enterprise_id=enterprise, indicators="[" * 100_000)
    [result] = budi.push(put("measurement_group", group, indicators="[" * 90_000), base=0).results
    assert result.status in ("merged", "conflict")
