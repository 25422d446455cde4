"""Kept checklists are read by several threads of the window, also when each is the first to do so."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

from app.checklists.catalogue import list_checklists
from app.checklists.stored import checklist_from_text, checklist_to_text

ROOT = Path(__file__).parent.parent.parent
_THREADS, _PROCESSES = 4, 40


def read_at_once(text: str) -> None:
    """Each thread reads another text, so that none finds what the other has read."""
    start = Barrier(_THREADS)

    def read(number: int) -> None:
        start.wait()
        checklist_from_text(text + " " * number)

    threads = [Thread(target=read, args=(number,)) for number in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    """Says how many of the processes, in which nothing was read before, ended in order."""
    text, ended = sys.stdin.read(), []
    sys.setswitchinterval(1e-6)
    for _process in range(_PROCESSES):
        child = os.fork()
        if child == 0:
            read_at_once(text)
            os._exit(0)
        ended.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    sys.stdout.write(str(ended.count(0)))


def test_a_kept_checklist_reads_as_it_was():
    for checklist in list_checklists():
        assert checklist_from_text(checklist_to_text(checklist)) == checklist


def test_threads_that_are_the_first_to_read_do_so_at_once():
    text = checklist_to_text(list_checklists()[0])
    found = subprocess.run(
        [sys.executable, "-m", "tests.checklists.test_stored"], cwd=ROOT, input=text, capture_output=True, text=True
    )
    assert found.stdout == str(_PROCESSES), found.stderr


if __name__ == "__main__":
    main()
