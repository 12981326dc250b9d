"""Dead leaves: shapes of random sizes and colours that cover each other, as in photographs things do.

A network that learns to restore them restores photographs (Achddou, Gousseau and Ladjal 2021, "Synthetic images as a
regularity prior for image restoration neural networks"). Radii follow r^-3; half of the leaves have a gradient, a
grain, stripes or checks; drawn twice as large and reduced, edges are antialiased; the whole is blurred a little, as by
a lens.
"""

from dataclasses import dataclass

import cv2
import numpy as np

SIDE = 256
SUPERSAMPLED = 2
LARGEST = 160.0
SMALLEST = 1.0, 8.0
"""The smallest radius of a picture lies between these, in pixels."""
COVERED = 1.5
"""The area of all leaves of a picture, as a share of its own."""
PLAIN = 0.45
"""Share of leaves of one flat colour."""


@dataclass(frozen=True)
class Leaves:
    """What fills the leaves, by their number; the pixels of a picture look it up."""

    color: np.ndarray
    """(n, 3)"""
    slope: np.ndarray
    """(n, 2, 3): how the colour changes across the picture, down and to the right."""
    wave: np.ndarray
    """(n, 2): radians a pixel, down and to the right."""
    phase: np.ndarray
    contrast: np.ndarray
    """(n, 3): of the texture."""
    kind: np.ndarray
    """0 none, 1 stripes, 2 sharp stripes, 3 checks, 4 grain."""


def leaf_picture(seed: int) -> np.ndarray:
    """(3, 256, 256) uint8."""
    rng = np.random.default_rng(seed)
    labels, count = _labels(rng)
    page = _filled(labels, _leaves(rng, count), rng)
    if rng.random() < 0.7:
        page = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.3, 2.0))
    small = cv2.resize(page, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.4:
        small = small + rng.normal(0, rng.uniform(0, 2.5), small.shape)
    found: np.ndarray = small.clip(0, 255).round().astype(np.uint8).transpose(2, 0, 1)
    return found


def radii(rng: np.random.Generator, smallest: float, count: int) -> np.ndarray:
    """Drawn from r^-3 from the smallest to the largest, in pixels: the inverse of its distribution function."""
    low, high = smallest**-2, LARGEST**-2
    found: np.ndarray = (low - rng.random(count) * (low - high)) ** -0.5
    return found


def _labels(rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """(side, side) which leaf is on top, at the drawing's size, and how many there are.

    Large ones tend to lie below: else they hide all.
    """
    side = SIDE * SUPERSAMPLED
    smallest = float(np.exp(rng.uniform(*np.log(SMALLEST))))
    mean_area = 2 * np.pi * np.log(LARGEST / smallest) * smallest**2 / 2  # half a disc's: most shapes are thinner
    count = int(COVERED * SIDE**2 / mean_area)
    sizes = np.sort(radii(rng, smallest, count))[::-1] * SUPERSAMPLED
    page = np.zeros((side, side), np.int32)
    for number in np.argsort(np.arange(count) + rng.normal(0, count / 6, count)):
        _leaf(page, rng, float(sizes[number]), int(number) + 1)
    return page, count


def _leaf(page: np.ndarray, rng: np.random.Generator, radius: float, number: int) -> None:
    """An ellipse, a polygon or a twig."""
    x, y = rng.uniform(-0.1, 1.1, 2) * len(page)
    kind = rng.random()
    if kind < 0.5:
        axes = (max(1, int(radius)), max(1, int(radius * rng.uniform(0.3, 1))))
        cv2.ellipse(page, (int(x), int(y)), axes, float(rng.uniform(0, 180)), 0, 360, number, -1)
    elif kind < 0.88:
        count = int(rng.integers(3, 8))
        angles = np.sort(rng.uniform(0, 2 * np.pi, count))
        reach = radius * rng.uniform(0.5, 1.2, count)
        points = np.stack([x + reach * np.cos(angles), y + reach * np.sin(angles)], axis=1)
        cv2.fillPoly(page, [(points * 16).astype(np.int32)], number, shift=4)
    else:
        end = (int(x + rng.normal(0, radius * 3)), int(y + rng.normal(0, radius * 3)))
        cv2.line(page, (int(x), int(y)), end, number, int(rng.integers(1, 6)))


def _leaves(rng: np.random.Generator, count: int) -> Leaves:
    count += 1  # the ground is one of them
    palette = _palette(rng)
    angle, length = rng.uniform(0, np.pi, count), np.exp(rng.uniform(np.log(2.5), np.log(40), count))  # pixels
    wave = np.stack([np.sin(angle), np.cos(angle)], axis=1) * (2 * np.pi / length / SUPERSAMPLED)[:, None]
    kind = np.where(rng.random(count) < PLAIN, 0, rng.integers(0, 5, count))
    contrast = rng.normal(0, 1, (count, 1)) * rng.uniform(4, 45) + rng.normal(0, 6, (count, 3))
    is_sloped = rng.random(count) < 1 - PLAIN
    slope = rng.normal(0, 0.25 / SUPERSAMPLED, (count, 2, 1)) + rng.normal(0, 0.06 / SUPERSAMPLED, (count, 2, 3))
    return Leaves(palette[rng.integers(len(palette), size=count)], slope * is_sloped[:, None, None], wave,
                  rng.uniform(0, 2 * np.pi, count), contrast, kind)  # fmt: skip


def _palette(rng: np.random.Generator) -> np.ndarray:
    """(48, 3) colours around a line in colour space, as those of one photograph are; or, as in drawings, any."""
    if rng.random() < 0.25:
        return rng.uniform(0, 255, (48, 3))
    middle, spread = rng.uniform(40, 215, 3), rng.uniform(6, 60)
    light = rng.normal(0, 60, (48, 1))
    found: np.ndarray = (middle + light + rng.normal(0, spread, (48, 3))).clip(0, 255)
    return found


def _filled(labels: np.ndarray, leaves: Leaves, rng: np.random.Generator) -> np.ndarray:
    """(side, side, 3) float32: every pixel by the colour, gradient and texture of its leaf."""
    side = len(labels)
    y, x = np.mgrid[:side, :side].astype(np.float32) - side / 2
    slope, wave = leaves.slope.astype(np.float32)[labels], leaves.wave.astype(np.float32)[labels]
    along = np.sin(wave[..., 0] * y + wave[..., 1] * x + leaves.phase.astype(np.float32)[labels])
    across = np.sin(wave[..., 1] * y - wave[..., 0] * x)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (side, side)).astype(np.float32), (0, 0), float(rng.uniform(0.8, 3)))
    textures = (np.zeros_like(along), along, np.sign(along), np.sign(along) * np.sign(across), grain / grain.std())
    texture = np.choose(leaves.kind[labels], textures)[..., None] * leaves.contrast.astype(np.float32)[labels]
    shade = (slope[..., 0, :] * y[..., None] + slope[..., 1, :] * x[..., None]).clip(-70, 70)
    found: np.ndarray = (leaves.color.astype(np.float32)[labels] + shade + texture).clip(0, 255)
    return found
