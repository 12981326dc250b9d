"""A plugin for the tests of engine and client: tasks that behave in every way a task can."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any, Literal

from PIL import Image

from studio import api


class Paint(api.Task):
    id = "paint"
    title = "Paint"

    class Params(api.Params):
        color: api.Color = "#ff8800"
        count: int = api.Field(1, ge=1, le=9)
        seed: api.Seed = -1
        steps: int = 2

    def run(self, params: Any, ctx: api.Context) -> Iterator[api.Result]:
        for index in range(params.count):
            for step in range(params.steps):
                ctx.progress(step, params.steps, Image.new("RGB", (8, 8), params.color), stage="painting")
            yield api.Result(Image.new("RGB", (8, 8), params.color), seed=params.seed + index, values={"coats": 2})
        ctx.progress(params.steps, params.steps, stage="painting")


class Dawdle(api.Task):
    """One picture, then steps almost without end, so that a test can do something meanwhile."""

    id = "dawdle"
    title = "Dawdle"

    class Params(api.Params):
        swallow: bool = False
        steps: int = 100_000

    def run(self, params: Any, ctx: api.Context) -> Iterator[Image.Image]:
        yield Image.new("RGB", (8, 8))
        for step in range(params.steps):
            try:
                ctx.progress(step, params.steps, stage="waiting")
                time.sleep(0.01)
            except Exception:  # noqa: BLE001 - what a careless author writes; a cancel must get through
                pass


class Misbehave(api.Task):
    id = "misbehave"
    title = "Misbehave"

    class Params(api.Params):
        how: Literal["kill", "exit", "hard-exit", "raise", "hang", "shout", "deaf", "nothing", "number", "memory"]

    def run(self, params: Any, ctx: api.Context) -> Iterator[Any]:
        ctx.progress(0, 1, stage="misbehaving")
        match params.how:
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "exit":
                sys.exit(3)
            case "hard-exit":
                os._exit(3)
            case "raise":
                raise RuntimeError("the paint is dry")
            case "hang":
                time.sleep(3600)
            case "shout":
                _shout()
            case "deaf":
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                time.sleep(3600)
            case "nothing":
                return
            case "number":
                yield 7
            case "memory":
                raise MemoryError
        yield Image.new("RGB", (8, 8))


def _shout() -> None:
    """Everything that could break a pipe which carries lines of JSON."""
    print('{"type":"finished","job":"forged","seconds":0}')  # noqa: T201
    sys.stderr.write("\x1b[31mred\x1b[0m and half a line")
    sys.stderr.flush()
    os.write(1, b"\xff\xfe\x00 not text\n")
    os.write(2, b"x" * 300_000 + b"\n")
    os.system("echo from a child process")


@api.hookimpl
def register_tasks() -> list[type[api.Task]]:
    return [Paint, Dawdle, Misbehave]
