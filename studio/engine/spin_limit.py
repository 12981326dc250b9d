"""SpinLimit: torch's threads spin while they wait for each other, but only as long as nobody else wants their cores.

A thread that spins answers at once, which on an idle machine makes a picture up to 1.6 times faster; beside another
program it burns the time that the thread it waits for would need, and a small model becomes many times slower. OpenMP's
library reads how long to spin when it is loaded, and never again; but when it keeps more threads than there are cores,
it spins a three thousandth of that (`do_spin` in libgomp's wait.h). So threads are kept that do nothing but count.
The numbers stay what they are: how work is split among the threads does not change.
"""

import math
import os
import sys
import threading
from collections.abc import Callable

import psutil

WANTED_CORES = 0.3
"""What other programs may take of the cores that our threads want, before ours give way."""
QUIET_LOOKS = 3
"""After so many looks in a row at which nobody wanted more, they spin again."""
CHOSEN = "GOMP_SPINCOUNT"
"""In the environment it is the user's word, which holds."""
_ENOUGH = 2**20
"""Elements of a tensor that torch surely shares out among all of its threads."""


class SpinLimit:
    """Looked at about once a second by one thread; before torch is there, and elsewhere than on Linux, it does nothing.

    `others`: how many cores other programs have used since it was last asked.
    """

    def __init__(self, others: Callable[[], float] | None = None) -> None:
        self._others = others or OtherPrograms().cores
        self._acts = sys.platform == "linux" and CHOSEN not in os.environ
        self._quiet = 0
        self._spare: threading.Event | None = None
        """Set when the spare threads may end; None while there are none."""

    @property
    def yields(self) -> bool:
        """Whether our threads give way now."""
        return self._spare is not None

    def look(self) -> None:
        if not self._acts or "torch" not in sys.modules:
            return
        self._quiet = 0 if self._others() > WANTED_CORES else self._quiet + 1
        if self._quiet == 0 and self._spare is None:
            self._spare = threading.Event()
            threading.Thread(target=_keep_spare, args=(self._spare,), name="spare", daemon=True).start()
        elif self._quiet >= QUIET_LOOKS and self._spare is not None:
            self._spare.set()
            self._spare = None


class OtherPrograms:
    """How many of the cores that our threads want are used by others."""

    def __init__(self) -> None:
        self._own = psutil.Process()
        self._last = self._times()

    def cores(self) -> float:
        import torch

        now, last = self._times(), self._last
        self._last = now
        passed, used, ours = (after - before for after, before in zip(now, last, strict=True))
        spared = _cores() - torch.get_num_threads()
        return max(0.0, (used - ours) / passed - spared) if passed > 0 else 0.0

    def _times(self) -> tuple[float, float, float]:
        """Seconds of the clock, of all cores at work, and of our own threads."""
        machine, own = psutil.cpu_times(), self._own.cpu_times()
        idle = machine.idle + getattr(machine, "iowait", 0.0)
        return sum(machine[:8]) / (os.cpu_count() or 1), sum(machine[:8]) - idle, own.user + own.system


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _keep_spare(ended: threading.Event) -> None:
    """Threads of OpenMP beyond the number of cores; they belong to whoever first shared out work, and end with it."""
    import torch

    each = torch.get_num_threads()
    others = math.ceil((_cores() - each + 1) / (each - 1)) - 1 if each > 1 else 0
    helpers = [threading.Thread(target=_hold, args=(ended,), name="spare", daemon=True) for _ in range(others)]
    for helper in helpers:
        helper.start()
    _hold(ended)


def _hold(ended: threading.Event) -> None:
    import torch

    torch.zeros(_ENOUGH).fill_(1.0)
    ended.wait()
