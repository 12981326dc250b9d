"""Furniture, instruments and things of the house."""

import math
import random

from studio_starter.world.pen import (
    CREAM,
    GLASS,
    GOLD,
    INK,
    STEEL,
    WOOD,
    Anchors,
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


def chair(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, back, bars = rng.uniform(0.42, 0.52), rng.uniform(-0.95, -0.75), rng.random() < 0.5
    for side in (-1, 1):
        pen.line([(side * wide * 0.72, 0.2), (side * wide * 0.68, 0.72)], deeper(color, 0.4), 0.1, False)
        pen.line([(side * wide * 0.96, 0.2), (side * (wide + 0.04), 0.93)], deeper(color, 0.25), 0.12, False)
    if bars:
        for side in (-1, 0, 1):
            pen.line([(side * wide * 0.8, back + 0.06), (side * wide * 0.8, 0.1)], deeper(color, 0.12), 0.12, False)
        pen.box(-wide, back, wide, back + 0.2, color, 0.08)
    else:
        pen.box(-wide * 0.95, back, wide * 0.95, 0.1, deeper(color, 0.1), 0.16)
        pen.box(-wide * 0.68, back + 0.14, wide * 0.68, -0.08, lighter(color, 0.22), 0.1, True)
    pen.shape([(-wide * 0.9, 0.02), (wide * 0.9, 0.02), (wide + 0.12, 0.28), (-wide - 0.12, 0.28)], color)
    pen.box(-wide - 0.12, 0.26, wide + 0.12, 0.36, deeper(color, 0.25), 0.03)


def lamp(pen: Pen, color: Color, rng: random.Random) -> None:
    low, high, foot = rng.uniform(0.48, 0.62), rng.uniform(0.2, 0.34), rng.uniform(0.26, 0.4)
    if rng.random() < 0.6:
        pen.shape([(-low * 0.95, 0.0), (low * 0.95, 0.0), (low * 1.25, 0.8), (-low * 1.25, 0.8)], (255, 240, 176))
    pen.line([(0, -0.1), (0, 0.84)], WOOD, 0.1, False)
    pen.oval(0, 0.36, 0.13, 0.17, WOOD)
    pen.shape([*arc(0, 0.9, foot, 0.16, 180, 360)], darker(WOOD, 0.2))
    pen.shape([(-high, -0.86), (high, -0.86), (low, 0.04), (-low, 0.04)], color)
    for share in (0.12, 0.88)[: rng.randrange(1, 3)]:
        half = high + (low - high) * share
        y = -0.86 + 0.9 * share
        pen.line([(-half + 0.03, y), (half - 0.03, y)], deeper(color, 0.25), 0.06)


def sofa(pen: Pen, color: Color, rng: random.Random) -> None:
    back, seats = rng.uniform(-0.52, -0.36), rng.randrange(2, 4)
    for x in (-0.7, 0.7):
        pen.line([(x, 0.5), (x, 0.66)], WOOD, 0.1, False)
    pen.box(-0.78, back, 0.78, 0.4, deeper(color, 0.14), 0.2)
    step = 1.4 / seats
    for k in range(seats):
        pen.box(-0.7 + k * step + 0.02, back + 0.14, -0.7 + (k + 1) * step - 0.02, 0.16, lighter(color, 0.08), 0.1)
        pen.box(-0.7 + k * step, 0.1, -0.7 + (k + 1) * step, 0.34, color, 0.07)
    pen.box(-0.74, 0.3, 0.74, 0.54, deeper(color, 0.25), 0.06)
    for side in (-1, 1):
        pen.box(min(side * 0.66, side * 0.96), -0.1, max(side * 0.66, side * 0.96), 0.56, color, 0.14)
    if rng.random() < 0.6:
        pen.shape(blob([
            (-0.6, -0.12), (-0.42, -0.14), (-0.26, -0.1), (-0.28, 0.14), (-0.6, 0.14),
        ]), CREAM if sum(color) < 620 else (236, 130, 120))


def guitar(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, waist = rng.uniform(0.4, 0.48), rng.uniform(0.2, 0.27)
    pen.box(-0.075, -0.8, 0.075, 0.2, darker(WOOD, 0.25))
    pen.box(-0.13, -0.98, 0.13, -0.74, darker(WOOD, 0.4), 0.04)
    for y in (-0.92, -0.82):
        for side in (-1, 1):
            pen.oval(side * 0.16, y, 0.04, 0.035, STEEL, True)
    pen.shape(blob([
        (0, -0.14), (0.26, -0.1), (0.32, 0.08), (waist, 0.28), (wide, 0.56), (wide * 0.7, 0.88), (0, 0.96),
        (-wide * 0.7, 0.88), (-wide, 0.56), (-waist, 0.28), (-0.32, 0.08), (-0.26, -0.1),
    ]), color)
    pen.oval(0, 0.3, 0.16, 0.16, INK, True)
    pen.line(arc(0, 0.3, 0.19, 0.19), CREAM, 0.03)
    pen.box(-0.2, 0.66, 0.2, 0.73, darker(WOOD, 0.4), 0.02, True)
    for x in (-0.04, 0.0, 0.04):
        pen.line([(x, -0.8), (x, 0.68)], (238, 234, 224), 0.014)


def drum(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, tall, zig = rng.uniform(0.56, 0.7), rng.uniform(0.5, 0.72), rng.randrange(4, 7)
    pen.shape([(-wide, -0.2), *arc(0, -0.2 + tall + 0.14, wide, 0.18, 180, 0, 30), (wide, -0.2)], color)
    top, low = -0.08, tall - 0.1
    for k in range(zig):
        x = -wide + 2 * wide * k / zig
        half = wide / zig
        bow = [0.15 * math.sqrt(max(0.0, 1 - ((x + half * j) / wide) ** 2)) for j in range(3)]
        pen.line(
            [(x, top + bow[0]), (x + half, low + bow[1]), (x + 2 * half, top + bow[2])],
            CREAM if sum(color) < 620 else (226, 84, 76), 0.04,
        )
    pen.line(arc(0, -0.2 + tall + 0.1, wide, 0.18, 5, 175), GOLD, 0.09)
    pen.line(arc(0, -0.14, wide, 0.18, 5, 175), GOLD, 0.09)
    pen.oval(0, -0.2, wide, 0.18, CREAM if sum(color) < 640 else (230, 222, 208))
    spread = rng.uniform(0.0, 0.25)
    for side in (-1, 1):
        pen.line([(side * 0.14, -0.26), (side * (0.6 + spread), -0.72)], WOOD, 0.055, False)
        pen.oval(side * 0.13, -0.24, 0.075, 0.065, darker(WOOD, 0.3))


def bell(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, high = rng.uniform(0.6, 0.74), rng.uniform(0.3, 0.4)
    pen.line(arc(0, -0.8, 0.11, 0.12), deeper(color, 0.3), 0.07, False)
    pen.oval(rng.uniform(-0.14, 0.14), 0.66, 0.15, 0.15, deeper(color, 0.5))
    pen.shape([
        *curve((-wide, 0.58), (-high - 0.06, 0.3), (-high, -0.2), (-high + 0.02, -0.4)),
        *curve((-high + 0.02, -0.4), (-high + 0.08, -0.74), (0, -0.74)),
        *curve((0, -0.74), (high - 0.08, -0.74), (high - 0.02, -0.4)),
        *curve((high - 0.02, -0.4), (high, -0.2), (high + 0.06, 0.3), (wide, 0.58)),
    ], color)
    pen.box(-wide - 0.08, 0.5, wide + 0.08, 0.64, deeper(color, 0.22), 0.07)
    pen.shape(blob([
        (-high * 0.7, -0.42), (-high * 0.3, -0.6), (-high * 0.4, -0.1), (-high * 0.72, 0.3),
    ]), lighter(color, 0.45), True)
    if rng.random() < 0.4:
        pen.shape([(0, -0.72), (-0.34, -0.9), (-0.3, -0.56)], (226, 70, 66))
        pen.shape([(0, -0.72), (0.34, -0.9), (0.3, -0.56)], (226, 70, 66))


def teapot(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, tall = rng.uniform(0.48, 0.58), rng.uniform(0.4, 0.5)
    pen.line(curve((0.4, -0.1), (0.98, -0.42), (0.98, 0.4), (0.36, 0.42)), deeper(color, 0.2), 0.12, False)
    pen.shape([
        (-0.34, 0.36), *curve((-0.46, 0.3), (-0.72, 0.1), (-0.8, -0.34)), (-0.98, -0.3),
        *curve((-0.98, -0.28), (-0.9, 0.3), (-0.5, 0.5)),
    ], deeper(color, 0.1))
    pen.oval(0, 0.2, wide, tall, color)
    pen.box(-0.3, 0.54 + (tall - 0.45), 0.3, 0.7 + (tall - 0.45), deeper(color, 0.25), 0.04)
    pen.shape([*arc(0, -0.16, wide * 0.68, 0.24, 180, 360, 24)], deeper(color, 0.14))
    pen.oval(0, -0.44, 0.08, 0.08, deeper(color, 0.35))
    for x, y in ((-0.2, 0.12), (0.18, 0.06), (0.0, 0.36))[: rng.randrange(0, 4)]:
        for k in range(5):
            pen.oval(
                x + 0.06 * math.cos(k * 1.2566), y + 0.06 * math.sin(k * 1.2566), 0.045, 0.045,
                CREAM if sum(color) < 620 else (226, 110, 120), True,
            )
        pen.oval(x, y, 0.035, 0.035, GOLD, True)


def book(pen: Pen, color: Color, rng: random.Random) -> None:
    if rng.random() < 0.5:  # open
        tall = rng.uniform(0.44, 0.56)
        for side in (-1, 1):
            pen.shape([(0, -tall + 0.14), (side * 0.93, -tall), (side * 0.93, tall), (0, tall + 0.14)], color)
            pen.shape([
                *curve((0, -tall + 0.1), (side * 0.4, -tall - 0.12), (side * 0.82, -tall)),
                *curve((side * 0.82, tall - 0.1), (side * 0.4, tall - 0.18), (0, tall + 0.02)),
            ], (252, 248, 238))
            for k in range(4):
                y = -tall + 0.22 + k * 0.19
                pen.line([(side * 0.16, y), (side * 0.68, y - 0.06)], (170, 172, 184), 0.035)
        pen.line([(0, -tall + 0.08), (0, tall + 0.04)], (206, 200, 190), 0.04)
    else:
        wide, tall = rng.uniform(0.5, 0.6), rng.uniform(0.72, 0.84)
        pen.box(-wide + 0.04, -tall + 0.06, wide + 0.06, tall + 0.02, (250, 246, 236), 0.02)
        pen.box(-wide, -tall, wide, tall - 0.08, color, 0.04)
        pen.box(-wide, -tall, -wide + 0.16, tall - 0.08, deeper(color, 0.3), 0.04, True)
        pen.box(
            -wide + 0.3, -tall + 0.22, wide - 0.14, -tall + 0.36, CREAM if sum(color) < 640 else deeper(color, 0.4),
            0.03, True,
        )
        pen.box(
            -wide + 0.3, -tall + 0.44, wide - 0.36, -tall + 0.53, CREAM if sum(color) < 640 else deeper(color, 0.4),
            0.03, True,
        )
        if rng.random() < 0.6:
            pen.shape([
                (0.14, tall - 0.09), (0.3, tall - 0.09), (0.3, tall + 0.16), (0.22, tall + 0.08), (0.14, tall + 0.16),
            ], (226, 70, 66))


def umbrella(pen: Pen, color: Color, rng: random.Random) -> None:
    wide, tall = rng.uniform(0.82, 0.94), rng.uniform(0.62, 0.76)
    pen.line([(0, -0.92), (0, 0.62)], WOOD, 0.07, False)
    pen.line(arc(0.14, 0.66, 0.14, 0.2, 180, 0), WOOD, 0.09, False)
    edge = []
    for k in range(4):
        x = -wide + wide * (2 * k + 1) / 4
        edge += arc(x, 0.02, wide / 4, 0.1, 180, 360, 16)
    pen.shape([*arc(0, 0.02, wide, tall + 0.06, 180, 360, 36), *reversed(edge)], color)
    pen.shape([
        *curve((0, -tall), (-wide * 0.46, -tall * 0.7), (-wide / 2, 0.0)),
        *arc(-wide / 4, 0.02, wide / 4, 0.1, 180, 360, 10), *curve((0, 0.0), (-0.02, -tall * 0.6), (0, -tall)),
    ], deeper(color, 0.18), True)
    pen.shape([
        *curve((0, -tall), (wide * 0.46, -tall * 0.7), (wide / 2, 0.0)),
        *arc(wide * 0.75, 0.02, wide / 4, 0.1, 180, 360, 10),
        *curve((wide, 0.0), (wide * 0.8, -tall * 0.75), (0, -tall)),
    ], deeper(color, 0.18), True)


def clock(pen: Pen, color: Color, rng: random.Random) -> None:
    r, hour, minute = rng.uniform(0.7, 0.8), rng.uniform(0, math.tau), rng.uniform(0, math.tau)
    if rng.random() < 0.5:  # an alarm clock
        for side in (-1, 1):
            pen.line([(side * 0.4, 0.6), (side * 0.56, 0.88)], deeper(color, 0.4), 0.12, False)
            pen.shape(arc(side * 0.42, -0.56, 0.28, 0.28, 150 + side * 35, 330 + side * 35, 20), deeper(color, 0.25))
        r = 0.68
    pen.oval(0, 0.06, r, r, color)
    pen.oval(0, 0.06, r * 0.78, r * 0.78, (252, 250, 244))
    for k in range(12):
        x, y = math.sin(k * math.tau / 12), -math.cos(k * math.tau / 12)
        pen.line([
            (x * r * 0.64, 0.06 + y * r * 0.64), (x * r * 0.7, 0.06 + y * r * 0.7),
        ], INK, 0.05 if k % 3 == 0 else 0.025)
    pen.line([(0, 0.06), (r * 0.4 * math.sin(hour), 0.06 - r * 0.4 * math.cos(hour))], INK, 0.07)
    pen.line([(0, 0.06), (r * 0.58 * math.sin(minute), 0.06 - r * 0.58 * math.cos(minute))], INK, 0.045)
    pen.oval(0, 0.06, 0.05, 0.05, (226, 70, 66), True)


def robot(pen: Pen, color: Color, rng: random.Random) -> Anchors:
    wide, lift, lamp_color = (
        rng.uniform(0.36, 0.44), rng.uniform(-0.2, 0.25), rng.choice((GOLD, (240, 84, 76), (110, 210, 140))),
    )
    for side in (-1, 1):
        pen.line([(side * 0.17, 0.62), (side * 0.19, 0.86)], STEEL, 0.13, False)
        pen.box(side * 0.21 - 0.15, 0.82, side * 0.21 + 0.15, 0.94, deeper(color, 0.35), 0.05)
        pen.line([(side * wide, 0.16), (side * (wide + 0.24), 0.34 - lift * side)], STEEL, 0.11, False)
        pen.oval(side * (wide + 0.27), 0.36 - lift * side, 0.1, 0.1, deeper(color, 0.3))
    pen.box(-0.1, -0.14, 0.1, 0.06, STEEL)
    pen.box(-wide, 0.0, wide, 0.68, color, 0.1)
    pen.box(-wide * 0.62, 0.14, wide * 0.62, 0.44, deeper(color, 0.4), 0.05, True)
    for k, x in enumerate((-0.14, 0.0, 0.14)):
        pen.oval(x, 0.29, 0.055, 0.055, (GOLD, (240, 84, 76), (110, 210, 140))[k], True)
    pen.line([(0, -0.6), (0, -0.8)], STEEL, 0.05, False)
    pen.oval(0, -0.84, 0.08, 0.08, lamp_color)
    for side in (-1, 1):
        pen.box(side * 0.44 - 0.06, -0.46, side * 0.44 + 0.06, -0.24, STEEL, 0.03)
    pen.box(-0.42, -0.62, 0.42, -0.1, color, 0.12)
    for side in (-1, 1):
        pen.oval(side * 0.18, -0.4, 0.1, 0.1, (255, 255, 255), True)
        pen.oval(side * 0.18, -0.4, 0.05, 0.055, INK, True)
    if rng.random() < 0.5:
        pen.line(arc(0, -0.26, 0.16, 0.09, 20, 160), INK if sum(color) > 200 else CREAM, 0.04)
    else:
        pen.box(-0.17, -0.25, 0.17, -0.17, GLASS, 0.02, True)
    return Anchors((0, -0.58), 0.36, (0, -0.4), 0.18, (0, -0.03), 0.26, (-wide - 0.27, 0.36 + lift))


FURNITURE: dict[str, Draw] = {"chair": chair, "lamp": lamp, "sofa": sofa}
INSTRUMENTS: dict[str, Draw] = {"guitar": guitar, "drum": drum, "bell": bell}
THINGS: dict[str, Draw] = {
    "teapot": teapot, "book": book, "umbrella": umbrella, "clock": clock, "robot": robot,
}  # fmt: skip
