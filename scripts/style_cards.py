"""Draws the cards of styles that the starter was not taught: python scripts/style_cards.py [--sheet FILE]

Each is the same small landscape in the colours and the manner of its style, as a sign of it: no model drew it. What is
drawn comes from `scripts/style_cards.txt`: an id, a manner (a function here) and five colours, for sky, light, wall,
roof and ground. It writes into resources/styles; those that the starter drew there stay.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

ROOT = Path(__file__).parents[1]
TABLE, FOLDER = Path(__file__).with_suffix(".txt"), ROOT / "resources/styles"
WIDE, HIGH, SUPER = 280, 168, 2
QUALITY = 62
PAPER = np.array([244.0, 239, 228])
Picture = np.ndarray
Color = np.ndarray


def mix(one: Color, other: Color, share: float) -> Color:
    return one * (1 - share) + other * share


def tone(picture: Picture) -> Picture:
    """(H, W) from 0, black, to 1."""
    return (picture @ np.array([0.299, 0.587, 0.114])) / 255


def noise(rng: np.random.Generator, cell: int = 1) -> Picture:
    """(H, W), smooth over cells, about -1 to 1."""
    small = rng.standard_normal((HIGH // cell + 2, WIDE // cell + 2))
    return cv2.resize(small, (WIDE, HIGH), interpolation=cv2.INTER_CUBIC if cell > 1 else cv2.INTER_AREA)


class Scene:
    """A house on a hill under the sun: its pixels, and the number of the part that each belongs to."""

    def __init__(self, colors: list[Color], plain: bool = False) -> None:
        sky, light, wall, roof, dark = self.colors = colors
        self.rng = np.random.default_rng(5)
        down = np.linspace(0, 1, HIGH * SUPER)[:, None, None]
        fade = 0.0 if plain else 0.75
        self._page = (sky * (1 - down * fade) + mix(sky, light, 0.7) * down * fade).repeat(WIDE * SUPER, 1)
        self._parts = np.zeros(self._page.shape[:2], np.int32)
        far, crown = mix(dark, sky, 0.5), mix(dark, wall, 0.25)
        self._part(light, lambda draw, fill: draw.ellipse(_box(0.15, 0.14, 0.31, 0.41), fill))
        hills = [(0, 0.62), (0.14, 0.45), (0.3, 0.6), (0.47, 0.38), (0.7, 0.62), (1, 0.5), (1, 1), (0, 1)]
        self._part(far, lambda draw, fill: draw.polygon(_at(*hills), fill))
        near = [(0, 0.8), (0.25, 0.7), (0.55, 0.73), (0.8, 0.7), (1, 0.76), (1, 1), (0, 1)]
        self._part(dark, lambda draw, fill: draw.polygon(_at(*near), fill))
        path = [(0.66, 0.75), (0.71, 0.75), (0.62, 1), (0.44, 1)]
        self._part(mix(dark, light, 0.45), lambda draw, fill: draw.polygon(_at(*path), fill))
        self._part(mix(dark, roof, 0.3), lambda draw, fill: draw.rectangle(_box(0.385, 0.55, 0.41, 0.76), fill))
        self._part(crown, lambda draw, fill: draw.ellipse(_box(0.32, 0.3, 0.475, 0.66), fill))
        self._part(wall, lambda draw, fill: draw.rectangle(_box(0.57, 0.46, 0.72, 0.77), fill))
        self._part(mix(wall, dark, 0.35), lambda draw, fill: draw.rectangle(_box(0.72, 0.46, 0.86, 0.77), fill))
        self._part(roof, lambda draw, fill: draw.polygon(_at((0.54, 0.47), (0.645, 0.22), (0.75, 0.47)), fill))
        slope = [(0.645, 0.22), (0.82, 0.22), (0.9, 0.47), (0.75, 0.47)]
        self._part(mix(roof, dark, 0.3), lambda draw, fill: draw.polygon(_at(*slope), fill))
        self._part(mix(dark, roof, 0.5), lambda draw, fill: draw.rectangle(_box(0.66, 0.6, 0.705, 0.77), fill))
        self._part(light, lambda draw, fill: draw.rectangle(_box(0.595, 0.55, 0.64, 0.63), fill))
        self._part(light, lambda draw, fill: draw.rectangle(_box(0.77, 0.55, 0.82, 0.63), fill))
        self.page: Picture = cv2.resize(self._page, (WIDE, HIGH), interpolation=cv2.INTER_AREA)
        self.parts: Picture = cv2.resize(self._parts.astype(np.float32), (WIDE, HIGH), interpolation=cv2.INTER_NEAREST)

    def _part(self, color: Color, draw: Callable[[ImageDraw.ImageDraw, int], object]) -> None:
        mask = Image.new("L", (WIDE * SUPER, HIGH * SUPER))
        draw(ImageDraw.Draw(mask), 255)
        inside = np.asarray(mask) > 0
        self._page[inside] = color
        self._parts[inside] = self._parts.max() + 1

    def lines(self, width: int = 1) -> Picture:
        """(H, W) from 0 to 1: where one part meets another."""
        parts = cv2.resize(self._parts.astype(np.float32), (WIDE * 2, HIGH * 2), interpolation=cv2.INTER_NEAREST)
        down, across = np.diff(parts, axis=0, prepend=parts[:1]), np.diff(parts, axis=1, prepend=parts[:, :1])
        edge = (down != 0) | (across != 0)
        thick = cv2.dilate(edge.astype(np.float32), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width + 1,) * 2))
        return cv2.resize(thick, (WIDE, HIGH), interpolation=cv2.INTER_AREA)


def _at(*points: tuple[float, float]) -> list[tuple[float, float]]:
    return [(x * WIDE * SUPER, y * HIGH * SUPER) for x, y in points]


def _box(left: float, top: float, right: float, bottom: float) -> list[float]:
    return [left * WIDE * SUPER, top * HIGH * SUPER, right * WIDE * SUPER, bottom * HIGH * SUPER]


def over(page: Picture, color: Color, how_much: Picture) -> Picture:
    return page * (1 - how_much[..., None]) + color * how_much[..., None]


def vignette(page: Picture, share: float) -> Picture:
    y, x = np.mgrid[-1 : 1 : HIGH * 1j, -1 : 1 : WIDE * 1j]
    return page * (1 - share * np.clip(x**2 * 0.6 + y**2 * 0.6, 0, 1))[..., None]


# ---- manners


def photo(scene: Scene) -> Picture:
    """Light that falls off, soft edges, a little grain."""
    page = cv2.GaussianBlur(scene.page, (0, 0), 1.0)
    glow = cv2.GaussianBlur((scene.parts == 1).astype(np.float64), (0, 0), 18)
    shade = 1 + 0.03 * noise(scene.rng, 6)[..., None]
    page = over(page * shade, scene.colors[1], np.clip(glow * 0.8, 0, 1))
    return vignette(page, 0.35) + 3 * noise(scene.rng)[..., None]


def soft(scene: Scene) -> Picture:
    """Sharp in the middle only, with discs of light."""
    page = cv2.GaussianBlur(scene.page, (0, 0), 5)
    for _ in range(16):
        x, y, r = int(scene.rng.integers(WIDE)), int(scene.rng.integers(HIGH * 0.6)), int(scene.rng.integers(5, 15))
        disc = cv2.circle(np.zeros((HIGH, WIDE)), (x, y), r, 0.22, -1, cv2.LINE_AA)
        page = over(page, scene.colors[1], disc)
    return vignette(over(page, scene.page, 0.9 * np.isin(scene.parts, (7, 8, 9, 10, 11, 12, 13))), 0.3)


def grain(scene: Scene) -> Picture:
    return photo(scene) + 11 * noise(scene.rng)[..., None]


def film(scene: Scene) -> Picture:
    """Wide: black above and below."""
    page = photo(scene)
    page[: HIGH // 8] = page[-HIGH // 8 :] = 8
    return page


def oil(scene: Scene) -> Picture:
    return strokes(scene, length=13, width=5, count=3600, stray=12)


def dabs(scene: Scene) -> Picture:
    return strokes(scene, length=3, width=4, count=7000, stray=26)


def wild(scene: Scene) -> Picture:
    return strokes(scene, length=26, width=7, count=900, stray=34)


def crayon(scene: Scene) -> Picture:
    """Thin strokes that leave paper."""
    return strokes(scene, length=11, width=1, count=6500, stray=16, ground=PAPER)


def chalk(scene: Scene) -> Picture:
    return strokes(scene, length=14, width=2, count=2600, stray=14, ground=scene.colors[4] * 0.55)


def strokes(scene: Scene, length: int, width: int, count: int, stray: float, ground: Color | None = None) -> Picture:
    page = np.empty_like(scene.page)
    page[:] = scene.page if ground is None else ground
    page = np.ascontiguousarray(page, dtype=np.float32)
    flow = noise(scene.rng, 40) * 1.2 + 0.4
    for _ in range(count):
        x, y = int(scene.rng.integers(WIDE)), int(scene.rng.integers(HIGH))
        angle = flow[y, x] + scene.parts[y, x] * 0.7
        reach = np.array([np.cos(angle), np.sin(angle)]) * length / 2
        color = scene.page[y, x] + scene.rng.normal(0, stray)
        one, other = (tuple(int(v) for v in np.array([x, y]) + side * reach) for side in (-1, 1))
        cv2.line(page, one, other, color.tolist(), width, cv2.LINE_AA)
    return page


def wash(scene: Scene) -> Picture:
    """Pigment that runs, darker at its rims, on rough paper."""
    x, y = np.meshgrid(np.arange(WIDE, dtype=np.float32), np.arange(HIGH, dtype=np.float32))
    moved = [(axis + 1.6 * noise(scene.rng, 12)).astype(np.float32) for axis in (x, y)]
    page = cv2.remap(scene.page.astype(np.float32), *moved, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    rims = cv2.remap(scene.lines(2).astype(np.float32), *moved, cv2.INTER_LINEAR)
    page = mix(cv2.GaussianBlur(page, (0, 0), 0.8), PAPER, 0.25)
    page = page - 55 * rims[..., None]
    density = 1 + 0.13 * noise(scene.rng, 14) + 0.03 * noise(scene.rng)
    return 255 - (255 - page) * np.clip(density, 0.2, 1.8)[..., None]


def ink(scene: Scene) -> Picture:
    """Graded black on paper, much of it empty."""
    dark = np.clip(0.85 - tone(scene.page), 0, 1) * np.clip(0.9 + 0.25 * noise(scene.rng, 16), 0, 1.4)
    soaked = cv2.GaussianBlur(dark, (0, 0), 2.2)
    brush = cv2.GaussianBlur(scene.lines(3) * (noise(scene.rng, 14) > -0.2), (0, 0), 0.8)
    return over(PAPER - 6 * np.abs(noise(scene.rng))[..., None], scene.colors[4], np.clip(soaked + 0.8 * brush, 0, 1))


def pencil(scene: Scene) -> Picture:
    """Hatching that follows the light, on paper."""
    y, x = np.mgrid[:HIGH, :WIDE]
    hatch = (np.sin((x + y) * 1.1 + noise(scene.rng, 6)) + 1) / 2
    dark = np.clip((0.92 - tone(scene.page)) * 1.1, 0, 1) * hatch + 0.75 * scene.lines(1)
    return over(PAPER + 5 * noise(scene.rng)[..., None], scene.colors[4], np.clip(dark, 0, 1))


def charcoal(scene: Scene) -> Picture:
    dark = cv2.GaussianBlur(np.clip(1.05 - tone(scene.page) * 1.15, 0, 1), (0, 0), 2.5)
    grainy = np.clip(dark * (1.1 + 0.45 * noise(scene.rng)) + 0.7 * cv2.GaussianBlur(scene.lines(3), (0, 0), 1.2), 0, 1)
    return over(np.broadcast_to(PAPER * 0.88, scene.page.shape), scene.colors[4], grainy)


def line(scene: Scene) -> Picture:
    """Nothing but the line."""
    return over(np.broadcast_to(scene.colors[1], scene.page.shape), scene.colors[4], scene.lines(2))


def hatch(scene: Scene) -> Picture:
    """Lines that swell with the shade, crossed where it is deep."""
    y, x = np.mgrid[:HIGH, :WIDE]
    shade = 1 - tone(scene.page)
    one = (np.sin((y + 4 * np.sin(x / 22)) * 1.6) + 1) / 2
    two = (np.sin((x - y) * 1.3) + 1) / 2
    dark = np.clip((shade * 1.25 - one) * 4, 0, 1) + np.clip((shade * 1.7 - 0.75 - two) * 4, 0, 1) + scene.lines(1)
    return over(np.broadcast_to(scene.colors[1], scene.page.shape), scene.colors[4], np.clip(dark, 0, 1))


def cut(scene: Scene) -> Picture:
    """Black or not, with the marks of the gouge."""
    y, x = np.mgrid[:HIGH, :WIDE]
    gouge = np.sin(x * 0.35 + y * 0.9 + 2 * noise(scene.rng, 18) + scene.parts) * 0.2
    dark = cv2.GaussianBlur((tone(scene.page) + gouge < 0.5).astype(np.float64), (0, 0), 0.7)
    is_dark = tone(scene.page) < 0.4
    dark = np.maximum(dark * (1 - scene.lines(3) * is_dark), scene.lines(3) * ~is_dark)
    return over(np.broadcast_to(scene.colors[1], scene.page.shape), scene.colors[4], np.clip(dark, 0, 1))


def flat(scene: Scene) -> Picture:
    return Scene(scene.colors, plain=True).page


def outlined(scene: Scene) -> Picture:
    """Flat colours in even black lines."""
    return over(flat(scene), np.array([24.0, 22, 28]), scene.lines(4))


def halftone(scene: Scene) -> Picture:
    """Dots of two inks, a little out of register, on paper."""
    page = np.broadcast_to(PAPER, scene.page.shape)
    for color, amount, turned, off in (
        (scene.colors[2], 1.1 - tone(scene.page), 0.3, 0), (scene.colors[4], 1.15 - tone(scene.page) * 1.3, 0.9, 1.5),
    ):  # fmt: skip
        y, x = np.mgrid[:HIGH, :WIDE] + off
        u, v = x * np.cos(turned) + y * np.sin(turned), y * np.cos(turned) - x * np.sin(turned)
        dots = (np.sin(u * 1.15) * np.sin(v * 1.15) + 1) / 2
        page = page * (1 - (1 - color / 255) * np.clip((amount - dots) * 5, 0, 1)[..., None])
    return page


def comic(scene: Scene) -> Picture:
    y, x = np.mgrid[:HIGH, :WIDE]
    dots = (np.sin(x * 1.1) * np.sin(y * 1.1) > 0.35) * (tone(flat(scene)) < 0.75)
    return over(over(flat(scene), scene.colors[1], 0.4 * dots), np.array([18.0, 18, 22]), scene.lines(6))


def pixels(scene: Scene) -> Picture:
    small = cv2.resize(scene.page, (WIDE // 7, HIGH // 7), interpolation=cv2.INTER_AREA)
    return cv2.resize((small / 28).round() * 28, (WIDE, HIGH), interpolation=cv2.INTER_NEAREST)


def bricks(scene: Scene) -> Picture:
    """Blocks with studs."""
    side = 14
    page = cv2.resize(cv2.resize(flat(scene), (WIDE // side, HIGH // side), interpolation=cv2.INTER_AREA),
                      (WIDE, HIGH), interpolation=cv2.INTER_NEAREST)  # fmt: skip
    y, x = np.mgrid[:HIGH, :WIDE] % side
    far = np.hypot(x - side / 2 + 0.5, y - side / 2 + 0.5)
    page = page * np.where((x == 0) | (y == 0), 0.72, 1)[..., None]
    page = page + 26 * (far < 4)[..., None]
    return page * np.where((far >= 4) & (far < 5.2) & (y > side / 2), 0.75, 1)[..., None]


def facets(scene: Scene) -> Picture:
    """Triangles, each in one colour."""
    return _cells(scene, 170, edge=None, shade=14)


def glass(scene: Scene) -> Picture:
    """Pieces of glass in lead."""
    return over(_cells(scene, 130, edge=np.array([20.0, 20, 24]), shade=30), np.array([20.0, 20, 24]), scene.lines(5))


def mosaic(scene: Scene) -> Picture:
    return _cells(scene, 1500, edge=mix(scene.colors[1], scene.colors[4], 0.4), shade=20)


def _cells(scene: Scene, count: int, edge: Color | None, shade: float) -> Picture:
    division = cv2.Subdiv2D((0, 0, WIDE, HIGH))
    chance = np.random.default_rng(3)
    corners = [(0, 0), (WIDE - 1, 0), (0, HIGH - 1), (WIDE - 1, HIGH - 1)]
    for x, y in [*corners, *zip(chance.uniform(1, WIDE - 2, count), chance.uniform(1, HIGH - 2, count), strict=True)]:
        division.insert((float(x), float(y)))
    page = np.ascontiguousarray(flat(scene) if edge is not None else scene.page, dtype=np.float32)
    source = page.copy()
    if edge is None:
        shapes = [np.array(each).reshape(3, 2) for each in division.getTriangleList()]
    else:
        shapes, _ = division.getVoronoiFacetList([])
    for shape in shapes:
        x, y = np.clip(np.mean(shape, axis=0), 0, (WIDE - 1, HIGH - 1)).astype(int)
        points = np.round(shape).astype(np.int32)
        cv2.fillConvexPoly(page, points, (source[y, x] + chance.normal(0, shade)).tolist(), cv2.LINE_AA)
        if edge is not None:
            cv2.polylines(page, [points], True, edge.tolist(), 1, cv2.LINE_AA)
    return page


def stitches(scene: Scene) -> Picture:
    """V after V, row after row."""
    wide, high = 10, 8
    small = cv2.resize(flat(scene), (WIDE // wide, HIGH // high), interpolation=cv2.INTER_AREA)
    below = cv2.resize(small * 0.62, (WIDE, HIGH), interpolation=cv2.INTER_NEAREST)
    page = np.ascontiguousarray(below, dtype=np.float32)
    for row in range(HIGH // high):
        for column in range(WIDE // wide):
            left, top = column * wide, row * high
            for x, light in ((left + 1, 1.06), (left + wide - 2, 0.92)):
                end = (left + wide // 2, top + high)
                cv2.line(page, (x, top), end, (small[row, column] * light).tolist(), 4, cv2.LINE_AA)
    return page


def plan(scene: Scene) -> Picture:
    """White lines over a grid, with measures."""
    y, x = np.mgrid[:HIGH, :WIDE]
    grid = ((x % 14 == 0) | (y % 14 == 0)) * 0.22
    page = over(np.broadcast_to(scene.colors[0], scene.page.shape), scene.colors[1], np.maximum(grid, scene.lines(2)))
    for one, other in (((160, 142), (241, 142)), ((160, 138), (160, 146)), ((241, 138), (241, 146))):
        cv2.line(page, one, other, scene.colors[1].tolist(), 1, cv2.LINE_AA)
    return page


def glow(scene: Scene) -> Picture:
    """Lines of light in the dark."""
    page = scene.page * 0.16
    tubes = scene.lines(3)[..., None] * np.clip(scene.page * 1.5 + 40, 0, 255)
    return page + 0.9 * cv2.GaussianBlur(tubes, (0, 0), 9) + 0.7 * cv2.GaussianBlur(tubes, (0, 0), 3) + tubes


def rays(scene: Scene) -> Picture:
    """Beams from the sun, and flat shapes."""
    y, x = np.mgrid[:HIGH, :WIDE]
    beams = np.sin(np.arctan2(y - HIGH * 0.28, x - WIDE * 0.23) * 18) > 0
    page = flat(scene)
    return over(page, scene.colors[1], 0.55 * beams * (scene.parts == 0))


def modelled(scene: Scene) -> Picture:
    """Each part rounded, and lit from above."""
    return _relief(scene, flat(scene), depth=9, shine=0.35)


def carved(scene: Scene) -> Picture:
    """One material, lit from the side."""
    stone = np.broadcast_to(scene.colors[2], scene.page.shape) * (1 + 0.02 * noise(scene.rng, 9))[..., None]
    veins = np.abs(np.sin(noise(scene.rng, 30) * 5)) < 0.06
    return _relief(scene, over(stone, scene.colors[4], 0.25 * veins), depth=12, shine=0.5)


def _relief(scene: Scene, page: Picture, depth: int, shine: float) -> Picture:
    height = np.zeros((HIGH, WIDE))
    for part in range(1, int(scene.parts.max()) + 1):
        inside = (scene.parts == part).astype(np.uint8)
        near = np.minimum(cv2.distanceTransform(inside, cv2.DIST_L2, 5), depth)
        height += np.sqrt(np.clip(2 * depth * near - near**2, 0, None)) + inside * part * 0.5
    height = cv2.GaussianBlur(height, (0, 0), 1.2)
    across, down = cv2.Sobel(height, cv2.CV_64F, 1, 0) / 8, cv2.Sobel(height, cv2.CV_64F, 0, 1) / 8
    light = (across * 0.5 + down * 0.8 + 1) / np.sqrt(across**2 + down**2 + 1)
    lit = np.clip(0.45 + 0.6 * light, 0.35, 1.25)
    return page * lit[..., None] + 255 * shine * np.clip(light - 1.12, 0, 1)[..., None]


def paper(scene: Scene) -> Picture:
    """Sheets of card that cast shadows."""
    page = flat(scene)
    shadow = np.zeros((HIGH, WIDE))
    for part in range(1, int(scene.parts.max()) + 1):
        inside = (scene.parts >= part).astype(np.float64)
        below = np.roll(cv2.GaussianBlur((scene.parts == part).astype(np.float64), (0, 0), 3), (4, 3), (0, 1))
        shadow = np.maximum(shadow * (1 - (scene.parts == part)), below * (1 - inside))
    return page * (1 - 0.5 * shadow)[..., None] + 4 * noise(scene.rng)[..., None]


def waves(scene: Scene) -> Picture:
    """A grid that runs to the horizon under a striped sun."""
    y, x = np.mgrid[:HIGH, :WIDE]
    horizon = int(HIGH * 0.58)
    down = np.clip(y / horizon, 0, 1)[..., None]
    page = scene.colors[0] * (1 - down) + scene.colors[3] * down
    sun = (np.hypot(x - WIDE / 2, y - horizon + 18) < 52) & (((y // 6) % 2 == 0) | (y < horizon - 34))
    page = over(page, scene.colors[1], sun * 1.0)
    below = np.maximum(y - horizon, 0.5)
    lanes = np.abs(((x - WIDE / 2) / below * 6 + 0.5) % 1 - 0.5) < 0.5 / below + 0.03
    rungs = np.abs((260 / below) % 1 - 0.5) < 0.06 + below * 0.0006
    grid = np.where(y >= horizon, np.maximum(lanes, rungs) * 0.9, 0)
    page[horizon:] = scene.colors[4]
    return over(page, scene.colors[2], grid)


def repeated(scene: Scene) -> Picture:
    """The house as a pattern."""
    small = cv2.resize(flat(scene)[20:140, 85:262], (70, 56), interpolation=cv2.INTER_AREA)
    row = np.concatenate([small, small[:, ::-1], small, small[:, ::-1]], axis=1)
    page: Picture = np.concatenate([row, row[:, ::-1], row], axis=0)
    return page


def framed(scene: Scene) -> Picture:
    """With a white border."""
    page = np.broadcast_to(np.array([250.0, 249, 246]), scene.page.shape).copy()
    page[12:140, 56:224] = cv2.resize(photo(scene), (168, 128), interpolation=cv2.INTER_AREA)
    return page


def alone(scene: Scene) -> Picture:
    """The thing by itself, over its shadow."""
    ground = np.broadcast_to(scene.colors[0], scene.page.shape) * np.linspace(1.04, 0.9, HIGH)[:, None, None]
    thing = scene.parts >= 7
    shadow = np.zeros((HIGH, WIDE))
    cv2.ellipse(shadow, (int(WIDE * 0.71), int(HIGH * 0.79)), (60, 9), 0, 0, 360, 0.5, -1, cv2.LINE_AA)
    page = over(ground, scene.colors[4] * 0.5, cv2.GaussianBlur(shadow, (0, 0), 5))
    mask = cv2.GaussianBlur(thing.astype(np.float64), (0, 0), 0.6)
    made: Picture = np.roll(page * (1 - mask[..., None]) + modelled(scene) * mask[..., None], -int(WIDE * 0.2), axis=1)
    return made


def diagram(scene: Scene) -> Picture:
    """Lines, few colours, and boxes without words."""
    page = over(np.broadcast_to(np.array([252.0, 252, 250]), scene.page.shape), scene.page, 0.55 * (scene.parts >= 7))
    near = cv2.dilate((scene.parts >= 7).astype(np.uint8), np.ones((3, 3))) > 0
    page = over(page, scene.colors[4], scene.lines(2) * near)
    for (x, y), end in (((18, 30), (150, 70)), ((18, 84), (160, 100)), ((18, 130), (185, 120))):
        cv2.line(page, (x + 56, y + 9), end, scene.colors[3].tolist(), 1, cv2.LINE_AA)
        cv2.rectangle(page, (x, y), (x + 56, y + 18), scene.colors[3].tolist(), 1, cv2.LINE_AA)
    return page


# ---- all of them


def rows() -> list[tuple[str, str, list[Color]]]:
    told = (line.split() for line in TABLE.read_text().splitlines() if line.strip() and not line.startswith("#"))
    return [(id, manner, list(map(_color, colors))) for id, manner, *colors in told]


def _color(digits: str) -> Color:
    return np.array([*bytes.fromhex(digits)], dtype=float)


def drawn(manner: str, colors: list[Color]) -> Image.Image:
    page = globals()[manner](Scene(colors))
    return Image.fromarray(np.clip(page, 0, 255).astype(np.uint8))


def main() -> None:
    cards = {id: drawn(manner, colors) for id, manner, colors in rows()}
    if "--sheet" in sys.argv:
        across = 12
        sheet = Image.new("RGB", (across * 145, (len(cards) + across - 1) // across * 103), "white")
        for at, (id, card) in enumerate(cards.items()):
            sheet.paste(card.resize((140, 84), Image.Resampling.LANCZOS), (at % across * 145, at // across * 103))
            ImageDraw.Draw(sheet).text((at % across * 145, at // across * 103 + 86), id[:24], fill="black")
        sheet.save(sys.argv[-1])
        return
    for id, card in cards.items():
        card.save(FOLDER / f"{id}.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
