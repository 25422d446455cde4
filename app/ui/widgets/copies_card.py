"""The copies of the data: which there are, one more now, and all of it onto a stick."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.i18n import _, window_language
from app.models.backups import copy_store, daily_copies
from app.models.database import PHOTOS
from app.ui.desk import Desk
from app.ui.jobs import Progress
from app.ui.labels import near_day
from app.ui.widgets.basics import Card, button, clear, column, label, row
from app.ui.widgets.notices import ProgressStrip

_KILOBYTE = 1_000


@dataclass(frozen=True, slots=True)
class Copy:
    """A daily copy of the records; `size` in bytes."""

    day: date
    size: int


class CopiesCard(Card):
    """Each copy is tried by opening it before it counts."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Copies"))
        self._desk = desk
        self.now = button(_("Copy now"), self._copy_now)
        self.stick = button(_("Copy onto a stick"), self._on_stick)
        self.strip = ProgressStrip()
        self.strip.cancel.clicked.connect(self._end)
        self.list = column(spacing=2)
        hint = _("The records are copied once a day; each copy is tried by opening it. A stick gets the photos too.")
        self.body.addWidget(label(hint, "muted", wrap=True))
        self.body.addLayout(self.list)
        self.body.addWidget(self.strip)
        self.body.addLayout(row(self.now, self.stick, None))

    def reload(self) -> None:
        folder = self._desk.folder.backups
        self._desk.jobs.run(self, lambda: copies_in(folder), self._show)

    def _show(self, copies: list[Copy]) -> None:
        clear(self.list)
        today = self._desk.by.clock.today()
        if not copies:
            self.list.addWidget(label(_("There is no copy yet."), wrap=True))
        for copy in copies:
            size = _("{n} kB").format(n=window_language().number(copy.size / _KILOBYTE))
            self.list.addLayout(row(label(near_day(copy.day, today)), None, label(size, "muted")))

    def _copy_now(self) -> None:
        desk = self._desk
        target = desk.folder.backups / f"records-{desk.by.clock.today().isoformat()}.db"
        progress = self._begin(_("Copying the records"))

        def work() -> None:
            progress.report(0, 1)
            desk.jobs.db(lambda db: copy_store(db, target, desk.key))

        desk.jobs.run(self, work, lambda _none: self._done(_("Copied and tried")), self._failed)

    def _on_stick(self) -> None:
        if stick := self._desk.ask.folder(self, _("Copy onto a stick")):
            self._copy_to(stick / f"gemba-copy-{self._desk.by.clock.today().isoformat()}")

    def _copy_to(self, target: Path) -> None:
        desk, progress = self._desk, self._begin(_("Copying onto the stick"))

        def work() -> None:
            progress.report(0, 2)
            desk.jobs.db(lambda db: copy_store(db, target / "records.db", desk.key))
            progress.report(1, 2)
            desk.jobs.photos(lambda photos: copy_store(photos, target / "photos.db", desk.key, kind=PHOTOS))

        says = _("Copied and tried: {name}").format(name=target.name)
        desk.jobs.run(self, work, lambda _none: self._done(says), self._failed)

    def _begin(self, words: str) -> Progress:
        progress = Progress(self)
        self._enable(False)
        self.strip.follow(words, progress)
        return progress

    def _done(self, says: str) -> None:
        self._end()
        self._desk.said.emit(says, False)
        self.reload()

    def _failed(self, error: BaseException) -> None:
        self._end()
        self._desk.jobs.failed.emit(error)

    def _end(self) -> None:
        self.strip.hide()
        self._enable(True)

    def _enable(self, enabled: bool) -> None:
        self.now.setEnabled(enabled)
        self.stick.setEnabled(enabled)


def copies_in(folder: Path) -> list[Copy]:
    """Newest first."""
    return [
        Copy(date.fromisoformat(path.stem.removeprefix("records-")), path.stat().st_size)
        for path in daily_copies(folder)
    ]
