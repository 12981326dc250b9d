"""Plants and mushrooms."""

import math
import random

from studio_starter.large.pen import CREAM, GOLD, LEAF, WOOD, Color, Draw, Pen, arc, blob, curve, darker, lighter


def _deep(color: Color, share: float = 0.2) -> Color:
    return darker(color, share) if sum(color) > 200 else lighter(color, share)


def tree(pen: Pen, color: Color, rng: random.Random) -> None:
    thick, kind = rng.uniform(0.08, 0.13), rng.randrange(3)
    pen.shape([(-thick * 1.5, 0.92), (-thick * 0.8, 0.0), (thick * 0.8, 0.0), (thick * 1.5, 0.92)], WOOD)
    if kind == 0:  # a fir
        levels, wide = rng.randrange(3, 5), rng.uniform(0.5, 0.68)
        for level in range(levels):
            y, half = 0.5 - level * 1.05 / levels, wide * (1 - 0.62 * level / levels)
            pen.shape([(-half, y), (0, y - 0.62), (half, y)], _deep(color, 0.1 * (levels - level)))
    elif kind == 1:  # a round crown
        r = rng.uniform(0.48, 0.6)
        pen.oval(0, -0.32, r, r * rng.uniform(0.95, 1.1), color)
        pen.shape(blob([(-r * 0.7, -0.5), (-r * 0.2, -0.75), (0, -0.62), (-r * 0.4, -0.3)]), lighter(color, 0.25), True)
    else:  # lobes
        for x, y, r in (
            (-0.36, -0.02, 0.33),
            (0.36, -0.02, 0.33),
            (-0.2, -0.44, 0.34),
            (0.22, -0.46, 0.33),
            (0, -0.16, 0.42),
        ):
            pen.oval(x + rng.uniform(-0.05, 0.05), y + rng.uniform(-0.05, 0.05), r, r, color)
        pen.oval(-0.2, -0.46, 0.14, 0.11, lighter(color, 0.3), True)
        pen.oval(0.24, -0.16, 0.11, 0.08, lighter(color, 0.3), True)
    if kind and rng.random() < 0.5:
        pen.line([(0, 0.3), (rng.choice((-0.2, 0.2)), 0.05)], WOOD, 0.07)


def flower(pen: Pen, color: Color, rng: random.Random) -> None:
    kind, bend = rng.randrange(3), rng.uniform(-0.16, 0.16)
    pen.line(curve((0, -0.2), (bend, 0.4), (bend / 2, 0.95)), LEAF, 0.085, False)
    for side in (-1, 1)[: rng.randrange(1, 3)]:
        pen.shape(
            [
                *curve((bend * 0.6, 0.72), (side * 0.2, 0.34), (side * 0.52, 0.36)),
                *curve((side * 0.52, 0.36), (side * 0.46, 0.7), (bend * 0.6, 0.76)),
            ],
            darker(LEAF, 0.15),
        )
    if kind == 0:  # a tulip
        pen.shape(
            [
                (-0.34, -0.72),
                (-0.17, -0.5),
                (0, -0.8),
                (0.17, -0.5),
                (0.34, -0.72),
                *curve((0.34, -0.72), (0.46, -0.05), (0, -0.05)),
                *curve((0, -0.05), (-0.46, -0.05), (-0.34, -0.72)),
            ],
            color,
        )
        pen.shape(blob([(0, -0.78), (0.14, -0.4), (0, -0.08), (-0.14, -0.4)]), _deep(color, 0.16), True)
        return
    count = rng.randrange(5, 8) if kind == 1 else rng.randrange(9, 13)
    start, size = rng.uniform(0, math.tau), 0.7 * math.sin(math.pi / count)
    reach = 0.36
    for k in range(count):
        angle = start + math.tau * k / count
        x, y = reach * math.cos(angle), -0.34 + reach * math.sin(angle)
        pen.oval(
            x, y, 0.25 if kind == 2 else size * 0.95, size * 0.9, color if k % 2 else _deep(color, 0.1), turn=angle
        )
    near_gold = sum(abs(a - b) for a, b in zip(color, GOLD, strict=True)) < 150
    pen.oval(0, -0.34, 0.2, 0.2, (150, 92, 50) if near_gold else GOLD)


