"""ColourPicker: a field of shades, a bar of hues, the value in hex, and the colours used last."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from studio.desktop.style import theme

RECENT = 12
BASIC = (
    "#000000", "#404040", "#808080", "#c0c0c0", "#ffffff", "#7b3f00",
    "#e53935", "#fb8c00", "#fdd835", "#43a047", "#1e88e5", "#8e24aa",
)  # fmt: skip
SWATCH = 22


class ColourPicker(QFrame):
    """`changed` carries the colour while it is chosen."""

    changed = Signal(QColor)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popup")
        self.setAccessibleName(self.tr("Colour"))
        self._colour = QColor("black")
        self.shades, self.hues = ShadeField(self), HueBar(self)
        self.shades.changed.connect(self._shaded)
        self.hues.changed.connect(self._hued)
        self.hex = QLineEdit(self)
        self.hex.setAccessibleName(self.tr("Colour in hex"))
        self.hex.setMaxLength(7)
        self.hex.textEdited.connect(self._written)
        self.hex.returnPressed.connect(self.hide)
        self._field = QLabel(self)
        self._field.setFixedSize(theme.scaled(32), theme.scaled(24))
        self._recent = QGridLayout()
        column = QVBoxLayout(self)
        column.addWidget(self.shades)
        column.addWidget(self.hues)
        row = QHBoxLayout()
        row.addWidget(self._field)
        row.addWidget(self.hex, 1)
        column.addLayout(row)
        column.addLayout(self._grid(BASIC, QGridLayout(), self.tr("Colour {0}")))
        column.addLayout(self._recent)

    def _grid(self, colours: Sequence[str], grid: QGridLayout, words: str) -> QGridLayout:
        grid.setSpacing(3)
        grid.setColumnStretch(6, 1)
        for number, colour in enumerate(colours):
            button = QToolButton(self)
            side = theme.scaled(SWATCH)
            button.setFixedSize(side, side)
            button.setAccessibleName(words.format(colour))
            button.setToolTip(colour)
            button.setStyleSheet(f"QToolButton {{ background: {colour}; border: 1px solid {theme.token('edge')}; }}"
                                 f"QToolButton:focus {{ border: 2px solid {theme.token('focus')}; }}")  # fmt: skip
            button.clicked.connect(lambda _=False, colour=colour: self._choose(QColor(colour)))
            grid.addWidget(button, number // 6, number % 6)
        return grid

    @property
    def colour(self) -> QColor:
        return self._colour

    def show_colour(self, colour: QColor, recent: Sequence[str]) -> None:
        """What is chosen now, and what was used before, the last first."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._grid(recent[:RECENT], self._recent, self.tr("Recent: {0}"))
        self._put(colour)

    def _put(self, colour: QColor, *, hue: int | None = None, write: bool = True) -> None:
        self._colour = colour
        found = hue if hue is not None else colour.hsvHue()
        if found >= 0:
            self.hues.set_hue(found)
        self.shades.set_colour(self.hues.hue, colour.hsvSaturation(), colour.value())
        self._field.setStyleSheet(f"background: {colour.name()}; border: 1px solid {theme.token('edge')};")
        if write:
            self.hex.setText(colour.name())

    def _choose(self, colour: QColor) -> None:
        self._put(colour)
        self.changed.emit(colour)

    def _shaded(self) -> None:
        self._put(self.shades.colour, hue=self.hues.hue)
        self.changed.emit(self._colour)

    def _hued(self) -> None:
        self.shades.set_colour(self.hues.hue, self.shades.saturation, self.shades.value)
        self._shaded()

    def _written(self, text: str) -> None:
        digits = text.strip().removeprefix("#")
        colour = QColor(f"#{digits}") if len(digits) in (3, 6) else QColor()
        if colour.isValid():
            self._put(colour, write=False)
            self.changed.emit(colour)


class ShadeField(QWidget):
    """Saturation across, brightness up; arrow keys move the mark."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hue, self.saturation, self.value = 0, 0, 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Saturation and brightness"))
        self.setMinimumSize(theme.scaled(180), theme.scaled(130))

    @property
    def colour(self) -> QColor:
        return QColor.fromHsv(self.hue, self.saturation, self.value)

    def set_colour(self, hue: int, saturation: int, value: int) -> None:
        self.hue, self.saturation, self.value = hue, min(max(saturation, 0), 255), min(max(value, 0), 255)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        self._follow(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._follow(event.position())

    def _follow(self, at: QPointF) -> None:
        across, up = at.x() / max(1, self.width() - 1), 1 - at.y() / max(1, self.height() - 1)
        self.set_colour(self.hue, round(255 * across), round(255 * up))
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        far = 1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 8
        self.set_colour(self.hue, self.saturation + step[0] * far, self.value + step[1] * far)
        self.changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = QPainter(self), QRectF(self.rect())
        across = QLinearGradient(area.topLeft(), area.topRight())
        across.setColorAt(0, QColor("white"))
        across.setColorAt(1, QColor.fromHsv(self.hue, 255, 255))
        painter.fillRect(area, across)
        down = QLinearGradient(area.topLeft(), area.bottomLeft())
        down.setColorAt(0, QColor(0, 0, 0, 0))
        down.setColorAt(1, QColor("black"))
        painter.fillRect(area, down)
        at = QPointF(self.saturation / 255 * (self.width() - 1), (1 - self.value / 255) * (self.height() - 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in ((QColor(0, 0, 0), 3.0), (QColor(255, 255, 255), 1.5)):
            painter.setPen(QPen(colour, width))
            painter.drawEllipse(at, 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.token("focus")), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))


class HueBar(QWidget):
    """All hues from left to right."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hue = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Hue"))
        self.setFixedHeight(theme.scaled(18))

    def sizeHint(self) -> QSize:
        return QSize(theme.scaled(180), theme.scaled(18))

    def set_hue(self, hue: int) -> None:
        self.hue = min(max(hue, 0), 359)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.set_hue(round(359 * event.position().x() / max(1, self.width() - 1)))
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -4, Qt.Key.Key_Right: 4}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.set_hue((self.hue + step) % 360)
        self.changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = QPainter(self), QRectF(self.rect())
        hues = QLinearGradient(area.topLeft(), area.topRight())
        for number in range(7):
            hues.setColorAt(number / 6, QColor.fromHsv(min(359, 60 * number), 255, 255))
        painter.fillRect(area, hues)
        x = self.hue / 359 * (self.width() - 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in ((QColor(0, 0, 0), 5.0), (QColor(255, 255, 255), 2.0)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(x, 1), QPointF(x, self.height() - 1))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.token("focus")), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
