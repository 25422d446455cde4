"""Places and people: programmes, partners, users, enterprises and who works in them."""

from app.i18n import N_
from app.models.registry.field import Field, Kind, Merge, Sensitivity, Table
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

PROGRAMMES = "score better_work simapro"
SEXES = "woman man other not_said"
PERSONAL = Sensitivity.PERSONAL
_CURRENCY = of_kind(Kind.CURRENCY, "currency", N_("Currency"), N_("ISO 4217 code of the amounts in this row."))


def currency() -> Field:
    return _CURRENCY


def _people(name: str, label: str, meaning: str) -> Field:
    """A number of people employed; a million and more is a slip of the hand."""
    return whole(name, label, meaning, low=0, high=1_000_000)


COUNTRY_PROGRAMME = Table(
    "country_programme",
    N_("Country programme"),
    N_("One programme in one country, with the settings all its users share."),
    (
        choice("programme", N_("Programme"), N_("Which of the three programmes."), PROGRAMMES, required=True),
        text("country", N_("Country"), N_("ISO 3166 code of two letters."), required=True),
        text("name", N_("Name"), N_("As the country team writes it."), searched=True),
        choices("languages", N_("Languages"), N_("Languages of reports, the usual one first."), ""),
        text("number_locale", N_("Number format"), N_("Locale by which numbers and dates are written, such as es_CL.")),
        choice("paper", N_("Paper"), N_("Paper size of reports."), "a4 letter"),
        choice(
            "injury_basis",
            N_("Injury rate basis"),
            N_("What injury rates are counted per."),
            "per_million_hours per_200000_hours per_1000_hours per_100_workers per_1000_workers",
        ),
        whole(
            "minimum_age", N_("Minimum age"), N_("Youngest age of employment by law."), unit=N_("years"), low=0, high=99
        ),
        json(
            "module_titles",
            N_("Module titles"),
            N_("Number and title shown for a module here: id, from, number, title."),
        ),
        text("key", N_("Key"), N_("Permanent key, programme and country."), required=True),
    ),
    Sensitivity.PUBLIC,
    natural_key=("key",),
)
PARTNER = Table(
    "partner",
    N_("Training provider"),
    N_("An institution that delivers the programme."),
    (
        parent("country_programme_id", "country_programme", N_("Country programme"), N_("Where it works.")),
        text("name", N_("Name"), N_("As the institution writes it."), required=True, searched=True),
        choice(
            "kind",
            N_("Kind"),
            N_("What sort of institution."),
            "employers_organisation association government private university other",
        ),
        note("notes", N_("Notes"), N_("Anything to remember.")),
    ),
    Sensitivity.PUBLIC,
)
USER = Table(
    "user",
    N_("User"),
    N_("Somebody who works with the program."),
    (
        text("name", N_("Name"), N_("Short name shown beside what this user wrote."), required=True, searched=True),
        choice(
            "role", N_("Role"), N_("What the user does."), "trainer expert me_officer head_office admin", required=True
        ),
        link("country_programme_id", "country_programme", N_("Country programme"), N_("Where the user works.")),
        link("partner_id", "partner", N_("Training provider"), N_("Who employs the user, if an institution does.")),
        of_kind(Kind.LANGUAGE, "language", N_("Language"), N_("Language of the window.")),
        choice("sex", N_("Sex"), N_("As the user states it."), SEXES),
    ),
    PERSONAL,
)
CERTIFICATION = Table(
    "certification",
    N_("Certification"),
    N_("What a trainer may deliver, and since when."),
    (
        parent("user_id", "user", N_("Trainer"), N_("Who is certified.")),
        link("module_id", "module", N_("Module"), N_("Which module."), required=True),
        choice("level", N_("Level"), N_("How far the trainer has come."), "candidate certified expert", required=True),
        day("on", N_("Date"), N_("Day of the certificate.")),
    ),
    PERSONAL,
)
ENTERPRISE = Table(
    "enterprise",
    N_("Enterprise"),
    N_("One establishment that the programme works with."),
    (
        link("country_programme_id", "country_programme", N_("Country programme"), N_("Whose list it is on.")),
        text("name", N_("Name"), N_("As the enterprise writes it."), required=True, searched=True),
        text("code", N_("Number"), N_("The programme's own number for the factory."), searched=True),
        text("legal_name", N_("Legal name"), N_("Full name of the owning company."), searched=True),
        note("address", N_("Address"), N_("Street, district.")),
        text("city", N_("City"), N_("Town or industrial zone."), searched=True),
        text("region", N_("Region"), N_("State or province.")),
        text("country", N_("Country"), N_("ISO 3166 code of two letters."), required=True),
        number("latitude", N_("Latitude"), N_("Of the gate."), unit=N_("degrees"), low=-90, high=90),
        number("longitude", N_("Longitude"), N_("Of the gate."), unit=N_("degrees"), low=-180, high=180),
        text("sector", N_("Sector"), N_("In words."), searched=True),
        text("isic", N_("ISIC"), N_("Section or division of the ISIC classification.")),
        text("products", N_("Products"), N_("What it makes, most important first."), searched=True),
        whole("founded", N_("Founded"), N_("Year operations began."), low=1500, high=2200),
        choice(
            "ownership", N_("Ownership"), N_("Who owns it."), "family private foreign state cooperative listed other"
        ),
        choice("market", N_("Market"), N_("Where most of it is sold."), "local national export mixed"),
        text("phone", N_("Telephone"), N_("Of the office."), sensitivity=PERSONAL),
        text("email", N_("E-mail"), N_("Of the office."), sensitivity=PERSONAL),
        of_kind(Kind.LANGUAGE, "report_language", N_("Report language"), N_("Language of this factory's reports.")),
        choice("status", N_("Status"), N_("Whether the programme still works here."), "active paused left closed"),
        text("status_reason", N_("Reason"), N_("Why it is not active.")),
        text("tier", N_("Tier"), N_("Group by performance, a code of the country.")),
        flag("may_share", N_("May be shared"), N_("The enterprise agreed that its data go beyond the programme.")),
        day("joined_on", N_("Joined on"), N_("First day in the programme.")),
        link("advisor_id", "user", N_("Advisor"), N_("Who is in charge.")),
        link("merged_into", "enterprise", N_("Merged into"), N_("The row that replaced a duplicate.")),
        note("notes", N_("Notes"), N_("Anything to remember."), merge=Merge.APPEND),
    ),
    atomic=(("latitude", "longitude"), ("status", "status_reason")),
)
ENTERPRISE_PROFILE = Table(
    "enterprise_profile",
    N_("Enterprise profile"),
    N_("The enterprise on a certain day: people, shifts, buyers."),
    (
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("Whose profile.")),
        day("on", N_("As of"), N_("The day the figures hold for."), required=True),
        _people("women_permanent", N_("Women, permanent"), N_("Number employed.")),
        _people("men_permanent", N_("Men, permanent"), N_("Number employed.")),
        _people("women_temporary", N_("Women, temporary"), N_("Number employed.")),
        _people("men_temporary", N_("Men, temporary"), N_("Number employed.")),
        _people("workers", N_("Workers"), N_("All employed, when they are not known by sex.")),
        _people("managers", N_("Managers"), N_("Of all employed.")),
        whole("shifts", N_("Shifts"), N_("A day."), low=0, high=10),
        choice(
            "turnover_band",
            N_("Turnover band"),
            N_("Yearly sales, in bands set by the country."),
            "micro small medium large",
        ),
        json("buyers", N_("Buyers"), N_("Up to three: name, years, preferred, share.")),
        flag("has_union", N_("Trade union"), N_("Workers are organised in a union.")),
        flag("has_committee", N_("Committee"), N_("A committee of workers and managers meets.")),
        choice("source", N_("Source"), N_("Where the figures come from."), "record estimate observed"),
    ),
)
AREA = Table(
    "area",
    N_("Area"),
    N_("A line, room or department."),
    (
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("Where it is.")),
        text("name", N_("Name"), N_("As people there call it."), required=True, searched=True),
        choice("kind", N_("Kind"), N_("What sort of place."), "line room store yard kitchen office simapro_area other"),
        whole("position", N_("Order"), N_("Place in lists.")),
    ),
)
CONTACT = Table(
    "contact",
    N_("Contact"),
    N_("Somebody to call at the enterprise."),
    (
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("Where the person works.")),
        text("name", N_("Name"), N_("In one field: names differ in their parts."), required=True),
        text("position", N_("Position"), N_("What the person does there.")),
        choice("sex", N_("Sex"), N_("As stated."), SEXES),
        text("phone", N_("Telephone"), N_("With the country's prefix.")),
        text("email", N_("E-mail"), N_("Address.")),
        flag("is_main", N_("Main contact"), N_("The first to call.")),
    ),
    PERSONAL,
)
COMMITTEE = Table(
    "committee",
    N_("Committee"),
    N_("The team that carries improvement: EIT, PICC or the SIMAPRO committee."),
    (
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("Where it meets.")),
        choice("kind", N_("Kind"), N_("Which committee."), "eit picc simapro osh other", required=True),
        text("name", N_("Name"), N_("As people there call it.")),
        day("formed_on", N_("Formed on"), N_("First meeting.")),
        day("ended_on", N_("Ended on"), N_("Last meeting, if it no longer meets.")),
    ),
)
COMMITTEE_MEMBER = Table(
    "committee_member",
    N_("Committee member"),
    N_("Who sits on a committee, for which side, from when to when."),
    (
        parent("committee_id", "committee", N_("Committee"), N_("Which committee.")),
        text("name", N_("Name"), N_("May stay empty: role and side are enough.")),
        text("position", N_("Position"), N_("What the person does in the enterprise.")),
        choice("side", N_("Side"), N_("Whom the member speaks for."), "management workers", required=True),
        choice("sex", N_("Sex"), N_("As stated."), SEXES),
        day("joined_on", N_("From"), N_("First day.")),
        day("left_on", N_("To"), N_("Last day, if no longer a member.")),
        flag("is_chair", N_("Chair"), N_("Leads the meetings now.")),
    ),
    PERSONAL,
)

TABLES = (
    COUNTRY_PROGRAMME,
    PARTNER,
    USER,
    CERTIFICATION,
    ENTERPRISE,
    ENTERPRISE_PROFILE,
    AREA,
    CONTACT,
    COMMITTEE,
    COMMITTEE_MEMBER,
)
