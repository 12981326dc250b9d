"""PipetteTool: takes up the colour that is seen under the pointer."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.tool import PointerEvent, Tool

SIDE = 26.0
AWAY = 18.0
"""Pixels of the screen: the field with the colour, and how far it is from the pointer."""


class PipetteTool(Tool):
    """Arrow keys move it by a pixel, with Shift by ten; Space takes the colour."""

    def __init__(self, view: SceneView, pick: Callable[[QColor], object]) -> None:
        super().__init__(view)
        self._pick = pick
        self._at: QPointF | None = None

    def press(self, pointer: PointerEvent) -> None:
        self._look(pointer.at)
        self._take()

    def move(self, pointer: PointerEvent) -> None:
        self.press(pointer)

    def hover(self, pointer: PointerEvent | None) -> None:
        self._look(pointer.at if pointer is not None else None)

    def _look(self, at: QPointF | None) -> None:
        for spot in (self._at, at):
            if spot is not None:
                there = self.view.transform().map(spot)
                reach = AWAY + SIDE + 4
                self.view.update(QRectF(there.x() - reach, there.y() - reach, 2 * reach, 2 * reach).toAlignedRect())
        self._at = at

    def _take(self) -> None:
        colour = self.view.colour_at(self._at) if self._at is not None else None
        if colour is not None:
            self._pick(colour)

    def key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        step = steps.get(Qt.Key(event.key()))
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if step is not None:
            far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._look((self._at or QRectF(self.view.scene.bounds).center()) + QPointF(*step) * far)
        elif event.key() == Qt.Key.Key_Space:
            self._look(self._at or QRectF(self.view.scene.bounds).center())
            self._take()
        else:
            return False
        return True

    def draw(self, painter: QPainter) -> None:
        """What would be taken, beside the pointer."""
        colour = self.view.colour_at(self._at) if self._at is not None else None
        if colour is None or self._at is None:
            return
        spot = self.view.transform().map(self._at)
        field = QRectF(spot.x() + AWAY - 6, spot.y() - AWAY - SIDE + 6, SIDE, SIDE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(colour)
        for edge, width in ((QColor(0, 0, 0, 180), 3.5), (QColor(255, 255, 255), 1.6)):
            painter.setPen(QPen(edge, width))
            painter.drawRoundedRect(field, 5, 5)
