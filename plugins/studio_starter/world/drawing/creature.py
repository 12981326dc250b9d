"""Animals seen from the side or from above."""

import math
import random

from studio_starter.world.pen import CREAM, INK, ROSE, Color, Draw, Pen, arc, blob, curve, darker, deeper, lighter


def _eye(pen: Pen, x: float, y: float, size: float = 0.07) -> None:
    pen.oval(x, y, size, size, (255, 255, 255), True)
    pen.oval(x - size * 0.15, y, size * 0.55, size * 0.6, INK, True)


def bird(pen: Pen, color: Color, rng: random.Random) -> None:
    lift, fat = rng.uniform(-0.35, 0.15), rng.uniform(0.38, 0.48)
    for x in (-0.05, 0.12):
        pen.line([(x, fat), (x, 0.72), (x - 0.12, 0.76)], (226, 138, 50), 0.045)
    pen.shape(blob([(0.4, 0.05), (0.95, -0.12 + lift * 0.4), (0.92, 0.14 + lift * 0.3), (0.4, 0.28)]), deeper(color))
    pen.shape(blob([
        (-0.3, -0.62), (0.0, -0.5), (0.25, -0.12), (0.6, 0.1), (0.3, fat), (-0.2, fat + 0.04), (-0.5, 0.1),
        (-0.56, -0.4),
    ]), color)
    pen.shape(blob([(-0.48, 0.02), (-0.15, 0.0), (0.1, fat - 0.06), (-0.2, fat)]), lighter(color, 0.5), True)
    pen.shape([(-0.55, -0.42), (-0.86, -0.3), (-0.54, -0.22)], (246, 166, 50))
    pen.shape(blob([
        (-0.1, 0.0), (0.2, -0.02), (0.62, 0.05 + lift), (0.4, 0.25 + lift * 0.4), (0.05, 0.3),
    ]), deeper(color, 0.35))
    _eye(pen, -0.34, -0.38, 0.085)
    if rng.random() < 0.4:
        for turn in (-0.12, 0.02, 0.14):
            pen.line([(-0.28, -0.58), (-0.24 + turn, -0.8)], deeper(color, 0.35), 0.05, False)


