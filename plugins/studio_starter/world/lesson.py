"""Training scenes by number, in groups of scenes that are hard to tell apart.

Where all else differs, two colours tell most captions of a batch apart, and a contrastive loss never looks at the
object or at what it wears. A group therefore shares all but one or two things: the object, the colours, what is worn,
the background, the style, where and how large it is, or which of two things is where.
"""

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace

from studio_starter.world.scene import (
    COLORS,
    DIM,
    MIDDLE,
    PATTERNS,
    SPOTS,
    STYLES,
    Extent,
    Scene,
    Spot,
    Thing,
    colors,
    fits,
    held_out,
    one,
    pair,
    pattern,
    spot,
    style,
    worn,
)

GROUP = 16
"""Scenes of a group."""
BARE = 12
"""Of those in one colour: the others wear something."""
ANYWHERE = 0.3
"""Share of lessons at any spot alike: what is small or aside is seldom asked for, and harder to tell."""


def group_at(extent: Extent, seed: int, number: int) -> list[Scene]:
    """Group number `number` of a seed, of combinations that are trained on."""
    rng = random.Random(f"{seed}/group/{number}")
    kinds = {_one_color: 38, _one_object: 22, _one_wearer: 16, _one_ground: 8, _one_spot: 8, _one_style: 8}
    if extent.pairs:
        kinds[_one_pair] = 28
    kind = rng.choices(list(kinds), list(kinds.values()))[0]
    seen = (scene for scene in kind(rng, extent) if fits(scene) and not held_out(scene))
    group = list(itertools.islice(seen, GROUP))
    rng.shuffle(group)
    return group


def _one_color(rng: random.Random, extent: Extent) -> Iterator[Scene]:
    """Different objects in the same colours, then somebody in different things or different colours."""
    color, behind, ground, others, look = _setting(rng, extent)
    every = rng.sample(extent.objects, len(extent.objects))
    known = [name for name in every if not held_out(one(rng, name, color, behind, ground))]
    at = _spot(rng)
    for name in known[: BARE if at == MIDDLE else None]:
        yield one(rng, name, color, behind, ground, None, at, look)
    kind = rng.choice(extent.worn)
    kinds = [(kind, other) for other in others] if rng.random() < 0.5 else [(each, others[0]) for each in extent.worn]
    wearer = next((name for name in known if name in extent.wearers), None)
    for dress in itertools.cycle(kinds):
        yield one(rng, wearer or rng.choice(known), color, behind, ground, dress if wearer else None, style=look)


def _one_object(rng: random.Random, extent: Extent) -> Iterator[Scene]:
    """One object in many colours; half of those that can wear something do. Who can comes twice as often, for there is
    more to know."""
    name = rng.choice((*extent.objects, *extent.wearers))
    while True:
        look, at = style(rng), _spot(rng)
        color, ground, other, *_ = colors(rng, look)
        yield one(rng, name, color, pattern(rng), ground, worn(rng, extent, name, other, at), at, look)


def _one_wearer(rng: random.Random, extent: Extent) -> Iterator[Scene]:
    """One object in the same colours, in different things of different colours."""
    name = rng.choice(extent.wearers)
    color, behind, ground, others, look = _setting_of(rng, extent, name)
    choices = (*((kind, other) for kind in extent.worn for other in others[:4]), None)
    while True:
        yield one(rng, name, color, behind, ground, rng.choice(choices), style=look)


def _one_ground(rng: random.Random, extent: Extent) -> Iterator[Scene]:
    """One object in one colour before backgrounds of few colours."""
    name = rng.choice(extent.objects)
    at, look = _spot(rng), style(rng)
    color, *grounds = colors(rng, look)
    seen = grounds[:1] + [name for name in grounds if look != "neon" or name in DIM][1:3]
    while True:
        yield one(rng, name, color, rng.choice(("plain", *PATTERNS)), rng.choice(seen), None, at, look)


def _one_spot(rng: random.Random, extent: Extent) -> Iterator[Scene]:
    """One object in the same colours, small and large, here and there."""
    name = rng.choice(extent.objects)
    color, behind, ground, _, look = _setting_of(rng, extent, name)
    while True:
        yield one(rng, name, color, behind, ground, None, rng.choice(SPOTS), look)


def _one_style(rng: random.Random, extent: Extent) -> Iterator[Scene]:
    """One object in the same colours, in every style that can show them."""
    name = rng.choice(extent.objects)
    color, behind, ground, _, _ = _setting_of(rng, extent, name)
    at = _spot(rng)
    while True:
        yield one(rng, name, color, behind, ground, None, at, rng.choice(STYLES))


def _one_pair(rng: random.Random, extent: Extent) -> Iterator[Scene]:
    """Two things, each on either side; one of them is at times another, or of another colour."""
    base = pair(rng, extent)
    while held_out(base) or not fits(base):
        base = pair(rng, extent)
    while True:
        first, *rest = rng.sample(base.things, 2)
        kind = rng.randrange(4)
        if kind == 0:
            first = Thing(rng.choice(extent.objects), first.color)
        elif kind == 1:
            first = Thing(first.object, rng.choice(COLORS))
        yield replace(base, things=(first, *rest), pose=rng.getrandbits(48))


def _spot(rng: random.Random) -> Spot:
    return rng.choice(SPOTS) if rng.random() < ANYWHERE else spot(rng)


Setting = tuple[str, str, str, list[str], str]


def _setting_of(rng: random.Random, extent: Extent, name: str) -> Setting:
    """One in which that thing is trained on."""
    while True:
        found = _setting(rng, extent)
        if not held_out(one(rng, name, *found[:3])):
            return found


def _setting(rng: random.Random, extent: Extent) -> Setting:
    """A thing's colour, what is behind it, colours for what is worn, all of which can be seen there, and a style."""
    while True:
        behind, look = pattern(rng), style(rng)
        color, ground, *others = [name for name in colors(rng, look) if (name, behind) != ("black", "night")]
        if fits(one(rng, extent.objects[0], color, behind, ground, style=look)):
            return color, behind, ground, others, look
