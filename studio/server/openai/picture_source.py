"""Pictures and masks of a request: from multipart or JSON to files that the engine can read."""

import asyncio
import io
import time
from pathlib import Path
from typing import Any, NamedTuple

from starlette.datastructures import UploadFile

from studio import images
from studio.errors import UserError
from studio.library import picture_id
from studio.server import field_value
from studio.server.api_error import PICTURE, ApiError, invalid, missing
from studio.server.backend import Backend


class RequestPictures(NamedTuple):
    """ImageRefs, and whether the first shows something that is transparent."""

    pictures: tuple[str, ...]
    mask: str | None
    has_holes: bool


async def of_form(
    items: list[tuple[str, str | UploadFile]], backend: Backend
) -> tuple[dict[str, Any], RequestPictures]:
    """The other parameters, and the pictures. Raises ApiError."""
    given: dict[str, Any] = {}
    pictures: list[Any] = []
    masks: list[Any] = []
    for name, value in items:
        base = name.partition("[")[0]
        if base in ("image", "mask"):
            (masks if base == "mask" else pictures).append(value)
        elif base in given and not name.endswith("[]"):
            raise invalid(base, f"'{base}' occurs twice.")
        else:
            given[base] = value
    return given, await _sources(pictures, masks, backend)


async def of_json(given: dict[str, Any], backend: Backend) -> RequestPictures:
    """Takes `images` (or `image`) and `mask` out of the body: data URLs or ids of files. Raises ApiError."""
    entries = given.pop("images", None) or given.pop("image", None) or []
    mask = given.pop("mask", None)
    entries = entries if isinstance(entries, list) else [entries]
    return await _sources([_ref(each, "images") for each in entries], [_ref(mask, "mask")] if mask else [], backend)


def _ref(entry: Any, param: str) -> Any:
    """`{"image_url": …}`, `{"file_id": …}`, or either of these alone."""
    if isinstance(entry, dict):
        values = [entry[name] for name in ("image_url", "file_id") if entry.get(name) is not None]
        if len(values) != 1:
            raise invalid(param, f"Each of '{param}' must have an image_url or a file_id.")
        return values[0]
    return entry


async def _sources(pictures: list[Any], masks: list[Any], backend: Backend) -> RequestPictures:
    if not pictures:
        raise missing("image")
    if len(masks) > 1 or (masks and len(pictures) > 1):
        raise invalid("mask", "A mask goes with one picture; send one of each.")
    refs = [await asyncio.to_thread(_kept, each, "image", backend) for each in pictures]
    mask = await asyncio.to_thread(_mask, masks[0], backend) if masks else None
    holes = mask is None and len(refs) == 1 and await asyncio.to_thread(_has_holes, refs[0], backend)
    return RequestPictures(tuple(refs), mask, holes)


def _kept(value: Any, param: str, backend: Backend) -> str:
    """An ImageRef of something that is a picture by its bytes, whatever its name and declared type say."""
    ref = _ref_of(value, param, backend)
    try:
        images.size_of(backend.library.path(ref))
    except UserError as error:
        raise _bad_picture(error, param, backend) from None
    return ref


def _ref_of(value: Any, param: str, backend: Backend) -> str:
    if isinstance(value, UploadFile):
        return str(backend.uploads.keep(value.file, value.filename or "upload", time.time()).path)
    return field_value.picture(value, param, backend)


def _has_holes(ref: str, backend: Backend) -> bool:
    try:
        return images.open_image(backend.library.path(ref)).has_alpha
    except UserError as error:
        raise _bad_picture(error, "image", backend) from None


def _mask(value: Any, backend: Backend) -> str:
    """OpenAI's masks are transparent where the picture is edited; the studio's are white there."""
    from PIL import ImageChops

    try:
        mask = images.open_image(backend.library.path(_ref_of(value, "mask", backend)))
    except UserError as error:
        raise _bad_picture(error, "mask", backend) from None
    if not mask.has_alpha:
        raise ApiError(
            400, "Nothing in the mask is transparent, so nothing would be edited; erase what is to be made anew.",
            "invalid_mask_image_format", param="mask", type=PICTURE,
        )  # fmt: skip
    buffer = io.BytesIO()
    ImageChops.invert(mask.image.getchannel("A")).save(buffer, "PNG")
    buffer.seek(0)
    return str(backend.uploads.keep(buffer, "mask.png", time.time()).path)


def _bad_picture(error: UserError, param: str, backend: Backend) -> ApiError:
    return ApiError(400, backend.redacted(error.message), "invalid_image_file", param=param, type=PICTURE)


def label(ref: str) -> str:
    """What tells it from others: an id, or the hash of its bytes."""
    return ref if picture_id.is_id(ref) else Path(ref).name
