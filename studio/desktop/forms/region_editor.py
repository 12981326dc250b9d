"""RegionEditor: words for a part of the picture, which is painted with the mask tools."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from studio.descriptions import ModelInfo
from studio.desktop.forms.editor import MISSING, Editor
from studio.desktop.forms.form_host import FormHost
from studio.desktop.forms.image_field import ImageField, Look
from studio.desktop.forms.mask_field import MaskField
from studio.desktop.forms.parts_editor import PartsEditor
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


class RegionEditor(PartsEditor):
    """An api.Region."""

    def __init__(
        self, field: FormField, host: FormHost, make: Callable[[FormField], Editor], parent: QWidget | None = None
    ) -> None:
        def part(field: FormField) -> Editor:
            return RegionMask(field, host) if field.widget == "mask" else make(field)

        super().__init__(field, part, parent=parent)
        self.setFocusProxy(self.parts["prompt"])
        self.lay_out()

    def named(self, field: FormField) -> FormField:
        titles = {"prompt": self.tr("What is there"), "mask": self.tr("Where"), "weight": self.tr("Weight")}
        return replace(field, title=titles.get(field.name, field.title))

    def value(self) -> Any:
        given = super().value()
        return given if {"prompt", "mask"} & given.keys() else MISSING

    def problem(self) -> str:
        words = self.parts["prompt"].value()
        if not isinstance(words, str) or not words.strip():
            return self.tr("Say what is to be seen in the region, or remove the entry.")
        if self.parts["mask"].value() is MISSING:
            return self.tr("Paint the region of “{0}”, or remove the entry.").format(one_line(words, 40))
        return super().problem()

    def lie_over(self, look: Callable[[], Any]) -> None:
        self.parts["mask"].lie_over(look)
