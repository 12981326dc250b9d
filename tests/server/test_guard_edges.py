"""What the guard does where no answer can be given: other protocols, and an answer that has begun."""

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from studio.server.guard import Guard

TOKEN = "0123456789abcdef"


def ask(app: Any, scope: Scope) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    guard = Guard(app, token=TOKEN, front_token=TOKEN[::-1], names={"127.0.0.1:1"}, stop=lambda: None)
    try:
        asyncio.run(guard(scope, receive, send))
    except ZeroDivisionError as error:
        sent.append({"type": "raised", "notes": error.__notes__})
    return sent


def request(**more: Any) -> Scope:
    headers = [(b"host", b"127.0.0.1:1"), (b"authorization", f"Bearer {TOKEN}".encode())]
    return {"type": "http", "method": "GET", "path": "/v1/models", "headers": headers, **more}


def test_other_protocols_are_not_let_through() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("it was asked")

    assert ask(app, {"type": "websocket", "path": "/", "headers": []}) == []


@pytest.mark.parametrize("begun", [False, True])
def test_a_bug_is_told_unless_the_answer_has_begun(begun: bool) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    first, *others = ask(app, request())
    assert first["status"] == (200 if begun else 500)
    assert [each["type"] for each in others] == [*([] if begun else ["http.response.body"]), "raised"]
    assert others[-1]["notes"][0].endswith("GET /v1/models")
    assert begun or b"This is a bug in the studio" in others[0]["body"]
