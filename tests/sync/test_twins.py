"""Two enterprises under one number that are one: settled on one laptop, and what others did meanwhile is not lost."""

import pytest
import sqlalchemy as sa

from app.errors import CutShort, Invalid, NotAllowed, NotFound
from app.fieldwork.undo import undo
from app.messages.differences import kind_words, pair_words, value_words
from app.models.database import edit
from app.models.enterprises import list_enterprises
from app.models.rows import bin_row, save_row
from app.sync.conflicts import edit_both, keep, list_differences, list_settled, take
from app.sync.twins import make_one, ways_to_one
from server import tables
from server.packing import packed
from tests.disputes import make_dispute
from tests.sync.bulk_server import OneBulk, whole
from tests.sync.drills import sums_agree, sync_all

PLACE = {"country": "ID", "code": "A-1"}
FIGURE = {"indicator": "absenteeism", "period": "2026-10", "role": "monthly"}


@pytest.fixture
def two(ana, budi):
    """Ana's and Budi's, with a visit each; both laptops have all of it."""
    made = []
    for laptop, name in ((ana, "PT Laksana"), (budi, "Laksana")):
        enterprise = laptop.add("enterprise", name=name, **PLACE)
        made.append((enterprise, laptop.add("visit", enterprise_id=enterprise, purpose=name)))
    sync_all(ana, budi)
    return made


def found(laptop):
    return list_differences(laptop.db, laptop.by)


def kinds(laptop):
    return sorted(one.kind for one in found(laptop))


def merge(laptop, kept, which=0):
    laptop.clock.move(seconds=1)
    return make_one(laptop.db, laptop.by, found(laptop)[which].id, kept)


def under(laptop, enterprise):
    """The living visits of an enterprise, by what they are for."""
    rows = laptop.db.conn.execute(
        "SELECT purpose FROM visit WHERE enterprise_id = ? AND binned_at IS NULL ORDER BY purpose", (enterprise,)
    )
    return [row[0] for row in rows]


def test_it_is_about_the_two(ana, budi, two):
    (keep_id, _), (other_id, _) = two
    for laptop in (ana, budi):
        (one,) = found(laptop)
        assert one.kind == "duplicate"
        assert set(one.pair) == {keep_id, other_id}
        assert {way.kept["id"] for way in ways_to_one(laptop.db, one)} == set(one.pair)
        assert one.parts[0].names == {one.pair[1]: {keep_id: "PT Laksana", other_id: "Laksana"}[one.pair[1]]}


def test_what_is_settled_on_one_laptop_is_so_on_all(server, ana, budi, two):
    (keep_id, _), (other_id, _) = two
    merge(ana, keep_id)
    assert found(ana) == []
    sync_all(ana, budi)
    for laptop in (ana, budi):
        assert under(laptop, keep_id) == ["Laksana", "PT Laksana"]
        assert laptop.read("enterprise", other_id) is None
        assert laptop.one("SELECT merged_into FROM enterprise WHERE id = ?", other_id) == keep_id
        assert found(laptop) == []
        assert [one.kind for one in list_settled(laptop.db, laptop.by)] == ["duplicate"]
        assert laptop.is_clean
    assert sums_agree(server, ana, budi)


def test_it_is_one_mutation(server, ana, two):
    merge(ana, two[0][0])
    before = len(server.asked)
    ana.sync()
    assert sum(len(request.mutations) for request in server.asked[before:]) == 1


@pytest.mark.parametrize("is_sent", [False, True])
def test_an_undo_makes_them_two_again_and_asks_again(server, ana, budi, two, is_sent):
    (keep_id, _), (other_id, _) = two
    merge(ana, keep_id)
    if is_sent:
        sync_all(ana, budi)
    ana.clock.move(seconds=1)
    undo(ana.db, ana.by)
    sync_all(ana, budi)
    for laptop in (ana, budi):
        assert (under(laptop, keep_id), under(laptop, other_id)) == (["PT Laksana"], ["Laksana"])
        assert laptop.one("SELECT merged_into FROM enterprise WHERE id = ?", other_id) is None
        assert kinds(laptop) == ["duplicate"]
    assert sums_agree(server, ana, budi)


@pytest.mark.parametrize("first", ["merge", "visit"])
@pytest.mark.parametrize("settler", ["ana", "budi"])
def test_a_visit_that_was_written_meanwhile_is_asked_about_and_comes_over(server, ana, budi, two, first, settler):
    (keep_id, _), (other_id, _) = two
    merge(ana, keep_id)
    budi.add("visit", enterprise_id=other_id, purpose="Late")
    sync_all(*((ana, budi) if first == "merge" else (budi, ana)))
    for laptop in (ana, budi):
        assert under(laptop, other_id) == ["Late"]
        assert laptop.read("enterprise", other_id)["merged_into"] == keep_id
        assert other_id in {one.id for one in list_enterprises(laptop.db, laptop.clock.today())}
        assert all(set(one.pair) == {keep_id, other_id} for one in found(laptop))
        assert {pair_words(one) for one in found(laptop)} & {"PT Laksana, Laksana", "Laksana, PT Laksana"}
        assert kinds(laptop) == (["child_of_deleted"] if first == "merge" else ["delete_vs_child", "duplicate"])
    merge({"ana": ana, "budi": budi}[settler], keep_id)
    sync_all(ana, budi)
    for laptop in (ana, budi):
        assert under(laptop, keep_id) == ["Laksana", "Late", "PT Laksana"]
        assert laptop.read("enterprise", other_id) is None
        assert found(laptop) == []
    assert sums_agree(server, ana, budi)


