"""ColourButton: shows the colour that is used, and opens the picker."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolButton, QWidget

from studio.desktop.style import theme
from studio.desktop.widgets.colour_picker import RECENT, ColourPicker

SIDE = 26


class ColourButton(QToolButton):
    """`recent` holds the colours that were used, the last first."""

    chosen = Signal()

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.colour = QColor("black")
        self.recent: list[str] = []
        self._title = title
        self._picker: ColourPicker | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("role", "tool")
        self.clicked.connect(self.open)
        self.set_colour(self.colour)

    def set_colour(self, colour: QColor) -> None:
        self.colour = QColor(colour.red(), colour.green(), colour.blue())
        self.setAccessibleName(f"{self._title}: {self.colour.name()}")
        self.setToolTip(self.accessibleName())
        self.update()

    def pick(self, colour: QColor) -> None:
        """Somebody chose it, here or on the canvas."""
        if colour.name() != self.colour.name():
            self.set_colour(colour)
            self.chosen.emit()

    def use(self) -> None:
        """It has been painted with."""
        name = self.colour.name()
        self.recent[:] = [name, *(other for other in self.recent if other != name)][:RECENT]

    def open(self) -> None:
        if self._picker is None:
            self._picker = ColourPicker(self)
            self._picker.changed.connect(self.pick)
        self._picker.show_colour(self.colour, self.recent)
        self._picker.adjustSize()
        self._picker.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
        self._picker.show()
        self._picker.shades.setFocus()

    def sizeHint(self) -> QSize:
        side = theme.scaled(SIDE) + 6
        return QSize(side + 6, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        field = QRectF(self.rect()).adjusted(5, 5, -5, -5)
        painter.setPen(QPen(QColor(theme.token("focus" if self.hasFocus() else "edge")), 2 if self.hasFocus() else 1.4))
        painter.setBrush(self.colour)
        painter.drawRoundedRect(field, 4, 4)
