"""Text in a PDF: in any script it can be read back, fits its width and breaks where it may."""

import io
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table

from app.paths import fonts_folder
from app.reports.fonts import load_fonts
from app.reports.lines import break_lines
from app.reports.printable import clean
from app.reports.text import Text, TextStyle, draw_line, shorten, text_width

SENTENCES = {
    "english": "The line leader moved the table (p. 12): AVERAGE time fell by 15.5 % \u2013 \u201cwell done\u201d.",
    "spanish": "La señora Muñoz preguntó: ¿cuántos días faltan? ¡Ninguno!",
    "vietnamese": "Công nhân kiểm tra máy mỗi buổi sáng; tỷ lệ hỏng giảm từ 12,5 % xuống 4,1 %.",
    "bengali": "প্রশিক্ষক কারখানা পরিদর্শন করেন; ত্রুটি ১২% থেকে ৪% এ নেমেছে। ক্ষুদ্র স্ত্রী রাষ্ট্র",
    "hindi": "प्रशिक्षक ने कारखाने का दौरा किया; दोष 12% से घटकर 4% हो गए।",
    "khmer": "គ្រូបង្គោលបានទៅទស្សនារោងចក្រហើយបានជួបជាមួយកម្មករដើម្បីពិភាក្សាអំពីសុវត្ថិភាព",
    "chinese": "培训师参观了工厂并与工人们讨论了职业安全与健康问题,缺陷率从12%下降到4%。",
    "thai": "ผู้ฝึกอบรมได้ไปเยี่ยมโรงงานและพูดคุยกับคนงานเกี่ยวกับความปลอดภัย น้ำใจ",
    "lao": "ພະນັກງານກວດເຄື່ອງຈັກທຸກໆເຊົ້າກ່ອນເລີ່ມວຽກ",
    "burmese": "အလုပ်သမားများသည် နေ့စဉ်နံနက်တိုင်း စက်များကို စစ်ဆေးကြသည်။",
    "tamil": "பயிற்சியாளர் தொழிற்சாலையைப் பார்வையிட்டார்.",
    "telugu": "శిక్షకుడు కర్మాగారాన్ని సందర్శించి కార్మికులతో మాట్లాడారు.",
    "mixed": "Σύγκριση Сравнение ✓ ● → 工人 កម្មករ × ≤",
}
ARABIC = "زار المدرب مصنعاً في عمّان يوم ١٢ أيلول 2026 (الزيارة 3) ولا إصابات."


@pytest.fixture(scope="module")
def fonts():
    return load_fonts(fonts_folder())


@pytest.fixture(scope="module")
def style(fonts):
    return TextStyle(fonts, size=10)


def pdf_of_line(text, style):
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(1500, 60), invariant=1)
    draw_line(canvas, 20, 20, text, style)
    canvas.save()
    return file.getvalue()


def read_with_pdfium(data):
    with pypdfium2.PdfDocument(data) as document:
        return " ".join(document[0].get_textpage().get_text_range().split())


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("language", SENTENCES)
def test_text_is_read_back_exactly(style, language, bold):
    data = pdf_of_line(SENTENCES[language], replace(style, bold=bold))
    assert PdfReader(io.BytesIO(data)).pages[0].extract_text().strip() == SENTENCES[language]
    assert read_with_pdfium(data) == SENTENCES[language]


def test_arabic_is_read_back_exactly(style):
    # pypdf does not order right-to-left lines.
    assert read_with_pdfium(pdf_of_line(ARABIC, style)) == ARABIC


def test_decomposed_letters_are_composed(style):
    decomposed = "ca\u0301i no\u0301n"
    assert read_with_pdfium(pdf_of_line(decomposed, style)) == "cái nón"
    assert text_width(decomposed, style) == text_width("cái nón", style)


def test_what_no_font_has_is_seen_as_replaced(style):
    assert read_with_pdfium(pdf_of_line("a \U0001f600 b", style)) == "a \ufffd b"


def test_the_same_text_gives_the_same_bytes_whatever_was_set_before(style):
    before = pdf_of_line(SENTENCES["khmer"], style)
    for sentence in SENTENCES.values():
        pdf_of_line(sentence[::-1], style)
    assert pdf_of_line(SENTENCES["khmer"], style) == before


def test_reports_made_at_the_same_time_do_not_disturb_each_other(style):
    sentences = [f"{sentence} {number}" for sentence in SENTENCES.values() for number in range(4)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda sentence: pdf_of_line(sentence, style), sentences))
    assert [read_with_pdfium(data) for data in made] == sentences


def shown_lines(text, style, width):
    lines = break_lines(
        clean(text),
        style.fonts,
        bold=style.bold,
        right_to_left=style.runs_right_to_left(text),
        width=width * 1000 / style.size,
    )
    return ["".join(piece.text for piece in line.pieces) for line in lines]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 100, [""]),
        ("one two", 100, ["one two"]),
        ("one two", 30, ["one", "two"]),
        ("one  two  ", 30, ["one", "two"]),
        ("one\ntwo\r\n\nthree", 100, ["one", "two", "", "three"]),
        ("well-known", 40, ["well-", "known"]),
        ("ក្រុមហ៊ុនបានរៀបចំ", 50, ["ក្រុមហ៊ុនបាន", "រៀបចំ"]),
        ("บริษัทได้จัด", 30, ["บริษัท", "ได้จัด"]),
        ("工人们检查,机器", 41, ["工人们检", "查,机器"]),
        ("工人们检,查", 41, ["工人们", "检,查"]),
        ("abcdefghij", 20, ["abc", "def", "ghij"]),
        ("x abcdefghij", 20, ["x", "abc", "def", "ghij"]),
    ],
)
def test_where_lines_end(style, text, width, lines):
    assert shown_lines(text, style, width) == lines


