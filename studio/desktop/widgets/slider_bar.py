"""SliderBar: sliders with their names, in a bar as far as there is room, the others in a panel that a button opens."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSpinBox, QToolButton, QVBoxLayout, QWidget

from studio.desktop.widgets.control import Slider

NARROWEST, WIDEST = 64, 120  # pixels of a slider
GAP = 10
UNBOUNDED = 2**24 - 1
"""Qt's own number for it."""


class NamedSlider(QWidget):
    """A slider that always has its name beside it, and with a `unit` a field for its number."""

    def __init__(
        self, name: str, low: int, high: int, changed: Callable[[int], None], parent: QWidget, unit: str = ""
    ) -> None:
        super().__init__(parent)
        self.number: QSpinBox | None = None
        self.label, self.slider = QLabel(name, self), Slider(self)
        self.label.setProperty("role", "hint")
        self.label.setBuddy(self.slider)
        self.slider.setRange(low, high)
        self.slider.setMinimumWidth(NARROWEST)
        self.slider.setMaximumWidth(WIDEST)
        self.slider.setAccessibleName(name)
        self.slider.setToolTip(name)
        self.slider.valueChanged.connect(changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.label)
        row.addWidget(self.slider, 1)
        if unit:
            self._add_number(name, unit, row)

    def _add_number(self, name: str, unit: str, row: QHBoxLayout) -> None:
        self.number = number = QSpinBox(self)
        number.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        number.setSuffix(f" {unit}")
        number.setAccessibleName(f"{name} ({unit})")
        number.setKeyboardTracking(False)
        number.setRange(self.slider.minimum(), self.slider.maximum())
        number.setFixedWidth(number.fontMetrics().horizontalAdvance(f"8888 {unit}") + 16)
        number.valueChanged.connect(self._written)
        number.editingFinished.connect(number.clearFocus)
        self.slider.rangeChanged.connect(number.setRange)
        self.slider.valueChanged.connect(self.show_number)
        row.addWidget(number)

    def _written(self, value: int) -> None:
        self.slider.setValue(value)

    def set_value(self, value: int) -> None:
        """What holds already: nothing is told."""
        self.slider.blockSignals(True)
        self.slider.setValue(value)
        self.slider.blockSignals(False)
        self.slider.update()
        self.show_number(value)

    def show_number(self, value: int) -> None:
        if self.number is not None:
            self.number.blockSignals(True)
            self.number.setValue(value)
            self.number.blockSignals(False)

    @property
    def narrowest(self) -> int:
        number = self.number.width() + 4 if self.number is not None else 0
        return self.label.sizeHint().width() + NARROWEST + GAP + 4 + number


class SliderBar(QWidget):
    """The first ones stay in the bar the longest; `needs` is how wide that is."""

    def __init__(self, sliders: list[NamedSlider], button: QToolButton, parent: QWidget) -> None:
        """`button` is to call `open`."""
        super().__init__(parent)
        self._sliders = sliders
        self.shown = len(sliders)
        """How many are in the bar."""
        self.button, title = button, button.accessibleName()
        button.setParent(self)
        button.hide()
        self.panel = QFrame(self, Qt.WindowType.Popup)
        self.panel.setProperty("role", "popup")
        self.panel.setAccessibleName(title)
        self._column = QVBoxLayout(self.panel)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        for slider in sliders:
            self._row.addWidget(slider, 1)
        self._row.addWidget(self.button)
        self._row.addStretch(0)

    def needs(self, shown: int) -> int:
        """Pixels for the first `shown` of them, and the button for the others."""
        rest = self.button.sizeHint().width() if shown < len(self._sliders) else 0
        return sum(slider.narrowest for slider in self._sliders[:shown]) + rest

    def show_only(self, shown: int) -> None:
        """The first `shown` in the bar, the others in the panel."""
        for number, slider in enumerate(self._sliders):  # names stay beside their sliders, however wide the window is
            slider.setMaximumWidth(slider.narrowest - NARROWEST + WIDEST if number < shown else UNBOUNDED)
        if shown == self.shown:
            return
        self.shown = shown
        for number, slider in enumerate(self._sliders):
            if number < shown:
                self._row.insertWidget(number, slider, 1)
            else:
                self._column.addWidget(slider)
            slider.label.setMinimumWidth(0 if number < shown else self._widest)
            slider.show()
        self.button.setVisible(shown < len(self._sliders))
        self._row.invalidate()
        self.updateGeometry()
        self.panel.hide()

    @property
    def _widest(self) -> int:
        return max(slider.label.sizeHint().width() for slider in self._sliders)

    def open(self) -> None:
        """The panel, below its button."""
        self.panel.adjustSize()
        self.panel.move(self.button.mapToGlobal(QPoint(0, self.button.height() + 4)))
        self.panel.show()
        self._sliders[self.shown].slider.setFocus()
