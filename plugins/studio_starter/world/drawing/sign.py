"""Things of the sky and symbols."""

import math
import random

from studio_starter.world.pen import INK, WOOD, Color, Draw, Pen, Point, arc, blob, curve, deeper, lighter


def _face(pen: Pen, y: float, apart: float, color: Color) -> None:
    line = INK if sum(color) > 200 else (226, 222, 230)
    for side in (-1, 1):
        pen.oval(side * apart, y, 0.055, 0.07, line, True)
    pen.line(arc(0, y + 0.08, apart * 0.8, 0.12, 25, 155), line, 0.045)


def sun(pen: Pen, color: Color, rng: random.Random) -> None:
    count, r, kind = rng.randrange(8, 14), rng.uniform(0.44, 0.54), rng.randrange(2)
    for k in range(count):
        angle = math.tau * k / count
        half = math.pi / count * 0.72
        if kind == 0:
            pen.shape([
                ((r + 0.08) * math.cos(angle - half), (r + 0.08) * math.sin(angle - half)),
                (0.95 * math.cos(angle), 0.95 * math.sin(angle)),
                ((r + 0.08) * math.cos(angle + half), (r + 0.08) * math.sin(angle + half)),
            ], deeper(color, 0.12))
        else:
            pen.line([
                ((r + 0.16) * math.cos(angle), (r + 0.16) * math.sin(angle)),
                (0.9 * math.cos(angle), 0.9 * math.sin(angle)),
            ], deeper(color, 0.12), 0.11, False)
    pen.oval(0, 0, r, r, color)
    if rng.random() < 0.6:
        _face(pen, -0.06, 0.2, color)


def moon(pen: Pen, color: Color, rng: random.Random) -> None:
    deep, r = rng.uniform(0.3, 0.5), 0.86
    inner = math.hypot(r * math.sin(math.radians(50)), r * math.cos(math.radians(50)) - deep)
    x0, y0 = r * math.cos(math.radians(50)), r * math.sin(math.radians(50))
    start = math.degrees(math.atan2(y0, x0 - deep))
    pen.shape([*arc(0, 0, r, r, 50, 310, 48), *arc(deep, 0, inner, inner, 360 - start, start, 48)], color)
    for x, y, size in ((-0.6, -0.2, 0.09), (-0.5, 0.36, 0.12), (-0.16, 0.68, 0.07))[: rng.randrange(0, 4)]:
        pen.oval(x, y, size, size, deeper(color, 0.14), True)
    if rng.random() < 0.4:
        pen.line(arc(-0.4, -0.04, 0.09, 0.06, 20, 160), INK if sum(color) > 200 else (226, 222, 230), 0.04)


def cloud(pen: Pen, color: Color, rng: random.Random) -> None:
    lobes = [(-0.52, 0.2, 0.3), (0.5, 0.18, 0.33), (-0.18, -0.08, 0.42), (0.24, -0.02, 0.36)]
    bottom = 0.5
    drops = rng.random() < 0.35
    if drops:
        for x in (-0.45, 0.0, 0.45):
            pen.line([(x + 0.05, 0.62), (x - 0.03, 0.86)], (96, 166, 230), 0.07, False)
    outline: list[Point] = []
    moved = [
        (x + rng.uniform(-0.05, 0.05), y + rng.uniform(-0.05, 0.03), r * rng.uniform(0.92, 1.1)) for x, y, r in lobes
    ]
    left, right = moved[0], moved[1]
    for k in range(73):  # the union of the lobes above a flat bottom, seen from its middle
        angle = math.pi + math.pi * k / 72
        far = 0.0
        for x, y, r in moved:
            ux, uy = math.cos(angle), math.sin(angle)
            along = ux * x + uy * (y - 0.25)
            gap = along**2 - (x * x + (y - 0.25) ** 2 - r * r)
            if gap > 0:
                far = max(far, along + math.sqrt(gap))
        outline.append((far * math.cos(angle), 0.25 + far * math.sin(angle)))
    pen.shape([
        *outline, *arc(right[0] + 0.08, 0.25, outline[-1][0] - right[0] - 0.08, bottom - 0.25, 0, 90, 20),
        *arc(left[0] - 0.08, 0.25, -outline[0][0] + left[0] - 0.08, bottom - 0.25, 90, 180, 20),
    ], color)
    pen.shape(blob([(-0.4, -0.12), (-0.14, -0.36), (0.04, -0.3), (-0.22, -0.06)]), lighter(color, 0.4), True)
    if rng.random() < 0.35:
        _face(pen, 0.12, 0.2, color)


def crown(pen: Pen, color: Color, rng: random.Random) -> None:
    tall, wide, gem = (
        rng.uniform(0.5, 0.72), rng.uniform(0.72, 0.86), rng.choice(((224, 60, 74), (70, 130, 230), (70, 180, 110))),
    )
    tips = [(-wide - 0.06, -tall * 0.75), (0, -tall), (wide + 0.06, -tall * 0.75)]
    pen.shape([(-wide, 0.5), tips[0], (-wide * 0.46, 0.06), tips[1], (wide * 0.46, 0.06), tips[2], (wide, 0.5)], color)
    for x, y in tips:
        pen.oval(x, y, 0.1, 0.1, deeper(color, 0.15))
    pen.box(-wide, 0.42, wide, 0.64, deeper(color, 0.22), 0.04)
    for x in (-0.45, 0.0, 0.45):
        pen.shape([(x, 0.44), (x + 0.09, 0.53), (x, 0.62), (x - 0.09, 0.53)], gem, True)


def key(pen: Pen, color: Color, rng: random.Random) -> None:
    r, teeth = rng.uniform(0.28, 0.36), rng.randrange(2, 4)
    pen.box(-0.3, -0.075, 0.88, 0.075, color, 0.05)
    for k in range(teeth):
        x = 0.82 - k * 0.2
        pen.box(x - 0.065, 0.06, x + 0.065, 0.24 + 0.1 * (k % 2), color, 0.03)
    if rng.random() < 0.5:
        pen.line(arc(-0.56, 0, r, r), color, 0.17, False)
    else:
        for angle in (90, 210, 330):
            pen.line(arc(
                -0.6 + 0.2 * math.cos(math.radians(angle - 30)), 0.2 * math.sin(math.radians(angle - 30)), 0.19, 0.19,
            ), color, 0.13, False)


def flag(pen: Pen, color: Color, rng: random.Random) -> None:
    low, wave = rng.uniform(0.1, 0.26), rng.uniform(0.08, 0.2)
    pen.line([(-0.66, -0.9), (-0.66, 0.93)], WOOD, 0.09, False)
    pen.oval(-0.66, -0.92, 0.08, 0.08, (250, 200, 66))
    top = curve((-0.62, -0.78), (-0.1, -0.78 - wave * 1.6), (0.3, -0.78 + wave * 1.6), (0.86, -0.78))
    down = low + 0.78
    kind = rng.randrange(3)
    if kind == 0:
        pen.shape([(-0.62, -0.8), (0.88, -0.8 + down / 2), (-0.62, -0.8 + down)], color)
        return
    pen.shape([*top, *[(x, y + down) for x, y in reversed(top)]], color)
    if kind == 1:
        pale = lighter(color, 0.6) if sum(color) < 640 else deeper(color, 0.25)
        band = [(x, y + down * 0.36) for x, y in top]
        pen.shape([*band, *[(x, y + down * 0.28) for x, y in reversed(band)]], pale, True)


SKY: dict[str, Draw] = {"sun": sun, "moon": moon, "cloud": cloud}
SYMBOLS: dict[str, Draw] = {"crown": crown, "key": key, "flag": flag}
