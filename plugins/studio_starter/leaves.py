"""Dead leaves: discs of random sizes and colours that cover each other, as in photographs things do.

A network that learns to restore them restores photographs (Achddou, Gousseau and Ladjal 2021, "Synthetic images as a
regularity prior for image restoration neural networks"). Radii follow r^-3, edges are slightly soft, some leaves have
a gradient or a texture; the whole is a little blurred, as by a lens.
"""

import os
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

SIDE = 256
LARGEST, SMALLEST = 160.0, 1.5
LEAVES = 1800


def leaf_picture(seed: int) -> np.ndarray:
    """(3, 256, 256) uint8."""
    rng = np.random.default_rng(seed)
    big = SIDE * 2
    page = np.full((big, big, 3), rng.integers(0, 256, 3), np.uint8)
    palette = _palette(rng)
    # The inverse of the distribution function of r^-3 between the smallest and the largest radius.
    low, high = SMALLEST**-2, LARGEST**-2
    radii = np.sort((low - rng.random(LEAVES) * (low - high)) ** -0.5)[::-1]
    order = np.argsort(np.argsort(-radii) + rng.normal(0, LEAVES / 6, LEAVES))
    for radius in radii[order]:
        _leaf(page, rng, float(radius) * 2, palette[rng.integers(len(palette))])
    if rng.random() < 0.7:
        page = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.3, 1.4))
    small = cv2.resize(page, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    if rng.random() < 0.5:
        small += rng.normal(0, rng.uniform(0, 3), small.shape)
    found: np.ndarray = small.clip(0, 255).round().astype(np.uint8).transpose(2, 0, 1)
    return found


def _palette(rng: np.random.Generator) -> np.ndarray:
    """Colours around a line in colour space: those of one photograph are related."""
    middle, spread = rng.uniform(40, 215, 3), rng.uniform(10, 70)
    light = rng.normal(0, 60, (48, 1))
    found: np.ndarray = (middle + light + rng.normal(0, spread, (48, 3))).clip(0, 255)
    return found


def _leaf(page: np.ndarray, rng: np.random.Generator, radius: float, color: np.ndarray) -> None:
    x, y = rng.uniform(-0.1, 1.1, 2) * len(page)
    kind = rng.random()
    tint = tuple(float(part) for part in color)
    if kind < 0.55:
        axes = (max(1, int(radius)), max(1, int(radius * rng.uniform(0.3, 1))))
        turn = float(rng.uniform(0, 180))
        cv2.ellipse(page, (int(x), int(y)), axes, turn, 0, 360, tint, -1, cv2.LINE_AA)
    elif kind < 0.9:
        count = int(rng.integers(3, 8))
        angles = np.sort(rng.uniform(0, 2 * np.pi, count))
        reach = radius * rng.uniform(0.5, 1.2, count)
        points = np.stack([x + reach * np.cos(angles), y + reach * np.sin(angles)], axis=1)
        cv2.fillPoly(page, [(points * 16).astype(np.int32)], tint, cv2.LINE_AA, 4)
    else:
        end = (int(x + rng.normal(0, radius * 3)), int(y + rng.normal(0, radius * 3)))
        cv2.line(page, (int(x), int(y)), end, tint, int(rng.integers(1, 5)), cv2.LINE_AA)


def dead_leaves(work: Path, seed: int, count: int) -> np.ndarray:
    """(count, 3, 256, 256) uint8, drawn once into the work folder."""
    file = work / f"leaves-{seed}-{count}.npy"
    if not file.exists():
        seeds = [seed * 1_000_003 + number for number in range(count)]
        if count <= 64:
            found = np.stack([leaf_picture(one) for one in seeds])
        else:
            with get_context("spawn").Pool() as workers:
                found = np.stack(workers.map(leaf_picture, seeds, chunksize=16))
        temporary = file.with_name(f".{file.stem}.{os.getpid()}.tmp.npy")
        np.save(temporary, found)
        temporary.replace(file)
    loaded: np.ndarray = np.load(file, mmap_mode="r")
    return loaded
