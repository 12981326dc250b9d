"""AdapterEditor: one LoRA of those that fit the form's model, how strongly it acts, and the words that call it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.editor import MISSING, Editor
from studio.desktop.forms.form_host import FormHost
from studio.desktop.forms.number import NumberEditor
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.label_text import action_text, one_line, tooltip
from studio.desktop.widgets.control import Combo
from studio.desktop.widgets.flow import Flow
from studio.errors import UserError
from studio.form import FormField

SIDE = 44
"""Pixels of the thumbnail."""
KIND = "lora"


class AdapterEditor(Editor):
    """An api.Adapter. One that is not there, or does not fit the model, stays and is told."""

    def __init__(self, field: FormField, host: FormHost, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._host = host
        self._model: ModelInfo | None = None
        self._ref: Any = MISSING
        self._kept: dict[str, Any] = {}
        """What else belongs to the chosen one: its hash, the weight of the text encoders."""
        self._shown = ""
        self.tall = True
        self.picture = QLabel(self)
        self.picture.setFixedSize(SIDE, SIDE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.combo = Combo(self)
        self.combo.setAccessibleName(field.title)
        self.combo.activated.connect(lambda at: self._choose(self.combo.itemData(at)))
        (weight,) = (each for each in field.fields if each.name == "weight")
        self.weight = NumberEditor(replace(weight, title=self.tr("Weight")), self)
        self.weight.set_value(weight.default)
        self.weight.changed.connect(self.changed)
        self.weight.submitted.connect(self.submitted)
        self._about = plain_label("", self)
        self._about.setProperty("role", "hint")
        self.words = QWidget(self)
        self._flow = Flow(self.words)
        self.setFocusProxy(self.combo)
        self._lay_out()
        self.models_changed()

    def _lay_out(self) -> None:
        weight = QHBoxLayout()
        weight.setSpacing(6)
        weight.addWidget(self.weight, 1)
        weight.addWidget(self.weight.entry)
        right = QVBoxLayout()
        right.setSpacing(4)
        for widget in (self.combo, self._about):
            right.addWidget(widget)
        right.addLayout(weight)
        right.addWidget(self.words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(right, 1)

    # ---- value

    def value(self) -> Any:
        if self._ref is MISSING:
            return MISSING
        return {"adapter": self._ref, "weight": self.weight.value(), **self._kept}

    def set_value(self, value: Any) -> None:
        if isinstance(value, Mapping) and isinstance(value.get("adapter"), str):
            self._ref = value["adapter"]
            self.weight.set_value(value.get("weight", 1.0))
            self._kept = {key: each for key, each in value.items() if key not in ("adapter", "weight") and each}
        else:
            self._ref, self._kept = MISSING, {}
        self._fill()
        self.changed.emit()

    def problem(self) -> str:
        if self._ref is MISSING:
            return self.tr("Choose a LoRA, or remove this entry.")
        return self.weight.problem()

    def _choose(self, ref: Any) -> None:
        if ref is not None and ref != self._ref:
            self._ref, self._kept = ref, {}
            self._fill()
            self.changed.emit()

    # ---- which there are

    def use_model(self, model: ModelInfo | None) -> None:
        self._model = model
        self._fill()

    def models_changed(self) -> None:
        self._fill()

    @property
    def info(self) -> ModelInfo | None:
        """The chosen one, if it is here."""
        return next((info for info in self._all() if self._ref in (info.id, info.path)), None)

    def _all(self) -> list[ModelInfo]:
        return [info for info in self._host.models() if info.kind == KIND and not info.problem]

    def fitting(self) -> list[ModelInfo]:
        """Those that may fit the form's model."""
        return [info for info in self._all() if self._model is None or self._model.takes(info)]

    def _fill(self) -> None:
        items = QStandardItemModel(self.combo)
        listed = self.fitting()
        if (chosen := self.info) and chosen not in listed:
            listed = [chosen, *listed]
        for info in listed:
            items.appendRow(_item(Path(info.path).stem, info.id, info.base))
        if isinstance(self._ref, str) and chosen is None:
            items.appendRow(_item(Path(self._ref).stem, self._ref, self._ref))
        if self._ref is MISSING:
            items.insertRow(0, _item(self.tr("Choose a LoRA") if listed else self._none(), None, ""))
        self.combo.setModel(items)  # and the old one, a child of the combo, is deleted by it
        chosen_ref = chosen.id if chosen else self._ref
        self.combo.setCurrentIndex(0 if self._ref is MISSING else self.combo.findData(chosen_ref))
        self._show()

    def _none(self) -> str:
        if self._model is not None and not self._model.lora:
            return self.tr("This model does not support LoRA")
        return self.tr("No compatible LoRA")

    # ---- the chosen one

    def _show(self) -> None:
        info = self.info
        self._about.setText(self._told(info))
        self._about.setVisible(bool(self._about.text()))
        self.combo.setToolTip(tooltip(info.path if info else ""))
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for word in info.words if info else ():
            self._flow.addWidget(self._chip(word))
        self.words.setVisible(bool(info and info.words))
        self._show_picture(info.picture if info else "")

    def _told(self, info: ModelInfo | None) -> str:
        if self._ref is MISSING:
            return ""
        if info is None:
            return self.tr("This file is missing; put it back, or choose another one.")
        if self._model is not None and not self._model.takes(info):
            if not self._model.lora:
                return self.tr("The model {0} does not support LoRA.").format(self._model.title)
            return self.tr("It is made for {0}, and the model is {1}.").format(info.base, self._model.lora)
        return ""

    def _chip(self, word: str) -> QPushButton:
        chip = QPushButton(action_text(one_line(word, 40)), self.words)
        chip.setProperty("role", "link")
        chip.setToolTip(tooltip(self.tr("Add the trigger word “{0}” of this LoRA to the prompt").format(word)))
        chip.setAccessibleName(self.tr("Add “{0}” to the prompt").format(word))
        chip.clicked.connect(lambda: self.words_offered.emit(word))
        return chip

    def _show_picture(self, file: str) -> None:
        if file == self._shown and self.picture.pixmap():
            return
        self._shown = file
        self.picture.setPixmap(theme.icon("file").pixmap(QSize(28, 28)))
        if file:
            self._host.worker.run(lambda: _small(Path(file)), lambda image: self._showing(file, image), _ignore)

    def _showing(self, file: str, image: QImage) -> None:
        if file == self._shown:
            self.picture.setPixmap(QPixmap.fromImage(image))


def _small(file: Path) -> QImage:
    """For a worker's thread. Raises UserError."""
    from studio import images  # takes 100 ms, which the first paint should not wait for
    from studio.desktop.shell.qt_image import to_qimage

    found = images.open_image(file).image
    found.thumbnail((SIDE, SIDE))
    return to_qimage(found)


def _ignore(error: UserError) -> None:
    """The neutral icon stays: what lies beside a LoRA is only an ornament."""


def _item(title: str, ref: Any, about: str) -> QStandardItem:
    item = QStandardItem(one_line(title, 60))
    item.setData(ref, Qt.ItemDataRole.UserRole)
    item.setData(tooltip(about), Qt.ItemDataRole.ToolTipRole)
    item.setEnabled(ref is not None)
    return item
