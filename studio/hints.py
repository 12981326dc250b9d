"""Control pictures made of a picture without weights: edges, lines, scribbles, colours. By OpenCV, in milliseconds.

What a ControlNet was trained with is what it follows: `canny` for one of edges, and so on. `ready` hands a picture on
that is one already, of depth or a pose, say.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image

READY = "ready"
LABELS = {
    READY: "No preprocessing", "canny": "Edges (Canny)", "lineart": "Line art", "soft-edge": "Soft edges (XDoG)",
    "scribble": "Scribble", "tile": "Tile", "blur": "Blur", "palette": "Palette",
}  # fmt: skip
LOW, HIGH = 100, 200
"""Canny's thresholds, of lllyasviel's ControlNet (gradio_canny2image.py)."""
SIGMA, K, SHARPNESS, LEVEL, SOFTNESS = 0.8, 1.6, 8.0, 0.9, 4.0
"""Of XDoG (Winnemöller et al. 2012, "XDoG: an eXtended difference-of-Gaussians compendium", equations 7 and 5)."""
AROUND = 13
"""Pixels a side of what is around a pixel."""
CELL = 64
"""How many pixels of the longer side of a picture have one colour in its palette."""
Pixels = np.ndarray


def hint(picture: Image.Image, name: str) -> Image.Image:
    """The control picture of that name, RGB, of the picture's size. Raises KeyError for a name not among LABELS."""
    plain = on_white(picture)
    if name == READY:
        return plain
    return Image.fromarray(_MADE[name](np.asarray(plain)))


def on_white(picture: Image.Image) -> Image.Image:
    """RGB; what is transparent lies on white."""
    if "A" not in picture.getbands() and picture.mode != "P":
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(ground, layer).convert("RGB")


def _canny(pixels: Pixels) -> Pixels:
    import cv2

    return _three(cv2.Canny(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), LOW, HIGH))


def _lineart(pixels: Pixels) -> Pixels:
    """White where a pixel is darker than its surroundings."""
    import cv2

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    lines = np.clip(_mean_around(grey) - grey, 0, 255)
    top = max(16.0, float(np.percentile(lines[::4, ::4], 99)))
    return _three(np.clip(lines * (255 / top), 0, 255).astype(np.uint8))


def _soft_edge(pixels: Pixels) -> Pixels:
    """XDoG of the brightness over its local mean, so that no dark surface counts as a line; lines are white."""
    import cv2

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32) + 8
    near, far = (cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in (SIGMA, SIGMA * K))
    sharp = ((1 + SHARPNESS) * near - SHARPNESS * far) / _mean_around(grey)
    lines = -np.tanh(SOFTNESS * np.minimum(sharp - LEVEL, 0))
    return _three((lines * 255).astype(np.uint8))


def _mean_around(grey: Pixels) -> Pixels:
    import cv2

    return np.asarray(cv2.blur(cv2.blur(grey, (AROUND, AROUND)), (AROUND, AROUND)))


def _scribble(pixels: Pixels) -> Pixels:
    """Few thick strokes along the strongest edges."""
    import cv2

    grey = cv2.bilateralFilter(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), 7, 60, 7)
    width = max(3, round(max(pixels.shape[:2]) / 160) | 1)
    edges = cv2.Canny(cv2.GaussianBlur(grey, (0, 0), 2.0), 40, 110)
    return _three(cv2.dilate(edges, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))))


def _tile(pixels: Pixels) -> Pixels:
    """What is left of it at an eighth of its size."""
    return _reduced(pixels, max(1, max(pixels.shape[:2]) // 8), smooth=True)


def _blur(pixels: Pixels) -> Pixels:
    import cv2

    side = max(3, max(pixels.shape[:2]) // 40 | 1)  # three boxes come near a Gaussian
    for _ in range(3):
        pixels = np.asarray(cv2.blur(pixels, (side, side)))
    return pixels


def _palette(pixels: Pixels) -> Pixels:
    """Its colours as a coarse mosaic."""
    return _reduced(pixels, max(1, max(pixels.shape[:2]) // CELL), smooth=False)


def _reduced(pixels: Pixels, longest: int, *, smooth: bool) -> Pixels:
    import cv2

    height, width = pixels.shape[:2]
    share = longest / max(height, width)
    wanted = (max(1, round(width * share)), max(1, round(height * share)))
    small = cv2.resize(pixels, wanted, interpolation=cv2.INTER_AREA)
    way = cv2.INTER_CUBIC if smooth else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(small, (width, height), interpolation=way))


def _three(grey: Pixels) -> Pixels:
    return np.repeat(grey[:, :, None], 3, axis=2)


_MADE: dict[str, Callable[[Pixels], Pixels]] = {
    "canny": _canny, "lineart": _lineart, "soft-edge": _soft_edge, "scribble": _scribble, "tile": _tile, "blur": _blur,
    "palette": _palette,
}  # fmt: skip
