"""A plugin for the tests of batches: pictures by their seed alone, failures, and a death."""

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

from PIL import Image

from studio import api


class Scatter(api.Task):
    id = "scatter"
    title = "Noise"

    class Params(api.Params):
        prompt: api.Prompt = api.Field("", role=api.Role.PROMPT)
        image: api.ImageRef | None = None
        count: int = api.Field(1, ge=1, le=4, role=api.Role.COUNT)
        pause: float = 0.0
        seed: api.Seed = -1

    def run(self, params: Any, ctx: api.Context) -> Iterator[api.Result]:
        if params.prompt == "refuse":
            raise api.UserError("It is refused, as was asked.", code="refused")
        if params.prompt == "die" or (params.prompt.startswith("die once ") and not _seen(params.prompt[9:])):
            os.kill(os.getpid(), signal.SIGKILL)
        for index in range(params.count):
            for step in range(20):
                ctx.progress(index * 20 + step, params.count * 20, Image.new("RGB", (8, 8), "red"))
                time.sleep(params.pause / 20)
            data = (f"{params.seed + index:06}" * 64)[:192].encode()
            picture = Image.frombytes("RGB", (8, 8), data)
            if params.image:
                picture = Image.blend(picture, ctx.image(params.image).convert("RGB").resize((8, 8)), 0.5)
            yield api.Result(picture, seed=params.seed + index)


def _seen(path: str) -> bool:
    there = os.path.exists(path)  # noqa: PTH110
    open(path, "w").close()  # noqa: PTH123
    return there


@api.hookimpl
def register_tasks() -> list[type[api.Task]]:
    return [Scatter]
