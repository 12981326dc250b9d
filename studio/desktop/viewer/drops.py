"""DropHandler: what is dragged over the viewer from the filmstrip or from other programs, and let go there."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from studio.desktop.canvas.view import CanvasView
from studio.desktop.shell import clipboard
from studio.desktop.viewer.drop_hint import DropHint


class DropHandler(QObject):
    """`own_views` are where a drag may begin that is none for the viewer; `room` is where the hint lies."""

    dropped = Signal(object, bool, bool, QPointF)
    """What was let go (QMimeData), whether it came from the filmstrip, whether it shall be a layer, and where, in
    pixels of the document."""

    def __init__(
        self,
        viewer: QWidget,
        canvas: CanvasView,
        own_views: Callable[[], list[CanvasView]],
        room: Callable[[], QRect],
    ) -> None:
        super().__init__(viewer)
        self._viewer, self._canvas, self._own_views, self._room = viewer, canvas, own_views, room
        self._texts = "", ""
        self.hint = DropHint(viewer)
        viewer.setAcceptDrops(True)

    def set_texts(self, own: str, other: str) -> None:
        """What becomes of a picture of the filmstrip, and of one from another program."""
        self._texts = own, other

    def enter(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if event.source() not in self._own_views() and (data.hasUrls() or clipboard.has_pixels(data)):
            self.move(event)

    def move(self, event: QDropEvent) -> None:
        """Shift may have been pressed meanwhile."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.hint.show_over(self._room(), self._texts[event.source() is None], _with_shift(event))

    def leave(self) -> None:
        self.hint.hide()

    def drop(self, event: QDropEvent) -> None:
        self.hint.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        at = self._canvas.place(QPointF(self._canvas.mapFrom(self._viewer, event.position())))
        self.dropped.emit(event.mimeData(), event.source() is not None, _with_shift(event), at)


def _with_shift(event: QDropEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
