"""Finished pictures as OpenAI's clients read them, with what the studio knows beside."""

import asyncio
import base64
import time
from pathlib import Path
from typing import Any

from starlette.requests import Request

from studio.errors import UserError
from studio.jobs import Job
from studio.library import picture_id
from studio.messages import Saved
from studio.role import Role
from studio.server.api_error import SERVER, ApiError
from studio.server.backend import Backend
from studio.server.openai.parameters import ImageParameters
from studio.server.picture_file import PictureFormat, encode, encode_preview


async def images(request: Request, backend: Backend, job: Job, parameters: ImageParameters) -> dict[str, Any]:
    """The body of an answer."""
    pictures = [await _picture(request, backend, job, saved, parameters) for saved in job.saved]
    return {
        "created": int(time.time()),
        **_about(parameters.format),
        "size": size(job.saved[0]) if job.saved else "auto",
        "data": pictures,
        "job_id": job.id,
        "task": job.task,
        "notes": [backend.redacted(note) for note in job.notes],
    }


async def completed(backend: Backend, job: Job, saved: Saved, parameters: ImageParameters, name: str) -> dict[str, Any]:
    """The data of the event that carries a finished picture."""
    return {
        "type": f"{name}.completed",
        "b64_json": await _base64(backend, saved, parameters.format),
        "created_at": int(time.time()),
        **_about(parameters.format),
        "size": size(saved),
        **_known(saved),
        "job_id": job.id,
        "task": job.task,
        "notes": [backend.redacted(note) for note in job.notes],
    }


async def partial(jpeg: bytes, index: int, parameters: ImageParameters, name: str) -> dict[str, Any]:
    """The data of the event that carries a preview."""
    data = await asyncio.to_thread(encode_preview, jpeg, parameters.format)
    return {
        "type": f"{name}.partial_image",
        "b64_json": base64.b64encode(data).decode(),
        "partial_image_index": index,
        "created_at": int(time.time()),
        **_about(parameters.format),
        "size": parameters.size or "auto",
    }


def size(saved: Saved) -> str:
    return f"{saved.width}x{saved.height}"


def _about(format: PictureFormat) -> dict[str, Any]:
    return {"background": "opaque", "output_format": format.name, "quality": "auto"}


def _known(saved: Saved) -> dict[str, Any]:
    known = {"seed": saved.seed, "library_id": saved.id if picture_id.is_id(saved.id) else None}
    return {**known, **({"values": saved.values} if saved.values else {})}


async def _picture(
    request: Request, backend: Backend, job: Job, saved: Saved, parameters: ImageParameters
) -> dict[str, Any]:
    entry = {"revised_prompt": _revised(backend, job, saved), **_known(saved), "size": size(saved)}
    if parameters.by_url:
        path = backend.links.make(Path(saved.path), parameters.format)
        return {"url": f"{request.url.scheme}://{request.headers['host']}{path}", **entry}
    return {"b64_json": await _base64(backend, saved, parameters.format), **entry}


def _revised(backend: Backend, job: Job, saved: Saved) -> str | None:
    """What the words became for this picture, where they have variants or are said in styles."""
    task = backend.jobs.tasks.get(job.task)
    words = [saved.read[name] for name in (task.names(Role.PROMPT) if task else ()) if name in saved.read]
    return str(words[0]) if words else None


async def _base64(backend: Backend, saved: Saved, format: PictureFormat) -> str:
    try:
        data = await asyncio.to_thread(encode, Path(saved.path), format)
    except UserError as error:
        raise ApiError(500, backend.redacted(error.message), error.code, type=SERVER) from None
    except OSError as error:
        message = f"The picture was made and is in the library, but cannot be read ({error.strerror})."
        raise ApiError(500, message, "storage", type=SERVER) from None
    return await asyncio.to_thread(lambda: base64.b64encode(data).decode())
