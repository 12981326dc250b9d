"""ReferenceEditor: a picture that the new one is to be like, by which IP-Adapter, and how much it counts."""

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtWidgets import QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.add_on_chooser import AddOnWanted
from studio.desktop.forms.editor import Editor
from studio.desktop.forms.form_host import FormHost
from studio.desktop.forms.parts_editor import AddOnEditor
from studio.form import FormField

KIND, NAME = "reference", "reference"


class ReferenceEditor(AddOnEditor):
    """An api.Reference."""

    def __init__(
        self, field: FormField, host: FormHost, make: Callable[[FormField], Editor], parent: QWidget | None = None
    ) -> None:
        wanted = AddOnWanted(
            KIND, ModelInfo.refers, lambda model: model.references, self.tr("Choose an IP-Adapter or Redux"),
            self.tr("No compatible IP-Adapter"), self.tr("This model does not support reference pictures"),
        )  # fmt: skip
        titles = self.tr("IP-Adapter or Redux"), self.tr("Choose an IP-Adapter, or remove this entry.")
        super().__init__(field, host, make, wanted, NAME, titles, parent)
        self.lay_out(self.chooser)
        self.models_changed()

    def named(self, field: FormField) -> FormField:
        titles = {"image": self.tr("Picture"), "weight": self.tr("Weight"), "layers": self.tr("What to use")}
        layers = {
            "all": self.tr("Everything"), "style": self.tr("Style"), "composition": self.tr("Composition"),
            "style-composition": self.tr("Style and composition"),
        }  # fmt: skip
        labels = tuple(
            layers.get(str(choice), label) for choice, label in zip(field.choices, field.labels, strict=True)
        )
        return replace(field, title=titles.get(field.name, field.title), labels=labels)
