"""MaskPainter: the dialog in which a mask is painted over its picture, on a canvas like that of the viewer."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QUndoStack
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from studio.desktop.actions.action import Scope
from studio.desktop.actions.keymap import Keymap
from studio.desktop.actions.shortcuts import Shortcuts
from studio.desktop.actions.table import Actions
from studio.desktop.canvas.mask_overlay import MaskOverlay
from studio.desktop.canvas.mask_toolbar import MaskToolbar
from studio.desktop.canvas.view import CanvasView
from studio.desktop.forms.seed import tool
from studio.desktop.shell.qt_image import Shown
from studio.desktop.shell.worker import Worker

SIZE = QSize(980, 720)


class MaskPainter(QDialog):
    """`accepted` when the mask is to be used; the overlay then holds it, and `stack` its undo."""

    def __init__(
        self,
        shown: Shown,
        overlay: MaskOverlay,
        stack: QUndoStack,
        worker: Worker,
        keymap: Keymap,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Paint the mask"))
        self.overlay, self.stack = overlay, stack
        self.canvas = CanvasView(self)
        self.canvas.setAccessibleName(self.tr("Mask over the picture"))
        self.canvas.setAccessibleDescription(
            self.tr("Arrow keys move the brush, with Space held down they paint; [ and ] change its size.")
        )
        self.canvas.show_picture(shown)
        actions = Actions(keymap, self)
        self.bar = MaskToolbar(self.canvas, stack, worker, lambda: overlay, actions, self)
        Shortcuts(actions, self).serve(Scope.CANVAS, self, self.canvas)
        self.bar.refused.connect(self._say_error)
        self.undo = self._act("undo", self.tr("Undo (Ctrl+Z)"), "Ctrl+Z", stack.undo)
        self.redo = self._act("redo", self.tr("Redo (Ctrl+Shift+Z)"), "Ctrl+Shift+Z", stack.redo)
        QShortcut(QKeySequence("Ctrl+Y"), self).activated.connect(stack.redo)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.accept)
        self._hint = QLabel(self)
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setProperty("role", "hint")
        self.use = QPushButton(self.tr("Use this mask"), self)
        self.use.setDefault(True)
        self.use.setProperty("role", "primary")
        self.use.clicked.connect(self.accept)
        self.drop = QPushButton(self.tr("Cancel"), self)
        self.drop.setAutoDefault(False)
        self.drop.clicked.connect(self.reject)
        self._lay_out()
        stack.indexChanged.connect(self._refresh)
        self._refresh()
        self.resize(SIZE)
        self.bar.choose("brush")

    @property
    def hint(self) -> str:
        """What the line at the bottom says."""
        return self._hint.text()

    def accept(self) -> None:
        """An empty mask is not used; the painter stays and says so."""
        self.canvas.use(self.canvas.tool)
        if self.overlay.mask.is_empty:
            self._say_error(self.tr("No mask yet: paint over what should change."))
            self.canvas.setFocus()
            return
        super().accept()

    def done(self, result: int) -> None:
        """The overlay may be shown again by another painter."""
        self.stack.indexChanged.disconnect(self._refresh)
        self.canvas.use(None)
        self.canvas.show_overlay(None)
        super().done(result)

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.addWidget(self.bar, 1)
        tools.addWidget(self.undo)
        tools.addWidget(self.redo)
        end = QHBoxLayout()
        end.setSpacing(8)
        end.addWidget(self._hint, 1)
        end.addWidget(self.drop)
        end.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(10)
        column.addLayout(tools)
        column.addWidget(self.canvas, 1)
        column.addLayout(end)

    def _act(self, icon: str, name: str, key: str, run: Callable[[], object]) -> QToolButton:
        button = tool(icon, name, self)
        button.clicked.connect(lambda: run())
        QShortcut(QKeySequence(key), self).activated.connect(run)
        return button

    def _say_error(self, text: str) -> None:
        self._show_message(text, "error")

    def _show_message(self, text: str, role: str) -> None:
        self._hint.setText(text)
        self._hint.setProperty("role", role)
        self._hint.style().polish(self._hint)

    def _refresh(self) -> None:
        self.undo.setEnabled(self.stack.canUndo())
        self.redo.setEnabled(self.stack.canRedo())
        self._show_message(
            self.tr("[ ] size, { } hardness, Space pans, the wheel zooms · the tinted area changes"), "hint"
        )
