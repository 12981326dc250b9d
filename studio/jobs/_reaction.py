"""Reaction: whether somebody who wants the running job to end can mean the one that runs."""

from collections.abc import Callable

REACTION_S = 0.25
"""Nobody has seen a job that has not run for so long."""
AGAIN_S = 1.0
"""Who asks again within this time means whatever runs now."""


class Reaction:
    """Right after a job has ended a cancel was meant for that one: the next, which nobody has seen yet, is spared."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ended_at = self._spared_at = float("-inf")

    def job_ended(self) -> None:
        self._ended_at = self._clock()

    def spares(self) -> bool:
        """Whether this cancel came too late for the job it was meant for; it is so once, not when asked again."""
        now = self._clock()
        late = now - self._ended_at < REACTION_S and now - self._spared_at >= AGAIN_S
        if late:
            self._spared_at = now
        return late
