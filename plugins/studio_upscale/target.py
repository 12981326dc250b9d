"""How large the result is to be."""

import math

from studio import api

DIFFUSION_SCALE = 4
"""What a diffusion model makes of a picture; a network says it itself."""


def target(size: str, factor: float | None, source: tuple[int, int], model_factor: int) -> tuple[int, int]:
    """(width, height) in pixels. Raises UserError, with what is possible, for what is not."""
    if size != "auto" and factor is not None:
        raise api.UserError("Both a factor and a size are given; leave one of them empty.", field="size")
    if size == "auto":
        times = model_factor if factor is None else factor
        width, height = (max(1, round(side * times)) for side in source)
        field = "scale"
    else:
        width, height = api.parse_size(size, source, largest=api.PIXEL_CAP)
        field = "size"
    if width * height > api.PIXEL_CAP:
        raise _too_large((width, height), source, field)
    return width, height


def _too_large(wanted: tuple[int, int], source: tuple[int, int], field: str) -> api.UserError:
    factor = math.floor(100 * math.sqrt(api.PIXEL_CAP / (source[0] * source[1]))) / 100
    while round(source[0] * factor) * round(source[1] * factor) > api.PIXEL_CAP:
        factor = round(factor - 0.01, 2)
    return api.UserError(
        "The result would be {}x{} pixels, more than the {} megapixels that can be stored; nothing was made. The "
        "largest factor for this picture is {}.",
        wanted[0],
        wanted[1],
        api.PIXEL_CAP // 1_000_000,
        f"{factor:g}",
        field=field,
        code="too_large",
    )


def is_stretched(wanted: tuple[int, int], source: tuple[int, int]) -> bool:
    """Whether the proportions change by more than rounding to whole pixels explains."""
    return abs(wanted[0] * source[1] - wanted[1] * source[0]) > max(source)
