"""Compositing: a layer over what lies below it, by the formulas of W3C's Compositing and Blending Level 1."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from studio.document.blend_mode import BlendMode

Colours = NDArray[np.float32]
"""Height x width x 3 (red, green, blue in any order that both sides have), 0 … 1."""
Pixels = NDArray[np.uint8]
"""Height x width x 4: blue, green, red, alpha; colours are multiplied by their alpha."""
LUMINANCE = np.array((0.11, 0.59, 0.30), np.float32)
"""Of blue, green, red."""


def compose(mode: BlendMode, below: Pixels, above: Pixels, opacity: float = 1.0) -> Pixels:
    """What is seen when `above` lies over `below`."""
    back, front = below * np.float32(1 / 255), above * np.float32(opacity / 255)
    back_alpha, front_alpha = back[..., 3:], front[..., 3:]
    both = back_alpha * front_alpha
    mixed = blended(mode, _plain(back), _plain(front))
    found = np.empty_like(back)
    found[..., :3] = front[..., :3] * (1 - back_alpha) + back[..., :3] * (1 - front_alpha) + both * mixed
    found[..., 3:] = front_alpha + back_alpha - both
    made: Pixels = np.rint(np.clip(found, 0, 1) * 255).astype(np.uint8)
    return made


def _plain(pixels: NDArray[np.float32]) -> Colours:
    """Colours without their alpha in them."""
    alpha = pixels[..., 3:]
    return np.minimum(1, pixels[..., :3] / np.where(alpha > 0, alpha, 1))


def blended(mode: BlendMode, back: Colours, front: Colours) -> Colours:
    """The colour where both are opaque; blue, green, red."""
    return _FORMULAS[mode](back, front)


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


def _luminance(colour: Colours) -> Colours:
    blue, green, red = LUMINANCE
    found: Colours = colour[..., :1] * blue + colour[..., 1:2] * green + colour[..., 2:] * red
    return found


def _least(colour: Colours) -> Colours:
    """Of each pixel; numpy's own way over so short an axis takes ten times as long."""
    return np.minimum(np.minimum(colour[..., :1], colour[..., 1:2]), colour[..., 2:])


def _most(colour: Colours) -> Colours:
    return np.maximum(np.maximum(colour[..., :1], colour[..., 1:2]), colour[..., 2:])


def _spread(colour: Colours) -> Colours:
    return _most(colour) - _least(colour)


def _with_luminance(colour: Colours, luminance: Colours) -> Colours:
    """Brightened or darkened; what leaves the range is drawn back to its grey."""
    colour = colour + (luminance - _luminance(colour))
    grey = _luminance(colour)
    low, high = _least(colour), _most(colour)
    up = grey + (colour - grey) * grey / np.where(low < 0, grey - low, 1)
    colour = np.where(low < 0, up, colour)
    down = grey + (colour - grey) * (1 - grey) / np.where(high > 1, high - grey, 1)
    return np.where(high > 1, down, colour).astype(np.float32)


def _with_saturation(colour: Colours, saturation: Colours) -> Colours:
    low, spread = _least(colour), _spread(colour)
    return np.where(spread > 0, (colour - low) * saturation / np.where(spread > 0, spread, 1), 0).astype(np.float32)


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
