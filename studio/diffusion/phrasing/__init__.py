"""Free words brought to a phrasing that a model has learned, where the model declares which those are.

A small model that learned from captions of a grammar is lost as soon as somebody says the same otherwise. One that
declares its vocabulary (kind -> name -> language -> words) and its phrasing (`words`: more of them; `forms`: see
`Forms`; `rgb`: what its colours look like) is given its own captions instead; what was typed stays in the recipe.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.api import Context, Lease, Text
from studio.diffusion._emphasis import Fragment, escaped, fragments
from studio.diffusion.phrasing.form import Forms
from studio.diffusion.phrasing.lexicon import Lexicon
from studio.diffusion.phrasing.note import dressed, notes
from studio.diffusion.phrasing.parse import Concepts, parse

__all__ = ["Reader", "Reading", "understood"]


@dataclass(frozen=True)
class Reading:
    prompt: str
    """What the model is given."""
    notes: tuple[Text, ...]
    """What the user should know of it, a sentence each."""


class Reader:
    """Reads prompts for one model, by what it declares (`lease.defaults`)."""

    def __init__(self, declared: Mapping[str, Any]) -> None:
        self._vocabulary: Mapping[str, Any] = declared.get("vocabulary") or {}
        phrasing: Mapping[str, Any] = declared.get("phrasing") or {}
        self._lexicon = Lexicon(self._vocabulary, phrasing)
        self._forms = {language: Forms(slots) for language, slots in phrasing.get("forms", {}).items()}

    def read(self, prompt: str) -> Reading:
        """A prompt in a learned phrasing stays as it is; so does one that names nothing the model can draw."""
        if not self._vocabulary or not prompt.strip():
            return Reading(prompt, ())
        concepts = self.concepts(prompt)
        forms = self._forms.get(concepts.language)
        is_one = len(concepts.objects) == 1 or (concepts.objects and not self._vocabulary.get("pairs", True))
        if forms is None or not is_one or self.is_learned(prompt):
            return Reading(prompt, tuple(notes(prompt, concepts, self._vocabulary)))
        said = tuple(notes(prompt, concepts, self._vocabulary, read=True))
        if not dressed(concepts, self._vocabulary):
            concepts.accessory = None
        phrase = forms.said(concepts)
        return Reading(phrase, said if phrase == prompt.strip() else (Text("Read as “{}”.", phrase), *said))

    def concepts(self, prompt: str) -> Concepts:
        """What a prompt asks for."""
        colored = [forms.colored for forms in self._forms.values()]
        return parse(self._lexicon.tokens(prompt), frozenset().union(*colored) if colored else None)

    def called(self, words: str) -> Iterator[str]:
        """How the model's own phrasing calls what these words name."""
        for token in self._lexicon.tokens(words):
            for kind, name in token.names.items():
                entry = self._vocabulary.get(kind, {}).get(name, {})
                yield from (entry.get(token.language) or [name])[:1]

    def is_learned(self, prompt: str) -> bool:
        """Whether a prompt is one of the captions that the model learned from, but for its names."""
        return any(forms.knows(prompt.strip()) for forms in self._forms.values())


def understood(ctx: Context, lease: Lease, prompt: str) -> str:
    """The prompt as the leased model is given it; what the user should know of that is noted."""
    reader, said = Reader(lease.defaults), fragments(prompt)
    is_even = all(fragment.weight == 1 for fragment in said)
    reading = reader.read(prompt) if is_even else _weighed(reader, said)
    for text in reading.notes:
        ctx.note(text)
    return reading.prompt


def _weighed(reader: Reader, said: Sequence[Fragment]) -> Reading:
    """What is read of the words alone, with the weights at those words again, or at what they were read as."""
    reading = reader.read("".join(fragment.text for fragment in said))
    prompt, lost = escaped(reading.prompt), []
    for fragment in said:
        if fragment.weight == 1:
            continue
        words = (fragment.text.strip(" ,，、。"), *reader.called(fragment.text))
        places = (re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", prompt, re.I) for word in words if word)
        found = next(filter(None, places), None)
        if found is None:
            lost.append(f"“{fragment.text.strip()}”")
        else:
            start, end = found.span()
            prompt = f"{prompt[:start]}({prompt[start:end]}:{fragment.weight:.4g}){prompt[end:]}"
    unweighed = [
        Text("The weight of {} has no word left that it could stand at, so it does not count.", ", ".join(lost))
    ]
    return Reading(prompt, (*reading.notes, *(unweighed if lost else [])))
