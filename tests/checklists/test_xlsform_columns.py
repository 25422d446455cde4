"""Every kind of question and every column of an XLSForm that a checklist knows."""

import pytest

from app.checklists.items import ZERO_TOLERANCE, AnswerKind, Medium, Words
from tests.checklists.forms import checklist, end, item, q


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text", AnswerKind.TEXT),
        ("integer", AnswerKind.INTEGER),
        ("decimal", AnswerKind.DECIMAL),
        ("range", AnswerKind.RANGE),
        ("date", AnswerKind.DATE),
        ("time", AnswerKind.TIME),
        ("dateTime", AnswerKind.DATE_TIME),
        ("select_one yes_no", AnswerKind.CHOICE),
        ("select_multiple yes_no", AnswerKind.CHOICES),
        ("rank yes_no", AnswerKind.RANK),
        ("note", AnswerKind.NOTE),
        ("acknowledge", AnswerKind.ACKNOWLEDGE),
        ("trigger", AnswerKind.ACKNOWLEDGE),
        ("image", AnswerKind.IMAGE),
        ("photo", AnswerKind.IMAGE),
        ("hidden", AnswerKind.HIDDEN),
        ("start", AnswerKind.METADATA),
        ("end", AnswerKind.METADATA),
        ("today", AnswerKind.METADATA),
        ("deviceid", AnswerKind.METADATA),
        ("username", AnswerKind.METADATA),
        ("email", AnswerKind.METADATA),
        ("phonenumber", AnswerKind.METADATA),
        ("barcode", AnswerKind.TEXT),
        ("geopoint", AnswerKind.TEXT),
        ("file", AnswerKind.UNSUPPORTED),
        ("audio", AnswerKind.UNSUPPORTED),
        ("video", AnswerKind.UNSUPPORTED),
        ("geotrace", AnswerKind.UNSUPPORTED),
        ("osm tags", AnswerKind.UNSUPPORTED),
        ("select_one_from_file places.csv", AnswerKind.UNSUPPORTED),
        ("csv-external", AnswerKind.UNSUPPORTED),
    ],
)
def test_every_type_is_read(kind, expected):
    found = item(f"{kind} a")
    assert (found.id, found.kind) == ("a", expected)
    # What cannot be asked here, or is asked in another way, can still be named.
    is_told = expected in (AnswerKind.UNSUPPORTED, AnswerKind.METADATA) or kind in ("barcode", "geopoint")
    assert bool(found.type) == is_told


def test_the_log_of_other_tools_is_left_to_them():
    form = checklist({"type": "audit", "name": "audit"}, q("text a"))
    assert [one.id for one in form.items] == ["a"]


def test_a_calculation_is_nobodys_to_answer():
    for found in (item("calculate a", calculation="1 + 1"), item("text a", calculation="1 + 1")):
        assert (found.calculation, found.is_asked) == ("1 + 1", False)


def test_or_other_asks_what_else():
    choice, other = checklist(q("select_one yes_no or_other fuel")).items
    assert [one.name for one in choice.choices] == ["yes", "no", "na", "other"]
    assert (other.id, other.kind, other.relevant) == ("fuel_other", AnswerKind.TEXT, "selected(../fuel, 'other')")


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("range", "start=0 end=100 step=25", {"start": "0", "end": "100", "step": "25"}),
        ("image", "max-pixels=1600", {"max-pixels": "1600"}),
        ("select_one yes_no", "randomize=true seed=7", {"randomize": "true", "seed": "7"}),
        ("text", "rows=5", {"rows": "5"}),
    ],
)
def test_parameters(kind, given, expected):
    assert dict(item(f"{kind} a", parameters=given).parameters) == expected


@pytest.mark.parametrize(
    "appearance",
    [
        *["minimal", "autocomplete", "likert", "columns-2", "list-nolabel", "quick", "horizontal-compact"],
        *["signature", "draw", "annotate", "new", "multiline", "numbers", "thousands-sep", "masked"],
        *["month-year", "year", "no-calendar", "rating", "w1", "w12 multiline", "of a later standard"],
    ],
)
def test_appearances_are_kept_as_they_are(appearance):
    assert item("select_one yes_no a", appearance=appearance).appearance == appearance


