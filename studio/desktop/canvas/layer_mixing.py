"""Mixing two pictures: by Qt where it computes what the formulas say, else by the formulas."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage, QPainter

from studio.document.blend_mode import BlendMode

if TYPE_CHECKING:  # which the first paint should not wait for
    import numpy as np
    from numpy.typing import NDArray

Mode = QPainter.CompositionMode
NATIVE = {
    BlendMode.NORMAL: Mode.CompositionMode_SourceOver,
    BlendMode.MULTIPLY: Mode.CompositionMode_Multiply,
    BlendMode.SCREEN: Mode.CompositionMode_Screen,
    BlendMode.OVERLAY: Mode.CompositionMode_Overlay,
    BlendMode.DARKEN: Mode.CompositionMode_Darken,
    BlendMode.LIGHTEN: Mode.CompositionMode_Lighten,
    BlendMode.HARD_LIGHT: Mode.CompositionMode_HardLight,
    BlendMode.DIFFERENCE: Mode.CompositionMode_Difference,
}
"""Those of Qt that are W3C's; its others follow an older draft, or are not there."""


def mix(mode: BlendMode, below: QImage, above: QImage, opacity: float) -> None:
    """Put `above` over `below`; both as large, with their colours multiplied by alpha."""
    from studio.document import compositing  # numpy comes with it, first needed after the first paint

    under = pixels(below)
    under[...] = compositing.compose(mode, under, pixels(above), opacity)


def pixels(image: QImage) -> "NDArray[np.uint8]":
    """A view of them: blue, green, red, alpha."""
    import numpy as np

    return np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.width(), 4)
