"""GET /pictures/KEY: a finished picture at an address that is the secret itself."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from studio.errors import UserError
from studio.server.api_error import unknown_path
from studio.server.backend import backend_of
from studio.server.picture_file import encode


async def show(request: Request) -> Response:
    key, _, suffix = request.path_params["name"].rpartition(".")
    found = backend_of(request).links.find(key)
    if found is None or suffix != found[1].name:
        raise unknown_path()
    path, wanted = found
    try:
        data = await asyncio.to_thread(encode, path, wanted)
    except (OSError, UserError):  # it was deleted since
        raise unknown_path() from None
    headers = {"content-disposition": f'inline; filename="picture.{wanted.name}"'}
    return Response(data, media_type=wanted.media_type, headers=headers)
