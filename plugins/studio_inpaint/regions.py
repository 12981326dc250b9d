"""The regions of one part of an edit, whose masks are of the picture before it was extended."""

from typing import Any

import numpy as np
from PIL import Image

from studio import api
from studio_inpaint.area import Area
from studio_inpaint.extended_picture import ExtendedPicture

HALF = 128


def lying(params: Any, canvas: ExtendedPicture, place: Area) -> dict[str, Any]:
    """`part` and `whole`, as `diffusion.Regional` takes them."""
    left, top, right, bottom = place.box
    part = (left - params.left, top - params.top, right - params.left, bottom - params.top)
    return {"part": part, "whole": canvas.given[::-1]}


def note_outside(params: Any, ctx: api.Context, canvas: ExtendedPicture) -> None:
    """Say which regions lie where nothing is painted."""
    height, width = canvas.given
    painted = canvas.mask[params.top : params.top + height, params.left : params.left + width]
    for region in params.region:
        mask = np.asarray(ctx.mask(region.mask).resize((width, height), Image.Resampling.BILINEAR))
        if region.weight and mask.any() and np.minimum(mask, painted).max(initial=0) < HALF:
            ctx.note("The region “{}” lies outside of the mask, so hardly anything of it will be seen.",
                     region.prompt[:60])  # fmt: skip
