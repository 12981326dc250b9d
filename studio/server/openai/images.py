"""POST /v1/images/generations, /edits and /variations."""

import hashlib
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from studio.form import TaskForm
from studio.jobs import Job
from studio.server import following, sse
from studio.server.api_error import ApiError, invalid, missing
from studio.server.backend import Backend, backend_of
from studio.server.body import Gone, content_type, read_form
from studio.server.job_feed import PictureSaved, Previewed
from studio.server.openai import answer, order, parameters, picture_source
from studio.server.openai.operation import EDIT, GENERATE, MIX, REDRAW, VARY, Operation
from studio.server.openai.parameters import ImageParameters
from studio.server.openai.picture_source import RequestPictures
from studio.server.tied import Tied

_NO_SOURCES = RequestPictures((), None, False)


async def generations(request: Request) -> ASGIApp:
    backend = backend_of(request)
    backend.jobs.require_ready()
    given = await backend.bodies.json(request)
    if given.get("prompt") is None:
        raise missing("prompt")
    return await _answer(request, backend, GENERATE, given, _NO_SOURCES)


async def edits(request: Request) -> ASGIApp:
    backend = backend_of(request)
    given, sources = await _received(request, backend)
    wanted = MIX if len(sources.pictures) > 1 else EDIT if sources.mask or sources.has_holes else REDRAW
    return await _answer(request, backend, wanted, given, sources)


async def variations(request: Request) -> ASGIApp:
    backend = backend_of(request)
    given, sources = await _received(request, backend)
    if sources.mask:
        raise invalid("mask", "Unknown parameter: 'mask'.", "unknown_parameter")
    if len(sources.pictures) > 1:
        raise invalid("image", "A variation is of one picture.")
    return await _answer(request, backend, VARY, given, sources)


async def _received(request: Request, backend: Backend) -> tuple[dict[str, Any], RequestPictures]:
    backend.jobs.require_ready()
    if content_type(request.headers) == "application/json":
        given = await backend.bodies.json(request)
        return given, await picture_source.of_json(given, backend)
    async with read_form(request) as items:
        return await picture_source.of_form(items, backend)


async def _answer(
    request: Request, backend: Backend, wanted: Operation, given: dict[str, Any], sources: RequestPictures
) -> ASGIApp:
    asked = parameters.read(given)
    form = order.task_of(wanted, asked, backend)
    params = order.params_of(form, asked, backend, sources.pictures, sources.mask)
    job = _job(request, backend, form, params, previews=asked.partial_images > 0)
    headers = {"x-ignored-params": ", ".join(asked.ignored)} if asked.ignored else {}
    try:
        if asked.stream:
            events = _events(request, backend, job, form, asked, wanted)
            return await sse.EventStream.begun(events, headers)
        with backend.jobs.following(job) as feed, Tied(request, backend, job):
            await following.to_the_end(request, feed)
        _check(job, form, backend)
        return JSONResponse(await answer.images(request, backend, job, asked), headers=headers)
    except Gone:
        return Response(status_code=499)  # nobody reads it


async def _events(
    request: Request, backend: Backend, job: Job, form: TaskForm, asked: ImageParameters, wanted: Operation
) -> AsyncGenerator[bytes, None]:
    shown = 0
    with backend.jobs.following(job) as feed, Tied(request, backend, job):
        async with aclosing(following.happenings(request, feed, following.KEEPALIVE_S)) as happenings:
            async for happening in happenings:
                match happening:
                    case None:
                        yield sse.COMMENT
                    case Previewed(jpeg) if shown < asked.partial_images and _is_due(job, shown, asked):
                        yield _event(await answer.partial(jpeg, shown, asked, wanted.event))
                        shown += 1
                    case PictureSaved(saved):
                        yield _event(await answer.completed(backend, job, saved, asked, wanted.event))
    _check(job, form, backend)


def _event(data: dict[str, Any]) -> bytes:
    return sse.event(data["type"], data)


def _is_due(job: Job, shown: int, asked: ImageParameters) -> bool:
    """The previews that are sent lie evenly between the first step and the last."""
    return job.total > 0 and job.done / job.total >= (shown + 1) / (asked.partial_images + 1)


def _check(job: Job, form: TaskForm, backend: Backend) -> None:
    try:
        following.check(job, backend)
    except ApiError as error:
        error.param = order.name_of(form, error.param)
        raise


def _job(request: Request, backend: Backend, form: TaskForm, params: dict[str, Any], *, previews: bool) -> Job:
    """A new job; or, for a request that is tried again, the one that it has started already."""
    key = request.headers.get("idempotency-key", "")
    again = request.headers.get("x-stainless-retry-count", "0") not in ("", "0")
    content = json.dumps([request.url.path, key, form.id, params], sort_keys=True)
    fingerprint = hashlib.sha256(content.encode()).hexdigest()
    job = backend.attempts.find(fingerprint) if key or again else None
    if job is None:
        job = backend.jobs.submit(form.id, params, previews=previews)
        backend.attempts.remember(fingerprint, job)
    return job
