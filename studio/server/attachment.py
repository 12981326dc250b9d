"""Attachment: a window or command line of this machine that uses the server's engine for as long as it listens."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator

from studio.messages import Event, encode
from studio.server.front_jobs import FrontJobs
from studio.server.job_service import JobService


class Attachment(FrontJobs):
    """Its jobs end with its connection."""

    def __init__(self, name: str, jobs: JobService) -> None:
        super().__init__(name, jobs)
        self._waiting: deque[bytes] = deque()
        self._arrived = asyncio.Event()
        self.greet()

    async def lines(self) -> AsyncGenerator[bytes, None]:
        """Its events, one a line, as long as it listens."""
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self._jobs.closing:
                return
            self._arrived.clear()
            await self._arrived.wait()

    def stop(self) -> None:
        self._arrived.set()

    def emit(self, event: Event) -> None:
        self._waiting.append(encode(event))
        self._arrived.set()
