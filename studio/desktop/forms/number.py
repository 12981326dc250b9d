"""Number: exact entry, and a slider where both bounds are known; empty stands for the model's own."""

import math
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.editor import MISSING, Editor
from studio.desktop.forms.text import TextLine
from studio.desktop.style import theme
from studio.desktop.style.label_text import number_text
from studio.desktop.widgets.control import Slider
from studio.form import FormField, is_within

STOPS = 1000
"""The most places of a slider; between them, the entry is exact."""
ENTRY_WIDTH, OWN_WIDTH = 60, 84
"""Pixels of an entry, and of one that may say what the model's own number is."""


class NumberEntry(TextLine):
    """A line for a number; the arrow keys step it."""

    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(40, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        if (step := steps.get(Qt.Key(event.key()))) and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.stepped.emit(step)
        else:
            super().keyPressEvent(event)


class NumberEditor(Editor):
    """An `int` or a `float`. The slider's stops never round what was typed."""

    in_line = True

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.entry = NumberEntry(self)
        self.entry.setFixedWidth(theme.scaled(OWN_WIDTH if field.nullable else ENTRY_WIDTH))
        self.entry.setAccessibleName(field.title)
        self.entry.textChanged.connect(self._typed)
        self.entry.stepped.connect(self.step)
        self.entry.refused.connect(self.refused)
        self.entry.editingFinished.connect(self.left)
        self.corner = self.entry
        self.setFocusProxy(self.entry)
        self._own: float | None = None
        self.step_size = step_of(field)
        self.slider: Slider | None = None
        low, high = field.minimum, slider_end(field)
        if low is not None and high is not None and high > low:
            self.slider = self._make_slider(low, high)
        self.slim = self.slider is None

    def _make_slider(self, low: float, high: float) -> Slider:
        stops = max(1, math.floor((high - low) / self.step_size + 1e-9))
        slider = Slider(self)
        slider.setRange(int(self.field.exclusive_minimum), stops - int(self._end_excluded(low, high, stops)))
        slider.setAccessibleName(self.tr("{title}, slider").format(title=self.field.title))
        slider.setPageStep(max(1, stops // 10))
        slider.valueChanged.connect(self._slid)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(slider)
        return slider

    def _end_excluded(self, low: float, high: float, stops: int) -> bool:
        ends_there = self.field.exclusive_maximum and high == self.field.maximum
        return ends_there and low + stops * self.step_size >= high - 1e-9 * self.step_size

    # ---- value

    def value(self) -> Any:
        text = self.entry.text().strip()
        if not text:
            return None if self.field.nullable else MISSING
        number = read_number(text, whole=self.field.kind == "integer")
        return text if number is None else number

    def set_value(self, value: Any) -> None:
        if value is MISSING or value is None:
            text = ""
        elif isinstance(value, int | float) and not isinstance(value, bool):
            text = number_text(value)
        else:
            text = str(value)
        if text != self.entry.text():
            self.entry.setText(text)
        self._place_slider()

    def problem(self) -> str:
        value = self.value()
        if isinstance(value, str) or (isinstance(value, int | float) and not is_within(self.field, value)):
            words = self.tr("“{title}” must be {legal}, not {value}.")
            return words.format(title=self.field.title, legal=self._legal(), value=self.entry.text().strip()[:40])
        if value is MISSING and not self.field.required:
            return self.tr("“{title}” is empty; enter {legal}.").format(title=self.field.title, legal=self._legal())
        return super().problem()

    def step(self, count: int) -> None:
        """So many steps up; from an empty entry, the first one gives the model's own number."""
        value = self.value()
        if not isinstance(value, int | float):
            self.set_value(self._start())
            return
        if self.field.kind == "integer":  # whose slider may have wide stops
            raised: float = value + count * max(1, round(self.field.step or 1))
        else:
            raised = _tidy(value + count * self.step_size, self.step_size)
        if is_within(self.field, raised):
            self.set_value(raised)
        elif abs(count) > 1:
            self.step(count // abs(count))

    def use_model(self, model: ModelInfo | None) -> None:
        own = model.defaults.get(self.field.model_default) if model else None
        self._own = own if isinstance(own, int | float) and not isinstance(own, bool) else None
        hint = ""
        if self.field.nullable:
            hint = self.tr("Auto") if self._own is None else self.tr("Auto: {own}").format(own=number_text(self._own))
        self.entry.setPlaceholderText(hint)
        self._place_slider()

    # ---- between the two

    def _typed(self) -> None:
        self._place_slider()
        self.changed.emit()

    def _place_slider(self) -> None:
        """Move the slider to the stop that is nearest to the number; it says nothing of that."""
        if self.slider is None:
            return
        value = self.value()
        shown = value if isinstance(value, int | float) else self._start()
        low = self.field.minimum or 0
        share = min(max((shown - low) / self.step_size, -1), 2**30)
        self.slider.is_set = isinstance(value, int | float)
        self.slider.blockSignals(True)
        self.slider.setValue(round(share))
        self.slider.blockSignals(False)
        self.slider.update()

    def _slid(self, stop: int) -> None:
        value = _tidy((self.field.minimum or 0) + stop * self.step_size, self.step_size)
        self.set_value(round(value) if self.field.kind == "integer" else value)

    def _start(self) -> float:
        for start in (self._own, self.field.default, self.field.minimum, self.field.maximum):
            if isinstance(start, int | float) and is_within(self.field, start):
                return start
        nudged = (self.field.minimum or 0) + self.step_size
        return round(nudged) if self.field.kind == "integer" else nudged

    def _legal(self) -> str:
        noun = self.tr("a whole number") if self.field.kind == "integer" else self.tr("a number")
        low, high = self.field.minimum, self.field.maximum
        parts = [noun]
        if low is not None:
            words = self.tr("above {low}") if self.field.exclusive_minimum else self.tr("from {low}")
            parts.append(words.format(low=number_text(low)))
        if high is not None:
            words = self.tr("below {high}") if self.field.exclusive_maximum else self.tr("up to {high}")
            parts.append(words.format(high=number_text(high)))
        return " ".join(parts)


def read_number(text: str, *, whole: bool) -> float | None:
    """The number that somebody wrote; None if it is none."""
    try:
        if whole:
            return int(text)
        number = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def slider_end(field: FormField) -> float | None:
    """Where its slider ends; larger numbers may still be written."""
    soft, high = field.soft_maximum, field.maximum
    return high if soft is None or (high is not None and high < soft) else soft


def step_of(field: FormField) -> float:
    """The distance of a slider's stops: the field's own, or a round number that gives about a hundred."""
    whole = field.kind == "integer"
    high = slider_end(field)
    span = high - field.minimum if field.minimum is not None and high is not None else 0
    if field.step and span / field.step <= STOPS:
        return max(1, round(field.step)) if whole else field.step
    if span <= 0:
        return field.step or (1 if whole else 0.1)
    if whole and span <= STOPS:
        return 1
    size = 10.0 ** math.floor(math.log10(span / 100))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= span / 100 * 0.999)
    return max(1, round(step)) if whole else step


def _tidy(value: float, step: float) -> float:
    """Without the noise of binary fractions."""
    if isinstance(value, int) and isinstance(step, int):
        return value
    digits = max(0, 9 - math.floor(math.log10(step)))
    return round(value, digits)
