"""Tool: what the pointer does on a canvas, and what it leaves to the view."""

from typing import NamedTuple

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QWheelEvent

from studio.desktop.canvas.scene_view import SceneView


class PointerEvent(NamedTuple):
    """Where the pointer is: `at` in pixels of the picture, `spot` in those of the view; `pressure` 0 … 1."""

    at: QPointF
    spot: QPointF
    pressure: float = 1.0
    button: Qt.MouseButton = Qt.MouseButton.LeftButton
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier


class Tool(QObject):
    """What is not handled (a key, the wheel) the view does as it does without a tool."""

    cursor = Qt.CursorShape.CrossCursor
    snaps = False
    """Whether the points that it gets lie on the grid, an edge or the middle of the picture when one is near."""

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self.view = view

    def press(self, pointer: PointerEvent) -> None:
        """A button went down."""

    def move(self, pointer: PointerEvent) -> None:
        """The pointer moved with the button down."""

    def release(self, pointer: PointerEvent) -> None:
        """The button went up."""

    def hover(self, pointer: PointerEvent | None) -> None:
        """The pointer moved with no button down; None when it has left."""

    def cancel(self) -> bool:
        """Give up what is half done; False if there is nothing."""
        return False

    def put_away(self) -> None:
        """Another tool is taken, or none."""

    def key(self, event: QKeyEvent) -> bool:
        return False

    def key_up(self, event: QKeyEvent) -> bool:
        return False

    def wheel(self, event: QWheelEvent) -> bool:
        return False

    def draw(self, painter: QPainter) -> None:
        """Over the picture, in the view's pixels."""
