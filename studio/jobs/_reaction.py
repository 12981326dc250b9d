"""Reaction: whether somebody who wants the running job to end can mean the one that runs."""

from collections.abc import Callable

REACTION_S = 0.25
"""Nobody has seen a job that has not run for so long."""


class Reaction:
    """Right after a job has ended a cancel was meant for that one: the next, which nobody has seen yet, is spared."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ended_at = float("-inf")

    def job_ended(self) -> None:
        self._ended_at = self._clock()

    def spares(self) -> bool:
        """Whether this cancel came too late for the job it was meant for, however often it is asked for."""
        return self._clock() - self._ended_at < REACTION_S
