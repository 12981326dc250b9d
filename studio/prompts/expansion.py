"""One of all the texts that a prompt with variants can be, drawn by a seed."""

import itertools
import random
from collections.abc import Sequence

from studio.errors import UserError
from studio.prompts.grammar import Alternatives, Piece, Variable, Wildcard, has_variants, parse
from studio.prompts.wildcards import Wildcards

MOST_DRAWN = 2_000
MOST_READ = 1_000_000
"""Letters of all texts that are looked at for one prompt."""
LONGEST = 32_000
"""Letters of what comes out: as long as a prompt may be."""


def expanded(text: str, seed: str, wildcards: Wildcards) -> str:
    """The text for this seed; a text without variants as it is.

    Only `random()` is asked of the generator, whose numbers Python promises to keep. Raises UserError.
    """
    if not has_variants(text):
        return text
    return _Drawing(random.Random(seed), wildcards).text(parse(text))


class _Drawing:
    def __init__(self, rng: random.Random, wildcards: Wildcards) -> None:
        self._rng, self._wildcards = rng, wildcards
        self._drawn = self._read = 0
        self._within: list[str] = []
        """Lists that are being read, each from a line of the one before it."""
        self._variables: dict[str, str] = {}

    def text(self, pieces: Sequence[Piece]) -> str:
        made = "".join(self._piece(piece) for piece in pieces)
        if len(made) > LONGEST:
            raise _endless()
        return made

    def _piece(self, piece: Piece) -> str:
        if isinstance(piece, str):
            return piece
        self._drawn += 1
        if self._drawn > MOST_DRAWN:
            raise _endless()
        if isinstance(piece, Alternatives):
            return self._choice(piece)
        return self._line(piece.name) if isinstance(piece, Wildcard) else self._variable(piece)

    def _choice(self, choice: Alternatives) -> str:
        only = choice.options[0]
        if len(choice.options) == 1 and len(only) == 1 and isinstance(wildcard := only[0], Wildcard):
            lines = self._wildcards.lines(wildcard.name)  # {3$$__colour__}: three lines of one list
            drawn = self._draw([line.weight for line in lines], self._count(choice, len(lines)), choice.shown)
            return choice.joint.join(self._read_line(wildcard.name, lines[at].text) for at in drawn)
        count = self._count(choice, len(choice.options))
        return choice.joint.join(
            self.text(choice.options[at]) for at in self._draw(choice.weights, count, choice.shown)
        )

    def _count(self, choice: Alternatives, there: int) -> int:
        """How many to take."""
        most = there if choice.most is None else choice.most
        least, most = min(choice.least, most), max(choice.least, most)
        if most > there:
            raise UserError(
                "“{}” asks for {} of only {}, so nothing was made; ask for fewer.",
                choice.shown, most, there, code="invalid_prompt",
            )  # fmt: skip
        return least + int(self._rng.random() * (most - least + 1))

    def _draw(self, weights: Sequence[float], count: int, shown: str) -> list[int]:
        """So many numbers, none twice."""
        left = dict(enumerate(weights))
        found = []
        for _ in range(count):
            bounds = list(itertools.accumulate(left.values()))
            if not bounds or bounds[-1] <= 0:
                raise UserError(
                    "“{}” leaves nothing to choose, since all weigh 0, so nothing was made; give one of them more.",
                    shown, code="invalid_prompt",
                )  # fmt: skip
            at = self._rng.random() * bounds[-1]
            number = next(number for number, bound in zip(left, bounds, strict=True) if at < bound)
            found.append(number)
            del left[number]
        return found

    def _line(self, name: str) -> str:
        lines = self._wildcards.lines(name)
        (at,) = self._draw([line.weight for line in lines], 1, f"__{name}__")
        return self._read_line(name, lines[at].text)

    def _read_line(self, name: str, line: str) -> str:
        if name in self._within:
            raise UserError(
                "The list of wildcards “{}” leads back to itself ({}), so the prompt would never end and nothing was "
                "made; take it out of one of these lists.",
                name, " → ".join([*self._within, name]), code="invalid_prompt",
            )  # fmt: skip
        self._read += len(line)
        if self._read > MOST_READ:
            raise _endless()
        self._within.append(name)
        made = self.text(parse(line))
        self._within.pop()
        return made

    def _variable(self, variable: Variable) -> str:
        if variable.value is not None:
            self._variables[variable.name] = self.text(variable.value)
            return ""
        if variable.name in self._variables:
            return self._variables[variable.name]
        if variable.default is not None:
            return self.text(variable.default)
        raise UserError(
            "The variable “{}” of the prompt was given no value, so nothing was made; give it one before it is used.",
            variable.name, code="invalid_prompt",
        )  # fmt: skip


def _endless() -> UserError:
    return UserError(
        "The variants and wildcards of the prompt make more than {} letters or {} choices, so nothing was made; use "
        "fewer of them.",
        LONGEST, MOST_DRAWN, code="invalid_prompt",
    )  # fmt: skip
