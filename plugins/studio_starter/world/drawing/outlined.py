"""Drawings that fill their frame and say the outline of each part; inside a thing all outlines have its own colour."""

import math
import random
from collections.abc import Sequence

from studio_starter.world.pen import EDGE, Anchors, Color, Draw, Pen, Point, arc, curve, darker, edge, lighter, mix

INK: Color = (44, 38, 52)
CREAM: Color = (247, 238, 220)
WOOD: Color = (128, 86, 54)
GLASS: Color = (176, 219, 240)
LEAF: Color = (74, 148, 82)
GOLD: Color = (250, 206, 72)
WIDTH = 0.055


def _shape(
    pen: Pen, points: Sequence[Point], color: Color, outline: Color | None = None, width: float = EDGE
) -> None:
    pen.shape(points, color, outline is None, outline, width)


def _oval(
    pen: Pen, x: float, y: float, rx: float, ry: float, color: Color, outline: Color | None = None, width: float = EDGE
) -> None:
    _shape(pen, arc(x, y, rx, ry), color, outline, width)


def cat(pen: Pen, color: Color, rng: random.Random) -> Anchors:
    line, fat, tall = edge(color), rng.uniform(0.42, 0.54), rng.uniform(-0.08, 0.08)
    tail = curve((fat * 0.7, 0.72), (0.95, 0.75), (0.98, 0.05 + tall), (rng.uniform(0.62, 0.9), -0.12 + tall))
    pen.line(tail, line, 0.2)
    pen.line(tail, color, 0.11)
    _shape(
        pen,
        [*curve((-fat, 0.85), (-fat - 0.08, 0.1), (-0.2, -0.1)), *curve((0.2, -0.1), (fat + 0.08, 0.1), (fat, 0.85))],
        color, line, WIDTH,
    )
    _oval(pen, 0, 0.56, fat * 0.52, 0.27, lighter(color, 0.4))
    for side in (-1, 1):
        _oval(pen, side * 0.2, 0.83, 0.15, 0.09, lighter(color, 0.22), line, 0.04)
    _cat_head(pen, color, rng, -0.27 + tall, line)
    y = -0.27 + tall
    return Anchors((0, y - 0.3), 0.34, (0, y - 0.03), 0.19, (0, y + 0.4), 0.36, (-fat, 0.5))


def _cat_head(pen: Pen, color: Color, rng: random.Random, y: float, line: Color) -> None:
    wide, ear = rng.uniform(0.44, 0.52), rng.uniform(0.42, 0.52)
    for side in (-1, 1):
        _shape(
            pen, [(side * wide * 0.98, y - 0.02), (side * wide * 0.86, y - ear - 0.13), (side * wide * 0.2, y - 0.34)],
            color, line, WIDTH,
        )
        _shape(
            pen, [(side * wide * 0.82, y - 0.16), (side * wide * 0.78, y - ear + 0.02), (side * wide * 0.42, y - 0.32)],
            mix(color, (255, 150, 165), 0.6),
        )
    _oval(pen, 0, y, wide, 0.38, color, line)
    for side in (-1, 1):
        _oval(pen, side * 0.19, y - 0.03, 0.1, 0.115, CREAM, line, 0.03)
        _oval(pen, side * 0.19 + 0.012, y - 0.02, 0.055, 0.085, INK)
        for slope in (-0.05, 0.05):
            pen.line([(side * 0.24, y + 0.15 + slope / 2), (side * 0.6, y + 0.13 + slope * 2)], line, 0.022)
    _oval(pen, 0, y + 0.2, 0.14, 0.1, lighter(color, 0.4))
    _shape(pen, [(-0.055, y + 0.1), (0.055, y + 0.1), (0, y + 0.17)], (232, 110, 130))
    pen.line(curve((-0.1, y + 0.22), (-0.03, y + 0.28), (0, y + 0.18)), line, 0.022)
    pen.line(curve((0.1, y + 0.22), (0.03, y + 0.28), (0, y + 0.18)), line, 0.022)


