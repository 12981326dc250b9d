"""The slider and the list that opens, drawn like the rest of the form; the wheel is left to the form."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QSlider, QStyle, QWidget

from studio.desktop.style import theme

KNOB = 15
HEIGHT = 32


class Slider(QSlider):
    """Horizontal. The wheel moves the form under it unless the slider has the keyboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.is_set = True
        """Whether its place is a chosen one, and not only where the model's own number lies."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(KNOB + 7)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.setSliderDown(True)
            self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def _follow(self, event: QMouseEvent) -> None:
        place, room = round(event.position().x() - KNOB / 2), self.width() - KNOB
        stop = QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), place, room)
        if stop == self.value():  # a click on an unset slider means the number that it stands at
            self.valueChanged.emit(stop)
        self.setValue(stop)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self.width() - KNOB
        x = KNOB / 2 + QStyle.sliderPositionFromValue(self.minimum(), self.maximum(), self.value(), room)
        y = self.height() / 2
        chosen = self.is_set and self.isEnabled()
        for end, color in ((self.width() - KNOB / 2, "line"), (x, "accent" if chosen else "edge")):
            painter.setPen(QPen(QColor(theme.token(color)), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(KNOB / 2, y), QPointF(end, y))
        ring = QPen(QColor(theme.token("focus" if self.hasFocus() else "panel")), 2)
        painter.setPen(ring)
        painter.setBrush(QColor(theme.token("accent" if chosen else "muted")))
        painter.drawEllipse(QPointF(x, y), KNOB / 2 - 1, KNOB / 2 - 1)


class Combo(QComboBox):
    """A list that opens. The wheel moves the form under it unless it has the keyboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.scaled(HEIGHT, 0.6))

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.view().setAccessibleName(name)  # the list that opens is a widget of its own

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused, radius = self.hasFocus(), theme.space("radius")
        painter.setPen(QPen(QColor(theme.token("focus" if focused else "edge")), 2 if focused else 1))
        painter.setBrush(QColor(theme.token("hover" if self.underMouse() else "field")))
        inset = 1.0 if focused else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), radius, radius)
        left = 10
        icon = self.itemIcon(self.currentIndex()) if self.currentIndex() >= 0 else QIcon()
        if not icon.isNull():
            icon.paint(painter, QRect(left - 2, (self.height() - 18) // 2, 18, 18))
            left += 22
        room = QRect(left, 0, self.width() - left - 30, self.height())
        painter.setPen(QColor(theme.token("text" if self.isEnabled() else "disabled")))
        shown = painter.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        arrow = QRect(self.width() - 26, (self.height() - 16) // 2, 16, 16)
        theme.icon("collapse").paint(painter, arrow)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), theme.scaled(HEIGHT, 0.6))
