"""/v1/library: pictures that were made, and what made them."""

import asyncio
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from studio.errors import UserError
from studio.library import Record, picture_id
from studio.library.sharing import shareable
from studio.server.api_error import ApiError, invalid
from studio.server.backend import Backend, backend_of
from studio.server.own.picture_response import picture_response, query_number

MOST = 200
"""Of one page."""


async def index(request: Request) -> JSONResponse:
    """The newest first; `q`: words that all occur. The next page begins `before` the last one's sequence."""
    backend = backend_of(request)
    for name in request.query_params:
        if name not in ("q", "limit", "before"):
            raise invalid(name[:100], f"Unknown parameter: '{name[:100]}'.", "unknown_parameter")
    limit = query_number(request, "limit", 1, MOST) or 50
    before = query_number(request, "before", 0, 2**62)
    words = request.query_params.get("q", "")[:1000]
    found = await asyncio.to_thread(backend.library.find, words, limit + 1, before)
    data = [_data(record, backend) for record in found[:limit]]
    return JSONResponse({"object": "list", "data": data, "has_more": len(found) > limit})


async def show(request: Request) -> JSONResponse:
    backend = backend_of(request)
    return JSONResponse(_data(await _record(request, backend), backend))


async def picture(request: Request) -> Response:
    """The file, with its recipe inside; `format` and `quality` make another kind of it."""
    backend = backend_of(request)
    record = await _record(request, backend)
    return await picture_response(request, backend, record.path)


async def thumbnail(request: Request) -> Response:
    """A small WebP."""
    backend = backend_of(request)
    record = await _record(request, backend)
    try:
        path = await asyncio.to_thread(backend.library.thumbnail, record)
        data = await asyncio.to_thread(path.read_bytes)
    except (OSError, UserError):
        raise ApiError(404, "The file of this picture is gone, or cannot be read.", "missing_picture") from None
    return Response(data, media_type="image/webp" if path.suffix == ".webp" else "image/png")


async def _record(request: Request, backend: Backend) -> Record:
    id = request.path_params["id"]
    try:
        if not picture_id.is_id(id):
            raise UserError("It is no id.")
        return await asyncio.to_thread(backend.library.get, id)
    except UserError:
        raise ApiError(404, "There is no such picture in the library.", "not_found") from None


def _data(record: Record, backend: Backend) -> dict[str, Any]:
    recipe = shareable(record.recipe, backend.private)
    return {
        "id": record.id,
        "object": "picture",
        "created": record.created,
        "sequence": record.sequence,
        "width": record.width,
        "height": record.height,
        "missing": record.missing,
        "trashed": record.trashed,
        "recipe": msgspec.to_builtins(recipe),
    }
