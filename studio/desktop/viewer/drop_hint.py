"""DropHint: what letting go of the picture that is dragged over the canvas would do, and what it would with Shift."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget


class DropHint(QFrame):
    """Lies over the canvas; no mouse reaches it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "landing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._first, self._second = QLabel(), QLabel()
        card = QFrame(self)
        card.setProperty("role", "popup")
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 10, 16, 10)
        for label in (self._first, self._second):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        self._first.setProperty("role", "strong")
        self._second.setProperty("role", "hint")
        outer = QVBoxLayout(self)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        self.hide()

    @property
    def texts(self) -> tuple[str, str]:
        """What it shows now, in its two lines."""
        return self._first.text(), self._second.text()

    def show_over(self, area: QRect, plain: str, as_layer: bool) -> None:
        """`plain` is what happens without Shift."""
        self.setGeometry(area)
        layer = self.tr("Add it as a layer")
        self._first.setText(layer if as_layer else plain)
        self._second.setText(
            self.tr("Without Shift: {0}").format(plain) if as_layer else self.tr("With Shift: {0}").format(layer)
        )
        self.raise_()
        self.show()
