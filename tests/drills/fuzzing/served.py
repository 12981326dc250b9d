"""What reads requests to the server: bodies in JSON and multipart, and the file of its token."""

import asyncio
import functools
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request

from fuzzing.harness import Target
from fuzzing.mutation import changed_bytes
from studio.server import access_token
from studio.server.api_error import ApiError
from studio.server.body import BodyReader, data_url, read_form

BOUNDARY = "xYz"
PART = """--xYz\r
Content-Disposition: form-data; name="{}"{}\r
\r
{}\r
"""
FORM = "".join(
    [PART.format("prompt", "", "a cat"), PART.format("n", "", "2"), PART.format("image[]", '; filename="a.png"', "PNG")]
)
BODY = {"prompt": "a cat 猫", "n": 2, "size": "1024x1024", "image": ["data:image/png;base64,AAAA"], "seed": None}


@functools.cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def request(data: bytes, kind: str) -> Request:
    """Of that body, in pieces as a network brings it."""
    pieces = [data[at : at + 7000] for at in range(0, len(data), 7000)] or [b""]
    messages = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, 1)
    ]

    async def receive() -> Any:
        return messages.pop(0)

    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(data)).encode())]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)


def asked(kind: str, read: Callable[[Request], Awaitable[object]]) -> Callable[[Path, bytes], None]:
    def ask(folder: Path, data: bytes) -> None:
        _loop().run_until_complete(read(request(data, kind)))

    return ask


async def body(request: Request) -> None:
    for value in (await BodyReader().json(request)).values():
        if isinstance(value, str) and value.startswith("data:"):
            data_url(value, "image")


async def form(request: Request) -> None:
    async with read_form(request) as parts:
        for _, value in parts:
            if not isinstance(value, str):
                await value.read()


def token(folder: Path, data: bytes) -> None:
    file = folder / "token"
    file.touch(0o600)
    file.write_bytes(data)
    assert len(access_token.load(file, make=False)) >= access_token.FEWEST


TARGETS = (
    Target("request-json", lambda folder: [json.dumps(BODY).encode(), json.dumps(BODY, ensure_ascii=False).encode()],
           asked("application/json", body), may_raise=(ApiError,), round=4000),
    Target("request-form", lambda folder: [f"{FORM}--{BOUNDARY}--\r\n".encode()],
           asked(f"multipart/form-data; boundary={BOUNDARY}", form), may_raise=(ApiError,), mutate=changed_bytes,
           round=3000),
    Target("token", lambda folder: [b"studio-0123456789abcdefghij\n"], token, mutate=changed_bytes, round=4000),
)  # fmt: skip
