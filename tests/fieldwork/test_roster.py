import pytest

from app.fieldwork.roster import Trouble, enrol_present, read_roster, understand
from app.i18n import language
from app.paths import translations_folder
from app.ui.labels import PARTICIPANT_ROLES, SEXES
from tests.factories import make_enterprise, make_session, make_visit


def understood(text, known=()):
    return [(one.name, one.position, one.sex, one.role, one.trouble) for one in understand(text, known)]


def test_the_usual_order_needs_no_heading():
    assert understood("Ana\tSupervisor\tF\tmanager") == [("Ana", "Supervisor", "woman", "manager", None)]


def test_headings_bring_their_own_order():
    assert understood("Sexo\tNombre\nmujer\tAna\nhombre\tLuis") == [
        ("Ana", "", "woman", None, None),
        ("Luis", "", "man", None, None),
    ]


@pytest.mark.parametrize(
    ("word", "sex"),
    [
        ("Female", "woman"), ("m", "man"), ("perempuan", "woman"), ("Laki-laki", "man"), ("P", "woman"), ("L", "man"),
        ("Nữ", "woman"), ("nam", "man"), ("女", "woman"), ("男", "man"), ("أنثى", "woman"), ("KADIN", "woman"),
        ("not said", "not_said"), ("other", "other"), ("woman", "woman"), ("ប្រុស", "man"), ("মহিলা", None),
    ],
)  # fmt: skip
def test_sexes_in_the_words_of_the_countries(word, sex):
    (one,) = understand(f"Ana\tSewer\t{word}\tworker")
    assert one.sex == sex


@pytest.mark.parametrize("tag", ["en", *(path.parent.parent.name for path in translations_folder().glob("*/*/app.po"))])
def test_the_windows_own_words_are_understood(tag):
    words = language(tag)._
    said = [(sex, role) for sex in SEXES for role in PARTICIPANT_ROLES]
    rows = "\n".join(f"\tSewer\t{words(SEXES[sex])}\t{words(PARTICIPANT_ROLES[role])}" for sex, role in said)
    assert [(one.sex, one.role) for one in understand(rows)] == said


@pytest.mark.parametrize("word", ["No lo dijo", "no  indicado", "NO DICE", "não informado", "Không nói", "non précisé"])
def test_who_did_not_say_is_not_said(word):
    assert understood(f"Ana\t\t{word}\t") == [("Ana", "", "not_said", None, None)]


def test_m_is_a_woman_where_men_are_h():
    assert [one[2] for one in understood("Ana\t\tM\t\nLuis\t\tH\t")] == ["woman", "man"]


def test_troubles_are_told_by_row():
    text = "Ana\t\t\t\n\nLuis\t\tzz\t\nEva\t\tF\tboss\n\t\tF\t\nRita\t\tF\t\nrita \t\tF\t"
    found = [(one.number, one.trouble, one.found) for one in understand(text, known=["Otra"])]
    assert found == [
        (1, Trouble.NO_SEX, "Ana"),
        (3, Trouble.UNKNOWN_SEX, "zz"),
        (4, Trouble.UNKNOWN_ROLE, "boss"),
        (5, Trouble.NOBODY, ""),
        (6, None, "Rita"),
        (7, Trouble.TWICE, "rita"),
    ]


def test_who_is_enrolled_is_not_taken_twice():
    assert understood("ANA\t\tF\t", known=["Ana"])[0][-1] is Trouble.TWICE


def test_nothing_pasted_is_nobody():
    assert understand("") == []


def test_enrolled_people_are_present(db, by):
    enterprise_id = make_enterprise(db, by)
    visit_id = make_visit(db, by, enterprise_id)
    session_id = make_session(db, by, visit_id)
    (one,) = enrol_present(db, by, enterprise_id, [{"sex": "woman", "role": "worker"}], session_id=session_id)
    roster = read_roster(db, visit_id)
    assert roster.present == {one}
    assert (roster.counts.women, roster.counts.workers) == (1, 1)


def test_a_visit_without_session_shows_the_people(db, by):
    enterprise_id = make_enterprise(db, by)
    visit_id = make_visit(db, by, enterprise_id)
    enrol_present(db, by, enterprise_id, [{"sex": "man", "role": "manager"}], session_id="")
    roster = read_roster(db, visit_id, "no such session")
    assert (roster.session_id, len(roster.people), roster.counts.present) == ("", 1, 0)
