"""ControlEditor: a picture that the new one follows, by which ControlNet, and what is made of it, shown live."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from studio.descriptions import ModelInfo
from studio.desktop.forms.add_on_chooser import AddOnChooser, AddOnWanted
from studio.desktop.forms.editor import MISSING, Editor, initial
from studio.desktop.forms.form_host import FormHost
from studio.desktop.shell.notices import plain_label
from studio.desktop.style.sentence import say
from studio.form import FormField

SIDE = 120
"""Pixels of the preview."""
REST_MS = 150
READY = "ready"
KEEP, SMOOTH = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
KIND, NAME = "controlnet", "control"
HIDDEN = (NAME, "sha256")


class ControlEditor(Editor):
    """An api.Control. One that is not there, or does not fit the model, stays and is told."""

    def __init__(
        self, field: FormField, host: FormHost, make: Callable[[FormField], Editor], parent: QWidget | None = None
    ) -> None:
        super().__init__(field, parent)
        self._host = host
        self._kept: dict[str, Any] = {}
        """What else belongs to the chosen one: its hash."""
        self._asked = 0
        self.tall = True
        wanted = AddOnWanted(
            KIND, ModelInfo.follows, lambda model: bool(model.controls), self.tr("Choose a ControlNet"),
            self.tr("No compatible ControlNet"), self.tr("This model does not support ControlNet"),
        )  # fmt: skip
        self.chooser = AddOnChooser(host, wanted, self.tr("ControlNet"), self)
        self.chooser.chosen.connect(self._forget)
        self.preview = QLabel(self)
        self.preview.setFixedHeight(SIDE)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setAccessibleName(self.tr("Control picture"))
        self.parts = {each.name: make(self._named(each)) for each in field.fields if each.name not in HIDDEN}
        for each in self.parts.values():
            each.setParent(self)
            each.set_value(initial(each.field))
            each.changed.connect(self.changed)
            each.refused.connect(self.refused)
            each.submitted.connect(self.submitted)
        self.told = plain_label("", self)
        self.told.setProperty("role", "hint")
        self.told.hide()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._make_preview)
        for name in ("image", "hint"):
            self.parts[name].changed.connect(self._rest.start)
        self.setFocusProxy(self.chooser)
        self._lay_out()
        self.models_changed()

    def _named(self, field: FormField) -> FormField:
        """In the window's language: these are not the texts of a plugin."""
        titles = {
            "image": self.tr("Picture"), "hint": self.tr("Control type"), "weight": self.tr("Weight"),
            "start": self.tr("Start"), "end": self.tr("End"), "shows": self.tr("Shows"),
        }  # fmt: skip
        shows = {
            "auto": self.tr("Automatic"), "lines": self.tr("Lines and edges"),
            "scribble": self.tr("Scribbles and soft edges"), "depth": self.tr("Depth"), "pose": self.tr("A pose"),
            "normals": self.tr("Normals"), "segments": self.tr("Segments"), "tile": self.tr("A tile"),
            "blur": self.tr("A blurred picture"), "inpaint": self.tr("The part to paint"),
            "ready": self.tr("No preprocessing"),
        }  # fmt: skip
        named = shows if field.name != "hint" else {READY: shows[READY]}
        labels = tuple(
            named.get(str(choice)) or say(label) for choice, label in zip(field.choices, field.labels, strict=True)
        )
        return replace(field, title=titles.get(field.name, field.title), labels=labels)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.chooser)
        for name, part in self.parts.items():
            if name != "image":
                column.addLayout(part.heading(self))
            if not part.slim:
                column.addWidget(part)
            if name == "hint":
                column.addWidget(self.preview)
                column.addWidget(self.told)

    # ---- value

    def value(self) -> Any:
        if self.chooser.ref is MISSING:
            return MISSING
        values = {name: part.value() for name, part in self.parts.items()}
        given = {name: value for name, value in values.items() if value is not MISSING}
        return {NAME: self.chooser.ref, **given, **self._kept}

    def set_value(self, value: Any) -> None:
        given = value if isinstance(value, Mapping) else {}
        self._kept = {name: given[name] for name in HIDDEN if name != NAME and given.get(name)}
        for name, part in self.parts.items():
            part.set_value(given[name] if name in given else initial(part.field))
        self.chooser.set_ref(given.get(NAME))
        self._rest.start()
        self.changed.emit()

    def problem(self) -> str:
        if self.chooser.ref is MISSING:
            return self.tr("Choose a ControlNet, or remove this entry.")
        if self.parts["image"].value() in (None, MISSING) and not self.field.own_picture:
            return self.tr("“Picture” needs a picture: drop one there, or choose one.")
        return next((problem for part in self.parts.values() if (problem := part.problem())), "")

    def _forget(self) -> None:
        self._kept = {}
        self.changed.emit()

    def use_model(self, model: ModelInfo | None) -> None:
        self.chooser.use_model(model)

    def models_changed(self) -> None:
        self.chooser.refill()
        self._rest.start()  # the engine may be there only now

    # ---- the control picture

    def _make_preview(self) -> None:
        given, name = self.parts["image"].value(), self.parts["hint"].value()
        ref = given if isinstance(given, str) else self._own_picture()
        self._asked += 1
        number = self._asked
        if not isinstance(ref, str) or not isinstance(name, str):
            self.preview.setPixmap(QPixmap())
            self.preview.hide()
            return
        self._host.operate(ref, name, lambda picture, problem: self._made(number, picture, problem))

    def _made(self, number: int, picture: bytes, problem: str) -> None:
        if number != self._asked or not isValid(self):
            return
        image = QImage.fromData(picture)
        self.preview.setPixmap(QPixmap.fromImage(image.scaled(QSize(2 * SIDE, SIDE), KEEP, SMOOTH)))
        self.preview.setVisible(not image.isNull())
        self.told.setText(say(problem))
        self.told.setVisible(bool(problem))

    def _own_picture(self) -> str | None:
        return self._host.current_picture() if self.field.own_picture else None
