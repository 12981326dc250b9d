"""The small world changes only together with the model that ships: that one was trained on it and is judged by it. Its
lessons may weigh other things more; their digest only tells that they did not change by mistake."""

import hashlib
import random
from collections.abc import Iterable

import numpy as np
from studio_starter import tokenizer
from studio_starter.large.scene import Scene
from studio_starter.small.lesson import group_at
from studio_starter.small.render import render
from studio_starter.small.scene import held_out, sample
from studio_starter.small.world import SMALL
from studio_starter.world import LANGUAGES


def digest(parts: Iterable[object]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(part if isinstance(part, bytes) else repr(part).encode())
    return found.hexdigest()[:16]


def scenes() -> list[Scene]:
    rng = random.Random(2026)
    return [sample(rng) for _ in range(240)]


def test_scenes_lessons_and_what_is_held_out() -> None:
    assert digest(scenes()) == "524097c944f64ce7"
    assert digest(map(held_out, scenes())) == "aac94ec1b0aea3c1"
    assert digest(scene for number in range(20) for scene in group_at(3, number)) == "7592b17f05f592d1"


GRAINY = ("paper cut", "watercolor")
"""Styles whose grain is computed in floats, and so not alike to the last bit on every processor."""
MEANS = ((162.9, 203.3, 186.3), (125.7, 171.2, 214.7), (219.9, 183.1, 195.9), (194.5, 213.2, 212.0))
"""Of red, green and blue in the first two of each."""


def test_renders() -> None:
    exact = [scene for scene in scenes() if scene.style not in GRAINY]
    assert digest(render(scene, 64, 3).tobytes() for scene in exact[:60]) == "3994d1ffaf84b344"
    assert digest(SMALL.render(scene, 256).tobytes() for scene in exact[:12]) == "3d720af4afe30ca4"


def test_renders_with_grain() -> None:
    grainy = [scene for style in GRAINY for scene in [one for one in scenes() if one.style == style][:2]]
    means = np.array([np.asarray(render(scene, 64, 3)).mean(axis=(0, 1)) for scene in grainy])
    assert np.abs(means - MEANS).max() < 0.5


def captions() -> list[str]:
    rng = random.Random(5)
    texts = []
    for scene in scenes():
        for language in LANGUAGES:
            texts += [SMALL.caption(scene, rng, language).text, SMALL.full_caption(scene, rng, language).text]
    return texts


def test_captions() -> None:
    assert digest(captions()) == "ca82f2263bcea40f"


def test_tokens() -> None:
    words = tokenizer.learn(SMALL, count=2000)
    assert (digest(words(captions()).input_ids), len(words)) == ("a8ba804d0086713b", 2111)
