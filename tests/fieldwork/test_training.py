from datetime import date

import pytest

from app.errors import Invalid, NotFound
from app.fieldwork.attendance import enrol, tick
from app.fieldwork.catalogues import load_catalogues, module_id
from app.fieldwork.training import (
    add_day,
    add_enterprise,
    change_training,
    create_training,
    list_trainings,
    remove_enterprise,
    training_file,
)
from app.models import changes
from app.models.rows import bin_row
from tests.factories import make_enterprise

FIRST, LAST = date(2026, 11, 9), date(2026, 11, 10)


@pytest.fixture
def training(db, by, clock):
    load_catalogues(db, clock)
    return create_training(db, by, module_id("wpc"), starts_on=FIRST, ends_on=LAST, venue="Hotel")


def test_a_training_is_listed_with_its_module_and_people(db, by, training):
    enterprise = make_enterprise(db, by)
    add_enterprise(db, by, training, enterprise)
    people = [enrol(db, by, enterprise, sex=sex, role="worker") for sex in ("woman", "woman", "man", "not_said")]
    for topic, present in (("One", people[:3]), ("Two", people[1:])):
        tick(db, by, add_day(db, by, training, topic, on=FIRST), present)
    (found,) = list_trainings(db)
    assert (found.module, found.venue, found.enterprises) == ("Workplace Cooperation", "Hotel", 1)
    assert (found.women, found.men, found.other) == (2, 1, 1)  # each once, however many days


def test_its_file_has_days_in_order_and_who_was_there(db, by, training):
    enterprise = make_enterprise(db, by)
    add_enterprise(db, by, training, enterprise)
    person = enrol(db, by, enterprise, sex="woman", role="manager", name="Ana")
    second, first = (add_day(db, by, training, topic, on=on) for topic, on in (("Second", LAST), ("First", FIRST)))
    tick(db, by, first, [person])
    found = training_file(db, training)
    assert [day.topic for day in found.days] == ["First", "Second"]
    assert [day.counts.managers for day in found.days] == [1, 0]
    assert found.trainees[0].present_at == {first}
    assert second not in found.trainees[0].present_at


def test_attendance_elsewhere_does_not_count(db, by, training):
    enterprise = make_enterprise(db, by)
    add_enterprise(db, by, training, enterprise)
    person = enrol(db, by, enterprise, sex="woman", role="worker")
    other = create_training(db, by, module_id("qm"), starts_on=FIRST)
    tick(db, by, add_day(db, by, other, "Elsewhere", on=FIRST), [person])
    assert training_file(db, training).trainees[0].present_at == frozenset()
    assert next(one for one in list_trainings(db) if one.id == training).women == 0


def test_an_enterprise_comes_goes_and_comes_back(db, by, training):
    enterprise = make_enterprise(db, by, "PT Laksana")
    add_enterprise(db, by, training, enterprise)
    add_enterprise(db, by, training, enterprise)
    assert training_file(db, training).enterprises == ((enterprise, "PT Laksana"),)
    remove_enterprise(db, by, training, enterprise)
    assert training_file(db, training).enterprises == ()
    changes.undo(db, by)
    assert training_file(db, training).enterprises == ((enterprise, "PT Laksana"),)


def test_it_cannot_end_before_it_begins(db, by, training):
    with pytest.raises(Invalid):
        create_training(db, by, module_id("wpc"), starts_on=LAST, ends_on=FIRST)
    with pytest.raises(Invalid):
        change_training(db, by, training, ends_on=date(2026, 11, 8))
    change_training(db, by, training, starts_on=LAST)
    assert list_trainings(db)[0].starts_on == LAST


def test_a_day_needs_a_topic_and_an_enterprise_must_be_there(db, by, training):
    with pytest.raises(Invalid):
        add_day(db, by, training, " ", on=FIRST)
    with pytest.raises(NotFound):
        add_enterprise(db, by, training, "00000000-0000-7000-8000-000000000000")


def test_a_binned_training_is_gone(db, by, training):
    bin_row(db, by, "training", training)
    assert list_trainings(db) == []
    assert training_file(db, training) is None
