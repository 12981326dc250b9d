"""The picture that is to be refined: its size, and how much of the denoising it goes through."""

import math
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageOps

from studio import api


def fitted(picture: Image.Image, size: str, defaults: Mapping[str, Any], ctx: api.Context) -> Image.Image:
    """The picture in RGB at a size that the model can make.

    `auto` keeps its shape, brought to as many pixels as the model is made for when it has more or far fewer; another
    size crops what does not fit its shape.
    """
    own = picture.convert("RGB")
    wanted = fitted_size(own.size, size, defaults)
    if wanted == own.size:
        return own
    if size == "auto":
        ctx.note("The picture was brought from {}x{} to {}x{} pixels for this model.", *own.size, *wanted)
    return ImageOps.fit(own, wanted, Image.Resampling.LANCZOS)


def fitted_size(own: tuple[int, int], size: str, defaults: Mapping[str, Any]) -> tuple[int, int]:
    """(width, height) that a picture of `own` size is brought to. Raises UserError for a size that cannot be made."""
    multiple, native = defaults["multiple"], defaults["width"] * defaults["height"]
    if size != "auto":
        return api.parse_size(size, own, multiple=multiple)
    area = own[0] * own[1]
    scale = math.sqrt(native / area) if area > native or area * 4 < native else 1.0
    width, height = (max(multiple, round(side * scale / multiple) * multiple) for side in own)
    return width, height


def strength(params: Any, defaults: Mapping[str, Any]) -> float:
    """The share of the denoising that the picture goes through, 0 … 1."""
    return float(defaults.get("strength", 0.6) if params.strength is None else params.strength)


def enough_steps(steps: int, strength: float, ctx: api.Context) -> int:
    """diffusers runs int(steps x strength) of the steps, and fails where that is none."""
    if int(steps * strength) >= 1:
        return steps
    needed = math.ceil(1 / strength)
    needed += int(needed * strength) < 1  # 1/strength may have been rounded down
    ctx.note("At strength {}, {} steps leave none to run; {} were taken.", f"{strength:g}", steps, needed)
    return needed


def steps_run(steps: int, strength: float | None, *, rounds_up: bool = False) -> int:
    """How many steps the pipeline will really run: those of flow matching round up."""
    if strength is None:
        return steps
    return steps - int(steps - steps * strength) if rounds_up else int(steps * strength)
