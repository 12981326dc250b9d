"""RegionNames: the regions that are not being painted, and the words of all, over the canvas."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.desktop.canvas.view import CanvasView
from studio.desktop.features.regions.painted_region import PaintedRegion
from studio.desktop.style import theme
from studio.desktop.style.label_text import one_line

LETTERS = 32
PAD = 6


class RegionNames(QWidget):
    """Lies over the canvas, which gets the pointer and the keys all the same."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._regions: Sequence[PaintedRegion] = ()
        self._at = -1
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        canvas.installEventFilter(self)
        canvas.zoomed.connect(self.update)
        self.hide()

    def show_regions(self, regions: Sequence[PaintedRegion], at: int) -> None:
        """`at`: the one that is being painted, which the canvas shows itself."""
        self._regions, self._at = regions, at
        self.setGeometry(self._canvas.rect())
        self.setVisible(bool(regions))
        self.raise_()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._canvas.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, region in enumerate(self._regions):
            if number != self._at and region.overlay is not None:
                painter.save()
                painter.setOpacity(0.75)
                region.overlay.paint(painter, self._canvas.transform(), QRectF(event.rect()))
                painter.restore()
        for number, region in enumerate(self._regions):
            if region.middle is not None:
                self._name(painter, region, number == self._at)

    def _name(self, painter: QPainter, region: PaintedRegion, chosen: bool) -> None:
        assert region.middle is not None
        words = one_line(region.words, LETTERS) or self.tr("Region {0}").format(region.number + 1)
        font = painter.font()
        font.setBold(chosen)
        painter.setFont(font)
        size = painter.fontMetrics().size(0, words)
        room, dot = size.height() + PAD, size.height() * 0.6
        box = QRectF(0, 0, size.width() + dot + 3 * PAD, room)
        box.moveCenter(self._canvas.transform().map(region.middle))
        box.moveLeft(min(max(box.left(), 4.0), max(4.0, self.width() - box.width() - 4)))
        box.moveTop(min(max(box.top(), 4.0), max(4.0, self.height() - box.height() - 4)))
        painter.setPen(region.colour if chosen else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(str(theme.token("raised"))))
        painter.drawRoundedRect(box, room / 2, room / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(region.colour)
        painter.drawEllipse(QPointF(box.left() + PAD + dot / 2, box.center().y()), dot / 2, dot / 2)
        painter.setPen(QColor(str(theme.token("text"))))
        painter.drawText(box.adjusted(dot + 2 * PAD, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
