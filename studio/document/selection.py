"""Selection: a box or a click becomes a mask, by GrabCut (Rother et al., SIGGRAPH 2004) at a bounded size."""

import numpy as np
from numpy.typing import NDArray

from studio.document.brush import Grey
from studio.document.mask import Area, Shape

LONGEST = 384
"""Pixels: larger parts are to be given in a smaller copy; the edge is smoothed on its way back."""
ROUNDS = 4
AROUND = 0.35
"""How much around a box is looked at, as a share of its longer side: what is there is ground."""
CLICKED = 0.25
"""A click looks at so much of the picture's longer side in every direction, and its very middle is the thing."""
Pixels = NDArray[np.uint8]
"""Height x width x 3, in any order of colours."""


def look_at(area: Area, size: tuple[int, int]) -> Area:
    """The part of a picture that is needed to cut out what lies in a box."""
    margin = max(8, round(AROUND * max(area[2] - area[0], area[3] - area[1])))
    left, top, right, bottom = area
    return max(0, left - margin), max(0, top - margin), min(size[0], right + margin), min(size[1], bottom + margin)


def around(x: float, y: float, size: tuple[int, int]) -> Area:
    """The box that stands for a click."""
    reach = max(16, round(CLICKED * max(size)))
    left, top = max(0, round(x) - reach), max(0, round(y) - reach)
    return left, top, min(size[0], round(x) + reach), min(size[1], round(y) + reach)


def cut_out(pixels: Pixels, seen: Area, box: Area, click: tuple[float, float] | None = None) -> Shape:
    """What is the thing within `box`. For a worker's thread.

    `pixels` are those of `seen`, in its size or smaller. With a `click` only the piece that it lies on is kept.
    Nothing found is a shape without a mark.
    """
    import cv2

    width, height = seen[2] - seen[0], seen[3] - seen[1]
    scale = pixels.shape[1] / width
    level = _segment(pixels, _guess(pixels.shape[:2], seen, box, click, scale))
    if click is not None:
        level = _piece(level, round((click[0] - seen[0]) * scale), round((click[1] - seen[1]) * scale))
    if scale < 1:
        level = cv2.resize(level, (width, height), interpolation=cv2.INTER_CUBIC)
    softened: Grey = cv2.GaussianBlur(level, (0, 0), max(0.6, 0.6 / scale))
    return Shape(softened, seen[0], seen[1])


def _guess(
    shape: tuple[int, ...], seen: Area, box: Area, click: tuple[float, float] | None, scale: float
) -> NDArray[np.uint8]:
    import cv2

    guess = np.full(shape, cv2.GC_BGD, np.uint8)
    left, top = round((box[0] - seen[0]) * scale), round((box[1] - seen[1]) * scale)
    right, bottom = round((box[2] - seen[0]) * scale), round((box[3] - seen[1]) * scale)
    guess[top:bottom, left:right] = cv2.GC_PR_BGD if click else cv2.GC_PR_FGD
    if click is not None:
        at = round((click[0] - seen[0]) * scale), round((click[1] - seen[1]) * scale)
        reach = max(3, min(shape) // 6)
        cv2.circle(guess, at, reach, (cv2.GC_PR_FGD,), -1)
        cv2.circle(guess, at, max(2, reach // 8), (cv2.GC_FGD,), -1)
    if not (guess == cv2.GC_BGD).any():  # a box over all of the picture: its rim is the ground
        guess[0, :] = guess[-1, :] = guess[:, 0] = guess[:, -1] = cv2.GC_BGD
    return guess


def _segment(pixels: Pixels, guess: NDArray[np.uint8]) -> Grey:
    import cv2

    cv2.setRNGSeed(0)  # the same click gives the same mask
    try:
        cv2.grabCut(pixels, guess, None, np.zeros((1, 65)), np.zeros((1, 65)), ROUNDS, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # too few pixels to learn two kinds from
        return np.zeros(guess.shape, np.uint8)
    found = (guess == cv2.GC_FGD) | (guess == cv2.GC_PR_FGD)
    return np.where(found, 255, 0).astype(np.uint8)


def _piece(level: Grey, x: int, y: int) -> Grey:
    """The connected piece under a point."""
    import cv2

    _, labels = cv2.connectedComponents(level)
    height, width = level.shape
    chosen = labels[min(max(y, 0), height - 1), min(max(x, 0), width - 1)]
    return np.where((labels == chosen) & (chosen > 0), level, 0).astype(np.uint8)
