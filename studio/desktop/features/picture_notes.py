"""PictureNotes: what is to be known of a picture, such as words that the model did not understand, stands over it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from studio.desktop.shell.notices import plain_label
from studio.desktop.style.sentence import say
from studio.desktop.workbench import Workbench

if TYPE_CHECKING:
    from studio.library import Record

MARGIN = 12
WIDEST = 420
MOST = 4
"""Notes of one picture; all of them stand in its recipe."""


class NoteCard(QFrame):
    """In a corner of the view that it lies over; a click puts it away until another picture is shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = parent
        self.setProperty("role", "popup")
        self.setToolTip(self.tr("Click to hide; the notes stay in the recipe"))
        self.label = plain_label("")
        self.models = QPushButton(self.tr("Get a model that knows more…"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 6)
        column.addWidget(self.label)
        column.addWidget(self.models, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def show_over(self, view: QWidget, text: str, *, limited: bool) -> None:
        """`limited`: whether it was drawn by a model that knows only some things, and others know more."""
        self.models.setVisible(limited)
        if self._view is not view:
            self._view.removeEventFilter(self)
            self._view = view
            self.setParent(view)
            view.installEventFilter(self)
        self.label.setText(text)
        self._place()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.hide()

    def _place(self) -> None:
        view = self._view
        wide = max(80, min(WIDEST, view.width() - 2 * MARGIN))
        text_width = min(wide - 20, self.label.fontMetrics().horizontalAdvance(self.label.text()) + 8)
        self.label.setFixedWidth(max(60, text_width))
        self.adjustSize()
        self.move(MARGIN, MARGIN)  # below are the buttons for candidates


class PictureNotes(QObject):
    """Follows the picture in the viewer, as soon as its recipe is known."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._viewer, self._session = workbench.viewer, workbench.session
        self._record: Record | None = None
        self._shown = ""
        self.card = NoteCard(workbench.window)
        self.card.models.clicked.connect(lambda: workbench.actions.run("get-models"))
        workbench.library.record_shown.connect(self._show)
        workbench.viewer.turned.connect(self._refresh)

    def _show(self, record: "Record | None") -> None:
        self._record, self._shown = record, ""
        self._refresh()

    def _refresh(self) -> None:
        view, piece, record = self._viewer.view, self._viewer.piece, self._record
        if view is None or piece is None or record is None or piece.ref != record.id or not record.recipe.notes:
            self._shown = ""
            self.card.hide()
        elif self._shown != record.id:  # else it may have been put away
            self._shown = record.id
            told = "\n".join(map(say, record.recipe.notes[:MOST]))
            self.card.show_over(view, told, limited=self._is_limited(record.recipe.model))

    def _is_limited(self, id: str) -> bool:
        """Whether a model has a vocabulary, and knows nothing else."""
        return any(model.id == id and "vocabulary" in model.defaults for model in self._session.all_models)


def install(workbench: Workbench) -> None:
    PictureNotes(workbench)
