"""AdapterEditor: one LoRA of those that fit the form's model, how strongly it acts, and the words that call it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.add_on_chooser import AddOnChooser, AddOnWanted
from studio.desktop.forms.editor import MISSING, Editor
from studio.desktop.forms.form_host import FormHost
from studio.desktop.forms.number import NumberEditor
from studio.desktop.style import theme
from studio.desktop.style.label_text import action_text, one_line, tooltip
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
        self._kept: dict[str, Any] = {}
        """What else belongs to the chosen one: its hash, the weight of the text encoders."""
        self._shown = ""
        self.tall = True
        self.picture = QLabel(self)
        self.picture.setFixedSize(SIDE, SIDE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        wanted = AddOnWanted(
            KIND, ModelInfo.takes, lambda model: bool(model.lora), self.tr("Choose a LoRA"),
            self.tr("No compatible LoRA"), self.tr("This model does not support LoRA"),
        )  # fmt: skip
        self.chooser = AddOnChooser(host, wanted, field.title, self)
        self.chooser.filled.connect(self._show)
        self.chooser.chosen.connect(self._forget)
        (weight,) = (each for each in field.fields if each.name == "weight")
        self.weight = NumberEditor(replace(weight, title=self.tr("Weight")), self)
        self.weight.set_value(weight.default)
        self.weight.changed.connect(self.changed)
        self.weight.submitted.connect(self.submitted)
        self.words = QWidget(self)
        self._flow = Flow(self.words)
        self.setFocusProxy(self.chooser)
        self._lay_out()
        self.models_changed()

    def _lay_out(self) -> None:
        weight = QHBoxLayout()
        weight.setSpacing(6)
        weight.addWidget(self.weight, 1)
        weight.addWidget(self.weight.entry)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.chooser)
        right.addLayout(weight)
        right.addWidget(self.words)
        right.addStretch(1)  # the buttons beside it may be higher
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(right, 1)

    # ---- value

    def value(self) -> Any:
        if self.chooser.ref is MISSING:
            return MISSING
        return {"adapter": self.chooser.ref, "weight": self.weight.value(), **self._kept}

    def set_value(self, value: Any) -> None:
        if isinstance(value, Mapping) and isinstance(value.get("adapter"), str):
            ref = value["adapter"]
            self.weight.set_value(value.get("weight", 1.0))
            self._kept = {key: each for key, each in value.items() if key not in ("adapter", "weight") and each}
        else:
            ref, self._kept = MISSING, {}
        self.chooser.set_ref(ref)
        self.changed.emit()

    def problem(self) -> str:
        if self.chooser.ref is MISSING:
            return self.tr("Choose a LoRA, or remove this entry.")
        return self.weight.problem()

    def _forget(self) -> None:
        self._kept = {}
        self.changed.emit()

    def use_model(self, model: ModelInfo | None) -> None:
        self.chooser.use_model(model)

    def models_changed(self) -> None:
        self.chooser.refill()

    # ---- the chosen one

    def _show(self) -> None:
        info = self.chooser.info
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for word in info.words if info else ():
            self._flow.addWidget(self._chip(word))
        self.words.setVisible(bool(info and info.words))
        self._show_picture(info.picture if info else "")

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
