"""Feather: a mask with softened edges, whole or a part of it."""

import math

from studio.document.brush import Grey
from studio.document.mask import Area, Mask


def reach(feather_px: float) -> int:
    """How many pixels away a change of the mask is seen."""
    return math.ceil(1.5 * feather_px)


def soften(level: Grey, feather_px: float) -> Grey:
    """Blurred so that an edge runs out over about `feather_px` pixels on both of its sides."""
    import cv2

    if feather_px <= 0:
        return level
    side = 2 * reach(feather_px) + 1
    softened: Grey = cv2.GaussianBlur(level, (side, side), feather_px / 2, borderType=cv2.BORDER_REPLICATE)
    return softened


def read(mask: Mask, area: Area, feather_px: float) -> Grey:
    """A part of the softened mask, equal to that part of the whole, softened."""
    if feather_px <= 0:
        return mask.read(area)
    margin = reach(feather_px)
    left, top, right, bottom = area
    wide = mask.clipped((left - margin, top - margin, right + margin, bottom + margin))
    level = soften(mask.read(wide), feather_px)
    return level[top - wide[1] : bottom - wide[1], left - wide[0] : right - wide[0]]
