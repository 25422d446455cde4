"""What the sample's enterprises share: who writes, when, and short ways to write a visit down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.fieldwork.answers import answer_item, begin_assessment
from app.fieldwork.attendance import enrol, hold_session, tick
from app.fieldwork.catalogues import newest_checklist_id
from app.fieldwork.finish import finish_visit
from app.fieldwork.measure import take_figure
from app.fieldwork.pictures import NewPhoto, photo_in
from app.fieldwork.plan import open_visit, plan_visit, write_visit
from app.models.database import Author
from app.models.driver import Database
from app.models.ids import FixedClock
from app.models.visits import VisitKind
from app.sample.pictures import CameraNote, Scene, State, draw_scene

# Said in the note of every figure and text that the publications do not give.
ILLUSTRATIVE = "Illustrative, not published."
PUBLISHED = "As published."

_SEX_AND_ROLE = {
    "wm": ("woman", "manager"),
    "mm": ("man", "manager"),
    "ww": ("woman", "worker"),
    "mw": ("man", "worker"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """The open store, the trainer who writes, and the clock that the sample moves along. `day` is the day played."""

    db: Database
    photos: Database
    by: Author
    clock: FixedClock
    day: date

    def ago(self, days: int) -> date:
        return self.day - timedelta(days=days)

    def go_to(self, on: date, at: time) -> None:
        self.clock.move_to(datetime.combine(on, at, tzinfo=self.clock.now().tzinfo))

    def visit(self, enterprise_id: str, kind: VisitKind, on: date, **more: object) -> str:
        """A visit planned the week before and opened in the morning of its day."""
        self.go_to(on - timedelta(days=7), time(16, 0))
        visit_id = plan_visit(self.db, self.by, enterprise_id, kind=kind, on=on, **more)
        self.go_to(on, time(8, 12))
        open_visit(self.db, self.by, visit_id)
        return visit_id

    def close(self, visit_id: str, **texts: object) -> None:
        write_visit(self.db, self.by, visit_id, **texts)
        self.clock.move(hours=5)
        finish_visit(self.db, self.by, visit_id)

    def assess(
        self, visit_id: str, checklist: str, moment: str, answers: Mapping[str, str], *, extent: str = "full"
    ) -> str:
        checklist_id = newest_checklist_id(self.db, checklist)
        assessment_id = begin_assessment(self.db, self.by, visit_id, checklist_id, moment=moment, extent=extent)
        for item, value in answers.items():
            self.clock.move(seconds=20)
            answer_item(self.db, self.by, assessment_id, item, value)
        return assessment_id

    def train(self, visit_id: str | None, enterprise_id: str, topic: str, people: str, **more: object) -> str:
        """A session with people such as `2mm 3ww`: two men who manage, three women who work."""
        session_id = hold_session(self.db, self.by, topic, on=self.clock.today(), visit_id=visit_id, **more)
        tick(self.db, self.by, session_id, self.people(enterprise_id, people))
        return session_id

    def people(self, enterprise_id: str, groups: str) -> list[str]:
        made = []
        for group in groups.split():
            sex, role = _SEX_AND_ROLE[group[-2:]]
            made += [enrol(self.db, self.by, enterprise_id, sex=sex, role=role) for _ in range(int(group[:-2]))]
        return made

    def figures(self, visit_id: str, indicator: str, values: Iterable[tuple[str, Mapping[str, object]]]) -> None:
        for period, value in values:
            self.clock.move(seconds=30)
            take_figure(self.db, self.by, visit_id, indicator, period, **value)

    def photo(self, visit_id: str, scene: Scene, state: State, *, data: bytes | None = None, **more: object) -> str:
        self.clock.move(minutes=2)
        camera = CameraNote(taken_at=self.clock.now())
        picture = data or draw_scene(scene, state, seed=seed_of(scene), note=camera)
        name = f"{scene}-{state}.jpg"
        return photo_in(self.db, self.photos, self.by, visit_id, NewPhoto(picture, name), consent="not_needed", **more)


def seed_of(scene: Scene) -> int:
    """The same place looks the same before and after."""
    return 7 + list(Scene).index(scene)
