"""JobFeed: what happens to one job, for one listener who may be slow."""

import asyncio
from collections import deque
from dataclasses import dataclass

from studio.jobs import Job
from studio.messages import Saved


@dataclass(frozen=True)
class Changed:
    """Its state, stage or progress is another: look at the job."""


@dataclass(frozen=True)
class Previewed:
    jpeg: bytes


@dataclass(frozen=True)
class Noted:
    text: str


@dataclass(frozen=True)
class PictureSaved:
    saved: Saved


@dataclass(frozen=True)
class JobEnded:
    """The last one."""


Happening = Changed | Previewed | Noted | PictureSaved | JobEnded


class JobFeed:
    """A queue that a slow listener cannot fill: of progress and previews only the newest waits."""

    def __init__(self, job: Job) -> None:
        """What the job has made so far comes first."""
        self.job = job
        self._waiting: deque[Happening] = deque(PictureSaved(saved) for saved in job.saved)
        self._waiting.append(JobEnded() if job.state.ended else Changed())
        self._arrived = asyncio.Event()
        self._arrived.set()

    def put(self, happening: Happening) -> None:
        if isinstance(happening, Changed | Previewed):
            self._waiting = deque(each for each in self._waiting if type(each) is not type(happening))
        self._waiting.append(happening)
        self._arrived.set()

    async def next(self) -> Happening:
        """Waits for it. After JobEnded nothing comes any more."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.popleft()
