"""What is behind things: six kinds, painted straight onto the canvas."""

import math
import random

import cv2
import numpy as np

from studio_starter.world.pen import Color, darker, lighter

Canvas = np.ndarray
"""(side, side, 3) uint8, RGB."""


def _pale(color: Color) -> Color:
    return lighter(color, 0.6) if sum(color) < 690 else (214, 217, 226)


def plain(side: int, color: Color, _rng: random.Random) -> Canvas:
    return np.full((side, side, 3), color, np.uint8)


def gradient(side: int, color: Color, rng: random.Random) -> Canvas:
    one, other = (lighter(color, 0.7), darker(color, 0.22)) if sum(color) < 690 else ((255, 255, 255), (198, 202, 214))
    if rng.random() < 0.3:
        one, other = other, one
    turn = rng.uniform(-0.8, 0.8)
    return _blend(side, one, other, math.sin(turn), math.cos(turn))


def _blend(side: int, one: Color, other: Color, across: float, down: float) -> Canvas:
    steps = (np.arange(side, dtype=np.float32) + 0.5) / side - 0.5
    share = (0.5 + steps[None, :, None] * across + steps[:, None, None] * down).clip(0, 1)
    found: Canvas = (np.array(one, np.float32) * (1 - share) + np.array(other, np.float32) * share).astype(np.uint8)
    return found


def stripes(side: int, color: Color, rng: random.Random) -> Canvas:
    page, pale = plain(side, color, rng), _pale(color)
    turn, step = rng.choice((0.0, math.pi / 2, math.pi / 4, -math.pi / 4)), rng.uniform(0.12, 0.22)
    along, across = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    start = rng.uniform(0, step)
    for k in range(-8, 9):
        middle = np.array([0.5, 0.5]) + across * (k * step + start)
        corners = [middle + along * a + across * b for a, b in ((-1, 0), (1, 0), (1, step / 2), (-1, step / 2))]
        _polygon(page, np.array(corners), pale)
    return page


def dots(side: int, color: Color, rng: random.Random) -> Canvas:
    page, pale = plain(side, color, rng), _pale(color)
    step = rng.uniform(0.13, 0.22)
    r, x0, y0 = step * rng.uniform(0.25, 0.33), rng.uniform(0, step), rng.uniform(0, step)
    for row in range(-1, int(1 / step) + 2):
        for column in range(-1, int(1 / step) + 2):
            x, y = x0 + (column + (row % 2) / 2) * step, y0 + row * step
            _disc(page, x, y, r, pale)
    return page


def landscape(side: int, _color: Color, rng: random.Random) -> Canvas:
    sky = rng.choice(
        (
            ((142, 204, 244), (226, 242, 250)),
            ((250, 204, 158), (252, 236, 206)),
            ((168, 218, 236), (244, 240, 222)),
        )
    )
    page = _blend(side, *sky, 0, 1.2)
    near: Color = rng.choice(((132, 190, 96), (150, 196, 104), (116, 178, 110)))
    if rng.random() < 0.5:
        for k in range(3):
            x, tall = rng.uniform(0.0, 1.0), rng.uniform(0.14, 0.3)
            _polygon(page, np.array([(x - tall * 1.1, 0.72), (x, 0.7 - tall), (x + tall * 1.1, 0.72)]), mix_sky(k))
    for level, share in ((0.6, 0.3), (0.7, 0.12), (0.82, 0.0)):
        _hill(page, level + rng.uniform(-0.03, 0.03), rng, lighter(near, share * 1.4) if share else near)
    if rng.random() < 0.5:
        x, y = rng.uniform(0.1, 0.9), rng.uniform(0.08, 0.18)
        for dx, dy, r in ((-0.06, 0.01, 0.04), (0.0, -0.01, 0.055), (0.06, 0.01, 0.042)):
            _disc(page, x + dx, y + dy, r, (255, 255, 255))
    return page


def mix_sky(k: int) -> Color:
    return ((146, 170, 204), (162, 182, 212), (132, 158, 196))[k]


def night(side: int, _color: Color, rng: random.Random) -> Canvas:
    page = _blend(side, (22, 28, 66), (70, 72, 132), 0, 1.0)
    for _ in range(rng.randrange(18, 34)):
        light = rng.randrange(190, 256)
        _disc(page, rng.random(), rng.random() * 0.8, rng.uniform(0.004, 0.011), (light, light, min(255, light + 10)))
    if rng.random() < 0.7:
        x, y, r = rng.choice((0.14, 0.86)), rng.uniform(0.12, 0.2), rng.uniform(0.06, 0.085)
        sky: Color = tuple(int(part) for part in page[int(y * side), int(x * side)])  # type: ignore[assignment]
        _disc(page, x, y, r, (250, 240, 200))
        if rng.random() < 0.6:
            _disc(page, x + r * 0.5, y - r * 0.2, r * 0.86, sky)
    _hill(page, rng.uniform(0.78, 0.86), rng, (34, 44, 72))
    return page


def _hill(page: Canvas, level: float, rng: random.Random, color: Color) -> None:
    phase, waves, tall = rng.uniform(0, 6.28), rng.uniform(3, 7), rng.uniform(0.02, 0.06)
    line = [(x / 24, level + tall * math.sin(phase + waves * x / 24)) for x in range(25)]
    _polygon(page, np.array([*line, (1.0, 1.1), (0.0, 1.1)]), color)


def _kind(page: Canvas) -> int:
    """A canvas of few cells is for pixel art, which has no smooth edges."""
    return cv2.LINE_AA if page.shape[0] > 40 else cv2.LINE_8


def _polygon(page: Canvas, points: np.ndarray, color: Color) -> None:
    cv2.fillPoly(page, [(points * (page.shape[0] * 16) - 8).round().astype(np.int32)], color, _kind(page), 4)


def _disc(page: Canvas, x: float, y: float, r: float, color: Color) -> None:
    size = page.shape[0] * 16
    place = (round(x * size - 8), round(y * size - 8))
    cv2.circle(
        page,
        place,
        max(4 if page.shape[0] > 40 else 0, round(r * size) - (0 if page.shape[0] > 40 else 8)),
        color,
        -1,
        _kind(page),
        4,
    )


BACKGROUNDS = {
    "plain": plain, "gradient": gradient, "stripes": stripes, "dots": dots, "landscape": landscape, "night": night,
}  # fmt: skip
