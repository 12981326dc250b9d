"""The tools that mark what is within a line, a box, or the outline of a thing: lasso, rectangle, smart select."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QUndoStack

from studio.desktop.canvas.mask_overlay import MaskOverlay
from studio.desktop.canvas.mask_tool import MaskTool
from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.tool import PointerEvent
from studio.document import selection
from studio.document.mask import Area, Shape

Select = Callable[[Area, tuple[float, float] | None, Callable[[Shape], None]], None]
"""Cut out what is in a box, or under a click, and hand it on."""


class LassoTool(MaskTool):
    """A line drawn by hand closes itself, and what it encloses is marked."""

    def __init__(self, view: SceneView, overlay: MaskOverlay, stack: QUndoStack) -> None:
        super().__init__(view, overlay, stack)
        self._points: list[QPointF] = []

    def press(self, pointer: PointerEvent) -> None:
        self._begin(pointer)
        self._points = [pointer.at]

    def move(self, pointer: PointerEvent) -> None:
        if self._points:
            self._points.append(pointer.at)
            self.view.update()

    def release(self, pointer: PointerEvent) -> None:
        points, self._points = self._points, []
        self.view.update()
        if len(points) > 2:
            corners = [(at.x(), at.y()) for at in map(self._inside, points)]
            self._select(self.tr("Lasso"), lambda mask, erases: mask.polygon(corners, erases=erases))

    def cancel(self) -> bool:
        drawing, self._points = bool(self._points), []
        self.view.update()
        return drawing

    def draw(self, painter: QPainter) -> None:
        if len(self._points) > 1:
            line = self.view.transform().map(QPolygonF(self._points))
            _outline(painter, lambda: painter.drawPolyline(line))


class BoxTool(MaskTool):
    """A rectangle is drawn out; a subclass decides what becomes of it."""

    snaps = True

    def __init__(self, view: SceneView, overlay: MaskOverlay, stack: QUndoStack) -> None:
        super().__init__(view, overlay, stack)
        self._start: QPointF | None = None
        self._stop = QPointF()

    def press(self, pointer: PointerEvent) -> None:
        self._begin(pointer)
        self._start = self._stop = pointer.at

    def move(self, pointer: PointerEvent) -> None:
        self._stop = pointer.at
        self.view.update()

    def release(self, pointer: PointerEvent) -> None:
        start, self._start = self._start, None
        self.view.update()
        if start is None:
            return
        box = QRectF(self._inside(start), self._inside(pointer.at)).normalized()
        area = round(box.left()), round(box.top()), round(box.right()), round(box.bottom())
        self.use_box(self.whole(area), self._inside(pointer.at))

    def whole(self, area: Area) -> Area:
        """What counts of a box that reaches beyond the picture."""
        return self.overlay.mask.clipped(area)

    def use_box(self, area: Area, end: QPointF) -> None:
        """`area` in pixels of the mask; it may be empty, after a click."""
        if area[2] > area[0] and area[3] > area[1]:
            self._select(self.tr("Rectangle"), lambda mask, erases: mask.rectangle(area, erases=erases))

    def cancel(self) -> bool:
        drawing, self._start = self._start is not None, None
        self.view.update()
        return drawing

    def draw(self, painter: QPainter) -> None:
        if self._start is not None:
            outline = self.outline(QRectF(self._start, self._stop).normalized())
            line = self.view.transform().map(outline)
            _outline(painter, lambda: painter.drawPath(line))

    def outline(self, box: QRectF) -> QPainterPath:
        """What is seen of it while it is drawn out, in pixels of the picture."""
        path = QPainterPath()
        path.addRect(box)
        return path


class EllipseTool(BoxTool):
    """The ellipse within the box that is drawn out."""

    def use_box(self, area: Area, end: QPointF) -> None:
        if area[2] > area[0] and area[3] > area[1]:
            self._select(self.tr("Ellipse"), lambda mask, erases: mask.ellipse(area, erases=erases))

    def whole(self, area: Area) -> Area:
        return area

    def outline(self, box: QRectF) -> QPainterPath:
        path = QPainterPath()
        path.addEllipse(box)
        return path


class SmartTool(BoxTool):
    """A click or a box becomes the mask of the thing that is there."""

    cursor = Qt.CursorShape.PointingHandCursor

    def __init__(self, view: SceneView, overlay: MaskOverlay, stack: QUndoStack, select: Select) -> None:
        super().__init__(view, overlay, stack)
        self._cut_out = select

    def use_box(self, area: Area, end: QPointF) -> None:
        how = self._combining
        clicked = min(area[2] - area[0], area[3] - area[1]) * self.view.zoom < 6

        def mark(shape: Shape) -> None:
            self._select(self.tr("Smart select"), lambda mask, erases: mask.put(shape, erases=erases), how)

        size = self.overlay.size
        if clicked and 0 <= end.x() < size.width() and 0 <= end.y() < size.height():
            box = selection.around(end.x(), end.y(), (size.width(), size.height()))
            self._cut_out(box, (end.x(), end.y()), mark)
        elif not clicked:
            self._cut_out(area, None, mark)


def _outline(painter: QPainter, stroke: Callable[[], None]) -> None:
    """A line that shows over any picture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, style in ((QColor(0, 0, 0, 190), Qt.PenStyle.SolidLine), (QColor(255, 255, 255), Qt.PenStyle.DashLine)):
        painter.setPen(QPen(color, 1.4, style))
        stroke()
