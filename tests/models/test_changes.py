"""Undo and redo: every kind of deed, any order, across restarts."""

from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.errors import Conflict
from app.models.changes import history_of, next_redo, next_undo, redo, undo
from app.models.database import Author, connect, edit
from app.models.ids import FixedClock
from app.models.registry import TABLES
from app.models.rows import bin_row, change_row, find_row, get_row, restore_row, save_row
from app.models.schema import quoted
from tests.conftest import GATE
from tests.factories import make_enterprise, make_visit


def test_a_new_row_goes_to_the_bin_and_comes_back(db, by):
    enterprise_id = make_enterprise(db, by, "PT Laksana")
    assert [change.table for change in undo(db, by)] == ["enterprise"]
    assert find_row(db, "enterprise", enterprise_id) is None
    redo(db, by)
    assert get_row(db, "enterprise", enterprise_id)["name"] == "PT Laksana"


def test_fields_bin_and_restore_are_taken_back(db, by):
    enterprise_id = make_enterprise(db, by, city="Lima")
    change_row(db, by, "enterprise", enterprise_id, city="Cusco", sector="Food")
    bin_row(db, by, "enterprise", enterprise_id)
    restore_row(db, by, "enterprise", enterprise_id)
    undo(db, by)
    assert find_row(db, "enterprise", enterprise_id) is None
    undo(db, by)
    assert get_row(db, "enterprise", enterprise_id)["city"] == "Cusco"
    undo(db, by)
    assert get_row(db, "enterprise", enterprise_id)["city"] == "Lima"
    assert get_row(db, "enterprise", enterprise_id)["sector"] == "Garments"


def test_a_deed_of_many_rows_is_one_step(db, by):
    make_visit(db, by)
    with edit(db, by):
        for name in ("one", "two", "three"):
            make_enterprise(db, by, name)
    assert len(undo(db, by)) == 3


def test_undo_survives_a_restart(db, by, tmp_path):
    enterprise_id = make_enterprise(db, by, city="Lima")
    change_row(db, by, "enterprise", enterprise_id, city="Cusco")
    db.close()
    again = connect(tmp_path / "records.db", None)
    undo(again, by)
    assert get_row(again, "enterprise", enterprise_id)["city"] == "Lima"
    again.close()
    once_more = connect(tmp_path / "records.db", None)
    redo(once_more, by)
    assert get_row(once_more, "enterprise", enterprise_id)["city"] == "Cusco"
    once_more.close()


def test_nothing_to_undo(db, by):
    assert undo(db, by) == []
    assert redo(db, by) == []


def test_what_others_wrote_is_not_mine_to_undo(db, by, clock):
    make_enterprise(db, by)
    colleague = Author("colleague", by.device_id, clock)
    make_enterprise(db, colleague)
    undo(db, by)
    assert next_undo(db, by) is None
    assert next_undo(db, colleague) is not None


def test_a_value_that_somebody_changed_since_is_asked_about(db, by, clock):
    enterprise_id = make_enterprise(db, by, city="Lima")
    change_row(db, by, "enterprise", enterprise_id, city="Cusco")
    change_row(db, Author("colleague", "other", clock), "enterprise", enterprise_id, city="Puno")
    with pytest.raises(Conflict) as asked:
        undo(db, by)
    assert asked.value.differences == [("enterprise", enterprise_id, "city", "Puno")]
    assert get_row(db, "enterprise", enterprise_id)["city"] == "Puno"
    undo(db, by, anyway=True)
    assert get_row(db, "enterprise", enterprise_id)["city"] == "Lima"


def test_a_new_edit_ends_redo(db, by):
    make_enterprise(db, by, "one")
    undo(db, by)
    make_enterprise(db, by, "two")
    assert next_redo(db, by) is None


def test_an_edit_that_changed_nothing_is_no_step(db, by):
    enterprise_id = make_enterprise(db, by, city="Lima")
    with edit(db, by) as group:
        change_row(db, by, "enterprise", enterprise_id, city="L")
    with edit(db, by, group=group):
        change_row(db, by, "enterprise", enterprise_id, city="Lima")
    undo(db, by)
    assert find_row(db, "enterprise", enterprise_id) is None


def test_history_tells_who_and_what(db, by):
    enterprise_id = make_enterprise(db, by, city="Lima")
    change_row(db, by, "enterprise", enterprise_id, city="Cusco")
    newest = history_of(db, "enterprise", enterprise_id)[0]
    assert (newest.field, newest.old, newest.new, newest.user_id, newest.at) == (
        "city", "Lima", "Cusco", by.user_id, GATE,
    )  # fmt: skip


