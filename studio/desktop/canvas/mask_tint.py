"""How a mask is shown over a picture, wherever it is shown."""

from PySide6.QtGui import QColor

TINT, LIGHT = QColor(255, 45, 105), QColor(255, 170, 195)
"""In stripes, so that it is seen over any colour, its own too."""
OPACITY = 0.55