def house(pen: Pen, color: Color, rng: random.Random) -> None:
    line, wide, roof = edge(color), rng.uniform(0.56, 0.7), rng.uniform(-0.85, -0.65)
    if rng.random() < 0.7:
        side = rng.choice((-1, 1))
        x = side * wide * 0.55
        _shape(
            pen, [(x - 0.1, -0.1), (x - 0.1, -0.78), (x + 0.1, -0.78), (x + 0.1, -0.1)], darker(color, 0.25),
            line, 0.045,
        )
    _shape(pen, [(-wide, -0.1), (wide, -0.1), (wide, 0.8), (-wide, 0.8)], color, line)
    _shape(pen, [(-wide - 0.16, -0.08), (0, roof), (wide + 0.16, -0.08)], darker(color, 0.28), line)
    door = rng.uniform(-0.25, 0.25)
    _shape(
        pen, [(door - 0.15, 0.8), (door - 0.15, 0.34), *arc(door, 0.34, 0.15, 0.13, 180, 360), (door + 0.15, 0.8)],
        WOOD, line, 0.04,
    )
    _oval(pen, door + 0.08, 0.58, 0.025, 0.025, GOLD)
    for x in (-wide + 0.26, wide - 0.26):
        if abs(x - door) > 0.3:
            _shape(pen, [(x - 0.13, 0.06), (x + 0.13, 0.06), (x + 0.13, 0.32), (x - 0.13, 0.32)], GLASS, line, 0.04)
            pen.line([(x, 0.06), (x, 0.32)], line, 0.03)
            pen.line([(x - 0.13, 0.19), (x + 0.13, 0.19)], line, 0.03)


def tree(pen: Pen, color: Color, rng: random.Random) -> None:
    line, thick = edge(color), rng.uniform(0.1, 0.15)
    _shape(pen, [(-thick, 0.9), (-thick * 0.7, 0.0), (thick * 0.7, 0.0), (thick, 0.9)], WOOD, edge(WOOD), 0.045)
    if rng.random() < 0.5:  # a fir
        for level, (y, half) in enumerate(((0.5, 0.66), (0.12, 0.54), (-0.24, 0.4))):
            tip = y - 0.62 if level < 2 else y - 0.66
            _shape(pen, [(-half, y), (0, tip), (half, y)], darker(color, 0.12 * (2 - level)), line, 0.05)
        return
    lobes = [(-0.36, 0.0, 0.36), (0.36, 0.0, 0.36), (-0.2, -0.4, 0.36), (0.22, -0.42, 0.34), (0, -0.12, 0.44)]
    moved = [
        (x + rng.uniform(-0.05, 0.05), y + rng.uniform(-0.05, 0.05), r * rng.uniform(0.92, 1.08)) for x, y, r in lobes
    ]
    for x, y, r in moved:
        _oval(pen, x, y, r + 0.05, r + 0.05, line)
    for x, y, r in moved:
        _oval(pen, x, y, r, r, color)
    _oval(pen, -0.18, -0.4, 0.17, 0.14, lighter(color, 0.22))
    _oval(pen, 0.26, -0.12, 0.13, 0.1, lighter(color, 0.22))


def star(pen: Pen, color: Color, rng: random.Random) -> None:
    inner = rng.uniform(0.4, 0.5)

    def ring(size: float) -> list[Point]:
        radii = [size * (0.92 if k % 2 == 0 else 0.92 * inner) for k in range(10)]
        return [(r * math.sin(math.pi * k / 5), -r * math.cos(math.pi * k / 5)) for k, r in enumerate(radii)]

    _shape(pen, ring(1.0), color, edge(color), 0.07)
    _shape(pen, ring(0.55), lighter(color, 0.28))


def heart(pen: Pen, color: Color, rng: random.Random) -> None:
    wide = rng.uniform(0.92, 1.08)
    points = []
    for step in range(49):
        t = math.tau * step / 48
        x = 16 * math.sin(t) ** 3
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((x / 18 * wide, -(y + 2.5) / 17))
    _shape(pen, points, color, edge(color), 0.065)
    _oval(pen, -0.42 * wide, -0.42, 0.15, 0.12, lighter(color, 0.5))


def mushroom(pen: Pen, color: Color, rng: random.Random) -> None:
    line, wide, thick = edge(color), rng.uniform(0.76, 0.92), rng.uniform(0.2, 0.28)
    _shape(
        pen,
        [
            *curve((-thick, 0.0), (-thick * 0.8, 0.4), (-thick * 1.35, 0.82)),
            *curve((thick * 1.35, 0.82), (thick * 0.8, 0.4), (thick, 0.0)),
        ],
        CREAM, edge(CREAM), WIDTH,
    )
    dome = rng.uniform(0.78, 0.92)
    _shape(pen, [*arc(0, 0.06, wide, dome, 180, 360, 48), *arc(0, 0.06, wide, 0.13, 0, 180, 48)], color, line, 0.06)
    spots = [
        (-0.42, -0.22, 0.12), (0.02, -0.5, 0.14), (0.42, -0.26, 0.13), (-0.05, -0.1, 0.1), (0.63, 0.0, 0.07),
        (-0.68, -0.01, 0.06),
    ]
    for x, y, r in spots[: rng.randrange(4, 7)]:
        _oval(
            pen, x * wide / 0.9, y + rng.uniform(-0.03, 0.03), r, r * 0.85,
            (255, 252, 246) if sum(color) < 690 else (226, 92, 84),
        )


