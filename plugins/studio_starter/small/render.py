"""The picture of a scene: its background, its object, its colours slightly different each time."""

import random

from PIL import Image

from studio_starter.shape import Color, mix
from studio_starter.small.drawing import DRAWINGS, hat
from studio_starter.small.pen import Pen
from studio_starter.small.scene import Scene

PAINT: dict[str, Color] = {
    "red": (220, 50, 47), "orange": (243, 136, 38), "yellow": (248, 208, 46), "green": (58, 158, 72),
    "blue": (48, 104, 214), "purple": (134, 66, 184), "pink": (245, 130, 182), "white": (246, 246, 244),
    "black": (44, 42, 50), "brown": (134, 84, 46),
}  # fmt: skip
GROUND: dict[str, Color] = {
    "red": (224, 108, 100), "orange": (248, 178, 112), "yellow": (250, 230, 138), "green": (144, 202, 142),
    "blue": (142, 184, 238), "purple": (184, 150, 222), "pink": (250, 194, 216), "white": (250, 250, 250),
    "black": (72, 70, 80), "brown": (180, 144, 110),
}  # fmt: skip
UPRIGHT = frozenset({"house", "tree", "car", "cup", "boat", "castle"})
STEEP = frozenset({"rocket", "airplane", "umbrella", "guitar"})
"""Things that may lie at any slant up to half a radian."""


def render(scene: Scene, size: int, supersample: int = 2) -> Image.Image:
    """The scene as an RGB picture of `size` pixels a side; equal scenes give equal pictures."""
    rng = random.Random(scene.pose)
    large = size * supersample
    image = Image.new("RGB", (large, large), _jitter(GROUND[scene.background], rng, 8))
    turn = rng.uniform(-0.07, 0.07) if scene.object in UPRIGHT else rng.uniform(-0.2, 0.2)
    if scene.object in STEEP:
        turn = rng.uniform(-0.5, 0.5)
    center = (rng.uniform(-0.14, 0.14), rng.uniform(-0.12, 0.12) + (0.12 if scene.hat else 0.0))
    scale = rng.uniform(0.7 if scene.hat else 0.6, 0.8)  # a hat is small as it is
    pen = Pen(image, center, scale, turn, mirror=rng.random() < 0.5)
    color = _jitter(PAINT[scene.color], rng, 12)
    worn = _jitter(PAINT[scene.hat], rng, 12) if scene.hat is not None else None
    top = DRAWINGS[scene.object](pen, color, rng)
    if worn is not None and top is not None:
        hat(pen, worn, rng, top)
    return image.resize((size, size), Image.Resampling.BOX) if supersample > 1 else image


def _jitter(color: Color, rng: random.Random, amount: int) -> Color:
    light = mix(color, (255, 255, 255) if rng.random() < 0.5 else (0, 0, 0), rng.uniform(0, 0.06))
    return tuple(min(255, max(0, part + rng.randint(-amount, amount))) for part in light)  # type: ignore[return-value]
