"""PaintOptions: what the tools that paint are set to: colour, size, hardness and opacity, and the kind of a shape."""

from collections.abc import Callable

import msgspec
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox, QToolButton, QWidget

from studio.desktop.widgets.control import Combo
from studio.desktop.widgets.slider_bar import NamedSlider, SliderBar
from studio.document.figure import ShapeFigure

RATIOS = ((0, 0), (-1, -1), (1, 1), (4, 3), (3, 4), (3, 2), (2, 3), (16, 9), (9, 16))
"""0, 0: any; -1, -1: that of the picture."""


class BrushOptions(QWidget):
    """Of the colour brush and its eraser."""

    def __init__(
        self, resize: Callable[[int], None], harden: Callable[[int], None], fade: Callable[[int], None],
        button: QToolButton, parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.size_slider = NamedSlider(self.tr("Size"), 1, 400, resize, self, "px")
        self.hardness = NamedSlider(self.tr("Hardness"), 0, 100, harden, self)
        self.opacity = NamedSlider(self.tr("Opacity"), 1, 100, fade, self, "%")
        self.sliders = SliderBar([self.size_slider, self.opacity, self.hardness], button, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.sliders, 1)


class ShapeOptions(QWidget):
    """Which shape, its line and whether it is filled; the colour is that of the brush."""

    def __init__(self, changed: Callable[[ShapeFigure], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.style_ = ShapeFigure()
        self._changed = changed
        self.kind = Combo(self)
        self.kind.setAccessibleName(self.tr("Shape"))
        for title, kind in (
            (self.tr("Rectangle"), "rectangle"), (self.tr("Ellipse"), "ellipse"), (self.tr("Line"), "line"),
        ):  # fmt: skip
            self.kind.addItem(title, kind)
        self.filled = Combo(self)
        self.filled.setAccessibleName(self.tr("Outline or filled"))
        for title, filled in ((self.tr("Outline"), False), (self.tr("Filled"), True)):
            self.filled.addItem(title, filled)
        self.width_ = QSpinBox(self)
        self.width_.setRange(1, 500)
        self.width_.setSuffix(" px")
        self.width_.setAccessibleName(self.tr("Line width"))
        self.width_.setToolTip(self.width_.accessibleName())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.kind, self.filled, self.width_):
            row.addWidget(widget)
        self.kind.currentIndexChanged.connect(self._change)
        self.filled.currentIndexChanged.connect(self._change)
        self.width_.valueChanged.connect(self._change)

    def show_style(self, figure: ShapeFigure) -> None:
        """Those of the chosen shape, or of the next one."""
        self.style_ = figure
        for widget in (self.kind, self.filled, self.width_):
            widget.blockSignals(True)
        self.kind.setCurrentIndex(max(0, self.kind.findData(figure.kind)))
        self.filled.setCurrentIndex(int(bool(figure.fill)))
        self.width_.setValue(round(figure.width))
        for widget in (self.kind, self.filled, self.width_):
            widget.blockSignals(False)
        self._enable()

    def coloured(self, colour: QColor) -> ShapeFigure:
        """As it is set, in a colour."""
        filled = bool(self.filled.currentData()) and self.kind.currentData() != "line"
        name = colour.name()
        return msgspec.structs.replace(
            self.style_, kind=self.kind.currentData(), fill=name if filled else "",
            stroke="" if filled else name, width=float(self.width_.value()),
        )  # fmt: skip

    def _enable(self) -> None:
        line = self.kind.currentData() == "line"
        self.filled.setEnabled(not line)
        self.width_.setEnabled(line or not self.filled.currentData())

    def _change(self) -> None:
        self._enable()
        self._changed(self.style_)


class CropOptions(QWidget):
    """Proportions, the size that stays, and the button that crops."""

    def __init__(
        self, set_ratio: Callable[[tuple[int, int]], object], apply: Callable[[], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.ratio = Combo(self)
        self.ratio.setAccessibleName(self.tr("Aspect ratio"))
        self.ratio.setMinimumContentsLength(14)
        for pair in RATIOS:
            title = {(0, 0): self.tr("Any"), (-1, -1): self.tr("Original")}.get(pair)
            self.ratio.addItem(title or f"{pair[0]} : {pair[1]}", pair)
        self.ratio.currentIndexChanged.connect(lambda: set_ratio(tuple(self.ratio.currentData())))
        self._size = QLabel(self)
        self._size.setProperty("role", "hint")
        self.apply = QPushButton(self.tr("Crop"), self)
        self.apply.setToolTip(self.tr("Crop (Enter)"))
        self.apply.clicked.connect(apply)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 0)
        row.addWidget(self.ratio)
        row.addWidget(self._size)
        row.addStretch(1)
        row.addWidget(self.apply)

    def show_size(self, width: int, height: int, *, whole: bool) -> None:
        self._size.setText(f"{width} × {height}")
        self.apply.setEnabled(not whole)
