"""Choice: few as a row of buttons, many as a list that opens; and the switch, a choice of two."""

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from studio.desktop.forms.editor import MISSING, Editor
from studio.desktop.style import theme
from studio.desktop.style.label_text import action_text, one_line, tooltip
from studio.desktop.widgets.control import Combo
from studio.form import FormField

FEW, FEW_LETTERS = 4, 30
"""Up to so many choices, with so many letters in all, stand side by side."""


class ChoiceEditor(Editor):
    """One of the field's choices, or None where that is allowed."""

    in_line = True

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.choices: list[Any] = [*([None] if field.nullable and None not in field.choices else []), *field.choices]
        labels = dict(zip(map(repr, field.choices), field.labels, strict=False))
        self._names = [self._name(choice, labels.get(repr(choice), "")) for choice in self.choices]
        self._at = -1
        self.combo: Combo | None = None
        self.buttons: list[QToolButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        if len(self.choices) <= FEW and sum(map(len, self._names)) <= FEW_LETTERS:
            self._make_buttons(row)
        else:
            self._make_combo(row)

    def value(self) -> Any:
        return self.choices[self._at] if self._at >= 0 else MISSING

    def set_value(self, value: Any) -> None:
        at = self._find(value)
        self._choose(at)
        if at < 0 and value is not MISSING:
            words = self.tr("“{title}” does not offer “{value}” any more; choose another.")
            self.refused.emit(words.format(value=one_line(str(value), 40), title=self.field.title))

    def problem(self) -> str:
        return "" if self._at >= 0 else self.tr("“{title}”: choose one.").format(title=self.field.title)

    def _find(self, value: Any) -> int:
        # 1 == True == 1.0 in Python, and not in JSON
        return next((i for i, choice in enumerate(self.choices) if (type(choice), choice) == (type(value), value)), -1)

    def _choose(self, at: int) -> None:
        if self.combo is not None:
            self.combo.setCurrentIndex(at)
        for number, button in enumerate(self.buttons):
            if at < 0 and button.isChecked():  # an exclusive group lets nobody uncheck the last one
                self._group.setExclusive(False)
                button.setChecked(False)
                self._group.setExclusive(True)
            elif number == at:
                button.setChecked(True)
        self._take(at)

    def _take(self, at: int) -> None:
        if at != self._at:
            self._at = at
            self.changed.emit()

    def _make_buttons(self, row: QHBoxLayout) -> None:
        self._group = QButtonGroup(self)
        for number, name in enumerate(self._names):
            button = QToolButton(self)
            button.setText(action_text(one_line(name, 30)))
            button.setAccessibleName(f"{self.field.title}: {name}")
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setProperty("place", _place(number, len(self._names)))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(button, number)
            self.buttons.append(button)
            row.addWidget(button)
        self._group.idToggled.connect(lambda at, on: self._take(at) if on else None)
        self.setFocusProxy(self.buttons[0])

    def _make_combo(self, row: QHBoxLayout) -> None:
        self.combo = Combo(self)
        self.combo.setAccessibleName(self.field.title)
        for name in self._names:
            self.combo.addItem(one_line(name, 60))
            self.combo.setItemData(self.combo.count() - 1, tooltip(name), Qt.ItemDataRole.ToolTipRole)
        self.combo.setCurrentIndex(-1)
        self.combo.currentIndexChanged.connect(self._take)
        self.setFocusProxy(self.combo)
        row.addWidget(self.combo)

    def _name(self, choice: Any, label: str) -> str:
        if choice is None:
            return self.tr("Auto")
        if isinstance(choice, bool):
            return self.tr("On") if choice else self.tr("Off")
        return label


class Toggle(QAbstractButton):
    """A switch, as on a wall."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(42, 26)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        track = QRectF(3, 4, 36, 18)
        painter.setPen(QPen(QColor(theme.token("accent" if on else "edge")), 1.2))
        painter.setBrush(QColor(theme.token("accent" if on else "field")))
        painter.drawRoundedRect(track, 9, 9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.token("on-accent" if on else "muted")))
        painter.drawEllipse(QRectF(24 if on else 6, 7, 12, 12))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.token("focus")), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12, 12)


class SwitchEditor(Editor):
    """A `bool`."""

    in_line = True

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = Toggle(self)
        self.box.setAccessibleName(field.title)
        self.box.toggled.connect(lambda: self.changed.emit())
        self.corner, self.slim = self.box, True
        self.setFocusProxy(self.box)

    def value(self) -> Any:
        return self.box.isChecked()

    def set_value(self, value: Any) -> None:
        self.box.setChecked(value is True)


def _place(number: int, count: int) -> str:
    if count == 1:
        return "only"
    return "first" if number == 0 else "last" if number == count - 1 else "middle"
