"""Hand-written stand-ins for what is outside of the program: the system's own dialogs."""

from pathlib import Path


class ChosenFiles:
    """A person at the dialogs for files, who chooses `paths`, or nothing. `asked`: (title, proposal, kinds) each."""

    def __init__(self, *paths: Path) -> None:
        self.paths = list(paths)
        self.asked: list[tuple[str, str, str]] = []

    def files(self, _parent, title, kinds):
        self.asked.append((title, "", kinds))
        return self.paths

    def file(self, _parent, title, kinds):
        return self.new_file(_parent, title, "", kinds)

    def folder(self, _parent, title):
        return self.new_file(_parent, title, "", "")

    def new_file(self, _parent, title, proposal, kinds):
        self.asked.append((title, proposal, kinds))
        return self.paths[0] if self.paths else None
