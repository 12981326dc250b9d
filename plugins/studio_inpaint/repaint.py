"""Painting by a pipeline of diffusers that takes the picture and the mask, and keeps what is not masked by itself."""

import math
from typing import Any

import torch
from PIL import Image
from torch.nn import functional

from studio import api
from studio.diffusion import (
    Regional,
    StepProgress,
    build_pipeline,
    followed,
    referred,
    run,
    scheduler,
    takes,
    to_picture,
    words,
)
from studio_inpaint.area import Area
from studio_inpaint.extended_picture import ExtendedPicture
from studio_inpaint.regions import lying
from studio_inpaint.scene import scene


def paint(
    params: Any, ctx: api.Context, lease: api.Lease, canvas: ExtendedPicture, place: Area,
    generator: torch.Generator, meter: StepProgress, steps: int, strength: float,
) -> Image.Image:  # fmt: skip
    """The crop with its masked part made anew, at the size that the model makes; edges are the caller's to blend."""
    # The pipelines run int(steps x strength) of the steps, and fail where that is none.
    steps = max(steps, math.ceil(1 / strength + 1e-9))
    pipeline = build_pipeline(ctx, lease, "inpaint", scheduler(lease, params.scheduler, steps))
    seen = scene(canvas, place, place.work, pipeline.vae_scale_factor, grow=params.grow, feather=0)
    # Without a prompt what was there shall not come back, so it begins from a smooth filling.
    pixels = seen.under if params.prompt.strip() else seen.clean
    mask = functional.interpolate(seen.repaint, size=pixels.shape[2:], mode="nearest")
    masked = Image.fromarray((mask[0, 0].numpy() > 0).astype("uint8") * 255)
    if params.strength is not None and params.strength < 1 and not takes(lease, "inpaint", "strength"):
        ctx.note("{} paints a part from noise alone here, so the strength changed nothing.", lease.about.title)
    call = {
        "image": _picture(pixels), "mask_image": masked, "control_mask": masked,
        "width": place.work[0], "height": place.work[1], "strength": strength, "generator": generator,
        "max_area": place.work[0] * place.work[1],
        "num_inference_steps": steps,
    }  # fmt: skip
    told = words(params, ctx, lease)
    told |= followed(params.control, ctx, lease, "inpaint", place.work, canvas.srgb.convert("RGB"), part=place.box,
                     whole=canvas.size)  # fmt: skip
    regions = Regional(ctx, lease, params.region, {**call, **told}, **lying(params, canvas, place))
    told = referred(ctx, lease, pipeline, told)
    regions.put_into(pipeline)
    return to_picture(run(pipeline, ctx, lease, meter, {**call, **told}))


def _picture(pixels: torch.Tensor) -> Image.Image:
    levels = ((pixels[0].permute(1, 2, 0) + 1) * 127.5).round().clamp(0, 255)
    return Image.fromarray(levels.numpy().astype("uint8"))
