"""Control pictures of lines, made without weights, in milliseconds: white on black, as ControlNets learned them."""

import cv2
import numpy as np

LOW, HIGH = 100, 200
"""Canny's thresholds, of lllyasviel's ControlNet (gradio_canny2image.py)."""
SIGMA, K, SHARPNESS, LEVEL, SOFTNESS = 0.8, 1.6, 8.0, 0.9, 4.0
"""Of XDoG (Winnemöller et al. 2012, "XDoG: an eXtended difference-of-Gaussians compendium", equations 7 and 5)."""
AROUND = 13
"""Pixels a side of what is around a pixel."""
Pixels = np.ndarray


def canny(pixels: Pixels) -> Pixels:
    return _three(cv2.Canny(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), LOW, HIGH))


def lineart(pixels: Pixels) -> Pixels:
    """White where a pixel is darker than its surroundings."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    lines = np.clip(_mean_around(grey) - grey, 0, 255)
    top = max(16.0, float(np.percentile(lines[::4, ::4], 99)))
    return _three(np.clip(lines * (255 / top), 0, 255).astype(np.uint8))


def soft_edge(pixels: Pixels) -> Pixels:
    """XDoG of the brightness over its local mean, so that no dark surface counts as a line; lines are white."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32) + 8
    near, far = (cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in (SIGMA, SIGMA * K))
    sharp = ((1 + SHARPNESS) * near - SHARPNESS * far) / _mean_around(grey)
    lines = -np.tanh(SOFTNESS * np.minimum(sharp - LEVEL, 0))
    return _three((lines * 255).astype(np.uint8))


def _mean_around(grey: Pixels) -> Pixels:
    return np.asarray(cv2.blur(cv2.blur(grey, (AROUND, AROUND)), (AROUND, AROUND)))


def scribble(pixels: Pixels) -> Pixels:
    """Few thick strokes along the strongest edges."""
    grey = cv2.bilateralFilter(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), 7, 60, 7)
    width = max(3, round(max(pixels.shape[:2]) / 160) | 1)
    edges = cv2.Canny(cv2.GaussianBlur(grey, (0, 0), 2.0), 40, 110)
    return _three(cv2.dilate(edges, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))))


def _three(grey: Pixels) -> Pixels:
    return np.repeat(grey[:, :, None], 3, axis=2)
