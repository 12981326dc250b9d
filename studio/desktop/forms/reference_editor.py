"""ReferenceEditor: a picture that the new one is to be like, by which IP-Adapter, and how much it counts."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.add_on_chooser import AddOnChooser, AddOnWanted
from studio.desktop.forms.editor import MISSING, Editor, initial
from studio.desktop.forms.form_host import FormHost
from studio.form import FormField

KIND, NAME = "reference", "reference"
HIDDEN = (NAME, "sha256")


class ReferenceEditor(Editor):
    """An api.Reference. One that is not there, or does not fit the model, stays and is told."""

    def __init__(
        self, field: FormField, host: FormHost, make: Callable[[FormField], Editor], parent: QWidget | None = None
    ) -> None:
        super().__init__(field, parent)
        self._kept: dict[str, Any] = {}
        """What else belongs to the chosen one: its hash."""
        self.tall = True
        wanted = AddOnWanted(
            KIND, ModelInfo.refers, lambda model: model.references, self.tr("Choose an IP-Adapter or Redux"),
            self.tr("No compatible IP-Adapter"), self.tr("This model does not support reference pictures"),
        )  # fmt: skip
        self.chooser = AddOnChooser(host, wanted, self.tr("IP-Adapter or Redux"), self)
        self.chooser.chosen.connect(self._forget)
        self.parts = {each.name: make(self._named(each)) for each in field.fields if each.name not in HIDDEN}
        for each in self.parts.values():
            each.setParent(self)
            each.set_value(initial(each.field))
            each.changed.connect(self.changed)
            each.refused.connect(self.refused)
            each.submitted.connect(self.submitted)
        self.setFocusProxy(self.chooser)
        self._lay_out()
        self.models_changed()

    def _named(self, field: FormField) -> FormField:
        """In the window's language: these are not the texts of a plugin."""
        titles = {"image": self.tr("Picture"), "weight": self.tr("Weight"), "layers": self.tr("What to use")}
        layers = {
            "all": self.tr("Everything"), "style": self.tr("Style"), "composition": self.tr("Composition"),
            "style-composition": self.tr("Style and composition"),
        }  # fmt: skip
        labels = tuple(
            layers.get(str(choice), label) for choice, label in zip(field.choices, field.labels, strict=True)
        )
        return replace(field, title=titles.get(field.name, field.title), labels=labels)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 10)  # apart from the next one of the list
        column.setSpacing(6)
        column.addWidget(self.chooser)
        for name, part in self.parts.items():
            if name != "image":
                column.addLayout(part.heading(self))
            if not part.slim:
                column.addWidget(part)

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
        self.changed.emit()

    def problem(self) -> str:
        if self.chooser.ref is MISSING:
            return self.tr("Choose an IP-Adapter, or remove this entry.")
        return next((problem for part in self.parts.values() if (problem := part.problem())), "")

    def _forget(self) -> None:
        self._kept = {}
        self.changed.emit()

    def use_model(self, model: ModelInfo | None) -> None:
        self.chooser.use_model(model)

    def models_changed(self) -> None:
        self.chooser.refill()

    def library_opened(self) -> None:
        for part in self.parts.values():
            part.library_opened()
