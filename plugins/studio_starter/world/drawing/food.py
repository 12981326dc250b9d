"""Food."""

import math
import random

from studio_starter.world.pen import (
    CREAM,
    GOLD,
    LEAF,
    WOOD,
    Color,
    Draw,
    Pen,
    arc,
    blob,
    curve,
    darker,
    deeper,
    lighter,
)


def _apart(one: Color, other: Color) -> bool:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) > 150


def apple(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, bitten = rng.uniform(0.68, 0.8), rng.random() < 0.25
    pen.line(curve((0, -0.46), (0.02, -0.7), (rng.uniform(-0.16, 0.16), -0.9)), WOOD, 0.08, False)
    pen.shape(blob([
        (0, -0.42), (wide * 0.5, -0.6), (wide, -0.2), (wide * 0.82, 0.5), (wide * 0.35, 0.84), (0, 0.74),
        (-wide * 0.35, 0.84), (-wide * 0.82, 0.5), (-wide, -0.2), (-wide * 0.5, -0.6),
    ]), color)
    pen.shape([
        *curve((0.04, -0.58), (0.2, -0.95), (0.58, -0.82)), *curve((0.58, -0.82), (0.4, -0.52), (0.04, -0.58)),
    ], LEAF if _apart(color, LEAF) else darker(LEAF, 0.35))
    pen.shape(blob([
        (-wide * 0.72, -0.14), (-wide * 0.5, -0.36), (-wide * 0.46, -0.1), (-wide * 0.64, 0.2),
    ]), lighter(color, 0.5), True)
    if bitten:
        pen.shape(blob([
            (wide * 1.1, -0.3), (wide * 0.62, -0.2), (wide * 0.66, 0.02), (wide * 0.55, 0.2), (wide * 1.05, 0.36),
        ]), CREAM)


def cake(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, tiers = rng.uniform(0.62, 0.76), rng.randrange(1, 3)
    cream: Color = CREAM if sum(color) < 640 else (246, 190, 200)
    pen.oval(0, 0.8, wide + 0.18, 0.1, (214, 220, 232))
    tops = []
    for tier in range(tiers):
        half, low = wide * (1 - 0.3 * tier), 0.8 - tier * 0.46
        top = low - (0.66 if tiers == 1 else 0.48)
        pen.box(-half, top, half, low, color, 0.06)
        count = 4 if tier == 0 else 3
        icing = [(-half, top)]
        for k in range(count):
            x = -half + 2 * half * (k + 0.5) / count
            icing += arc(x, top + 0.14 + rng.uniform(0, 0.07), half / count, 0.12, 180, 0, 20)
        pen.shape([*icing, (half, top), *arc(0, top, half, 0.07, 0, -180, 20)], cream)
        tops.append(top)
    for x in {0: (0.0,), 1: (-0.24, 0.0, 0.24), 2: (-0.18, 0.18)}[rng.randrange(3)]:
        pen.box(x - 0.035, tops[-1] - 0.32, x + 0.035, tops[-1] - 0.03, deeper(color, 0.35), 0, False)
        pen.shape(blob([
            (x, tops[-1] - 0.5), (x + 0.055, tops[-1] - 0.38), (x, tops[-1] - 0.32), (x - 0.055, tops[-1] - 0.38),
        ]), (250, 170, 50))


def ice_cream(pen: Pen, color: Color, rng: random.Random) -> None:
    size, scoops = rng.uniform(0.38, 0.46), rng.randrange(1, 4)
    cone: Color = (226, 168, 96)
    pen.shape([(-0.36, 0.06), (0.36, 0.06), (0, 0.96)], cone)
    for k in (-1, 0, 1):
        pen.line([(k * 0.24 - 0.1, 0.12), (k * 0.08 + 0.08, 0.6)], darker(cone, 0.25), 0.028)
        pen.line([(k * 0.24 + 0.1, 0.12), (k * 0.08 - 0.08, 0.6)], darker(cone, 0.25), 0.028)
    places = {
        1: [(0.0, -0.16)], 2: [(-0.22, -0.14), (0.22, -0.14)], 3: [(-0.22, -0.1), (0.22, -0.1), (0, -0.46)],
    }[scoops]
    for number, (x, y) in enumerate(places):
        r = size * (1.0 if scoops == 1 else 0.72)
        shade = color if number != 1 else lighter(color, 0.3)
        pen.oval(x, y, r, r * 0.96, shade)
        pen.shape(blob([
            (x - r * 0.6, y - r * 0.2), (x - r * 0.3, y - r * 0.62), (x - r * 0.2, y - r * 0.3),
        ]), lighter(shade, 0.4), True)
    for x in (-0.27, 0.0, 0.27):
        pen.oval(x, 0.07, 0.15, 0.1, color)
    if rng.random() < 0.5:
        top = min(y for _, y in places) - size * (0.95 if scoops == 1 else 0.68)
        pen.oval(0, top, 0.1, 0.1, (222, 50, 60) if _apart(color, (222, 50, 60)) else GOLD)


def strawberry(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, long = rng.uniform(0.6, 0.74), rng.uniform(0.8, 0.94)
    pen.shape(blob([
        (0, -0.42), (wide * 0.7, -0.46), (wide, -0.1), (wide * 0.6, 0.46), (0, long), (-wide * 0.6, 0.46),
        (-wide, -0.1), (-wide * 0.7, -0.46),
    ]), color)
    seed = CREAM if sum(color) < 560 else deeper(color, 0.45)
    for y, xs in ((-0.18, (-0.45, -0.15, 0.15, 0.45)), (0.08, (-0.36, 0.0, 0.36)), (0.32, (-0.2, 0.2)), (0.54, (0.0,))):
        for x in xs:
            pen.oval(x * wide / 0.7, y, 0.032, 0.05, seed, True)
    green = LEAF if _apart(color, LEAF) else darker(LEAF, 0.4)
    pen.line([(0, -0.5), (rng.uniform(-0.1, 0.1), -0.82)], green, 0.08, False)
    points = []
    for k in range(10):
        angle, r = math.pi * 2 * k / 10, 0.46 if k % 2 == 0 else 0.16
        points.append((r * math.cos(angle), -0.46 + r * 0.5 * math.sin(angle)))
    pen.shape(points, green)


def carrot(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, bend = rng.uniform(0.28, 0.4), rng.uniform(-0.16, 0.16)
    green = LEAF if _apart(color, LEAF) else darker(LEAF, 0.4)
    for lean in (-0.34, -0.12, 0.12, 0.34)[: rng.randrange(3, 5)]:
        pen.line(curve((0, -0.3), (lean * 0.5, -0.6), (lean, -0.92 + abs(lean) * 0.4)), green, 0.14, False)
    pen.shape(blob([
        (0, -0.4), (wide * 0.8, -0.36), (wide, -0.1), (wide * 0.62 + bend * 0.3, 0.4), (bend, 0.96),
        (-wide * 0.62 + bend * 0.3, 0.4), (-wide, -0.1), (-wide * 0.8, -0.36),
    ]), color)
    for side, y in ((-1, -0.12), (1, 0.06), (-1, 0.26), (1, 0.44)):
        pen.line([
            (side * wide * (0.85 - y * 0.7) + bend * 0.2, y), (side * wide * 0.25 + bend * 0.2, y + 0.04),
        ], deeper(color, 0.3), 0.04)


def pizza(pen: Pen, color: Color, rng: random.Random) -> None:
    wide = rng.uniform(0.62, 0.76)
    pen.shape([(-wide, -0.56), (wide, -0.56), (0, 0.92)], color)
    pen.line(curve((-wide, -0.56), (0, -0.82), (wide, -0.56)), (206, 142, 78), 0.2, False)
    other: Color = (206, 56, 50) if _apart(color, (206, 56, 50)) else (250, 226, 140)
    for x, y in ((-0.26, -0.32), (0.24, -0.26), (0.0, 0.06), (-0.02, 0.46))[: rng.randrange(3, 5)]:
        pen.oval(x + rng.uniform(-0.04, 0.04), y, 0.13, 0.13, other, True)
        pen.oval(x - 0.03, y - 0.03, 0.04, 0.04, lighter(other, 0.4), True)
    for x, y in ((0.02, -0.4), (-0.16, 0.02), (0.16, 0.2)):
        pen.oval(x, y, 0.06, 0.025, darker(LEAF, 0.2), True, rng.uniform(0, 3))


FOOD: dict[str, Draw] = {
    "apple": apple, "cake": cake, "ice cream": ice_cream, "strawberry": strawberry, "carrot": carrot, "pizza": pizza,
}  # fmt: skip
