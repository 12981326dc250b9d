"""The phrasings that a model has learned, as it declares them: to know one again, and to say concepts in one."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from studio.diffusion.phrasing.parse import PLAIN, Concepts

HOLE = re.compile(r"\{(\w+)\}")


class Forms:
    """Of one language, by slots: `m` article or measure word, `s` size, `c` a thing's colour, `n` its name, `w` what it
    wears and `p` its place make `t`, a thing; `b` is what is behind it, `k` the colour of either; `x` is both, and
    `prompt` that in a style. A slot is a list of texts, or a list for each name, "" for none; a text holds other slots
    in braces. Of the texts that hold a colour, or do not, the first is the usual one."""

    def __init__(self, slots: Mapping[str, Any]) -> None:
        self._slots = slots
        self._parts = {slot: [HOLE.split(text.lower()) for text in _texts(entry)] for slot, entry in slots.items()}
        """Of each text of a slot: letters and names of slots in turn."""

    @property
    def colored(self) -> frozenset[str]:
        """Backgrounds that have a colour."""
        return frozenset(name for name, texts in self._slots["b"].items() if any("{k}" in text for text in texts))

    def knows(self, prompt: str) -> bool:
        """Whether a prompt is in one of these phrasings."""
        return len(prompt) in self._ends(prompt.lower(), "prompt", 0, {})

    def _ends(self, text: str, slot: str, start: int, known: dict[tuple[str, int], set[int]]) -> set[int]:
        """Where what fills a slot from a place of the text on may end; `known` keeps what was found."""
        if (slot, start) not in known:
            found: set[int] = set()
            for parts in self._parts[slot]:
                places = {start}
                for odd, part in enumerate(parts):
                    if odd % 2:
                        places = {end for place in places for end in self._ends(text, part, place, known)}
                    else:
                        places = {place + len(part) for place in places if text.startswith(part, place)}
                found |= places
            known[slot, start] = found
        return known[slot, start]

    def said(self, concepts: Concepts) -> str:
        """The concepts in the usual phrasing."""
        name = next(iter(concepts.objects))
        colors, pattern = concepts.colors, concepts.pattern
        if pattern is None and "backgrounds" in colors:
            pattern = PLAIN
        told = {
            "m": self._text("m", name), "n": self._text("n", name), "p": self._text("p", concepts.place),
            "s": self._text("s", concepts.size), "c": self._text("c", colors.get("objects")),
            "w": self._colored("w", concepts.accessory, colors.get("accessories")),
        }  # fmt: skip
        thing = _put(self._text("t", None), told)
        behind = self._colored("b", pattern, colors.get("backgrounds"))
        whole = _put(self._text("x", None), {"t": thing, "b": behind}) if behind else thing
        prompt = _put(self._text("prompt", concepts.style or ""), {"x": whole})
        return re.sub(r"\ba (?=[aeiou])", "an ", " ".join(prompt.split()))

    def _colored(self, slot: str, name: str | None, color: str | None) -> str:
        """What a name is called with its colour, or without one; a plain background without one is none."""
        if name is None or (name == PLAIN and not color):
            return ""
        texts = self._slots[slot].get(name, [""])
        text = next((text for text in texts if ("{k}" in text) == bool(color)), texts[0])
        return _put(text, {"k": self._text("k", color) if color else ""})

    def _text(self, slot: str, name: str | None) -> str:
        """The usual one for a name; none for no name."""
        entry = self._slots[slot]
        if isinstance(entry, Mapping):
            entry = entry.get("" if name is None else name) or [""]
        return str(entry[0])


def _put(text: str, parts: Mapping[str, str]) -> str:
    return HOLE.sub(lambda hole: parts[hole[1]], text)


def _texts(entry: Any) -> Iterator[str]:
    if isinstance(entry, Mapping):
        for texts in entry.values():
            yield from texts
    else:
        yield from entry
