"""Training scenes by number, in groups of scenes that are hard to tell apart.

Where all else differs, two colours tell most captions of a batch apart, and a contrastive loss never looks at the
object or at what it wears. A group therefore shares all but one or two things: the object, the colours, what is worn,
the background, or where and how large it is.
"""

import itertools
import random
from collections.abc import Iterator

from studio_starter.large.scene import COLORS, Scene, fits
from studio_starter.small.scene import (
    MIDDLE,
    OBJECTS,
    PATTERNS,
    SPOTS,
    WEARERS,
    WORN,
    Spot,
    held_out,
    one,
    pattern,
    spot,
    worn,
)

GROUP = 16
"""Scenes of a group."""
BARE = 12
"""Of those in one colour: the others wear something."""
CHOICES = (*OBJECTS, *WEARERS)
"""Of a lesson's one object: who can wear something comes twice as often, for there is more to know."""
ANYWHERE = 0.3
"""Share of lessons at any spot alike: what is small or aside is seldom asked for, and harder to tell."""


def group_at(seed: int, number: int) -> list[Scene]:
    """Group number `number` of a seed, of combinations that are trained on."""
    rng = random.Random(f"{seed}/group/{number}")
    kind = rng.choices((_one_color, _one_object, _one_wearer, _one_ground, _one_spot), (42, 24, 18, 8, 8))[0]
    group = list(itertools.islice((scene for scene in kind(rng) if fits(scene) and not held_out(scene)), GROUP))
    rng.shuffle(group)
    return group


def _one_color(rng: random.Random) -> Iterator[Scene]:
    """Different objects in the same colours, then somebody in different things or different colours."""
    color, behind, ground, others = _setting(rng)
    known = [name for name in rng.sample(OBJECTS, len(OBJECTS)) if not held_out(one(rng, name, color, behind, ground))]
    at = _spot(rng)
    for name in known[: BARE if at == MIDDLE else None]:
        yield one(rng, name, color, behind, ground, None, at)
    kind = rng.choice(WORN)
    kinds = [(kind, other) for other in others] if rng.random() < 0.5 else [(each, others[0]) for each in WORN]
    wearer = next((name for name in known if name in WEARERS), None)
    for dress in itertools.cycle(kinds):
        yield one(rng, wearer or rng.choice(known), color, behind, ground, dress if wearer else None)


def _one_object(rng: random.Random) -> Iterator[Scene]:
    """One object in many colours; half of those that can wear something do."""
    name = rng.choice(CHOICES)
    while True:
        color, ground, other = rng.sample(COLORS, 3)
        at = _spot(rng)
        yield one(rng, name, color, pattern(rng), ground, worn(rng, name, other, at), at)


def _one_wearer(rng: random.Random) -> Iterator[Scene]:
    """One object in the same colours, in different things of different colours."""
    name = rng.choice(WEARERS)
    color, behind, ground, others = _setting_of(rng, name)
    choices = (*((kind, other) for kind in WORN for other in others[:4]), None)
    while True:
        yield one(rng, name, color, behind, ground, rng.choice(choices))


def _one_ground(rng: random.Random) -> Iterator[Scene]:
    """One object in one colour before backgrounds of few colours."""
    name = rng.choice(OBJECTS)
    at, (color, *grounds) = _spot(rng), rng.sample(COLORS, 4)
    while True:
        yield one(rng, name, color, rng.choice(("plain", *PATTERNS)), rng.choice(grounds), None, at)


def _one_spot(rng: random.Random) -> Iterator[Scene]:
    """One object in the same colours, small and large, here and there."""
    name = rng.choice(OBJECTS)
    color, behind, ground, _ = _setting_of(rng, name)
    while True:
        yield one(rng, name, color, behind, ground, None, rng.choice(SPOTS))


def _spot(rng: random.Random) -> Spot:
    return rng.choice(SPOTS) if rng.random() < ANYWHERE else spot(rng)


Setting = tuple[str, str, str, list[str]]


def _setting_of(rng: random.Random, name: str) -> Setting:
    """One in which that thing is trained on."""
    while True:
        color, behind, ground, others = _setting(rng)
        if not held_out(one(rng, name, color, behind, ground)):
            return color, behind, ground, others


def _setting(rng: random.Random) -> Setting:
    """A thing's colour, what is behind it, and colours for what is worn, all of which can be seen there."""
    behind = pattern(rng)
    seen = [name for name in COLORS if (name, behind) != ("black", "night")]
    color, ground, *others = rng.sample(seen, len(seen))
    return color, behind, ground, others
