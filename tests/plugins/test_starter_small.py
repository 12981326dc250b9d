"""The small world changes only together with the model that ships: that one was trained on it and is judged by it. Its
lessons may weigh other things more; their digest only tells that they did not change by mistake."""

import hashlib
import random
from collections.abc import Iterable

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
    assert digest(scenes()) == "c8d09bbc02e5b511"
    assert digest(map(held_out, scenes())) == "bb4aadad374c0126"
    assert digest(scene for number in range(20) for scene in group_at(3, number)) == "a23cf3548154069d"


def test_renders() -> None:
    assert digest(render(scene, 64, 3).tobytes() for scene in scenes()[:60]) == "c6bae3f8d8c2745a"
    assert digest(SMALL.render(scene, 256).tobytes() for scene in scenes()[:12]) == "af1a26672d08ae47"


def captions() -> list[str]:
    rng = random.Random(5)
    texts = []
    for scene in scenes():
        for language in LANGUAGES:
            texts += [SMALL.caption(scene, rng, language).text, SMALL.full_caption(scene, rng, language).text]
    return texts


def test_captions() -> None:
    assert digest(captions()) == "49e30bac60da0524"


def test_tokens() -> None:
    words = tokenizer.learn(SMALL, count=2000)
    assert (digest(words(captions()).input_ids), len(words)) == ("3127621f9eef223d", 1965)
