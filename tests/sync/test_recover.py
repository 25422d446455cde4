"""A server that was restored from a backup is refilled by its laptops: nothing lost, nothing disputed that was not."""

import pytest

from app.errors import Unreachable
from app.models.database import cursor_of
from app.models.rows import restore_row
from app.sync import outbox, recover
from app.sync.conflicts import keep, list_differences
from app.sync.stage import Timing, stage_answer
from server.refusals import Refused
from tests.sync.drills import (
    backup_of,
    differences,
    put_back,
    restore,
    shown,
    sums_agree,
    sync_all,
)

PLACE = {"country": "PE"}


def enterprise(laptop, **values):
    return laptop.add("enterprise", **({"name": "Andina"} | PLACE | values))


def test_rows_made_after_the_backup_come_back_from_the_laptops(ana, budi, server):
    old = enterprise(ana)
    sync_all(ana, budi)
    backup = backup_of(server)
    new = enterprise(ana, name="Sierra")
    ana.write("enterprise", old, city="Lima")
    sync_all(ana, budi)
    restore(server, backup)
    sync_all(ana, budi)
    for laptop in (ana, budi):
        assert laptop.read("enterprise", new)["name"] == "Sierra"
        assert laptop.read("enterprise", old)["city"] == "Lima"
        assert laptop.is_clean
    assert shown(ana) == shown(budi)
    assert sums_agree(server, ana, budi)
    assert differences(ana) == []


def test_what_only_one_laptop_had_seen_reaches_the_other(ana, budi, server):
    sync_all(ana, budi)
    backup = backup_of(server)
    new = enterprise(ana)
    ana.sync()
    restore(server, backup)
    sync_all(ana, budi)
    assert budi.read("enterprise", new)["name"] == "Andina"
    assert shown(ana) == shown(budi)
    assert sums_agree(server, ana, budi)


def test_the_newer_of_two_lost_values_is_on_top_whoever_comes_first(ana, budi, server):
    row = enterprise(ana, city="Cusco")
    sync_all(ana, budi)
    backup = backup_of(server)
    ana.write("enterprise", row, city="Lima")
    ana.sync(), budi.sync()
    budi.write("enterprise", row, city="Callao")  # Ana's laptop never hears of it
    budi.sync()
    restore(server, backup)
    sync_all(ana, budi)
    assert ana.read("enterprise", row)["city"] == budi.read("enterprise", row)["city"] == "Callao"
    assert differences(ana) == []
    assert shown(ana) == shown(budi)
    assert sums_agree(server, ana, budi)


def test_a_value_that_was_emptied_after_the_backup_is_empty_again(ana, budi, server):
    row = enterprise(ana, city="Cusco", region="Sur")
    sync_all(ana, budi)
    backup = backup_of(server)
    ana.write("enterprise", row, city=None)
    sync_all(ana, budi)
    restore(server, backup)
    sync_all(budi, ana)
    for laptop in (ana, budi):
        assert laptop.read("enterprise", row)["city"] is None
        assert laptop.read("enterprise", row)["region"] == "Sur"
    assert differences(ana) == []


def test_deaths_and_returns_after_the_backup_are_given_back(ana, budi, server):
    gone, back = enterprise(ana), enterprise(ana)
    sync_all(ana, budi)
    ana.bin("enterprise", back)
    sync_all(ana, budi)
    backup = backup_of(server)
    ana.bin("enterprise", gone)
    ana.clock.move(seconds=1)
    restore_row(ana.db, ana.by, "enterprise", back)
    sync_all(ana, budi)
    restore(server, backup)
    sync_all(budi, ana)
    for laptop in (ana, budi):
        assert laptop.read("enterprise", gone) is None
        assert laptop.read("enterprise", back)["name"] == "Andina"
    assert differences(ana) == []
    assert shown(ana) == shown(budi)
    assert sums_agree(server, ana, budi)


class CutAfter:
    """A server behind a line that is cut after some exchanges."""

    def __init__(self, server, exchanges):
        self.server = server
        self.left = exchanges

    def exchange(self, request):
        if self.left == 0:
            raise Unreachable
        self.left -= 1
        return self.server.exchange(request)

    def next_incarnation(self, asked):
        return self.server.next_incarnation(asked)


