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
    assert digest(scenes()) == "c2d159fafe1dccaa"
    assert digest(map(held_out, scenes())) == "56c4d4dd5859b63f"
    assert digest(scene for number in range(20) for scene in group_at(3, number)) == "4c2d354f10c07c9b"


def test_renders() -> None:
    assert digest(render(scene, 64, 3).tobytes() for scene in scenes()[:60]) == "e4f551d78a888fca"
    assert digest(SMALL.render(scene, 256).tobytes() for scene in scenes()[:12]) == "f5503ff2a1ddcb41"


def captions() -> list[str]:
    rng = random.Random(5)
    texts = []
    for scene in scenes():
        for language in LANGUAGES:
            texts += [SMALL.caption(scene, rng, language).text, SMALL.full_caption(scene, rng, language).text]
    return texts


def test_captions() -> None:
    assert digest(captions()) == "73bdab06c0bbe00c"


def test_tokens() -> None:
    words = tokenizer.learn(SMALL, count=2000)
    assert (digest(words(captions()).input_ids), len(words)) == ("92d88c273fc75ba1", 1965)
