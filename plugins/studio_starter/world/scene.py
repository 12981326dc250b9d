"""Which scenes there are: one thing, perhaps dressed, or two side by side, in a style, before a background."""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from studio_starter.world import drawing

COLORS = (
    "red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink", "white", "gray", "black", "brown"
)  # fmt: skip
STYLES = ("flat", "outline", "paper cut", "pixel", "watercolor", "neon")
COLORED = ("plain", "gradient", "stripes", "dots")
"""Backgrounds of a colour that can be asked for."""
PATTERNS = (*COLORED, "landscape", "night")
SIZES, PLACES = ("small", "medium", "large"), ("left", "center", "right")
GLOWING = frozenset(COLORS) - {"gray", "black", "brown"}
"""Colours that light can have, and so neon."""
DIM = ("black", "blue", "purple", "green")
"""Colours of a wall behind neon: the others would be told apart by nobody in the dark."""
HELD_OUT_PERCENT = 12

Worn = tuple[str, str] | None
"""What is worn, and its colour."""
Spot = tuple[str, str]
"""A size and a place."""
MIDDLE: Spot = ("medium", "center")
SPOTS = (*((size, place) for size in ("small", "medium") for place in PLACES), ("large", "center"))
"""What is large fills the picture, wherever it is."""


@dataclass(frozen=True)
class Thing:
    object: str
    color: str
    worn: str | None = None
    worn_color: str | None = None


@dataclass(frozen=True)
class Scene:
    """`pose` seeds all that no caption names: proportion, details, the exact place."""

    things: tuple[Thing, ...]
    """One, or two from left to right."""
    pattern: str
    ground: str | None
    """The background's colour, where it has one."""
    style: str
    size: str
    place: str
    pose: int


@dataclass(frozen=True)
class Extent:
    """How much of the world there is: which things, what they wear and where, how often there are two."""

    objects: tuple[str, ...]
    worn: tuple[str, ...]
    dressed: tuple[Spot, ...]
    """Where something can be worn; elsewhere it would be too small."""
    pairs: float = 0.0
    """Share of scenes with two things side by side."""

    @property
    def wearers(self) -> tuple[str, ...]:
        """Objects that can wear or hold something."""
        return tuple(name for name in self.objects if name in drawing.WEARERS)


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


def worn(rng: random.Random, extent: Extent, name: str, color: str, at: Spot) -> Worn:
    """Half of those that can wear something do, where there is room for it."""
    dressed = at in extent.dressed and name in extent.wearers and rng.random() < 0.5
    return (rng.choice(extent.worn), color) if dressed else None


def held_out(scene: Scene) -> bool:
    """Whether this combination of things, colours and background is never trained on: a fixed 12 % of them."""
    words = " ".join(f"{thing.object} {thing.color}" for thing in scene.things)
    if len(scene.things) == 1:
        words += f" {scene.ground}" if scene.pattern == "plain" else f" {scene.pattern} {scene.ground}"
    return hashlib.sha256(words.encode()).digest()[0] * 100 < HELD_OUT_PERCENT * 256


def fits(scene: Scene) -> bool:
    """Whether it can be seen: no colour before itself, nothing black at night, nothing dark that glows."""
    colors = [thing.color for thing in scene.things]
    worn = [thing.worn_color for thing in scene.things if thing.worn_color]
    if scene.ground in (*colors, *worn) or (worn and worn[0] in colors):
        return False
    if scene.pattern == "night" and "black" in (*colors, *worn):
        return False
    if len(scene.things) == 2 and scene.things[0].object == scene.things[1].object:
        return False
    if scene.style == "neon":
        return {*colors, *worn} <= GLOWING and scene.pattern != "landscape" and scene.ground in (None, *DIM)
    return True


def sample(rng: random.Random, extent: Extent) -> Scene:
    """A scene whose colours differ: the object's, the background's, what it wears."""
    return _until(fits, lambda: _any(rng, extent))


def sample_from(rng: random.Random, extent: Extent, unseen: bool) -> Scene:
    """A scene of the held-out combinations, or of those that are trained on."""
    return _until(lambda scene: held_out(scene) == unseen, lambda: sample(rng, extent))


def pair(rng: random.Random, extent: Extent) -> Scene:
    """Two things side by side; they may have one colour."""
    look, (left, right) = style(rng), rng.sample(extent.objects, 2)
    color, ground, *others = colors(rng, look)
    scene = one(rng, left, color, pattern(rng), ground, style=look)
    return replace(scene, things=(*scene.things, Thing(right, rng.choice((color, *others)))))


def with_pose(scene: Scene, pose: int) -> Scene:
    """The same things in another pose."""
    return replace(scene, pose=pose)


def _any(rng: random.Random, extent: Extent) -> Scene:
    if extent.pairs and rng.random() < extent.pairs:
        return pair(rng, extent)
    name = rng.choice(extent.objects)
    look, at = style(rng), spot(rng)
    color, ground, other, *_ = colors(rng, look)
    return one(rng, name, color, pattern(rng), ground, worn(rng, extent, name, other, at), at, look)


def _until(right: Callable[[Scene], bool], make: Callable[[], Scene]) -> Scene:
    while not right(scene := make()):
        pass
    return scene
