"""Uploads as files: what is acknowledged survives, and one writes at a time."""

import hashlib
import multiprocessing
import os
import threading
import time

import pytest

from server.spool import LASTS_DAYS, Announced, GoneError, HeldError, Spool

DATA = bytes(range(256)) * 40
SHA = hashlib.sha256(DATA).hexdigest()
TENANT = "one"


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


def begin(spool, size=None, at=1_000):
    return spool.begin(TENANT, SHA, Announced(size or len(DATA), at))


def grow(spool, upto, at=2_000):
    with spool.hold(TENANT, SHA) as writing:
        writing.write(DATA[writing.upload.offset : upto])
        return writing.keep(at)


def files(tmp_path):
    return sorted(path.name[64:] for path in (tmp_path / "spool" / TENANT).iterdir())


def test_what_was_kept_is_there_for_another_process(spool, tmp_path):
    begin(spool)
    assert grow(spool, 5_000) == 5_000
    other = Spool(tmp_path / "spool")
    found = other.find(TENANT, SHA)
    assert (found.offset, found.touched_ms, found.is_complete) == (5_000, 2_000, False)
    assert found.expires_ms == 2_000 + LASTS_DAYS * 86_400_000
    assert grow(other, len(DATA)) == len(DATA)
    assert spool.find(TENANT, SHA).is_complete
    with spool.hold(TENANT, SHA) as writing:
        assert writing.has_right()
        assert writing.room == 0


def test_beginning_again_goes_on_with_what_is_there(spool):
    begin(spool)
    grow(spool, 300)
    assert begin(spool).offset == 300


def test_another_size_begins_anew(spool):
    begin(spool)
    grow(spool, 300)
    assert begin(spool, size=12).offset == 0
    assert spool.find(TENANT, SHA).size == 12
    with spool.hold(TENANT, SHA) as writing, pytest.raises(ValueError, match="announced"):
        writing.write(DATA)


def test_bytes_that_were_never_kept_are_gone(spool):
    begin(spool)
    grow(spool, 100)
    with spool.hold(TENANT, SHA) as writing:
        writing.write(b"from a process that dies before it keeps them")
    assert spool.find(TENANT, SHA).offset == 100
    assert grow(spool, len(DATA)) == len(DATA)
    with spool.hold(TENANT, SHA) as writing:
        assert writing.has_right()


def test_dropped_bytes_leave_no_trace(spool):
    begin(spool)
    with spool.hold(TENANT, SHA) as writing:
        writing.write(b"wrong")
        writing.drop()
        writing.write(DATA)
        assert writing.keep(5) == len(DATA)
        assert writing.keep(6) == len(DATA)
        assert writing.upload.touched_ms == 5
        assert writing.has_right()


@pytest.mark.parametrize("cut", range(1, 60))
def test_a_log_cut_anywhere_gives_an_offset_that_was_reached(spool, tmp_path, cut):
    begin(spool)
    grow(spool, 100)
    grow(spool, 2_000)
    log = tmp_path / "spool" / TENANT / f"{SHA}.log"
    whole = log.read_bytes()
    log.write_bytes(whole[:-cut])
    found = spool.find(TENANT, SHA)
    first = whole.index(b"\n") + 1
    if len(whole) - cut < first:
        assert found is None
        with pytest.raises(GoneError), spool.hold(TENANT, SHA):
            pass
        return
    assert found.offset in (0, 100)
    grow(spool, len(DATA))
    with spool.hold(TENANT, SHA) as writing:
        assert writing.has_right()


@pytest.mark.parametrize("tail", [b"9999 1 00000000\n", b"\0" * 30, b"x y z\n", b"-1 2 3\n", b"2000\n"])
def test_noise_after_the_last_good_line_is_cut_off(spool, tmp_path, tail):
    begin(spool)
    grow(spool, 100)
    log = tmp_path / "spool" / TENANT / f"{SHA}.log"
    log.write_bytes(log.read_bytes() + tail)
    assert spool.find(TENANT, SHA).offset == 100
    assert grow(spool, 200) == 200
    assert spool.find(TENANT, SHA).offset == 200


def test_a_log_of_noise_is_no_upload(spool, tmp_path):
    begin(spool)
    (tmp_path / "spool" / TENANT / f"{SHA}.log").write_bytes(b"noise\n")
    assert spool.find(TENANT, SHA) is None
    with pytest.raises(GoneError), spool.hold(TENANT, SHA):
        pass
    assert spool.remove_strays() == 1
    assert files(tmp_path) == []
    assert begin(spool).offset == 0