def cactus(pen: Pen, color: Color, rng: random.Random) -> None:
    tall, thick = rng.uniform(-0.85, -0.6), rng.uniform(0.32, 0.42)
    for side in (-1, 1):
        if rng.random() < 0.85 or side == 1:
            y, up = rng.uniform(-0.1, 0.25), rng.uniform(0.3, 0.45)
            pen.line([(0, y + 0.05), (side * 0.42, y), (side * 0.46, y - up)], color, 0.22, False)
    pen.line([(0, 0.5), (0, tall + thick / 2)], color, thick, False)
    for x in (-0.08, 0.08):
        pen.line([(x, 0.4), (x, tall + 0.22)], _deep(color, 0.25), 0.03)
    if rng.random() < 0.6:
        pen.oval(0, tall, 0.11, 0.09, (244, 120, 160) if color[0] < 200 or color[1] > 170 else GOLD)
    pot: Color = (206, 112, 76) if color[0] < 180 or color[1] > 150 else (110, 150, 190)
    pen.shape([(-0.4, 0.5), (0.4, 0.5), (0.3, 0.95), (-0.3, 0.95)], pot)
    pen.box(-0.46, 0.42, 0.46, 0.58, darker(pot, 0.14), 0.05)


def mushroom(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, thick, dome = rng.uniform(0.66, 0.92), rng.uniform(0.17, 0.28), rng.uniform(0.66, 0.95)
    pen.shape(
        blob(
            [
                (-thick, 0.0),
                (-thick * 0.85, 0.45),
                (-thick * 1.35, 0.84),
                (0, 0.92),
                (thick * 1.35, 0.84),
                (thick * 0.85, 0.45),
                (thick, 0.0),
            ]
        ),
        CREAM,
    )
    pen.shape([*arc(0, 0.06, wide, dome, 180, 360, 44), *arc(0, 0.06, wide, 0.14, 0, 180, 44)], color)
    spot: Color = (255, 252, 246) if sum(color) < 680 else (226, 92, 84)
    for x, y, r in (
        (-0.45, -0.22, 0.13),
        (0.03, -0.5, 0.15),
        (0.45, -0.24, 0.13),
        (-0.04, -0.12, 0.09),
        (0.68, 0.0, 0.07),
    )[: rng.randrange(3, 6)]:
        pen.oval(x * wide / 0.9, y * dome / 0.85 + rng.uniform(-0.03, 0.03), r, r * 0.85, spot, True)
    if rng.random() < 0.4:
        for side in (-1, 1):
            pen.oval(side * 0.08, 0.42, 0.03, 0.045, (40, 36, 48), True)
        pen.line(arc(0, 0.5, 0.06, 0.05, 30, 150), (40, 36, 48), 0.025)


def leaf(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, bend = rng.uniform(0.42, 0.62), rng.uniform(-0.2, 0.2)
    pen.line([(0, 0.5), (bend * 0.4, 0.96)], _deep(color, 0.35), 0.07, False)
    pen.shape(
        [
            *curve((bend, -0.95), (-wide * 1.6, -0.35), (-wide, 0.62), (0, 0.68)),
            *curve((0, 0.68), (wide, 0.62), (wide * 1.6, -0.35), (bend, -0.95)),
        ],
        color,
    )
    spine = curve((0, 0.66), (0, -0.1), (bend, -0.85))
    pen.line(spine, _deep(color, 0.35), 0.045)
    for k, y in ((3, 0.42), (5, 0.2), (7, 0.0)):
        x = spine[k][0]
        for side in (-1, 1):
            pen.line([(x, spine[k][1]), (x + side * wide * 0.6, y - 0.28)], _deep(color, 0.3), 0.032)


PLANTS: dict[str, Draw] = {"tree": tree, "flower": flower, "cactus": cactus, "mushroom": mushroom, "leaf": leaf}
