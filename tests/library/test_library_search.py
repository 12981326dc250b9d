"""Pictures are found by all words that made them, wherever the recipe has them."""

import sqlite3

import pytest

from studio.library import Library, Recipe

BLEND = Recipe(
    "blend",
    {"image": ["/home/ada/fish.png"], "text": ["a red background", "von Möhre"], "unlike_text": "fog", "weight": [1]},
    values={"embedding": "red-fish.safetensors", "clip_distance": 0.2},
)
DIFFERENCE = Recipe("text-diff", {"before": "Winter", "after": "ｓｕｍｍｅｒ", "keep_as": "idea of warmth"})


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (BLEND, "red background"),
        (BLEND, "background red blend"),
        (BLEND, "MÖHRE"),
        (BLEND, "fog"),
        (BLEND, "fish.png"),
        (BLEND, "red-fish"),
        (DIFFERENCE, "winter summer"),
        (DIFFERENCE, "warmth"),
    ],
)
def test_found(library, noise, recipe, words):
    record = library.save(noise, recipe)
    library.save(noise, Recipe("text-to-image", {"prompt": "something else"}))
    assert [found.id for found in library.find(words)] == [record.id]
    assert library.count(words) == 1


def test_not_found_by_what_is_not_in_it(library, noise):
    library.save(noise, BLEND)
    assert library.find("blue background") == []


def test_pictures_of_an_older_index_are_found_too(library, noise):
    record = library.save(noise, BLEND)
    library.close()
    with sqlite3.connect(library.root / "index.db") as old:
        old.execute("UPDATE pictures SET text = 'blend'")
        old.execute("PRAGMA user_version = 2")
    old.close()
    for readonly in (True, False):
        opened = Library(library.root, readonly=readonly)
        assert [found.id for found in opened.find("red background")] == [record.id]
        opened.close()