def test_unsent_work_upon_a_lost_value_is_not_disputed(ana, budi, server):
    row = enterprise(ana, city="Cusco")
    sync_all(ana, budi)
    backup = backup_of(server)
    budi.write("enterprise", row, city="Lima")
    sync_all(budi, ana)
    ana.write("enterprise", row, city="Callao")  # she saw Lima
    restore(server, backup)
    sync_all(budi, ana)  # and he gives Lima back before her
    assert budi.read("enterprise", row)["city"] == "Callao"
    assert differences(budi) == []
    assert shown(ana) == shown(budi)
    assert sums_agree(server, ana, budi)


def test_unsent_work_that_had_not_seen_the_lost_value_is_disputed(ana, budi, server):
    row = enterprise(ana, city="Cusco")
    sync_all(ana, budi)
    backup = backup_of(server)
    ana.write("enterprise", row, city="Callao")
    budi.write("enterprise", row, city="Lima")
    budi.sync()
    restore(server, backup)
    sync_all(ana, budi)
    ((field, kept, other),) = differences(ana)
    assert (field, {kept, other}) == ("city", {"Callao", "Lima"})
    assert shown(ana) == shown(budi)
    assert sums_agree(server, ana, budi)


def test_an_edit_between_giving_back_and_the_next_pull_is_not_disputed(ana, budi, server):
    row = enterprise(ana, city="Cusco")
    sync_all(ana, budi)
    backup = backup_of(server)
    budi.write("enterprise", row, city="Lima")
    sync_all(budi, ana)
    restore(server, backup)
    budi.sync()
    ana.server = CutAfter(server, 1)
    with pytest.raises(Unreachable):
        ana.sync()
    ana.write("enterprise", row, city="Callao")
    ana.server = server
    sync_all(ana, budi)
    assert budi.read("enterprise", row)["city"] == "Callao"
    assert differences(budi) == []


def test_an_edit_while_what_was_given_back_is_under_way_is_not_disputed(ana, budi, server):
    row = enterprise(ana, city="Cusco")
    sync_all(ana, budi)
    backup = backup_of(server)
    budi.write("enterprise", row, city="Lima")
    sync_all(budi, ana)
    restore(server, backup)
    budi.sync()
    ana.server = CutAfter(server, 2)
    with pytest.raises(Unreachable):
        for _ in range(2):
            ana.sync()
    ana.write("enterprise", row, city="Callao")
    ana.server = server
    sync_all(ana, budi)
    assert budi.read("enterprise", row)["city"] == "Callao"
    assert differences(budi) == []


def test_who_comes_late_does_not_dispute_what_was_given_back_and_replaced_since(make_laptop, server):
    ana, budi, citra = (make_laptop(name) for name in ("Ana", "Budi", "Citra"))
    row = enterprise(ana, city="Cusco")
    sync_all(ana, budi, citra)
    backup = backup_of(server)
    budi.write("enterprise", row, city="Lima")
    budi.write("enterprise", row, region="Costa")
    sync_all(budi, ana, citra)
    restore(server, backup)
    sync_all(ana, budi)
    ana.write("enterprise", row, city="Callao")
    budi.bin("enterprise", enterprise(budi))
    sync_all(ana, budi)
    citra.clock.move(days=14)
    sync_all(citra, ana, budi)
    for laptop in (ana, budi, citra):
        assert laptop.read("enterprise", row)["city"] == "Callao"
        assert differences(laptop) == []
    assert shown(ana) == shown(budi) == shown(citra)


def test_work_of_the_new_epoch_and_a_lost_value_that_it_had_not_seen_are_disputed(ana, budi, server):
    row = enterprise(ana, city="Cusco")
    sync_all(ana, budi)
    backup = backup_of(server)
    budi.write("enterprise", row, city="Lima")
    budi.sync()
    restore(server, backup)
    ana.sync()
    ana.write("enterprise", row, city="Callao")
    sync_all(ana, budi)
    assert differences(ana) == [("city", "Callao", "Lima")]
    assert shown(ana) == shown(budi)
    assert sums_agree(server, ana, budi)


