"""Plants and mushrooms."""

import random

from studio_starter.world.pen import GOLD, Color, Draw, Pen, curve, darker, deeper


def cactus(pen: Pen, color: Color, rng: random.Random) -> None:
    tall, thick = rng.uniform(-0.85, -0.6), rng.uniform(0.32, 0.42)
    for side in (-1, 1):
        if rng.random() < 0.85 or side == 1:
            y, up = rng.uniform(-0.1, 0.25), rng.uniform(0.3, 0.45)
            pen.line([(0, y + 0.05), (side * 0.42, y), (side * 0.46, y - up)], color, 0.22, False)
    pen.line([(0, 0.5), (0, tall + thick / 2)], color, thick, False)
    for x in (-0.08, 0.08):
        pen.line([(x, 0.4), (x, tall + 0.22)], deeper(color, 0.25), 0.03)
    if rng.random() < 0.6:
        pen.oval(0, tall, 0.11, 0.09, (244, 120, 160) if color[0] < 200 or color[1] > 170 else GOLD)
    pot: Color = (206, 112, 76) if color[0] < 180 or color[1] > 150 else (110, 150, 190)
    pen.shape([(-0.4, 0.5), (0.4, 0.5), (0.3, 0.95), (-0.3, 0.95)], pot)
    pen.box(-0.46, 0.42, 0.46, 0.58, darker(pot, 0.14), 0.05)


def leaf(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, bend = rng.uniform(0.42, 0.62), rng.uniform(-0.2, 0.2)
    pen.line([(0, 0.5), (bend * 0.4, 0.96)], deeper(color, 0.35), 0.07, False)
    pen.shape([
        *curve((bend, -0.95), (-wide * 1.6, -0.35), (-wide, 0.62), (0, 0.68)),
        *curve((0, 0.68), (wide, 0.62), (wide * 1.6, -0.35), (bend, -0.95)),
    ], color)
    spine = curve((0, 0.66), (0, -0.1), (bend, -0.85))
    pen.line(spine, deeper(color, 0.35), 0.045)
    for k, y in ((3, 0.42), (5, 0.2), (7, 0.0)):
        x = spine[k][0]
        for side in (-1, 1):
            pen.line([(x, spine[k][1]), (x + side * wide * 0.6, y - 0.28)], deeper(color, 0.3), 0.032)


PLANTS: dict[str, Draw] = {"cactus": cactus, "leaf": leaf}
