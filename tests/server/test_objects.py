"""Where bytes are kept for good: a folder or an S3 store, behind one door."""

import asyncio
import hashlib

import pytest

from server.objects import ObjectTroubleError, objects_at
from tests.server.s3 import running_s3

TENANT = "one"


def read_all(objects, sha256, start, end):
    async def collect():
        return [piece async for piece in objects.read(TENANT, sha256, start, end)]

    return b"".join(asyncio.run(collect()))


@pytest.fixture(params=["folder", "s3"])
def objects(request, tmp_path, monkeypatch):
    if request.param == "folder":
        yield objects_at(str(tmp_path / "photos"))
        return
    with running_s3(monkeypatch) as (_, place):
        yield objects_at(place)


def put(objects, tmp_path, data):
    file = tmp_path / "file"
    file.write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    objects.put(TENANT, sha256, file)
    return sha256


@pytest.mark.parametrize("size", [1, 300_000, 1 << 20, (9 << 20) + 7], ids=str)
def test_what_was_put_is_read_back(objects, tmp_path, size):
    data = bytes(range(251)) * (size // 251 + 1)
    data = data[:size]
    sha256 = put(objects, tmp_path, data)
    assert objects.has_right(TENANT, sha256)
    assert read_all(objects, sha256, 0, size) == data
    assert read_all(objects, sha256, size // 2, size) == data[size // 2 :]
    assert read_all(objects, sha256, size - 1, size) == data[-1:]
    assert put(objects, tmp_path, data) == sha256
    assert not objects.has_right("two", sha256)


def test_bytes_that_a_power_cut_damaged_are_put_again(tmp_path):
    objects = objects_at(str(tmp_path / "photos"))
    sha256 = put(objects, tmp_path, b"x" * 50)
    stored = tmp_path / "photos" / TENANT / sha256[:2] / sha256
    stored.write_bytes(b"")
    assert not objects.has_right(TENANT, sha256)
    put(objects, tmp_path, b"x" * 50)
    assert stored.read_bytes() == b"x" * 50


def test_lost_bytes_are_said_to_be_lost(objects, tmp_path):
    assert not objects.has_right(TENANT, "a" * 64)
    with pytest.raises(ObjectTroubleError):
        read_all(objects, "a" * 64, 0, 5)


def test_a_folder_that_takes_nothing_is_a_trouble(tmp_path):
    objects = objects_at(str(tmp_path / "photos"))
    (tmp_path / "photos" / TENANT).write_bytes(b"a file where a folder should be")
    with pytest.raises(ObjectTroubleError):
        put(objects, tmp_path, b"data")


def test_s3_is_told_the_checksum_and_never_to_overwrite(tmp_path, monkeypatch):
    with running_s3(monkeypatch) as (store, place):
        sha256 = put(objects_at(place), tmp_path, b"one photo")
        method, path, headers = store.asked[-1]
    assert method == "PUT"
    assert path == f"/gemba/photos/{TENANT}/{sha256[:2]}/{sha256}"
    assert headers["if-none-match"] == "*"
    assert headers["x-amz-checksum-sha256"]


def test_s3_that_refuses_is_a_trouble(tmp_path, monkeypatch):
    with running_s3(monkeypatch) as (store, place):
        objects = objects_at(place)
        store.failing = True
        with pytest.raises(ObjectTroubleError):
            put(objects, tmp_path, b"one photo")
        with pytest.raises(ObjectTroubleError):
            objects.has_right(TENANT, "a" * 64)
        with pytest.raises(ObjectTroubleError):
            read_all(objects, "a" * 64, 0, 5)
