"""/v1/files: pictures that are sent once and named by their id afterwards."""

import asyncio
import hashlib
import time
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from studio import images
from studio.errors import UserError
from studio.server import embedding, uploads
from studio.server.api_error import PICTURE, ApiError, invalid, missing
from studio.server.backend import Backend, backend_of
from studio.server.body import content_chunks, read_form
from studio.server.uploads import PREFIX, Upload

MOST_CONTENT_BYTES = 512 * 2**20
"""Of one picture that comes by itself: 150 megapixels with 16 bits, that pack badly, are more than a form may have."""


async def create(request: Request) -> JSONResponse:
    backend = backend_of(request)
    async with read_form(request) as items:
        files = [value for name, value in items if name == "file" and isinstance(value, UploadFile)]
        if len(files) != 1:
            raise missing("file")
        name = files[0].filename or "upload"
        upload = await asyncio.to_thread(backend.uploads.keep, files[0].file, name, time.time())
    try:
        await asyncio.to_thread(images.size_of, upload.path)
    except UserError as error:
        backend.uploads.remove(upload.path)
        message = backend.redacted(error.message)
        raise ApiError(400, message, "invalid_image_file", param="file", type=PICTURE) from None
    return JSONResponse(_data(upload))


async def put(request: Request) -> JSONResponse:
    """The bytes themselves, under the id that is their hash; there already, nothing changes."""
    backend, id = backend_of(request), request.path_params["id"]
    if not uploads.is_id(id):
        raise invalid("id", "'id' must be file- and the SHA-256 of the bytes, in small hexadecimal digits.")
    if known := backend.uploads.find(id):
        return JSONResponse(_data(known))
    async with backend.uploads.coming:
        return await _received(request, id, backend)


async def _received(request: Request, id: str, backend: Backend) -> JSONResponse:
    with await asyncio.to_thread(backend.uploads.temporary) as file:
        digest = hashlib.sha256()
        async for chunk in content_chunks(request, MOST_CONTENT_BYTES):
            digest.update(chunk)
            await asyncio.to_thread(backend.uploads.write, file, chunk)
        if PREFIX + digest.hexdigest() != id:
            raise ApiError(422, "The bytes are not those of this hash; send them again.", "wrong_hash", param="id")
        file.flush()
        suffix = await asyncio.to_thread(_kind, Path(file.name), backend)
        file.seek(0)
        upload = await asyncio.to_thread(backend.uploads.keep, file, "content", time.time(), suffix)
    return JSONResponse(_data(upload))


def _kind(path: Path, backend: Backend) -> str:
    """The ending of a kept embedding, '' for a picture. Raises ApiError for anything else."""
    if embedding.is_one(path):
        return embedding.SUFFIX
    try:
        images.size_of(path)
    except UserError as error:
        message = backend.redacted(error.message).replace(path.name, "The file")
        raise ApiError(400, message, "invalid_image_file", param="file", type=PICTURE) from None
    return ""


async def show(request: Request) -> JSONResponse:
    return JSONResponse(_data(_find(request, backend_of(request))))


async def delete(request: Request) -> JSONResponse:
    backend = backend_of(request)
    upload = _find(request, backend)
    backend.uploads.remove(upload.path)
    return JSONResponse({"id": upload.id, "object": "file", "deleted": True})


async def content(request: Request) -> Response:
    upload = _find(request, backend_of(request))
    data = await asyncio.to_thread(upload.path.read_bytes)
    headers = {"content-disposition": "attachment"}
    return Response(data, media_type="application/octet-stream", headers=headers)


def _find(request: Request, backend: Backend) -> Upload:
    upload = backend.uploads.find(request.path_params["id"])
    if upload is None:
        raise ApiError(404, "There is no such file; it may have made room for others.", "not_found")
    return upload


def _data(upload: Upload) -> dict[str, Any]:
    return {
        "id": upload.id,
        "object": "file",
        "bytes": upload.size_bytes,
        "created_at": upload.created,
        "filename": upload.name,
        "purpose": "vision",
    }
