"""Colours by other names: hex numbers and the names of CSS, brought to the nearest that a model knows."""

from collections.abc import Mapping, Sequence

from PIL import ImageColor

Rgb = Sequence[int]
LIGHTNESS = 0.3


def css() -> dict[str, str]:
    """Name -> hex, of CSS's 148."""
    return {name: value for name, value in ImageColor.colormap.items() if isinstance(value, str)}


def nearest(value: str, known: Mapping[str, Rgb]) -> str:
    """What people would call a hex number (#rgb or #rrggbb): the nearest known colour in OKLab, where lightness counts
    less than hue, for navy is a blue."""
    light, *hue = _oklab(ImageColor.getrgb(value)[:3])

    def distance(name: str) -> float:
        other, *hues = _oklab(known[name])
        return (LIGHTNESS * (light - other)) ** 2 + sum((a - b) ** 2 for a, b in zip(hue, hues, strict=True))

    return min(known, key=distance)


def _oklab(rgb: Rgb) -> tuple[float, float, float]:
    """Lightness and two hues of an sRGB colour of 8 bits (Ottosson 2020, "A perceptual color space")."""
    r, g, b = (part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in rgb)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )
