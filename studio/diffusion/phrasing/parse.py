"""What a prompt asks for: its words, as the concepts that a model knows.

A colour belongs to the next thing behind it ("a red cat", 红色的猫); or, where a sentence ends before there is one, to
what stands before it ("a cat that is red", 猫是红色的), or to the background ("on blue", 在蓝色前).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

from studio.diffusion.phrasing.lexicon import COLORS, Token

Head = Literal["objects", "accessories", "backgrounds"]
HEADS: tuple[Head, ...] = ("objects", "accessories", "backgrounds")
PLAIN = "plain"
REACH = 40
"""Words behind a colour, or before it, in which its thing is looked for: nobody says more in between."""


@dataclass
class Concepts:
    """Names, by which a model's vocabulary calls what was asked for."""

    objects: dict[str, str] = field(default_factory=dict)
    """Name -> the word that was used, in their order."""
    colors: dict[str, str] = field(default_factory=dict)
    """Of the first thing, of what it wears ("accessories") and of what is behind it ("backgrounds")."""
    accessory: str | None = None
    pattern: str | None = None
    style: str | None = None
    size: str | None = None
    place: str | None = None
    words: dict[str, str] = field(default_factory=dict)
    """Name -> the word that was used for it."""
    language: str = "en"
    unknown: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    """Words for two colours of one thing, of which the last counts."""


def parse(tokens: Sequence[Token], colored: Collection[str] | None = None) -> Concepts:
    """`colored`: backgrounds that have a colour, where not all have one: a cat in red in a landscape is a red cat."""
    return _Parser(tokens, colored).concepts()


