import gc
import threading
import time

import pytest
import shiboken6
from PySide6.QtCore import QObject

from app.errors import FileCorrupt
from app.models.database import connect
from app.ui.jobs import Jobs


def test_work_runs_off_the_ui_thread_and_comes_back_on_it(jobs, qtbot):
    seen = {}
    owner = QObject()
    jobs.run_with_db(
        owner,
        lambda db: threading.current_thread().name,
        lambda r: seen.update(work=r, done=threading.current_thread() is threading.main_thread()),
    )
    qtbot.wait_until(lambda: bool(seen))
    assert seen["work"].startswith("database")
    assert seen["done"]


def test_nothing_is_delivered_to_a_deleted_owner(jobs, qtbot):
    seen = []
    owner = QObject()
    let_go = threading.Event()
    jobs.run(owner, let_go.wait, lambda _: seen.append("deleted"))
    shiboken6.delete(owner)
    let_go.set()
    living = QObject()
    jobs.run(living, lambda: time.sleep(0.05), lambda _: seen.append("living"))
    qtbot.wait_until(lambda: bool(seen))
    assert seen == ["living"]


def test_an_unhandled_error_is_announced(jobs, qtbot):
    owner = QObject()
    with qtbot.wait_signal(jobs.failed) as got:
        jobs.run_with_db(owner, lambda db: 1 / 0)
    assert isinstance(got.args[0], ZeroDivisionError)


def test_database_work_is_one_at_a_time(jobs, qtbot):
    owner, running, peak, done = QObject(), [], [], []

    def work(db):
        running.append(1)
        peak.append(len(running))
        time.sleep(0.002)
        running.pop()

    for _ in range(20):
        jobs.run_with_db(owner, work, done.append)
    qtbot.wait_until(lambda: len(done) == 20)
    assert max(peak) == 1


def test_close_with_work_under_way(qtbot, tmp_path):
    j = Jobs(lambda: connect(tmp_path / "t.db", None))
    owner = QObject()
    for _ in range(50):
        j.run(owner, lambda: time.sleep(0.01))
    j.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("work", "database"))]


def test_a_failed_open_is_its_own_error(qtbot, tmp_path):
    (tmp_path / "t.db").write_bytes(b"no database" * 100)
    with pytest.raises(FileCorrupt):
        Jobs(lambda: connect(tmp_path / "t.db", None))


def test_many_pages_come_and_go(jobs, qtbot):
    "the crash class of the reports: owner garbage collected while its job runs"
    n = []
    for _ in range(300):
        o = QObject()
        jobs.run(o, lambda: None, n.append)
        del o
    gc.collect()
    last = QObject()
    jobs.run(last, lambda: None, lambda _: n.append("last"))
    qtbot.wait_until(lambda: "last" in n)
