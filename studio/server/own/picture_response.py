"""A picture's file as an answer, in the format that the address asks for."""

import asyncio
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from studio.errors import UserError
from studio.server.api_error import SERVER, ApiError, invalid
from studio.server.backend import Backend
from studio.server.picture_file import FORMATS, PictureFormat, encode


async def picture_response(request: Request, backend: Backend, path: Path) -> Response:
    """As PNG with its recipe inside; `format` and `quality` of the query make another kind of it. Raises ApiError."""
    name = request.query_params.get("format", "png")
    if name not in FORMATS:
        raise invalid("format", f"'format' must be one of {', '.join(FORMATS)}.")
    wanted = PictureFormat(name, query_number(request, "quality", 0, 100) if name != "png" else None)
    try:
        data = await asyncio.to_thread(encode, path, wanted)
    except FileNotFoundError:
        raise ApiError(404, "The file of this picture is gone.", "missing_picture") from None
    except (OSError, UserError) as error:
        raise ApiError(500, backend.redacted(str(error)), "unreadable_picture", type=SERVER) from None
    headers = {"content-disposition": f'inline; filename="{path.stem}.{name}"'}
    return Response(data, media_type=wanted.media_type, headers=headers)


def query_number(request: Request, name: str, low: int, high: int) -> int | None:
    """A whole number of the query; None where it is not there. Raises ApiError."""
    text = request.query_params.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,19}", text) or not low <= int(text) <= high:
        raise invalid(name, f"'{name}' must be a whole number from {low} to {high}.")
    return int(text)
