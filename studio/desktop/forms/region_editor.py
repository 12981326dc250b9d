"""RegionEditor: words for a part of the picture, which is painted with the mask tools."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from PySide6.QtWidgets import QWidget

from studio.desktop.forms.editor import MISSING, Editor
from studio.desktop.forms.form_host import FormHost
from studio.desktop.forms.image_field import ImageField, Look
from studio.desktop.forms.mask_field import MaskField
from studio.desktop.forms.parts_editor import PartsEditor
from studio.desktop.style.label_text import one_line
from studio.form import FormField


class RegionMask(MaskField):
    """Where a region is: painted on the canvas; where there is none, over the picture of the form."""

    def __init__(self, field: FormField, host: FormHost, parent: QWidget | None = None) -> None:
        self._look: Callable[[], Look | None] = lambda: None
        self.words: Callable[[], object] = lambda: None
        super().__init__(field, host, parent)
        self.current.hide()  # the picture in the middle is no mask

    def lie_over(self, look: Callable[[], Look | None]) -> None:
        self._look = look
        self.refresh()

    def look_under(self) -> Look | None:
        return self._look()

    def paint(self) -> None:
        if self.host.canvas is None:
            super().paint()
        else:
            self.host.canvas.paint_region(self._ref, self.words())

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
        mask = self.parts["mask"]
        assert isinstance(mask, RegionMask)
        mask.words = self.parts["prompt"].value
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
