"""The picture to be enlarged, as numbers from 0 to 1, one tile at a time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio import api

Pixels = NDArray[Any]
SPREAD = 4  # pixels that colours are carried into what is transparent


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        return self.right - self.left, self.bottom - self.top

    def grown(self, by: int, inside: tuple[int, int]) -> "Box":
        """With `by` more pixels on all sides where a picture of the size `inside` has them."""
        return Box(
            max(0, self.left - by), max(0, self.top - by),
            min(inside[0], self.right + by), min(inside[1], self.bottom + by),
        )  # fmt: skip


class TileSource:
    """Colours in the picture's own space and depth where a result can have them (grey, RGB), else in sRGB."""

    def __init__(self, original: api.Original) -> None:
        image = original.image
        is_own = image.mode in ("1", "L", "LA", "RGB", "RGBA", "I;16")
        own = image.convert(_OPAQUE.get(image.mode, image.mode)) if is_own else original.srgb.convert("RGB")
        self._colours = own
        self._alpha = original.srgb.getchannel("A") if original.srgb.mode == "RGBA" else None
        self.icc = original.icc if is_own else None
        self.size: tuple[int, int] = own.size
        self.bits = 16 if own.mode == "I;16" else 8
        self.is_grey = own.mode != "RGB"

    @property
    def has_alpha(self) -> bool:
        return self._alpha is not None

    @property
    def mode(self) -> str:
        """L, LA, RGB or RGBA."""
        return ("L" if self.is_grey else "RGB") + ("A" if self.has_alpha else "")

    def colours(self, box: Box) -> Pixels:
        """(h, w, 1 or 3) float32; what is fully transparent has the colours of what is not, beside it."""
        if self._alpha is None:
            return self._numbers(self._colours, box)
        wider = box.grown(SPREAD, self.size)
        spread = _spread(self._numbers(self._colours, wider), self._numbers(self._alpha, wider))
        left, top = box.left - wider.left, box.top - wider.top
        return spread[top : top + box.size[1], left : left + box.size[0]]

    def alpha(self, box: Box) -> Pixels:
        """(h, w, 1) float32."""
        if self._alpha is None:
            raise ValueError("this picture has no alpha")
        return self._numbers(self._alpha, box)

    def enlarged_alpha(self, top: int, rows: int, scale: int) -> Pixels:
        """(rows, width * scale, 1) float32, from row `top` of the enlarged alpha on, interpolated (Lanczos)."""
        if self._alpha is None:
            raise ValueError("this picture has no alpha")
        box = (0.0, top / scale, float(self.size[0]), (top + rows) / scale)
        large = self._alpha.resize((self.size[0] * scale, rows), Image.Resampling.LANCZOS, box)
        return np.atleast_3d(np.asarray(large)).astype(np.float32) / np.float32(255)

    def _numbers(self, plane: Image.Image, box: Box) -> Pixels:
        array = np.asarray(plane.crop((box.left, box.top, box.right, box.bottom)))
        top = 65535 if plane.mode == "I;16" else 255
        return np.atleast_3d(array).astype(np.float32) / np.float32(top)


_OPAQUE = {"1": "L", "LA": "L", "RGBA": "RGB"}


def _spread(colours: Pixels, alpha: Pixels) -> Pixels:
    """Where alpha is 0, the mean of the visible colours within SPREAD pixels.

    What programs leave there is mostly black, and enlarged it would make a dark rim.
    """
    visible = (alpha > 0).astype(np.float32)
    if visible.all():
        return colours
    sums, counts = _box_sum(colours * visible), _box_sum(visible)
    return np.where((visible == 0) & (counts > 0.5), sums / np.maximum(counts, 1), colours).astype(np.float32)


def bounded(large: Pixels, small: Pixels, scale: int) -> Pixels:
    """`large`, the enlarged alpha of `small` (h, w, 1), nowhere beyond what there is within a pixel of the place.

    Networks are trained on pictures: without this, one leaves specks where nothing was, and holes where all was.
    """
    padded = np.pad(small, ((1, 1), (1, 1), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(0, 1))
    least, most = (
        bound.repeat(scale, axis=0).repeat(scale, axis=1) for bound in (windows.min((3, 4)), windows.max((3, 4)))
    )
    return np.clip(large, least, most)


def _box_sum(plane: Pixels) -> Pixels:
    """The sum over a square of 2 * SPREAD + 1 pixels around each."""
    side = 2 * SPREAD + 1
    padded = np.pad(plane, ((SPREAD, SPREAD), (SPREAD, SPREAD), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, side, axis=0).sum(axis=-1)
    sums: Pixels = np.lib.stride_tricks.sliding_window_view(windows, side, axis=1).sum(axis=-1)
    return sums
