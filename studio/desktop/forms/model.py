"""Model: a chooser of those that can do the task, and why the others cannot be chosen."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.descriptions import ModelInfo
from studio.desktop.forms.editor import MISSING, Editor
from studio.desktop.forms.family_button import FamilyButton
from studio.desktop.forms.form_host import FormHost
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.label_text import file_size, one_line, tooltip
from studio.desktop.style.sentence import say
from studio.desktop.widgets.control import Combo
from studio.form import FormField

POPUP_WIDTH = 420
WHOLE = ("", "folder", "checkpoint", "upscaler")
"""Kinds of what could be chosen if nothing were wrong with it."""
BESIDE = ("lora", "controlnet", "reference")
"""The kinds of what goes with a model and is none itself: they have lists of their own in the forms."""
ABOUT = Qt.ItemDataRole.UserRole + 1
NOTE = ABOUT + 1
"""What was assumed of a model, since its file does not tell."""
HEADING = ABOUT + 2
"""Whether the line is the title of those below it, in one line."""


class TwoLines(QStyledItemDelegate):
    """A model's title, and below it what is to be known about it."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        text, about = str(index.data()), str(index.data(ABOUT) or "")
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        if enabled and option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(theme.token("accent-soft")))
        area: QRect = option.rect.adjusted(10, 5, -10, -5)
        painter.save()
        if index.data(HEADING):
            font = painter.font()
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(QColor(theme.token("muted")))
            painter.drawText(area, Qt.AlignmentFlag.AlignBottom, text)
            painter.restore()
            return
        painter.setPen(QColor(theme.token("text" if enabled else "disabled")))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignTop, shown)
        painter.setPen(QColor(theme.token("muted")))
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        shown = painter.fontMetrics().elidedText(about, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom, shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        line: int = option.fontMetrics.height()
        return QSize(0, line + 16 if index.data(HEADING) else 2 * line + 14)


class ModelEditor(Editor):
    """An id of the catalogue; a path, or an id that is not there (any more), stays and is told."""

    in_line = True

    chosen = Signal(object)

    def __init__(self, field: FormField, host: FormHost, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._host = host
        self._models: dict[str, ModelInfo] = {}
        self._value: Any = MISSING
        self.combo = Combo(self)
        self.combo.setAccessibleName(field.title)
        self.combo.setItemDelegate(TwoLines(self.combo))
        self.combo.view().setMinimumWidth(theme.scaled(POPUP_WIDTH, 0.5))
        self.combo.activated.connect(lambda at: self.set_value(self.combo.itemData(at)))
        self.more = QToolButton(self)
        self.more.setIcon(theme.icon("add"))
        self.more.setToolTip(self.tr("Get other models…"))
        self.more.setAccessibleName(self.more.toolTip())
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.clicked.connect(host.show_models)
        self._about = plain_label("", self)
        self._about.setProperty("role", "hint")
        self.family = FamilyButton(self)
        self.family.picked.connect(self._say_family)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.combo, 1)
        row.addWidget(self.more)
        column.addLayout(row)
        column.addWidget(self._about)
        column.addWidget(self.family, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.combo)
        self.models_changed()

    @property
    def model(self) -> ModelInfo | None:
        """The chosen one, if it is known and works."""
        found = self._models.get(self._value) if isinstance(self._value, str) else None
        return found if found and not self._why_not(found) else None

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        self._fill()
        self.chosen.emit(self.model)
        self.changed.emit()

    def problem(self) -> str:
        found = self._models.get(self._value) if isinstance(self._value, str) else None
        return self._why_not(found) if found else super().problem()

    def models_changed(self) -> None:
        self._models = {model.id: model for model in self._host.models()}
        self._fill()
        self.chosen.emit(self.model)

    def _fill(self) -> None:
        items = QStandardItemModel(self.combo)
        if self.field.nullable:
            items.appendRow(_item(self.tr("Auto"), "", None))
        for model in self._listed():
            why_not = self._why_not(model)
            about = why_not or self._describe(model)
            note = "" if why_not else say(model.note)
            items.appendRow(_item(model.title, about, model.id, note=note, enabled=not why_not))
        if isinstance(self._value, str) and self._value not in self._models:
            items.appendRow(_item(self._value, self._unknown(self._value), self._value))
        self.combo.setModel(items)  # and the old one, a child of the combo, is deleted by it
        self.combo.setCurrentIndex(self.combo.findData(None if self._value is MISSING else self._value))
        told = [str(self.combo.currentData(role) or "") for role in (ABOUT, NOTE)]
        about = "\n".join(filter(None, told))
        self._about.setText(about)
        self._about.setVisible(bool(about))
        self.family.show_model(self.model, said=self.model is not None and self._host.has_said_family(self.model))

    def _say_family(self, family: str) -> None:
        if self.model:
            self._host.say_family(self.model, family)

    def _listed(self) -> list[ModelInfo]:
        """Those that can be chosen, then whole models that are broken; what others can do is told where none can be.

        Of a folder with hundreds of files, what is no model by itself would only be in the way here.
        """
        known = [model for model in self._models.values() if model.kind not in BESIDE]
        models = sorted(known, key=lambda model: bool(self._why_not(model)))
        usable = any(not self._why_not(model) for model in models)
        return [
            model for model in models
            if not self._why_not(model) or (model.problem and model.kind in WHOLE) or not (usable or model.problem)
        ]  # fmt: skip

    def _describe(self, model: ModelInfo) -> str:
        family = model.family_title or model.family
        size = file_size(model.size_bytes) if model.size_bytes else ""
        return " · ".join(one_line(part, 40) for part in (family, model.license, size) if part)

    def _why_not(self, model: ModelInfo) -> str:
        """What keeps it from being chosen."""
        if model.problem:
            return say(model.problem)
        if self.field.capability and self.field.capability not in model.capabilities:
            able = ", ".join(model.capabilities) or self.tr("nothing that is known here")
            words = self.tr("It does not support {capability}; it supports {able}.")
            return words.format(capability=self.field.capability, able=able)
        return ""

    def _unknown(self, ref: str) -> str:
        if not self._models:
            return self.tr("Still looking for models.")
        if "/" in ref or "\\" in ref:
            return self.tr("A model that is not in the list, by its path.")
        if all(self._why_not(model) for model in self._models.values()):
            return self.tr("No installed model can do this; get one that can (+), or add yours in the settings.")
        return self.tr("This model is not installed; choose another, or add it.")


def _item(title: str, about: str, value: Any, *, note: str = "", enabled: bool = True) -> QStandardItem:
    item = QStandardItem(one_line(title, 60))
    item.setData(value, Qt.ItemDataRole.UserRole)
    item.setData(one_line(about, 300), ABOUT)
    item.setData(note, NOTE)
    item.setData(tooltip("\n".join(filter(None, (title, about, note)))), Qt.ItemDataRole.ToolTipRole)
    item.setData(". ".join(filter(None, (title, about, note))), Qt.ItemDataRole.AccessibleTextRole)
    item.setEnabled(enabled)
    return item
