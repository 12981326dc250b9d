"""Notation that other programs read in a prompt, and no text encoder: it is named in one note and never drawn.

Tags of networks and hypernetworks, prompt editing and alternation, AND and BREAK are those of AUTOMATIC1111's
stable-diffusion-webui; ADDCOMM, ADDROW, ADDCOL and ADDBASE of its Regional Prompter; {a|b} and __name__ of Dynamic
Prompts; `embedding:` of ComfyUI; /imagine, --ar and cat::2 of Midjourney. Weights such as (word:1.2) are `_emphasis`'s.
"""

import re
from typing import Any, TypeVar

from studio.api._params import Params
from studio.api._region import Region
from studio.api._task import Context

P = TypeVar("P", bound=Params)
_SHOWN = 200
_UNREAD = re.compile(
    r"""
    <[A-Za-z_]+:[^<>\n]*>                                       # <lora:film:0.8>
    | \[[^\[\]\n]*:[^\[\]:\n]*:?\s*\d*\.?\d+\s*\]               # [red:blue:0.5], [red:0.5], [red::0.5]
    | \[[^\[\]\n]*\|[^\[\]\n]*\]                                # [red|blue]
    | \{[^{}\n]*\|[^{}\n]*\}                                    # {red|blue}
    | (?<![A-Za-z0-9])__(?!_)[\w./*-](?:(?!__)[\w./* -])*__(?![A-Za-z0-9])  # __colour__
    | (?<![A-Za-z0-9_])embedding:[\w.-]+(?::\d*\.?\d+)?
    | ^\s*/imagine(?:\s+prompt:)?(?!\w)
    | (?<!\S)--(?:ar|aspect|v|version|s|stylize|q|quality|c|chaos|seed|niji|iw|sw|cw|w|weird|stop)\s+[\d.:]+
    | (?<!\S)--(?:tile|raw|hd|fast|turbo|relax)(?!\S)
    | (?<=\w)::\s*-?\d*\.?\d*
    | (?<![A-Za-z0-9_])(?:ADDCOMM|ADDROW|ADDCOL|ADDBASE)(?![A-Za-z0-9_])
    """,
    re.VERBOSE,
)
_COLOR = re.compile(r"(?<![A-Za-z0-9_&])#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?!\w)")
_BREAK = re.compile(r"(?<![A-Za-z0-9_])BREAK(?![A-Za-z0-9_])")
_AND = re.compile(r"(?<=\s)AND(?=\s)")


def readable(params: P, ctx: Context, *fields: str, colors: bool = False, breaks: bool = False) -> P:
    """The parameters with all such notation left out of these texts, lists of texts or regions, and a note that names
    it.

    `colors`: whether the model reads colours in digits, #ff8800, which are left out as well otherwise.
    `breaks`: whether it reads prompts of any length, in chunks that BREAK parts (`Family.long_prompts`).
    What was written stays in the recipe: that is made of what was asked for.
    """
    left_out: list[str] = []
    changed = {}
    for name in fields:
        given = getattr(params, name)
        texts = given if isinstance(given, list) else [given]
        unread = [_UNREAD, *([] if colors else [_COLOR]), *([] if breaks else [_BREAK])]
        plain = [_plain(text, unread, left_out) for text in texts]
        read = plain if isinstance(given, list) else plain[0]
        if read != given:
            changed[name] = read
    if left_out:
        named = ", ".join(f"“{each}”" for each in dict.fromkeys(left_out))
        shown = named if len(named) <= _SHOWN else f"{named[:_SHOWN]}…"
        ctx.note("This is the notation of another program, which is not supported here and was left out: {}", shown)
    return params.model_copy(update=changed)


def _plain(text: Any, unread: list[re.Pattern[str]], left_out: list[str]) -> Any:
    if isinstance(text, Region):
        words = _plain(text.prompt, unread, left_out)
        return text if words == text.prompt else text.model_copy(update={"prompt": words})
    if not isinstance(text, str):
        return text
    found, plain = [], text
    for pattern in unread:
        found += [match[0].strip() for match in pattern.finditer(plain)]
        plain = pattern.sub(" ", plain)
    others = plain.replace("AND", "")
    if _AND.search(plain) and any(letter.isalpha() and not letter.isupper() for letter in others):  # else all is so
        found.append("AND")
        plain = _AND.sub(",", plain)
    if not found:
        return text
    left_out += found
    return re.sub(r"\s*,(?:\s*,)+|\s+,", ",", re.sub(r"\s+", " ", plain)).strip(" ,")
