"""What zero tolerance takes apart is in nothing that leaves the laptop: planted words are looked for in all of it."""

import io
import json
import zipfile
from contextlib import closing

import pypdfium2
import pytest
from PIL import Image

from app.bootstrap import writing
from app.fieldwork.agreement import agree
from app.fieldwork.answers import answer_item, begin_assessment
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.incidents import (
    REPORT_WITHIN,
    close_incident,
    describe_incident,
    find_incident,
    list_incidents,
    report_incident,
)
from app.fieldwork.pictures import NewPhoto, mark_before, photo_in
from app.models.rows import bin_row, get_row
from app.models.search import search
from app.outputs import make_report, write_workbook
from app.paths import DataFolder
from tests.factories import make_enterprise, make_visit

PLANTED = "zzplanted"
OPEN = "zzopenly"


@pytest.fixture
def store(tmp_path):
    with writing(DataFolder(tmp_path / "data")) as opened:
        yield opened


def picture(shade):
    content = io.BytesIO()
    Image.new("RGB", (640, 480), shade).save(content, "JPEG")
    return NewPhoto(content.getvalue(), f"{PLANTED}.jpg")


@pytest.fixture
def planted(store):
    """A visit with an answer that opens an incident, and one that does not; words are planted wherever one can write.
    Returns (visit, the answer, the photo's bytes)."""
    db, by = store.records, store.author
    visit_id = make_visit(db, by, make_enterprise(db, by, "PT Laksana"))
    assessment = begin_assessment(db, by, visit_id, newest_checklist_id(db, "better_work"), moment="baseline")
    harmless = answer_item(db, by, assessment, "total_workers", "90", note=OPEN)
    answer = answer_item(db, by, assessment, "youngest_age", "11", note=f"{PLANTED} note")
    bytes_of = picture("maroon")
    photo = photo_in(db, store.photos, by, visit_id, bytes_of, answer_id=answer, caption=f"{PLANTED} caption")
    improvement = agree(db, by, visit_id, f"{PLANTED} improvement", answer_id=answer)
    mark_before(db, by, photo, place=f"{PLANTED} place", improvement_id=improvement)
    describe_incident(db, by, find_incident(db, answer).id, what=f"{PLANTED} what", told_to=f"{PLANTED} office")
    assert harmless != answer
    return visit_id, answer, get_row(db, "photo", photo)["working_sha256"]


def everything_told(store, visit_id, folder):
    """All text of the report and the workbook, and what the search finds."""
    report = make_report(store.records, store.photos, visit_id, language_tag="en")
    with closing(pypdfium2.PdfDocument(report.data)) as pdf:
        pages = "\n".join(page.get_textpage().get_text_range() for page in pdf)
        pictures = sum(len(list(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))) for page in pdf)
    workbook = folder / "book.xlsx"
    write_workbook(store, workbook)
    with zipfile.ZipFile(workbook) as book:
        cells = "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    found = json.dumps([one.title for word in (PLANTED, OPEN) for one in search(store.records, word)])
    return pages + cells + found, pictures


def test_planted_words_are_nowhere(store, planted, tmp_path):
    visit_id, _answer, _sha256 = planted
    told, pictures = everything_told(store, visit_id, tmp_path)
    assert OPEN in told
    assert (PLANTED in told, pictures) == (False, 0)


def test_not_even_when_the_suspicion_was_taken_back(store, planted, tmp_path):
    visit_id, answer, _sha256 = planted
    db, by = store.records, store.author
    assessment = get_row(db, "answer", answer)["assessment_id"]
    answer_item(db, by, assessment, "youngest_age", "18")
    close_incident(db, by, find_incident(db, answer).id)
    bin_row(db, by, "incident", list_incidents(db)[0].id)
    told, pictures = everything_told(store, visit_id, tmp_path)
    assert (PLANTED in told, pictures) == (False, 0)


def test_the_absence_of_such_a_question_says_nothing(store, tmp_path):
    """A report with a suspicion reads as one without."""
    db, by = store.records, store.author
    texts = []
    for age in ("11", "21"):
        visit_id = make_visit(db, by, make_enterprise(db, by, "PT Laksana"))
        assessment = begin_assessment(db, by, visit_id, newest_checklist_id(db, "better_work"), moment="baseline")
        answer_item(db, by, assessment, "total_workers", "90")
        answer_item(db, by, assessment, "youngest_age", age)
        report = make_report(db, store.photos, visit_id, language_tag="en")
        with closing(pypdfium2.PdfDocument(report.data)) as pdf:
            texts.append("\n".join(page.get_textpage().get_text_range() for page in pdf))
    assert _without_hash(texts[0]) == _without_hash(texts[1])


def _without_hash(text):
    return [line for line in text.splitlines() if "ontent" not in line and "ersion" not in line]


def test_an_incident_has_its_clock_and_its_way(store, planted):
    db, by = store.records, store.author
    _visit_id, answer, _sha256 = planted
    incident = find_incident(db, answer)
    assert (incident.kind, incident.status, incident.item) == ("child_labour", "open", "youngest_age")
    assert incident.report_by - incident.found_at == REPORT_WITHIN
    assert not incident.is_late(incident.report_by)
    assert incident.is_late(incident.report_by + REPORT_WITHIN)
    report_incident(db, by, incident.id, "The programme's office")
    told = find_incident(db, answer)
    assert (told.status, told.told_to, told.is_late(told.report_by + REPORT_WITHIN)) == (
        "reported", "The programme's office", False,
    )  # fmt: skip
    close_incident(db, by, incident.id)
    assert list_incidents(db, open_only=True) == []


def test_answering_again_goes_on_with_the_same_incident(store, planted):
    db, by = store.records, store.author
    _visit_id, answer, _sha256 = planted
    answer_item(db, by, get_row(db, "answer", answer)["assessment_id"], "youngest_age", "12")
    assert len(list_incidents(db)) == 1
