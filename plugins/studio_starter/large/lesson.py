"""Training scenes by number, in groups of scenes that are hard to tell apart.

Where all else differs, a colour tells most captions of a batch apart, and a contrastive loss never looks at the rest.
The scenes of a group therefore agree in all but one thing: the object, a colour, what is worn, the background, the
style, where and how large it is, or which of two things is where.
"""

import random
from collections.abc import Callable
from dataclasses import replace

from studio_starter.large.scene import (
    COLORED,
    COLORS,
    OBJECTS,
    PATTERNS,
    PLACES,
    SIZES,
    STYLES,
    WORN,
    Scene,
    Thing,
    fits,
    held_out,
    sample_from,
)

GROUP = 16
TRIES = 12
"""Before a scene stays as it is, in another pose."""

Change = Callable[[Scene, random.Random], Scene]


def group_at(seed: int, number: int) -> list[Scene]:
    """Group number `number` of a seed, of combinations that are trained on."""
    rng = random.Random(f"{seed}/group/{number}")
    base = sample_from(rng, unseen=False)
    dressed = base.things[0].worn is not None
    changes = (_object, _object, _color, _ground, _style, _worn if dressed else _object)
    change = rng.choice((_other, _other, _swap, _ground, _style) if len(base.things) == 2 else (*changes, _position))
    return [_posed(_changed(base, change, rng), rng) for _ in range(GROUP)]


def _changed(base: Scene, change: Change, rng: random.Random) -> Scene:
    for _ in range(TRIES):
        scene = change(base, rng)
        if fits(scene) and not held_out(scene):
            return scene
    return base


def _posed(scene: Scene, rng: random.Random) -> Scene:
    return replace(scene, pose=rng.getrandbits(48))


def _first(scene: Scene, thing: Thing) -> Scene:
    return replace(scene, things=(thing, *scene.things[1:]))


def _object(scene: Scene, rng: random.Random) -> Scene:
    return _first(scene, Thing(rng.choice(OBJECTS), scene.things[0].color))


def _color(scene: Scene, rng: random.Random) -> Scene:
    return _first(scene, replace(scene.things[0], color=rng.choice(COLORS)))


def _worn(scene: Scene, rng: random.Random) -> Scene:
    thing = scene.things[0]
    worn = rng.choice((None, *WORN, *WORN))
    return _first(scene, replace(thing, worn=worn, worn_color=rng.choice(COLORS) if worn else None))


def _ground(scene: Scene, rng: random.Random) -> Scene:
    pattern = rng.choice(PATTERNS)
    return replace(scene, pattern=pattern, ground=rng.choice(COLORS) if pattern in COLORED else None)


def _style(scene: Scene, rng: random.Random) -> Scene:
    return replace(scene, style=rng.choice(STYLES))


def _position(scene: Scene, rng: random.Random) -> Scene:
    size = rng.choice(SIZES)
    if scene.things[0].worn and size == "small":
        size = "medium"
    return replace(scene, size=size, place=rng.choice(PLACES) if size != "large" else "center")


def _other(scene: Scene, rng: random.Random) -> Scene:
    """One of the two things is another, or of another colour."""
    place = rng.randrange(2)
    thing = scene.things[place]
    changed = (
        Thing(rng.choice(OBJECTS), thing.color) if rng.random() < 0.6 else replace(thing, color=rng.choice(COLORS))
    )
    return replace(scene, things=(changed, scene.things[1]) if place == 0 else (scene.things[0], changed))


def _swap(scene: Scene, rng: random.Random) -> Scene:
    """The two change places, or only their colours do."""
    one, other = scene.things
    kind = rng.randrange(4)
    if kind % 2:
        one, other = replace(one, color=other.color), replace(other, color=one.color)
    return replace(scene, things=(other, one) if kind > 1 else (one, other))
