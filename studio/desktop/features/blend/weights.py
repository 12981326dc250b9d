"""How much of each picture lies in a point between them, and which fields of a form that is for."""

from typing import NamedTuple

from studio.form import TaskForm
from studio.role import Role

FEWEST, MOST = 2, 4
SIDE = 3
"""Previews a side."""


class BlendFields(NamedTuple):
    image: str
    weight: str


def find(form: TaskForm) -> BlendFields | None:
    """Of a task that blends pictures by weights; None for any other."""
    image, weight = form.role(Role.BLEND_PICTURE), form.role(Role.BLEND_WEIGHT)
    return BlendFields(image.name, weight.name) if image and weight else None


def weights(count: int, x: float, y: float) -> list[float]:
    """Of two pictures (left, right), three (the third below) or four (at the corners) in a point 0 … 1; together 1."""
    left, right, top, bottom = 1 - x, x, 1 - y, y
    if count == 2:
        found = [left, right]
    elif count == 3:
        found = [left * top, right * top, bottom]
    else:
        found = [left * top, right * top, left * bottom, right * bottom]
    return [round(share, 3) for share in found]


def places(count: int) -> list[tuple[float, float]]:
    """Where the previews lie: nine, or for two pictures, between which there is only a line, three."""
    steps = [number / (SIDE - 1) for number in range(SIDE)]
    return [(x, 0.5) for x in steps] if count == 2 else [(x, y) for y in steps for x in steps]