def test_differences_come_back_open_or_settled_as_they_were(ana, budi, server):
    rows = [enterprise(ana, city="Cusco") for _ in range(3)]
    sync_all(ana, budi)
    for row in rows[:1]:
        _write_apart(ana, budi, row)
    sync_all(ana, budi)
    backup = backup_of(server)
    for row in rows[1:]:
        _write_apart(ana, budi, row)
    sync_all(ana, budi)
    for difference in list_differences(ana.db, ana.by)[:2]:
        keep(ana.db, ana.by, difference.id)
    sync_all(ana, budi)
    before = shown(ana)
    restore(server, backup)
    sync_all(budi, ana)
    assert shown(ana) == shown(budi) == before
    assert len(differences(ana)) == 1


def _write_apart(ana, budi, row):
    ana.write("enterprise", row, city="Lima")
    budi.write("enterprise", row, city="Callao")
    sync_all(ana, budi)


def test_two_restores_one_after_the_other(ana, budi, server):
    first = enterprise(ana)
    sync_all(ana, budi)
    early = backup_of(server)
    second = enterprise(ana, city="Lima")
    sync_all(ana, budi)
    late = backup_of(server)
    third = enterprise(budi)
    ana.write("enterprise", second, city="Callao")
    sync_all(ana, budi)
    restore(server, late)
    ana.server = CutAfter(server, 1)
    with pytest.raises(Unreachable):
        ana.sync()
    ana.server = server
    restore(server, early)
    sync_all(ana, budi)
    for laptop in (ana, budi):
        assert laptop.read("enterprise", second)["city"] == "Callao"
        assert laptop.read("enterprise", first)
        assert laptop.read("enterprise", third)
        assert laptop.is_clean
    assert differences(ana) == []
    assert shown(ana) == shown(budi)
    assert sums_agree(server, ana, budi)


def test_a_row_of_which_nothing_was_lost_but_its_number_is_told_again(ana, budi, server):
    row = enterprise(ana, city="Cusco")
    sync_all(ana, budi)
    backup = backup_of(server)
    ana.write("enterprise", row, city="Lima"), budi.write("enterprise", row, city="Lima")
    sync_all(ana, budi)
    middle = backup_of(server)
    ana.write("enterprise", row, region="Sur"), budi.write("enterprise", row, region="Sur")
    ana.sync(), budi.sync(), ana.sync()
    restore(server, middle)
    sync_all(ana, budi)
    assert sums_agree(server, ana, budi)
    restore(server, backup)
    sync_all(budi, ana)
    assert sums_agree(server, ana, budi)
    assert [ana.read("enterprise", row)[name] for name in ("city", "region")] == ["Lima", "Sur"]
    assert differences(ana) == []


def test_no_incarnation_is_handed_out_twice_though_the_server_forgot_it(ana, server):
    enterprise(ana)
    ana.sync()
    backup = backup_of(server)
    for incarnation in (2, 3, 4):
        restore(server, backup)
        ana.sync()
        assert ana.one("SELECT incarnation FROM sync_state") == incarnation


def test_a_laptop_that_saw_neither_restore_gives_back_as_well(ana, budi, server):
    row = enterprise(ana)
    sync_all(ana, budi)
    early = backup_of(server)
    ana.write("enterprise", row, city="Lima")
    ana.sync(), budi.sync()
    late = backup_of(server)
    ana.write("enterprise", row, city="Callao")
    sync_all(ana, budi)
    restore(server, late)
    restore(server, early)
    sync_all(budi, ana)
    assert ana.read("enterprise", row)["city"] == budi.read("enterprise", row)["city"] == "Callao"
    assert differences(ana) == []


