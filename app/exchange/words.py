"""What the codes in a workbook's cells mean; the cells keep the codes, so that files of many countries join up."""

from collections.abc import Iterable

from app.i18n import N_
from app.models.catalogue import ImprovementCategory, load_improvement_categories, load_improvement_types

# Where a number or an answer is missing, the reason must be understood before anything is counted.
DEFINITIONS = {
    "number": N_("The figure is known and stands in the column Value."),
    "not_tracked": N_("The enterprise does not keep this figure. It is not a zero and enters no total."),
    "refused": N_("The enterprise or the person asked did not want to say. It is not a zero and enters no total."),
    "not_applicable": N_("The figure or question makes no sense here. It enters neither totals nor shares."),
    "met": N_("The answer is what the checklist asks for."),
    "finding": N_("The answer is one that the checklist names as a finding, a gap that should be mended."),
}
EMPTY_FINDING = N_("An empty finding: the question was not assessed, or it only informs and is in no share.")

_WORDS = {
    "score": N_("SCORE"),
    "better_work": N_("Better Work"),
    "simapro": N_("SIMAPRO"),
    "family": N_("Owned by a family"),
    "private": N_("Other private owners"),
    "foreign": N_("Foreign owners"),
    "state": N_("Owned by the state"),
    "cooperative": N_("Cooperative"),
    "listed": N_("Listed on a stock exchange"),
    "other": N_("Other"),
    "local": N_("Local market"),
    "national": N_("National market"),
    "export": N_("Export"),
    "mixed": N_("Mixed"),
    "active": N_("The programme works here"),
    "paused": N_("Paused for a while"),
    "left": N_("Left the programme"),
    "closed": N_("Closed down"),
    "intake": N_("First visit, before the training"),
    "follow_up": N_("Follow-up visit"),
    "year_after": N_("Visit a year after"),
    "assessment": N_("Assessment"),
    "advisory": N_("Advisory visit"),
    "feedback_meeting": N_("Feedback meeting"),
    "on_site": N_("In the factory"),
    "hybrid": N_("Partly from afar"),
    "remote": N_("From afar"),
    "draft": N_("Not finished yet"),
    "finished": N_("Finished by the trainer"),
    "submitted": N_("Sent to head office"),
    "returned": N_("Returned to the trainer"),
    "approved": N_("Approved by head office"),
    "woman": N_("Woman"),
    "man": N_("Man"),
    "not_said": N_("Not said"),
    "manager": N_("Manager"),
    "worker": N_("Worker"),
    "baseline": N_("Before the programme's work"),
    "interim": N_("In between"),
    "monthly": N_("Regular figure of a period"),
    "end_line": N_("After the programme's work"),
    "full": N_("All items"),
    "partial": N_("Some items on purpose; not in rates"),
    "no_access": N_("No access"),
    "no_time": N_("No time"),
    "not_in_scope": N_("Not part of this assessment"),
    "observation": N_("Seen"),
    "documents": N_("Documents"),
    "workers": N_("Said by workers"),
    "representatives": N_("Said by workers' representatives"),
    "management": N_("Said by the management"),
    "photo": N_("Photo"),
    "record": N_("Taken from a record"),
    "estimate": N_("Estimated"),
    "observed": N_("Counted by the trainer"),
    "answer": N_("An answer to a checklist"),
    "committee": N_("The committee"),
    "suggestion": N_("A worker's suggestion"),
    "visit": N_("Agreed on a visit"),
    "low": N_("Low"),
    "normal": N_("Normal"),
    "high": N_("High"),
    "proposed": N_("Proposed"),
    "agreed": N_("Agreed"),
    "in_progress": N_("Being done"),
    "done": N_("Done, as the enterprise says"),
    "dropped": N_("Given up"),
    "estimated": N_("Estimated"),
    "measured": N_("Measured"),
    "before": N_("Before the improvement"),
    "after": N_("After the improvement"),
    "given": N_("People agreed"),
    "not_needed": N_("Nobody can be recognised"),
    "unknown": N_("Not known"),
    "trainer": N_("Trainer"),
    "expert": N_("Expert"),
    "me_officer": N_("Monitoring and evaluation officer"),
    "head_office": N_("Head office"),
    "admin": N_("Administrator"),
}


# Where a code means something else than in the other columns.
_IN_COLUMN = {
    ("consent", "refused"): N_("People did not agree: the photo must not be shown"),
    ("not_assessed", "refused"): N_("The enterprise or the person asked refused"),
    ("not_assessed", "other"): N_("Another reason, see the note"),
}


def word_of(code: str, column: str = "") -> str:
    """In English, marked for translation; a code without words (a newer program's) stands for itself.

    `column`: the key of the column it stands in, since a few codes mean different things.
    """
    if column == "category":
        return _name_in(load_improvement_categories(), code)
    own = _IN_COLUMN.get((column, code)) or DEFINITIONS.get(code) or _WORDS.get(code)
    return own or _name_in(load_improvement_types(), code)


def _name_in(catalogue: Iterable[ImprovementCategory], code: str) -> str:
    return next((entry.name for entry in catalogue if entry.id == code), code)
