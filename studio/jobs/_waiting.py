"""WaitingJobs: the jobs whose turn has not come, in the order in which it will."""

from collections.abc import Callable, Iterator

from studio.jobs._job import Job


class WaitingJobs:
    """A list of jobs, the next one first. It knows nothing of engines."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []

    def __iter__(self) -> Iterator[Job]:
        return iter([*self._jobs])

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, job: Job) -> bool:
        return job in self._jobs

    def put(self, job: Job, *, front: bool = False) -> None:
        """At the end, or before all others. A job that is there already changes its place."""
        self.remove_if(lambda other: other is job)
        self._jobs.insert(0 if front else len(self._jobs), job)

    def put_behind(self, jobs: list[Job], first: Job | None) -> None:
        """Several in their order: in front, or right behind `first`, which is there."""
        place = self._jobs.index(first) + 1 if first else 0
        self._jobs[place:place] = jobs

    def remove_if(self, condition: Callable[[Job], bool]) -> None:
        self._jobs = [job for job in self._jobs if not condition(job)]

    def move(self, job: Job, by: int) -> None:
        """Earlier (negative) or later, as far as the list goes."""
        place = self._jobs.index(job)
        self._jobs.insert(min(max(place + by, 0), len(self._jobs) - 1), self._jobs.pop(place))

    def first(self, condition: Callable[[Job], bool]) -> Job | None:
        return next((job for job in self._jobs if condition(job)), None)
