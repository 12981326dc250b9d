"""The control pictures of one part of an edit: of pictures as large as the canvas, or of the canvas itself."""

from typing import Any

import torch

from studio import api
from studio.diffusion import control_picture
from studio_inpaint.area import Area
from studio_inpaint.extended_picture import ExtendedPicture
from studio_inpaint.scene import CropScene

HOLES = {"ControlNetModel": -1.0}
"""What masked pixels are for a ControlNet that fills them (lllyasviel's control_v11p_sd15_inpaint); 0, black, for the
others, such as xinsir's ProMax."""


def control_pictures(
    params: Any, ctx: api.Context, lease: api.Lease, canvas: ExtendedPicture, place: Area, size: tuple[int, int],
    seen: CropScene,
) -> list[Any]:  # fmt: skip
    """One for each control, of `size` = (width, height): a picture, or numbers for what is to be painted."""
    made: list[Any] = []
    for control, net in zip(params.control, lease.controls, strict=True):
        if control.shows == "inpaint" and control.image is None:
            made.append(_holed(seen, HOLES.get(type(net).__name__, 0.0)))
        else:
            own = canvas.srgb.convert("RGB")
            made.append(control_picture(control, ctx, size, own, part=place.box, whole=canvas.size))
    return made


def _holed(seen: CropScene, hole: float) -> torch.Tensor:
    """(1, 3, h, w) in [0, 1], with `hole` where it is to be painted."""
    pixels = (seen.under + 1) / 2
    return torch.where(seen.mask > 0.5, torch.full_like(pixels, hole), pixels)