def test_work_on_what_came_over_hinders_nothing(server, ana, budi, two):
    (keep_id, _), (other_id, visit) = two
    merge(ana, keep_id)
    budi.write("visit", visit, summary="Racks are up")
    budi.sync()
    sync_all(ana, budi)
    for laptop in (ana, budi):
        assert laptop.read("visit", visit)["summary"] == "Racks are up"
        assert laptop.read("visit", visit)["enterprise_id"] == keep_id
        assert laptop.read("enterprise", other_id) is None
        assert found(laptop) == []


def test_a_late_visit_may_also_mean_that_they_are_two(ana, budi, two):
    (keep_id, _), (other_id, _) = two
    merge(ana, keep_id)
    budi.add("visit", enterprise_id=other_id, purpose="Late")
    sync_all(ana, budi)
    assert kind_words(found(budi)[0]).startswith("It became one with another enterprise")
    keep(budi.db, budi.by, found(budi)[0].id)
    sync_all(ana, budi)
    for laptop in (ana, budi):
        assert laptop.read("enterprise", other_id)["merged_into"] is None
        assert under(laptop, other_id) == ["Late"]
        assert found(laptop) == []


def test_a_figure_that_was_corrected_meanwhile_is_named(server, ana, budi, two):
    (keep_id, _), (other_id, _) = two
    figure = budi.add("indicator_value", enterprise_id=other_id, value=5, **FIGURE)
    sync_all(budi, ana)
    merge(ana, keep_id)
    budi.write("indicator_value", figure, value=6)
    sync_all(ana, budi)
    assert kinds(ana) == ["child_of_deleted", "edit_after_delete"]
    about = next(n for n, one in enumerate(found(ana)) if one.pair)
    made = merge(ana, keep_id, about)
    assert [(one.about.name, one.kept, one.other) for one in made.unlike if one.about.name == "value"] == [
        ("value", 5, 6)
    ]
    sync_all(ana, budi)
    for laptop in (ana, budi):
        alive = laptop.db.conn.execute("SELECT enterprise_id, value FROM indicator_value WHERE binned_at IS NULL")
        assert alive.fetchall() == [(keep_id, 5)]
        assert laptop.one("SELECT value FROM indicator_value WHERE id = ?", figure) == 6
        assert found(laptop) == []
    assert sums_agree(server, ana, budi)


def test_each_kept_their_own_and_one_of_them_settles_it(server, ana, budi, two):
    (of_ana, _), (of_budi, _) = two
    merge(ana, of_ana)
    merge(budi, of_budi)
    sync_all(ana, budi)
    for laptop in (ana, budi):
        assert sorted(under(laptop, of_ana) + under(laptop, of_budi)) == ["Laksana", "PT Laksana"]
        assert found(laptop)
        assert all(set(one.pair) == {of_ana, of_budi} for one in found(laptop) if one.pair)
    merge(budi, of_ana, next(n for n, one in enumerate(found(budi)) if one.pair))
    sync_all(ana, budi)
    for laptop in (ana, budi):
        assert under(laptop, of_ana) == ["Laksana", "PT Laksana"]
        assert laptop.read("enterprise", of_ana)["merged_into"] is None
        assert laptop.read("enterprise", of_budi) is None
        assert found(laptop) == []
    assert sums_agree(server, ana, budi)


def test_more_than_fits_in_one_mutation_may_be_cut_anywhere(server, ana, budi, two):
    (keep_id, _), (other_id, _) = two
    with edit(ana.db, ana.by):
        for n in range(2_100):
            save_row(ana.db, ana.by, "contact", {"enterprise_id": other_id, "name": f"Person {n}"})
    sync_all(ana, budi)
    merge(ana, keep_id)
    ana.server = Once(server)
    with pytest.raises(CutShort):
        ana.sync()
    budi.sync()
    counted = "SELECT count(*) FROM contact WHERE enterprise_id = ? AND binned_at IS NULL"
    assert budi.one(counted, keep_id) + budi.one(counted, other_id) == 2_100
    assert 0 < budi.one(counted, keep_id) < 2_100
    assert budi.read("enterprise", other_id)
    assert kinds(budi) == ["duplicate"]
    ana.server = server
    sync_all(ana, budi)
    assert budi.one(counted, keep_id) == 2_100
    assert budi.read("enterprise", other_id) is None
    assert found(budi) == []
    assert sums_agree(server, ana, budi)


class Once:
    """A server that takes the first mutation and is gone."""

    def __init__(self, server):
        self._server, self._left = server, 1

    def exchange(self, request):
        if not self._left:
            raise CutShort
        self._left -= 1
        request.mutations = request.mutations[:1]
        self._server.exchange(request)
        raise CutShort


