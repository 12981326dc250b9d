"""/v1/files: pictures that are sent once and named by their id afterwards."""

import asyncio
import time
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from studio import images
from studio.errors import UserError
from studio.server.api_error import PICTURE, ApiError, missing
from studio.server.backend import Backend, backend_of
from studio.server.body import read_form
from studio.server.uploads import Upload


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
