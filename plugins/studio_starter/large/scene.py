"""Which scenes there are: one thing, perhaps dressed, or two side by side, in a style, before a background."""

import hashlib
import random
from dataclasses import dataclass, replace

from studio_starter.large.animal import ANIMALS
from studio_starter.large.building import BUILDINGS
from studio_starter.large.creature import CREATURES
from studio_starter.large.food import FOOD
from studio_starter.large.household import FURNITURE, INSTRUMENTS, THINGS
from studio_starter.large.pen import Draw
from studio_starter.large.plant import PLANTS
from studio_starter.large.sign import SKY, SYMBOLS
from studio_starter.large.vehicle import VEHICLES

DRAWINGS: dict[str, Draw] = {
    **ANIMALS, **CREATURES, **PLANTS, **BUILDINGS, **VEHICLES, **FOOD, **FURNITURE, **INSTRUMENTS, **THINGS, **SKY,
    **SYMBOLS,
}  # fmt: skip
OBJECTS = tuple(DRAWINGS)
WEARERS = (*ANIMALS, "robot")
"""Objects that can wear something: their drawings say where."""
WORN = ("hat", "scarf", "glasses", "balloon")
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


def held_out(scene: Scene) -> bool:
    """Whether this combination of things, colours and background is never trained on: a fixed 12 % of them."""
    words = " ".join(f"{thing.object} {thing.color}" for thing in scene.things)
    if len(scene.things) == 1:
        words += f" {scene.pattern} {scene.ground}"
    return hashlib.sha256(words.encode()).digest()[0] * 100 < HELD_OUT_PERCENT * 256


def fits(scene: Scene) -> bool:
    """Whether it can be seen: no colour before itself, nothing black at night, nothing dark that glows."""
    colors = [thing.color for thing in scene.things]
    worn = [thing.worn_color for thing in scene.things if thing.worn_color]
    if scene.ground in (*colors, *worn) or (worn and worn[0] in colors):
        return False
    if scene.pattern == "night" and "black" in (*colors, *worn):
        return False
    if len(scene.things) == 2 and (scene.things[0].object == scene.things[1].object or scene.size != "medium"):
        return False
    if scene.style == "neon":
        return {*colors, *worn} <= GLOWING and scene.pattern != "landscape" and scene.ground in (None, *DIM)
    return True


def sample(rng: random.Random) -> Scene:
    while not fits(scene := _any(rng)):
        pass
    return scene


def _any(rng: random.Random) -> Scene:
    style = rng.choice(("flat", *STYLES))
    pattern = rng.choices(PATTERNS, (4, 2, 2, 2, 2, 2))[0]
    ground = rng.choice(DIM if style == "neon" else COLORS) if pattern in COLORED else None
    if rng.random() < 0.22:
        things = (thing(rng, dressed=0), thing(rng, dressed=0))
        return Scene(things, pattern, ground, style, "medium", "center", rng.getrandbits(48))
    size = rng.choices(SIZES, (3, 14, 3))[0]
    place = rng.choices(PLACES, (3, 14, 3))[0] if size != "large" else "center"
    one = thing(rng, dressed=0.55 if size != "small" else 0)
    return Scene((one,), pattern, ground, style, size, place, rng.getrandbits(48))


def thing(rng: random.Random, dressed: float) -> Thing:
    """Wearers come twice as often as the others: there is more to know about them."""
    name = rng.choice((*OBJECTS, *WEARERS))
    color, other = rng.sample(COLORS, 2)
    if name in WEARERS and rng.random() < dressed:
        return Thing(name, color, rng.choice(WORN), other)
    return Thing(name, color)


def sample_from(rng: random.Random, unseen: bool) -> Scene:
    """A scene of the held-out combinations, or of those that are trained on."""
    while held_out(scene := sample(rng)) != unseen:
        pass
    return scene


def with_pose(scene: Scene, pose: int) -> Scene:
    """The same things in another pose."""
    return replace(scene, pose=pose)
