"""Painter: the window in which a mask is painted over its picture."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.desktop.form.canvas import Canvas
from studio.desktop.form.control import Slider
from studio.desktop.form.seed import tool
from studio.desktop.form.sketch import Sketch
from studio.desktop.form.wording import tooltip
from studio.desktop.pixel import Shown

SLIDER_WIDTH = 110


class MaskPainter(QDialog):
    """`accepted` when the mask is to be used; the sketch then holds it."""

    def __init__(self, shown: Shown, sketch: Sketch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Paint the mask"))
        self.sketch = sketch
        self.canvas = Canvas(shown, sketch, self)
        self.brush = self._choice("brush", self.tr("Brush (B)"), "B", erases=False)
        self.eraser = self._choice("eraser", self.tr("Eraser (E)"), "E", erases=True)
        self._pair = QButtonGroup(self)
        self._pair.addButton(self.brush)
        self._pair.addButton(self.eraser)
        self.brush.setChecked(True)
        side = max(sketch.size.width(), sketch.size.height())
        self.size_slider = self._slider(self.tr("Brush size"), 2, max(20, side // 2))
        self.size_slider.valueChanged.connect(self._resize_brush)
        self.hardness_slider = self._slider(self.tr("Hardness"), 0, 100)
        self.hardness_slider.valueChanged.connect(self._harden_brush)
        self.invert = self._act("invert", self.tr("Invert (I)"), "I", sketch.invert)
        self.clear = self._act("clear", self.tr("Clear"), "Ctrl+Backspace", lambda: sketch.fill(0))
        self.undo = self._act("undo", self.tr("Undo (Ctrl+Z)"), "Ctrl+Z", sketch.undo)
        self.redo = self._act("redo", self.tr("Redo (Ctrl+Shift+Z)"), "Ctrl+Shift+Z", sketch.redo)
        QShortcut(QKeySequence("Ctrl+Y"), self).activated.connect(sketch.redo)
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
        self.canvas.brush_changed.connect(self._refresh)
        self.canvas.painted.connect(self._refresh)
        self._refresh()
        self.canvas.setFocus()

    @property
    def hint(self) -> str:
        """What the line at the bottom says."""
        return self._hint.text()

    def accept(self) -> None:
        """An empty mask is not used; the painter stays and says so."""
        self.sketch.end()
        if self.sketch.is_empty:
            self._hint.setText(self.tr("Nothing is marked yet: paint over what is to be made anew."))
            self._hint.setProperty("role", "error")
            self._hint.style().polish(self._hint)
            self.canvas.setFocus()
            return
        super().accept()

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(6)
        for button in (self.brush, self.eraser):
            tools.addWidget(button)
        for slider in (self.size_slider, self.hardness_slider):
            tools.addSpacing(8)
            label = QLabel(slider.accessibleName())
            label.setBuddy(slider)
            label.setProperty("role", "hint")
            tools.addWidget(label)
            tools.addWidget(slider)
        tools.addSpacing(16)
        for button in (self.undo, self.redo, self.invert, self.clear):
            tools.addWidget(button)
        tools.addStretch(1)
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

    def _choice(self, icon: str, name: str, key: str, *, erases: bool) -> QToolButton:
        button = tool(icon, name, self)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.canvas.set_brush(self.canvas.brush._replace(erases=erases)))
        QShortcut(QKeySequence(key), self).activated.connect(button.click)
        return button

    def _act(self, icon: str, name: str, key: str, run: Callable[[], object]) -> QToolButton:
        button = tool(icon, name, self)
        button.clicked.connect(lambda: run())
        QShortcut(QKeySequence(key), self).activated.connect(run)
        return button

    def _slider(self, name: str, low: int, high: int) -> Slider:
        slider = Slider(self)
        slider.setRange(low, high)
        slider.setFixedWidth(SLIDER_WIDTH)
        slider.setAccessibleName(name)
        slider.setToolTip(tooltip(name))
        return slider

    def _resize_brush(self, diameter: int) -> None:
        self.canvas.set_brush(self.canvas.brush._replace(radius=diameter / 2))

    def _harden_brush(self, percent: int) -> None:
        self.canvas.set_brush(self.canvas.brush._replace(hardness=percent / 100))

    def _refresh(self) -> None:
        brush = self.canvas.brush
        for slider, value in ((self.size_slider, brush.radius * 2), (self.hardness_slider, brush.hardness * 100)):
            slider.blockSignals(True)
            slider.setValue(round(value))
            slider.blockSignals(False)
        self.undo.setEnabled(self.sketch.can_undo)
        self.redo.setEnabled(self.sketch.can_redo)
        words = self.tr("Brush {size} px · wheel or [ ] changes its size, Ctrl+wheel zooms · tinted = made anew")
        self._hint.setText(words.format(size=round(brush.radius * 2)))
        if self._hint.property("role") != "hint":
            self._hint.setProperty("role", "hint")
            self._hint.style().polish(self._hint)
