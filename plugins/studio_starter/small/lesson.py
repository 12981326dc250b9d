"""Training scenes by number, in groups of scenes that are hard to tell apart.

Where all else differs, two colours tell most captions of a batch apart, and a contrastive loss never looks at the
object or at what it wears. A group therefore shares all but one or two things: the object, the colours, what is worn,
the background, the style, or where and how large it is.
"""

import itertools
import random
from collections.abc import Iterator

from studio_starter.large.scene import DIM, PATTERNS, STYLES, Scene, fits
from studio_starter.small.scene import (
    MIDDLE,
    OBJECTS,
    SPOTS,
    WEARERS,
    WORN,
    Spot,
    colors,
    held_out,
    one,
    pattern,
    spot,
    style,
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
    kind = rng.choices(
        (_one_color, _one_object, _one_wearer, _one_ground, _one_spot, _one_style), (38, 22, 16, 8, 8, 8)
    )[0]
    group = list(itertools.islice((scene for scene in kind(rng) if fits(scene) and not held_out(scene)), GROUP))
    rng.shuffle(group)
    return group


def _one_color(rng: random.Random) -> Iterator[Scene]:
    """Different objects in the same colours, then somebody in different things or different colours."""
    color, behind, ground, others, look = _setting(rng)
    known = [name for name in rng.sample(OBJECTS, len(OBJECTS)) if not held_out(one(rng, name, color, behind, ground))]
    at = _spot(rng)
    for name in known[: BARE if at == MIDDLE else None]:
        yield one(rng, name, color, behind, ground, None, at, look)
    kind = rng.choice(WORN)
    kinds = [(kind, other) for other in others] if rng.random() < 0.5 else [(each, others[0]) for each in WORN]
    wearer = next((name for name in known if name in WEARERS), None)
    for dress in itertools.cycle(kinds):
        yield one(rng, wearer or rng.choice(known), color, behind, ground, dress if wearer else None, style=look)


def _one_object(rng: random.Random) -> Iterator[Scene]:
    """One object in many colours; half of those that can wear something do."""
    name = rng.choice(CHOICES)
    while True:
        look, at = style(rng), _spot(rng)
        color, ground, other, *_ = colors(rng, look)
        yield one(rng, name, color, pattern(rng), ground, worn(rng, name, other, at), at, look)


def _one_wearer(rng: random.Random) -> Iterator[Scene]:
    """One object in the same colours, in different things of different colours."""
    name = rng.choice(WEARERS)
    color, behind, ground, others, look = _setting_of(rng, name)
    choices = (*((kind, other) for kind in WORN for other in others[:4]), None)
    while True:
        yield one(rng, name, color, behind, ground, rng.choice(choices), style=look)


def _one_ground(rng: random.Random) -> Iterator[Scene]:
    """One object in one colour before backgrounds of few colours."""
    name = rng.choice(OBJECTS)
    at, look = _spot(rng), style(rng)
    color, *grounds = colors(rng, look)
    seen = grounds[:1] + [name for name in grounds if look != "neon" or name in DIM][1:3]
    while True:
        yield one(rng, name, color, rng.choice(("plain", *PATTERNS)), rng.choice(seen), None, at, look)


def _one_spot(rng: random.Random) -> Iterator[Scene]:
    """One object in the same colours, small and large, here and there."""
    name = rng.choice(OBJECTS)
    color, behind, ground, _, look = _setting_of(rng, name)
    while True:
        yield one(rng, name, color, behind, ground, None, rng.choice(SPOTS), look)


def _one_style(rng: random.Random) -> Iterator[Scene]:
    """One object in the same colours, in every style that can show them."""
    name = rng.choice(OBJECTS)
    color, behind, ground, _, _ = _setting_of(rng, name)
    at = _spot(rng)
    while True:
        yield one(rng, name, color, behind, ground, None, at, rng.choice(STYLES))


def _spot(rng: random.Random) -> Spot:
    return rng.choice(SPOTS) if rng.random() < ANYWHERE else spot(rng)


Setting = tuple[str, str, str, list[str], str]


def _setting_of(rng: random.Random, name: str) -> Setting:
    """One in which that thing is trained on."""
    while True:
        found = _setting(rng)
        if not held_out(one(rng, name, *found[:3])):
            return found


def _setting(rng: random.Random) -> Setting:
    """A thing's colour, what is behind it, colours for what is worn, all of which can be seen there, and a style."""
    while True:
        behind, look = pattern(rng), style(rng)
        color, ground, *others = [name for name in colors(rng, look) if (name, behind) != ("black", "night")]
        if fits(one(rng, OBJECTS[0], color, behind, ground, style=look)):
            return color, behind, ground, others, look