def test_discarded_means_gone(spool, tmp_path):
    begin(spool)
    with spool.hold(TENANT, SHA) as writing:
        writing.discard()
    assert spool.find(TENANT, SHA) is None
    assert files(tmp_path) == []
    with pytest.raises(GoneError), spool.hold(TENANT, SHA):
        pass


def test_the_second_one_waits_and_asks_the_first_to_let_go(spool):
    begin(spool)
    with spool.hold(TENANT, SHA) as first:
        assert not first.is_wished()
        with pytest.raises(HeldError), spool.hold(TENANT, SHA, patience_s=0.05):
            pass
        assert first.is_wished()
        with pytest.raises(HeldError), spool.hold(TENANT, SHA, patience_s=0):
            pass
    with spool.hold(TENANT, SHA) as second:
        assert not second.is_wished()


def test_who_lets_go_hands_over_what_came(spool):
    begin(spool)
    got = []

    def other():
        with spool.hold(TENANT, SHA, patience_s=5) as writing:
            got.append(writing.upload.offset)

    with spool.hold(TENANT, SHA) as first:
        waiting = threading.Thread(target=other)
        waiting.start()
        while not first.is_wished():
            time.sleep(0.01)
        first.write(DATA[:77])
        first.keep(9)
    waiting.join()
    assert got == [77]


def _race(folder, many, start):
    """Grow the upload a piece at a time until it is whole, along with others that do the same."""
    spool = Spool(folder)
    start.wait()
    spool.begin(TENANT, SHA, Announced(len(DATA), 1))
    while True:
        with spool.hold(TENANT, SHA, patience_s=30) as writing:
            if writing.upload.is_complete:
                os._exit(0 if writing.has_right() else 1)
            writing.write(DATA[writing.upload.offset :][:100])
            writing.keep(2)
            many.value += 1  # without a lock of its own: the upload's is enough


def test_processes_that_race_write_every_byte_once(spool, tmp_path):
    context = multiprocessing.get_context("spawn")
    many, start = context.Value("i", 0, lock=False), context.Event()
    racers = [context.Process(target=_race, args=(tmp_path / "spool", many, start)) for _ in range(3)]
    for racer in racers:
        racer.start()
    start.set()
    for racer in racers:
        racer.join(60)
    assert [racer.exitcode for racer in racers] == [0, 0, 0]
    assert many.value == -(-len(DATA) // 100)
    assert (tmp_path / "spool" / TENANT / f"{SHA}.part").read_bytes() == DATA


def test_listed_by_tenant(spool):
    begin(spool)
    spool.begin("two", "b" * 64, Announced(5, 1))
    assert {upload.tenant for upload in spool.uploads()} == {"one", "two"}
    assert [upload.sha256 for upload in spool.uploads("two")] == ["b" * 64]
    assert list(spool.uploads("three")) == []


def test_what_a_crash_left_of_a_beginning_is_removed(spool, tmp_path):
    begin(spool)
    folder = tmp_path / "spool" / TENANT
    for name in ("a" * 64 + ".part", "c" * 64 + ".lock", "d" * 64 + ".wish"):
        (folder / name).touch()
    (folder / "notes of somebody.txt").touch()
    spool.remove_strays()
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [f"{SHA}.lock", f"{SHA}.log", f"{SHA}.part", "notes of somebody.txt"]
    )
    assert spool.find(TENANT, SHA) is not None


def test_nothing_is_removed_that_is_just_begun(spool, tmp_path):
    begin(spool)
    log = tmp_path / "spool" / TENANT / f"{SHA}.log"
    with spool.hold(TENANT, SHA):
        log.unlink()
        assert spool.remove_strays() == 0
        assert log.with_suffix(".part").exists()


@pytest.mark.parametrize(
    ("tenant", "sha256"),
    [
        ("../one", SHA),
        ("one", "../../etc/passwd"),
        ("one", SHA.upper()),
        ("", SHA),
        ("one", ""),
        ("a/b", SHA),
        (".", SHA),
    ],
)
def test_names_that_lead_elsewhere_are_refused(spool, tenant, sha256):
    with pytest.raises(ValueError, match="no name"):
        spool.find(tenant, sha256)
    with pytest.raises(ValueError, match="no name"):
        spool.begin(tenant, sha256, Announced(1, 1))


def test_a_part_that_is_missing_is_no_upload(spool, tmp_path):
    begin(spool)
    (tmp_path / "spool" / TENANT / f"{SHA}.part").unlink()
    with pytest.raises(GoneError), spool.hold(TENANT, SHA):
        pass
