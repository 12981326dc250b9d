"""Token: the colours and distances of resources/themes, by name; no Qt, so that they cost nothing at start."""

import functools
import json
from typing import Any

from studio import resource


def colour(name: str, dark: bool) -> str:
    """As #rrggbb."""
    return str(_content()["colours"][name]["dark" if dark else "light"])


def pixels(name: str) -> int:
    """Of a distance: tight, close, gap, wide; or `radius`, of corners."""
    return int(_content()["pixels"][name])


def colours() -> dict[str, dict[str, str]]:
    """Every colour by name, each with its `dark` and its `light` value."""
    found: dict[str, dict[str, str]] = _content()["colours"]
    return found


def distances() -> dict[str, int]:
    found: dict[str, int] = _content()["pixels"]
    return found


@functools.cache  # the file does not change while the program runs
def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((resource.folder() / "themes" / "tokens.json").read_text("utf-8"))
    return content
