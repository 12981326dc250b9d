"""The picture of a scene: its background, its things, its style, its colours slightly different each time."""

import random

import cv2
import numpy as np
from PIL import Image

from studio_starter.large.accessory import ACCESSORIES
from studio_starter.large.background import BACKGROUNDS
from studio_starter.large.pen import Color, Pen, darker, mix
from studio_starter.large.scene import DRAWINGS, Scene, Thing
from studio_starter.large.style import STYLES

PAINT: dict[str, Color] = {
    "red": (224, 54, 50), "orange": (246, 138, 36), "yellow": (250, 212, 48), "green": (60, 160, 74),
    "turquoise": (42, 184, 184), "blue": (46, 102, 218), "purple": (134, 68, 188), "pink": (246, 132, 184),
    "white": (248, 248, 246), "gray": (148, 150, 158), "black": (44, 42, 50), "brown": (136, 86, 48),
}  # fmt: skip
GROUND: dict[str, Color] = {
    "red": (226, 106, 98), "orange": (250, 180, 112), "yellow": (252, 232, 138), "green": (142, 204, 142),
    "turquoise": (134, 214, 212), "blue": (138, 182, 240), "purple": (184, 150, 224), "pink": (252, 196, 218),
    "white": (251, 251, 250), "gray": (184, 186, 194), "black": (66, 64, 74), "brown": (180, 142, 108),
}  # fmt: skip
UPRIGHT = frozenset({
    "house", "castle", "lighthouse", "tree", "cactus", "car", "bus", "boat", "bicycle", "train", "cup", "teapot",
    "chair", "lamp", "sofa", "drum", "cake", "snowman",
})  # fmt: skip
STEEP = frozenset({"rocket", "airplane", "leaf", "carrot", "guitar", "key", "fish", "ice cream", "umbrella"})
"""Things that may lie at any slant up to half a radian."""
SUPERSAMPLE = 2
CELLS = 32
"""Of pixel art, a side."""
SCALES = {"small": (0.17, 0.22), "medium": (0.31, 0.38), "large": (0.44, 0.49)}
SHIFTS = {"left": -0.25, "center": 0.0, "right": 0.25}


def render(scene: Scene, size: int) -> Image.Image:
    """The scene as an RGB picture of `size` pixels a side; equal scenes give equal pictures."""
    rng = random.Random(scene.pose)
    side = CELLS if scene.style == "pixel" else size * SUPERSAMPLE
    page = backdrop(scene, side, rng)
    marks = [mark for number in range(len(scene.things)) for mark in _thing(scene, number, rng).marks]
    page = STYLES[scene.style](page, marks, rng)
    kind = cv2.INTER_NEAREST if scene.style == "pixel" else cv2.INTER_AREA
    return Image.fromarray(cv2.resize(page, (size, size), interpolation=kind))


def backdrop(scene: Scene, side: int, rng: random.Random) -> np.ndarray:
    """What is behind its things, (side, side, 3) uint8."""
    color = jitter(GROUND[scene.ground or "white"], rng, 8)
    if scene.style == "neon" and scene.ground:
        color = darker(PAINT[scene.ground], 0.72 if scene.ground != "black" else 0.5)
    page = BACKGROUNDS[scene.pattern](side, color, rng)
    if scene.style == "neon":
        share = 0.55 if scene.pattern != "plain" else 1.0
        page = (page * share).astype(np.uint8)
    return page


def _thing(scene: Scene, number: int, rng: random.Random) -> Pen:
    thing = scene.things[number]
    low, high = SCALES[scene.size]
    x, y, scale = SHIFTS[scene.place], 0.0, rng.uniform(low, high)
    if len(scene.things) == 2:
        x, scale = (-0.24, 0.24)[number] + rng.uniform(-0.02, 0.02), rng.uniform(0.21, 0.25)
    elif thing.worn:
        scale *= 0.88
        y += 0.05 if thing.worn == "hat" else 0.0
    if scene.style == "pixel" and scene.size == "medium" and len(scene.things) == 1:
        scale *= 1.12  # a coarse grid needs room for eyes
    room = max(0.0, 0.5 - scale - 0.02)
    x = min(room, max(-room, x + rng.uniform(-0.04, 0.04))) if scene.size != "small" else x + rng.uniform(-0.05, 0.05)
    y += rng.uniform(-0.04, 0.05) + (0.05 if scene.pattern in ("landscape", "night") else 0.0)
    slant = 0.05 if thing.object in UPRIGHT else 0.45 if thing.object in STEEP else 0.13
    pen = Pen((0.5 + x, 0.5 + y), scale, rng.uniform(-slant, slant), rng.random() < 0.5)
    _draw(pen, thing, rng)
    return pen


def _draw(pen: Pen, thing: Thing, rng: random.Random) -> None:
    anchors = DRAWINGS[thing.object](pen, jitter(PAINT[thing.color], rng, 10), rng)
    if thing.worn and anchors is not None:
        ACCESSORIES[thing.worn](pen, anchors, jitter(PAINT[thing.worn_color or "red"], rng, 10), rng)


def jitter(color: Color, rng: random.Random, amount: int) -> Color:
    light = mix(color, (255, 255, 255) if rng.random() < 0.5 else (0, 0, 0), rng.uniform(0, 0.05))
    return tuple(min(255, max(0, part + rng.randint(-amount, amount))) for part in light)  # type: ignore[return-value]
