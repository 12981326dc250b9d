"""Knobs: sliders with their names, in a bar as far as there is room, the others in a panel that a button opens."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from studio.desktop import theme
from studio.desktop.form.control import Slider

NARROWEST, WIDEST = 64, 120  # pixels of a slider
GAP = 10


class Knob(QWidget):
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


class Knobs(QWidget):
    """The first ones stay in the bar the longest; `needs` tells how wide that is."""

    def __init__(self, knobs: list[Knob], title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._knobs = knobs
        self.shown = len(knobs)
        """How many are in the bar."""
        self.button = QToolButton(self)
        self.button.setProperty("role", "tool")
        self.button.setProperty("command", "mask.knobs")
        self.button.setIcon(theme.icon("settings"))
        self.button.setAccessibleName(title)
        self.button.setToolTip(title)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.clicked.connect(self.open)
        self.button.hide()
        self.panel = QFrame(self, Qt.WindowType.Popup)
        self.panel.setProperty("role", "popup")
        self.panel.setAccessibleName(title)
        self._column = QVBoxLayout(self.panel)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        for knob in knobs:
            self._row.addWidget(knob, 1)
        self._row.addWidget(self.button)

    def needs(self, shown: int) -> int:
        """Pixels for the first `shown` of them, and the button for the others."""
        rest = self.button.sizeHint().width() if shown < len(self._knobs) else 0
        return sum(knob.narrowest for knob in self._knobs[:shown]) + rest

    def show_only(self, shown: int) -> None:
        """The first `shown` in the bar, the others in the panel."""
        if shown == self.shown:
            return
        self.shown = shown
        for number, knob in enumerate(self._knobs):
            if number < shown:
                self._row.insertWidget(number, knob, 1)
            else:
                self._column.addWidget(knob)
            knob.label.setMinimumWidth(0 if number < shown else self._widest)
            knob.show()
        self.button.setVisible(shown < len(self._knobs))
        self._row.invalidate()
        self.updateGeometry()
        self.panel.hide()

    @property
    def _widest(self) -> int:
        return max(knob.label.sizeHint().width() for knob in self._knobs)

    def open(self) -> None:
        """The panel, below its button."""
        self.panel.adjustSize()
        self.panel.move(self.button.mapToGlobal(QPoint(0, self.button.height() + 4)))
        self.panel.show()
        self._knobs[self.shown].slider.setFocus()
