"""Compositing: a layer over what lies below it, by the formulas of W3C's Compositing and Blending Level 1."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from studio.document.blend_mode import BlendMode

Colours = NDArray[np.float32]
"""3 planes (blue, green, red) x height x width, 0 … 1: whole planes are several times as quick as pixel by pixel."""
Plane = NDArray[np.float32]
Pixels = NDArray[np.uint8]
"""Height x width x 4: blue, green, red, alpha; colours are multiplied by their alpha."""
LUMINANCE = 0.11, 0.59, 0.30
"""Of blue, green, red."""
BLOCK = 16_384
"""Pixels at a time, so that all that is computed of them stays near the processor."""
TINY = np.float32(1e-12)
"""In the place of a divisor of 0, where what is divided is 0 too."""


def compose(mode: BlendMode, below: Pixels, above: Pixels, opacity: float = 1.0) -> Pixels:
    """What is seen when `above` lies over `below`."""
    made = np.empty_like(below)
    rows = max(1, BLOCK // max(1, below.shape[1]))
    for top in range(0, below.shape[0], rows):
        part = slice(top, top + rows)
        _compose(_FORMULAS[mode], below[part], above[part], np.float32(opacity), made[part])
    return made


def _compose(
    formula: Callable[[Colours, Colours], Colours], below: Pixels, above: Pixels, opacity: np.float32, made: Pixels
) -> None:
    front_alpha, whole = _alpha(above)
    back, front = _colours(below), _plain(_colours(above), front_alpha, whole)
    back_alpha, opaque = _alpha(below)
    front_alpha = front_alpha * opacity
    if opaque:
        found = formula(back, front)
        found = back + front_alpha * (found - back)
        made[..., 3] = 255
    else:
        both = back_alpha * front_alpha
        mixed = both * formula(_plain(back, back_alpha, opaque), front)
        found = front * (front_alpha - both) + back * (1 - front_alpha) + mixed
        made[..., 3] = np.rint((front_alpha + back_alpha - both) * 255)
    np.multiply(found, 255, out=found)
    np.clip(np.rint(found, out=found), 0, 255, out=found)
    for channel in range(3):
        made[..., channel] = found[channel]


def _colours(pixels: Pixels) -> Colours:
    """As they are: multiplied by their alpha."""
    planes = np.empty((3, *pixels.shape[:2]), np.float32)
    for channel in range(3):
        np.multiply(pixels[..., channel], np.float32(1 / 255), out=planes[channel])
    return planes


def _alpha(pixels: Pixels) -> tuple[Plane, bool]:
    """And whether it is the highest everywhere."""
    alpha = pixels[..., 3]
    return alpha * np.float32(1 / 255), bool(alpha.min(initial=255) == 255)


def _plain(colours: Colours, alpha: Plane, opaque: bool) -> Colours:
    """Colours without their alpha in them."""
    return colours if opaque else np.minimum(1, colours / np.maximum(alpha, TINY))


def blended(mode: BlendMode, back: NDArray[np.float32], front: NDArray[np.float32]) -> NDArray[np.float32]:
    """The colour where both are opaque; blue, green, red along the last axis."""
    return np.moveaxis(_FORMULAS[mode](np.moveaxis(back, -1, 0), np.moveaxis(front, -1, 0)), 0, -1)


# ---- channel by channel


def _multiply(back: Colours, front: Colours) -> Colours:
    return back * front


def _screen(back: Colours, front: Colours) -> Colours:
    return back + front - back * front


def _hard_light(back: Colours, front: Colours) -> Colours:
    return np.where(front <= 0.5, _multiply(back, 2 * front), _screen(back, 2 * front - 1))


def _color_dodge(back: Colours, front: Colours) -> Colours:
    raised = np.minimum(1, back / np.where(front < 1, 1 - front, 1))
    return np.where(back <= 0, 0, np.where(front >= 1, 1, raised)).astype(np.float32)


def _color_burn(back: Colours, front: Colours) -> Colours:
    lowered = 1 - np.minimum(1, (1 - back) / np.where(front > 0, front, 1))
    return np.where(back >= 1, 1, np.where(front <= 0, 0, lowered)).astype(np.float32)


def _soft_light(back: Colours, front: Colours) -> Colours:
    raised = np.where(back <= 0.25, ((16 * back - 12) * back + 4) * back, np.sqrt(back))
    darker = back - (1 - 2 * front) * back * (1 - back)
    return np.where(front <= 0.5, darker, back + (2 * front - 1) * (raised - back))


# ---- all channels of a pixel together


def _luminance(colour: Colours) -> Plane:
    blue, green, red = (np.float32(share) for share in LUMINANCE)
    found: Plane = colour[0] * blue
    found += colour[1] * green
    found += colour[2] * red
    return found


def _least(colour: Colours) -> Plane:
    least: Plane = np.minimum(np.minimum(colour[0], colour[1]), colour[2])
    return least


def _most(colour: Colours) -> Plane:
    most: Plane = np.maximum(np.maximum(colour[0], colour[1]), colour[2])
    return most


def _spread(colour: Colours) -> Plane:
    return _most(colour) - _least(colour)


def _with_luminance(colour: Colours, luminance: Plane) -> Colours:
    """Brightened or darkened; what leaves the range is drawn back to its grey, which is of that luminance."""
    raised = colour + (luminance - _luminance(colour))
    low, high, rest = _least(raised), _most(raised), 1 - luminance
    share = luminance / np.maximum(np.maximum(luminance - low, luminance), TINY)  # 1 where nothing is below 0
    np.minimum(share, rest / np.maximum(np.maximum(high - luminance, rest), TINY), out=share)
    raised -= luminance
    raised *= share
    raised += luminance
    return raised


def _with_saturation(colour: Colours, saturation: Plane) -> Colours:
    low = _least(colour)
    spread: Colours = (colour - low) * (saturation / np.maximum(_most(colour) - low, TINY))
    return spread


_FORMULAS: dict[BlendMode, Callable[[Colours, Colours], Colours]] = {
    BlendMode.NORMAL: lambda back, front: front,
    BlendMode.MULTIPLY: _multiply,
    BlendMode.SCREEN: _screen,
    BlendMode.OVERLAY: lambda back, front: _hard_light(front, back),
    BlendMode.DARKEN: np.minimum,
    BlendMode.LIGHTEN: np.maximum,
    BlendMode.COLOR_DODGE: _color_dodge,
    BlendMode.COLOR_BURN: _color_burn,
    BlendMode.HARD_LIGHT: _hard_light,
    BlendMode.SOFT_LIGHT: _soft_light,
    BlendMode.DIFFERENCE: lambda back, front: np.abs(back - front),
    BlendMode.HUE: lambda back, front: _with_luminance(_with_saturation(front, _spread(back)), _luminance(back)),
    BlendMode.SATURATION: lambda back, front: _with_luminance(_with_saturation(back, _spread(front)), _luminance(back)),
    BlendMode.COLOR: lambda back, front: _with_luminance(front, _luminance(back)),
    BlendMode.LUMINOSITY: lambda back, front: _with_luminance(back, _luminance(front)),
}
