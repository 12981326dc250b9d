"""Following a job for as long as its client listens."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from starlette.requests import Request

from studio import messages
from studio.jobs import Job
from studio.server.api_error import PICTURE, SERVER, ApiError
from studio.server.backend import Backend
from studio.server.body import Gone
from studio.server.job_feed import Happening, JobEnded, JobFeed

KEEPALIVE_S = 10.0
"""Of silence in a stream, until a line that means nothing is sent."""
_PICTURE_CODES = {
    "invalid_image": "invalid_image_file", "unsupported_format": "invalid_image_file",
    "too_large": "invalid_image_file",
    "invalid_mask": "invalid_mask_image_format", "invalid_mask_size": "invalid_mask_size", "empty_mask": "empty_mask",
}  # fmt: skip
_NOT_FOUND = {"unknown_model": "model_not_found"}
_OF_THE_SERVER = ("out_of_memory", "nan", "storage", "invalid_numbers", "library_readonly", "no_device")


async def happenings(
    request: Request, feed: JobFeed, quiet_s: float | None = None
) -> AsyncGenerator[Happening | None, None]:
    """What happens, to the end; None after each `quiet_s` of silence. Raises Gone when the client hangs up."""
    gone = asyncio.create_task(_until_gone(request))
    coming: asyncio.Task[Happening] | None = None
    try:
        while True:
            coming = coming or asyncio.create_task(feed.next())
            await asyncio.wait({coming, gone}, timeout=quiet_s, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise Gone
            if not coming.done():
                yield None
                continue
            happening, coming = coming.result(), None
            yield happening
            if isinstance(happening, JobEnded):
                return
    finally:
        for task in (gone, coming):
            if task:
                task.cancel()


async def to_the_end(request: Request, feed: JobFeed) -> None:
    """Wait for it. Raises Gone."""
    async for _ in happenings(request, feed):
        pass


async def until_gone(request: Request, source: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """What comes from `source`, to its end. Raises Gone when the client hangs up."""

    async def step() -> bytes | None:
        return await anext(source, None)

    gone = asyncio.create_task(_until_gone(request))
    coming: asyncio.Task[bytes | None] | None = None
    try:
        while True:
            coming = asyncio.create_task(step())
            await asyncio.wait({coming, gone}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise Gone
            if (chunk := coming.result()) is None:
                return
            yield chunk
    finally:
        for task in (gone, coming):
            if task:
                task.cancel()


async def _until_gone(request: Request) -> None:
    message: Any = {}
    while message.get("type") != "http.disconnect":
        message = await request.receive()


def check(job: Job, backend: Backend) -> None:
    """Raise ApiError for a job that has ended without success; its `param` is the task's own name of a field."""
    match job.end:
        case messages.Finished():
            return
        case messages.Failed() as end if end.user:
            raise _of_user(end, backend)
        case messages.Failed() as end:
            raise ApiError(500, backend.redacted(end.message), "internal_error", type=SERVER)
        case messages.JobCancelled():
            raise ApiError(400, "The job was cancelled.", "cancelled")
        case messages.Interrupted(message=message):
            raise ApiError(500, backend.redacted(message), "engine_stopped", type=SERVER)
        case _:
            raise ApiError(503, "The server is ending.", "server_stopping", type=SERVER, retry_after=3)


def _of_user(end: messages.Failed, backend: Backend) -> ApiError:
    message = backend.redacted(end.message)
    if end.code in _OF_THE_SERVER:
        return ApiError(500, message, end.code, type=SERVER)
    if end.code in _PICTURE_CODES:
        return ApiError(400, message, _PICTURE_CODES[end.code], param=end.field, type=PICTURE)
    if end.code in _NOT_FOUND:
        return ApiError(404, message, _NOT_FOUND[end.code], param=end.field)
    return ApiError(400, message, end.code, param=end.field)
