"""ControlEditor: a picture that the new one follows, by which ControlNet, and what is made of it, shown live."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.editor import MISSING, Editor, initial
from studio.desktop.forms.form_host import FormHost
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.label_text import one_line, tooltip
from studio.desktop.widgets.control import Combo
from studio.errors import UserError
from studio.form import FormField

SIDE = 120
"""Pixels of the preview."""
SEEN = 512
"""Pixels of the longer side at which it is made."""
REST_MS = 150
KIND, NAME = "controlnet", "control"


class ControlEditor(Editor):
    """An api.Control. One that is not there, or does not fit the model, stays and is told."""

    def __init__(
        self, field: FormField, host: FormHost, make: Callable[[FormField], Editor], parent: QWidget | None = None
    ) -> None:
        super().__init__(field, parent)
        self._host = host
        self._model: ModelInfo | None = None
        self._ref: Any = MISSING
        self._asked = 0
        self.tall = True
        self.combo = Combo(self)
        self.combo.activated.connect(lambda at: self._choose(self.combo.itemData(at)))
        self._about = plain_label("", self)
        self._about.setProperty("role", "hint")
        self.preview = QLabel(self)
        self.preview.setFixedHeight(SIDE)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setAccessibleName(self.tr("Control picture"))
        self.parts = {each.name: make(self._named(each)) for each in field.fields if each.name != NAME}
        for each in self.parts.values():
            each.setParent(self)
            each.set_value(initial(each.field))
            each.changed.connect(self.changed)
            each.refused.connect(self.refused)
            each.submitted.connect(self.submitted)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._make_preview)
        for name in ("image", "hint"):
            self.parts[name].changed.connect(self._rest.start)
        self.setFocusProxy(self.combo)
        self._lay_out()
        self.models_changed()

    def _named(self, field: FormField) -> FormField:
        """In the window's language: these are not the texts of a plugin."""
        titles = {
            "image": self.tr("Picture"), "hint": self.tr("Control type"), "weight": self.tr("Weight"),
            "start": self.tr("Start"), "end": self.tr("End"),
        }  # fmt: skip
        hints = {
            "ready": self.tr("No preprocessing"), "canny": self.tr("Edges (Canny)"), "lineart": self.tr("Line art"),
            "soft-edge": self.tr("Soft edges (XDoG)"), "scribble": self.tr("Scribble"), "tile": self.tr("Tile"),
            "blur": self.tr("Blur"), "palette": self.tr("Palette"),
        }  # fmt: skip
        labels = tuple(hints.get(str(choice), label) for choice, label in zip(field.choices, field.labels, strict=True))
        return replace(field, title=titles.get(field.name, field.title), labels=labels)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.combo)
        column.addWidget(self._about)
        for name, part in self.parts.items():
            if name != "image":
                column.addLayout(self._head(part))
            if not part.slim:
                column.addWidget(part)
            if name == "hint":
                column.addWidget(self.preview)

    def _head(self, part: Editor) -> QHBoxLayout:
        row = QHBoxLayout()
        title = QLabel(one_line(part.field.title, 60), self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setProperty("role", "hint")
        row.addWidget(title)
        row.addStretch(1)
        if part.corner is not None:
            row.addWidget(part.corner)
        if part.slim:
            part.hide()
        return row

    # ---- value

    def value(self) -> Any:
        if self._ref is MISSING:
            return MISSING
        values = {name: part.value() for name, part in self.parts.items()}
        return {NAME: self._ref} | {name: value for name, value in values.items() if value is not MISSING}

    def set_value(self, value: Any) -> None:
        given = value if isinstance(value, Mapping) else {}
        self._ref = given[NAME] if isinstance(given.get(NAME), str) else MISSING
        for name, part in self.parts.items():
            part.set_value(given[name] if name in given else initial(part.field))
        self._fill()
        self._rest.start()
        self.changed.emit()

    def problem(self) -> str:
        if self._ref is MISSING:
            return self.tr("Choose a ControlNet, or remove this entry.")
        return next((problem for part in self.parts.values() if (problem := part.problem())), "")

    def _choose(self, ref: Any) -> None:
        if ref is not None and ref != self._ref:
            self._ref = ref
            self._fill()
            self.changed.emit()

    # ---- which there are

    def use_model(self, model: ModelInfo | None) -> None:
        self._model = model
        self._fill()

    def models_changed(self) -> None:
        self._fill()

    def fitting(self) -> list[ModelInfo]:
        """Those that may fit the form's model."""
        return [info for info in self._all() if self._model is None or self._model.follows(info)]

    def _all(self) -> list[ModelInfo]:
        return [info for info in self._host.models() if info.kind == KIND and not info.problem]

    def _fill(self) -> None:
        listed, known = self.fitting(), {info.id: info for info in self._all()}
        chosen = known.get(self._ref) if isinstance(self._ref, str) else None
        items = QStandardItemModel(self.combo)
        if self._ref is MISSING:
            items.appendRow(_item(self.tr("Choose a ControlNet") if listed else self._none(), None))
        elif chosen is None or chosen not in listed:
            items.appendRow(_item(_title(chosen) if chosen else Path(self._ref).stem, self._ref))
        for info in listed:
            items.appendRow(_item(_title(info), info.id, info.path))
        self.combo.setModel(items)  # and the old one, a child of the combo, is deleted by it
        self.combo.setCurrentIndex(0 if self._ref is MISSING else self.combo.findData(self._ref))
        self.combo.setAccessibleName(self.tr("ControlNet"))
        told = ""
        if isinstance(self._ref, str) and chosen is None:
            told = self.tr("This file is missing; put it back, or choose another one.")
        elif chosen is not None and chosen not in listed:
            told = self.tr("It is not compatible with the chosen model.")
        self._about.setText(told)
        self._about.setVisible(bool(told))

    def _none(self) -> str:
        if self._model is not None and not self._model.controls:
            return self.tr("This model does not support ControlNet")
        return self.tr("No compatible ControlNet")

    # ---- the control picture

    def _make_preview(self) -> None:
        ref, name = self.parts["image"].value(), self.parts["hint"].value()
        self._asked += 1
        number = self._asked
        if not isinstance(ref, str) or not isinstance(name, str):
            self.preview.setPixmap(QPixmap())
            self.preview.hide()
            return

        def show(image: QImage) -> None:
            if number == self._asked:
                self.preview.setPixmap(QPixmap.fromImage(image))
                self.preview.show()

        self._host.worker.run(lambda: _made(self._host.open_ref(ref), name), show, _ignore)


def _made(path: Path, name: str) -> QImage:
    """For a worker's thread. Raises UserError."""
    from studio import hints, images  # they take 100 ms, which the first paint should not wait for
    from studio.desktop.shell.qt_image import to_qimage

    picture = images.open_image(path).image
    picture.thumbnail((SEEN, SEEN))
    made = hints.hint(picture, name)
    made.thumbnail((2 * SIDE, SIDE))
    return to_qimage(made)


def _ignore(error: UserError) -> None:
    """The field of the picture tells why it cannot be opened."""


def _title(info: ModelInfo) -> str:
    path = Path(info.path)
    return path.parent.name if path.stem == "diffusion_pytorch_model" else path.stem


def _item(title: str, ref: Any, about: str = "") -> QStandardItem:
    item = QStandardItem(one_line(title, 60))
    item.setData(ref, Qt.ItemDataRole.UserRole)
    item.setData(tooltip(about), Qt.ItemDataRole.ToolTipRole)
    item.setSizeHint(QSize(0, theme.scaled(28)))
    item.setEnabled(ref is not None)
    return item
