"""The real window, offscreen, on a real folder: it opens, shows, closes, and leaves the store in order."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app.bootstrap import reading, writing
from app.errors import FileCorrupt
from app.fieldwork.check import check_store
from app.fieldwork.identity import ensure_user
from app.paths import DataFolder
from app.ui import application
from app.ui.main_window import MainWindow
from tests.factories import make_enterprise, make_visit


def test_it_opens_shows_and_closes_in_order(qtbot, tmp_path):
    folder = DataFolder(tmp_path)
    with writing(folder) as store:
        by = ensure_user(store.records, store.author.clock, name="Trainer", role="trainer")
        make_visit(store.records, by, make_enterprise(store.records, by, "PT Laksana"))
    seen = []

    def look() -> None:
        (window,) = (one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow))
        window.show_route("enterprises")
        rows = window.page().table.model
        if rows.rowCount() == 0:
            QTimer.singleShot(20, look)
            return
        seen.append((window.windowTitle(), rows.index(0, 0).data()))
        window.close()

    QTimer.singleShot(20, look)
    assert application.run(folder, shown=lambda: seen.append("shown")) == 0
    assert seen == ["shown", ("Gemba", "PT Laksana")]
    with reading(folder) as store:
        assert check_store(store.records, store.photos).is_clean


def test_a_damaged_store_is_said_and_no_window_is_shown(qtbot, tmp_path):
    folder = DataFolder(tmp_path)
    folder.photos.write_bytes(b"no database" * 100)
    told = []

    def look() -> None:
        told.extend(one.text() for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox))
        QApplication.activeModalWidget().accept()

    QTimer.singleShot(20, look)
    with pytest.raises(FileCorrupt):
        application.run(folder)
    assert len(told) == 1
