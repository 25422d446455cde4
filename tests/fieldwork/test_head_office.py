"""What head office gets: which rows, typed how, in which order, and what never leaves the store."""

from datetime import UTC, date, datetime

import pytest

from app.fieldwork.agreement import agree
from app.fieldwork.answers import answer_item, begin_assessment
from app.fieldwork.attendance import enrol, hold_session, tick
from app.fieldwork.catalogues import load_catalogues, newest_checklist_id, programme_id
from app.fieldwork.head_office import head_office_snapshot
from app.fieldwork.measure import take_figure
from app.fieldwork.pictures import add_after, mark_before
from app.fieldwork.plan import describe_enterprise, plan_visit
from app.models.rows import bin_row, save_row
from app.models.visits import VisitKind
from tests.factories import VISIT_DAY, make_enterprise, make_improvement, make_person_met, make_session, make_visit


def sheet(db, name):
    snapshot = head_office_snapshot(db, made_on=date(2026, 11, 30), made_by="me_officer", program_version="1")
    return snapshot.sheets[name]


@pytest.fixture
def visit_id(db, by):
    return make_visit(db, by)


@pytest.fixture
def assessment_id(db, by, clock, visit_id):
    load_catalogues(db, clock)
    return begin_assessment(db, by, visit_id, newest_checklist_id(db, "osh"), moment="baseline")


def test_the_snapshot_says_who_made_it_when_and_with_what(db):
    snapshot = head_office_snapshot(db, made_on=date(2026, 11, 30), made_by="me_officer", program_version="1.2")
    assert (snapshot.made_on, snapshot.made_by, snapshot.program_version) == (date(2026, 11, 30), "me_officer", "1.2")
    assert not any(snapshot.sheets.values())


def test_an_enterprise_with_its_newest_profile(db, by, clock):
    load_catalogues(db, clock)
    score = programme_id("score", "PE")
    enterprise_id = make_enterprise(db, by, may_share=True, joined_on=date(2026, 1, 5), country_programme_id=score)
    describe_enterprise(db, by, enterprise_id, date(2026, 2, 1), women_permanent=1, men_permanent=1)
    describe_enterprise(
        db, by, enterprise_id, date(2026, 9, 1), women_permanent=20, women_temporary=10, men_permanent=10
    )
    describe_enterprise(db, by, enterprise_id, date(2026, 12, 1), women_permanent=99)
    make_visit(db, by, enterprise_id)
    plan_visit(db, by, enterprise_id, kind=VisitKind.FOLLOW_UP, on=date(2026, 12, 10))
    (row,) = sheet(db, "Enterprises")
    assert (row["programme"], row["joined_on"], row["may_share"]) == ("score", date(2026, 1, 5), True)
    assert (row["profile_on"], row["workers"], row["women"]) == (date(2026, 9, 1), 40, 30)
    assert row["women_share"] == 0.75
    assert row["visits_held"] == 1


@pytest.mark.parametrize(
    ("figures", "workers", "women", "share"),
    [
        ({}, None, None, None),
        ({"workers": 80}, 80, None, None),
        ({"women_permanent": 5}, 5, 5, None),
        ({"women_permanent": 0, "men_temporary": 4}, 4, 0, 0.0),
        ({"women_permanent": 0, "men_permanent": 0}, 0, 0, None),
    ],
)
def test_people_that_nobody_counted_are_not_zero(db, by, figures, workers, women, share):
    describe_enterprise(db, by, make_enterprise(db, by), date(2026, 2, 1), **figures)
    (row,) = sheet(db, "Enterprises")
    assert (row["workers"], row["women"], row["women_share"]) == (workers, women, share)


def test_a_visit(db, by, clock, visit_id):
    make_person_met(db, by, visit_id)
    make_person_met(db, by, visit_id, role="worker", sex="woman", count=3)
    make_person_met(db, by, visit_id, role="worker_representative", sex="man")
    (row,) = sheet(db, "Visits")
    assert (row["enterprise"], row["kind"], row["status"]) == ("Confecciones Andina", "follow_up", "draft")
    assert row["visit_on"] == clock.now().astimezone().date()
    assert row["started_at"] == datetime(2026, 11, 24, 1, 12, tzinfo=UTC)
    assert (row["people_met"], row["women_met"], row["workers_met"]) == (5, 4, 4)
    assert row["trainer_id"] == by.user_id