class UndoMachine(RuleBasedStateMachine):
    """Any row of edits, undos and redos against a plain stack of states."""

    store = None

    @initialize()
    def begin(self) -> None:
        self.db, self.by = self.store
        self.by = Author(self.by.clock.new_id(), self.by.device_id, self.by.clock)
        self.row = save_row(self.db, self.by, "enterprise", {"name": "start"})
        self.done, self.undone = [], []

    def state(self):
        row = get_row(self.db, "enterprise", self.row, binned=True)
        return row["name"], row["city"], row["binned_at"] is None

    @rule(name=st.sampled_from(["a", "b", "c"]), city=st.sampled_from([None, "x", "y"]))
    def change(self, name, city) -> None:
        before = self.state()
        if before[2] and before[:2] != (name, city):
            change_row(self.db, self.by, "enterprise", self.row, name=name, city=city)
            self.done.append(before)
            self.undone.clear()

    @rule()
    def bin_or_restore(self) -> None:
        before = self.state()
        (bin_row if before[2] else restore_row)(self.db, self.by, "enterprise", self.row)
        self.done.append(before)
        self.undone.clear()

    @rule()
    def undo(self) -> None:
        if self.done:
            before = self.state()
            undo(self.db, self.by)
            assert self.state() == self.done.pop()
            self.undone.append(before)

    @rule()
    def redo(self) -> None:
        before = self.state()
        redone = redo(self.db, self.by)
        assert bool(redone) == bool(self.undone)
        if self.undone:
            assert self.state() == self.undone.pop()
            self.done.append(before)

    @invariant()
    def knows_what_is_next(self) -> None:
        assert next_undo(self.db, self.by) is not None
        assert (next_redo(self.db, self.by) is None) == (not self.undone)


def test_any_row_of_edits_undos_and_redos(db, by):
    machine = type("Machine", (UndoMachine,), {"store": (db, by)})
    quiet = settings(max_examples=25, stateful_step_count=25, deadline=None, database=None,
                     suppress_health_check=list(HealthCheck))  # fmt: skip
    run_state_machine_as_test(machine, settings=quiet)


def test_what_others_brought_back_counts_as_undone(db, by, clock):
    enterprise_id = make_enterprise(db, by, city="Lima")
    change_row(db, by, "enterprise", enterprise_id, city="Cusco")
    change_row(db, Author("colleague", "other", clock), "enterprise", enterprise_id, city="Lima")
    undo(db, by, anyway=True)
    undo(db, by)
    assert find_row(db, "enterprise", enterprise_id) is None


def test_what_a_colleague_put_into_the_bin_counts_as_undone(db, by, clock):
    older = make_enterprise(db, by, "older")
    newer = make_enterprise(db, by, "newer")
    bin_row(db, Author("colleague", "other", clock), "enterprise", newer)
    undo(db, by)
    undo(db, by)
    assert find_row(db, "enterprise", older) is None


def test_what_i_wrote_elsewhere_is_not_undone_here(db, by, clock):
    enterprise_id = make_enterprise(db, Author(by.user_id, "my other laptop", clock))
    assert undo(db, by) == []
    assert find_row(db, "enterprise", enterprise_id)


LASTING = {"report", "signature"}  # handed to the factory: no key takes them back


@pytest.mark.parametrize(
    "table", [table for table in TABLES if table.name not in LASTING], ids=lambda table: table.name
)
def test_every_table_can_be_undone(db, by, table):
    db.conn.execute("PRAGMA foreign_keys = OFF")
    row = {"id": "r", "created_at": "now"} | {f.name: "p" for f in table.fields if f.parent}
    with edit(db, by):
        db.table(table.name).insert(row)
    undo(db, by)
    assert db.conn.execute(f"SELECT binned_at IS NOT NULL FROM {quoted(table.name)} WHERE id = 'r'").fetchone() == (1,)
    redo(db, by)
    assert db.conn.execute(f"SELECT binned_at FROM {quoted(table.name)} WHERE id = 'r'").fetchone() == (None,)


def test_the_clock_of_an_undo_is_its_own(db, by, clock: FixedClock):
    enterprise_id = make_enterprise(db, by)
    clock.move(hours=3)
    undo(db, by)
    assert history_of(db, "enterprise", enterprise_id)[0].at == clock.now()
    assert date(2026, 11, 24) == clock.today()
