"""The seam meter: how much an edit's edge stands out against the picture's own texture."""

from dataclasses import dataclass

import cv2
import numpy as np

from studio_inpaint.extended_picture import Pixels

RING = 3
"""Pixels around the edge in which the picture's own texture is measured."""
FAINTEST = 0.5
"""Levels below which a gradient is rounding: half a step of 8 bits."""


@dataclass(frozen=True)
class Seam:
    """Mean differences of neighbouring pixels, in levels of 0 to 255."""

    across: float
    """From the last protected pixel to the first new one."""
    own: float
    """Between protected pixels beside the edge."""

    @property
    def ratio(self) -> float:
        """1: the edge is as strong as the picture's own texture beside it."""
        return max(self.across, FAINTEST) / max(self.own, FAINTEST)


def seam(colours: Pixels, mask: Pixels) -> Seam | None:
    """Of (h, w, C) uint8 and a mask (h, w), more than 0 = new; None when the mask has no edge."""
    new = mask > 0
    kernel = np.ones((2 * RING + 1, 2 * RING + 1), np.uint8)
    near = cv2.dilate(new.astype(np.uint8), kernel).astype(bool) & ~new
    if not near.any() or new.all():
        return None
    across, own = [], []
    for axis in (0, 1):
        one, other = (np.take(new, range(start, new.shape[axis] - 1 + start), axis) for start in (0, 1))
        beside = [np.take(near, range(start, new.shape[axis] - 1 + start), axis) for start in (0, 1)]
        steps = np.abs(np.diff(colours.astype(np.int16), axis=axis)).mean(axis=2)
        across.append(steps[one != other])
        own.append(steps[beside[0] & beside[1]])
    edge, texture = np.concatenate(across), np.concatenate(own)
    return Seam(float(edge.mean()), float(texture.mean()) if texture.size else 0.0) if edge.size else None
