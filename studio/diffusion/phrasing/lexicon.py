"""A prompt in pieces, each with what it can mean: the words of a model, and those of English and Chinese."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.diffusion.phrasing import chinese, english
from studio.diffusion.phrasing.color import css, nearest

COLORS = "colors"
LONGEST = 5
"""Words of an English entry."""
LONGEST_ZH = 8
"""Characters of a Chinese one."""
HAN = "\u4e00-\u9fff"
PART = re.compile(rf"#[0-9a-f]{{6}}\b|#[0-9a-f]{{3}}\b|[{HAN}]+|(?:(?![{HAN}_])\w)+(?:'[a-z]+)?|\S")
ROLES = ("GROUND", "BEFORE", "AFTER", "LINK", "GLUE", "BRIDGE", "BETWEEN", "STOP", "WEAR", "ADJECTIVE", "FILLER")


@dataclass(frozen=True)
class Token:
    word: str
    names: Mapping[str, str] = field(default_factory=dict)
    """Kind -> name, of a model's word: colors -> red. Hardly any has two."""
    roles: frozenset[str] = frozenset()
    """What it does in a sentence, of a word of the language."""

    @property
    def known(self) -> bool:
        return bool(self.names or self.roles)

    @property
    def language(self) -> str:
        return "zh" if re.search(f"[{HAN}]", self.word) else "en"


Meaning = tuple[dict[str, str], set[str]]


class Lexicon:
    """The words of a model's vocabulary, with the synonyms that its phrasing adds, and those of the languages."""

    def __init__(self, vocabulary: Mapping[str, Any], phrasing: Mapping[str, Any]) -> None:
        self._words: dict[str, Meaning] = {}
        self._singular: dict[str, str] = {}
        self._rgb: Mapping[str, Any] = phrasing.get("rgb", {})
        for language in (english, chinese):
            for role in ROLES:
                for word in _listed(getattr(language, role, "")):
                    self._add(word, role=role)
        for source in (phrasing.get("words", {}), vocabulary):
            for kind, entries in source.items():
                for name, word in _entries(entries):
                    self._add(word, kind, name)
        for name, value in css().items() if self._rgb else ():
            if COLORS not in self._words.get(name, ({}, set()))[0]:
                self._add(name, COLORS, nearest(value, self._rgb))

    def tokens(self, text: str) -> list[Token]:
        """Its pieces, the longest known ones first."""
        plain = re.sub(r"(?<=\w)[-‐–’](?=\w)", lambda found: "'" if found[0] == "’" else " ", _folded(text))
        parts = PART.findall(plain)
        found: list[Token] = []
        at = 0
        while at < len(parts):
            part = parts[at]
            if part.startswith("#") and len(part) > 1 and self._rgb:
                found.append(Token(part, {COLORS: nearest(part, self._rgb)}))
                at += 1
            elif re.match(f"[{HAN}]", part):
                found += self._chinese(part)
                at += 1
            else:
                token, count = self._english(parts[at : at + LONGEST])
                found.append(token)
                at += count
        return found

    def _english(self, parts: list[str]) -> tuple[Token, int]:
        for count in range(len(parts), 0, -1):
            word = " ".join(parts[:count])
            word = word.removesuffix("'s")
            if meaning := self._words.get(word):
                return _token(self._singular.get(word, word), meaning), count
            if count == 2 and (shade := self._shade(*parts[:2])):
                return Token(word, {COLORS: shade}), 2
        return Token(parts[0]), 1

    def _shade(self, shade: str, color: str) -> str | None:
        """Of two words that CSS writes as one, such as saddle brown: the known colour, or the nearest."""
        own = self._words.get(color, ({}, set()))[0].get(COLORS)
        joined = self._words.get(shade + color, ({}, set()))[0].get(COLORS)
        return own or joined if joined else None

    def _chinese(self, run: str) -> Iterator[Token]:
        """Of characters without spaces, parted so that the fewest are left unknown; those are kept together."""
        best: list[tuple[int, int, int]] = [(0, 0, 0)]  # from the end: unknown characters, words, length of the first
        for at in range(len(run) - 1, -1, -1):
            rest = best[-1]
            choices = [(rest[0] + 1, rest[1], 0)]
            for size in range(1, min(LONGEST_ZH, len(run) - at) + 1):
                if run[at : at + size] in self._words:
                    rest = best[-size]
                    choices.append((rest[0], rest[1] + 1, size))
            best.append(min(choices, key=lambda choice: (*choice[:2], -choice[2])))
        best.reverse()
        unknown, at = "", 0
        while at < len(run):
            word = run[at : at + best[at][2]]
            if unknown and word:
                yield Token(unknown)
                unknown = ""
            if word:
                yield _token(word, self._words[word])
            else:
                unknown += run[at]
            at += len(word) or 1
        if unknown:
            yield Token(unknown)

    def _add(self, word: str, kind: str = "", name: str = "", role: str = "") -> None:
        word = _folded(word).replace("-", " ") if kind else word
        for form in _forms(word) if kind else (word,):
            names, roles = self._words.setdefault(form, ({}, set()))
            if role:
                roles.add(role)
            elif form == word or kind not in names:
                names[kind] = name
                self._singular[form] = word


def _token(word: str, meaning: Meaning) -> Token:
    return Token(word, meaning[0], frozenset(meaning[1]))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _listed(text: str) -> Iterator[str]:
    """Words parted by spaces; between bars, whole phrases."""
    single, *phrases = text.split(" | ")
    yield from single.split()
    yield from (" ".join(phrase.replace("|", " ").split()) for phrase in phrases)


def _entries(entries: Any) -> Iterator[tuple[str, str]]:
    """(name, word) of name -> language -> words."""
    if isinstance(entries, Mapping):
        for name, entry in entries.items():
            for words in (entry.get("en", ()), entry.get("zh", ())):
                for word in words:
                    yield name, word


def _forms(word: str) -> Iterator[str]:
    """The word and its plurals."""
    yield word
    if word.isascii():
        yield f"{word}s"
        yield f"{word}es"
        if word.endswith("y"):
            yield f"{word[:-1]}ies"
