"""Drawings of the large world in the small one's way: every part with an outline of its own colour, much darker."""

import random
from functools import partial

from studio_starter.large import pen as notes
from studio_starter.large.scene import DRAWINGS
from studio_starter.shape import Color, edge
from studio_starter.small.pen import Pen

NAMES = (
    "dog", "rabbit", "owl", "butterfly", "whale", "castle", "airplane", "apple", "umbrella", "guitar", "robot", "moon"
)  # fmt: skip
WIDTH = 0.05
SIZE = 1.1
"""They leave more room around themselves."""


def draw(name: str, pen: Pen, color: Color, rng: random.Random) -> float | None:
    """Paint what the large world calls `name`; the top of its head, where it can wear something."""
    noted = notes.Pen((0.0, 0.0), SIZE)
    anchors = DRAWINGS[name](noted, color, rng)
    for mark in noted.marks:
        points = [(float(x), float(y)) for x, y in mark.points]
        if not mark.width:
            pen.shape(points, mark.color, None if mark.detail else edge(mark.color), WIDTH)
            continue
        if not mark.detail:
            pen.line(points, edge(mark.color), mark.width + 1.6 * WIDTH)
        pen.line(points, mark.color, mark.width)
    return anchors.top[1] * SIZE if anchors else None


BORROWED = {name: partial(draw, name) for name in NAMES}
