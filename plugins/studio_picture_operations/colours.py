"""Control pictures of colours: what is left of a picture without its details."""

import cv2
import numpy as np

CELL = 64
"""How many pixels of the longer side of a picture have one colour in its palette."""
Pixels = np.ndarray


def tile(pixels: Pixels) -> Pixels:
    """What is left of it at an eighth of its size."""
    return _reduced(pixels, max(1, max(pixels.shape[:2]) // 8), smooth=True)


def blur(pixels: Pixels) -> Pixels:
    side = max(3, max(pixels.shape[:2]) // 40 | 1)  # three boxes come near a Gaussian
    for _ in range(3):
        pixels = np.asarray(cv2.blur(pixels, (side, side)))
    return pixels


def palette(pixels: Pixels) -> Pixels:
    """Its colours as a coarse mosaic."""
    return _reduced(pixels, max(1, max(pixels.shape[:2]) // CELL), smooth=False)


def _reduced(pixels: Pixels, longest: int, *, smooth: bool) -> Pixels:
    height, width = pixels.shape[:2]
    share = longest / max(height, width)
    wanted = (max(1, round(width * share)), max(1, round(height * share)))
    small = cv2.resize(pixels, wanted, interpolation=cv2.INTER_AREA)
    way = cv2.INTER_CUBIC if smooth else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(small, (width, height), interpolation=way))
