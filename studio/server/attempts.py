"""Attempts: which job a request has started, so that a client that tries again finds it running."""

import time
from collections import OrderedDict
from collections.abc import Callable

from studio.jobs import Job, JobState

KEPT_S = 600.0
"""After its request came in, or was tried again."""
MOST = 4096
_NOTHING = (JobState.CANCELLED, JobState.INTERRUPTED)


class Attempts:
    """Jobs by the fingerprint of their request."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._jobs: OrderedDict[str, tuple[float, Job]] = OrderedDict()

    def remember(self, fingerprint: str, job: Job) -> None:
        self._jobs[fingerprint] = self._clock() + KEPT_S, job
        self._jobs.move_to_end(fingerprint)
        while len(self._jobs) > MOST:
            self._jobs.popitem(last=False)

    def find(self, fingerprint: str) -> Job | None:
        """The job, unless it came to nothing, or ended long ago."""
        until, job = self._jobs.get(fingerprint, (0.0, None))
        if job is None or job.cancelling or job.state in _NOTHING or (job.state.ended and until < self._clock()):
            self._jobs.pop(fingerprint, None)
            return None
        self.remember(fingerprint, job)
        return job
