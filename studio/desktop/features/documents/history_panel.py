"""The history of the document as a list that one can walk: a click on a step goes there."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QUndoView, QVBoxLayout, QWidget

from studio.desktop.canvas.document import Document
from studio.desktop.shell.notices import plain_label
from studio.desktop.workbench import Workbench


class HistoryPanel(QWidget):
    """What was undone stays in the list until something else is done; it is kept over restarts."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setAccessibleName(self.tr("History"))
        self._none = plain_label(self.tr("No history yet."))
        self._none.setProperty("role", "hint")
        self.list = QUndoView(document.stack, self)
        self.list.setAccessibleName(self.tr("History"))
        self.list.setEmptyLabel(self.tr("Original state"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setProperty("role", "history")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self._none)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        document.stack.indexChanged.connect(self._show)
        self._show()

    def _show(self) -> None:
        if self._document.stack.busy:
            return
        empty = not self._document.stack.count()
        self.list.setVisible(not empty)
        self._none.setVisible(empty)


def add_history(workbench: Workbench) -> None:
    panel = HistoryPanel(workbench.document, workbench.window)
    title = QCoreApplication.translate("HistoryPanel", "History")
    workbench.docks.add("history", title, "history", panel)
