"""Tied: a job that lives as long as the client that asked for it."""

import asyncio

from starlette.requests import Request

from studio.jobs import Job
from studio.server.backend import Backend

RETURN_S = 15.0
"""For how long a job waits for a client that will try again: its pauses are 8 s at most."""


class Tied:
    """Abandons a job when its client hangs up; one that will come back finds it running."""

    def __init__(self, request: Request, backend: Backend, job: Job) -> None:
        self._request, self._backend, self._job = request, backend, job
        self._began = asyncio.get_running_loop().time()

    def __enter__(self) -> None:
        """Nothing is to be done yet."""

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None and not self._job.state.ended:
            loop = asyncio.get_running_loop()
            wait_s = RETURN_S if self._returns(loop.time() - self._began) else 0.0
            loop.call_soon(self._backend.jobs.abandon, self._job, wait_s)  # when its feed is gone

    def _returns(self, waited_s: float) -> bool:
        """Whether it hung up because it had waited for as long as it does, and not because its user stopped it."""
        if "idempotency-key" in self._request.headers:
            return True
        timeout = self._request.headers.get("x-stainless-read-timeout", "")
        return timeout.replace(".", "", 1).isdigit() and waited_s >= float(timeout) - 1.0
