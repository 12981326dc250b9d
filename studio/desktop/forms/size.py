"""Size: the model's own, a shape out of the usual ones, or exact numbers; in steps that the model can make."""

import math
import re
from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.editor import MISSING, Editor
from studio.desktop.forms.number import NumberEntry
from studio.desktop.forms.seed import tool
from studio.desktop.style import theme
from studio.desktop.widgets.control import Combo
from studio.form import FormField
from studio.role import Role

AUTO = "auto"
SHAPES = ((1, 1), (4, 3), (3, 2), (16, 9), (3, 4), (2, 3), (9, 16))
LARGEST = 16_384  # pixels a side; `studio.api.parse_size` refuses more
_SIZE = re.compile(r"(\d{1,6})x(\d{1,6})")
ENTRY_WIDTH = 62


class SizeEditor(Editor):
    """`auto` or WIDTHxHEIGHT."""

    in_line = True

    def __init__(self, field: FormField, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._own: tuple[int, int] | None = None
        self._multiple = 1
        self._follows = field.role is Role.PICTURE_SIZE
        """Whether auto is as the form's picture wants it, and not the model's own size."""
        self._unset: Any = AUTO
        self._odd: str | None = None
        self._empty = True
        self.shapes = Combo(self)
        self.shapes.setAccessibleName(self.tr("{title}: shape").format(title=field.title))
        self.width_entry = self._entry(self.tr("Width in pixels"))
        self.height_entry = self._entry(self.tr("Height in pixels"))
        self.swap = tool("swap", self.tr("Swap width and height"), self)
        self.swap.clicked.connect(self._swap)
        self._lay_out()
        self.setFocusProxy(self.shapes)
        self._list_shapes()
        self.shapes.activated.connect(self._choose)

    def _entry(self, name: str) -> NumberEntry:
        entry = NumberEntry(self)
        entry.setFixedWidth(theme.scaled(ENTRY_WIDTH, 0.6))
        entry.setAccessibleName(name)
        entry.textEdited.connect(self._typed)
        entry.refused.connect(self.refused)
        entry.editingFinished.connect(self.left)
        entry.stepped.connect(lambda count: self._step(entry, count))
        return entry

    def _lay_out(self) -> None:
        self._exact = QWidget(self)
        row = QHBoxLayout(self._exact)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        times = QLabel("×")
        times.setProperty("role", "hint")
        for widget in (self.width_entry, times, self.height_entry):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.swap)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.shapes)
        column.addWidget(self._exact)

    # ---- value

    def value(self) -> Any:
        if self._odd is not None:
            return self._odd
        sides = self.width_entry.text().strip(), self.height_entry.text().strip()
        return "x".join(sides) if any(sides) else self._unset

    def set_value(self, value: Any) -> None:
        self._unset = None if value is None and self.field.nullable else AUTO
        match = _SIZE.fullmatch(value) if isinstance(value, str) else None
        known = match or value in (AUTO, None, "") or value is MISSING
        self._odd = None if known else str(value)
        self._show(*(match.groups() if match else ("", "")))

    def problem(self) -> str:
        value = self.value()
        if value in (AUTO, None):
            return ""
        match = _SIZE.fullmatch(value)
        if match is None:
            words = self.tr("“{title}” must be two whole numbers of pixels, not {value}.")
            return words.format(title=self.field.title, value=value[:40])
        sides = int(match[1]), int(match[2])
        legal = tuple(self._legal(side) for side in sides)
        if sides == legal:
            return ""
        words = self.tr("Sides must be a multiple of {multiple} up to {largest} pixels; the nearest size is {size}.")
        return words.format(multiple=self._multiple, largest=LARGEST, size=f"{legal[0]} × {legal[1]}")

    def use_model(self, model: ModelInfo | None) -> None:
        defaults = model.defaults if model else {}
        own = defaults.get("width"), defaults.get("height")
        self._own = (own[0], own[1]) if isinstance(own[0], int) and isinstance(own[1], int) else None
        multiple = defaults.get("multiple")
        self._multiple = multiple if isinstance(multiple, int) and multiple > 0 else 1
        sides = (self._own or ("", "")) if not self._follows else ("", "")
        for entry, side in zip((self.width_entry, self.height_entry), sides, strict=True):
            entry.setPlaceholderText(str(side))
        self._list_shapes()

    def _legal(self, side: int) -> int:
        top = LARGEST // self._multiple * self._multiple
        return min(max(self._multiple, round(side / self._multiple) * self._multiple), top)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:  # another theme: the drawn pictures have its colours
            self._list_shapes()

    # ---- the list of shapes

    def _list_shapes(self) -> None:
        self.shapes.clear()
        own = self.tr("Auto · from the picture") if self._follows else self.tr("Auto")
        if self._own and not self._follows:
            own = self.tr("Auto · {w} × {h}").format(w=self._own[0], h=self._own[1])
        self.shapes.addItem(self._picture(self._own or (1, 1)), own, AUTO)
        if self._own:
            for (width, height), shape in self._fitting().items():
                name = f"{shape[0]}:{shape[1]} · {width} × {height}"
                self.shapes.addItem(self._picture(shape), name, f"{width}x{height}")
        self.shapes.addItem(self.tr("Exact size"), "")
        self._mark()

    def _fitting(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Sizes, of about as many pixels as the model's own, which it draws best; and the shape that each has.

        Where the model's steps are so wide that several shapes come out as one size, the nearest shape has it.
        """
        found: dict[tuple[int, int], tuple[int, int]] = {}
        for shape in SHAPES:
            size = min(self._candidates(shape), key=lambda size: self._misfit(size, shape))
            if size not in found or self._misfit(size, shape) < self._misfit(size, found[size]):
                found[size] = shape
        return found

    def _candidates(self, shape: tuple[int, int]) -> list[tuple[int, int]]:
        width, height = self._own or (512, 512)
        unit = math.sqrt(width * height / (shape[0] * shape[1]))
        near = [self._legal(round(shape[0] * unit) + step * self._multiple) for step in (-1, 0, 1)]
        return [(side, self._legal(round(side * shape[1] / shape[0]))) for side in near]

    def _misfit(self, size: tuple[int, int], shape: tuple[int, int]) -> float:
        """How far it is from the shape, and, which counts less, from the model's own number of pixels."""
        width, height = self._own or (512, 512)
        skew = abs(math.log(size[0] / size[1] / (shape[0] / shape[1])))
        return skew + 0.2 * abs(math.log(size[0] * size[1] / (width * height)))

    def _choose(self, at: int) -> None:
        chosen = self.shapes.itemData(at)
        if chosen == "":
            self._show(*map(str, self._sides() or self._own or (512, 512)))
            self.width_entry.setFocus()
            self.width_entry.selectAll()
        else:
            self.set_value(chosen)

    def _mark(self) -> None:
        value = self.value()
        at = self.shapes.findData(AUTO if value in (AUTO, None) else value)
        self.shapes.setCurrentIndex(at if at >= 0 else self.shapes.count() - 1)
        self._exact.setVisible(value not in (AUTO, None))  # numbers that the model chooses need no room

    def _picture(self, shape: tuple[int, int]) -> QIcon:
        """A small frame of the shape."""
        side = 36
        scale = 26 / max(shape)
        frame = QRectF(0, 0, shape[0] * scale, shape[1] * scale)
        frame.moveCenter(QRectF(0, 0, side, side).center())
        pixmap = QPixmap(QSize(side, side))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 2.5))
        painter.drawRoundedRect(frame, 3, 3)
        painter.end()
        return QIcon(pixmap)

    # ---- the two numbers

    def _sides(self) -> tuple[int, int] | None:
        match = _SIZE.fullmatch(str(self.value()))
        return (int(match[1]), int(match[2])) if match else None

    def _show(self, width: str, height: str) -> None:
        self.width_entry.setText(width)
        self.height_entry.setText(height)
        self._empty = not (width or height)
        self._mark()
        self.changed.emit()

    def _typed(self) -> None:
        """A number written into an empty pair makes the other side the model's own."""
        self._odd = None
        entries = self.width_entry, self.height_entry
        if self._empty and self._own:
            for entry, side in zip(entries, self._own, strict=True):
                if not entry.text():
                    entry.setText(str(side))
        self._empty = not any(entry.text() for entry in entries)
        self._mark()
        self.changed.emit()

    def _step(self, entry: NumberEntry, count: int) -> None:
        sides = self._sides() or self._own
        if sides is None:
            return
        at = 0 if entry is self.width_entry else 1
        new = [*sides]
        stepped = (new[at] // self._multiple + count) * self._multiple
        if self._multiple <= stepped <= LARGEST:
            new[at] = stepped
            self._odd = None
            self._show(str(new[0]), str(new[1]))

    def _swap(self) -> None:
        texts = self.height_entry.text(), self.width_entry.text()
        if not any(texts) and self._own and self._own[0] != self._own[1]:
            texts = str(self._own[1]), str(self._own[0])
        if any(texts):
            self._odd = None
            self._show(*texts)
