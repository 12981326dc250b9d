"""BlendBoard: the square between the pictures, its previews, and the puck."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.desktop.canvas.comparison import draw_tag
from studio.desktop.features.blend import weights
from studio.desktop.style import theme

CORNER = 96.0
STEP = 0.05
PUCK = 11.0


class BlendBoard(QWidget):
    """`moved`: the puck lies elsewhere. `released`: it was let go of."""

    moved = Signal()
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.puck = QPointF(0.5, 0.5)
        self._corners: list[QImage] = []
        self._previews: dict[int, QImage] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(420, 420)
        self.setAccessibleName(self.tr("Blend board"))
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(560, 560)

    # ---- what is shown

    def show_corners(self, corners: Sequence[QImage]) -> None:
        self._corners = [*corners]
        self._describe()
        self.update()

    def show_preview(self, number: int, image: QImage) -> None:
        self._previews[number] = image
        self.update()

    def clear_previews(self) -> None:
        self._previews.clear()
        self.update()

    @property
    def weights(self) -> list[float]:
        return weights.weights(len(self._corners), self.puck.x(), self.puck.y())

    def _describe(self) -> None:
        shares = ", ".join(f"{round(share * 100)}%" for share in self.weights) if self._corners else ""
        self.setAccessibleDescription(self.tr("Arrow keys move the handle: {0}").format(shares))

    # ---- geometry

    def field(self) -> QRectF:
        """Where the puck can be."""
        side = min(self.width(), self.height()) - 2 * CORNER
        area = QRectF(0, 0, side, side)
        area.moveCenter(QRectF(self.rect()).center())
        return area

    def spot(self, x: float, y: float) -> QPointF:
        area = self.field()
        return QPointF(area.left() + x * area.width(), area.top() + y * area.height())

    def _corner(self, number: int) -> QRectF:
        count, area = len(self._corners), self.field()
        if count == 2:
            at = QPointF(area.left() if number == 0 else area.right(), area.center().y())
        elif count == 3 and number == 2:
            at = QPointF(area.center().x(), area.bottom())
        else:
            at = QPointF(area.right() if number % 2 else area.left(), area.bottom() if number > 1 else area.top())
        away = at - area.center()
        box = QRectF(0, 0, CORNER - 14, CORNER - 14)
        box.moveCenter(at + QPointF(_sign(away.x()), _sign(away.y())) * (CORNER / 2))
        return box

    # ---- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = self.field()
        painter.setPen(QPen(QColor(theme.token("focus" if self.hasFocus() else "line")), 1.5))
        painter.setBrush(QColor(theme.token("field")))
        painter.drawRoundedRect(area.adjusted(-4, -4, 4, 4), 8, 8)
        for number, (x, y) in enumerate(weights.places(len(self._corners))):
            if number in self._previews:
                _draw_fitted(painter, self._previews[number], self._cell(x, y))
        for number, image in enumerate(self._corners):
            box = self._corner(number)
            painter.setPen(QPen(QColor(theme.token("edge")), 1))
            painter.drawLine(box.center(), self.spot(self.puck.x(), self.puck.y()))
            _draw_fitted(painter, image, box)
            share = f"{round(self.weights[number] * 100)}%"
            draw_tag(painter, box, share, left=True)
        painter.setPen(QPen(QColor("#ffffff"), 2.5))
        painter.setBrush(QColor(theme.token("accent")))
        painter.drawEllipse(self.spot(self.puck.x(), self.puck.y()), PUCK, PUCK)

    def _cell(self, x: float, y: float) -> QRectF:
        area = self.field()
        side = area.width() / weights.SIDE
        return QRectF(area.left() + x * (area.width() - side), area.top() + y * (area.height() - side), side, side)

    # ---- mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.released.emit()

    def _follow(self, event: QMouseEvent) -> None:
        area = self.field()
        at = event.position() - area.topLeft()
        self.move_puck(at.x() / max(1.0, area.width()), at.y() / max(1.0, area.height()))

    def move_puck(self, x: float, y: float) -> None:
        self.puck = QPointF(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))
        self._describe()
        self.update()
        self.moved.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-STEP, 0.0),
            Qt.Key.Key_Right: (STEP, 0.0),
            Qt.Key.Key_Up: (0.0, -STEP),
            Qt.Key.Key_Down: (0.0, STEP),
        }
        if (step := steps.get(Qt.Key(event.key()))) is not None:
            self.move_puck(self.puck.x() + step[0], self.puck.y() + step[1])
            self.released.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def _sign(number: float) -> float:
    return (number > 1) - (number < -1)


def _draw_fitted(painter: QPainter, image: QImage, box: QRectF) -> None:
    size = image.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRectF(0, 0, size.width(), size.height())
    place.moveCenter(box.center())
    painter.drawImage(place, image)