def test_a_broken_word_keeps_letters_and_marks_together(style):
    assert all(line[0] not in "\u17d2\u17bb\u17d0" for line in shown_lines("ក្រុមហ៊ុន", style, 12))


@given(st.sampled_from([*SENTENCES.values(), ARABIC]), st.integers(min_value=40, max_value=400))
def test_lines_fit_and_nothing_is_lost(text, width):
    style = TextStyle(load_fonts(fonts_folder()), size=8)
    room = width * 1000 / 8
    right_to_left = style.runs_right_to_left(text)
    lines = break_lines(clean(text), style.fonts, bold=False, right_to_left=right_to_left, width=room)
    assert all(line.width <= room for line in lines)
    assert sum(line.length for line in lines) == len(clean(text))


def test_brackets_and_latin_names_in_an_arabic_line(style):
    (line,) = break_lines("شركة ABC (Ltd) في 5", style.fonts, bold=False, right_to_left=True, width=1e9)
    assert [piece.text for piece in line.pieces] == ["5", " ", "في", " ", "ABC", " ", "(Ltd)", " ", "شركة"]


def test_a_text_takes_the_width_it_is_given(style):
    text = Text("one two three", style, space_before=3, space_after=4)
    assert text.wrap(40, 1000) == (40, 2 * 14)
    assert text.minWidth() == pytest.approx(text_width("three", style))
    assert (text.getSpaceBefore(), text.getSpaceAfter()) == (3, 4)


@pytest.mark.parametrize(
    ("height", "parts"),
    [(13, []), (14, ["one", "two\n\nthree"]), (28, ["one\ntwo", "\nthree"]), (60, ["one\ntwo\n\nthree"])],
)
def test_split_between_lines(style, height, parts):
    text = Text("one\ntwo\n\nthree", style)
    assert [part.text for part in text.split(100, height)] == parts


def test_a_split_text_keeps_its_direction(style):
    first, rest = Text("عمّان\n2026", style).split(100, 14)
    assert first.style.right_to_left
    assert rest.style.right_to_left


@pytest.mark.parametrize(
    ("text", "align", "side"),
    [("one", "start", 0), ("one", "end", 1), ("one", "centre", 0.5), ("عمّان", "start", 1), ("عمّان", "end", 0)],
)
def test_alignment_follows_the_direction(style, text, align, side):
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(200, 60), invariant=1)
    flowable = Text(text, replace(style, align=align))
    flowable.wrap(200, 60)
    flowable.drawOn(canvas, 0, 20)
    canvas.save()
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        page = document[0].get_textpage()
        boxes = [page.get_charbox(index) for index in range(page.count_chars())]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    free = 200 - (right - left)
    assert left == pytest.approx(free * side, abs=2)


@pytest.mark.parametrize(("anchor", "left"), [("start", 100), ("middle", 75), ("end", 50)])
def test_anchors_of_a_line(fonts, anchor, left):
    style = TextStyle(fonts, size=10)
    word = "HHHHHHHH"
    style = replace(style, size=10 * 50 / text_width(word, style))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(200, 60))
    draw_line(canvas, 100, 20, word, style, anchor=anchor)
    canvas.save()
    with pypdfium2.PdfDocument(file.getvalue()) as document:
        assert document[0].get_textpage().get_charbox(0)[0] == pytest.approx(left, abs=1)


def test_table_cells_and_pages(style):
    rows = [[Text(sentence, style), Text(sentence, replace(style, bold=True))] for sentence in SENTENCES.values()]
    file = io.BytesIO()
    SimpleDocTemplate(file, invariant=1, pagesize=(400, 300)).build([Table(rows, colWidths=[120, 130])])
    reader = PdfReader(file)
    assert len(reader.pages) > 1
    assert "señora" in "".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("short", 100, "short"),
        ("two\nlines", 100, "two lines"),
        ("a rather long title", 50, "a rather\u2026"),
        ("ក្រុមហ៊ុនបានរៀបចំ", 40, "ក្រុមហ៊ុន\u2026"),
        ("anything", 0, "\u2026"),
    ],
)
def test_shorten(style, text, width, expected):
    assert shorten(text, style, width) == expected


@given(st.sampled_from([*SENTENCES.values(), ARABIC]), st.integers(min_value=15, max_value=500))
def test_a_shortened_text_fits(text, width):
    style = TextStyle(load_fonts(fonts_folder()), size=8)
    assert text_width(shorten(text, style, width), style) <= width


def test_a_report_full_of_cells_does_not_keep_anyone_waiting(style):
    shuffled = random.Random(1)
    texts = []
    for sentence in [*SENTENCES.values(), ARABIC] * 22:
        words = sentence.split()
        shuffled.shuffle(words)
        texts.append(" ".join(words))
    for text in texts[:14]:
        Text(text, style).wrap(120, 1000)
    start = time.perf_counter()
    for text in texts:
        Text(text, style).wrap(120, 1000)
    # About 0.12 s on the machine it was written on; the limit leaves room for a busy one.
    assert time.perf_counter() - start < 1.5