def butterfly(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, low = rng.uniform(0.78, 0.95), rng.uniform(0.5, 0.7)
    spots = rng.randrange(3)
    for side in (-1, 1):
        pen.shape(blob([
            (side * 0.05, 0.05), (side * 0.5, 0.12), (side * low, 0.5), (side * 0.34, 0.78), (side * 0.1, 0.4),
        ]), deeper(color))
        pen.shape(blob([
            (side * 0.05, 0.08), (side * 0.2, -0.5), (side * wide * 0.8, -0.78), (side * wide, -0.35),
            (side * 0.6, 0.1),
        ]), color)
        if spots:
            pen.oval(side * wide * 0.62, -0.4, 0.15, 0.15, lighter(color, 0.55), True)
            pen.oval(side * 0.36, 0.45, 0.11, 0.13, lighter(color, 0.45), True)
        if spots == 2:
            pen.oval(side * wide * 0.62, -0.4, 0.07, 0.07, deeper(color, 0.5), True)
            pen.oval(side * 0.3, -0.15, 0.08, 0.08, lighter(color, 0.55), True)
        pen.line(curve((side * 0.03, -0.35), (side * 0.08, -0.65), (side * 0.26, -0.76)), INK, 0.035)
    pen.oval(0, 0.06, 0.075, 0.42, INK)
    pen.oval(0, -0.36, 0.09, 0.09, INK)


def turtle(pen: Pen, color: Color, rng: random.Random) -> None:
    skin, tall, neck = (
        lighter(color, 0.4) if sum(color) < 640 else (206, 214, 190), rng.uniform(0.5, 0.66), rng.uniform(-0.15, 0.15),
    )
    for x in (-0.42, 0.4):
        pen.oval(x, 0.5, 0.16, 0.2, skin)
    pen.shape([(0.62, 0.28), (0.92, 0.42), (0.6, 0.46)], skin)
    pen.line([(-0.5, 0.3), (-0.76, neck)], skin, 0.2, False)
    pen.oval(-0.8, neck - 0.06, 0.19, 0.16, skin)
    pen.shape([*arc(0, 0.34, 0.68, tall + 0.1, 180, 360, 40), *arc(0, 0.34, 0.68, 0.12, 0, 180, 30)], color)
    for x, y, r in ((0, -0.02, 0.17), (-0.36, 0.12, 0.13), (0.36, 0.12, 0.13)):
        pen.shape([
            (x + r * math.cos(k * math.pi / 3), y + r * math.sin(k * math.pi / 3) * 0.9) for k in range(6)
        ], deeper(color, 0.3), True)
    pen.line(arc(0, 0.36, 0.64, 0.1, 5, 175), deeper(color, 0.35), 0.05)
    pen.oval(-0.86, neck - 0.09, 0.04, 0.05, INK, True)
    pen.line(curve((-0.95, neck + 0.01), (-0.88, neck + 0.05), (-0.8, neck + 0.02)), INK, 0.025)


def whale(pen: Pen, color: Color, rng: random.Random) -> None:
    tail, tall = rng.uniform(-0.65, -0.35), rng.uniform(0.4, 0.52)
    pen.shape(blob([
        (0.8, tail + 0.2), (0.56, tail - 0.2), (0.78, tail - 0.02), (0.98, tail - 0.22), (0.92, tail + 0.1),
    ]), color)
    pen.shape(blob([
        (-0.86, 0.1), (-0.7, -tall), (-0.1, -tall - 0.02), (0.4, 0.02), (0.72, tail + 0.1), (0.9, tail + 0.14),
        (0.72, 0.35), (0.2, 0.62), (-0.5, 0.62), (-0.84, 0.4),
    ]), color)
    pen.shape(blob([
        (-0.84, 0.3), (-0.3, 0.28), (0.35, 0.42), (0.1, 0.62), (-0.5, 0.62), (-0.82, 0.44),
    ]), lighter(color, 0.62), True)
    for x in (-0.6, -0.4, -0.2):
        pen.line(curve((x, 0.36), (x + 0.03, 0.48), (x + 0.1, 0.58)), deeper(lighter(color, 0.62), 0.18), 0.03)
    pen.shape(blob([(-0.2, 0.3), (0.05, 0.68), (0.16, 0.66), (0.06, 0.32)]), deeper(color))
    pen.oval(-0.56, 0.06, 0.055, 0.065, INK if sum(color) > 200 else CREAM, True)
    for side in (-1, 1):
        pen.line(curve(
            (-0.36, -tall - 0.02), (-0.36, -tall - 0.35), (-0.36 + side * 0.22, -tall - 0.28),
        ), (150, 206, 240), 0.07, False)


def snail(pen: Pen, color: Color, rng: random.Random) -> None:
    skin, size, x = (236, 206, 160), rng.uniform(0.46, 0.56), rng.uniform(0.05, 0.2)
    up = rng.uniform(-0.35, -0.12)
    for dx in (-0.1, 0.08):
        pen.line([(-0.64, up + 0.1), (-0.68 + dx, up - 0.28)], skin, 0.05, False)
        pen.oval(-0.68 + dx, up - 0.3, 0.05, 0.05, INK, True)
    pen.shape(blob([
        (-0.62, up - 0.02), (-0.8, up + 0.1), (-0.74, 0.5), (-0.5, 0.72), (0.5, 0.72), (0.92, 0.7), (0.6, 0.52),
        (-0.2, 0.5), (-0.46, 0.3), (-0.48, up + 0.06),
    ]), skin)
    pen.oval(x, 0.1, size, size, color)
    spiral = [
        (x + size * (0.8 - 0.1 * a) * math.cos(a), 0.1 + size * (0.8 - 0.1 * a) * math.sin(a))
        for a in (k * 0.3 for k in range(26))
    ]
    pen.line(spiral, deeper(color, 0.4), 0.065)
    pen.line(curve((-0.76, up + 0.24), (-0.7, up + 0.32), (-0.62, up + 0.27)), darker(ROSE, 0.3), 0.03)


CREATURES: dict[str, Draw] = {
    "bird": bird, "butterfly": butterfly, "turtle": turtle, "whale": whale, "snail": snail,
}  # fmt: skip
