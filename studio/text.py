"""Text: a sentence for people that knows how it was made, so that whoever shows it can show it in another language."""

import math
from collections.abc import Sequence

PLACE = "{}"
_EXACT = 2**53
"""Whole numbers below this cross JSON unharmed, whoever reads it."""


class Text(str):
    """An English sentence, or a part of one, as a template with its arguments: Text("The mask is {}x{} pixels.", 3, 4).

    It is the English sentence as far as everything else is concerned. Tables of other languages know the template;
    arguments are put in as they are, but for those that are a Text themselves, which are looked up too. Whatever makes
    a new str of it (slicing, an f-string) loses the template, and so the translation.
    """

    __slots__ = ("args", "template")
    template: str
    args: "tuple[str | int | float | Text, ...]"

    def __new__(cls, template: str, *args: object) -> "Text":
        """Raises ValueError when there are arguments, and not one for each `{}`."""
        if isinstance(template, Text) and not args:
            return template
        kept = tuple(map(_kept, args))
        text = super().__new__(cls, fill(template, [str(arg) for arg in kept]))
        text.template, text.args = str(template), kept
        return text


def fill(template: str, values: Sequence[str]) -> str:
    """The template with the values at the places of `{}`; without values as it is, braces and all."""
    if not values:
        return str(template)
    first, *pieces = template.split(PLACE)
    if len(pieces) != len(values):
        raise ValueError(f"{template!r} has {len(pieces)} places for {len(values)} values")
    return first + "".join(value + piece for value, piece in zip(values, pieces, strict=True))


def joined(between: str, texts: Sequence[str]) -> Text:
    """Several put together; each keeps its own template."""
    return Text(between.join([PLACE] * len(texts)), *texts)


def clause(text: str) -> Text:
    """A sentence without its full stop, to stand within another one."""
    if not text.endswith("."):
        return Text(text)
    return Text(text.template[:-1], *text.args) if isinstance(text, Text) else Text(text[:-1])


def dump(text: Text) -> list[object]:
    """As JSON carries it: the template, then the arguments; those that are a Text are lists again."""
    return [text.template, *(dump(arg) if isinstance(arg, Text) else arg for arg in text.args)]


def load(data: object) -> Text:
    """What `dump` made. Raises ValueError for anything else."""
    if not (isinstance(data, list) and data and isinstance(data[0], str)):
        raise ValueError("it is no template with arguments")
    return Text(data[0], *(load(arg) if isinstance(arg, list) else arg for arg in data[1:]))


def english(value: object) -> str:
    """For msgspec, as `enc_hook`: a Text as the plain English sentence. Raises TypeError for anything else."""
    if isinstance(value, Text):
        return str(value)
    raise TypeError(f"Encoding objects of type {type(value).__name__} is unsupported")


def _kept(value: object) -> "str | int | float | Text":
    """A number that JSON carries as it is, a Text, or words."""
    if isinstance(value, Text):
        return value
    if (type(value) is int and abs(value) < _EXACT) or (type(value) is float and math.isfinite(value)):
        return value
    return str(value)
