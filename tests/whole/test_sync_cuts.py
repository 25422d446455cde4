"""One exchange, cut at every byte in both directions, repeated, dribbled and hung: nothing is lost, nothing doubled."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from app.errors import CutShort
from app.sync import client
from benchmarks.links import Cut, Ending, Link, Way
from benchmarks.proxy import Proxy
from benchmarks.sync.processes import CentralServer
from tests.whole.synced import Desk, conflicts_there, desk, is_whole, rows_here, rows_there, times_applied

PARTS = 3
MARGIN = 12  # a request about other letters may be so many bytes longer


@pytest.fixture
def ana(server, organisation, new_folder) -> Iterator[Desk]:
    with desk(new_folder("ana")) as ana:
        ana.way.enrol(ana, server.url, server.code("Ana", organisation))
        yield ana


def others_agree(server: CentralServer, ana: Desk, new_folder, organisation: str) -> None:
    """The server and a second laptop show what the first one shows; nobody disputes anything."""
    with desk(new_folder(f"budi of {organisation}")) as budi:
        budi.way.enrol(budi, server.url, server.code("Budi", organisation))
        budi.way.exchange(budi)
        ana.move_to(server.url)
        ana.way.exchange(ana)
        assert rows_here(budi.db) == rows_here(ana.db)
    assert rows_here(ana.db) == rows_there(server, organisation)
    assert conflicts_there(server) == 0  # in any organisation
    assert is_whole(server)


def test_cut_at_every_byte(server, new_folder):
    """Up and down, each by an organisation of its own, so that neither hears of the other; all at once to be quick."""
    with ThreadPoolExecutor() as pool:
        swept = [pool.submit(sweep, server, new_folder, way, part) for way in Way for part in range(PARTS)]
        written = [text for each in swept for text in each.result()]
    assert times_applied(server, written) == dict.fromkeys(written, 1)
    assert len(written) > 700


def sweep(server: CentralServer, new_folder, way: Way, part: int) -> list[str]:
    """Every byte of this part of all bytes in one direction. Returns the texts, each of an exchange of its own."""
    organisation = f"{way} {part}"
    with desk(new_folder(organisation)) as ana, Proxy(server.port) as proxy:
        ana.way.enrol(ana, proxy.url, server.code("Ana", organisation))
        visit_id = ana.visit(organisation)
        ana.way.exchange(ana)
        size = size_of_an_exchange(ana, proxy, visit_id, way, text := f"{organisation} size")
        written = [text]
        firsts = range(part * size // PARTS, (part + 1) * size // PARTS + (MARGIN if part == PARTS - 1 else 0))
        endings = itertools.cycle((Ending.RESET, Ending.CLOSE))
        for after, ending in zip(firsts, endings, strict=False):
            written.append(f"{organisation} {after:04}")
            ana.write(visit_id, written[-1])
            proxy.cut(Cut(way, after, ending))
            done = ana.way.exchange(ana)  # the engine tries again by itself
            assert done.rows.complete, written[-1]
            assert ana.waiting() == 0, written[-1]
        assert proxy.counts().cuts >= len(firsts) - 2 * MARGIN
        others_agree(server, ana, new_folder, organisation)
    return written


def size_of_an_exchange(ana: Desk, proxy: Proxy, visit_id: str, way: Way, text: str) -> int:
    ana.write(visit_id, text)
    proxy.counts(anew=True)
    ana.way.exchange(ana)
    counts = proxy.counts()
    assert counts.requests == ["POST /sync/v1/exchange"]
    return counts.up if way is Way.UP else counts.down


@pytest.mark.parametrize("way", list(Way))
def test_cut_again_and_again_and_the_program_closed_in_between(server, organisation, new_folder, way):
    """Every try is cut at the same byte until the program gives up; another start of it finishes the work."""
    folder = new_folder("ana")
    with desk(folder) as ana:
        ana.way.enrol(ana, server.url, server.code("Ana", organisation))
        visit_id = ana.visit()
        ana.way.exchange(ana)
    written = []
    with Proxy(server.port) as proxy:
        for after in range(0, 500, 100):
            written.append(f"{organisation} {after}")
            with desk(folder) as ana:
                ana.move_to(proxy.url)
                ana.write(visit_id, written[-1])
                proxy.cut(Cut(way, after, again=True))
                try:
                    done = ana.way.exchange(ana)
                    assert done.rows.complete  # the cut came after the end
                except CutShort:
                    shown = ana.db.conn.execute("SELECT summary FROM visit").fetchone()[0]
                    assert shown == written[-1]
                proxy.cut(None)
            with desk(folder) as ana:
                assert ana.way.exchange(ana).rows.complete
                assert ana.waiting() == 0
    assert times_applied(server, written) == dict.fromkeys(written, 1)
    with desk(folder) as ana:
        others_agree(server, ana, new_folder, organisation)


@pytest.mark.parametrize("way", list(Way))
def test_a_link_that_hangs_is_left_after_a_while(server, ana, organisation, new_folder, monkeypatch, way):
    monkeypatch.setattr(client, "TIMEOUT", httpx2.Timeout(0.25))
    visit_id = ana.visit()
    ana.way.exchange(ana)
    written = []
    with Proxy(server.port) as proxy:
        ana.move_to(proxy.url)
        for after in (0, 1, 100, 250, 330):
            written.append(f"{organisation} {after}")
            ana.write(visit_id, written[-1])
            proxy.cut(Cut(way, after, Ending.HANG))
            assert ana.way.exchange(ana).rows.complete
            assert proxy.counts(anew=True).cuts == 1
    assert times_applied(server, written) == dict.fromkeys(written, 1)
    others_agree(server, ana, new_folder, organisation)


def test_every_request_arrives_three_times(server, ana, organisation, new_folder):
    visit_id = ana.visit()
    ana.way.exchange(ana)
    written = [f"{organisation} {number}" for number in range(20)]
    with Proxy(server.port) as proxy:
        proxy.replays = 2
        ana.move_to(proxy.url)
        for text in written:
            ana.write(visit_id, text)
            assert ana.way.exchange(ana).rows.complete
            assert ana.waiting() == 0
    assert times_applied(server, written) == dict.fromkeys(written, 1)
    others_agree(server, ana, new_folder, organisation)


def test_byte_by_byte_and_drop_by_drop(server, ana, organisation, new_folder):
    visit_id = ana.visit()
    ana.way.exchange(ana)
    written = []
    for link in (Link(piece=1), Link(piece=1, up_rate=8_000, down_rate=8_000), Link(rtt_s=0.2, piece=7)):
        with Proxy(server.port, link) as proxy:
            written.append(f"{organisation} {len(written)}")
            ana.move_to(proxy.url)
            ana.write(visit_id, written[-1])
            assert ana.way.exchange(ana).rows.complete
    assert times_applied(server, written) == dict.fromkeys(written, 1)
    others_agree(server, ana, new_folder, organisation)
