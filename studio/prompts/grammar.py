"""The grammar of variants: {red|blue}, {2-3$$ and $$a|b|c}, {3::often|rarely}, __wildcard__, ${name=…} and ${name}.

It is that of Dynamic Prompts (dynamicprompts 0.31), as far as one picture is concerned, with two differences: braces
without a bar are text, so that JSON stays as it is, and a variable keeps what it has drawn. The library itself leaves
an unknown wildcard in the text, knows no end of nesting, and has not been kept since March 2024.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from studio.errors import UserError

DEEPEST = 20
"""Of braces within braces."""
ESCAPED = re.compile(r"\\([{}|_$])")
_WILDCARD = re.compile(r"(?<![A-Za-z0-9])__((?!_)[\w./*-](?:(?!__)[\w./* -])*)__(?![A-Za-z0-9])")
"""Beside letters of a script without spaces too: 一只__颜色__的猫. A name may have spaces within."""
_VARIABLE = re.compile(r"\$\{\s*(\w+)\s*(=!?|:|(?=\}))")
_QUANTITY = re.compile(r"\s*(?=\d|-\d)(\d*)(-?)(\d*)\$\$")
_JOINT = re.compile(r"([^{}|$]*)\$\$")
_WEIGHT = re.compile(r"\s*(\d+\.?\d*|\.\d+)::")
_STOP = re.compile(r"[\\{}|$_]")
_SHOWN = 40


@dataclass(frozen=True)
class Wildcard:
    """A line of a list."""

    name: str


@dataclass(frozen=True)
class Variable:
    """`value` sets it and stands for nothing; without one it stands for what was set, else for `default`."""

    name: str
    value: "Sequence[Piece] | None" = None
    default: "Sequence[Piece] | None" = None


@dataclass
class Alternatives:
    """`least` to `most` of the options, each at most once."""

    options: "list[Sequence[Piece]]" = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    least: int = 1
    most: int | None = 1
    """None for all there are."""
    joint: str = ", "
    shown: str = ""


Piece = str | Wildcard | Variable | Alternatives


def parse(text: str) -> Sequence[Piece]:
    """The pieces of a prompt. Raises UserError for braces that make no sense."""
    return _Parser(text).sequence("")


def has_variants(text: str) -> bool:
    """Whether anything of it is drawn, or escaped."""
    return any(not isinstance(piece, str) for piece in parse(text)) or ESCAPED.search(text) is not None


class _Parser:
    def __init__(self, text: str) -> None:
        self._text, self._at, self._depth = text, 0, 0

    def sequence(self, ends: str) -> list[Piece]:
        """Up to one of the letters in `ends`, at which it stops, or to the end of the text."""
        found: list[Piece] = []
        text = self._text
        while self._at < len(text):
            letter = text[self._at]
            if letter in ends:
                break
            if escape := ESCAPED.match(text, self._at):
                found.append(escape[1])
                self._at = escape.end()
            elif letter == "{":
                found += self._braces()
            elif letter == "$" and (variable := _VARIABLE.match(text, self._at)):
                found.append(self._variable(variable))
            elif letter == "_" and (wildcard := _WILDCARD.match(text, self._at)):
                found.append(Wildcard(wildcard[1]))
                self._at = wildcard.end()
            else:
                following = _STOP.search(text, self._at + 1)
                end = following.start() if following else len(text)
                found.append(text[self._at : end])
                self._at = end
        return found

    def _braces(self) -> Sequence[Piece]:
        """A choice; or, without a bar and without a number, the text that it is."""
        start, choice, counted = self._at, Alternatives(), False
        self._enter()
        options: list[list[Piece]] = []
        begin = start
        while True:
            self._at += 1  # the brace, or the bar
            if quantity := _QUANTITY.match(self._text, self._at):
                if counted:
                    raise _unclear(self._text[start:])
                counted = True
                self._count(choice, quantity)
            weight = _WEIGHT.match(self._text, self._at)
            self._at = weight.end() if weight else self._at
            choice.weights.append(float(weight[1]) if weight else 1.0)
            begin = begin if options else self._at
            options.append(self.sequence("|}"))
            if self._at >= len(self._text) or self._text[self._at] == "}":
                break
        closed = self._at < len(self._text)
        self._at += closed
        self._depth -= 1
        if len(options) == 1 and not counted:
            return [self._text[start:begin], *options[0], *(["}"] if closed else [])]
        choice.options += map(_stripped, options)
        choice.shown = _shown(self._text[start : self._at])
        if not closed:
            raise UserError(
                "The braces at “{}” are not closed, so nothing was made; close them, or write \\{ for text.",
                choice.shown,
                code="invalid_prompt",
            )
        return [choice]

    def _count(self, choice: Alternatives, quantity: re.Match[str]) -> None:
        least, dash, most = quantity.groups()
        choice.least = int(least[:6]) if least else 0
        choice.most = int(most[:6]) if most else None if dash else choice.least
        self._at = quantity.end()
        if joint := _JOINT.match(self._text, self._at):
            choice.joint = joint[1]
            self._at = joint.end()

    def _variable(self, found: re.Match[str]) -> Variable:
        self._enter()
        self._at = found.end()
        inner = _stripped(self.sequence("}"))
        self._at += 1
        self._depth -= 1
        if found[2].startswith("="):
            return Variable(found[1], value=inner)
        return Variable(found[1], default=inner if found[2] else None)

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise UserError(
                "Braces are nested more than {} deep in the prompt, so nothing was made; nest fewer of them, or write "
                "\\{ for those that are text.",
                DEEPEST,
                code="invalid_prompt",
            )


def _stripped(pieces: list[Piece]) -> list[Piece]:
    """Without spaces at its ends."""
    pieces = [*pieces]
    if pieces and isinstance(first := pieces[0], str):
        pieces[0] = first.lstrip()
    if pieces and isinstance(last := pieces[-1], str):
        pieces[-1] = last.rstrip()
    return pieces


def _unclear(text: str) -> UserError:
    return UserError(
        "“{}” says twice how many to take, so nothing was made; write the number once, in front: {2$$a|b|c}.",
        _shown(text),
        code="invalid_prompt",
    )


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
