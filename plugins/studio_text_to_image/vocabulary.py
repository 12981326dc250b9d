"""What of a prompt a small model does not know: it says so, instead of drawing something else in silence.

A model that lists its words (`lease.defaults["vocabulary"]`: kind -> name -> language -> words) knows no others.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from studio import api

CONTRADICTED = "colors"
"""The kind of word of which a thing has one."""
FILLERS = frozenset(
    """
    a an the one and or with without in on at of to by for from next beside under over behind near side
    front against wearing holding carrying is it its this that picture image illustration drawing painting photo
    sketch draw paint make show please me my background style art design cut out
    sign lights bold outlines outline glowing paper made some middle center centre medium sized
    """.split()  # noqa: SIM905 - a list of words reads better so
)
"""Words of a request that name nothing to be drawn."""
FILLERS_ZH = """
    一个 一只 一条 一朵 一座 一棵 一颗 一枚 一辆 一艘 一架 一列 一块 一盏 一张 一面 一本 一把 一根 一轮 一顶 一支 一头
    一片 一幅 一副 中间 中央 戴着 围着 拿着 牵着 穿着 旁边 画面 背景 图片 风格 插画 艺术 描边 粗线
    请 画 一下 在 和 与 跟 上 前 的 是 戴 色 有 个 只 一 里 中 幅
    """.split()  # noqa: SIM905


def note(prompt: str, vocabulary: Mapping[str, Any] | None) -> api.Text | None:
    """One sentence on what of the prompt the model does not know, or on what contradicts itself; None for nothing."""
    if not vocabulary or not prompt.strip():
        return None
    text = unicodedata.normalize("NFKC", prompt).lower()
    unknown = [*_unknown_english(text, vocabulary), *_unknown_chinese(text, vocabulary), *_signs(text)]
    if unknown:
        few, known = _listed(unknown), _known(vocabulary, text)
        return api.Text("The starter model does not know {}; it knows {}. For anything else add a model.", few, known)
    if not vocabulary.get("pairs", True) and len(things := _things(text, vocabulary)) > 1:
        template = "The starter model draws one thing at a time, and the prompt names {}; name one."
        return api.Text(template, _listed(things))
    if said := _undressed(text, vocabulary):
        return said
    if pair := _contradiction(text, vocabulary):
        return api.Text("“{}” names two colours of one thing, so one of them may be left out; name one.", pair)
    return None


def _words(vocabulary: Mapping[str, Any], language: str, kind: str | None = None) -> Iterator[str]:
    for name, entries in vocabulary.items():
        if isinstance(entries, Mapping) and kind in (None, name):
            for entry in entries.values():
                yield from entry.get(language, ())


def _singular(word: str) -> set[str]:
    """The word and what it may be the plural of."""
    found = {word, word.removesuffix("s"), word.removesuffix("es")}
    return found | {word[:-3] + "y"} if word.endswith("ies") else found


def _unknown_english(text: str, vocabulary: Mapping[str, Any]) -> list[str]:
    """Words and numbers in any letters but the Chinese ones."""
    known = {part for words in _words(vocabulary, "en") for part in words.lower().replace("-", " ").split()}
    asked = [word.removesuffix("'s") for word in re.findall(r"(?:(?![\u4e00-\u9fff])\w)+(?:'[a-z]+)?", text)]
    return list(dict.fromkeys(word for word in asked if not _singular(word) & (known | FILLERS)))


def _unknown_chinese(text: str, vocabulary: Mapping[str, Any]) -> list[str]:
    """What is left of the Chinese when all known words are taken out, the longest first."""
    for word in sorted([*_words(vocabulary, "zh"), *FILLERS_ZH], key=len, reverse=True):
        text = text.replace(word, " ")
    return list(dict.fromkeys(re.findall(r"[\u4e00-\u9fff]+", text)))


def _signs(text: str) -> list[str]:
    """Pictures among the letters, such as emoji; and what has no letters at all."""
    found = [sign for sign in text if unicodedata.category(sign) == "So"]
    return list(dict.fromkeys(found)) if found or re.search(r"\w", text) else [text.strip()[:20]]


def _contradiction(text: str, vocabulary: Mapping[str, Any]) -> str | None:
    """Two colours in a row, of different names."""
    colors: Mapping[str, Any] = vocabulary.get(CONTRADICTED, {})
    by_word = {word: name for name, entry in colors.items() for words in entry.values() for word in words}
    either = "|".join(sorted(map(re.escape, by_word), key=len, reverse=True))
    if not either:
        return None
    # The longest first, so that pink (粉红) is not taken for pink and red.
    found = list(re.finditer(rf"(?<![a-z])(?:{either})(?![a-z])", text))
    for one, other in itertools.pairwise(found):
        between = text[one.end() : other.start()]
        if re.fullmatch(r"[\s,/的和与-]*|\s+and\s+", between) and by_word[one[0]] != by_word[other[0]]:
            return text[one.start() : other.end()]
    return None


def _things(text: str, vocabulary: Mapping[str, Any]) -> list[str]:
    """Words for different things to draw, in their order."""
    return list(_named(text, vocabulary, "objects").values())


def _undressed(text: str, vocabulary: Mapping[str, Any]) -> api.Text | None:
    """What is worn where the model never saw anything worn: its entry says `on` what, and `without` which sizes and
    places."""
    for name, word in _named(text, vocabulary, "accessories").items():
        entry = vocabulary["accessories"][name]
        things, wearers = _named(text, vocabulary, "objects"), entry.get("on", [])
        if wearers and not set(things) & set(wearers):
            known = {one: vocabulary["objects"][one] for one in wearers if one in vocabulary.get("objects", {})}
            few = ", ".join(_names(known, text))
            return api.Text("The starter model draws “{}” only with one of these: {}.", word, few)
        spots = _named(text, vocabulary, "sizes") | _named(text, vocabulary, "places")
        if odd := [spots[one] for one in spots if one in entry.get("without", ())]:
            return api.Text(
                "The starter model never saw “{}” together with {}, so one of them may be left out; name one.",
                word, _listed(odd),
            )  # fmt: skip
    return None


def _named(text: str, vocabulary: Mapping[str, Any], kind: str) -> dict[str, str]:
    """Name -> word of what a text names of a kind, in its order."""
    entries = vocabulary.get(kind, {}).items()
    names = {word: name for name, entry in entries for language in ("en", "zh") for word in entry.get(language, ())}
    every = [word for language in ("en", "zh") for word in _words(vocabulary, language)]
    # The longest first, so that an owl (猫头鹰) is no cat, and a starry sky no star.
    either = "|".join(sorted(map(re.escape, every), key=len, reverse=True))
    found = re.findall(rf"(?<![a-z])({either})(?:e?s)?(?![a-z])", text)
    named = {names[word]: word for word in reversed(found) if word in names}
    return dict(reversed(named.items()))


def _listed(words: list[str]) -> str:
    return ", ".join(f"“{word}”" for word in words[:3])


def _names(entries: Mapping[str, Any], text: str) -> list[str]:
    """The first word for each, in the language of a text."""
    language = "zh" if re.search(r"[\u4e00-\u9fff]", text) else "en"
    return [(entry.get(language) or [name])[0] for name, entry in entries.items()]


def _known(vocabulary: Mapping[str, Any], text: str) -> str:
    """The first of its things."""
    names = _names(vocabulary.get("objects", {}), text)
    if len(names) <= 8:
        return ", ".join(names)
    return api.Text("{} and {} more things", ", ".join(names[:6]), len(names) - 6)
