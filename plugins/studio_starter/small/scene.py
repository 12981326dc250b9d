"""Which scenes there are: the large world's, of one thing, drawn flat."""

import hashlib
import random

from studio_starter.large.scene import (
    COLORED,
    COLORS,
    DIM,
    GLOWING,
    HELD_OUT_PERCENT,
    PATTERNS,
    PLACES,
    STYLES,
    Scene,
    Thing,
    fits,
)
from studio_starter.large.scene import WEARERS as ALL_WEARERS

OBJECTS = (
    "cat", "house", "tree", "star", "heart", "mushroom", "fish", "cup", "rocket", "flower", "car", "boat",
    "dog", "rabbit", "owl", "butterfly", "whale", "castle", "airplane", "apple", "umbrella", "guitar", "robot", "moon",
    "penguin", "snowman", "bird", "turtle", "snail", "cactus", "bus", "cake", "ice cream", "strawberry", "chair",
    "lamp", "bell", "drum", "sun", "cloud", "crown", "lighthouse",
)  # fmt: skip
WEARERS = tuple(name for name in OBJECTS if name in ALL_WEARERS)
"""Objects that can wear or hold something."""
WORN = ("hat", "scarf", "balloon")
"""Glasses would be two pixels thin."""

Worn = tuple[str, str] | None
"""What is worn, and its colour."""
Spot = tuple[str, str]
"""A size and a place."""
MIDDLE: Spot = ("medium", "center")
SPOTS = (*((size, place) for size in ("small", "medium") for place in PLACES), ("large", "center"))
"""What is large fills the picture, wherever it is."""


def one(
    rng: random.Random, name: str, color: str, pattern: str, ground: str | None, worn: Worn = None,
    spot: Spot = MIDDLE, style: str = "flat",
) -> Scene:  # fmt: skip
    """A scene in a new pose; its background has a colour where its pattern has one."""
    thing = Thing(name, color, *(worn or (None, None)))
    behind = ground if pattern in COLORED else None
    return Scene((thing,), pattern, behind, style, *spot, rng.getrandbits(48))


def pattern(rng: random.Random) -> str:
    """Three of eight backgrounds are plain."""
    return rng.choices(PATTERNS, (6, 2, 2, 2, 2, 2))[0]


def style(rng: random.Random) -> str:
    """Half of all pictures are flat."""
    return rng.choices(STYLES, (5, 1, 1, 1, 1, 1))[0]


def colors(rng: random.Random, style: str) -> list[str]:
    """A thing's, its background's, and others for what it wears, all different; neon has those of light, before walls
    of few."""
    if style != "neon":
        return rng.sample(COLORS, len(COLORS))
    ground = rng.choice(DIM)
    color, *others = rng.sample([name for name in COLORS if name in GLOWING and name != ground], len(GLOWING) - 1)
    return [color, ground, *others]


def spot(rng: random.Random) -> Spot:
    """Two of three are of middling size in the middle."""
    return MIDDLE if rng.random() < 0.6 else rng.choice(SPOTS)


def worn(rng: random.Random, name: str, color: str, at: Spot) -> Worn:
    """Half of those that can wear something do, where there is room for it."""
    return (rng.choice(WORN), color) if at == MIDDLE and name in WEARERS and rng.random() < 0.5 else None


def held_out(scene: Scene) -> bool:
    """Whether this combination of object, colours and background is never trained on: a fixed 12 % of them."""
    thing = scene.things[0]
    behind = scene.ground if scene.pattern == "plain" else f"{scene.pattern} {scene.ground}"
    words = f"{thing.object} {thing.color} {behind}"
    return hashlib.sha256(words.encode()).digest()[0] * 100 < HELD_OUT_PERCENT * 256


def sample(rng: random.Random) -> Scene:
    """A scene with the object's colour, the background's and what it wears all different."""
    while True:
        name = rng.choice(OBJECTS)
        look, at = style(rng), spot(rng)
        color, ground, other, *_ = colors(rng, look)
        scene = one(rng, name, color, pattern(rng), ground, worn(rng, name, other, at), at, look)
        if fits(scene):
            return scene


def sample_from(rng: random.Random, unseen: bool) -> Scene:
    """A scene of the held-out combinations, or of those that are trained on."""
    while held_out(scene := sample(rng)) != unseen:
        pass
    return scene
