"""Pictures from the store: those that only the server has are asked for when somebody wants to see them."""

from io import BytesIO

import pytest
from PIL import Image

from app.photos.store import BytesKind, put_bytes
from app.ui.widgets.pictures import Pictures, lost_words

SHA = "a" * 64


@pytest.fixture
def pictures(desk):
    return Pictures(desk, most=3)


def ask(pictures, sha256, qtbot):
    with qtbot.wait_signal(pictures.arrived):
        assert pictures.get(sha256) is None


def test_what_nobody_has_is_lost(pictures, qtbot):
    ask(pictures, SHA, qtbot)
    assert lost_words(pictures, SHA) == "This picture is not on this device"
    assert pictures.get(SHA) is None


def test_what_the_server_has_is_asked_for_and_shown_once_it_came(pictures, desk, qtbot):
    buffer = BytesIO()
    Image.new("RGB", (4, 3), "red").save(buffer, "PNG")
    sha256 = desk.jobs.photos(lambda photos: put_bytes(photos, buffer.getvalue(), BytesKind.THUMBNAIL))
    desk.jobs.photos(lambda photos: photos.conn.execute("DELETE FROM stored_bytes") and None)
    desk.jobs.db(
        lambda db: (
            db.conn.execute(
                "INSERT INTO blob(sha256, size, kind, lane, state) VALUES(?, 1, '', 4, 'remote')", (sha256,)
            )
            and None
        )
    )
    ask(pictures, sha256, qtbot)
    assert lost_words(pictures, sha256) == "This picture is still to come from the server"
    assert desk.jobs.db(lambda db: db.conn.execute("SELECT state FROM blob").fetchone()[0]) == "downloading"
    desk.jobs.photos(lambda photos: put_bytes(photos, buffer.getvalue(), BytesKind.THUMBNAIL))
    with qtbot.wait_signal(pictures.arrived):
        desk.jobs.announce(frozenset({"blob"}))
    assert lost_words(pictures, sha256) == ""
    ask(pictures, sha256, qtbot)
    assert pictures.get(sha256).width() == 4


def test_what_came_otherwise_changes_nothing(pictures, desk, qtbot):
    ask(pictures, SHA, qtbot)
    desk.jobs.announce(frozenset({"visit"}))
    qtbot.wait(20)
    assert pictures.is_lost(SHA)
