"""Colour: a swatch that opens a picker, and #rrggbb to be typed or pasted."""

import re
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QColorDialog, QHBoxLayout, QWidget

from studio.desktop.forms.editor import MISSING, Editor
from studio.desktop.forms.text import TextLine
from studio.desktop.style import theme
from studio.form import FormField

_SHAPE = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
ENTRY_WIDTH = 84


class Swatch(QAbstractButton):
    """A patch of the colour; none is shown as a line across."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.color: QColor | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_color(self, color: QColor | None) -> None:
        self.color = color
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(38, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        border = QColor(theme.token("focus")) if self.hasFocus() else self.palette().mid().color()
        painter.setPen(QPen(border, 2 if self.hasFocus() else 1))
        painter.setBrush(self.color or Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, 5, 5)
        if self.color is None:
            painter.drawLine(area.bottomLeft() + area.topLeft() * 0.2, area.topRight())


class ColorEditor(Editor):
    """`#rrggbb`; three digits and a missing # are understood."""

    in_line = True

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.swatch = Swatch(self)
        self.swatch.setAccessibleName(self.tr("{title}: choose a colour").format(title=field.title))
        self.swatch.clicked.connect(self.pick)
        self.line = TextLine(20, self)
        self.line.setFixedWidth(theme.scaled(ENTRY_WIDTH))
        self.line.setPlaceholderText("#rrggbb")
        self.line.setAccessibleName(field.title)
        self.line.textChanged.connect(self._typed)
        self.line.refused.connect(self.refused)
        self.line.editingFinished.connect(self.left)
        self.corner = QWidget(self)
        row = QHBoxLayout(self.corner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.swatch)
        row.addWidget(self.line)
        self.slim = True
        self.setFocusProxy(self.line)

    def value(self) -> Any:
        text = self.line.text().strip()
        if not text:
            return None if self.field.nullable else MISSING
        return as_hex(text) or text

    def set_value(self, value: Any) -> None:
        text = "" if value is MISSING or value is None else str(value)
        if text != self.line.text():
            self.line.setText(text)

    def problem(self) -> str:
        value = self.value()
        if isinstance(value, str) and as_hex(value) is None:
            words = self.tr("“{title}” must be a colour like #ff8800, not {value}.")
            return words.format(title=self.field.title, value=value[:40])
        return super().problem()

    def pick(self) -> None:
        """Open the system's picker; the colour is taken when it is confirmed."""
        dialog = QColorDialog(self.swatch.color or QColor("#808080"), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.field.title)
        dialog.colorSelected.connect(lambda color: self.set_value(color.name()))
        dialog.open()

    def _typed(self) -> None:
        found = as_hex(self.line.text().strip())
        self.swatch.show_color(QColor(found) if found else None)
        self.changed.emit()


def as_hex(text: str) -> str | None:
    """#rrggbb for what somebody wrote; None if it is no colour."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
    return text if text == f"#{digits}" else f"#{digits}".lower()
