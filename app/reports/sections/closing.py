"""What the trainer advises, what was agreed until the next visit, and who signs."""

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from app.models.snapshots import VisitSnapshot
from app.reports.look import BODY, CELL_BOLD, MUTED, NOTE, Face, Look
from app.reports.parts import Block, Heading, section
from app.reports.tables import side_by_side
from app.reports.text import brief

_ROOM_TO_SIGN = 40
_MOST_OF_A_NAME = 80  # characters; the head of the report has it in full


class SignatureLine(Flowable):  # type: ignore[misc]
    """Room for a hand, over a line."""

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:  # noqa: ARG002
        self.width, self.height = available_width, float(_ROOM_TO_SIGN)
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(HexColor(MUTED))
        self.canv.setLineWidth(0.8)
        self.canv.line(0, 3, self.width, 3)


def summary(snapshot: VisitSnapshot, look: Look) -> list[Flowable]:
    words = look.language
    text = snapshot.visit.summary or words._("No summary was written.")
    return section(words._("Summary"), look, [look.typed(text, Face(10))])


def advice(snapshot: VisitSnapshot, look: Look) -> list[Flowable]:
    words, visit = look.language, snapshot.visit
    found: list[Flowable] = []
    if visit.advice:
        found += section(words._("Observations and advice"), look, [look.typed(visit.advice, BODY)])
    if visit.good_practice:
        found += section(
            words._("Good practice worth showing to others"), look, [look.typed(visit.good_practice, BODY)]
        )
    return found


def not_recorded(snapshot: VisitSnapshot, look: Look) -> list[Flowable]:
    """What the report has no section for, said in words: nobody shall wonder whether a page is missing."""
    words, visit = look.language, snapshot.visit
    said = [
        (snapshot.promised + snapshot.agreed, words._("No improvement was open from before, and none was agreed.")),
        (snapshot.pairs + snapshot.photos, words._("No pictures were taken.")),
        (snapshot.assessments, words._("No checklist was filled in.")),
        (snapshot.figures, words._("No figures were taken.")),
        (visit.advice, words._("No observations or advice were written down.")),
    ]
    lines = [look.words(sentence, BODY) for there, sentence in said if not there]
    return section(words._("Not recorded on this visit"), look, lines) if lines else []


def next_steps(snapshot: VisitSnapshot, look: Look) -> list[Flowable]:
    words, visit = look.language, snapshot.visit
    day = (
        words._("Next visit: {day}").format(day=words.day(visit.next_visit_on))
        if visit.next_visit_on
        else words._("No day was agreed for the next visit.")
    )
    steps = look.typed(visit.next_steps or words._("No next steps were agreed."), BODY, after=4)
    return section(words._("Agreed next steps"), look, [steps, look.words(day, CELL_BOLD)])


def signatures(snapshot: VisitSnapshot, look: Look, *, mark: str) -> list[Flowable]:
    """Three lines that stay together. `mark`: the short content hash that the hands stand for."""
    words = look.language
    sides = [
        (words._("Trainer"), snapshot.visit.trainer),
        (words._("Management"), ""),
        (words._("Workers' representative"), ""),
    ]
    blank = words._("Name, position, date")
    cells = [
        [
            SignatureLine(),
            look.words(side, CELL_BOLD),
            look.typed(brief(name, _MOST_OF_A_NAME), NOTE),
            look.words(blank, NOTE),
        ]
        if name
        else [SignatureLine(), look.words(side, CELL_BOLD), look.words(blank, NOTE)]
        for side, name in sides
    ]
    says = words._("Signed for what this report says ({mark}). A report that says anything else has another mark.")
    heading = Heading(words._("Signatures"), look)
    parts: list[Flowable] = [heading, look.words(says.format(mark=mark), NOTE), side_by_side(look, cells, gap=24)]
    return [Block(parts, look, before=heading.spaceBefore)]
