"""Animals that look at you, sit upright and can be dressed."""

import random

from studio_starter.world.pen import (
    CREAM,
    GOLD,
    INK,
    ROSE,
    Anchors,
    Color,
    Draw,
    Pen,
    Point,
    arc,
    blob,
    curve,
    darker,
    lighter,
    mix,
)

PALE = 0.55
"""How much lighter bellies and muzzles are."""


def _pale(color: Color) -> Color:
    return lighter(color, PALE) if sum(color) < 650 else (226, 220, 214)


def _body(pen: Pen, color: Color, rng: random.Random, wide: float = 0.5) -> float:
    """A sitting body from the neck down; the height of its neck."""
    fat, neck = wide * rng.uniform(0.88, 1.12), rng.uniform(0.02, 0.14)
    pen.shape(blob([
        (-0.2, neck), (0.2, neck), (fat * 0.86, 0.45), (fat, 0.78), (fat * 0.7, 0.93), (-fat * 0.7, 0.93), (-fat, 0.78),
        (-fat * 0.86, 0.45),
    ]), color)
    pen.oval(0, 0.62, fat * 0.5, 0.27, _pale(color), True)
    for side in (-1, 1):
        pen.oval(side * fat * 0.5, 0.88, 0.17, 0.1, darker(color, 0.12))
    if rng.random() < 0.6:  # forelegs
        for side in (-1, 1):
            pen.line([(side * 0.17, neck + 0.34), (side * 0.19, 0.84)], darker(color, 0.14), 0.06)
    return neck


def _eyes(pen: Pen, rng: random.Random, y: float, apart: float, color: Color, size: float = 0.075) -> None:
    kind, white = rng.randrange(3), sum(color) < 200
    for side in (-1, 1):
        x = side * apart
        if kind == 0 and not white:
            pen.oval(x, y, size * 0.85, size, INK, True)
            pen.oval(x + 0.025, y - 0.03, size * 0.28, size * 0.28, (255, 255, 255), True)
        elif kind == 1 and not white:
            pen.line(arc(x, y + 0.03, size, size, 200, 340), INK, 0.045)
        else:
            pen.oval(x, y, size * 1.15, size * 1.3, (255, 255, 255), True)
            pen.oval(x, y + 0.015, size * 0.6, size * 0.75, INK, True)


def _smile(pen: Pen, y: float, nose: Color, color: Color, wide: float = 0.06) -> None:
    line = INK if sum(color) > 200 else (210, 206, 214)
    pen.oval(0, y, wide, wide * 0.75, nose, True)
    for side in (-1, 1):
        pen.line(curve((0, y + 0.04), (side * 0.02, y + 0.14), (side * 0.12, y + 0.11)), line, 0.03)


def dog(pen: Pen, color: Color, rng: random.Random) -> Anchors:
    up = rng.uniform(-0.1, 0.2)
    pen.line(curve((0.35, 0.8), (0.7, 0.75), (0.78, 0.35 + up)), color, 0.13, False)
    neck = _body(pen, color, rng, 0.46)
    y, wide, floppy, long = neck - 0.32, rng.uniform(0.38, 0.44), rng.uniform(0.04, 0.2), rng.uniform(0.38, 0.52)
    pen.shape(blob([
        (-wide, y - 0.1), (-0.2, y - 0.4), (0.2, y - 0.4), (wide, y - 0.1), (wide * 0.8, y + 0.28), (0, y + 0.4),
        (-wide * 0.8, y + 0.28),
    ]), color)
    for side in (-1, 1):
        pen.shape(blob([
            (side * 0.26, y - 0.36), (side * (wide + 0.06), y - 0.34), (side * (wide + floppy + 0.08), y),
            (side * (wide + floppy), y - 0.3 + long), (side * (wide - 0.04), y - 0.06),
        ]), darker(color, 0.3) if sum(color) > 200 else lighter(color, 0.25))
    if rng.random() < 0.4:
        pen.oval(0.18, y - 0.05, 0.14, 0.17, darker(color, 0.25) if sum(color) > 200 else lighter(color, 0.3), True)
    _eyes(pen, rng, y - 0.06, 0.17, color)
    pen.oval(0, y + 0.2, 0.22, 0.17, _pale(color), True)
    if rng.random() < 0.6:
        pen.shape(blob([(-0.06, y + 0.27), (0.06, y + 0.27), (0.055, y + 0.4), (-0.055, y + 0.4)]), ROSE, True)
    _smile(pen, y + 0.12, INK, (200, 200, 200), 0.085)
    return Anchors((0, y - 0.35), 0.32, (0, y - 0.06), 0.17, (0, neck + 0.05), 0.25, (-0.38, 0.5))