def test_the_heading_of_a_table_takes_no_answer():
    form = checklist(q("begin_group g", appearance="table-list"), q("select_one yes_no a"), end())
    assert [(one.id, one.appearance) for one in form.items if one.is_asked] == [("a", "list-nolabel")]


@pytest.mark.parametrize(
    ("column", "given", "expected"),
    [
        ("relevant", "1 = 1", "1 = 1"),
        ("relevant", "yes", "true()"),
        ("constraint", ". > 1", ". > 1"),
        ("required", "yes", "true()"),
        ("required", "TRUE", "true()"),
        ("required", "no", ""),
        ("required", "${b} = 'x'", "${b} = 'x'"),
        ("readonly", "yes", "true()"),
        ("readonly", "false()", ""),
        ("default", "7", "7"),
    ],
)
def test_conditions_are_expressions_and_constants_are_understood(column, given, expected):
    found = checklist(q("text a", **{column: given}), q("text b")).items[0]
    assert getattr(found, column) == expected


@pytest.mark.parametrize(
    ("kind", "default", "is_computed"),
    [
        ("text", "cutting", False),
        ("integer", "-3", False),
        ("date", "2026-11-24", False),
        ("date", "today()", True),
        ("integer", "1 + 1", True),
        ("text", "${b}", True),
    ],
)
def test_a_default_is_a_value_or_is_computed(kind, default, is_computed):
    found = checklist(q(f"{kind} a", default=default), q("text b")).items[0]
    assert (found.default, found.default_is_computed) == (default, is_computed)


def test_texts_in_their_languages():
    found = item(
        "integer age",
        **{"label": "", "label__English (en)": "Age", "label__Spanish (es)": "Edad"},
        **{"hint__English (en)": "In years", "hint__Spanish (es)": "En años"},
        **{"guidance_hint__English (en)": "Ask twice", "guidance_hint__Spanish (es)": "Pregunte dos veces"},
        **{"constraint": ". > 3", "constraint_message__English (en)": "Too young"},
        **{"constraint_message__Spanish (es)": "Muy joven", "required": "yes"},
        **{"required_message__English (en)": "Needed", "required_message__Spanish (es)": "Falta"},
    )
    texts = [found.label, found.hint, found.guidance, found.constraint_message, found.required_message]
    assert [one.in_language("es") for one in texts] == ["Edad", "En años", "Pregunte dos veces", "Muy joven", "Falta"]
    assert [one.in_language("en") for one in texts] == ["Age", "In years", "Ask twice", "Too young", "Needed"]


def test_media_by_kind_and_language():
    found = item("note a", **{"label": "", "label__Spanish (es)": "Mire", "media__image__Spanish (es)": "es.png"})
    assert found.media == (Medium("image", "es.png", "es"),)
    assert item("note a", media__audio="a.mp3", media__image="a.png").media == (
        Medium("audio", "a.mp3"),
        Medium("image", "a.png"),
    )


def test_choices_carry_points_pictures_and_what_filters_look_at():
    choices = {
        "towns": [
            {"name": "lima", "label": "Lima", "country": "pe", "gemba_points": "0.5", "media::image": "lima.png"},
            {"name": "quito", "label": "Quito", "country": "ec"},
        ]
    }
    found = checklist(
        q("text country"), q("select_one towns town", choice_filter="country = ${country}"), choices=choices
    ).items[1]
    assert found.choice_filter == "country = ${country}"
    lima, quito = found.choices
    assert (lima.points, lima.more, lima.media) == (0.5, (("country", "pe"),), (Medium("image", "lima.png"),))
    assert (quito.points, quito.more, quito.media) == (None, (("country", "ec"),), ())


def test_a_calculation_may_wait_for_an_answer():
    found = checklist(q("text a"), q("text b", calculation="now()", trigger="${a}")).items[1]
    assert (found.trigger, found.calculation) == (("a",), "now()")


