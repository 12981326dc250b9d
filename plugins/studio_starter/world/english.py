"""Captions of the large world in English."""

import random

from studio_starter.world.scene import Scene, Thing
from studio_starter.world.word import COLORS_EN, GROUNDS_EN, NAMES, STYLES_EN, WORN_EN, WORN_NAMES

SIZE = {"small": ("small", "little", "tiny"), "large": ("large", "big", "huge")}
PLACE = {
    "left": ("on the left", "on the left side", "at the left"),
    "right": ("on the right", "on the right side", "at the right"),
}
PAIRS = ("{a} and {b}", "{a} and {b}", "{a} next to {b}", "{a} beside {b}", "{a} with {b}")
ORDERED = (
    "{a} to the left of {b}",
    "{b} to the right of {a}",
    "{a} on the left and {b} on the right",
    "{a} left of {b}",
    "on the left {a}, on the right {b}",
)
START = (
    "",
    "",
    "",
    "",
    "",
    "a picture of ",
    "an illustration of ",
    "a drawing of ",
    "draw ",
    "an image of ",
    "please draw ",
)


def article(words: str) -> str:
    return (
        words if words.split()[-1] in ("glasses", "sunglasses") else f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
    )


def thing(one: Thing, rng: random.Random, says: frozenset[str], prefix: str, size: str) -> str:
    """The noun phrase, with what it wears."""
    parts = [rng.choice(SIZE[size])] if size in SIZE else []
    if f"{prefix}color" in says:
        parts.append(rng.choice(COLORS_EN[one.color]))
    names = NAMES[one.object]
    name = article(" ".join([*parts, names[0] if rng.random() < 0.55 else rng.choice(names)]))
    if rng.random() < 0.12:
        name = name.split(" ", 1)[1]
    if one.worn is None:
        return name
    worn = rng.choice(WORN_NAMES[one.worn])
    if "worn color" in says and one.worn_color:
        worn = f"{rng.choice(COLORS_EN[one.worn_color])} {worn}"
    return f"{name} {rng.choice(WORN_EN[one.worn]).format(a=article(worn))}"


def caption(scene: Scene, rng: random.Random, says: frozenset[str], order: bool, style: bool) -> str:
    first = thing(scene.things[0], rng, says, "", scene.size)
    if len(scene.things) == 2:
        second = thing(scene.things[1], rng, says, "other ", "medium")
        subject = rng.choice(ORDERED if order else PAIRS).format(a=first, b=second)
    else:
        subject = first + (f" {rng.choice(PLACE[scene.place])}" if scene.place in PLACE else "")
    if "pattern" in says:
        color = rng.choice(COLORS_EN[scene.ground]) if scene.ground else ""
        ground = rng.choice(GROUNDS_EN[scene.pattern]).format(c=color)
        if ground.split()[0] not in ("on", "in", "at", "with", "under", "against"):
            ground = f", {ground}"
        elif color and color[0] in "aeiou":
            ground = ground.replace(f" a {color}", f" an {color}")
        lead = ground.lstrip(", ")
        # "On orange, a purple flower" would be read as two colours of the flower.
        subject = (
            f"{lead}, {subject}"
            if not style and rng.random() < 0.15 and lead != f"on {color}"
            else f"{subject} {ground}".replace(" ,", ",")
        )
    if style:
        return rng.choice(STYLES_EN[scene.style]).format(x=subject)
    return f"{rng.choice(START)}{subject}"
