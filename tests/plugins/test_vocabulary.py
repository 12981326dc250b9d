"""A model that lists its words says what it does not know, in both languages and for both worlds of the starter."""

import random
from typing import Any

import pytest
from studio_starter.world import LANGUAGES, LARGE, SMALL, World

from studio.diffusion.phrasing import Reader

WORLDS = pytest.mark.parametrize("world", [SMALL, LARGE], ids=lambda world: world.name)


def note(prompt: str, vocabulary: Any) -> str | None:
    """All that is said of a prompt that the model is given as it is."""
    return " ".join(Reader({"vocabulary": vocabulary}).read(prompt).notes) or None


@WORLDS
@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("a red dragon on a blue background", "dragon"),
        ("一条红色的龙", "龙"),
        ("a cat riding a unicorn", "unicorn"),
        ("a red cat next to 一条龙", "龙"),
        ("красный cat", "красный"),
        ("赤い cat", "い"),
        ("a café", "café"),
        ("a cat 🎩", "🎩"),
        ("🐱", "🐱"),
        ("3 cats", "3"),
        ("?!", "?!"),
    ],
)
def test_an_unknown_word_is_named(world: World, prompt: str, word: str) -> None:
    said = note(prompt, world.vocabulary) or ""
    assert f"“{word}”" in said
    assert "For anything else add a model" in said


@WORLDS
@pytest.mark.parametrize(
    "prompt",
    [
        "a red blue cup",
        "红色蓝色的杯子",
        "a red, cat 红的蓝的猫",
        "a red-blue cup",
        "红色和蓝色的杯子",
        "a red and blue cup",
    ],
)
def test_two_colours_of_one_thing_are_named(world: World, prompt: str) -> None:
    assert "two colours of one thing" in (note(prompt, world.vocabulary) or "")


@WORLDS
@pytest.mark.parametrize("language", LANGUAGES)
def test_its_own_captions_are_all_known(world: World, language: str) -> None:
    rng = random.Random(3)
    texts = [world.caption(world.sample(rng), rng, language).text for _ in range(400)]
    assert {text: said for text in texts if (said := note(text, world.vocabulary))} == {}


@WORLDS
@pytest.mark.parametrize(
    "prompt",
    [
        "a red cup and 一个杯子",
        "ＲＥＤ ＣＡＴ",
        "A cat's hat.",
        "红色的杯子, blue background",
        "a red cup on a blue background",
    ],
)
def test_mixed_languages_widths_and_cases_are_known(world: World, prompt: str) -> None:
    assert note(prompt, world.vocabulary) is None


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("a red cup and 一只猫", "“cup”, “猫”"),
        ("cats and dogs", "“cat”, “dog”"),
        ("a cat's house", "“cat”, “house”"),
        ("buses under the moon", "“bus”, “moon”"),
        ("一只猫和一只猫头鹰", "“猫”, “猫头鹰”"),
    ],
)
def test_a_world_of_single_things_says_that_it_draws_one(prompt: str, words: str) -> None:
    said = note(prompt, SMALL.vocabulary)
    assert said == f"This model draws one thing at a time, and the prompt names {words}; name one."
    assert note(prompt, LARGE.vocabulary) is None


@pytest.mark.parametrize("prompt", ["a kitten, a cat", "an owl under a starry sky", "一只猫头鹰", "a teal lighthouse"])
def test_one_thing_is_one_thing(prompt: str) -> None:
    assert note(prompt, SMALL.vocabulary) is None


@pytest.mark.parametrize(
    ("prompt", "word"), [("a small cat", "small"), ("左边的房子", "左边"), ("a pixel art cat", "pixel")]
)
def test_sizes_places_and_styles_are_told_where_they_are_not_known(prompt: str, word: str) -> None:
    kinds = ("objects", "colors", "backgrounds")
    assert f"“{word}”" in (note(prompt, {kind: SMALL.vocabulary[kind] for kind in kinds}) or "")
    assert note(prompt, LARGE.vocabulary) is None


@WORLDS
@pytest.mark.parametrize(
    "prompt", ["a small cat in the middle", "一只小的猫在左边", "a medium sized house at the right"]
)
def test_sizes_and_places_are_known(world: World, prompt: str) -> None:
    assert note(prompt, world.vocabulary) is None


@pytest.mark.parametrize("prompt", ["a house wearing a hat", "戴着帽子的房子", "a red balloon"])
def test_who_cannot_wear_something_is_told_who_can(prompt: str) -> None:
    said = note(prompt, SMALL.vocabulary) or ""
    assert "only with one of these: " in said
    assert ("猫, 狗" if "戴" in prompt else "cat, dog") in said
    assert note(prompt, {**SMALL.vocabulary, "accessories": {"hat": {"en": ["hat", "balloon"]}}}) != said


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("a small cat with a hat", "“hat” together with “small”"),
        ("a cat with a scarf on the left", "“scarf” together with “left”"),
        ("一只小的猫戴着帽子，在右边", "“帽子” together with “小的”, “右边”"),
    ],
)
def test_where_nothing_was_ever_worn_is_told(prompt: str, words: str) -> None:
    assert words in (note(prompt, SMALL.vocabulary) or "")
    assert (note(prompt, LARGE.vocabulary) is None) == ("left" in prompt)  # small alone, in the large world


def test_a_list_in_one_language_is_enough() -> None:
    assert "it knows boat. For" in (note("一条龙", {"objects": {"boat": {"en": ["ship"]}}}) or "")
    assert "it knows ship. For" in (note("a dragon", {"objects": {"boat": {"en": ["ship"]}}}) or "")
    assert "does not know “cats”" in (note("cats", {"pairs": False}) or "")


@pytest.mark.parametrize("vocabulary", [None, {}])
def test_a_model_without_a_list_says_nothing(vocabulary: Any) -> None:
    assert note("a dragon", vocabulary) is None
