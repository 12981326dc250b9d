"""The small world never changes: models that are out in the world were trained on it and are judged by it. Its lessons
may weigh other things more; their digest only tells that they did not change by mistake."""

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
    assert digest(scenes()) == "25b003e960923650"
    assert digest(map(held_out, scenes())) == "648619aacc3c8afa"
    assert digest(scene for number in range(20) for scene in group_at(3, number)) == "d7a703652e53c2cb"


def test_renders() -> None:
    assert digest(render(scene, 64, 3).tobytes() for scene in scenes()[:60]) == "ded43ffaad4af1ba"
    assert digest(SMALL.render(scene, 256).tobytes() for scene in scenes()[:12]) == "748e9332734e428c"


def test_captions() -> None:
    rng = random.Random(5)
    texts = []
    for scene in scenes():
        for language in LANGUAGES:
            texts += [caption(scene, rng, language).text, full_caption(scene, rng, language)]
    assert digest(texts) == "91c9f5427096fd74"


def test_tokens() -> None:
    words, rng = tokenizer.learn(SMALL, count=2000), random.Random(5)
    for scene in scenes():  # as in the test above
        for language in LANGUAGES:
            caption(scene, rng, language)
            full_caption(scene, rng, language)
    ids = (words(full_caption(scene, rng, language)).input_ids for scene in scenes() for language in LANGUAGES)
    assert (digest(ids), len(words)) == ("0bd6e5069a9a53c8", 1436)
