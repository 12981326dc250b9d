"""The language of a prompt is told by its script, and only its words are handed to whoever translates them."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.prompts.language import LONGEST_PHRASE, language_of, translated

ENGLISH = {
    "一只": "A", "红色": "Red.", "的猫": "cat", "蓝色背景": "a blue background.", "猫": "cat", "一件T恤": "a T-shirt",
    "红": "red",
}  # fmt: skip


def english(phrases: Sequence[str]) -> list[str]:
    return [ENGLISH[phrase] for phrase in phrases]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a cat, (red:1.2)", ""), ("eine Katze", ""), ("一只猫", "zh"), ("赤い猫", "ja"), ("고양이", "ko"),
        ("кот", "ru"),
        ("їжак", "uk"), ("قطة", "ar"), ("חתול", "he"), ("γάτα", "el"), ("a 猫", "zh"), ("", ""), ("🐱 1.5", ""),
    ],
)  # fmt: skip
def test_language_is_told_by_script(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("一只(红色:1.2)的猫，蓝色背景", "A (Red:1.2) cat, a blue background"),
        ("a 红色 car, masterpiece", "a Red car, masterpiece"),
        ("<lora:猫:0.8> 猫 BREAK 猫", "<lora:猫:0.8> cat BREAK cat"),
        ("一件T恤，3D", "a T-shirt, 3D"),
        ("{红|2::猫}", "{red|2::cat}"),
        ("[红:猫:0.5]", "[red:cat:0.5]"),
        ("红\\(猫\\)", "red\\(cat\\)"),
        ("((红))猫", "((red)) cat"),
        ("__红__ 猫", "__红__ cat"),
        ("猫。\n蓝色背景", "cat. a blue background"),
        ("a cat  , (red:1.3)", "a cat  , (red:1.3)"),
    ],
)
def test_words_become_english_and_notation_stays(text: str, becomes: str) -> None:
    assert translated(text, english) == becomes


def test_a_named_language_has_all_words_translated() -> None:
    made = translated("ein Haus, (alt:1.2) <lora:film:1>", lambda each: [*map(str.upper, each)], everything=True)
    assert made == "EIN HAUS, (ALT:1.2) <lora:film:1>"


def test_a_translation_of_nothing_leaves_the_word() -> None:
    assert translated("猫，狗", lambda phrases: ["", "dog"]) == "猫, dog"


def test_long_texts_are_handed_over_in_parts() -> None:
    seen: list[str] = []

    def keep(phrases: Sequence[str]) -> list[str]:
        seen.extend(phrases)
        return ["x"] * len(phrases)

    translated("猫" * 950, keep)
    assert "".join(seen) == "猫" * 950
    assert max(map(len, seen)) <= LONGEST_PHRASE


@given(st.text(alphabet="猫红 a(1.2):{|}[]<>_\\,，。$\nBREAK-к", max_size=200))
def test_any_text_keeps_its_notation(text: str) -> None:
    handed: list[str] = []

    def same(phrases: Sequence[str]) -> Sequence[str]:
        handed.extend(phrases)
        return phrases

    made = translated(text, same)
    plain = str.maketrans({"，": ",", "。": ".", " ": None, "\n": None})
    assert made.translate(plain) == text.translate(plain)
    assert all(phrase and phrase == phrase.strip() for phrase in handed)


@pytest.mark.parametrize("text", ["1" * 32_000, "_" * 32_000, "<" * 32_000, "(1." * 10_000 + "猫", "a-" * 16_000])
def test_hostile_texts_cost_no_time(text: str) -> None:
    assert isinstance(translated(text + "猫", lambda phrases: phrases), str)