class _Parser:
    def __init__(self, tokens: Sequence[Token], colored: Collection[str] | None) -> None:
        self.colored = colored
        certain = {token.names["objects"] for token in tokens if "objects" in token.names and len(token.names) == 1}
        self.tokens = [_decided(token, bool(certain)) for token in tokens]
        self.owner: dict[int, int | Head | None] = {}
        """Of each colour: the place of a token, a kind of thing, or nobody that is known."""
        self.taken: set[Head | None] = set()
        """Kinds that have a colour."""

    def concepts(self) -> Concepts:
        found = Concepts()
        for at, token in enumerate(self.tokens):
            for kind, name in token.names.items():
                self._add(found, at, kind, name)
            if not token.known:
                found.unknown.append(token.word)
        things = [token for token in self.tokens if "objects" in token.names]
        if any(token.language == "zh" for token in things or self.tokens):
            found.language = "zh" if not things or things[0].language == "zh" else "en"
        self._assign_colors(found)
        return found

    def _add(self, found: Concepts, at: int, kind: str, name: str) -> None:
        word = self.tokens[at].word
        found.words[name] = word
        if kind == "objects":
            found.objects.setdefault(name, word)
        elif kind == "accessories":
            found.accessory = name
        elif kind == "backgrounds" and (name != PLAIN or not found.pattern):
            found.pattern = name
        elif kind == "styles":
            found.style = name
        elif kind == "places":
            found.place = name
        elif kind == "sizes" and self._kind(self._following(at)) in ("objects", None):
            found.size = name

    def _assign_colors(self, found: Concepts) -> None:
        colors = [at for at, token in enumerate(self.tokens) if COLORS in token.names]
        for at in colors:  # those that stand before their thing, so that the others know what is still to be coloured
            thing = self._following(at)
            if thing in (None, "nobody") and self._is_backdrop(at):
                self._give(at, "backgrounds")
            elif thing == "nobody":
                if not self._is_told(at):
                    self._give(at, None)
            elif thing is not None:
                self._give(at, thing)
        for at in colors:
            if at not in self.owner:
                self._give(at, self._preceding(at))
        first = next(iter(found.objects), None)
        last: dict[str, int] = {}
        for at in colors:
            place = self.owner[at]
            kind = self._kind(place)
            if kind is None or (kind == "objects" and isinstance(place, int) and self._object(place) != first):
                continue
            name = self.tokens[at].names[COLORS]
            if kind in last and found.colors[kind] != name:
                found.clashes.append(" ".join(self.tokens[one].word for one in (last[kind], at)))
            found.colors[kind] = name
            last[kind] = at

    def _give(self, at: int, owner: int | Head | None) -> None:
        self.owner[at] = owner
        self.taken.add(self._kind(owner))

    def _following(self, at: int) -> int | Head | Literal["nobody"] | None:
        """What an adjective stands before: the place of its thing; a kind; "nobody" for a thing that is not known."""
        strange, place = False, at + 1
        while place < len(self.tokens):
            if place > at + REACH:
                return "nobody"
            token = self.tokens[place]
            if (kind := self._kind(place)) is not None:
                other = kind == "backgrounds" and (self._tells_before(at, place) or self._is_colorless(place))
                return None if other else place
            if "AFTER" in token.roles and not strange:
                return "backgrounds"
            if "WEAR" in token.roles and (over := self._over_worn(place)):
                place = over
            elif "BRIDGE" in token.roles and (used := self._bridged(place)) is not None:
                return used
            elif "BETWEEN" in token.roles and self._is(place + 1, COLORS) and self._is(place - 1, COLORS):
                place += 1
            elif not token.known:
                strange, place = True, place + 1
            elif self._passes(token):
                place += 1
            else:
                break
        return "nobody" if strange else None

    def _passes(self, token: Token) -> bool:
        """Whether it may stand between an adjective and its thing."""
        return bool(token.names) or bool(token.roles & {"GLUE", "ADJECTIVE"})

    def _tells_before(self, at: int, ground: int) -> bool:
        """Whether a colour tells of what stands before it, and the background has its own: 猫是红色背景是蓝色."""
        after = next(filter(_weighs, self.tokens[ground + 1 :]), None)
        own = after is not None and ("LINK" in after.roles or COLORS in after.names or after.word == ":")
        return own and self._is_told(at)

    def _is_told(self, at: int) -> bool:
        """Whether a word before a colour says that it tells of a thing before: "a cat coloured red"."""
        before = next(filter(_weighs, reversed(self.tokens[max(0, at - REACH) : at])), None)
        told = before is not None and "LINK" in before.roles
        return told and any(self._is(place, "objects") for place in range(max(0, at - REACH), at))

    def _over_worn(self, place: int) -> int | None:
        """Behind what is worn, where its wearer stands behind it: 红色的戴着帽子的猫."""
        for over in range(place + 1, min(place + 6, len(self.tokens))):
            if self._is(over, "accessories"):
                return over + 1 if over + 1 < len(self.tokens) and self.tokens[over + 1].word == "的" else None
        return None

    def _bridged(self, place: int) -> int | None:
        """The background that a colour is used as: "with blue in the background", 用蓝色做背景."""
        while place < len(self.tokens) and self.tokens[place].roles & {"BRIDGE", "FILLER"}:
            if self._kind(place) == "backgrounds":
                return place
            place += 1
        is_ground = place < len(self.tokens) and self._kind(place) == "backgrounds" and not self._is_colorless(place)
        return place if is_ground else None

    def _is_colorless(self, place: int) -> bool:
        name = self.tokens[place].names.get("backgrounds")
        return name is not None and self.colored is not None and name not in self.colored

    def _is_backdrop(self, at: int) -> bool:
        """Whether a colour alone is what a thing stands before: "on a pale blue"."""
        for place in range(at - 1, max(-1, at - REACH), -1):
            token = self.tokens[place]
            if "BEFORE" in token.roles:
                return True
            if not (self._passes(token) or token.word in ("a", "an", "the")):
                return False
        return False

    def _preceding(self, at: int) -> int | Head | None:
        """The nearest thing before a colour that has none yet; of one that nothing else is left for, the first such."""
        if at >= 2 and "BETWEEN" in self.tokens[at - 1].roles and self.owner.get(at - 2) is not None:
            return self.owner[at - 2]
        for place in range(at - 1, max(-1, at - REACH), -1):
            kind = self._kind(place)
            if kind is not None and (kind not in self.taken or self._tells(place, at)):
                return place
        free: list[Head] = ["objects", "backgrounds"]
        return next((kind for kind in free if kind not in self.taken), None)

    def _tells(self, thing: int, at: int) -> bool:
        """Whether a colour says directly what its thing, which has one already, is like: a red cup that is blue."""
        between = self.tokens[thing + 1 : at]
        stops = any("STOP" in token.roles for token in between[:-1])
        return bool(between) and "LINK" in between[-1].roles and not stops

    def _kind(self, place: int | str | None) -> Head | None:
        if place is None or isinstance(place, str):
            return next((kind for kind in HEADS if kind == place), None)
        token = self.tokens[place]
        if kind := next((kind for kind in HEADS if kind in token.names), None):
            return kind
        return "backgrounds" if "GROUND" in token.roles else None

    def _object(self, place: int) -> str | None:
        return self.tokens[place].names.get("objects")

    def _is(self, place: int, kind: str) -> bool:
        return 0 <= place < len(self.tokens) and kind in self.tokens[place].names


def _weighs(token: Token) -> bool:
    """Not one of the words that stand between a colour and what it tells of."""
    return "GLUE" not in token.roles or "LINK" in token.roles


def _decided(token: Token, is_named: bool) -> Token:
    """A word for a thing and a colour, such as rose, is the thing where no other is named."""
    if {"objects", COLORS} <= set(token.names):
        kind = COLORS if is_named else "objects"
        return Token(token.word, {kind: token.names[kind]}, token.roles)
    return token