def test_columns_that_mean_nothing_here_survive():
    found = item("geopoint a", remark="ours", bind__oc="x", body__accuracyThreshold="5", wieght="2")
    assert dict(found.kept) == {"remark": "ours", "wieght": "2", "bind::oc": "x", "body::accuracyThreshold": "5"}


def test_settings_that_mean_nothing_here_survive():
    form = checklist(q("text a"), settings={"style": "pages", "instance_name": "${a}", "form_id": "x"})
    assert dict(form.kept) == {"style": "pages", "instance_name": "${a}"}


def test_the_module_and_the_title_in_other_languages():
    titles = {"form_title": "Safety", "gemba:title::Spanish (es)": "Seguridad", "default_language": "English (en)"}
    form = checklist(q("text a"), settings={**titles, "gemba:module": "osh"})
    assert (form.title, form.module) == ("Safety", "osh")
    assert (form.titles.in_language("es"), form.titles.in_language("en")) == ("Seguridad", "Safety")
    assert checklist(q("text a")).titles == Words()


def test_groups_stand_in_groups():
    form = checklist(
        q("begin_group safety"),
        q("text a"),
        q("begin_group fire", relevant="${a} != ''", appearance="field-list"),
        q("begin_group exits"),
        q("text b"),
        end(),
        end(),
        q("text c"),
        end(),
    )
    assert [(one.id, one.within) for one in form.sections[0].items] == [("a", ()), ("b", ("fire", "exits")), ("c", ())]
    assert {one.id: (one.relevant, one.appearance) for one in form.groups} == {
        "fire": ("${a} != ''", "field-list"),
        "exits": ("", ""),
    }


def test_a_condition_on_a_section_is_its_groups():
    form = checklist(q("text a"), q("begin_group fire", relevant="${a} = 'x'"), q("text b"), end())
    assert [(one.id, one.relevant) for one in form.groups] == [("fire", "${a} = 'x'")]


def test_repeats_and_how_often():
    form = checklist(
        q("integer n"),
        q("begin_repeat areas"),
        q("begin_repeat people", repeat_count="${n}"),
        q("text name"),
        end("repeat"),
        end("repeat"),
        q("begin_repeat days", repeat_count="3"),
        q("text day"),
        end("repeat"),
    )
    assert {one.id: (one.is_repeat, one.count) for one in form.groups} == {
        "areas": (True, ""),
        "people": (True, "${n}"),
        "days": (True, "${days_count}"),
    }


@pytest.mark.parametrize("kind", ZERO_TOLERANCE)
def test_zero_tolerance_by_its_kind(kind):
    assert item("select_one yes_no a", gemba_nc_when="yes", gemba_zero_tolerance=kind).zero_tolerance == kind


@pytest.mark.parametrize(
    ("kind", "given", "nc_when", "nc_if"),
    [
        ("select_one yes_no", "no", ("no",), ""),
        ("select_one yes_no", "no yes", ("no", "yes"), ""),
        ("select_multiple yes_no", "no", ("no",), ""),
        ("integer", ". < 15", (), ". < 15"),
        ("integer", ". < ${limit}", (), ". < ${limit}"),
        ("select_one yes_no", ". = 'no' and ${limit} > 3", (), ". = 'no' and ${limit} > 3"),
        ("integer", "", (), ""),
    ],
)
def test_what_makes_a_finding_is_an_answer_or_a_condition(kind, given, nc_when, nc_if):
    found = checklist(q(f"{kind} a", gemba_nc_when=given), q("integer limit")).items[0]
    assert (found.nc_when, found.nc_if, found.is_assessed) == (nc_when, nc_if, bool(given))


def test_the_rest_of_our_columns():
    found = item(
        "select_one yes_no a",
        gemba_nc_when="no",
        gemba_compliance_point="os.8",
        gemba_mapping_id="bw.os.8.exits",
        gemba_legal_reference="Article 7",
        gemba_pair="yes",
        gemba_critical="yes",
    )
    assert (found.compliance_point, found.mapping_id, found.legal_reference) == ("os.8", "bw.os.8.exits", "Article 7")
    assert (found.wants_pair, found.is_critical) == (True, True)
    assert item("hidden minimum", gemba_parameter="minimum_age", default="15").parameter == "minimum_age"
