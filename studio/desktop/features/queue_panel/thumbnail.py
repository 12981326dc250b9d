"""Thumbnail: the picture of a job in the queue; until there is one, the icon of its state."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.desktop.style import theme

SIDE, ICON, BADGE = 44, 16, 14
"""Pixels at text of 100 %: of the square, of an icon alone, and of one in the corner of a picture."""


class Thumbnail(QWidget):
    """Where a picture is, the icon lies small in its corner."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon, self.picture = QIcon(), QImage()
        self.setFixedSize(QSize(theme.scaled(SIDE), theme.scaled(SIDE)))

    def show_icon(self, icon: QIcon) -> None:
        self._icon = icon
        self.update()

    def show_picture(self, picture: QImage) -> None:
        self.picture = picture
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        box, shape = QRectF(self.rect()), QPainterPath()
        shape.addRoundedRect(box, 4, 4)
        painter.fillPath(shape, QColor(theme.token("hover")))
        side = theme.scaled(ICON)
        if self.picture.isNull():
            place = QRectF(0, 0, side, side)
            place.moveCenter(box.center())
        else:
            painter.setClipPath(shape)
            size = self.picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            around = QRectF(0, 0, size.width(), size.height())
            around.moveCenter(box.center())
            painter.drawImage(around, self.picture)
            side = theme.scaled(BADGE)
            place = QRectF(box.right() - side, box.bottom() - side, side, side)
            painter.fillRect(place, QColor(theme.token("raised")))
        self._icon.paint(painter, place.toRect())
