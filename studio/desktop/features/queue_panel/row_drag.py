"""RowDrag: a job that waits is dragged to another place among those that wait; what decides the order is the queue."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from studio.desktop.features.queue_panel.job_row import JobRow
from studio.desktop.style import theme


class RowDrag(QObject):
    """Watches the rows of `page`. `rows()` are those that can change places, in their order; `moved(row, place)`."""

    def __init__(
        self, page: QWidget, rows: Callable[[], Sequence[JobRow]], moved: Callable[[JobRow, int], object]
    ) -> None:
        super().__init__(page)
        self._page, self._rows, self._moved = page, rows, moved
        self._from: QPoint | None = None
        self._dragged: JobRow | None = None
        self._line = QFrame(page)
        self._line.setStyleSheet(f"background: {theme.token('accent')}")
        self._line.hide()

    def watch(self, row: JobRow) -> None:
        row.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, JobRow) or not isinstance(event, QMouseEvent):
            return False
        match event.type():
            case QEvent.Type.MouseButtonPress if event.button() is Qt.MouseButton.LeftButton and watched.can_move:
                self._from = event.globalPosition().toPoint()
            case QEvent.Type.MouseMove if self._from is not None:
                self._drag(watched, event.globalPosition().toPoint())
            case QEvent.Type.MouseButtonRelease if self._from is not None:
                self._drop(event.globalPosition().toPoint())
        return False

    def _drag(self, row: JobRow, at: QPoint) -> None:
        if self._from is None or (at - self._from).manhattanLength() < QApplication.startDragDistance():
            return
        self._dragged = row
        row.setCursor(Qt.CursorShape.ClosedHandCursor)
        rows, place = self._rows(), self._place(at)
        over = rows[min(place, len(rows) - 1)]
        y = over.y() - 4 if place < len(rows) else over.geometry().bottom() + 4
        self._line.setGeometry(over.x(), y - 1, over.width(), 3)
        self._line.show()
        self._line.raise_()

    def _drop(self, at: QPoint) -> None:
        row, self._dragged, self._from = self._dragged, None, None
        self._line.hide()
        if row is None:
            return
        row.setCursor(Qt.CursorShape.OpenHandCursor)
        rows = self._rows()
        if row not in rows:  # it has begun meanwhile
            return
        place = self._place(at)
        self._moved(row, place - (place > rows.index(row)))

    def _place(self, at: QPoint) -> int:
        """Before which of the rows: so many have their middle above it."""
        y = self._page.mapFromGlobal(at).y()
        return sum(row.geometry().center().y() < y for row in self._rows())
