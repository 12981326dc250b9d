"""Pictures that are followed: what a pipeline with ControlNets is told of a task's `control`."""

from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageOps

from studio.api._control import Control
from studio.api._model import Lease
from studio.api._task import Context
from studio.diffusion._pipeline import takes
from studio.errors import UserError
from studio.hints import hint, on_white


def followed(
    controls: Sequence[Control], ctx: Context, lease: Lease, capability: str, size: tuple[int, int]
) -> dict[str, Any]:
    """The pictures, weights and shares of the steps, under the pipeline's own names; nothing for no controls.

    The lease must have been asked for with `controls=params.control`. `size`: (width, height) of the result, which a
    control picture is brought to: one of another shape is cut at its edges, and that is told.
    """
    if not controls:
        return {}
    pictures = [_picture(each, ctx, size) for each in controls]
    place = "control_image" if takes(lease, capability, "control_image") else "image"
    for each in controls:
        if each.start >= each.end:
            raise UserError(
                "A ControlNet starts at {} and ends at {} of the steps, so it never acts; let it start before it "
                "ends.",
                f"{each.start:g}", f"{each.end:g}", field="control",
            )  # fmt: skip
    return {
        place: pictures,
        "controlnet_conditioning_scale": [each.weight for each in controls],
        "control_guidance_start": [each.start for each in controls],
        "control_guidance_end": [each.end for each in controls],
    }


def _picture(control: Control, ctx: Context, size: tuple[int, int]) -> Image.Image:
    given = on_white(ctx.image(control.image))
    if given.size != size:
        if abs(given.width * size[1] - given.height * size[0]) > max(given.width * size[0], 1) * 0.02:
            ctx.note(
                "The control picture has {}x{} pixels; it was cropped to the shape of {}x{}.", *given.size, *size
            )
        given = ImageOps.fit(given, size, Image.Resampling.LANCZOS)
    return hint(given, control.hint)
