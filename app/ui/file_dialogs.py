"""The system's own dialogs for files and folders, behind one door: what a person chose there, or nothing."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


class FileDialogs:
    """`kinds` as Qt writes them: `Lists (*.csv *.txt)`. Empty and None: the person thought better of it."""

    def files(self, parent: QWidget, title: str, kinds: str) -> list[Path]:
        names, _kind = QFileDialog.getOpenFileNames(parent, title, "", kinds)
        return [Path(name) for name in names]

    def file(self, parent: QWidget, title: str, kinds: str) -> Path | None:
        name, _kind = QFileDialog.getOpenFileName(parent, title, "", kinds)
        return Path(name) if name else None

    def folder(self, parent: QWidget, title: str) -> Path | None:
        name = QFileDialog.getExistingDirectory(parent, title)
        return Path(name) if name else None

    def new_file(self, parent: QWidget, title: str, proposal: str, kinds: str) -> Path | None:
        """`proposal`: a name, or a path, that may be typed over; a name without an ending gets that of the proposal."""
        dialog = QFileDialog(parent, title, proposal, kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(Path(proposal).suffix)
        chosen = dialog.selectedFiles() if dialog.exec() else []
        dialog.deleteLater()
        return Path(chosen[0]) if chosen else None
