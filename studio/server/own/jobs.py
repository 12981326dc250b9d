"""/v1/jobs: any task of any plugin, followed by events, cancelled, fetched later."""

import base64
import itertools
from collections.abc import AsyncGenerator
from contextlib import aclosing, nullcontext
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from studio.jobs import Job
from studio.server import field_value, following, sse
from studio.server.api_error import ApiError, invalid, missing
from studio.server.backend import Backend, backend_of
from studio.server.job_feed import JobEnded, Noted, PictureSaved, Previewed
from studio.server.own import tasks
from studio.server.own.job_data import job_data, picture_data
from studio.server.own.picture_response import picture_response
from studio.server.tied import Tied

_KNOWN = {"task", "params", "stream", "previews"}


async def index(request: Request) -> JSONResponse:
    backend = backend_of(request)
    return JSONResponse({"object": "list", "data": [job_data(job, backend) for job in backend.jobs.queue]})


async def create(request: Request) -> ASGIApp:
    """A job that goes on by itself; with `stream` it is followed at once, and hanging up cancels it."""
    backend = backend_of(request)
    backend.jobs.require_ready()
    given = await backend.bodies.json(request)
    for name in given:
        if name not in _KNOWN:
            raise invalid(name[:100], f"Unknown parameter: '{name[:100]}'.", "unknown_parameter")
    stream, previews = _switch(given, "stream", False), _switch(given, "previews", True)
    task, params = _task(given, backend)
    job = backend.jobs.submit(task, params, previews=stream and previews, kept=not stream)
    if stream:
        return await sse.EventStream.begun(_events(request, backend, job, tied=True, previews=previews), {})
    headers = {"location": f"/v1/jobs/{job.id}"}
    return JSONResponse(job_data(job, backend), status_code=202, headers=headers)


async def show(request: Request) -> JSONResponse:
    backend = backend_of(request)
    return JSONResponse(job_data(_find(request, backend), backend))


async def cancel(request: Request) -> JSONResponse:
    """It ends at its next step; nothing happens for one that has ended."""
    backend = backend_of(request)
    job = _find(request, backend)
    backend.jobs.queue.cancel(job)
    return JSONResponse(job_data(job, backend), status_code=202)


async def picture(request: Request) -> Response:
    """One that it has made, as PNG or in another `format`; also one that the library did not take."""
    backend = backend_of(request)
    number = request.path_params["index"]
    saved = next((each for each in _find(request, backend).saved if str(each.index) == number), None)
    if saved is None:
        raise ApiError(404, "The job has made no such picture.", "not_found")
    return await picture_response(request, backend, Path(saved.path))


async def events(request: Request) -> ASGIApp:
    """What happens to it; who hangs up may come back, the job goes on."""
    backend = backend_of(request)
    job = _find(request, backend)
    return await sse.EventStream.begun(_events(request, backend, job, tied=False, previews=False), {})


def _task(given: dict[str, Any], backend: Backend) -> tuple[str, dict[str, Any]]:
    """Raises ApiError."""
    task, params = given.get("task"), given.get("params", {})
    if task is None:
        raise missing("task")
    if not isinstance(task, str):
        raise invalid("task", "'task' must be a text.", "invalid_type")
    if not isinstance(params, dict):
        raise invalid("params", "'params' must be an object.", "invalid_type")
    form = tasks.find(backend, task, "task")
    read = {}
    for name, value in params.items():
        if (field := form.get(name)) is None:
            raise invalid(name[:100], f"The task '{task}' has no parameter '{name[:100]}'.", "unknown_parameter")
        read[name] = field_value.read(field, value, backend)
    for field in form.fields:
        if field.required and field.name not in read:
            raise missing(field.name)
    return task, read


def _switch(given: dict[str, Any], name: str, default: bool) -> bool:
    value = given.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise invalid(name, f"'{name}' must be true or false.", "invalid_type")
    return value


def _find(request: Request, backend: Backend) -> Job:
    job = backend.jobs.queue.get(request.path_params["id"])
    if job is None:
        raise ApiError(404, "There is no such job, or it ended long ago; its pictures are in the library.", "not_found")
    return job


async def _events(
    request: Request, backend: Backend, job: Job, *, tied: bool, previews: bool
) -> AsyncGenerator[bytes, None]:
    """Numbered from 1. The first tells the job as it is; pictures that it has made already follow."""
    numbers = itertools.count(1)

    def event(name: str, data: dict[str, Any]) -> bytes:
        return sse.event(name, {"type": name, **data}, id=next(numbers))

    yield event("job", {"job": job_data(job, backend)})
    with backend.jobs.following(job) as feed, Tied(request, backend, job) if tied else nullcontext():
        async with aclosing(following.happenings(request, feed, following.KEEPALIVE_S)) as happenings:
            async for happening in happenings:
                match happening:
                    case None:
                        yield sse.COMMENT
                    case Previewed(jpeg):
                        if previews:
                            yield event("preview", {"jpeg": base64.b64encode(jpeg).decode()})
                    case Noted(text):
                        yield event("note", {"text": backend.redacted(text)})
                    case PictureSaved(saved):
                        yield event("picture", {"picture": picture_data(saved)})
                    case JobEnded():
                        yield event("end", {"job": job_data(job, backend)})
                    case _:
                        yield event("job", {"job": job_data(job, backend)})