def rabbit(pen: Pen, color: Color, rng: random.Random) -> Anchors:
    pen.oval(0.5, 0.75, 0.15, 0.15, _pale(color))
    neck = _body(pen, color, rng, 0.43)
    y, tall = neck - 0.22, rng.uniform(0.46, 0.58)
    for side in (-1, 1):
        lean, bent = rng.uniform(0.04, 0.3), side == 1 and rng.random() < 0.35
        x = side * 0.17
        tip = (x + side * (lean + 0.22), y - tall * 0.72) if bent else (x + side * lean, y - 0.22 - tall)
        middle = (x + side * lean * 0.7, y - 0.22 - tall * (0.75 if bent else 0.5))
        pen.line(curve((x, y - 0.15), middle, tip, count=8), color, 0.2, False)
        pen.line(curve((x, y - 0.2), middle, tip, count=8), mix(color, ROSE, 0.6), 0.08)
    pen.oval(0, y, rng.uniform(0.36, 0.42), 0.33, color)
    _eyes(pen, rng, y - 0.03, 0.17, color)
    for side in (-1, 1):
        pen.oval(side * 0.25, y + 0.12, 0.07, 0.045, mix(color, ROSE, 0.6), True)
    _smile(pen, y + 0.08, ROSE, color, 0.05)
    pen.box(-0.05, y + 0.18, 0.05, y + 0.27, (255, 255, 255), 0.02, True)
    return Anchors((0, y - 0.28), 0.28, (0, y - 0.03), 0.17, (0, neck + 0.06), 0.25, (-0.34, 0.5))


def bear(pen: Pen, color: Color, rng: random.Random) -> Anchors:
    neck = _body(pen, color, rng, 0.58)
    y, wide = neck - 0.28, rng.uniform(0.44, 0.5)
    for side in (-1, 1):
        pen.oval(side * wide * 0.78, y - 0.28, 0.17, 0.17, color)
        pen.oval(side * wide * 0.78, y - 0.27, 0.09, 0.09, mix(color, ROSE, 0.45), True)
        if rng.random() < 0.8:
            pen.line([
                (side * 0.4, neck + 0.22), (side * rng.uniform(0.58, 0.72), rng.uniform(0.2, 0.6)),
            ], color, 0.2, False)
    pen.oval(0, y, wide, 0.39, color)
    _eyes(pen, rng, y - 0.06, 0.18, color, 0.06)
    pen.oval(0, y + 0.15, 0.2, 0.15, _pale(color), True)
    _smile(pen, y + 0.09, INK, (200, 200, 200), 0.075)
    return Anchors((0, y - 0.35), 0.34, (0, y - 0.06), 0.18, (0, neck + 0.05), 0.3, (-0.62, 0.4))


def pig(pen: Pen, color: Color, rng: random.Random) -> Anchors:
    pen.line([(0.5 + 0.09 * a, 0.66 + 0.07 * b) for a, b in (
        (0, 0), (1, -1), (2, 0), (1.4, 0.8), (1, 0), (2, -1.2), (3, -1),
    )], darker(color, 0.2), 0.05)
    neck = _body(pen, color, rng, 0.58)
    y, wide = neck - 0.28, rng.uniform(0.44, 0.52)
    for side in (-1, 1):
        drop = rng.uniform(-0.06, 0.1)
        pen.shape(blob([
            (side * 0.2, y - 0.3), (side * 0.46, y - 0.46 + drop), (side * 0.52, y - 0.14 + drop),
        ]), darker(color, 0.2))
    pen.oval(0, y, wide, 0.38, color)
    _eyes(pen, rng, y - 0.08, 0.2, color, 0.06)
    pen.oval(0, y + 0.13, 0.2, 0.14, mix(lighter(color, 0.3), ROSE, 0.35))
    for side in (-1, 1):
        pen.oval(side * 0.075, y + 0.13, 0.035, 0.06, darker(color, 0.6), True)
    pen.line(arc(0, y + 0.22, 0.13, 0.1, 30, 150), INK, 0.03)
    return Anchors((0, y - 0.34), 0.32, (0, y - 0.08), 0.2, (0, neck + 0.05), 0.31, (-0.5, 0.45))


