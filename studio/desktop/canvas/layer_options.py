"""LayerOptions: how a layer mixes with what is below it, how strongly it is seen, and where it lies, in numbers."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from studio.desktop.canvas.document import OPACITY_MERGING, Document
from studio.desktop.canvas.layer import Layer
from studio.desktop.style import theme
from studio.desktop.widgets.control import Combo, Slider
from studio.document.blend_mode import BlendMode
from studio.document.placement import Placement

PLACING = 2**24 + 100
"""Steps that place one layer by numbers and follow each other are one step."""
FAR = 100_000


class LayerOptions(QWidget):
    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._layer: Layer | None = None
        self._showing = False
        self.blend = Combo(self)
        self.blend.setAccessibleName(self.tr("Blend mode"))
        self.blend.setToolTip(self.tr("Blend mode"))
        for mode, name in self._blend_names().items():
            self.blend.addItem(name, mode.value)
        self.blend.activated.connect(self._mix)
        self.opacity = Slider(self)
        self.opacity.setRange(0, 100)
        self.opacity.setAccessibleName(self.tr("Opacity"))
        self.opacity.valueChanged.connect(self._fade)
        self._share = QLabel()
        self._share.setMinimumWidth(theme.scaled(40))
        self.left, self.top = self._number(self.tr("X"), -FAR, " px"), self._number(self.tr("Y"), -FAR, " px")
        self.wide, self.high = self._number(self.tr("Width"), 1, " px"), self._number(self.tr("Height"), 1, " px")
        self.angle = QDoubleSpinBox(self)
        self.angle.setRange(-180, 180)
        self.angle.setWrapping(True)
        self.angle.setDecimals(1)
        self.angle.setSuffix("°")
        self._prepare(self.angle, self.tr("Angle"))
        self._lay_out()

    def _blend_names(self) -> dict[BlendMode, str]:
        """As image editors call them."""
        return {
            BlendMode.NORMAL: self.tr("Normal"),
            BlendMode.MULTIPLY: self.tr("Multiply"),
            BlendMode.SCREEN: self.tr("Screen"),
            BlendMode.OVERLAY: self.tr("Overlay"),
            BlendMode.DARKEN: self.tr("Darken"),
            BlendMode.LIGHTEN: self.tr("Lighten"),
            BlendMode.COLOR_DODGE: self.tr("Color dodge"),
            BlendMode.COLOR_BURN: self.tr("Color burn"),
            BlendMode.HARD_LIGHT: self.tr("Hard light"),
            BlendMode.SOFT_LIGHT: self.tr("Soft light"),
            BlendMode.DIFFERENCE: self.tr("Difference"),
            BlendMode.HUE: self.tr("Hue"),
            BlendMode.SATURATION: self.tr("Saturation"),
            BlendMode.COLOR: self.tr("Color"),
            BlendMode.LUMINOSITY: self.tr("Luminosity"),
        }

    def _number(self, name: str, least: int, suffix: str) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(least, FAR)
        box.setSuffix(suffix)
        self._prepare(box, name)
        return box

    def _prepare(self, box: QSpinBox | QDoubleSpinBox, name: str) -> None:
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setKeyboardTracking(False)
        box.setButtonSymbols(box.ButtonSymbols.NoButtons)
        box.setMinimumWidth(theme.scaled(64))
        box.valueChanged.connect(self._place)

    def _lay_out(self) -> None:
        fade = QHBoxLayout()
        fade.addWidget(self.blend)
        fade.addWidget(self.opacity, 1)
        fade.addWidget(self._share)
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        self._add(grid, self.tr("X"), self.left, 0, 0)
        self._add(grid, self.tr("Y"), self.top, 0, 1)
        self._add(grid, self.tr("W"), self.wide, 1, 0)
        self._add(grid, self.tr("H"), self.high, 1, 1)
        self._add(grid, self.tr("∠"), self.angle, 2, 0)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.addLayout(fade)
        column_.addLayout(grid)

    def _add(self, grid: QGridLayout, text: str, box: QWidget, row: int, pair: int) -> None:
        label = QLabel(text, self)
        label.setProperty("role", "hint")
        label.setBuddy(box)
        grid.addWidget(label, row, 2 * pair)
        grid.addWidget(box, row, 2 * pair + 1)

    # ---- showing

    def show_layer(self, layer: Layer | None) -> None:
        self._layer = layer
        self.setEnabled(layer is not None)
        percent = round(100 * layer.opacity) if layer else 100
        self._showing = True
        self.opacity.setValue(percent)
        self._share.setText(f"{percent}%" if layer else "")
        self.blend.setCurrentIndex(self.blend.findData((layer.blend if layer else BlendMode.NORMAL).value))
        if layer is not None:
            size, placement = layer.shown.full.size(), layer.placement
            self.left.setValue(layer.at.x())
            self.top.setValue(layer.at.y())
            self.wide.setValue(round(size.width() * abs(placement.across)))
            self.high.setValue(round(size.height() * abs(placement.down)))
            self.angle.setValue(placement.angle)
        self._showing = False

    # ---- acts

    def _change(self, act: Callable[[Layer], object]) -> None:
        if not self._showing and self._layer is not None:
            act(self._layer)

    def _mix(self) -> None:
        mode = BlendMode(self.blend.currentData())
        self._change(lambda layer: self._document.change(self.tr("Blend mode"), layer.key, blend=mode))

    def _fade(self, percent: int) -> None:
        def act(layer: Layer) -> None:
            merging = OPACITY_MERGING + self._document.layers.index(layer)
            self._document.change(self.tr("Layer opacity"), layer.key, merging, opacity=percent / 100)

        self._change(act)

    def _place(self) -> None:
        self._change(lambda layer: self._place_layer(layer, self.sender()))

    def _place_layer(self, layer: Layer, box: object) -> None:
        size, placement = layer.shown.full.size(), layer.placement
        if box is self.angle:
            placed = placement._replace(angle=self.angle.value())
        elif box is self.wide or box is self.high:
            placed = self._resized(placement, size)
        else:
            placed = placement.moved(self.left.value() - layer.at.x(), self.top.value() - layer.at.y())
        merging = PLACING + self._document.layers.index(layer)
        self._document.place_layer(self.tr("Transform layer"), layer.key, placed, merging)

    def _resized(self, placement: Placement, size: QSize) -> Placement:
        """The top left corner stays where it is."""
        across = self.wide.value() / max(1, size.width()) * (-1 if placement.across < 0 else 1)
        down = self.high.value() / max(1, size.height()) * (-1 if placement.down < 0 else 1)
        corner = -1.0 if placement.across > 0 else 1.0, -1.0 if placement.down > 0 else 1.0
        return placement.resized(across, down, corner, (size.width(), size.height()))
