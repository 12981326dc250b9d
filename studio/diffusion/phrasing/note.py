"""What of a prompt a model does not know, or contradicts itself: said, instead of drawing something else in silence."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from studio.api import Text
from studio.diffusion.phrasing.parse import Concepts

SHOWN = 40
"""Letters of a prompt."""


def notes(prompt: str, concepts: Concepts, vocabulary: Mapping[str, Any], read: bool = False) -> Iterator[Text]:
    """A sentence each; `read`: where the prompt is not given to the model as it is, but by its concepts."""
    known = _known(concepts, vocabulary)
    if concepts.unknown:
        few = _listed(concepts.unknown)
        yield Text("This model does not know {}; it knows {}. For anything else add a model.", few, known)
    elif not concepts.objects and not concepts.accessory and known:
        shown = prompt.strip() if len(prompt.strip()) <= SHOWN else f"{prompt.strip()[:SHOWN]}…"
        yield Text("“{}” names nothing to draw; this model knows {}. For anything else add a model.", shown, known)
    if not vocabulary.get("pairs", True) and len(concepts.objects) > 1:
        few = _listed(concepts.objects.values())
        yield Text("This model draws one thing at a time, and the prompt names {}; name one.", few)
    yield from _undressed(concepts, vocabulary)
    for words in dict.fromkeys(concepts.clashes):
        if read:
            yield Text("“{}” names two colours of one thing; the last one was taken.", words)
        else:
            yield Text("“{}” names two colours of one thing, so one of them may be left out; name one.", words)


def dressed(concepts: Concepts, vocabulary: Mapping[str, Any]) -> bool:
    """Whether what is worn was ever seen on the thing."""
    wearers = _entry(concepts, vocabulary).get("on", ())
    return not wearers or bool(set(concepts.objects) & set(wearers))


def _entry(concepts: Concepts, vocabulary: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = vocabulary.get("accessories", {}).get(concepts.accessory, {})
    return found


def _undressed(concepts: Concepts, vocabulary: Mapping[str, Any]) -> Iterator[Text]:
    """What is worn where the model never saw anything worn: its entry says `on` what, and `without` which sizes and
    places."""
    if not concepts.accessory:
        return
    word, entry = concepts.words[concepts.accessory], _entry(concepts, vocabulary)
    if not dressed(concepts, vocabulary):
        known = {one: vocabulary["objects"][one] for one in entry["on"] if one in vocabulary.get("objects", {})}
        few = ", ".join(_names(known, concepts.language))
        yield Text("This model draws “{}” only with one of these: {}.", word, few)
        return
    told = [name for name in (concepts.size, concepts.place) if name in entry.get("without", ())]
    if odd := _listed(concepts.words[name] for name in told if name):
        template = "This model never saw “{}” together with {}, so one of them may be left out; name one."
        yield Text(template, word, odd)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in list(dict.fromkeys(words))[:3])


def _names(entries: Mapping[str, Any], language: str) -> list[str]:
    """The first word for each."""
    return [(entry.get(language) or [name])[0] for name, entry in entries.items()]


def _known(concepts: Concepts, vocabulary: Mapping[str, Any]) -> str:
    """The first of its things."""
    names = _names(vocabulary.get("objects", {}), concepts.language)
    if len(names) <= 8:
        return ", ".join(names)
    return Text("{} and {} more things", ", ".join(names[:6]), len(names) - 6)
