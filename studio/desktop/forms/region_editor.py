"""RegionEditor: words for a part of the picture, which is painted with the mask tools."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.editor import MISSING, Editor, initial
from studio.desktop.forms.form_host import FormHost
from studio.desktop.forms.image_field import ImageField, Look
from studio.desktop.forms.mask_field import MaskField
from studio.desktop.shell import drafts
from studio.desktop.style.label_text import one_line
from studio.errors import UserError
from studio.form import FormField

SIDE = 512
"""Of an empty page, where the model does not say its size."""


class RegionMask(MaskField):
    """Where a region is: painted over the picture of the form, or over an empty page of the model's shape."""

    def __init__(self, field: FormField, host: FormHost, parent: QWidget | None = None) -> None:
        self._look: Callable[[], Look | None] = lambda: None
        self._page: Look | None = None
        self._size = (SIDE, SIDE)
        super().__init__(field, host, parent)
        self.current.hide()  # the picture in the middle is no mask

    def lie_over(self, look: Callable[[], Look | None]) -> None:
        self._look = look
        self.refresh()

    def use_model(self, model: ModelInfo | None) -> None:
        told = model.defaults if model else {}
        self._size = int(told.get("width", SIDE)), int(told.get("height", SIDE))

    def look_under(self) -> Look | None:
        return self._look() or self._page

    def paint(self) -> None:
        if self._look() is None and (self._page is None or self._page.size != self._size):
            page = QImage(QSize(*self._size), QImage.Format.Format_RGB32)
            page.fill(Qt.GlobalColor.white)
            try:
                file = drafts.keep(self.host.drafts_dir, "canvas", drafts.as_png(page))
                self._page = Look(file, self._size, page)
            except UserError as error:
                self._refuse(error)
                return
        super().paint()

    def problem(self) -> str:
        return ImageField.problem(self)  # of another size it is stretched

    def describe(self) -> tuple[str, str]:
        if not self._opening and not isinstance(self._ref, str):
            return self.tr("No region yet"), self.tr("Paint where these words count, or drop a mask.")
        return super().describe()


class RegionEditor(Editor):
    """An api.Region."""

    def __init__(
        self, field: FormField, host: FormHost, make: Callable[[FormField], Editor], parent: QWidget | None = None
    ) -> None:
        super().__init__(field, parent)
        self.tall = True
        self.parts: dict[str, Editor] = {}
        for each in field.fields:
            named = self._named(each)
            self.parts[each.name] = RegionMask(named, host, self) if each.widget == "mask" else make(named)
        for part in self.parts.values():
            part.setParent(self)
            part.set_value(initial(part.field))
            part.changed.connect(self.changed)
            part.refused.connect(self.refused)
            part.submitted.connect(self.submitted)
        self.setFocusProxy(self.parts["prompt"])
        self._lay_out()

    def _named(self, field: FormField) -> FormField:
        """In the window's language: these are not the texts of a plugin."""
        titles = {"prompt": self.tr("What is there"), "mask": self.tr("Where"), "weight": self.tr("Weight")}
        return replace(field, title=titles.get(field.name, field.title))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 10)  # apart from the next one of the list
        column.setSpacing(6)
        for name, part in self.parts.items():
            if name != "mask":
                column.addLayout(part.heading(self))
            if not part.slim:
                column.addWidget(part)

    def value(self) -> Any:
        values = {name: part.value() for name, part in self.parts.items()}
        given = {name: value for name, value in values.items() if value is not MISSING}
        return given if {"prompt", "mask"} & given.keys() else MISSING

    def set_value(self, value: Any) -> None:
        given = value if isinstance(value, Mapping) else {}
        for name, part in self.parts.items():
            part.set_value(given[name] if name in given else initial(part.field))
        self.changed.emit()

    def problem(self) -> str:
        words = self.parts["prompt"].value()
        if not isinstance(words, str) or not words.strip():
            return self.tr("Say what is to be seen in the region, or remove the entry.")
        if self.parts["mask"].value() is MISSING:
            return self.tr("Paint the region of “{0}”, or remove the entry.").format(one_line(words, 40))
        return next((problem for part in self.parts.values() if (problem := part.problem())), "")

    def lie_over(self, look: Callable[[], Any]) -> None:
        self.parts["mask"].lie_over(look)

    def use_model(self, model: ModelInfo | None) -> None:
        for part in self.parts.values():
            part.use_model(model)

    def library_opened(self) -> None:
        for part in self.parts.values():
            part.library_opened()
