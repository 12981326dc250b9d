"""Buildings."""

import random

from studio_starter.world.pen import CREAM, GLASS, INK, WOOD, Color, Draw, Pen, arc, darker, deeper


def _window(pen: Pen, x: float, y: float, size: float = 0.12, glass: Color = GLASS) -> None:
    pen.box(x - size, y - size, x + size, y + size, CREAM, 0.02)
    pen.box(x - size * 0.72, y - size * 0.72, x + size * 0.72, y + size * 0.72, glass, 0, True)
    pen.line([(x, y - size * 0.7), (x, y + size * 0.7)], CREAM, 0.03)
    pen.line([(x - size * 0.7, y), (x + size * 0.7, y)], CREAM, 0.03)


def castle(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, tall, pointed = rng.uniform(0.55, 0.66), rng.uniform(-0.5, -0.3), rng.random() < 0.6
    pen.box(-wide, 0.0, wide, 0.86, color)
    for k in range(5):
        x = -wide + 0.06 + k * (2 * wide - 0.12) / 4
        pen.box(x - 0.07, -0.12, x + 0.07, 0.06, color)
    for x, top, half in ((-wide, tall, 0.2), (wide, tall, 0.2), (0, tall - 0.18, 0.19)):
        pen.box(x - half, top, x + half, 0.86 if x else 0.1, deeper(color, 0.1))
        if pointed:
            pen.shape([
                (x - half - 0.07, top + 0.02), (x, top - 0.36), (x + half + 0.07, top + 0.02),
            ], deeper(color, 0.4))
        else:
            for k in (-1, 0, 1):
                pen.box(
                    x + k * half * 0.85 - 0.055, top - 0.12, x + k * half * 0.85 + 0.055, top + 0.04, deeper(color, 0.1)
                )
        pen.box(x - 0.05, top + 0.14, x + 0.05, top + 0.32, INK, 0.05, True)
        if rng.random() < 0.5:
            high = top - (0.34 if pointed else 0.06)
            pen.line([(x, high), (x, high - 0.2)], INK, 0.03)
            pen.shape([(x, high - 0.2), (x + 0.16, high - 0.14), (x, high - 0.08)], (232, 84, 76), True)
    pen.shape([(-0.17, 0.86), *arc(0, 0.46, 0.17, 0.18, 180, 360), (0.17, 0.86)], WOOD)
    for x in (-0.08, 0.0, 0.08):
        pen.line([(x, 0.4), (x, 0.84)], darker(WOOD, 0.4), 0.025)


def lighthouse(pen: Pen, color: Color, rng: random.Random) -> None:
    low, high, bands = rng.uniform(0.3, 0.38), rng.uniform(0.17, 0.22), rng.randrange(2, 4)
    if rng.random() < 0.6:
        for side in (-1, 1):
            pen.shape([(side * 0.14, -0.66), (side * 0.95, -0.86), (side * 0.95, -0.42)], (255, 236, 150))
    pale: Color = CREAM if sum(color) < 640 else (222, 96, 84)

    def half(y: float) -> float:
        return high + (low - high) * (y + 0.5) / 1.36

    pen.shape([(-high, -0.5), (high, -0.5), (low, 0.86), (-low, 0.86)], color)
    step = 1.36 / (2 * bands + 1)
    for k in range(bands):
        top = -0.5 + step * (2 * k + 1)
        pen.shape([
            (-half(top), top), (half(top), top), (half(top + step), top + step), (-half(top + step), top + step),
        ], pale, True)
    pen.box(-high - 0.08, -0.54, high + 0.08, -0.46, INK, 0.03)
    pen.box(-0.13, -0.78, 0.13, -0.54, (255, 222, 110))
    pen.line([(0, -0.78), (0, -0.54)], INK, 0.03)
    pen.shape([(-0.19, -0.77), (0, -0.96), (0.19, -0.77)], deeper(color, 0.3))
    pen.shape([(-0.1, 0.86), *arc(0, 0.66, 0.1, 0.1, 180, 360), (0.1, 0.86)], WOOD, True)


BUILDINGS: dict[str, Draw] = {"castle": castle, "lighthouse": lighthouse}
