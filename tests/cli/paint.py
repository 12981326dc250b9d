"""A plugin for the tests of the command line: tasks that succeed, fail, dawdle and die."""

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import click
from PIL import Image

from studio import api

print("paint is being imported")  # noqa: T201 - must not reach anybody's stdout


class Colour(api.Task):
    id = "colour"
    title = "Flat colour"
    sequence = True

    class Params(api.Params):
        prompt: api.Prompt = api.Field("", role=api.Role.PROMPT)
        color: api.Color = "#ff8800"
        side: int = api.Field(8, ge=1, le=64)
        count: int = api.Field(1, ge=1, le=4)
        seed: api.Seed = -1

    def run(self, params: Any, ctx: api.Context) -> Iterator[api.Result]:
        for index in range(params.count):
            ctx.progress(index, params.count, stage="painting")
            image = Image.new("RGB", (params.side, params.side), params.color)
            yield api.Result(image, seed=params.seed, values={"number": index})
        ctx.note("Painted.")
        ctx.reveal("pigment", amount=params.side)


class Copy(api.Task):
    id = "copy"
    title = "Copy"

    class Params(api.Params):
        image: api.ImageRef
        output: str = "as it is"

    def run(self, params: Any, ctx: api.Context) -> Iterator[Image.Image]:
        yield ctx.image(params.image)


class Slow(api.Task):
    id = "slow"
    title = "One picture, then a long wait"

    class Params(api.Params):
        prompt: api.Prompt = ""

    def run(self, params: Any, ctx: api.Context) -> Iterator[Image.Image]:
        yield Image.new("RGB", (8, 8))
        for step in range(2400):
            ctx.progress(step, 2400, stage="waiting")
            time.sleep(0.05)


class Deaf(api.Task):
    id = "deaf"
    title = "Never looks whether it is cancelled"

    class Params(api.Params):
        pass

    def run(self, params: Any, ctx: api.Context) -> Iterator[Image.Image]:
        ctx.progress(0, 1, stage="deaf")
        time.sleep(120)
        yield Image.new("RGB", (8, 8))


class Fail(api.Task):
    id = "fail"
    title = "Fails"

    class Params(api.Params):
        how: str = "bug"

    def run(self, params: Any, ctx: api.Context) -> Iterator[Image.Image]:
        yield Image.new("RGB", (8, 8))
        if params.how == "user":
            raise api.UserError("The brush is dry; dip it.", field="how", code="dry")
        if params.how == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        raise ValueError("a hair in the paint")


@click.command("palette")
@click.argument("name")
def palette(name: str) -> None:
    """Print a palette."""
    if name == "mend":
        raise api.UserError("There is no such palette; choose another.")
    if name == "bug":
        raise KeyError(name)
    click.echo(f"palette {name}")


@click.command("doctor")
def doctor() -> None:
    """Has a name that is taken."""


@api.hookimpl
def register_tasks() -> list[type[api.Task]]:
    return [Colour, Copy, Slow, Deaf, Fail]


@api.hookimpl
def register_commands() -> list[click.Command]:
    return [palette, doctor]
