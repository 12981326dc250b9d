"""BlendMode: how a layer mixes with what lies below it, and what OpenRaster and Photoshop call that."""

from enum import StrEnum


class BlendMode(StrEnum):
    """The modes of W3C's Compositing and Blending that OpenRaster and Photoshop's format have both."""

    NORMAL = "normal"
    MULTIPLY = "multiply"
    SCREEN = "screen"
    OVERLAY = "overlay"
    DARKEN = "darken"
    LIGHTEN = "lighten"
    COLOR_DODGE = "color-dodge"
    COLOR_BURN = "color-burn"
    HARD_LIGHT = "hard-light"
    SOFT_LIGHT = "soft-light"
    DIFFERENCE = "difference"
    HUE = "hue"
    SATURATION = "saturation"
    COLOR = "color"
    LUMINOSITY = "luminosity"


OPENRASTER = {mode: f"svg:{mode}" for mode in BlendMode} | {BlendMode.NORMAL: "svg:src-over"}
PHOTOSHOP = {
    BlendMode.NORMAL: b"norm",
    BlendMode.MULTIPLY: b"mul ",
    BlendMode.SCREEN: b"scrn",
    BlendMode.OVERLAY: b"over",
    BlendMode.DARKEN: b"dark",
    BlendMode.LIGHTEN: b"lite",
    BlendMode.COLOR_DODGE: b"div ",
    BlendMode.COLOR_BURN: b"idiv",
    BlendMode.HARD_LIGHT: b"hLit",
    BlendMode.SOFT_LIGHT: b"sLit",
    BlendMode.DIFFERENCE: b"diff",
    BlendMode.HUE: b"hue ",
    BlendMode.SATURATION: b"sat ",
    BlendMode.COLOR: b"colr",
    BlendMode.LUMINOSITY: b"lum ",
}


def named(name: str) -> BlendMode:
    """Normal for one that this studio does not know."""
    return next((mode for mode in BlendMode if mode.value == name), BlendMode.NORMAL)
