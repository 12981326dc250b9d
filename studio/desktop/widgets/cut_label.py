"""CutLabel: one line that takes no room of its own: it is cut where it ends, and its tooltip says all of it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from studio.desktop.style.label_text import one_line, tooltip

LONGEST = 300
LEAST = 12
"""Letters: a shorter piece of a text says nothing."""
GAP = 8
"""Pixels to what stands beside it."""


class CutLabel(QLabel):
    """In the middle of what room there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        self._whole = one_line(text, LONGEST)
        self.setToolTip(tooltip(text))
        self.setAccessibleName(self._whole)
        self._cut()

    def sizeHint(self) -> QSize:
        return QSize(0, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        metrics, room = self.fontMetrics(), self.width() - 2 * GAP
        text = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        self.setText(text if text == self._whole or room >= LEAST * metrics.averageCharWidth() else "")
