"""The world that the starter learns: scenes, each with its picture, its captions and the facts that a judge can be
asked about. There is one, drawn once; a scale says how much of it there is."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from studio_starter.world import chinese, english, lesson, render, scene
from studio_starter.world.drawing import DRAWINGS, WEARERS
from studio_starter.world.phrasing import phrasing
from studio_starter.world.scene import COLORS, MIDDLE, PATTERNS, PLACES, SIZES, STYLES, Extent, Scene
from studio_starter.world.vocabulary import vocabulary

__all__ = ["FACTS", "LANGUAGES", "LARGE", "SMALL", "WORLDS", "Asked", "Caption", "Scene", "World"]

LANGUAGES = ("en", "zh")
ALWAYS = frozenset({"style", "size", "place", "object", "worn", "other"})
"""What every caption tells, be it by saying nothing of it: one thing, flat, of middling size, in the middle, bare."""
ROWS = ("object", "color", "background", "accessory", "accessory color", "style", "size", "place")
PAIR_ROWS = ("both objects", "both with colors")


@dataclass(frozen=True)
class Caption:
    """A text and the facts that it names; it is true of every scene that shares these."""

    text: str
    says: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """One thing that a prompt asks for: in which row of the table it counts, and what the judge has to answer."""

    row: str
    answers: tuple[Mapping[str, str | None], ...]
    """Any one of these is right."""


@dataclass(frozen=True)
class World:
    """So much of the world as a scale teaches."""

    name: str
    length: int
    """Tokens of a caption; the longest one has fewer (tested)."""
    merges: int
    """Of the tokenizer's vocabulary."""
    extent: Extent
    facts: Mapping[str, tuple[str | None, ...]]
    """Each fact of a scene with all its values; the judge learns to tell them."""
    vocabulary: Mapping[str, Any]
    """What it knows, for people: kind -> name -> language -> words."""
    phrasing: Mapping[str, Any]
    """The forms of its captions and more words, for the rules that read prompts."""

    group = lesson.GROUP
    """Scenes of a lesson."""

    @property
    def rows(self) -> tuple[str, ...]:
        """Of the table of the evaluation."""
        return (*ROWS, *PAIR_ROWS) if self.extent.pairs else ROWS

    def sample(self, rng: random.Random) -> Scene:
        return scene.sample(rng, self.extent)

    def sample_from(self, rng: random.Random, unseen: bool) -> Scene:
        """A scene of the combinations that are never trained on, or of the others."""
        return scene.sample_from(rng, self.extent, unseen)

    def group_at(self, seed: int, number: int) -> list[Scene]:
        """Lesson number n of a seed: scenes that are hard to tell apart, none of them held out."""
        return lesson.group_at(self.extent, seed, number)

    def render(self, one: Scene, size: int) -> Image.Image:
        """The scene as an RGB picture of so many pixels a side."""
        return render.render(one, size, supersample=3 if size <= 128 else 2)

    def tell(self, one: Scene) -> dict[str, str | None]:
        """Its facts."""
        thing, other = one.things[0], one.things[1] if len(one.things) == 2 else None
        told = {
            "object": thing.object, "color": thing.color, "worn": thing.worn, "worn color": thing.worn_color,
            "pattern": one.pattern, "ground": one.ground, "style": one.style, "size": one.size, "place": one.place,
            "other": other.object if other else None, "other color": other.color if other else None,
        }  # fmt: skip
        return {name: told[name] for name in self.facts}

    def labels(self, one: Scene) -> list[int]:
        """Its facts as places among their values."""
        told = self.tell(one)
        return [values.index(told[name]) for name, values in self.facts.items()]

    def says(self, caption: Caption) -> list[bool]:
        return [name in caption.says for name in self.facts]

    def caption(self, one: Scene, rng: random.Random, language: str) -> Caption:
        """A caption that is true of the scene; colours and the background may go unsaid."""
        says = set(ALWAYS)
        says |= {"color"} if rng.random() < 0.78 else set()
        says |= {"other color"} if rng.random() < 0.78 else set()
        says |= {"worn color"} if rng.random() < 0.7 else set()
        says |= {"pattern", "ground"} if rng.random() < 0.66 else set()
        return _worded(one, rng, language, frozenset(says))

    def full_caption(self, one: Scene, rng: random.Random, language: str) -> Caption:
        """One that names what the evaluation asks for."""
        return _worded(one, rng, language, frozenset(FACTS))

    def asked(self, one: Scene, said: Caption) -> list[Asked]:
        """What a caption of the scene asks for."""
        told = self.tell(one)
        ground = {"pattern": told["pattern"]} | ({"ground": told["ground"]} if told["ground"] else {})
        rows = [Asked("background", (ground,)), Asked("style", ({"style": told["style"]},))]
        if len(one.things) == 2:
            return [*rows, *_asked_of_both(told, "order" in said.says)]
        rows += [Asked(name, ({name: told[name]},)) for name in ("object", "color", "size", "place")]
        if one.things[0].object in WEARERS:
            rows.append(Asked("accessory", ({"worn": told["worn"]},)))
        if one.things[0].worn:
            rows.append(Asked("accessory color", ({"worn color": told["worn color"]},)))
        return rows


