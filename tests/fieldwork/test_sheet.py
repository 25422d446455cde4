import pytest

from app.errors import NotAllowed
from app.fieldwork.catalogues import load_catalogues, module_id
from app.fieldwork.sheet import clear_figure, figure_id_of, read_sheet, set_basis, set_role, write_figure
from app.models.rows import change_row
from tests.factories import make_visit


@pytest.fixture
def visit_id(db, by, clock):
    load_catalogues(db, clock)
    return make_visit(db, by, module_id=module_id("osh"))


def cell(db, visit_id, indicator, period="2026-11"):
    sheet = read_sheet(db, visit_id, added=frozenset({indicator}))
    return next(row for row in sheet.rows if row.indicator.key == indicator).cells.get(period)


def test_the_sheet_begins_with_the_module(db, by, visit_id):
    sheet = read_sheet(db, visit_id)
    assert sheet.months == ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11")
    assert [row.indicator.key for row in sheet.rows] == ["absenteeism", "accidents", "ltifr"]
    write_figure(db, by, visit_id, "waste", "2026-11", value=3)
    sheet = read_sheet(db, visit_id)
    assert sheet.rows[-1].indicator.key == "waste"
    assert "waste" not in {indicator.key for indicator in sheet.others}


def test_a_changed_number_keeps_its_role(db, by, visit_id):
    figure_id = write_figure(db, by, visit_id, "accidents", "2026-11", value=3)
    moved = set_role(db, by, visit_id, figure_id, "baseline")
    assert moved == figure_id_of(db, visit_id, "accidents", "2026-11") != figure_id
    write_figure(db, by, visit_id, "accidents", "2026-11", status="refused")
    found = cell(db, visit_id, "accidents")
    assert (found.role, found.status, found.value) == ("baseline", "refused", None)
    clear_figure(db, by, visit_id, found.id)
    assert cell(db, visit_id, "accidents") is None


def test_a_rate_on_another_basis_is_computed_anew(db, by, visit_id):
    figure_id = write_figure(db, by, visit_id, "ltifr", "2026-11", numerator=1, denominator=50_000)
    assert cell(db, visit_id, "ltifr").value == 20
    set_basis(db, by, visit_id, figure_id, "per_200000_hours")
    assert (cell(db, visit_id, "ltifr").value, cell(db, visit_id, "ltifr").basis) == (4, "per_200000_hours")


def test_an_amount_is_in_the_currency_of_the_country(db, by, visit_id):
    write_figure(db, by, visit_id, "savings", "2026-11", value=1200)
    assert cell(db, visit_id, "savings").currency == "PEN"


def test_a_finished_visit_is_left_alone(db, by, visit_id):
    figure_id = write_figure(db, by, visit_id, "accidents", "2026-11", value=3)
    change_row(db, by, "visit", visit_id, status="finished")
    with pytest.raises(NotAllowed):
        set_role(db, by, visit_id, figure_id, "baseline")
    with pytest.raises(NotAllowed):
        clear_figure(db, by, visit_id, figure_id)
