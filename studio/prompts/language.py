"""Which language a text is in, told by its script; and its words without a prompt's notation, to be translated."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

AUTOMATIC = "auto"
LONGEST_PHRASE = 200
"""Letters that are translated at once: models of translation know some hundred tokens, and drop what is longer."""
_SCRIPTS = {
    "ja": "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9d", "ko": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "zh": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff", "ru": "\u0400-\u052f",
    "ar": "\u0600-\u06ff\u0750-\u077f", "he": "\u0590-\u05ff", "el": "\u0370-\u03ff", "hi": "\u0900-\u097f",
    "th": "\u0e00-\u0e7f",
}  # fmt: skip
"""By the language that is written most in each."""
_LETTER = {language: re.compile(f"[{letters}]") for language, letters in _SCRIPTS.items()}
_UKRAINIAN = re.compile("[ґєіїҐЄІЇ]")
FOREIGN = re.compile(f"[{''.join(_SCRIPTS.values())}]")
_NOTATION = re.compile(
    r"<[^<>\n]*>|\\.|__[\w*/. -]+__|\$?[{}]|\d{1,4}(?:-\d{1,4})?\$\$|-?\d{0,6}\.?\d{1,6}::|"
    r"[()\[\]|<>:]\s*(?:-?\d{0,6}\.?\d{1,6}(?=\s*[)\]}:|]))?|\b(?:BREAK|AND)\b|[,，、;；\n。]\s*"
)
"""What is no word: LoRAs, weights, variants, wildcards, and what parts a prompt."""
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f][\w'’.-]*(?:[ \t]+[A-Za-z\u00c0-\u024f][\w'’.-]*)*")
_SHORTEST_LATIN = 3
"""Letters: fewer belong to the word that they stand in, such as T恤 or 3D."""
_MARKS = {"，": ", ", "、": ", ", "；": "; ", "。": ". "}
_ENDS = " \t.。!?"


def language_of(text: str) -> str:
    """The code of the language whose letters it has the most of; '' for Latin letters, which tell none."""
    found = Counter({language: len(letter.findall(text)) for language, letter in _LETTER.items()})
    if found["ja"]:
        return "ja"  # which has Chinese signs besides
    language, count = found.most_common(1)[0]
    if not count:
        return ""
    return "uk" if language == "ru" and _UKRAINIAN.search(text) else language


def translated(text: str, english: Callable[[Sequence[str]], Sequence[str]], *, everything: bool = False) -> str:
    """The text with its words in English, and all notation as it was.

    `everything`: words in Latin letters too, as where the user has said which language it is.
    """
    pieces = [*_pieces(text, everything)]
    phrases = [piece.strip() for piece, is_words in pieces if is_words]
    made = iter(english(phrases) if phrases else ())
    done, foreign = "", FOREIGN.search(text) is not None
    for piece, is_words in pieces:
        new = _tidy(piece, next(made)) if is_words else _MARKS.get(piece.strip() or piece, piece)
        done += " " + new if foreign and _touch(done, new) else new
    return done.rstrip() if text == text.rstrip() else done


def _pieces(text: str, everything: bool) -> Iterator[tuple[str, bool]]:
    """Each with whether it is words to be translated."""
    at = 0
    for mark in [*_NOTATION.finditer(text), None]:
        yield from _phrases(text[at : mark.start() if mark else len(text)], everything)
        if mark:
            yield mark[0], False
            at = mark.end()


def _phrases(run: str, everything: bool) -> Iterator[tuple[str, bool]]:
    if everything or not FOREIGN.search(run):
        yield from _of_length(run, everything and any(map(str.isalpha, run)))
        return
    at = 0
    for latin in [*_LATIN.finditer(run), None]:
        if latin and _is_within(run, latin):
            continue
        words = run[at : latin.start() if latin else len(run)]
        yield from _of_length(words, bool(FOREIGN.search(words)))
        if latin:
            yield latin[0], False
            at = latin.end()


def _is_within(run: str, latin: re.Match[str]) -> bool:
    """Whether these few letters belong to the foreign word around them."""
    around = run[max(0, latin.start() - 1) : latin.start()] + run[latin.end() : latin.end() + 1]
    return sum(map(str.isalpha, latin[0])) < _SHORTEST_LATIN and FOREIGN.search(around) is not None


def _of_length(run: str, is_words: bool) -> Iterator[tuple[str, bool]]:
    if not is_words:
        if run:
            yield run, False
        return
    while run:
        end = len(run) if len(run) <= LONGEST_PHRASE else run.rfind(" ", 1, LONGEST_PHRASE) + 1 or LONGEST_PHRASE
        yield run[:end], bool(run[:end].strip())
        run = run[end:]


def _tidy(before: str, after: str) -> str:
    """Between the spaces that it had, without the full stop that models put behind every phrase."""
    words = " ".join(after.split()) or before.strip()
    if before.rstrip()[-1:] not in _ENDS:
        words = words.rstrip(_ENDS) or before.strip()
    start, end = len(before) - len(before.lstrip()), len(before.rstrip())
    return before[:start] + words + before[end:]


def _touch(before: str, after: str) -> bool:
    """Whether two words would run together."""
    return (
        bool(before and after)
        and (before[-1].isalnum() or before[-1] in ")]>")
        and (after[0].isalnum() or after[0] in "([<")
    )