def test_a_session_on_a_visit_and_one_in_the_classroom(db, by, visit_id):
    make_session(db, by, visit_id, ("woman", "worker"), ("man", "manager"), ("not_said", "other"))
    classroom = hold_session(db, by, "Opening", on=date(2026, 11, 2))
    tick(db, by, classroom, [enrol(db, by, make_enterprise(db, by, name), sex="man", role="worker") for name in "AB"])
    rows = {row["topic"]: row for row in sheet(db, "Sessions")}
    counts = ("present", "women", "men", "other", "managers", "workers", "enterprises")
    assert [rows["5S on the line"][name] for name in counts] == [3, 1, 1, 1, 1, 1, 1]
    assert [rows["Opening"][name] for name in counts] == [2, 0, 2, 0, 0, 2, 2]
    assert (rows["Opening"]["enterprise"], rows["Opening"]["session_on"]) == (None, date(2026, 11, 2))


def test_participants_are_counted_and_never_named(db, by, visit_id):
    make_session(db, by, visit_id, ("woman", "worker"), ("woman", "worker"), ("man", "manager"))
    (row,) = db.query("SELECT enterprise_id, id FROM visit")
    enrol(db, by, row["enterprise_id"], sex="woman", role="worker", name="Rosa Quispe")
    rows = sheet(db, "Participants")
    counted = [(row["sex"], row["role"], row["enrolled"], row["trained"], row["attendances"]) for row in rows]
    assert counted == [("man", "manager", 1, 1, 1), ("woman", "worker", 3, 2, 2)]
    assert "Rosa" not in str(rows)


def test_answers_come_with_the_words_of_the_checklist_and_in_its_order(db, by, assessment_id):
    evidence = ["observation", "workers"]
    answer_item(db, by, assessment_id, "risks", "no", note="None found", evidence=evidence)
    answer_item(db, by, assessment_id, "policy", "yes")
    answer_item(db, by, assessment_id, "committee", None, not_assessed="refused")
    rows = sheet(db, "Checklist_answers")
    assert [row["item"] for row in rows] == ["policy", "committee", "risks"]
    risks = rows[-1]
    assert (risks["checklist"], risks["version"], risks["moment"]) == ("osh", "2", "baseline")
    assert risks["section"] == "Management and committee"
    assert risks["question"] == "Have the risks of each work area been written down in the last twelve months?"
    assert (risks["value"], risks["finding"], risks["note"]) == ("no", "finding", "None found")
    assert (risks["evidence"], risks["is_critical"]) == ("observation, workers", False)
    assert (rows[1]["value"], rows[1]["finding"], rows[1]["not_assessed"]) == (None, None, "refused")


def test_an_answer_that_was_taken_back_is_no_row(db, by, assessment_id):
    answer_item(db, by, assessment_id, "policy", "yes")
    answer_item(db, by, assessment_id, "policy", None)
    assert sheet(db, "Checklist_answers") == ()


def test_an_answer_to_an_item_of_a_newer_program_is_kept(db, by, assessment_id):
    save_row(db, by, "answer", {"assessment_id": assessment_id, "item": "from_2031", "value": "yes"})
    answer_item(db, by, assessment_id, "policy", "yes")
    rows = sheet(db, "Checklist_answers")
    assert [(row["item"], row["question"] == "") for row in rows] == [("policy", False), ("from_2031", True)]


def test_what_brought_up_an_incident_stays_in(db, by, visit_id, assessment_id):
    enterprise_id = sheet(db, "Visits")[0]["enterprise_id"]
    answer_id = answer_item(db, by, assessment_id, "policy", "no", note="secret")
    agree(db, by, visit_id, "secret", answer_id=answer_id)
    photo = {"working_sha256": "a" * 64, "thumbnail_sha256": "b" * 64, "caption": "secret"}
    link = {"photo_id": save_row(db, by, "photo", photo), "visit_id": visit_id, "answer_id": answer_id}
    save_row(db, by, "photo_link", link)
    assert [len(sheet(db, name)) for name in ("Checklist_answers", "Improvements", "Photos")] == [1, 1, 1]
    incident = {"enterprise_id": enterprise_id, "answer_id": answer_id, "kind": "child_labour", "what": "secret"}
    incident_id = save_row(db, by, "incident", incident)
    everything = head_office_snapshot(db, made_on=VISIT_DAY, made_by="trainer", program_version="1").sheets
    bin_row(db, by, "incident", incident_id)
    taken_back = head_office_snapshot(db, made_on=VISIT_DAY, made_by="trainer", program_version="1").sheets
    assert "secret" not in f"{everything} {taken_back}"


