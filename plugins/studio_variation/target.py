"""How large the results become."""

from collections.abc import Mapping
from typing import Any

from studio import api

SQUARISH = 1.2  # up to this ratio of sides the model's own size is taken


def target(asked: str, source: tuple[int, int] | None, defaults: Mapping[str, Any]) -> tuple[int, int]:
    """(width, height) of the results in pixels: `auto` is the source's proportions at the model's own area.

    Raises UserError for a size that the model cannot make.
    """
    own, multiple = (int(defaults["width"]), int(defaults["height"])), int(defaults["multiple"])
    automatic = own if source is None else _like(source, own, multiple)
    return api.parse_size(asked, automatic, multiple=multiple)


def _like(source: tuple[int, int], own: tuple[int, int], multiple: int) -> tuple[int, int]:
    ratio = source[0] / source[1]
    if max(ratio, 1 / ratio) <= SQUARISH:
        return own
    ratio = min(max(ratio, 1 / 3), 3.0)  # longer ones would be nothing that a model has seen
    side = (own[0] * own[1]) ** 0.5
    width, height = side * ratio**0.5, side / ratio**0.5
    return max(1, round(width / multiple)) * multiple, max(1, round(height / multiple)) * multiple
