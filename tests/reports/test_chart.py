"""A chart in a PDF says in words and figures what it shows."""

import io

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from app.charts.spec import LineChart, Point
from app.i18n import language
from app.paths import fonts_folder
from app.reports.chart import ChartDrawing
from app.reports.fonts import load_fonts

MONTHS = ("Sep 2025", "Oct 2025", "Nov 2025", "Dec 2025", "Jan 2026")


def chart(*values, **changes):
    points = tuple(Point(month, value) for month, value in zip(MONTHS, values, strict=False))
    return LineChart("Defect rate", "% of pieces", points, **changes)


def pdf_of(spec, tag="en"):
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(300, 200), invariant=1)
    drawing = ChartDrawing(spec, language(tag), load_fonts(fonts_folder()), width=240, height=130)
    assert drawing.wrap(500, 500) == (240, 130)
    drawing.drawOn(canvas, 20, 20)
    canvas.save()
    return file.getvalue()


def words_of(data):
    with pypdfium2.PdfDocument(data) as document:
        return document[0].get_textpage().get_text_range()


def left_edge(data, words):
    with pypdfium2.PdfDocument(data) as document:
        page = document[0].get_textpage()
        index, _ = page.search(words).get_next()
        return page.get_charbox(index)[0]


def test_ends_baseline_and_target_are_written():
    words = words_of(pdf_of(chart(12.5, 11, 9, 7, 4.25, target=5, baseline=0, digits=1)))
    for expected in ("Defect rate", "% of pieces", "Baseline: 12.5", "4.2", "Target: 5.0", "Jan 2026"):
        assert expected in words
    assert "not tracked" not in words


def test_a_gap_is_said_in_words_and_is_no_zero():
    data = pdf_of(chart(12, None, 9, None, 4))
    assert "grey: not tracked" in words_of(data)
    assert data != pdf_of(chart(12, 0, 9, 0, 4))


def test_a_chart_without_figures_says_so():
    assert "Not tracked" in words_of(pdf_of(chart(None, None)))
    assert "Not tracked" in words_of(pdf_of(chart()))


@pytest.mark.parametrize("values", [(0, 0, 0), (1234567,), (-3, 4), (1e-7, 2e-7), (5, None, None)])
def test_any_figures_can_be_drawn(values):
    assert "Defect rate" in words_of(pdf_of(chart(*values, digits=1)))


def test_numbers_are_written_as_the_language_writes_them():
    assert "12,5" in words_of(pdf_of(chart(12.5, 11, digits=1), "es"))


def test_right_to_left_the_title_moves_but_time_does_not():
    spec = chart(12, 11, 10, 9, 8)
    english, arabic = pdf_of(spec), pdf_of(spec, "ar")
    assert left_edge(arabic, "Defect rate") > left_edge(english, "Defect rate") + 100
    assert left_edge(arabic, "Jan 2026") == pytest.approx(left_edge(english, "Jan 2026"), abs=5)


def test_the_same_chart_gives_the_same_bytes():
    assert pdf_of(chart(3, 2, 1, target=2, baseline=0)) == pdf_of(chart(3, 2, 1, target=2, baseline=0))
