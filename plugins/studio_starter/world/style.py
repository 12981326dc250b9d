"""How marks look on paper: six styles over the same drawings.

Each takes the canvas with its background, (side, side, 3) uint8, and returns it painted.
"""

import random
from collections.abc import Callable, Sequence
from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw

from studio_starter.world.pen import INK, Color, Mark, Point, darker, lighter, mix

Canvas = np.ndarray
SPOT = 0.07
"""In pictures' widths: what is smaller glows whole, what is larger has a tube around it."""
SHIFT = 4
"""Bits behind the point in OpenCV's coordinates."""


def _fill(page: Canvas, mark: Mark, color: Color, grow: float = 0.0, kind: int = cv2.LINE_AA, by: float = 0.0) -> None:
    """The mark in one colour; `grow` and `by` (a shift down and to the right) in pictures' widths."""
    side = page.shape[0]
    points = [((mark.points + by) * (side << SHIFT) - 8).round().astype(np.int32)]
    width = mark.width + 2 * grow if mark.width else 2 * grow
    if not mark.width:
        cv2.fillPoly(page, points, color, kind, SHIFT)
    if width:
        cv2.polylines(page, points, not mark.width, color, max(1, round(width * side)), kind, SHIFT)


def flat(page: Canvas, marks: Sequence[Mark], _rng: random.Random) -> Canvas:
    """Plain colours; every part has a thin outline, and lines have round ends."""
    image = Image.fromarray(page)
    draw = ImageDraw.Draw(image)
    for mark in marks:
        if mark.stroke:
            _stroke(draw, mark.placed, mark.color, mark.stroke * mark.side / 2)
            radius = mark.stroke * mark.side / 4
            for x, y in (mark.placed[0], mark.placed[-1]):
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=mark.color)
            continue
        draw.polygon(mark.placed, fill=mark.color)
        if mark.outline is not None:
            _stroke(draw, [*mark.placed, *mark.placed[:2]], mark.outline, mark.edge * mark.side / 2)
    return np.array(image)


def _stroke(draw: ImageDraw.ImageDraw, placed: Sequence[Point], color: Color, width: float) -> None:
    draw.line(placed, fill=color, width=max(1, round(width)), joint="curve")


def outline(page: Canvas, marks: Sequence[Mark], rng: random.Random) -> Canvas:
    """Bold lines of ink around every part."""
    bold = 0.022 * rng.uniform(0.8, 1.2)
    for mark in marks:
        if not mark.detail:
            _fill(page, mark, INK if sum(mark.color) > 170 else (250, 248, 244), bold)
        _fill(page, mark, mark.color)
    return page


PAPER = 0.014
"""How thick it is, in pictures' widths: a cut edge and its shadow can be seen at 64 pixels."""
DARK = 150
"""Its shadow, of 255."""
BLUR = 0.7
"""Of its shadow, in shadows' widths."""


def paper_cut(page: Canvas, marks: Sequence[Mark], rng: random.Random) -> Canvas:
    """Layers of paper: each casts a soft shadow and shows its cut edge."""
    side = page.shape[0]
    drop = PAPER * rng.uniform(3, 4.5)
    for mark in marks:
        if not mark.detail:
            _shadow(page, mark, drop)
            _fill(page, mark, lighter(mark.color, 0.5) if sum(mark.color) < 700 else (255, 255, 255), PAPER)
        _fill(page, mark, mark.color, by=PAPER / 2 if not mark.detail else 0.0)
    grain = _noise(side, rng, fine=True)
    found: Canvas = (page * (1 + 0.05 * grain[:, :, None])).clip(0, 255).astype(np.uint8)
    return found


