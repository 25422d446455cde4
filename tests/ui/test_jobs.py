import gc
import threading
import time
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import QObject

from app.errors import FileCorrupt
from app.models.database import bring_up_to_date, connect, open_reader
from app.photos.store import open_photos
from app.ui.jobs import Jobs, Openers, Progress, seen_by
from tests.factories import make_enterprise


def openers(path):
    return Openers(
        writer=lambda: connect(path, None),
        reader=lambda: open_reader(path),
        photos=lambda: open_photos(path.with_name("photos.db")),
    )


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


def test_close_with_work_under_way(qtbot, tmp_path, clock):
    db = connect(tmp_path / "t.db", None)
    bring_up_to_date(db, clock)
    db.close()
    j = Jobs(openers(tmp_path / "t.db"))
    owner = QObject()
    for _ in range(50):
        j.run(owner, lambda: time.sleep(0.01))
    j.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("work", "database", "photos"))]


def test_a_failed_open_is_its_own_error(qtbot, tmp_path):
    (tmp_path / "t.db").write_bytes(b"no database" * 100)
    with pytest.raises(FileCorrupt):
        Jobs(openers(tmp_path / "t.db"))


def test_photos_that_do_not_open_leave_the_records_closed(qtbot, tmp_path):
    (tmp_path / "photos.db").write_bytes(b"no database" * 100)
    opened = []

    def writer():
        opened.append(connect(tmp_path / "t.db", None))
        opened[0].conn.execute("CREATE TABLE t(a)")
        return opened[0]

    with pytest.raises(FileCorrupt):
        Jobs(replace(openers(tmp_path / "t.db"), writer=writer))
    assert [path.name for path in tmp_path.glob("t.db*")] == ["t.db"]  # closed in order: the log was written back


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


def test_changed_names_the_tables_and_reading_is_no_change(desk, qtbot):
    with qtbot.wait_signal(desk.jobs.changed) as got:
        desk.jobs.run_with_db(desk, lambda db: make_enterprise(db, desk.by))
    assert got.args == [frozenset({"enterprise"})]
    with qtbot.assert_not_emitted(desk.jobs.changed, wait=50):
        desk.jobs.run_with_db(desk, lambda db: db.conn.execute("SELECT count(*) FROM enterprise").fetchone())


def test_long_reads_have_a_connection_of_their_own(desk, qtbot):
    seen, writes = [], []
    counted, let_go = threading.Event(), threading.Event()

    def read(db):
        count = db.conn.execute("SELECT count(*) FROM enterprise").fetchone()[0]
        counted.set()
        let_go.wait(5)
        return count

    desk.jobs.run_reading(desk, read, seen.append)
    assert counted.wait(5)
    desk.jobs.run_with_db(desk, lambda db: make_enterprise(db, desk.by), writes.append)
    qtbot.wait_until(lambda: bool(writes))  # the write did not wait for the read
    assert seen == []
    let_go.set()
    qtbot.wait_until(lambda: seen == [0])


def test_a_read_that_was_overtaken_is_dropped(desk, qtbot):
    shown, asked_again = [], threading.Event()
    desk.jobs.run_reading(desk, lambda db: asked_again.wait(5) and "early", shown.append)
    desk.jobs.run_reading(desk, lambda db: "late", shown.append)
    qtbot.wait_until(lambda: shown == ["late"])
    asked_again.set()
    others = []
    desk.jobs.run_reading(desk, lambda db: time.sleep(0.02) or "another question", others.append)
    qtbot.wait_until(lambda: others == ["another question"])
    assert shown == ["late"]


def test_progress_and_cancel(desk, qtbot):
    progress, seen, done, failed = Progress(), [], [], []
    progress.moved.connect(lambda n, total: seen.append((n, total)))

    def work():
        for n in range(1000):
            progress.report(n, 1000)
            time.sleep(0.001)

    desk.jobs.run(desk, work, done.append, failed.append)
    qtbot.wait_until(lambda: len(seen) > 3)
    progress.cancel()
    count = len(seen)
    after = []
    desk.jobs.run(desk, lambda: time.sleep(0.05), after.append)
    qtbot.wait_until(lambda: bool(after))
    assert len(seen) <= count + 5
    assert (done, failed) == ([], [])


_SEEN = "SELECT seen FROM sync_capture WHERE tbl = 'enterprise'"


def set_cursor(jobs, cursor):
    def promote(db):
        db.conn.execute("UPDATE sync_state SET cursor = ?", (cursor,))

    jobs.db(promote)


def test_what_is_delivered_says_up_to_where_it_was_read(jobs, qtbot):
    page, child, done = QObject(), QObject(), []
    child.setParent(page)
    assert seen_by(child) is None
    set_cursor(jobs, 7)
    for read in (jobs.run_with_db, jobs.run_reading):
        read(page, lambda db: 1, done.append)
        qtbot.wait_until(lambda: bool(done))
        assert seen_by(child) == 7
        done.clear()
        set_cursor(jobs, 5_000_000_000)
        assert seen_by(child) == 7
        read(child, lambda db: 2, done.append)
        qtbot.wait_until(lambda: bool(done))
        assert (seen_by(page), seen_by(child)) == (7, 5_000_000_000)
        child.setProperty("gemba_seen", None)
        set_cursor(jobs, 7)
        done.clear()


def test_who_writes_has_not_read(jobs, desk, qtbot):
    page, done = QObject(), []
    jobs.run_with_db(page, lambda db: 1, done.append)
    qtbot.wait_until(lambda: bool(done))
    set_cursor(jobs, 9)
    desk.write(page, lambda db, by: make_enterprise(db, by), done.append)
    qtbot.wait_until(lambda: len(done) == 2)
    assert seen_by(page) == 0
    assert jobs.db(lambda db: db.conn.execute(_SEEN).fetchall()) == [(0,)]


def test_a_merge_base_is_never_newer_than_what_is_shown_here(jobs, desk, qtbot):
    """After a server came back from a backup, the numbers begin lower than those that pages remember."""
    page, done = QObject(), []
    set_cursor(jobs, 9)
    jobs.run_with_db(page, lambda db: 1, done.append)
    qtbot.wait_until(lambda: bool(done))
    set_cursor(jobs, 4)
    desk.write(page, lambda db, by: make_enterprise(db, by), done.append)
    qtbot.wait_until(lambda: len(done) == 2)
    assert jobs.db(lambda db: db.conn.execute(_SEEN).fetchall()) == [(4,)]


def test_what_came_by_sync_is_announced(jobs, qtbot):
    with qtbot.wait_signal(jobs.changed) as got:
        jobs.run(QObject(), lambda: jobs.announce(frozenset({"visit"})))
    assert got.args[0] == {"visit"}
