"""SliderBar: sliders with their names, in a bar as far as there is room, the others in a panel that a button opens."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from studio.desktop.widgets.control import Slider

NARROWEST, WIDEST = 64, 120  # pixels of a slider
GAP = 10


class NamedSlider(QWidget):
    """A slider that always has its name beside it."""

    def __init__(self, name: str, low: int, high: int, changed: Callable[[int], None], parent: QWidget) -> None:
        super().__init__(parent)
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

    @property
    def narrowest(self) -> int:
        return self.label.sizeHint().width() + NARROWEST + GAP + 4


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

    def needs(self, shown: int) -> int:
        """Pixels for the first `shown` of them, and the button for the others."""
        rest = self.button.sizeHint().width() if shown < len(self._sliders) else 0
        return sum(slider.narrowest for slider in self._sliders[:shown]) + rest

    def show_only(self, shown: int) -> None:
        """The first `shown` in the bar, the others in the panel."""
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
