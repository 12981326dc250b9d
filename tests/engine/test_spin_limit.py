"""Torch's threads give way to other programs, and spin again when those are gone."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from studio.engine.spin_limit import CHOSEN, QUIET_LOOKS, OtherPrograms, SpinLimit

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="libgomp is Linux's")


def threads() -> int:
    """Of this process, those of native code too."""
    return len([*Path("/proc/self/task").iterdir()])


def comes(about: Callable[[], bool]) -> bool:
    for _ in range(500):
        if about():
            return True
        time.sleep(0.02)
    return False


def test_threads_beyond_the_cores_are_kept_while_others_want_these(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CHOSEN, raising=False)
    torch.zeros(2**20).fill_(1.0)  # this thread has its own now
    before, wanted = threads(), 1.0
    limit = SpinLimit(lambda: wanted)
    limit.look()
    assert limit.yields
    assert comes(lambda: threads() >= before + min(2, torch.get_num_threads()))
    limit.look()
    wanted = 0.0
    for _ in range(QUIET_LOOKS):
        assert limit.yields, "a moment's rest is none"
        limit.look()
    assert not limit.yields
    assert comes(lambda: threads() <= before), "nothing is left behind"


def test_what_the_user_chose_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CHOSEN, "1000")
    limit = SpinLimit(lambda: 5.0)
    limit.look()
    assert not limit.yields


def test_our_own_work_is_not_taken_for_that_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    others = OtherPrograms()
    times = iter([(10.0, 13.5, 3.5), (11.0, 15.5, 4.0)])
    monkeypatch.setattr(others, "_times", lambda: next(times))
    monkeypatch.setattr("studio.engine.spin_limit._cores", lambda: 4)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 4)
    others._last = (9.0, 10.0, 0.0)
    assert others.cores() == 0.0
    assert others.cores() == 1.5
    monkeypatch.setattr(torch, "get_num_threads", lambda: 3)
    others._last, times = (9.0, 10.0, 0.0), iter([(10.0, 12.0, 0.5)])
    assert others.cores() == 0.5, "one core is spared by our threads"
