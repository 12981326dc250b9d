"""LiveOnCanvas: the live picture over the canvas, with the bar that says what it is."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.desktop.actions.table import Actions
from studio.desktop.canvas.job_preview import JobPreview
from studio.desktop.features.live.bar import LiveBar
from studio.desktop.workbench import WorkbenchViewer


class LiveOnCanvas(QObject):
    """Hides itself where a result lies on the canvas. Goes with its window, as what it follows does not."""

    def __init__(
        self, viewer: WorkbenchViewer, actions: Actions, wanted: Callable[[], bool], window: QWidget
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._viewer, self._wanted = viewer, wanted
        self._picture: JobPreview | None = None
        """The last one, shown or not."""
        self._hidden = False
        self.bar = LiveBar(actions, window)
        viewer.lay_over(self.bar)
        viewer.turned.connect(self._show_bar)

    def show(self, picture: JobPreview) -> None:
        self._picture, self._hidden = picture, False
        self.refresh()

    def show_again(self) -> None:
        """What was hidden is right again."""
        self._hidden = False
        self.refresh()

    def hide(self) -> None:
        """What is below is to be seen, until the next picture."""
        self._hidden = True
        self.refresh()

    def clear(self) -> None:
        self._picture = None
        self.refresh()

    def refresh(self) -> None:
        self._viewer.show_live(self._picture if self._wanted() and not self._hidden else None)
        self._show_bar()

    def _show_bar(self) -> None:
        self.bar.setVisible(self._viewer.shows_live)
