"""Training scenes by number, in groups of scenes that are hard to tell apart.

Where all else differs, two colours tell most captions of a batch apart, and a contrastive loss never looks at the
object or the hat. Half of the groups therefore share their colours and differ in the object and the hat; the other half
share the object and differ in the colours.
"""

import random

from studio_starter.small.scene import COLORS, OBJECTS, WEARERS, Scene, held_out

GROUP = 16
"""Scenes of a group."""
BARE = 12
"""Of those in one colour: the others wear hats."""
CHOICES = (*OBJECTS, *WEARERS)
"""Of a lesson's one object: who can wear a hat comes twice as often, for its colour is one more thing to know."""
ALIKE_IN_COLOR = 0.5
"""Share of the groups whose scenes share their colours."""


def group_at(seed: int, number: int) -> list[Scene]:
    """Group number `number` of a seed, of combinations that are trained on."""
    rng = random.Random(f"{seed}/group/{number}")
    group = _one_color(rng) if rng.random() < ALIKE_IN_COLOR else _one_object(rng)
    rng.shuffle(group)
    return group


def _one_color(rng: random.Random) -> list[Scene]:
    """Different objects in the same two colours, and somebody in hats of different colours."""
    color, background, *hats = rng.sample(COLORS, len(COLORS))
    scenes = [_scene(rng, name, color, background) for name in rng.sample(OBJECTS, len(OBJECTS))]
    known = [scene for scene in scenes if not held_out(scene)][:BARE]
    wearer = rng.choice(WEARERS)
    wearing = [_scene(rng, wearer, color, background, hat) for hat in hats]
    known += [scene for scene in wearing if not held_out(scene)][: GROUP - len(known)]
    return known if len(known) == GROUP else [*known, *_again(rng, known, GROUP - len(known))]


def _one_object(rng: random.Random) -> list[Scene]:
    """One object in many colours; half of those that can wear a hat do."""
    name = rng.choice(CHOICES)
    scenes: list[Scene] = []
    while len(scenes) < GROUP:
        color, background, hat = rng.sample(COLORS, 3)
        wears = name in WEARERS and rng.random() < 0.5
        scene = _scene(rng, name, color, background, hat if wears else None)
        if not held_out(scene):
            scenes.append(scene)
    return scenes


def _scene(rng: random.Random, name: str, color: str, background: str, hat: str | None = None) -> Scene:
    return Scene(name, color, background, hat, rng.getrandbits(48))


def _again(rng: random.Random, scenes: list[Scene], count: int) -> list[Scene]:
    """Some of the scenes in other poses."""
    return [
        _scene(rng, one.object, one.color, one.background, one.hat)
        for one in (rng.choice(scenes) for _ in range(count))
    ]
