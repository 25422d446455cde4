"""Bytes by their hash: read in pieces, and arriving in pieces."""

import hashlib
import tracemalloc

import pytest

from app.errors import FileCorrupt, NotFound
from app.photos.arriving import Arriving, arrived, forget_arrived, take_piece
from app.photos.store import BytesKind, get_bytes, is_whole, open_photos, put_bytes, read_piece, sizes_of, stored_hashes

DATA = hashlib.shake_128(b"photo").digest(120_000)
SHA = hashlib.sha256(DATA).hexdigest()


def test_a_piece_is_read_without_the_rest(photos):
    put_bytes(photos, DATA, BytesKind.WORKING)
    assert read_piece(photos, SHA, 0, 10) == DATA[:10]
    assert read_piece(photos, SHA, 100_000, 50_000) == DATA[100_000:]
    assert read_piece(photos, SHA, 120_000, 5) == b""
    assert read_piece(photos, SHA, 130_000, 5) == b""
    with pytest.raises(NotFound):
        read_piece(photos, "a" * 64, 0, 1)


def test_whole_means_with_the_hash_it_had(photos):
    put_bytes(photos, DATA, BytesKind.WORKING)
    assert is_whole(photos, SHA)
    photos.conn.execute("UPDATE stored_bytes SET bytes = zeroblob(120000)")
    assert not is_whole(photos, SHA)
    with pytest.raises(FileCorrupt):
        get_bytes(photos, SHA)
    assert not is_whole(photos, "a" * 64)


def test_sizes_are_told_of_what_is_here(photos):
    put_bytes(photos, DATA, BytesKind.WORKING)
    assert sizes_of(photos, [SHA, "a" * 64]) == {SHA: len(DATA)}
    assert sizes_of(photos, []) == {}


def take(photos, start, data, size=120_000, sha256=SHA, kind=BytesKind.WORKING):
    return take_piece(photos, Arriving(sha256, kind, size), start, data)


def test_bytes_arrive_piece_by_piece_and_are_kept_when_they_are_right(photos):
    assert arrived(photos, SHA) == 0
    assert take(photos, 0, DATA[:50_000]) is None
    assert take(photos, 40_000, b"from elsewhere") is None
    assert take(photos, 50_000, b"") is None
    assert arrived(photos, SHA) == 50_000
    assert SHA not in stored_hashes(photos)
    assert take(photos, 50_000, DATA[50_000:]) is True
    assert get_bytes(photos, SHA) == DATA
    assert arrived(photos, SHA) == 0


def test_bytes_arrive_at_once(photos):
    assert take(photos, 0, DATA) is True
    assert get_bytes(photos, SHA) == DATA


@pytest.mark.parametrize("wrong", [DATA[:-1] + b"x", DATA + b"x"])
def test_wrong_bytes_are_forgotten(photos, wrong):
    assert take(photos, 0, wrong) is False
    assert arrived(photos, SHA) == 0
    assert stored_hashes(photos) == set()


def test_what_is_here_already_stays_as_it_is(photos):
    put_bytes(photos, DATA, BytesKind.WORKING)
    assert take(photos, 0, DATA, kind=BytesKind.THUMBNAIL) is True
    kinds = photos.conn.execute("SELECT kind FROM stored_bytes").fetchall()
    assert kinds == [("working",)]


def test_pieces_can_be_forgotten(photos):
    take(photos, 0, DATA[:10])
    forget_arrived(photos, SHA)
    assert arrived(photos, SHA) == 0


def test_a_store_of_the_first_shape_takes_pieces_too(tmp_path):
    photos = open_photos(tmp_path / "photos.db")
    put_bytes(photos, DATA, BytesKind.WORKING)
    photos.conn.execute("DROP TABLE arriving_bytes")
    photos.conn.execute("PRAGMA user_version = 1")
    photos.close()
    photos = open_photos(tmp_path / "photos.db")
    assert get_bytes(photos, SHA) == DATA
    assert take(photos, 0, b"abc", sha256="a" * 64) is None
    assert arrived(photos, "a" * 64) == 3
    photos.close()


def test_large_bytes_are_never_held_whole(photos):
    piece = DATA[:100_000] * 10
    digest = hashlib.sha256(piece * 30).hexdigest()
    for number in range(29):
        take(photos, number * len(piece), piece, 30 * len(piece), digest)
    tracemalloc.start()
    assert take(photos, 29 * len(piece), piece, 30 * len(piece), digest) is True
    assert is_whole(photos, digest)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * len(piece)
