from datetime import date

import pytest

from app.fieldwork.agreement import follow_up
from app.fieldwork.catalogues import load_catalogues, programme_id
from app.fieldwork.everywhere import enterprise_figures, issued_reports, promises
from app.fieldwork.measure import take_figure
from app.models.improvements import ImprovementStatus
from app.models.rows import save_row
from tests.factories import make_enterprise, make_improvement, make_visit


@pytest.fixture
def visit(db, by, clock):
    load_catalogues(db, clock)
    enterprise = make_enterprise(db, by, "PT Laksana", country_programme_id=programme_id("score", "ID"))
    return make_visit(db, by, enterprise)


def test_open_promises_come_first_and_know_their_programme(db, by, visit):
    late = make_improvement(db, by, visit, "Late", due_on=date(2026, 12, 1))
    soon = make_improvement(db, by, visit, "Soon", due_on=date(2026, 11, 1))
    done = make_improvement(db, by, visit, "Done", due_on=date(2026, 1, 1))
    follow_up(db, by, done, ImprovementStatus.DONE)
    found = promises(db)
    assert [one.improvement.id for one in found] == [soon, late, done]
    assert {one.programme for one in found} == {"score"}


def test_figures_are_gathered_by_enterprise_and_indicator(db, by, visit):
    take_figure(db, by, visit, "defect", "2026-08", role="baseline", numerator=500, denominator=10_000)
    take_figure(db, by, visit, "defect", "2026-11", numerator=200, denominator=10_000)
    take_figure(db, by, visit, "accidents", "2026-11", status="not_tracked")
    accidents, defect = enterprise_figures(db)
    assert (accidents.figure.indicator, accidents.figure.values[0].status) == ("accidents", "not_tracked")
    assert [value.value for value in defect.figure.values] == [5.0, 2.0]
    assert (defect.enterprise, defect.programme, defect.visit_id) == ("PT Laksana", "score", visit)


def test_reports_are_listed_with_their_visit(db, by, visit):
    enterprise = db.conn.execute("SELECT enterprise_id FROM visit").fetchone()[0]
    hashes = {"content_sha256": "a" * 64, "pdf_sha256": "b" * 64}
    facts = {"template": "visit_report 1", "language": "id", "revision": 2, "issued_at": by.clock.now()}
    save_row(db, by, "report", {"enterprise_id": enterprise, "visit_id": visit} | hashes | facts)
    (found,) = issued_reports(db)
    assert (found.enterprise, found.visit.id, found.revision, found.pdf_sha256) == ("PT Laksana", visit, 2, "b" * 64)
