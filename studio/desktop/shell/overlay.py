"""Overlay: a bar that lies over what it belongs to, so that nothing moves under the pointer when it comes or goes."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtWidgets import QWidget

MARGIN = 12


class Overlay(QObject):
    """Keeps `widget` at an edge of `room`, which is in the coordinates of its parent."""

    def __init__(
        self, widget: QWidget, room: Callable[[], QRect], edge: Qt.AlignmentFlag, *, widest: int = 0, away: int = 0,
        right: bool = False,
    ) -> None:  # fmt: skip
        """`edge`: the upper or lower one. `widest`: pixels across, 0 for as many as it needs. `away`: from the edge.
        `right`: at the right, and not at the left."""
        super().__init__(widget)
        self._widget, self._room, self._edge = widget, room, edge
        self.widest, self.away, self._right = widest, away, right
        widget.installEventFilter(self)

    def place(self) -> None:
        """To be called when the room has changed; what changes in the widget is noticed."""
        room, widget = self._room().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN), self._widget
        if widget.isHidden() or room.width() < 1:
            return
        wide = min(room.width(), self.widest) if self.widest else room.width()
        widget.resize(wide, widget.height())
        if not self.widest:  # it has made itself as small as that allows
            wide = min(wide, widget.sizeHint().width())
        tall = widget.heightForWidth(wide) if widget.hasHeightForWidth() else widget.sizeHint().height()
        top = room.top() if self._edge is Qt.AlignmentFlag.AlignTop else room.bottom() + 1 - tall - self.away
        spare = room.width() - wide
        left = room.left() + (spare if self._right else spare // 2 if self.widest else 0)
        widget.setGeometry(left, top, wide, tall)
        widget.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self.place()
        return False
