"""Smooth content for a hole, from what surrounds it."""

import cv2
import numpy as np

from studio_inpaint.extended_picture import Pixels

SMOOTHINGS = 12
"""Of each size."""


def filled(values: Pixels, weights: Pixels) -> Pixels:
    """(h, w, C) float32 with the known values, and smooth ones where `weights` (h, w, 0 to 1) is 0.

    Pull-push (Gortler et al. 1996, "The Lumigraph", section 3.4): weighted means, halved in size until nothing is
    unknown, then enlarged again under what is known. Averaging neighbours at each size makes of it nearly the membrane
    of Pérez et al. 2003 ("Poisson image editing", equation 2), which meets the known values without a step.
    Without anything known it is the mean of `values`.
    """
    if not weights.any():
        return np.broadcast_to(values.mean(axis=(0, 1), keepdims=True), values.shape).astype(np.float32)
    known = weights.astype(np.float32)[..., None]
    return _pull(values.astype(np.float32) * known, known)


def _pull(sums: Pixels, weights: Pixels) -> Pixels:
    """`sums` are values times weights."""
    own = sums / np.maximum(weights, 1e-6)
    if weights.min() > 0.99 or max(weights.shape[:2]) == 1:
        return own
    size = (weights.shape[1], weights.shape[0])
    half = tuple((side + 1) // 2 for side in size)
    small_weights = _planes(cv2.resize(weights, half, interpolation=cv2.INTER_AREA))
    small_sums = _planes(cv2.resize(sums, half, interpolation=cv2.INTER_AREA))
    # Four times the mean, at most 1: half-known is known well enough one level up, so that holes close quickly.
    gain = np.minimum(1.0, small_weights * 4) / np.maximum(small_weights, 1e-6)
    coarse = _pull(small_sums * gain, small_weights * gain)
    smooth = _planes(cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR))
    mixed: Pixels = own * weights + smooth * (1 - weights)
    for _ in range(SMOOTHINGS):
        mixed = own * weights + _planes(cv2.blur(mixed, (3, 3), borderType=cv2.BORDER_REPLICATE)) * (1 - weights)
    return mixed


def _planes(array: Pixels) -> Pixels:
    return array if array.ndim == 3 else array[..., None]
