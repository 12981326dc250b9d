"""PartsEditor: a value of several parts, each in an editor of its own; AddOnEditor: one that goes by a file besides."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.add_on_chooser import AddOnChooser, AddOnWanted
from studio.desktop.forms.editor import MISSING, Editor, initial
from studio.desktop.forms.form_host import FormHost
from studio.form import FormField

HASH = "sha256"


class PartsEditor(Editor):
    """A mapping of the fields of its field, one below the other."""

    untitled: tuple[str, ...] = ("image", "mask")
    """Parts that speak for themselves."""

    def __init__(
        self, field: FormField, make: Callable[[FormField], Editor], hidden: tuple[str, ...] = (),
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(field, parent)
        self.tall = True
        self.parts = {each.name: make(self.named(each)) for each in field.fields if each.name not in hidden}
        for part in self.parts.values():
            part.setParent(self)
            part.set_value(initial(part.field))
            part.changed.connect(self.changed)
            part.refused.connect(self.refused)
            part.submitted.connect(self.submitted)

    def named(self, field: FormField) -> FormField:
        """In the window's language: these are not the texts of a plugin."""
        return field

    def lay_out(self, *first: QWidget, below: Mapping[str, tuple[QWidget, ...]] | None = None) -> None:
        """`first`, then the parts; `below`: by part, what stands under it."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 10)  # apart from the next one of the list
        column.setSpacing(6)
        for each in first:
            column.addWidget(each)
        for name, part in self.parts.items():
            if name not in self.untitled:
                column.addLayout(part.heading(self))
            if not part.slim:
                column.addWidget(part)
            for each in (below or {}).get(name, ()):
                column.addWidget(each)

    def value(self) -> Any:
        values = {name: part.value() for name, part in self.parts.items()}
        return {name: value for name, value in values.items() if value is not MISSING}

    def set_value(self, value: Any) -> None:
        given = value if isinstance(value, Mapping) else {}
        for name, part in self.parts.items():
            part.set_value(given[name] if name in given else initial(part.field))
        self.changed.emit()

    def problem(self) -> str:
        return next((problem for part in self.parts.values() if (problem := part.problem())), "")

    def use_model(self, model: ModelInfo | None) -> None:
        for part in self.parts.values():
            part.use_model(model)

    def library_opened(self) -> None:
        for part in self.parts.values():
            part.library_opened()


class AddOnEditor(PartsEditor):
    """A file of the catalogue with what else it is told. One that is not there, or does not fit the model, stays and
    is told."""

    def __init__(
        self, field: FormField, host: FormHost, make: Callable[[FormField], Editor], wanted: AddOnWanted, name: str,
        titles: tuple[str, str], parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """`name`: of the field with the file. `titles`: what the list is called for who cannot see it, and what is
        said while none is chosen."""
        super().__init__(field, make, (name, HASH), parent)
        self._name, self._choose = name, titles[1]
        self._kept: dict[str, Any] = {}
        """What else belongs to the chosen one: its hash."""
        self.chooser = AddOnChooser(host, wanted, titles[0], self)
        self.chooser.chosen.connect(self._forget)
        self.setFocusProxy(self.chooser)

    def value(self) -> Any:
        if self.chooser.ref is MISSING:
            return MISSING
        return {self._name: self.chooser.ref, **super().value(), **self._kept}

    def set_value(self, value: Any) -> None:
        given = value if isinstance(value, Mapping) else {}
        self._kept = {HASH: given[HASH]} if given.get(HASH) else {}
        self.chooser.set_ref(given.get(self._name))
        super().set_value(value)

    def problem(self) -> str:
        return self._choose if self.chooser.ref is MISSING else super().problem()

    def use_model(self, model: ModelInfo | None) -> None:
        super().use_model(model)
        self.chooser.use_model(model)

    def models_changed(self) -> None:
        self.chooser.refill()

    def _forget(self) -> None:
        self._kept = {}
        self.changed.emit()
