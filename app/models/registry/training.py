"""Training: modules, their deliveries, sessions, who came and what they thought."""

from app.i18n import N_
from app.models.registry.field import Kind, Merge, Sensitivity, Table
from app.models.registry.places import SEXES, currency
from app.models.registry.shorthand import (
    choice,
    day,
    flag,
    json,
    link,
    money,
    note,
    of_kind,
    parent,
    text,
    whole,
)

ROLES = "manager worker other"

MODULE = Table(
    "module",
    N_("Module"),
    N_("A training module, known by its permanent id whatever its number and title here and now."),
    (
        text("key", N_("Key"), N_("Permanent id, the same in every country."), required=True),
        choice("programme", N_("Programme"), N_("Whose module."), "score better_work simapro"),
        text("name", N_("Name"), N_("International name."), required=True, searched=True),
        whole("number", N_("Number"), N_("In the classic set; none for the others.")),
        flag("is_mandatory", N_("Mandatory"), N_("Every enterprise starts with it.")),
    ),
    Sensitivity.PUBLIC,
    natural_key=("key",),
)
TRAINING = Table(
    "training",
    N_("Training"),
    N_("One delivery of a module to a group of enterprises."),
    (
        link("module_id", "module", N_("Module"), N_("What is taught."), required=True),
        link("country_programme_id", "country_programme", N_("Country programme"), N_("Under whose name.")),
        link("partner_id", "partner", N_("Training provider"), N_("Who delivers it.")),
        link("trainer_id", "user", N_("Trainer"), N_("Who leads it.")),
        day("starts_on", N_("Starts on"), N_("First classroom day."), required=True),
        day("ends_on", N_("Ends on"), N_("Last classroom day.")),
        text("venue", N_("Venue"), N_("Where the classroom is."), searched=True),
        choice("format", N_("Format"), N_("How it is given."), "classroom in_factory online blended"),
        money("price", N_("Price"), N_("Paid by each enterprise."), "currency", low=0),
        currency(),
        choice("independence", N_("Independence"), N_("How far the trainer works alone."), "low medium high"),
        note("notes", N_("Notes"), N_("Anything to remember."), merge=Merge.APPEND),
    ),
    atomic=(("starts_on", "ends_on"), ("price", "currency")),
)
TRAINING_ENTERPRISE = Table(
    "training_enterprise",
    N_("Enterprise in a training"),
    N_("An enterprise that takes part in a training."),
    (
        parent("training_id", "training", N_("Training"), N_("Which delivery.")),
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("Who takes part.")),
    ),
    natural_key=("training_id", "enterprise_id"),
)
SESSION = Table(
    "session",
    N_("Session"),
    N_("One sitting of a training: a day in the classroom, or an hour on a visit."),
    (
        link("training_id", "training", N_("Training"), N_("The delivery it belongs to, if any.")),
        link("visit_id", "visit", N_("Visit"), N_("The visit it was held on; none for a classroom day.")),
        link("module_id", "module", N_("Module"), N_("What it is about.")),
        day("on", N_("Day"), N_("When."), required=True),
        text("topic", N_("Topic"), N_("In a few words."), required=True, searched=True),
        link("trainer_id", "user", N_("Trainer"), N_("Who held it.")),
        whole("minutes", N_("Length"), N_("How long it took."), unit=N_("min"), low=0, high=1440),
    ),
)
PARTICIPANT = Table(
    "participant",
    N_("Participant"),
    N_("Somebody of an enterprise who is trained."),
    (
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("Where the person works.")),
        text("name", N_("Name"), N_("In one field; may stay empty."), sensitivity=Sensitivity.PERSONAL),
        text("position", N_("Position"), N_("What the person does there.")),
        choice("sex", N_("Sex"), N_("As stated."), SEXES, required=True),
        choice("role", N_("Role"), N_("Manager or worker, for the counts."), ROLES, required=True),
    ),
    Sensitivity.PERSONAL,
)
ATTENDANCE = Table(
    "attendance",
    N_("Attendance"),
    N_("Whether a participant was at a session."),
    (
        parent("session_id", "session", N_("Session"), N_("Which sitting.")),
        parent("participant_id", "participant", N_("Participant"), N_("Who.")),
        flag("was_present", N_("Present"), N_("Was there."), required=True),
    ),
    Sensitivity.PERSONAL,
    natural_key=("session_id", "participant_id"),
)
SURVEY_RESPONSE = Table(
    "survey_response",
    N_("Survey answer sheet"),
    N_("One anonymous sheet: satisfaction with a training, or working climate."),
    (
        choice("kind", N_("Survey"), N_("Which survey."), "satisfaction working_climate", required=True),
        link("training_id", "training", N_("Training"), N_("What was rated, for satisfaction.")),
        link("session_id", "session", N_("Session"), N_("The sitting that was rated.")),
        link("enterprise_id", "enterprise", N_("Enterprise"), N_("Where the climate was asked.")),
        link("visit_id", "visit", N_("Visit"), N_("The visit it was taken on.")),
        choice("role", N_("Role"), N_("Manager or worker."), ROLES),
        choice("sex", N_("Sex"), N_("As stated."), SEXES),
        json("scores", N_("Scores"), N_("Item code to score, 1 to 5.")),
        note("remark", N_("Remark"), N_("Open answer.")),
        choice("moment", N_("Moment"), N_("Before or after."), "baseline end_line"),
        of_kind(Kind.LANGUAGE, "language", N_("Language"), N_("Language of the sheet.")),
    ),
    Sensitivity.PERSONAL,
)

TABLES = (MODULE, TRAINING, TRAINING_ENTERPRISE, SESSION, PARTICIPANT, ATTENDANCE, SURVEY_RESPONSE)
