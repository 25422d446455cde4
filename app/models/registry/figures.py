"""The enterprise's figures, and SIMAPRO's measurement on top of them."""

from app.i18n import N_
from app.models.registry.field import Kind, Merge, Sensitivity, Table
from app.models.registry.places import currency
from app.models.registry.shorthand import (
    choice,
    choices,
    day,
    flag,
    json,
    link,
    note,
    number,
    of_kind,
    parent,
    text,
    whole,
)

VALUE_STATUSES = "number not_tracked refused not_applicable"
VALUE_ROLES = "baseline monthly end_line"

INDICATOR = Table(
    "indicator",
    N_("Indicator"),
    N_("A figure that can be asked for: how it is counted and which way is better."),
    (
        text("key", N_("Key"), N_("Permanent key."), required=True),
        text("name", N_("Name"), N_("Shown in lists."), required=True, searched=True),
        note("formula", N_("Formula"), N_("In words.")),
        text("unit", N_("Unit"), N_("Of the value.")),
        choice("better", N_("Better when"), N_("Which way is an improvement."), "up down context"),
        text("basis", N_("Basis"), N_("What it is counted per.")),
        choice("frequency", N_("Frequency"), N_("How often it is asked for."), "month quarter year visit"),
        choices("modules", N_("Modules"), N_("Ids of the modules it belongs to."), ""),
        whole("digits", N_("Decimals"), N_("Shown."), low=0, high=6),
    ),
    Sensitivity.PUBLIC,
    natural_key=("key",),
)
INDICATOR_VALUE = Table(
    "indicator_value",
    N_("Figure"),
    N_("One figure of one period, with what it was computed from."),
    (
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("Whose figure.")),
        link("area_id", "area", N_("Area"), N_("Of one area only, if so.")),
        text("indicator", N_("Indicator"), N_("Key of the indicator."), required=True),
        of_kind(
            Kind.PERIOD, "period", N_("Period"), N_("The year, quarter, month or day it holds for."), required=True
        ),
        choice("role", N_("Role"), N_("What it is compared as."), VALUE_ROLES, required=True),
        link("visit_id", "visit", N_("Visit"), N_("On which visit it was taken.")),
        choice(
            "status",
            N_("Status"),
            N_("A number, or why there is none."),
            VALUE_STATUSES,
            required=True,
            merge=Merge.ASK,
        ),
        number("value", N_("Value"), N_("In the indicator's unit."), merge=Merge.ASK),
        number("numerator", N_("Numerator"), N_("What was counted, when it is a rate."), merge=Merge.ASK),
        number("denominator", N_("Denominator"), N_("Out of what, when it is a rate."), merge=Merge.ASK),
        currency(),
        choice("source", N_("Source"), N_("Where the number comes from."), "record estimate observed"),
        text("told_by", N_("Told by"), N_("Position of the person who gave it.")),
        text("basis", N_("Basis"), N_("What it was counted per, when that is a setting.")),
        note("note", N_("Note"), N_("Anything to know about it."), merge=Merge.APPEND),
    ),
    natural_key=("enterprise_id", "area_id", "indicator", "period", "role"),
    atomic=(("status", "value", "numerator", "denominator", "currency"),),
)
TARGET = Table(
    "target",
    N_("Target"),
    N_("What a figure should reach."),
    (
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("Whose target.")),
        link("area_id", "area", N_("Area"), N_("Of one area only, if so.")),
        text("indicator", N_("Indicator"), N_("Key of the indicator."), required=True),
        of_kind(Kind.PERIOD, "until", N_("Until"), N_("By when.")),
        number("value", N_("Value"), N_("In the indicator's unit."), required=True, merge=Merge.ASK),
    ),
)
MEASUREMENT_GROUP = Table(
    "measurement_group",
    N_("Measurement group"),
    N_("A SIMAPRO area with the indicators it measures."),
    (
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("Where.")),
        link("area_id", "area", N_("Area"), N_("Which area.")),
        text("name", N_("Name"), N_("As the group calls itself."), required=True, searched=True),
        choices("indicators", N_("Indicators"), N_("Keys, in the order shown."), "", merge=Merge.UNION),
        day("started_on", N_("Started on"), N_("First period measured.")),
    ),
)
EFFECTIVENESS_CURVE = Table(
    "effectiveness_curve",
    N_("Effectiveness curve"),
    N_("How a group values each level of an indicator; a change is a new version."),
    (
        parent("measurement_group_id", "measurement_group", N_("Measurement group"), N_("Whose curve.")),
        text("indicator", N_("Indicator"), N_("Key of the indicator."), required=True),
        of_kind(Kind.PERIOD, "valid_from", N_("Valid from"), N_("First period it counts for."), required=True),
        whole("version", N_("Version"), N_("1, 2, 3."), low=1),
        json(
            "anchors",
            N_("Anchor points"),
            N_("Value and points, points from -100 to 100, one of them 0."),
            required=True,
        ),
    ),
)
FEEDBACK_MEETING = Table(
    "feedback_meeting",
    N_("Feedback meeting"),
    N_("The meeting where a group looks at its period."),
    (
        parent("measurement_group_id", "measurement_group", N_("Measurement group"), N_("Whose meeting.")),
        link("visit_id", "visit", N_("Visit"), N_("On which visit, if one.")),
        day("on", N_("Day"), N_("When."), required=True),
        of_kind(Kind.PERIOD, "period", N_("Period"), N_("Which period was looked at.")),
        whole("women", N_("Women"), N_("Present."), low=0),
        whole("men", N_("Men"), N_("Present."), low=0),
        note("discussed", N_("Discussed"), N_("In words."), searched=True),
    ),
)
COMMITMENT = Table(
    "commitment",
    N_("Commitment"),
    N_("What somebody promised in a feedback meeting."),
    (
        parent("feedback_meeting_id", "feedback_meeting", N_("Feedback meeting"), N_("Where it was promised.")),
        note("what", N_("What"), N_("In words."), required=True, searched=True),
        text("responsible", N_("Responsible"), N_("Position of the person in charge.")),
        day("due_on", N_("Due"), N_("Until when.")),
        flag("is_done", N_("Done"), N_("It was kept."), merge=Merge.OR),
    ),
)
COMPETENCE_RESULT = Table(
    "competence_result",
    N_("Competence result"),
    N_("What a person reached in a self-training and assessment guide (GAEC)."),
    (
        parent("participant_id", "participant", N_("Participant"), N_("Who.")),
        text("guide", N_("Guide"), N_("Which guide."), required=True),
        day("self_assessed_on", N_("Self-assessment"), N_("When.")),
        day("assessed_on", N_("Assessment"), N_("When.")),
        choice("result", N_("Result"), N_("Of the assessment."), "competent not_yet"),
    ),
    Sensitivity.PERSONAL,
)

TABLES = (
    INDICATOR,
    INDICATOR_VALUE,
    TARGET,
    MEASUREMENT_GROUP,
    EFFECTIVENESS_CURVE,
    FEEDBACK_MEETING,
    COMMITMENT,
    COMPETENCE_RESULT,
)
