"""Rate: how often something may be told to somebody who has other things to do."""

import time
from collections.abc import Callable


class Rate:
    """A bucket of tokens: short bursts pass, a flood is thinned to `per_second`.

    In no second do more than `per_second + burst` pass. The clock must be monotonic.
    """

    def __init__(self, per_second: float, burst: float = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._filled = clock()

    @property
    def free(self) -> bool:
        """Whether `take` would succeed now."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._per_second)
        self._filled = now
        return self._tokens >= 1

    def take(self) -> bool:
        """Use one token up; False when there is none."""
        if not self.free:
            return False
        self._tokens -= 1
        return True
