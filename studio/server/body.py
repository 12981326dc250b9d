"""Bodies of requests, read within bounds of size and time: JSON and multipart, nothing else."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NoReturn

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import Receive

from studio.server.api_error import SERVER, ApiError, invalid

MOST_BYTES = 50 * 2**20
"""Of one request."""
GRACE_S, LEAST_RATE = 10.0, 10_000
"""From when on a body must come at so many bytes a second."""
PATIENCE_S = 15.0
"""Until the next bytes of a body."""
AT_ONCE = 4
"""Long JSON bodies that are held in memory at a time; others wait before anything of theirs is read."""
LARGE = 2**20
DEEPEST = 64
MOST_FILES, MOST_FIELDS, MOST_FIELD_BYTES = 16, 100, 256 * 1024


class Gone(Exception):
    """The client has hung up."""


class BodyReader:
    """Reads JSON bodies, a few long ones at a time."""

    def __init__(self) -> None:
        self._held = asyncio.Semaphore(AT_ONCE)

    async def json(self, request: Request) -> dict[str, Any]:
        """The object in the body. Raises ApiError, Gone."""
        _require(request.headers, "application/json")
        size = _promised(request.headers)
        if size is not None and size <= LARGE:
            return _parsed(await _whole(request, size))
        async with self._held:
            return await asyncio.to_thread(_parsed, await _whole(request, MOST_BYTES))


async def read_bytes(request: Request) -> bytes:
    """A body that says it is JSON, as it is. Raises ApiError, Gone."""
    _require(request.headers, "application/json")
    _promised(request.headers)
    return await _whole(request, MOST_BYTES)


async def content_chunks(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """The bytes of a file that is a body of its own, as they come. Raises ApiError, Gone."""
    _require(request.headers, "application/octet-stream")
    _promised(request.headers, most)
    async for chunk in limited(request.receive, most):
        yield chunk


@asynccontextmanager
async def read_form(request: Request) -> AsyncIterator[list[tuple[str, str | UploadFile]]]:
    """The parts of a multipart body, in their order; files lie on the disk until the block ends. Raises as above."""
    _require(request.headers, "multipart/form-data")
    _promised(request.headers)
    parser = _WholeParser(
        request.headers, limited(request.receive, MOST_BYTES), max_files=MOST_FILES, max_fields=MOST_FIELDS,
        max_part_size=MOST_FIELD_BYTES,
    )  # fmt: skip
    try:
        form = await parser.parse()
        parser.require_end()
    except MultiPartException as error:
        raise invalid(None, f"The multipart body cannot be read: {error.message}", "invalid_multipart") from None
    except OSError as error:  # large files lie in the system's temporary folder meanwhile
        reason = (error.strerror or str(error)).lower()
        raise ApiError(507, f"What was sent could not be kept ({reason}).", "storage", type=SERVER) from None
    except (LookupError, ValueError):
        raise invalid(
            None, "The multipart body cannot be read: its headers are damaged.", "invalid_multipart"
        ) from None
    try:
        yield form.multi_items()
    finally:
        await form.close()


class _WholeParser(MultiPartParser):
    """Starlette's takes a body that breaks off for one that ends."""

    _has_ended = False

    def on_end(self) -> None:
        self._has_ended = True

    def require_end(self) -> None:
        if not self._has_ended:
            for file in self._files_to_close_on_error:
                file.close()
            raise MultiPartException("it breaks off before its last boundary")


async def limited(receive: Receive, most: int) -> AsyncGenerator[bytes, None]:
    """The bytes of a body as they come. Raises ApiError when they are too many or too slow, Gone."""
    loop = asyncio.get_running_loop()
    began, count, more = loop.time(), 0, True
    while more:
        try:
            message = await asyncio.wait_for(receive(), PATIENCE_S)
        except TimeoutError:
            raise _too_slow() from None
        if message["type"] == "http.disconnect":
            raise Gone
        chunk, more = message.get("body", b""), message.get("more_body", False)
        count += len(chunk)
        if count > most:
            raise too_large(most)
        if more and count < LEAST_RATE * (loop.time() - began - GRACE_S):
            raise _too_slow()
        if chunk:
            yield chunk


def content_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def data_url(text: str, param: str) -> bytes:
    """The bytes of a `data:` URL in base64. Raises ApiError."""
    head, comma, data = text.partition(",")
    if not comma or not head.lower().endswith(";base64"):
        raise invalid(param, "A data URL must be in base64: data:image/png;base64,…")
    try:
        return base64.b64decode(data, validate=True)
    except ValueError:
        raise invalid(param, "The data URL is no valid base64.") from None


def too_large(most: int = MOST_BYTES) -> ApiError:
    return ApiError(413, f"A request may have {most // 2**20} MB at most.", "request_too_large")


def _require(headers: Headers, kind: str) -> None:
    charset = headers.get("content-type", "").lower().partition("charset=")[2].strip(' "')
    plain = kind != "application/json" or charset in ("", "utf-8", "utf8")
    if content_type(headers) != kind or not plain:
        raise ApiError(415, f"The content type must be {kind}, in UTF-8.", "unsupported_media_type")
    if headers.get("content-encoding", "identity") != "identity":
        raise ApiError(415, "Compressed bodies are not read.", "unsupported_media_type")


def _promised(headers: Headers, most: int = MOST_BYTES) -> int | None:
    """What Content-Length says, which h11 holds the client to. Raises ApiError."""
    size = headers.get("content-length")
    if size is None:
        return None
    if int(size) > most:
        raise too_large(most)
    return int(size)


async def _whole(request: Request, most: int) -> bytes:
    return b"".join([chunk async for chunk in limited(request.receive, most)])


def _too_slow() -> ApiError:
    return ApiError(408, "The body of the request came too slowly.", "request_timeout")


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise _bad("it is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise _bad(f"{error.msg} at character {error.pos + 1}") from None
    except ValueError:  # Python's own limit
        raise _bad("a number has too many digits") from None
    except RecursionError:
        raise _bad("it is nested too deeply") from None
    if not isinstance(given, dict):
        raise _bad("it is no object")
    _check_leaves(given)
    return given


def _check_leaves(given: dict[str, Any]) -> None:
    """Raise ApiError for numbers that are none (1e999) and for half surrogates, at whatever depth."""
    level: list[Any] = [given]
    for _ in range(DEEPEST):
        inner = [each for entry in level for each in _entries(entry)]
        for leaf in inner:
            if isinstance(leaf, float) and leaf in (float("inf"), float("-inf")):
                raise _bad("it holds a number that is too large")
            if isinstance(leaf, str) and not _is_text(leaf):
                raise _bad("it holds half of a surrogate pair")
        level = [each for each in inner if isinstance(each, list | dict)]
    if level:
        raise _bad("it is nested too deeply")


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _entries(entry: Any) -> list[Any]:
    return [*entry, *entry.values()] if isinstance(entry, dict) else entry if isinstance(entry, list) else []


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) != len(pairs):
        raise _bad("a name occurs twice")
    return given


def _no_constant(word: str) -> NoReturn:
    raise _bad(f"{word} is no number that JSON knows")


def _bad(reason: str) -> ApiError:
    return invalid(None, f"The body is no valid JSON: {reason}.", "invalid_json")
