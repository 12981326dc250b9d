"""Ctrl+Up and Ctrl+Down in a prompt: (word:1.1) and back, as other programs do it."""

import re
from collections import Counter
from dataclasses import dataclass

STEP = 0.1  # A1111's keyedit_precision_attention
TAG_STEP = 0.05  # and its keyedit_precision_extra, for <lora:film:0.8>
FACTOR = 1.1
"""What a pair of brackets without a number weighs."""
MOST = 1_000.0
"""Weight of brackets that are changed: dozens of pairs around one word are somebody's art."""
_DIGITS = r"[+-]?(?:\d+\.?\d*|\.\d+)"
_NUMBER = re.compile(rf":\s*({_DIGITS})\s*\)")
_TAG = re.compile(rf"<[A-Za-z_]+:[^<>\n:]+:({_DIGITS})[^<>\n]*>")
_SIGN = re.compile(r"\\.|[()\[\]:|]", re.S)
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_EDGE = " \t\n,.;，、。；"
_PARTNERS = {")": "(", "]": "["}
Span = tuple[int, int]


@dataclass(frozen=True)
class _Group:
    """A bracket and its partner: where they are, what they weigh, and how much."""

    whole: Span
    words: Span
    weight: float
    has_number: bool

    def is_cut(self, start: int, end: int) -> bool:
        """Whether one of the two brackets is selected, and the other is not."""
        return (start <= self.whole[0] < end) != (start < self.whole[1] <= end)


def reweighted(text: str, start: int, end: int, steps: int) -> tuple[str, int, int]:
    """The text with what is selected heavier by `steps` tenths, and what to select then.

    Without a selection it is what stands in the brackets around the cursor, else the word. A weight that it has already
    is changed; one that comes to 1 is taken away. Brackets are not cut in two: a selection that does grows over them.
    Where there is no word nothing changes.
    """
    if tag := next((each for each in _TAG.finditer(text) if each.start() < start <= end < each.end()), None):
        weight = round(float(tag[1]) + steps * TAG_STEP, 4)
        return text[: tag.start(1)] + f"{weight:g}" + text[tag.end(1) :], tag.start() + 1, tag.start() + 1
    groups, strays = _groups(text)
    chosen = _grown(text, groups, start, end) if start < end else _around(text, groups, start)
    replaced, weight = _weight(groups, chosen)
    if chosen[0] == chosen[1] or not -MOST < weight < MOST:
        return text, *chosen
    words = "".join("\\" * (at in strays) + text[at] for at in range(*chosen))
    before, after, weight = text[: replaced[0]], text[replaced[1] :], round(weight + steps * STEP, 4)
    if weight == 1:
        return before + words + after, len(before), len(before) + len(words)
    at = len(before) + 1
    return f"{before}({words}:{weight:g}){after}", at, at + len(words)


def _groups(text: str) -> tuple[list[_Group], set[int]]:
    """Inner ones first; and where brackets have no partner and are text. `[red:blue:0.5]` and `[a|b]` weigh nothing."""
    groups: list[_Group] = []
    opened: list[tuple[str, int]] = []
    open_ones = Counter[str]()
    strays: set[int] = set()
    colon = bar = -1
    for found in _SIGN.finditer(text):
        sign, end = found[0], found.end()
        colon, bar = (end - 1 if sign == ":" else colon), (end - 1 if sign == "|" else bar)
        if sign in "([":
            opened.append((sign, found.start()))
            open_ones[sign] += 1
        elif partner := _PARTNERS.get(sign):
            start = -1
            while open_ones[partner] and start < 0:
                other, at = opened.pop()
                open_ones[other] -= 1
                if other == partner:
                    start = at
                else:
                    strays.add(at)
            if start < 0:
                strays.add(end - 1)
            elif group := _group(text, (start, end), colon, bar):
                groups.append(group)
    return groups, strays | {at for _, at in opened}


def _group(text: str, whole: Span, colon: int, bar: int) -> _Group | None:
    """`colon`, `bar`: where the last ones before its end are."""
    start, end = whole
    is_round = text[start] == "("
    number = _NUMBER.match(text, colon) if colon > start and is_round else None
    if number and number.end() == end:
        return _Group(whole, (start + 1, colon), float(number[1]), has_number=True)
    if is_round or max(colon, bar) < start:
        return _Group(whole, (start + 1, end - 1), FACTOR if is_round else 1 / FACTOR, has_number=False)
    return None


def _around(text: str, groups: list[_Group], at: int) -> Span:
    """The words in the brackets around the cursor, else the word."""
    spans = (group.words for group in groups if group.whole[0] < at < group.whole[1])
    words = (word.span() for word in _WORD.finditer(text) if word.start() <= at <= word.end())
    return next(spans, None) or next(words, (at, at))


def _grown(text: str, groups: list[_Group], start: int, end: int) -> Span:
    """What is selected, without spaces and commas at its ends, nor the number behind it, and with whole brackets."""
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    for group in groups:
        if group.is_cut(start, end):
            start, end = min(start, group.whole[0]), max(end, group.whole[1])
        elif group.whole[0] < start and group.words[1] < end < group.whole[1]:
            start, end = (start if start < group.words[1] else group.words[0]), group.words[1]
    whole = next((group.words for group in groups if group.whole == (start, end)), None)
    return whole or (start, end)


def _weight(groups: list[_Group], words: Span) -> tuple[Span, float]:
    """Where these words with their brackets are, and how much they weigh; of brackets alone in whole tenths."""
    replaced, weight = words, 1.0
    for group in groups:
        if group.words == replaced:
            replaced, weight = group.whole, weight * group.weight
            if group.has_number:
                return replaced, weight if group.words == words else round(weight, 1)
    return replaced, round(weight, 1)
