"""ControlEditor: a picture that the new one follows, by which ControlNet, and what is made of it, shown live."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget
from shiboken6 import isValid

from studio.descriptions import ModelInfo
from studio.desktop.forms.add_on_chooser import AddOnWanted
from studio.desktop.forms.editor import MISSING, Editor
from studio.desktop.forms.form_host import FormHost
from studio.desktop.forms.parts_editor import AddOnEditor
from studio.desktop.shell.notices import plain_label
from studio.desktop.style.sentence import say
from studio.form import FormField

SIDE = 120
"""Pixels of the preview."""
REST_MS = 150
READY = "ready"
KEEP, SMOOTH = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
KIND, NAME = "controlnet", "control"


class ControlEditor(AddOnEditor):
    """An api.Control."""

    def __init__(
        self, field: FormField, host: FormHost, make: Callable[[FormField], Editor], parent: QWidget | None = None
    ) -> None:
        wanted = AddOnWanted(
            KIND, ModelInfo.follows, lambda model: bool(model.controls), self.tr("Choose a ControlNet"),
            self.tr("No compatible ControlNet"), self.tr("This model does not support ControlNet"),
        )  # fmt: skip
        titles = self.tr("ControlNet"), self.tr("Choose a ControlNet, or remove this entry.")
        super().__init__(field, host, make, wanted, NAME, titles, parent)
        self._host = host
        self._asked = 0
        self.preview = QLabel(self)
        self.preview.setFixedHeight(SIDE)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setAccessibleName(self.tr("Control picture"))
        self.told = plain_label("", self)
        self.told.setProperty("role", "hint")
        self.told.hide()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._make_preview)
        for name in ("image", "hint"):
            self.parts[name].changed.connect(self._rest.start)
        self.lay_out(self.chooser, below={"hint": (self.preview, self.told)})
        self.models_changed()

    def named(self, field: FormField) -> FormField:
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

    # ---- value

    def set_value(self, value: Any) -> None:
        super().set_value(value)
        self._rest.start()

    def problem(self) -> str:
        chosen = self.chooser.ref is not MISSING
        if chosen and self.parts["image"].value() in (None, MISSING) and not self.field.own_picture:
            return self.tr("“Picture” needs a picture: drop one there, or choose one.")
        return super().problem()

    def models_changed(self) -> None:
        super().models_changed()
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
        if not image.isNull():
            self.preview.setPixmap(QPixmap.fromImage(image.scaled(QSize(2 * SIDE, SIDE), KEEP, SMOOTH)))
        self.preview.setVisible(not image.isNull())
        self.told.setText(say(problem))
        self.told.setVisible(bool(problem))

    def _own_picture(self) -> str | None:
        return self._host.current_picture() if self.field.own_picture else None