def test_children_whose_parents_only_another_laptop_has_wait_for_nobody(ana, budi, server):
    place = enterprise(ana)
    sync_all(ana, budi)
    backup = backup_of(server)
    visit = ana.add("visit", enterprise_id=place, kind="intake", planned_on="2026-11-24", status="draft")
    sync_all(ana, budi)
    issue = budi.add("improvement", enterprise_id=place, visit_id=visit, what="Guard")
    budi.sync()
    restore(server, backup)
    sync_all(budi, ana)
    assert ana.read("improvement", issue)["visit_id"] == visit
    assert shown(ana) == shown(budi)
    assert sums_agree(server, ana, budi)
    assert ana.one("SELECT count(*) FROM sync_rejected") == 0


def test_many_rows_are_given_back_in_several_mutations(ana, budi, server, monkeypatch):
    monkeypatch.setattr(recover, "_MOST_BYTES", 400)
    backup = backup_of(server)
    rows = [enterprise(ana, name=f"Place {number}") for number in range(9)]
    sync_all(ana, budi)
    restore(server, backup)
    assert ana.sync().settled > 3
    sync_all(budi)
    assert [budi.read("enterprise", row)["name"] for row in rows] == [f"Place {number}" for number in range(9)]
    assert sums_agree(server, ana, budi)


def test_what_was_staged_but_not_shown_yet_is_given_back(ana, budi, server):
    sync_all(ana, budi)
    backup = backup_of(server)
    row = enterprise(budi)
    budi.sync()
    _stage_only(ana, server)
    assert ana.read("enterprise", row) is None
    restore(server, backup)
    sync_all(ana)  # his laptop is gone
    assert ana.read("enterprise", row)["name"] == "Andina"


def _stage_only(laptop, server):
    request = outbox.collect(laptop.db, 0, client_ms=0)
    stage_answer(laptop.db, request, server.exchange(request), Timing(0, 0))


def test_a_secret_row_that_the_server_never_sends_back_is_given_back_and_stays(ana, server):
    place = enterprise(ana)
    ana.sync()
    backup = backup_of(server)
    secret = ana.add("incident", enterprise_id=place, kind="child_labour")
    ana.sync()
    restore(server, backup)
    sync_all(ana)
    assert ana.read("incident", secret)["kind"] == "child_labour"
    assert ana.is_clean
    assert server.database.read(lambda c: c.exec_driver_sql("SELECT id FROM incident").scalars().all()) == [secret]


def test_a_server_put_back_without_a_word_is_refused_and_nothing_is_lost(ana, budi, server):
    enterprise(ana)
    sync_all(ana, budi)
    backup = backup_of(server)
    row = enterprise(ana, name="Sierra")
    sync_all(ana, budi)
    put_back(server, backup)
    unsent = enterprise(ana, name="Costa")
    with pytest.raises(Refused, match="rolled-back"):
        ana.sync()
    restore(server, backup)
    sync_all(ana, budi)
    assert {budi.read("enterprise", one)["name"] for one in (row, unsent)} == {"Sierra", "Costa"}


def test_a_form_that_stayed_open_over_a_restore_covers_nothing_unseen(ana, budi, server):
    row = enterprise(ana, city="Cusco", region="Sur")
    sync_all(ana, budi)
    backup = backup_of(server)
    for _ in range(5):
        enterprise(ana)
    sync_all(ana, budi)
    seen = cursor_of(ana.db)  # a form is opened
    budi.write("enterprise", row, city="Lima")
    sync_all(budi, ana)
    restore(server, backup)
    sync_all(budi, ana)
    assert ana.one("SELECT row_seq FROM sync_base WHERE row_id = ?", row) < seen  # a number the form has seen
    ana.write("enterprise", row, seen=seen, city="Callao")
    sync_all(ana, budi)
    assert differences(budi) == [("city", "Callao", "Lima")]
    ana.write("enterprise", row, seen=cursor_of(ana.db), city="Ica")
    sync_all(ana, budi)
    restore(server, backup)
    restore(server, backup)
    sync_all(ana, budi)
    ana.write("enterprise", row, seen=seen, region="Norte")
    sync_all(ana, budi)
    assert ana.read("enterprise", row)["region"] == budi.read("enterprise", row)["region"] == "Norte"
    assert shown(ana) == shown(budi)
