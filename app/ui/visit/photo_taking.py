"""Photo files of one finding, taken in while the person goes on: each in the background, with what it shows."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from app.i18n import ngettext
from app.ui.desk import Desk
from app.ui.visit.photo_intake import Shows, Source, keep_picture, read_picture, sources_of_paths


def take_photos(desk: Desk, owner: QObject, visit_id: str, paths: Sequence[Path], shows: Shows) -> None:
    """`shows` says, in the photo's own edit, what it is filed under. Each file is an edit; troubles are told."""
    jobs, by = desk.jobs, desk.by
    sources = sources_of_paths(paths)
    left, added = len(sources), 0

    def take(source: Source) -> None:
        keep_picture(jobs, by, visit_id, read_picture(source), shows)

    def settled(*, taken: bool) -> None:
        nonlocal left, added
        left, added = left - 1, added + taken
        if taken:
            desk.saved.emit()
        if not left and added:
            desk.said.emit(ngettext("{n} photo added", "{n} photos added", added).format(n=added), added == 1)

    def failed(error: BaseException) -> None:
        jobs.failed.emit(error)
        settled(taken=False)

    for source in sources:
        jobs.run(owner, partial(take, source), lambda _nothing: settled(taken=True), failed)
