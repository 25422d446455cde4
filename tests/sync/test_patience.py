"""How long to wait before the server is asked again."""

import pytest

from app.errors import ServerBusy, Unreachable
from app.sync.patience import LONGEST_PAUSE_S, pause_s


@pytest.mark.parametrize(("failures", "longest"), [(1, 2), (2, 4), (6, 64), (9, 300), (2_000, 300)])
def test_longer_each_time_up_to_five_minutes(failures, longest):
    assert pause_s(failures, Unreachable(), 1.0) == longest
    assert pause_s(failures, Unreachable(), 0.0) == 1.0
    assert 1.0 <= pause_s(failures, Unreachable(), 0.5) <= longest


def test_a_server_that_says_how_long_gets_that():
    assert pause_s(1, ServerBusy(retry_after_s=17), 0.3) == 17
    assert pause_s(1, ServerBusy(retry_after_s=9_999), 0.3) == LONGEST_PAUSE_S
    assert pause_s(1, ServerBusy(), 0.0) == 1.0