def _asked_of_both(told: Mapping[str, str | None], ordered: bool) -> list[Asked]:
    names = {name: told[name] for name in ("object", "other")}
    turned = {"object": told["other"], "other": told["object"]}
    whole = names | {name: told[name] for name in ("color", "other color")}
    back = turned | {"color": told["other color"], "other color": told["color"]}
    return [
        Asked("both objects", (names,) if ordered else (names, turned)),
        Asked("both with colors", (whole,) if ordered else (whole, back)),
    ]


def _worded(one: Scene, rng: random.Random, language: str, says: frozenset[str]) -> Caption:
    order, style = rng.random() < 0.5, one.style != "flat" or rng.random() < 0.12
    text = (english if language == "en" else chinese).caption(one, rng, says, order, style)
    return Caption(text, says | ({"order"} if order else set()))


def _facts(extent: Extent) -> dict[str, tuple[str | None, ...]]:
    facts: dict[str, tuple[str | None, ...]] = {
        "object": extent.objects, "worn": (None, *extent.worn), "pattern": PATTERNS, "color": COLORS,
        "worn color": (None, *COLORS), "ground": (None, *COLORS), "style": STYLES, "size": SIZES, "place": PLACES,
    }  # fmt: skip
    if extent.pairs:
        facts |= {"other": (None, *extent.objects), "other color": (None, *COLORS)}
    return facts


def _world(name: str, length: int, merges: int, extent: Extent) -> World:
    return World(name, length, merges, extent, _facts(extent), vocabulary(extent), phrasing(extent))


SMALL = _world(
    "small", 32, 1400,
    Extent(
        objects=(
            "cat", "house", "tree", "star", "heart", "mushroom", "fish", "cup", "rocket", "flower", "car", "boat",
            "dog", "rabbit", "owl", "butterfly", "whale", "castle", "airplane", "apple", "umbrella", "guitar", "robot",
            "moon", "penguin", "snowman", "bird", "turtle", "snail", "cactus", "bus", "cake", "ice cream", "strawberry",
            "chair", "lamp", "bell", "drum", "sun", "cloud", "crown", "lighthouse",
        ),
        worn=("hat", "scarf", "balloon"),  # glasses would be two pixels thin
        dressed=(MIDDLE,),
    ),
)  # fmt: skip
LARGE = _world(
    "large", 40, 1500,
    Extent(
        objects=tuple(DRAWINGS), worn=("hat", "scarf", "glasses", "balloon"),
        dressed=tuple(("medium", place) for place in PLACES), pairs=0.22,
    ),
)  # fmt: skip
FACTS = LARGE.facts
"""All that can be told of a scene."""
WORLDS = {world.name: world for world in (SMALL, LARGE)}