def test_figures(db, by, visit_id):
    take_figure(db, by, visit_id, "defect", "2026-09", numerator=30, denominator=900, role="baseline")
    take_figure(db, by, visit_id, "defect", "2026-10", status="not_tracked", note="From January on")
    newer = {"indicator": "from_2031", "period": "2026-10", "role": "monthly", "status": "number", "value": 3.5}
    save_row(db, by, "indicator_value", newer | {"enterprise_id": sheet(db, "Enterprises")[0]["id"]})
    first, second, third = sheet(db, "Indicators")
    assert (first["name"], first["unit"], first["value"]) == ("Defect rate", "%", pytest.approx(10 / 3))
    assert (first["numerator"], first["denominator"], first["digits"]) == (30, 900, 1)
    assert (second["status"], second["value"], second["note"]) == ("not_tracked", None, "From January on")
    assert (third["name"], third["unit"], third["digits"], third["value"]) == ("from_2031", "", None, 3.5)


@pytest.mark.parametrize(
    ("currency", "cost", "digits"), [("PEN", 12.34, 2), ("CLP", 1234, 0), ("JOD", 1.234, 3), ("XXX", 12.34, 2)]
)
def test_amounts_are_in_whole_units_of_the_currency(db, by, visit_id, currency, cost, digits):
    make_improvement(db, by, visit_id, cost=1234, currency=currency, cost_basis="measured")
    (row,) = sheet(db, "Improvements")
    assert (row["cost"], row["saving"], row["currency"], row["digits"]) == (cost, None, currency, digits)
    assert (row["status"], row["due_on"], row["cost_basis"]) == ("agreed", date(2026, 12, 15), "measured")


def test_a_photo_and_its_pair(db, by, visit_id):
    def photo(letter, taken_at):
        values = {"working_sha256": letter * 64, "thumbnail_sha256": "0" * 64, "taken_at": taken_at}
        photo_id = save_row(db, by, "photo", values)
        save_row(db, by, "photo_link", {"photo_id": photo_id, "visit_id": visit_id})
        return photo_id

    before, after, alone = photo("a", "2026-11-24T09:30:00"), photo("b", "yesterday"), photo("c", None)
    pair_id = mark_before(db, by, before, place="Cutting room")
    add_after(db, by, pair_id, after)
    rows = {row["id"]: row for row in sheet(db, "Photos")}
    assert [rows[id_]["side"] for id_ in (before, after, alone)] == ["before", "after", None]
    assert [rows[id_]["pair_id"] for id_ in (before, after, alone)] == [pair_id, pair_id, None]
    assert [rows[id_]["taken_at"] for id_ in (before, after, alone)] == [
        datetime.fromisoformat("2026-11-24T09:30"),
        None,
        None,
    ]
    assert rows[before]["sha256"] == "a" * 64


@pytest.mark.parametrize("binned", ["enterprise", "visit"])
def test_nothing_of_what_is_in_the_bin(db, by, clock, visit_id, assessment_id, binned):
    answer_item(db, by, assessment_id, "policy", "yes")
    make_session(db, by, visit_id, ("woman", "worker"))
    take_figure(db, by, visit_id, "defect", "2026-09", value=3)
    make_improvement(db, by, visit_id)
    enterprise_id = sheet(db, "Enterprises")[0]["id"]
    photo = {"working_sha256": "a" * 64, "thumbnail_sha256": "b" * 64}
    save_row(db, by, "photo_link", {"photo_id": save_row(db, by, "photo", photo), "visit_id": visit_id})
    names = ("Visits", "Sessions", "Checklist_answers", "Indicators", "Improvements", "Photos")
    assert [len(sheet(db, name)) for name in names] == [1] * len(names)
    bin_row(db, by, binned, {"enterprise": enterprise_id, "visit": visit_id}[binned])
    assert [len(sheet(db, name)) for name in names] == [0] * len(names)
    assert sum(row["attendances"] for row in sheet(db, "Participants")) == 0


def test_enterprises_stand_in_the_order_of_their_names(db, by):
    for name in ("beta", "Alpha", "Gamma", "Alpha"):
        make_enterprise(db, by, name)
    rows = sheet(db, "Enterprises")
    assert [row["enterprise"] for row in rows] == ["Alpha", "Alpha", "beta", "Gamma"]
    assert rows[0]["id"] < rows[1]["id"]
