"""Names in many scripts are found by any part, without accents, and forgotten when they go to the bin."""

import pytest

from app.models.rows import bin_row, change_row, restore_row
from app.models.search import search
from tests.factories import make_enterprise

NAMES = {
    "vi": "Công ty TNHH Dệt may Đặng Hữu",
    "es": "Fábrica de Ropa Ñandú",
    "fr": "Ateliers Bœuf & Façade",
    "id": "PT Laksana Tekhnik Makmur",
    "ar": "مصنع الأردن للألبسة",
    "bn": "ঢাকা গার্মেন্টস লিমিটেড",
    "hi": "भारत वस्त्र उद्योग",
    "km": "រោងចក្រកាត់ដេរ ភ្នំពេញ",
    "zh": "东莞电子有限公司",
    "pl": "Łódź Włókna",
    "tr": "Kırmızı Işık Tekstil",
}


@pytest.fixture
def ids(db, by):
    return {language: make_enterprise(db, by, name) for language, name in NAMES.items()}


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("dang huu", "vi"), ("ĐẶNG", "vi"), ("det may", "vi"), ("fabrica", "es"), ("ñandu", "es"), ("NANDU ropa", "es"),
        ("boeuf", "fr"), ("facade", "fr"), ("aksan", "id"), ("makmur pt", "id"), ("الأردن", "ar"), ("গার্মেন্টস", "bn"),
        ("वस्त्र", "hi"), ("កាត់ដេរ", "km"), ("电子", "zh"), ("有限公司", "zh"), ("lodz", "pl"), ("kirmizi", "tr"),
    ],
)  # fmt: skip
def test_found(db, ids, asked, language):
    assert [one.row_id for one in search(db, asked)] == [ids[language]]


@pytest.mark.parametrize("asked", ["", "   ", "nowhere", 'quote " here', "zzz", "NEAR", "a*b", "co:ty"])
def test_nothing(db, ids, asked):
    assert search(db, asked) == []


def test_a_changed_name_is_found_by_the_new_one_only(db, by, ids):
    change_row(db, by, "enterprise", ids["id"], name="Renamed factory")
    assert search(db, "laksana") == []
    assert [one.row_id for one in search(db, "renamed")] == [ids["id"]]


def test_the_bin_is_not_searched(db, by, ids):
    bin_row(db, by, "enterprise", ids["id"])
    assert search(db, "laksana") == []
    restore_row(db, by, "enterprise", ids["id"])
    assert len(search(db, "laksana")) == 1


def test_one_table_and_a_limit(db, by, ids):
    for _ in range(5):
        make_enterprise(db, by, "Same name")
    assert len(search(db, "same", limit=3)) == 3
    assert search(db, "same", table="visit") == []
