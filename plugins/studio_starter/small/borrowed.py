"""Drawings of the large world in the small one's way: every part with an outline of its own colour, much darker."""

import random

from studio_starter.large import pen as notes
from studio_starter.large.accessory import ACCESSORIES
from studio_starter.large.pen import Anchors
from studio_starter.large.scene import DRAWINGS
from studio_starter.shape import Color, edge
from studio_starter.small.pen import Pen

WIDTH = 0.05
SIZE = 1.1
"""They leave more room around themselves."""


def draw(name: str, pen: Pen, color: Color, rng: random.Random) -> Anchors | None:
    """Paint what the large world calls `name`; where it wears something, if it can."""
    noted = notes.Pen((0.0, 0.0), SIZE)
    anchors = DRAWINGS[name](noted, color, rng)
    _paint(noted, pen)
    return anchors


def wear(name: str, pen: Pen, anchors: Anchors, color: Color, rng: random.Random, size: float = SIZE) -> None:
    """Paint what is worn or held; `size` is that of the wearer's frame."""
    noted = notes.Pen((0.0, 0.0), size)
    ACCESSORIES[name](noted, anchors, color, rng)
    _paint(noted, pen)


def _paint(noted: notes.Pen, pen: Pen) -> None:
    for mark in noted.marks:
        points = [(float(x), float(y)) for x, y in mark.points]
        if not mark.width:
            pen.shape(points, mark.color, None if mark.detail else edge(mark.color), WIDTH)
            continue
        if not mark.detail:
            pen.line(points, edge(mark.color), mark.width + 1.6 * WIDTH)
        pen.line(points, mark.color, mark.width)
