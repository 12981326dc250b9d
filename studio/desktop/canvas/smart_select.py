"""SmartSelect: cuts out what stands in a box or under a click, in the background."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from studio.desktop.canvas.layer import Scene
from studio.desktop.canvas.view import CanvasView
from studio.desktop.shell.worker import Worker

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.document.mask import Area, Shape


class SmartSelect(QObject):
    """Of several that run at once, only the last one marks."""

    marked = Signal()
    refused = Signal(str)

    def __init__(self, view: CanvasView, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._view, self._worker = view, worker
        self._number = 0

    def select(self, box: "Area", click: tuple[float, float] | None, mark: "Callable[[Shape], None]") -> None:
        """`box` and `click` in pixels of the mask; `mark` gets what was found."""
        from studio.desktop.canvas import cutout  # numpy comes with it, first needed after the first paint

        view = self._view
        overlay, scene = view.overlay, Scene(view.scene.layers, view.scene.area)
        if overlay is None:
            return
        self._number += 1
        number, origin = self._number, overlay.origin
        view.setCursor(Qt.CursorShape.BusyCursor)

        def done(shape: "Shape") -> None:
            view.use(view.tool)  # its own cursor again
            if number != self._number or view.overlay is not overlay:
                return
            if shape.level.any():
                mark(shape)
                self.marked.emit()
            else:
                self.refused.emit(self.tr("No object was found there; draw a box around it, or use the brush."))

        self._worker.run(lambda: cutout.cut_out(scene, origin, box, click), done)