def fox(pen: Pen, color: Color, rng: random.Random) -> Anchors:
    tip = rng.uniform(-0.1, 0.15)
    pen.shape(blob([(0.25, 0.9), (0.62, 0.86), (0.92, 0.5), (0.86, tip), (0.62, 0.3), (0.5, 0.6)]), darker(color, 0.1))
    pen.shape(blob([(0.93, 0.36), (0.86, tip), (0.72, 0.2)]), CREAM, True)
    neck = _body(pen, color, rng, 0.4)
    y, wide, ear = neck - 0.26, rng.uniform(0.46, 0.54), rng.uniform(0.34, 0.46)
    for side in (-1, 1):
        pen.shape([(side * 0.46, y - 0.08), (side * 0.44, y - 0.22 - ear), (side * 0.1, y - 0.28)], color)
        pen.shape([(side * 0.4, y - 0.2), (side * 0.4, y - 0.1 - ear), (side * 0.22, y - 0.26)], INK, True)
    pen.shape([
        *curve((0, y + 0.42), (-0.3, y + 0.26), (-wide - 0.06, y + 0.1)),
        *curve((-wide - 0.06, y + 0.1), (-0.42, y - 0.34), (0, y - 0.32)),
        *curve((0, y - 0.32), (0.42, y - 0.34), (wide + 0.06, y + 0.1)),
        *curve((wide + 0.06, y + 0.1), (0.3, y + 0.26), (0, y + 0.42)),
    ], color)
    for side in (-1, 1):
        pen.shape([
            *curve((0, y + 0.38), (side * 0.06, y + 0.1), (side * 0.28, y + 0.06)),
            *curve((side * 0.28, y + 0.06), (side * 0.5, y + 0.06), (side * wide, y + 0.12)),
            *curve((side * wide, y + 0.12), (side * 0.3, y + 0.26), (0, y + 0.38)),
        ], CREAM, True)
    _eyes(pen, rng, y - 0.02, 0.2, color, 0.06)
    pen.oval(0, y + 0.37, 0.075, 0.06, INK, True)
    return Anchors((0, y - 0.29), 0.3, (0, y - 0.02), 0.2, (0, neck + 0.13), 0.22, (-0.32, 0.5))


def penguin(pen: Pen, color: Color, rng: random.Random) -> Anchors:
    fat, flap = rng.uniform(0.42, 0.52), rng.uniform(0.0, 0.3)
    for side in (-1, 1):
        pen.oval(side * 0.2, 0.9, 0.19, 0.08, (246, 160, 54))
        pen.shape(blob([
            (side * fat * 0.75, -0.15), (side * (fat + 0.1 + flap), 0.3 - flap * 0.7),
            (side * (fat + 0.02 + flap * 0.8), 0.42 - flap * 0.6), (side * fat * 0.8, 0.3),
        ]), darker(color, 0.25) if sum(color) > 200 else lighter(color, 0.18))
    pen.shape(blob([
        (0, -0.86), (0.32, -0.7), (0.36, -0.4), (fat, 0.2), (fat * 0.86, 0.78), (0, 0.92), (-fat * 0.86, 0.78),
        (-fat, 0.2), (-0.36, -0.4), (-0.32, -0.7),
    ]), color)
    belly = CREAM if sum(color) < 640 else (222, 226, 236)
    pen.shape(blob([
        (0, -0.26), (fat * 0.6, -0.05), (fat * 0.72, 0.5), (0, 0.86), (-fat * 0.72, 0.5), (-fat * 0.6, -0.05),
    ]), belly, True)
    for side in (-1, 1):
        pen.oval(side * 0.14, -0.5, 0.17, 0.18, belly, True)
    _eyes(pen, rng, -0.54, 0.14, (200, 200, 200), 0.06)
    pen.shape([(-0.1, -0.44), (0.1, -0.44), (0, -0.28)], (246, 160, 54), True)
    return Anchors((0, -0.77), 0.27, (0, -0.54), 0.14, (0, -0.22), 0.36, (-fat - 0.06, 0.3))


