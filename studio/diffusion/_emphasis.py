"""Weights that stand in a prompt's own words: `(word:1.2)`, `(word)`, `[word]`.

The grammar is that of prompts which people share, `parse_prompt_attention` of AUTOMATIC1111's stable-diffusion-webui
(modules/prompt_parser.py), but for a bracket without its partner, which stays text: `:(` weighs nothing. compel, the
library that diffusers names for weights, reads another one, `(word)1.2`, and takes these for plain text.
"""

import re
from dataclasses import dataclass

STEP = 1.1
"""What a pair of round brackets multiplies by, and a pair of square ones divides by."""

_PIECES = re.compile(
    r"""
    \\[()\[\]\\]                                  # an escaped bracket is text
    | :\s*(?P<weight>[+-]?(?:\d+\.?\d*|\.\d+))\s*\)
    | [()\[\]]
    | [^\\()\[\]:]+
    | [\\:]
    """,
    re.VERBOSE,
)
_EXPLICIT = re.compile(r"\([^()]*:\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*\)")


@dataclass(frozen=True)
class Fragment:
    """A stretch of a prompt, without its brackets, and how much it weighs; 1 is as it stands."""

    text: str
    weight: float = 1.0


def fragments(prompt: str) -> list[Fragment]:
    """The stretches of a prompt in order, those of equal weight joined; their texts make what is to be read."""
    texts: list[str] = []
    weights: list[float] = []
    opened: dict[str, list[int]] = {"(": [], "[": []}

    def close(bracket: str, factor: float) -> None:
        start = opened[bracket].pop()
        texts[start] = ""
        weights[start:] = [weight * factor for weight in weights[start:]]

    for match in _PIECES.finditer(prompt):
        piece = match[0]
        if piece in opened:
            opened[piece].append(len(texts))
        elif match["weight"] and opened["("]:
            close("(", float(match["weight"]))
            continue
        elif piece == ")" and opened["("]:
            close("(", STEP)
            continue
        elif piece == "]" and opened["["]:
            close("[", 1 / STEP)
            continue
        texts.append(piece[1:] if len(piece) == 2 and piece[0] == "\\" else piece)
        weights.append(1.0)
    return _joined(texts, weights)


def unweighted(prompt: str) -> str:
    """What is to be read of a prompt, without brackets that weigh and without the strokes that escape others."""
    return "".join(fragment.text for fragment in fragments(prompt))


def escaped(text: str) -> str:
    """A text that `fragments` takes as it is."""
    return re.sub(r"[()\[\]\\]", r"\\\g<0>", text)


def has_weights(prompt: str) -> bool:
    """Whether it says a weight in numbers: brackets alone may be a writer's own."""
    return _EXPLICIT.search(prompt) is not None


def _joined(texts: list[str], weights: list[float]) -> list[Fragment]:
    found: list[Fragment] = []
    for text, weight in zip(texts, weights, strict=True):
        if found and found[-1].weight == weight:
            found[-1] = Fragment(found[-1].text + text, weight)
        elif text:
            found.append(Fragment(text, weight))
    return found
