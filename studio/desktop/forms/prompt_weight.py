"""Ctrl+Up and Ctrl+Down in a prompt: (word:1.1) and back, as other programs do it."""

import re

STEP = 0.1  # A1111's keyedit_precision_attention
_NUMBER = re.compile(r":\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*\)")
_EDGE = " \t\n,.;，、。；"


def reweighted(text: str, start: int, end: int, steps: int) -> tuple[str, int, int]:
    """The text with what is selected, or the word at the cursor, heavier by `steps` tenths; and what to select then.

    A weight that it has already is changed; one that comes to 1 is taken away. Where there is no word nothing changes.
    """
    start, end = _words(text, start, end)
    if start == end:
        return text, start, end
    before, inner, after, weight = text[:start], text[start:end], text[end:], 1.0
    if (whole := re.fullmatch(r"\((.*):\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*\)", inner, re.S)) and "(" not in whole[1]:
        inner, weight = whole[1], float(whole[2])
    elif before.endswith("(") and (number := _NUMBER.match(after)):
        before, after, weight = before[:-1], after[number.end() :], float(number[1])
    weight = round(weight + steps * STEP, 4)
    if weight == 1:
        return before + inner + after, len(before), len(before) + len(inner)
    at = len(before) + 1
    return f"{before}({inner}:{weight:g}){after}", at, at + len(inner)


def _words(text: str, start: int, end: int) -> tuple[int, int]:
    """Without spaces and commas at the ends; the word that the cursor is in, if nothing is selected."""
    if start == end:
        for word in re.finditer(r"\w+(?:['’-]\w+)*", text):
            if word.start() <= start <= word.end():
                return word.span()
        return start, start
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end
