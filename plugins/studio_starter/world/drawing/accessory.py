"""What can be worn or held, by the anchors of its wearer."""

import random

from studio_starter.world.pen import INK, Anchors, Color, Pen, arc, blob, curve, deeper, lighter


def hat(pen: Pen, at: Anchors, color: Color, rng: random.Random) -> None:
    (x, y), half, kind = at.top, at.head, rng.randrange(4)
    y += 0.06
    if kind == 0:  # a top hat
        tall = rng.uniform(0.32, 0.44)
        pen.shape([
            (x - half * 0.8, y), (x - half * 0.86, y - tall), (x + half * 0.86, y - tall), (x + half * 0.8, y),
        ], color)
        pen.box(x - half * 0.81, y - 0.14, x + half * 0.81, y - 0.03, deeper(color, 0.45), 0, True)
        pen.oval(x, y, half * 1.35, 0.075, color)
    elif kind == 1:  # a pointed hat
        pen.shape([
            (x - half, y + 0.02), (x + rng.uniform(-0.08, 0.08), y - rng.uniform(0.46, 0.6)), (x + half, y + 0.02),
        ], color)
        pen.line(
            [(x - half * 0.92, y + 0.01), (x + half * 0.92, y + 0.01)],
            lighter(color, 0.45) if sum(color) < 640 else deeper(color), 0.09,
        )
    elif kind == 2:  # a woollen hat
        pen.shape(arc(x, y, half * 1.06, 0.36, 180, 360, 30), color)
        pale = lighter(color, 0.4) if sum(color) < 640 else deeper(color, 0.18)
        pen.box(x - half * 1.14, y - 0.1, x + half * 1.14, y + 0.04, pale, 0.06)
        pen.oval(x, y - 0.37, 0.1, 0.1, pale)
    else:  # a cap
        side = rng.choice((-1, 1))
        pen.shape(arc(x, y, half, 0.34, 180, 360, 30), color)
        pen.shape(blob([
            (x, y - 0.06), (x + side * half, y - 0.08), (x + side * (half + 0.34), y), (x + side * half, y + 0.05),
            (x, y + 0.03),
        ]), deeper(color, 0.25))
        pen.oval(x, y - 0.34, 0.045, 0.035, deeper(color, 0.25), True)


def scarf(pen: Pen, at: Anchors, color: Color, rng: random.Random) -> None:
    (x, y), half, side = at.neck, at.collar, rng.choice((-1, 1))
    long = rng.uniform(0.34, 0.5)
    end = x + side * half * 0.55
    pen.shape([
        (end - 0.1, y), (end + 0.1, y), (end + 0.12 * side + 0.1, y + long), (end + 0.12 * side - 0.1, y + long),
    ], deeper(color, 0.18))
    stripe = lighter(color, 0.5) if sum(color) < 620 else deeper(color, 0.3)
    for share in (0.55, 0.8):
        pen.line([
            (end + 0.12 * side * share - 0.08, y + long * share), (end + 0.12 * side * share + 0.08, y + long * share),
        ], stripe, 0.05)
    pen.shape(blob([
        (x - half - 0.04, y - 0.09), (x, y - 0.03), (x + half + 0.04, y - 0.09), (x + half + 0.05, y + 0.06),
        (x, y + 0.13), (x - half - 0.05, y + 0.06),
    ]), color)


def glasses(pen: Pen, at: Anchors, color: Color, rng: random.Random) -> None:
    (x, y), apart, kind = at.eyes, at.apart, rng.randrange(3)
    r = min(0.17, apart * 0.86)
    width = 0.058
    pen.line([(x - apart + r, y), (x + apart - r, y)], color, width)
    for side in (-1, 1):
        pen.line([(x + side * (apart + r), y - 0.02), (x + side * (apart + r + 0.1), y - 0.07)], color, width)
        center = x + side * apart
        if kind == 0:
            pen.line(arc(center, y, r, r), color, width)
        elif kind == 1:
            pen.line([
                (center - r, y - r * 0.8), (center + r, y - r * 0.8), (center + r, y + r * 0.8),
                (center - r, y + r * 0.8), (center - r, y - r * 0.8),
            ], color, width)
        else:  # sunglasses
            pen.oval(center, y, r + 0.02, r + 0.01, color)
            pen.oval(
                center, y, r * 0.72, r * 0.72, INK if color[0] + color[1] + color[2] > 200 else (92, 96, 120), True,
            )
            pen.line([(center - r * 0.3, y + r * 0.2), (center + r * 0.2, y - r * 0.3)], (200, 206, 220), 0.03)


def balloon(pen: Pen, at: Anchors, color: Color, rng: random.Random) -> None:
    (hx, hy), r = at.hand, rng.uniform(0.24, 0.3)
    x, y = min(hx, -0.3) - rng.uniform(0.2, 0.34), rng.uniform(-0.62, -0.44)
    pen.line(curve((hx, hy), (x + 0.14, hy - 0.1), (x, y + r * 1.2)), INK, 0.03)
    pen.shape([(x, y + r * 1.1), (x - 0.06, y + r * 1.32), (x + 0.06, y + r * 1.32)], deeper(color, 0.2))
    pen.oval(x, y, r, r * 1.2, color)
    pen.oval(
        x - r * 0.4, y - r * 0.5, r * 0.18, r * 0.26, lighter(color, 0.6) if sum(color) < 700 else (222, 226, 234),
        True, 0.5,
    )


ACCESSORIES = {"hat": hat, "scarf": scarf, "glasses": glasses, "balloon": balloon}
