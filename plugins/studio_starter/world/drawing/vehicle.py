"""Vehicles."""

import math
import random

from studio_starter.world.pen import GLASS, GOLD, INK, STEEL, WOOD, Color, Draw, Pen, arc, blob, curve, deeper, lighter


def _wheel(pen: Pen, x: float, y: float, size: float) -> None:
    pen.oval(x, y, size, size, INK)
    pen.oval(x, y, size * 0.5, size * 0.5, STEEL, True)


def bus(pen: Pen, color: Color, rng: random.Random) -> None:
    tall, long = rng.uniform(-0.62, -0.48), rng.uniform(0.84, 0.94)
    pen.box(-long, tall, long, 0.46, color, 0.13)
    pen.box(-long, 0.16, long, 0.26, lighter(color, 0.5) if sum(color) < 600 else deeper(color, 0.2), 0, True)
    count = rng.randrange(3, 5)
    step = (long * 1.42) / count
    for k in range(count):
        x = -long + 0.46 + k * step
        pen.box(x, tall + 0.16, x + step * 0.78, 0.02, GLASS, 0.05)
    pen.box(-long + 0.08, tall + 0.16, -long + 0.36, 0.44, GLASS, 0.05)
    pen.line([(-long + 0.22, tall + 0.18), (-long + 0.22, 0.42)], deeper(color), 0.03)
    pen.oval(-long + 0.05, 0.34, 0.05, 0.06, (255, 226, 120), True)
    for x in (-0.45, 0.52):
        _wheel(pen, x, 0.48, 0.19)


def airplane(pen: Pen, color: Color, rng: random.Random) -> None:
    fat, sweep = rng.uniform(0.17, 0.23), rng.uniform(0.2, 0.45)
    pen.shape([(0.0, -0.1), (0.2 + sweep, -0.72), (0.36 + sweep, -0.72), (0.36, -0.08)], deeper(color, 0.32))
    pen.shape([(0.62, -0.06), (0.8, -0.56), (0.97, -0.56), (0.92, 0.0)], deeper(color))
    pen.shape(blob([
        (-0.94, 0.06), (-0.7, -fat), (0.0, -fat - 0.03), (0.6, -fat * 0.7), (0.95, -0.08), (0.88, 0.04), (0.4, fat),
        (-0.3, fat + 0.04), (-0.8, fat * 0.8),
    ]), color)
    pen.shape([(-0.08, 0.06), (0.34, 0.06), (0.42 + sweep, 0.78), (0.2 + sweep, 0.78)], deeper(color, 0.2))
    pen.shape(blob([(-0.88, -0.02), (-0.7, -fat * 0.8), (-0.58, -fat * 0.75), (-0.6, -0.02)]), GLASS, True)
    for k in range(rng.randrange(3, 6)):
        pen.oval(-0.4 + k * 0.2, -0.05, 0.048, 0.055, GLASS, True)


def bicycle(pen: Pen, color: Color, rng: random.Random) -> None:
    size, seat = rng.uniform(0.34, 0.4), rng.uniform(-0.4, -0.26)
    for x in (-0.54, 0.54):
        pen.line(arc(x, 0.36, size, size), INK, 0.075, False)
        for k in range(4):
            angle = k * math.pi / 4
            dx, dy = size * 0.9 * math.cos(angle), size * 0.9 * math.sin(angle)
            pen.line([(x - dx, 0.36 - dy), (x + dx, 0.36 + dy)], STEEL, 0.018)
    for line in (
        [(-0.54, 0.36), (-0.24, seat + 0.14)], [(-0.54, 0.36), (0.0, 0.36), (0.36, -0.2), (-0.2, -0.16), (0.0, 0.36)],
        [(0.54, 0.36), (0.34, -0.42)],
    ):
        pen.line(line, color, 0.11, False)
    pen.line([(-0.2, -0.1), (-0.27, seat)], color, 0.08, False)
    pen.line([(-0.4, seat), (-0.14, seat - 0.02)], INK, 0.12, False)
    pen.line(
        curve((0.34, -0.42), (0.46, -0.6), (0.62, -0.42)) if rng.random() < 0.5 else [(0.34, -0.42), (0.2, -0.5)], INK,
        0.07, False,
    )
    pen.oval(0, 0.36, 0.11, 0.11, deeper(color, 0.4))
    if rng.random() < 0.4:
        pen.box(0.44, -0.36, 0.82, -0.08, WOOD, 0.05)


def train(pen: Pen, color: Color, rng: random.Random) -> None:
    cab, chimney = rng.uniform(-0.72, -0.58), rng.uniform(-0.66, -0.5)
    pen.line([(-0.95, 0.76), (0.95, 0.76)], WOOD, 0.06, False)
    pen.shape([(-0.72, 0.36), (-0.95, 0.7), (-0.6, 0.7)], deeper(color, 0.45))
    pen.box(-0.5, chimney, -0.26, -0.14, INK)
    pen.box(-0.58, chimney - 0.06, -0.18, chimney + 0.08, deeper(color, 0.35), 0.03)
    pen.box(-0.78, -0.2, 0.3, 0.36, color, 0.16)
    for x in (-0.34, -0.02):
        pen.box(x - 0.035, -0.2, x + 0.035, 0.36, GOLD, 0, True)
    pen.box(0.2, cab, 0.82, 0.46, color)
    pen.box(0.12, cab - 0.1, 0.9, cab + 0.05, deeper(color, 0.35), 0.05)
    pen.box(0.34, cab + 0.16, 0.7, cab + 0.46, GLASS, 0.04)
    pen.box(-0.8, 0.3, 0.86, 0.46, deeper(color, 0.45))
    pen.oval(-0.78, 0.02, 0.07, 0.1, (255, 226, 120))
    for x, size in ((-0.52, 0.15), (-0.14, 0.15), (0.5, 0.25)):
        _wheel(pen, x, 0.74 - size, size)
    for k in range(rng.randrange(0, 4)):
        pen.oval(-0.3 + k * 0.24, chimney - 0.18 - k * 0.07, 0.12 + 0.03 * k, 0.09 + 0.02 * k, (236, 238, 244))


VEHICLES: dict[str, Draw] = {
    "bus": bus, "airplane": airplane, "bicycle": bicycle, "train": train,
}  # fmt: skip
