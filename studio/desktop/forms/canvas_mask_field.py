"""CanvasMaskField: a mask over the picture that a task begins from, marked where that picture stands."""

from typing import Any

from PySide6.QtWidgets import QWidget

from studio.desktop.forms.canvas_access import CanvasAccess, CanvasPicture
from studio.desktop.forms.editor import initial
from studio.desktop.forms.form_host import FormHost
from studio.desktop.forms.image_field import ImageField, Look
from studio.desktop.forms.mask_field import MaskField
from studio.desktop.forms.source_field import SourceField
from studio.form import FormField


class CanvasMaskField(MaskField):
    """What is marked on the canvas while the picture is the canvas's; a mask that is chosen here is marked there."""

    def __init__(self, field: FormField, host: FormHost, canvas: CanvasAccess, parent: QWidget | None = None) -> None:
        self._canvas = canvas
        self.canvas_mask: CanvasPicture | None = None
        super().__init__(field, host, parent)
        self.current.hide()  # the picture in the middle is no mask

    @property
    def follows(self) -> bool:
        return isinstance(self._under, SourceField) and self._under.follows

    def set_picture_field(self, picture: ImageField) -> None:
        super().set_picture_field(picture)
        picture.changed.connect(self._picture_changed)
        self.refresh()

    def _picture_changed(self) -> None:
        if self.follows and isinstance(self._ref, str):  # that mask was for another picture
            super().set_value(initial(self.field))

    # ---- value

    def value(self) -> Any:
        if not self.follows:
            return super().value()
        return (self.canvas_mask.ref if self.canvas_mask else "") or initial(self.field)

    def set_value(self, value: Any) -> None:
        if not self.follows:
            super().set_value(value)
        elif isinstance(value, str) and value != self.value():
            self.use_file(value)

    def show_canvas(self, mask: CanvasPicture | None) -> None:
        """What is marked there now; None for nothing."""
        before, self.canvas_mask = self.value(), mask
        if self.follows:
            self.refresh()
            if self.value() != before:
                self.changed.emit()

    @property
    def seen(self) -> Look | None:
        mask = self.canvas_mask
        if not self.follows:
            return self.look
        return Look(mask.path, mask.size, mask.thumbnail) if mask and mask.path else None

    def _show(self, found: tuple[str, Look]) -> None:
        if self.follows:
            self._canvas.open_mask(found[1].path, self._refuse)
        else:
            super()._show(found)

    # ---- marking

    def paint(self) -> None:
        if not self.follows:
            super().paint()
        elif not self._canvas.mark():
            self.refused.emit(self.tr("Open a picture on the canvas first, then paint the mask with the brush."))

    def remove(self) -> None:
        if self.follows:
            self._canvas.clear_mask()
        else:
            super().remove()

    # ---- showing it

    @property
    def is_filled(self) -> bool:
        return self.canvas_mask is not None if self.follows else super().is_filled

    def describe(self) -> tuple[str, str]:
        if not self.follows or self._opening:
            return super().describe()
        if self.canvas_mask is None:
            return self.tr("No mask yet"), self.tr("Paint over what should change, on the canvas.")
        return self.tr("Mask on the canvas"), self.problem()