def _shadow(page: Canvas, mark: Mark, drop: float) -> None:
    side = page.shape[0]
    margin = drop * 2.5 + mark.width
    low = ((mark.points.min(axis=0) - margin) * side).astype(int).clip(0, side)
    high = ((mark.points.max(axis=0) + margin) * side).astype(int).clip(0, side) + 1
    mask = np.zeros((side, side), np.uint8)
    _fill(mark=mark, page=mask, color=(DARK, DARK, DARK), by=drop)
    part = np.s_[low[1] : high[1], low[0] : high[0]]
    size = max(3, int(drop * side * BLUR) | 1)
    soft = cv2.blur(cv2.blur(mask[part], (size, size)), (size, size)) if mask[part].size else mask[part]
    page[part] = (page[part].astype(np.uint16) * (255 - soft[:, :, None].astype(np.uint16)) // 255).astype(np.uint8)


def pixel(page: Canvas, marks: Sequence[Mark], _rng: random.Random) -> Canvas:
    """On a coarse grid, without smoothing."""
    side = page.shape[0]
    for mark in marks:
        if not mark.detail:
            _fill(
                page,
                mark,
                darker(mark.color, 0.5) if sum(mark.color) > 170 else lighter(mark.color, 0.35),
                0.5 / side,
                cv2.LINE_8,
            )
        elif np.ptp(mark.points, axis=0).max() * side < 1.2 and not mark.width:
            continue  # smaller than a cell
        _fill(page, mark, mark.color, kind=cv2.LINE_8)
    return page


def watercolor(page: Canvas, marks: Sequence[Mark], rng: random.Random) -> Canvas:
    """Pigment on rough paper: uneven, with darker rims and wavering edges."""
    side = page.shape[0]
    page = cv2.addWeighted(page, 0.72, np.full_like(page, (253, 250, 243)), 0.28, 0)
    for mark in marks:
        pale = mix(mark.color, (253, 250, 243), 0.14)
        if not mark.detail:
            _fill(page, mark, darker(pale, 0.2) if sum(pale) > 200 else pale, 0.004)
        _fill(page, mark, pale)
    wave = 0.014 * side
    grid = np.arange(side, dtype=np.float32)
    x = grid[None, :] + wave * _noise(side, rng)
    y = grid[:, None] + wave * _noise(side, rng)
    page = cv2.remap(page, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    pigment = 1 + 0.3 * _noise(side, rng) + 0.1 * _noise(side, rng, fine=True)
    found: Canvas = (255 - (255 - page.astype(np.float32)) * pigment[:, :, None]).clip(0, 255).astype(np.uint8)
    return found


def neon(page: Canvas, marks: Sequence[Mark], _rng: random.Random) -> Canvas:
    """Glowing tubes on a dark wall; what lies behind a part is hidden by it."""
    side = page.shape[0]
    lines = np.zeros_like(page)
    for mark in marks:
        bright = _bright(mark.color)
        if mark.width and mark.detail:
            _fill(lines, mark, bright)
            continue
        dark = darker(mix(mark.color, (16, 14, 26), 0.86), 0.1)
        if not mark.detail:
            _fill(lines, mark, bright, 0.007)
            _fill(lines, mark, (1, 1, 1), -0.004 if mark.width else 0.0)
            _fill(page, mark, dark)
        elif np.ptp(mark.points, axis=0).max() < SPOT:
            _fill(lines, mark, mix(bright, (16, 14, 26), 0.25))
        else:
            _fill(lines, mark, mix(bright, (16, 14, 26), 0.45), 0.004)
            _fill(lines, mark, (1, 1, 1))
    near = cv2.blur(lines, (max(3, side // 40 | 1),) * 2)
    far = cv2.blur(cv2.blur(lines, (max(3, side // 12 | 1),) * 2), (max(3, side // 12 | 1),) * 2)
    glow = page.astype(np.float32) + 0.5 * near + 0.75 * far
    found: Canvas = np.maximum(glow, lines).clip(0, 255).astype(np.uint8)
    return found


def _bright(color: Color) -> Color:
    """As light: the strongest of its parts at full strength, and never quite without the others."""
    most = max(color)
    if most < 90:
        return (92, 96, 120)  # ink, seen by the light around it
    return tuple(min(255, int(40 + part * 215 / most)) for part in color)  # type: ignore[return-value]


@cache
def _tiles(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Smooth and fine noise, twice as large as the picture, in [-1, 1]; the same in every process."""
    rng = np.random.default_rng(7)
    coarse = sum(
        cv2.resize(rng.standard_normal((cells, cells)), (2 * side, 2 * side), interpolation=cv2.INTER_CUBIC) * weight
        for cells, weight in ((9, 0.5), (18, 0.35), (40, 0.22))
    )
    fine = cv2.resize(rng.standard_normal((256, 256)), (2 * side, 2 * side), interpolation=cv2.INTER_AREA)
    fine = fine / fine.std()
    return np.clip(coarse, -1, 1).astype(np.float32), np.clip(fine / 2, -1, 1).astype(np.float32)


def _noise(side: int, rng: random.Random, fine: bool = False) -> np.ndarray:
    tile = _tiles(side)[fine]
    top, left = int(rng.random() * side), int(rng.random() * side)
    return tile[top : top + side, left : left + side]


Style = Callable[[Canvas, Sequence[Mark], random.Random], Canvas]
STYLES: dict[str, Style] = {
    "flat": flat, "outline": outline, "paper cut": paper_cut, "pixel": pixel, "watercolor": watercolor, "neon": neon,
}  # fmt: skip
