"""Opening both databases, and work that is done again when others were quicker."""

import threading

import psycopg
import pytest
import sqlalchemy as sa

from app.errors import Invalid
from server import schema, tables
from server.database import Busy, Database, Stale, among, open_database
from server.schema import create_schema
from tests.server.postgres import MISSING, programs


def test_a_file_is_opened_as_it_must_be(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'server.db'}")
    asked = ("journal_mode", "synchronous", "trusted_schema")
    found = database.read(lambda c: [c.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked])
    database.close()
    assert found == ["wal", 2, 0]


def test_other_databases_are_refused():
    with pytest.raises(Invalid, match="mysql"):
        open_database("mysql://somewhere/db")


def test_work_that_found_things_changed_is_done_again(database: Database):
    database.pause = lambda _seconds: None
    tries = []

    def work(_connection, alone):
        tries.append(alone)
        if len(tries) < 7:
            raise Stale("changed")
        return "done"

    assert database.write(work) == "done"
    assert tries == [False] * 4 + [True] * 3


def test_work_that_never_succeeds_ends(database: Database):
    database.pause = lambda _seconds: None

    def work(_connection, _alone):
        raise Stale("changed")

    with pytest.raises(Busy):
        database.write(work)


def test_what_failed_left_nothing(database: Database):
    def work(connection, _alone):
        connection.execute(tables.tenant.insert(), {"id": "t", "name": "T", "made_ms": 0})
        raise LookupError("no")

    with pytest.raises(LookupError):
        database.write(work)
    assert database.read(lambda c: c.execute(sa.select(tables.tenant)).all()) == []


def test_another_mistake_in_sql_is_not_tried_again(database: Database):
    tries = []

    def work(connection, _alone):
        tries.append(1)
        connection.exec_driver_sql("SELECT nothing FROM nowhere")

    with pytest.raises(sa.exc.DBAPIError):
        database.write(work)
    assert len(tries) == 1


def test_values_do_not_stand_in_the_words_of_an_error(database: Database):
    with pytest.raises(sa.exc.DBAPIError) as caught:
        database.write(lambda c, _: c.execute(tables.tenant.insert(), {"id": "Secret", "name": None, "made_ms": 0}))
    assert "Secret" not in str(caught.value).replace(str(caught.value.orig), "")


def test_reading_cannot_write_on_postgresql(postgres_url):
    database = open_database(postgres_url())
    with pytest.raises(sa.exc.DBAPIError):
        database.read(lambda c: c.execute(tables.tenant.insert(), {"id": "t", "name": "T", "made_ms": 0}))
    database.close()


def test_the_second_of_two_equal_inserts_is_tried_again(postgres_url):
    database = open_database(postgres_url())
    both, seen = threading.Barrier(2, timeout=20), []

    def work(connection, _alone):
        found = connection.execute(sa.select(tables.tenant.c.id)).all()
        if not found:
            both.wait()
            connection.execute(tables.tenant.insert(), {"id": "t", "name": "T", "made_ms": 0})
        seen.append(len(found))

    workers = [threading.Thread(target=database.write, args=(work,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    database.close()
    assert sorted(seen) == [0, 1]


def test_two_that_wait_for_each_other_are_both_done(postgres_url):
    database = open_database(postgres_url())
    with database.engine.begin() as connection:
        rows = [{"id": name, "name": "", "made_ms": 0} for name in "ab"]
        connection.execute(tables.tenant.insert(), rows)
    both, tries = threading.Barrier(2, timeout=20), []

    def worker(first, second):
        met = []

        def work(connection, _alone):
            tries.append(1)
            change = tables.tenant.update().values(made_ms=tables.tenant.c.made_ms + 1)
            connection.execute(change.where(tables.tenant.c.id == first))
            if not met:
                met.append(1)
                both.wait()
            connection.execute(change.where(tables.tenant.c.id == second))

        database.write(work)

    workers = [threading.Thread(target=worker, args=order) for order in ("ab", "ba")]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert database.read(lambda c: c.execute(sa.select(tables.tenant.c.made_ms)).scalars().all()) == [2, 2]
    assert len(tries) == 3
    database.close()


def test_a_file_that_another_process_holds_is_waited_for(tmp_path):
    url = f"sqlite:///{tmp_path / 'server.db'}"
    first, second = open_database(url), open_database(url)
    create_schema(first)
    let_go = threading.Event()
    has_begun = threading.Event()

    def hold(connection, _alone):
        connection.execute(tables.tenant.insert(), {"id": "a", "name": "", "made_ms": 0})
        has_begun.set()
        let_go.wait(20)

    holder = threading.Thread(target=first.write, args=(hold,))
    holder.start()
    has_begun.wait(20)
    threading.Timer(0.2, let_go.set).start()
    second.write(lambda c, _: c.execute(tables.tenant.insert(), {"id": "b", "name": "", "made_ms": 0}) and None)
    holder.join()
    assert second.read(lambda c: c.execute(sa.select(tables.tenant.c.id)).scalars().all()) == ["a", "b"]
    first.close()
    second.close()


def test_among_many(database: Database):
    names = [f"n{number}" for number in range(3_000)]
    rows = [{"id": name, "name": "", "made_ms": 0} for name in names]
    database.write(lambda c, _: c.execute(tables.tenant.insert(), rows) and None)
    wanted = [*names[::2], "nobody", "with'quote", '"']
    found = database.read(
        lambda c: c.execute(sa.select(tables.tenant.c.id).where(among(c, tables.tenant.c.id, wanted))).scalars().all()
    )
    assert sorted(found) == sorted(names[::2])
    assert (
        database.read(lambda c: c.execute(sa.select(tables.tenant).where(among(c, tables.tenant.c.id, []))).all()) == []
    )


def test_a_server_that_is_away_is_not_ready():
    database = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert not schema.is_ready(database)
    database.close()


def test_without_postgresql_there_is_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr("tests.server.postgres._PACKAGED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LookupError, match="scripts/setup --test"):
        programs()
    assert "initdb" in MISSING


def test_the_server_of_the_tests_is_a_real_one(postgres_url):
    with psycopg.connect(postgres_url().replace("postgresql+psycopg", "postgresql")) as connection:
        assert "PostgreSQL" in connection.execute("SELECT version()").fetchone()[0]
