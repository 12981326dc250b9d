"""Tint: how a mask is shown over a picture, wherever it is shown."""

from PySide6.QtGui import QColor

TINT = QColor(255, 45, 105)
OPACITY = 0.55


def faded(level: int) -> QColor:
    """The tint of a grey value, 0 … 255."""
    colour = QColor(TINT)
    colour.setAlphaF(level / 255 * OPACITY)
    return colour
