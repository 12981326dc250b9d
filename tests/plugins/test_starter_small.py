"""The small world changes only together with the model that ships: that one was trained on it and is judged by it. Its
lessons may weigh other things more; their digest only tells that they did not change by mistake."""

import hashlib
import random
from collections.abc import Iterable

from studio_starter import tokenizer
from studio_starter.small.caption import LANGUAGES, caption, full_caption
from studio_starter.small.lesson import group_at
from studio_starter.small.render import render
from studio_starter.small.scene import Scene, held_out, sample
from studio_starter.small.world import SMALL


def digest(parts: Iterable[object]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(part if isinstance(part, bytes) else repr(part).encode())
    return found.hexdigest()[:16]


def scenes() -> list[Scene]:
    rng = random.Random(2026)
    return [sample(rng) for _ in range(240)]


def test_scenes_lessons_and_what_is_held_out() -> None:
    assert digest(scenes()) == "f0c7f150480ae5d5"
    assert digest(map(held_out, scenes())) == "d8e69a3a8501a9d7"
    assert digest(scene for number in range(20) for scene in group_at(3, number)) == "732349ef114ea560"


def test_renders() -> None:
    assert digest(render(scene, 64, 3).tobytes() for scene in scenes()[:60]) == "cd7a9ab2d28ff59d"
    assert digest(SMALL.render(scene, 256).tobytes() for scene in scenes()[:12]) == "c58c8c939bc65078"


def test_captions() -> None:
    rng = random.Random(5)
    texts = []
    for scene in scenes():
        for language in LANGUAGES:
            texts += [caption(scene, rng, language).text, full_caption(scene, rng, language)]
    assert digest(texts) == "96bf5b4b3ca1ad30"


def test_tokens() -> None:
    words, rng = tokenizer.learn(SMALL, count=2000), random.Random(5)
    for scene in scenes():  # as in the test above
        for language in LANGUAGES:
            caption(scene, rng, language)
            full_caption(scene, rng, language)
    ids = (words(full_caption(scene, rng, language)).input_ids for scene in scenes() for language in LANGUAGES)
    assert (digest(ids), len(words)) == ("c6b0e95a8bef624f", 1623)