def fish(pen: Pen, color: Color, rng: random.Random) -> None:
    line, tall = edge(color), rng.uniform(0.36, 0.48)
    _shape(pen, [(0.5, 0), (0.95, -0.36), (0.84, 0.0), (0.95, 0.36)], darker(color, 0.2), line, WIDTH)
    _shape(pen, curve((-0.3, -tall * 0.7), (0.05, -tall - 0.36), (0.32, -tall * 0.5)), darker(color, 0.2), line, WIDTH)
    _shape(pen, curve((-0.05, tall * 0.8), (0.1, tall + 0.25), (0.3, tall * 0.5)), darker(color, 0.2), line, WIDTH)
    body = [
        *curve((-0.88, 0), (-0.5, -tall * 1.45), (0.2, -tall * 1.3), (0.62, 0)),
        *curve((0.62, 0), (0.2, tall * 1.3), (-0.5, tall * 1.45), (-0.88, 0)),
    ]
    _shape(pen, body, color, line, 0.06)
    for x in (-0.12, 0.12, 0.34)[: rng.randrange(1, 4)]:
        pen.line(arc(x - 0.15, 0, 0.2, tall * 0.62, -60, 60), lighter(color, 0.45), 0.05)
    _oval(pen, -0.52, -0.1, 0.115, 0.115, CREAM, line, 0.03)
    _oval(pen, -0.54, -0.1, 0.055, 0.055, INK)
    pen.line(curve((-0.8, 0.12), (-0.7, 0.17), (-0.62, 0.13)), line, 0.035)


def cup(pen: Pen, color: Color, rng: random.Random) -> None:
    line, wide, low = edge(color), rng.uniform(0.46, 0.56), rng.uniform(0.36, 0.5)
    ring = arc(wide, 0.16, 0.32, 0.3, -88, 88)
    pen.line(ring, line, 0.2)
    pen.line(ring, color, 0.11)
    _shape(pen, [(-wide, -0.36), *arc(0, 0.62, low, 0.16, 180, 0, 40), (wide, -0.36)], color, line, 0.06)
    _oval(pen, 0, -0.36, wide, 0.14, lighter(color, 0.4), line)
    _oval(pen, 0, -0.34, wide * 0.8, 0.085, (104, 66, 44))
    _shape(
        pen, [(-wide * 0.72, -0.12), (-wide * 0.52, -0.1), (-wide * 0.48, 0.4), (-wide * 0.6, 0.4)], lighter(color, 0.4)
    )
    if rng.random() < 0.55:
        for x in (-0.16, 0.14):
            steam = curve((x, -0.58), (x - 0.16, -0.7), (x + 0.16, -0.82), (x, -0.95))
            pen.line(steam, line, 0.09)
            pen.line(steam, (250, 250, 252), 0.055)


def rocket(pen: Pen, color: Color, rng: random.Random) -> None:
    line, fat, flame = edge(color), rng.uniform(0.27, 0.35), rng.uniform(0.82, 0.98)
    _shape(
        pen, [*curve((-0.17, 0.5), (-0.22, 0.75), (0, flame)), *curve((0, flame), (0.22, 0.75), (0.17, 0.5))],
        (246, 138, 44),
    )
    _shape(
        pen,
        [*curve((-0.09, 0.5), (-0.1, 0.65), (0, flame - 0.14)), *curve((0, flame - 0.14), (0.1, 0.65), (0.09, 0.5))],
        GOLD,
    )
    for side in (-1, 1):
        _shape(
            pen,
            [
                (side * fat * 0.8, 0.05), *curve((side * fat, 0.1), (side * 0.68, 0.3), (side * 0.62, 0.66)),
                (side * fat * 0.6, 0.46),
            ],
            darker(color, 0.28), line, WIDTH,
        )
    left = curve((0, -0.95), (-fat * 1.15, -0.55), (-fat * 1.3, 0.05), (-fat * 0.6, 0.5))
    right = curve((fat * 0.6, 0.5), (fat * 1.3, 0.05), (fat * 1.15, -0.55), (0, -0.95))
    _shape(pen, [*left, *right], color, line, 0.06)
    _shape(
        pen, [
            *curve((0, -0.93), (-fat * 0.5, -0.76), (-fat * 0.66, -0.55)),
            *curve((fat * 0.66, -0.55), (fat * 0.5, -0.76), (0, -0.93)),
        ],
        darker(color, 0.28),
    )
    _oval(pen, 0, -0.18, fat * 0.56, fat * 0.56, CREAM, line, 0.04)
    _oval(pen, 0, -0.18, fat * 0.38, fat * 0.38, GLASS, line, 0.03)


