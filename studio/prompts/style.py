"""Styles: ways of saying a prompt, kept as data, of which a picture may have several."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from studio.errors import UserError

HOLE = "{prompt}"
LONGEST = 32_000
"""Letters of what comes out: as long as a prompt may be."""
LONGEST_TEXT = 8_000
"""Letters of a template, or of what a style leaves out."""
LONGEST_NAME = 120


class Style(msgspec.Struct, frozen=True, omit_defaults=True):
    """One style. `id` is unique among those of one file, and what recipes keep."""

    id: str
    name: dict[str, str]
    """By language: `en`, and others if there are any."""
    category: str = ""
    prompt: str = HOLE
    """What stands for the words, `{prompt}`; without that the words come first."""
    negative: str = ""
    """What the picture shall not show; a `{prompt}` in it stands for what was written there already."""
    word: str = ""
    """What a model that was taught few words calls it (`vocabulary`); '' where none of them means it."""
    suggests: dict[str, dict[str, Any]] = {}
    """Family, or "" for every one -> values that go well with it, by the names of parameters: guidance_scale, steps."""

    def called(self, language: str) -> str:
        """Its name in a language, or in English."""
        return self.name.get(language) or self.name.get("en") or self.id

    def suggestions(self, family: str) -> dict[str, Any]:
        """What goes well with it in a model of this family."""
        return self.suggests.get("", {}) | self.suggests.get(family, {})


@dataclass(frozen=True)
class Styled:
    prompt: str
    negative: str
    unknown: tuple[Style, ...] = ()
    """Those that this model was not taught."""


def apply(
    styles: Sequence[Style], prompt: str, negative: str = "", vocabulary: Mapping[str, Any] | None = None
) -> Styled:
    """The words in these styles, one after the other: the later stands around the earlier.

    `vocabulary`: of a model that knows only these words (kind -> name -> language -> words): a style is said by the
    word of its `styles` then, and one that has none there is left out. An empty prompt stays empty. Raises UserError.
    """
    if not prompt.strip():
        return Styled(prompt, negative)
    unknown = []
    for style in styles:
        if not vocabulary:
            prompt = _put(style.prompt, prompt)
            negative = _without(style.negative, negative)
        elif said := _taught(style, vocabulary, prompt):
            prompt = said
        else:
            unknown.append(style)
    return Styled(prompt, negative, tuple(unknown))


def joined(*lists: str) -> str:
    """Comma-separated words one after the other, those of later ones that are there already left out."""
    found: dict[str, str] = {}
    for words in filter(None, (text.strip(" ,\n") for text in lists)):
        if not found:
            found = {words.casefold(): words}
            known = {each.strip().casefold() for each in words.split(",")}
            continue
        for word in re.split(r",(?![^(]*\))", words):  # (a, b:1.2) is one
            if (plain := word.strip()).casefold() not in known and plain:
                known.add(plain.casefold())
                found[plain.casefold()] = plain
    return ", ".join(found.values())


def _put(template: str, prompt: str) -> str:
    words = prompt.strip()
    if HOLE in template:
        return _filled(template, words)
    _check(template, words, 1)
    return ", ".join(filter(None, (words, template.strip(" ,"))))


def _without(template: str, negative: str) -> str:
    """As AUTOMATIC1111's webui does: where the template has a hole, what was written goes there, and else before it."""
    if HOLE not in template:
        return joined(negative, template)
    if words := negative.strip(" ,\n"):
        return _filled(template, words)
    parts = (re.sub(r" {2,}", " ", part.replace(HOLE, "")).strip() for part in template.split(","))
    return ", ".join(filter(None, parts))


def _filled(template: str, words: str) -> str:
    _check(template, words, template.count(HOLE))
    return template.replace(HOLE, words)


def _check(template: str, words: str, times: int) -> None:
    if len(template) + times * len(words) > LONGEST:
        raise UserError(
            "With these styles the words are longer than {} letters, so nothing was made; choose fewer of them.",
            LONGEST,
            code="invalid_prompt",
        )


def _taught(style: Style, vocabulary: Mapping[str, Any], prompt: str) -> str:
    known: Any = vocabulary.get("styles")
    entry = known.get(style.word) if isinstance(known, Mapping) and style.word else None
    if not isinstance(entry, Mapping):
        return ""
    language = "zh" if re.search("[\u4e00-\u9fff]", prompt) else "en"
    words = entry.get(language) or entry.get("en") or [style.word]
    return f"{prompt.strip()}{'，' if language == 'zh' else ', '}{words[0]}"


def categories(styles: Iterable[Style]) -> list[str]:
    """In the order in which they come."""
    return list(dict.fromkeys(style.category for style in styles))
