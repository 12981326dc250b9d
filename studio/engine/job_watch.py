"""JobWatch: what one attempt at a job takes: when it loaded, each step of each stage, and its peak of memory."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from studio.messages import TraceSpan
from studio.models.peak_memory import PeakMemory

MOST_SPANS = 10_000
"""That are kept: a job of very many tiles must not fill memory with its own trace."""


class JobWatch:
    """Of the job's thread alone. Whoever calls `progress` has just done what it names, so each call ends a span."""

    def __init__(self, peak: PeakMemory | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._peak, self._clock = peak, clock
        self._start = self._last = clock()
        self.spans: list[TraceSpan] = []
        """In seconds of the clock."""
        self.load_s = 0.0
        self.dtypes: set[str] = set()
        if peak:
            peak.reset()

    @property
    def now(self) -> float:
        """Seconds since it began."""
        return self._clock() - self._start

    @property
    def seconds(self) -> float:
        """So far, without loading."""
        return self.now - self.load_s

    def loaded(self, title: str, began: float, bytes: int, dtype: str) -> None:
        """A lease was granted that was asked for at `began`, and for which so much had to be read."""
        self.dtypes.add(dtype)
        if bytes:
            self.load_s += self.now - began
            if self._peak:  # reading and converting have a peak of their own, which is not the pictures'
                self._peak.reset()
        self._add(title, "load", self._start + began)

    def step(self, stage: str) -> None:
        self._add(stage or "step", "stage", self._last)

    @contextmanager
    def saving(self) -> Iterator[None]:
        began = self.now
        try:
            yield
        finally:
            self._add("save", "save", self._start + began)

    def peak_bytes(self) -> int | None:
        """What it took beside the weights; None where that cannot be measured. Asked when the job has let go of all."""
        return self._peak.above_now() if self._peak else None

    def _add(self, name: str, kind: str, began: float) -> None:
        self._last = self._clock()
        if len(self.spans) < MOST_SPANS:
            self.spans.append(TraceSpan(name, kind, round(began, 6), round(self._last - began, 6)))
