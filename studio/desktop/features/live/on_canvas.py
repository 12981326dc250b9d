"""LiveOnCanvas: the live picture over the canvas, with the bar that says what it is."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt

from studio.desktop.actions.table import Actions
from studio.desktop.canvas.job_preview import JobPreview
from studio.desktop.features.live.bar import LiveBar
from studio.desktop.shell.overlay import MARGIN, Overlay
from studio.desktop.viewer.viewer import Viewer


class LiveOnCanvas(QObject):
    """Hides itself where a result lies on the canvas."""

    def __init__(self, viewer: Viewer, actions: Actions, wanted: Callable[[], bool]) -> None:
        super().__init__(viewer)
        self._viewer, self._wanted = viewer, wanted
        self._picture: JobPreview | None = None
        """The last one, shown or not."""
        self._hidden = False
        self.bar = LiveBar(actions, viewer)
        self._place = Overlay(self.bar, viewer.lower_room, Qt.AlignmentFlag.AlignBottom)
        viewer.room_changed.connect(self._fit)
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
        shown = self._viewer.shows_live
        if self.bar.isHidden() == shown:
            self.bar.setVisible(shown)
            self._fit()

    def _fit(self) -> None:
        self.bar.fit(self._viewer.lower_room().width() - 2 * MARGIN)
        self._place.place()
