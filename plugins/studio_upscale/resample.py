"""Lanczos resampling of a picture that comes in strips: equal to that of the whole, in the memory of a few strips."""

import math
from collections.abc import Iterable, Iterator

import numpy as np
from PIL import Image

from studio_upscale.source import Pixels

REACH = 3  # of the kernel, in pixels of the coarser side
STRIP_ROWS = 64
MARGIN = 2  # rows more than the kernel needs, against rounding


def lanczos(strips: Iterable[Pixels], source: tuple[int, int], size: tuple[int, int]) -> Iterator[Pixels]:
    """Strips (h, w, channels) of uint8 or uint16 of a picture of the size `source`, as strips of one of `size`."""
    share = source[1] / size[1]
    reach = math.ceil(REACH * max(1.0, share)) + MARGIN
    rows = np.empty((0,))
    first, done = 0, 0  # of the rows that are held; of those that were made
    for strip in strips:
        rows = np.concatenate([rows, strip]) if rows.size else strip
        last = first + len(rows)
        while done < size[1]:
            bottom = min(size[1], done + STRIP_ROWS)
            if last < min(source[1], math.ceil(bottom * share) + reach):
                break
            keep = max(0, math.floor(done * share) - reach)
            rows, first = rows[keep - first :], keep
            most = math.ceil(bottom * share) + reach - first
            box = (0.0, done * share - first, float(source[0]), bottom * share - first)
            yield _resized(rows[:most], (size[0], bottom - done), box)
            done = bottom


def _resized(rows: Pixels, size: tuple[int, int], box: tuple[float, float, float, float]) -> Pixels:
    if rows.dtype == np.uint8:
        image = Image.fromarray(rows.squeeze(2) if rows.shape[2] == 1 else rows)
        return np.atleast_3d(np.asarray(image.resize(size, Image.Resampling.LANCZOS, box)))
    # Pillow resamples 16 bits as floating point only, one channel at a time.
    planes = [
        np.asarray(Image.fromarray(plane.astype(np.float32)).resize(size, Image.Resampling.LANCZOS, box))
        for plane in np.moveaxis(rows, 2, 0)
    ]
    return np.stack(planes, axis=2).round().clip(0, 65535).astype(np.uint16)
