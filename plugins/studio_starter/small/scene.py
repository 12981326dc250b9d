"""The starter's world: which scenes there are.

A scene is plain data; its captions and its picture are functions of it.
"""

import hashlib
import random
from dataclasses import dataclass, replace

OBJECTS = (
    "cat", "house", "tree", "star", "heart", "mushroom", "fish", "cup", "rocket", "flower", "car", "boat",
    "dog", "rabbit", "owl", "butterfly", "whale", "castle", "airplane", "apple", "umbrella", "guitar", "robot", "moon",
)  # fmt: skip
COLORS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black", "brown")
WEARERS = ("cat", "dog", "rabbit")
"""Objects that can wear a hat."""
HELD_OUT_PERCENT = 12


@dataclass(frozen=True)
class Scene:
    """One object on one background. `pose` seeds all that no caption names: place, size, proportion, details."""

    object: str
    color: str
    background: str
    hat: str | None
    pose: int


def held_out(scene: Scene) -> bool:
    """Whether this combination of object, colours and hat is never trained on: a fixed 12 % of them."""
    words = f"{scene.object} {scene.color} {scene.background}"
    return hashlib.sha256(words.encode()).digest()[0] * 100 < HELD_OUT_PERCENT * 256


def sample(rng: random.Random) -> Scene:
    """A scene with the object's colour, the background's and the hat's all different."""
    name = rng.choice(OBJECTS)
    color, background, hat = rng.sample(COLORS, 3)
    wears = name in WEARERS and rng.random() < 0.5
    return Scene(name, color, background, hat if wears else None, rng.getrandbits(48))


def sample_from(rng: random.Random, *, unseen: bool) -> Scene:
    """A scene of the held-out combinations, or of those that are trained on."""
    while held_out(scene := sample(rng)) != unseen:
        pass
    return scene


def with_pose(scene: Scene, pose: int) -> Scene:
    """The same things in another pose."""
    return replace(scene, pose=pose)
