"""SourceField: the picture that a task begins from. It is what stands on the canvas, unless another is asked for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from studio.desktop.forms.canvas_access import CanvasAccess, CanvasPicture
from studio.desktop.forms.editor import MISSING
from studio.desktop.forms.form_host import FormHost
from studio.desktop.forms.image_field import ImageField, Look
from studio.desktop.style import theme
from studio.desktop.style.label_text import tooltip
from studio.desktop.style.sentence import say
from studio.form import FormField


class CanvasValue:
    """The class of CANVAS."""

    def __repr__(self) -> str:
        return "CANVAS"


CANVAS: Final = CanvasValue()
"""As a value of the field: whatever stands on the canvas."""


class SourceField(ImageField):
    """A file that is chosen, dropped or pasted here opens on the canvas. `follows` is whether the value is what stands
    there; else the field has a picture of its own, for this task only, and looks like it."""

    def __init__(self, field: FormField, host: FormHost, canvas: CanvasAccess, parent: QWidget | None = None) -> None:
        self.follows = not field.nullable
        self.canvas_picture: CanvasPicture | None = None
        self._canvas = canvas
        self._opens = False
        super().__init__(field, host, parent)
        self.only = self.add_tool("pin", self.tr("Another picture, for this task only"), self._toggle)
        self.only.setCheckable(True)
        self.tools.removeWidget(self.only)
        self.tools.insertWidget(self.tools.count() - 1, self.only)
        self.current.hide()
        self.refresh()

    # ---- value

    def value(self) -> Any:
        if not self.follows:
            return super().value()
        return (self.canvas_picture.ref if self.canvas_picture else "") or MISSING

    def set_value(self, value: Any) -> None:
        """MISSING for what stands on the canvas, and so is the name that this was given by itself."""
        if value is CANVAS or (value is MISSING and not self.field.nullable) or self._is_of_canvas(value):
            self.use_canvas()
        else:
            self.follows = False
            super().set_value(value)

    def _is_of_canvas(self, value: Any) -> bool:
        return self.follows and isinstance(value, str) and value == self.value()

    def use_canvas(self) -> None:
        if self.follows and self._ref is MISSING:
            return
        self.follows = True
        super().set_value(MISSING)

    def show_canvas(self, picture: CanvasPicture | None) -> None:
        """What stands there now; None for nothing."""
        before, self.canvas_picture = self.value(), picture
        if self.follows:
            self.refresh()
            if self.value() != before:
                self.changed.emit()
            self.opened.emit()

    def problem(self) -> str:
        if not self.follows:
            return super().problem()
        if self.canvas_picture is None and not self.field.nullable:
            return self.tr("“{title}” needs a picture: drop one on the canvas, or choose one.").format(
                title=self.field.title
            )
        return ""

    @property
    def seen(self) -> Look | None:
        """What the value looks like."""
        picture = self.canvas_picture
        if not self.follows:
            return self.look
        return Look(picture.path or Path(), picture.size, picture.thumbnail, picture.notes) if picture else None

    # ---- ways in

    def use_file(self, ref: str) -> None:
        self._opens = self.follows
        super().use_file(ref)

    def _take_pasted(self, pasted: Any) -> None:
        self._opens = self.follows
        super()._take_pasted(pasted)

    def _show(self, found: tuple[str, Look]) -> None:
        opens, self._opens = self._opens, False
        ref, look = found
        if opens and not look.thumbnail.isNull():
            self._canvas.open(ref, look.path)
            return
        self.follows = False  # a saved embedding has no pixels that could stand on the canvas
        super()._show(found)

    def _toggle(self) -> None:
        if self.follows:
            self.follows = False
            super().set_value(MISSING)
        else:
            self.use_canvas()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def remove(self) -> None:
        """Its own picture; then the canvas's stands here again."""
        self.use_canvas() if not self.field.nullable else super().remove()

    # ---- remembered

    def state(self) -> dict[str, Any]:
        return {**super().state(), "own": not self.follows}

    def restore(self, state: Mapping[str, Any]) -> None:
        super().restore(state)
        if state.get("own") is not True and not self.field.nullable:
            self.use_canvas()

    # ---- showing it

    @property
    def is_filled(self) -> bool:
        return self.canvas_picture is not None if self.follows else super().is_filled

    def refresh(self) -> None:
        super().refresh()
        self.clear_button.setVisible(not self.follows and self.is_filled and not self.is_listed)
        if hasattr(self, "only"):
            own = not self.follows
            self.only.setChecked(own)
            words = self.tr("Use the canvas again") if own else self.tr("Another picture, for this task only")
            self.only.setToolTip(tooltip(words))
            self.only.setAccessibleName(f"{self.field.title}: {words}")
        self.stands_out = not self.follows

    def describe(self) -> tuple[str, str]:
        if not self.follows:
            name, about = super().describe()
            only = self.tr("For this task only")
            return name, " · ".join(filter(None, (about, only))) if self.is_filled else only
        if self._opening:
            return self.tr("Opening…"), ""
        picture = self.canvas_picture
        if picture is None:
            return self.tr("The canvas is empty"), self.tr("Drop a picture on it, or choose one:")
        size = "{} × {}".format(*picture.size)
        beneath = [self.tr("without results that are not accepted yet")] if picture.beneath else []
        return self.tr("The canvas"), " · ".join([size, *beneath, *map(say, picture.notes)])

    def pixmap(self) -> QPixmap:
        if not self.follows:
            return super().pixmap()
        if self.canvas_picture is None:
            return theme.icon("picture").pixmap(QSize(32, 32))
        return self.scaled(self.canvas_picture.thumbnail)
