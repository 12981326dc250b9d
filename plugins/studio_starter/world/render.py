"""The picture of a scene: its background, its things, its style, its colours slightly different each time."""

import random

import numpy as np
from PIL import Image

from studio_starter.world.background import BACKGROUNDS
from studio_starter.world.drawing import ACCESSORIES, DRAWINGS, GROW
from studio_starter.world.pen import Color, Mark, Pen, Point, darker, mix
from studio_starter.world.scene import Scene, Thing
from studio_starter.world.style import STYLES

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
CELLS = 32
"""Of pixel art, a side."""
SCALES = {"small": (0.36, 0.44), "medium": (0.6, 0.78), "large": (0.92, 1.0)}
"""Half a thing's width, where the picture's half is 1."""
SHIFTS = {"left": -0.46, "center": 0.0, "right": 0.46}
PAIR = (-0.48, 0.48)
"""Where two things are."""


def render(scene: Scene, size: int, supersample: int = 2) -> Image.Image:
    """The scene as an RGB picture of `size` pixels a side; equal scenes give equal pictures."""
    rng, pixel = random.Random(scene.pose), scene.style == "pixel"
    side = CELLS if pixel else size * supersample
    page = backdrop(scene, side, rng)
    marks = [mark for number in range(len(scene.things)) for mark in _drawn(scene, number, side, rng)]
    image = Image.fromarray(STYLES[scene.style](page, marks, rng))
    return image.resize((size, size), Image.Resampling.NEAREST if pixel else Image.Resampling.BOX)


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


def _drawn(scene: Scene, number: int, side: int, rng: random.Random) -> list[Mark]:
    thing = scene.things[number]
    mirror, scale = rng.random() < 0.5, rng.uniform(*SCALES[scene.size])
    if len(scene.things) == 2:
        scale = rng.uniform(0.42, 0.5)
    elif scene.place != "center" and scene.size == "medium":
        scale *= 0.8  # or it would lie in the middle after all
    elif thing.worn:
        scale = rng.uniform(0.7, 0.78)  # what is worn is small as it is
    center = _center(scene, number, scale, mirror, rng)
    slant = 0.07 if thing.object in UPRIGHT else 0.5 if thing.object in STEEP else 0.2
    pen = Pen(side, center, scale, rng.uniform(-slant, slant), mirror, GROW[thing.object])
    _draw(pen, thing, rng)
    return pen.marks


def _center(scene: Scene, number: int, scale: float, mirror: bool, rng: random.Random) -> Point:
    if len(scene.things) == 2:
        return PAIR[number] + rng.uniform(-0.04, 0.04), rng.uniform(-0.12, 0.12)
    room, worn = max(0.0, 1 - scale), scene.things[0].worn
    x = min(room, max(-room, SHIFTS[scene.place] + rng.uniform(-0.12, 0.12)))
    y = rng.uniform(-1, 1) * min(0.12, room)
    if worn == "hat":
        y += 0.12
    elif worn == "balloon":  # it floats to the left of its holder
        x += -0.16 if mirror else 0.16
    return x, y


def _draw(pen: Pen, thing: Thing, rng: random.Random) -> None:
    anchors = DRAWINGS[thing.object](pen, jitter(PAINT[thing.color], rng, 12), rng)
    if thing.worn and anchors is not None:
        ACCESSORIES[thing.worn](pen, anchors, jitter(PAINT[thing.worn_color or "red"], rng, 12), rng)


def jitter(color: Color, rng: random.Random, amount: int) -> Color:
    light = mix(color, (255, 255, 255) if rng.random() < 0.5 else (0, 0, 0), rng.uniform(0, 0.05))
    return tuple(min(255, max(0, part + rng.randint(-amount, amount))) for part in light)  # type: ignore[return-value] # of three
