import pytest
from babel import Locale

from app.errors import Invalid
from app.fieldwork.amounts import amount_to_type, currency_in, typed_amount


@pytest.mark.parametrize(
    ("text", "currency", "tag", "minor_units"),
    [
        ("", "PEN", "en", None),
        ("  ", "PEN", "en", None),
        ("900000", "IDR", "en", 900_000_00),
        ("1,250.50", "PEN", "en", 125050),
        ("1.250,50", "PEN", "es", 125050),
        ("1.250,50", "IDR", "id", 125050),
        ("٩٠٠", "JOD", "ar", 900_000),
        ("१२", "INR", "hi", 1200),
        ("-12", "PEN", "en", -1200),
    ],
)
def test_what_is_typed_becomes_minor_units(text, currency, tag, minor_units):
    assert typed_amount("cost", text, currency, Locale.parse(tag)) == minor_units


@pytest.mark.parametrize("text", ["much", "1.250,50", "1,2,3", "0.001", "1e5", "NaN", "Infinity"])
def test_what_cannot_be_meant_is_refused(text):
    with pytest.raises(Invalid) as refused:
        typed_amount("cost", text, "PEN", Locale.parse("en"))
    assert (refused.value.field, refused.value.problem) == ("cost", "not-a-number")


def test_what_is_shown_is_read_back():
    assert typed_amount("cost", str(amount_to_type(125050, "PEN")), "PEN", Locale.parse("en")) == 125050
    assert amount_to_type(None, "PEN") is None


def test_a_country_says_the_currency():
    assert currency_in("PE") == "PEN"
    assert currency_in("") == ""
