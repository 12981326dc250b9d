"""A field for a mask, which is painted over the picture of the same form."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPixmap, QUndoStack
from PySide6.QtWidgets import QWidget

from studio.desktop.canvas.mask_tint import OPACITY, TINT
from studio.desktop.forms.form_host import FormHost
from studio.desktop.forms.image_field import MADE_SIDE, ImageField, Look
from studio.desktop.shell import drafts
from studio.desktop.shell.qt_image import Shown, load, to_qimage
from studio.errors import UserError
from studio.form import FormField

if TYPE_CHECKING:
    from studio.desktop.canvas.mask_overlay import MaskOverlay
    from studio.desktop.forms.mask_painter import MaskPainter


class MaskField(ImageField):
    """White = repaint. The mask must have the size of the picture that it lies over."""

    def __init__(self, field: FormField, host: FormHost, parent: QWidget | None = None) -> None:
        self._under: ImageField | None = None
        self._unfinished: tuple[Path, MaskOverlay, QUndoStack] | None = None
        super().__init__(field, host, parent)
        self._loading = False
        self.painter: MaskPainter | None = None
        button = self.add_tool("brush", self.tr("Paint the mask over the picture (Space)"), self.paint)
        self.tools.insertWidget(0, button)

    def set_picture_field(self, picture: ImageField) -> None:
        """The field of the picture that the mask is painted over."""
        self._under = picture
        picture.changed.connect(self.refresh)
        picture.opened.connect(self.refresh)

    def look_under(self) -> Look | None:
        """What the mask is painted over; None while there is nothing."""
        return self._under.seen if self._under else None

    def problem(self) -> str:
        if problem := super().problem():
            return problem
        under, mask = self.look_under(), self.seen
        if mask is None or under is None or mask.size == under.size:
            return ""
        words = self.tr("The mask is {mask} and the picture {picture} pixels; paint a new mask, or choose another.")
        return words.format(mask="{} × {}".format(*mask.size), picture="{} × {}".format(*under.size))

    def open(self, path: Path) -> Look:
        from studio import images  # Pillow comes with it, first needed after the first paint

        mask = images.load_mask(path)
        size = mask.size
        mask.thumbnail((MADE_SIDE, MADE_SIDE))
        return Look(path, size, to_qimage(mask))

    # ---- painting

    def paint(self) -> None:
        """Open the painter over the picture, with the mask that is there already."""
        under = self.look_under()
        if under is None:
            self._refuse(UserError(self.tr("Choose the picture first; the mask is painted over it.")))
            return
        if self._loading or self.painter is not None:
            return
        self._loading = True
        old = self.look.path if self.look else None

        def work() -> tuple[Shown, QImage | None]:
            from studio import images  # Pillow comes with it, first needed after the first paint
            from studio.desktop.forms import mask_painter  # noqa: F401 - so that it is there when it is opened

            return load(under.path), to_qimage(images.load_mask(old)) if old else None

        self.host.worker.run(work, lambda found: self._open_painter(under.path, *found), self._cannot_paint)

    def _cannot_paint(self, error: UserError) -> None:
        self._loading = False
        self._refuse(error)

    def _open_painter(self, path: Path, shown: Shown, old: QImage | None) -> None:
        from studio.desktop.canvas.mask_overlay import MaskOverlay, from_grey  # first needed after the first paint
        from studio.desktop.forms.mask_painter import MaskPainter  # first needed after the first paint

        self._loading = False
        unfinished = self._unfinished
        if unfinished and unfinished[0] == path:
            _, overlay, stack = unfinished
        else:
            size = shown.full.size()
            base = None if old is None else from_grey(old.scaled(size, mode=Qt.TransformationMode.SmoothTransformation))
            overlay, stack = MaskOverlay(size, base), QUndoStack(self)
        self.painter = MaskPainter(shown, overlay, stack, self.host.worker, self.host.keymap, self)
        self.painter.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.painter.accepted.connect(lambda: self._keep(path, overlay, stack))
        self.painter.rejected.connect(lambda: self._keep_unfinished(path, overlay, stack))
        self.painter.finished.connect(self._painter_closed)
        self.painter.open()

    def _painter_closed(self) -> None:
        self.painter = None
        self.setFocus()

    def _keep_unfinished(self, path: Path, overlay: "MaskOverlay", stack: QUndoStack) -> None:
        if stack.canUndo():
            self._unfinished = path, overlay, stack
            self.refused.emit(self.tr("The mask was not applied; open it again to continue."))

    def _keep(self, path: Path, overlay: "MaskOverlay", stack: QUndoStack) -> None:
        """As a file; until that is written the veil stays, so that a full disk takes no work away."""
        self._unfinished = path, overlay, stack
        self.use_painted(overlay.drawing())

    def use_painted(self, draw: Callable[[], QImage]) -> None:
        """Take a mask that was painted; it is drawn and written on a worker's thread."""
        folder = self.host.drafts_dir

        def keep() -> str:
            return str(drafts.keep(folder, "mask", drafts.as_png(draw())))

        self._look_at(keep, self._refuse)

    def _show(self, found: tuple[str, Look]) -> None:
        self._unfinished = None
        super()._show(found)

    # ---- showing it

    def describe(self) -> tuple[str, str]:
        if not self._opening and not isinstance(self._ref, str):
            return self.tr("No mask yet"), self.tr("Paint over what should change, or drop a mask.")
        name, about = super().describe()
        if self.seen is not None and name.startswith("mask-"):
            name = self.tr("Painted mask")
        return name, self.problem() or about

    def pixmap(self) -> QPixmap:
        """The mask as it is painted: a tint over the picture."""
        under, mask = self.look_under(), self.seen
        if mask is None or under is None or under.size != mask.size:
            return super().pixmap()
        size = under.thumbnail.size()
        tint = QImage(size, QImage.Format.Format_ARGB32)
        tint.fill(TINT)
        grey = mask.thumbnail.scaled(size).convertToFormat(QImage.Format.Format_Grayscale8)
        tint.setAlphaChannel(grey)
        shown = under.thumbnail.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        painter = QPainter(shown)
        painter.setOpacity(OPACITY)
        painter.drawImage(0, 0, tint)
        painter.end()
        return self.scaled(shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.paint()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.paint()
