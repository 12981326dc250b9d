"""What a world is: scenes, each with its picture, its captions and the facts that a judge can be asked about."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

LANGUAGES = ("en", "zh")

Scene = Any
"""Plain data, of a kind of the world's own; only the world looks inside."""


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
    name: str
    length: int
    """Tokens of a caption; the longest one has fewer (tested)."""
    merges: int
    """Of the tokenizer's vocabulary."""
    facts: Mapping[str, tuple[str | None, ...]]
    """Each fact of a scene with all its values."""
    judged: tuple[str, ...]
    """The facts that the judge learns to tell."""
    rows: tuple[str, ...]
    """Of the table of the evaluation."""
    group: int
    """Scenes of a lesson."""
    sample: Callable[[random.Random], Scene]
    sample_from: Callable[[random.Random, bool], Scene]
    """A scene of the combinations that are never trained on (True), or of the others."""
    group_at: Callable[[int, int], list[Scene]]
    """Lesson number n of a seed: scenes that are hard to tell apart, none of them held out."""
    again: Callable[[Scene, int], Scene]
    """The same things in another pose."""
    render: Callable[[Scene, int], Image.Image]
    """The scene as an RGB picture of so many pixels a side."""
    tell: Callable[[Scene], dict[str, str | None]]
    """Its facts."""
    caption: Callable[[Scene, random.Random, str], Caption]
    full_caption: Callable[[Scene, random.Random, str], Caption]
    """One that names what the evaluation asks for."""
    asked: Callable[[Scene, Caption, str], list[Asked]]
    vocabulary: Mapping[str, Any] = field(default_factory=dict)
    """What it knows, for people: kind -> name -> language -> words."""

    def labels(self, scene: Scene) -> list[int]:
        """Its facts as places among their values."""
        told = self.tell(scene)
        return [values.index(told[name]) for name, values in self.facts.items()]

    def says(self, caption: Caption) -> list[bool]:
        return [name in caption.says for name in self.facts]