def test_only_enterprises_are_made_one_and_only_of_the_two(ana, two):
    (keep_id, visit), _ = two
    (one,) = found(ana)
    with pytest.raises(Invalid, match="neither-of-two"):
        make_one(ana.db, ana.by, one.id, visit)
    with pytest.raises(NotFound):
        make_one(ana.db, ana.by, "gone", keep_id)
    for table, row_id, name in (("visit", visit, "purpose"), ("enterprise", keep_id, "city")):
        dispute = make_dispute(ana.db, table, row_id, name, (None, "a", "b"))
        with pytest.raises(NotAllowed, match="not-of-two"):
            make_one(ana.db, ana.by, dispute, keep_id)
    assert ana.is_clean


def test_where_it_is_disputed_which_became_which_it_is_asked_about_the_two(ana, two):
    (keep_id, _), (other_id, _) = two
    dispute = make_dispute(ana.db, "enterprise", other_id, "merged_into", (None, None, keep_id), opened=98)
    one = next(one for one in found(ana) if one.id == dispute)
    assert set(one.pair) == {keep_id, other_id}
    with pytest.raises(NotAllowed, match="one-or-two"):
        take(ana.db, ana.by, dispute)
    make_one(ana.db, ana.by, dispute, keep_id)
    assert found(ana) == []


@pytest.mark.parametrize("is_asked_of", [0, 1])
def test_a_delete_that_is_disputed_is_about_the_two_from_either_side(ana, two, is_asked_of):
    (keep_id, _), (other_id, _) = two
    asked = two[is_asked_of][0]
    dispute = make_dispute(ana.db, "enterprise", asked, "*", ("alive", "alive", "deleted"), kind="delete_vs_child")
    pair = next(one.pair for one in found(ana) if one.id == dispute)
    assert set(pair) == {keep_id, other_id}  # they have one number
    ana.write("enterprise", keep_id, code="A-2")
    assert next(one.pair for one in found(ana) if one.id == dispute) is None
    ana.write("enterprise", other_id, merged_into=keep_id)
    assert set(next(one.pair for one in found(ana) if one.id == dispute)) == {keep_id, other_id}


def test_the_number_is_no_value_to_be_taken_but_can_be_corrected(ana, budi, two):
    (one,) = found(ana)
    with pytest.raises(NotAllowed, match="one-or-two"):
        take(ana.db, ana.by, one.id)
    assert [one.id for one in found(ana)] == [one.id]
    edit_both(ana.db, ana.by, one.id, {"code": "A-2"})
    assert found(ana) == []
    sync_all(ana, budi)
    assert found(budi) == []


def test_both_are_kept(ana, budi, two):
    keep(ana.db, ana.by, found(ana)[0].id)
    sync_all(ana, budi)
    assert found(budi) == []
    assert budi.read("enterprise", two[0][0])
    assert budi.read("enterprise", two[1][0])


def test_one_in_the_bin_settles_it_while_it_is_there(ana, two):
    (keep_id, _), (other_id, _) = two
    (one,) = found(ana)
    bin_row(ana.db, ana.by, "enterprise", other_id)
    assert found(ana) == []
    assert [way.kept["id"] for way in ways_to_one(ana.db, one)] == [keep_id]
    undo(ana.db, ana.by)
    assert kinds(ana) == ["duplicate"]


def test_a_number_that_only_one_here_has_is_told_in_words(ana, two):
    dispute = make_dispute(ana.db, "enterprise", two[0][0], "code", (None, "A-1", "gone"), kind="duplicate", opened=99)
    one = next(one for one in found(ana) if one.id == dispute)
    assert one.pair is None
    assert value_words(one.parts[0], one.parts[0].other) == "A record that is not here"
    assert ways_to_one(ana.db, one) == []


def test_a_new_laptop_gets_all_of_it_by_segments(server, ana, budi, two, make_laptop, monkeypatch):
    (keep_id, _), (_, visit) = two
    checklist = ana.add("checklist", key="k", title="T", version="1")
    assessment = ana.add("assessment", visit_id=visit, checklist_id=checklist)
    for n in range(20):
        ana.add("answer", assessment_id=assessment, item=f"q{n}", value="yes")
    merge(ana, keep_id)
    sync_all(ana, budi)
    monkeypatch.setattr("server.segments.packed", lambda rows: packed(rows, limit=600))
    new = make_laptop("New")
    whole(new, OneBulk(server, new.device))
    assert under(new, keep_id) == ["Laksana", "PT Laksana"]
    assert new.one("SELECT count(*) FROM answer WHERE assessment_id = ?", assessment) == 20
    assert new.is_clean
    assert sums_agree(server, new, ana)


def test_rows_belong_to_the_scope_of_the_enterprise_they_came_to(server, ana, two):
    (keep_id, _), (_, visit) = two
    merge(ana, keep_id)
    ana.sync()
    row = tables.sync_row
    asked = sa.select(row.c.scope_id).where(row.c.row_id == visit)
    assert server.database.read(lambda c: c.execute(asked).scalar_one()) == keep_id
