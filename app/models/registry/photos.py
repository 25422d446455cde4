"""Photos: what was taken where, and which after belongs to which before. Bytes are in photos.db."""

from app.i18n import N_
from app.models.registry.field import Kind, Sensitivity, Table
from app.models.registry.shorthand import choice, flag, json, link, note, of_kind, parent, sha256, text, whole

PHOTO = Table(
    "photo",
    N_("Photo"),
    N_("A picture; its bytes are named by their hash."),
    (
        sha256("original_sha256", N_("Original"), N_("As it came from the camera; none when it was not kept.")),
        sha256("working_sha256", N_("Working copy"), N_("Turned upright and shrunk."), required=True),
        sha256("thumbnail_sha256", N_("Thumbnail"), N_("320 pixels on the long side."), required=True),
        whole("width", N_("Width"), N_("Of the working copy."), unit=N_("px"), low=1),
        whole("height", N_("Height"), N_("Of the working copy."), unit=N_("px"), low=1),
        whole("size", N_("Size"), N_("Of the working copy."), unit=N_("bytes"), low=1),
        of_kind(Kind.TEXT, "taken_at", N_("Taken"), N_("Local time by the camera's clock, ISO, without zone.")),
        text("file_name", N_("File name"), N_("As it came.")),
        text("place", N_("Place"), N_("Where in the factory."), searched=True),
        note("caption", N_("Caption"), N_("What it shows."), searched=True),
        flag("is_upright", N_("Upright"), N_("The camera's orientation was baked into the working copy.")),
        choice("consent", N_("Consent"), N_("Of people who can be recognised."), "given not_needed refused unknown"),
    ),
    atomic=(("original_sha256", "working_sha256", "thumbnail_sha256", "width", "height", "size", "is_upright"),),
)
PHOTO_LINK = Table(
    "photo_link",
    N_("Photo link"),
    N_("What a photo shows: a visit, an answer, an improvement or an area."),
    (
        parent("photo_id", "photo", N_("Photo"), N_("Which photo.")),
        link("visit_id", "visit", N_("Visit"), N_("On which visit it was taken.")),
        link("answer_id", "answer", N_("Answer"), N_("Which answer it proves.")),
        link("improvement_id", "improvement", N_("Improvement"), N_("Which improvement it shows.")),
        link("area_id", "area", N_("Area"), N_("Where.")),
        whole("position", N_("Order"), N_("Place among the photos of the same thing.")),
    ),
)
PHOTO_PAIR = Table(
    "photo_pair",
    N_("Before and after"),
    N_("The same place before and after an improvement."),
    (
        parent("enterprise_id", "enterprise", N_("Enterprise"), N_("Where.")),
        link("improvement_id", "improvement", N_("Improvement"), N_("What changed between the two.")),
        text("place", N_("Place"), N_("The spot to stand on again."), searched=True),
        link("before_photo_id", "photo", N_("Before"), N_("The earlier picture.")),
        link("after_photo_id", "photo", N_("After"), N_("The later picture, once it is taken.")),
        choice("status", N_("Status"), N_("What is missing."), "after_missing closed dropped"),
        note("what_changed", N_("What changed"), N_("In a sentence."), searched=True),
    ),
)
ANNOTATION = Table(
    "annotation",
    N_("Annotation"),
    N_("Marks over an untouched photo: strokes, arrows, regions to blur."),
    (
        parent("photo_id", "photo", N_("Photo"), N_("Which photo.")),
        choice("kind", N_("Kind"), N_("What sort of mark."), "stroke arrow box text blur", required=True),
        json("shape", N_("Shape"), N_("Points in shares of width and height, 0 to 1."), required=True),
        text("colour", N_("Colour"), N_("As #rrggbb.")),
        text("words", N_("Words"), N_("Of a text mark.")),
    ),
    Sensitivity.CONFIDENTIAL,
)

TABLES = (PHOTO, PHOTO_LINK, PHOTO_PAIR, ANNOTATION)