def owl(pen: Pen, color: Color, rng: random.Random) -> Anchors:
    wide, ear = rng.uniform(0.52, 0.62), rng.uniform(0.1, 0.22)
    for side in (-1, 1):
        pen.shape([(side * 0.5, -0.4), (side * 0.5, -0.66 - ear), (side * 0.12, -0.6)], darker(color, 0.15))
        for x in (-0.08, 0.0, 0.08):
            pen.oval(side * 0.2 + x, 0.88, 0.05, 0.09, (246, 160, 54))
    pen.shape(blob([
        (0, -0.72), (wide * 0.8, -0.6), (wide, 0.0), (wide * 0.85, 0.62), (0, 0.88), (-wide * 0.85, 0.62), (-wide, 0.0),
        (-wide * 0.8, -0.6),
    ]), color)
    pen.shape(blob([
        (0, -0.05), (wide * 0.5, 0.15), (wide * 0.5, 0.6), (0, 0.8), (-wide * 0.5, 0.6), (-wide * 0.5, 0.15),
    ]), _pale(color), True)
    for row in range(3):
        for x in (-0.16, 0, 0.16):
            pen.line(arc(
                x + (0.08 if row == 1 else 0), 0.2 + row * 0.17, 0.06, 0.07, 20, 160,
            ), darker(color, 0.2), 0.035)
    for side in (-1, 1):
        pen.shape(blob([
            (side * wide * 0.9, -0.15), (side * (wide + 0.12), 0.3), (side * wide * 0.72, 0.66),
            (side * wide * 0.6, 0.1),
        ]), darker(color, 0.3) if sum(color) > 200 else lighter(color, 0.2))
    size = rng.uniform(0.2, 0.25)
    for side in (-1, 1):
        pen.oval(side * 0.23, -0.33, size, size, CREAM)
        pen.oval(side * 0.23, -0.33, size * 0.66, size * 0.66, GOLD, True)
        pen.oval(side * 0.23, -0.33, size * 0.42, size * 0.42, INK, True)
    pen.shape([(-0.08, -0.26), (0.08, -0.26), (0, -0.08)], (246, 160, 54), True)
    return Anchors((0, -0.66), 0.36, (0, -0.33), 0.23, (0, -0.02), 0.5, (-wide - 0.08, 0.2))


def snowman(pen: Pen, color: Color, rng: random.Random) -> Anchors:
    low, mid, lift = rng.uniform(0.42, 0.5), rng.uniform(0.3, 0.36), rng.uniform(-0.2, 0.25)
    for side in (-1, 1):
        hand: Point = (side * 0.8, -0.1 - lift * side)
        pen.line([(side * 0.25, 0.08), hand], WOODEN, 0.05)
        pen.line([(side * 0.66, 0.0 - lift * side * 0.7), (side * 0.8, 0.06 - lift * side)], WOODEN, 0.04)
    pen.oval(0, 0.5, low, 0.42, color)
    pen.oval(0, 0.0, mid, 0.32, color)
    pen.oval(0, -0.44, 0.27, 0.27, color)
    for y in (-0.08, 0.08, 0.4):
        pen.oval(0, y, 0.04, 0.04, INK if sum(color) > 200 else CREAM, True)
    _eyes(pen, rng, -0.5, 0.1, color, 0.045)
    pen.shape([(-0.02, -0.44), (0.02, -0.36), (0.26, -0.36)], (246, 140, 44), True)
    pen.line(arc(0, -0.36, 0.14, 0.1, 40, 140), INK if sum(color) > 200 else CREAM, 0.03)
    return Anchors((0, -0.66), 0.23, (0, -0.5), 0.1, (0, -0.2), 0.25, (-0.8, -0.1 + lift))


WOODEN: Color = (116, 78, 52)
ANIMALS: dict[str, Draw] = {
    "dog": dog, "rabbit": rabbit, "bear": bear, "pig": pig, "fox": fox, "penguin": penguin, "owl": owl,
    "snowman": snowman,
}  # fmt: skip
