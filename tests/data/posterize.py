"""Posterize: the smallest complete plugin."""

from collections.abc import Iterator

from PIL import Image, ImageOps

from studio import api


class Posterize(api.Task):
    id = "posterize"
    title = "Posterize"

    class Params(api.Params):
        image: api.ImageRef
        bits: int = api.Field(3, ge=1, le=8, title="Bits per channel")

    def run(self, params: Params, ctx: api.Context) -> Iterator[Image.Image]:
        ctx.progress(0, 1)
        yield ImageOps.posterize(ctx.image(params.image).convert("RGB"), params.bits)


@api.hookimpl
def register_tasks() -> list[type[api.Task]]:
    return [Posterize]