def flower(pen: Pen, color: Color, rng: random.Random) -> None:
    line, count, bend = edge(color), rng.randrange(5, 9), rng.uniform(-0.16, 0.16)
    stem = curve((0, -0.2), (bend, 0.4), (bend / 2, 0.95))
    pen.line(stem, edge(LEAF), 0.13)
    pen.line(stem, LEAF, 0.075)
    for side in (-1, 1)[: rng.randrange(1, 3)]:
        leaf = [
            *curve((bend * 0.6, 0.68), (side * 0.22, 0.36), (side * 0.52, 0.36)),
            *curve((side * 0.52, 0.36), (side * 0.44, 0.68), (bend * 0.6, 0.72)),
        ]
        _shape(pen, leaf, LEAF, edge(LEAF), 0.04)
    start = rng.uniform(0, math.tau)
    long, size = rng.uniform(0.34, 0.4), 0.62 * math.sin(math.pi / count) * rng.uniform(0.78, 0.9)
    places = [
        (long * math.cos(start + math.tau * k / count), -0.32 + long * math.sin(start + math.tau * k / count))
        for k in range(count)
    ]
    for x, y in places:
        _oval(pen, x, y, size + 0.05, size + 0.05, line)
    for x, y in places:
        _oval(pen, x, y, size, size, color)
    _oval(
        pen, 0, -0.32, 0.2, 0.2,
        (146, 92, 50) if sum(abs(a - b) for a, b in zip(color, GOLD, strict=True)) < 150 else GOLD, line, 0.04,
    )


def car(pen: Pen, color: Color, rng: random.Random) -> None:
    line, roof, back = edge(color), rng.uniform(-0.56, -0.44), rng.uniform(0.44, 0.6)
    cabin = [
        (-0.62, -0.02), *curve((-0.5, -0.1), (-0.36, roof), (-0.2, roof)),
        *curve((back - 0.2, roof), (back, roof), (back + 0.12, -0.02)),
    ]
    _shape(pen, cabin, color, line, 0.06)
    _shape(pen, [(-0.44, -0.06), (-0.28, roof + 0.12), (-0.04, roof + 0.12), (-0.04, -0.06)], GLASS, line, 0.035)
    _shape(
        pen, [(0.06, -0.06), (0.06, roof + 0.12), (back - 0.14, roof + 0.12), (back - 0.02, -0.06)], GLASS, line, 0.035,
    )
    body = [*arc(-0.8, 0.14, 0.15, 0.18, 180, 270), *arc(0.8, 0.14, 0.15, 0.18, 270, 360), (0.95, 0.42), (-0.95, 0.42)]
    _shape(pen, body, color, line, 0.06)
    pen.line([(-0.7, 0.16), (0.7, 0.16)], darker(color, 0.25), 0.04)
    _oval(pen, -0.86, 0.12, 0.06, 0.075, GOLD, line, 0.03)
    for x in (-0.5, 0.52):
        _oval(pen, x, 0.44, 0.23, 0.23, INK)
        _oval(pen, x, 0.44, 0.105, 0.105, (206, 208, 214))


def boat(pen: Pen, color: Color, rng: random.Random) -> None:
    line, mast = edge(color), rng.uniform(-0.95, -0.8)
    sail = lighter(color, 0.5) if sum(color) < 660 else (236, 230, 216)
    pen.line([(0.02, mast), (0.02, 0.4)], edge(WOOD), 0.075)
    _shape(pen, [*curve((-0.06, mast + 0.08), (-0.3, -0.3), (-0.64, 0.2)), (-0.06, 0.2)], sail, line, WIDTH)
    _shape(pen, [*curve((0.12, mast + 0.18), (0.52, -0.2), (0.6, 0.2)), (0.12, 0.2)], color, line, WIDTH)
    _shape(
        pen,
        [
            (-0.92, 0.34), (0.92, 0.34), *curve((0.92, 0.34), (0.8, 0.8), (0.5, 0.8)),
            *curve((-0.5, 0.8), (-0.8, 0.8), (-0.92, 0.34)),
        ],
        color, line, 0.06,
    )
    pen.line([(-0.8, 0.5), (0.8, 0.5)], lighter(color, 0.45), 0.06)


OUTLINED: dict[str, Draw] = {
    "cat": cat, "house": house, "tree": tree, "star": star, "heart": heart, "mushroom": mushroom, "fish": fish,
    "cup": cup, "rocket": rocket, "flower": flower, "car": car, "boat": boat,
}  # fmt: skip
