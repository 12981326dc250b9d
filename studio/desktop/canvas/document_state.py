"""DocumentState: all of a document at a moment."""

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMargins, QRect

from studio.desktop.canvas.layer import Layer, Scene

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay


class DocumentState(NamedTuple):
    """All of the document; what is not changed is shared between states."""

    layers: tuple[Layer, ...] = ()
    overlay: "MaskOverlay | None" = None
    frame: QMargins = QMargins()
    area: QRect | None = None
    """The picture, if it is not all that the layers cover: layers may reach out of it."""

    @property
    def scene(self) -> Scene:
        return Scene(self.layers, self.area)

    @property
    def is_marked(self) -> bool:
        """Whether a mask or a frame marks what is to be made anew."""
        return not self.frame.isNull() or (self.overlay is not None and not self.overlay.mask.is_empty)

    @property
    def has_work(self) -> bool:
        """Whether it is more than a picture as it came."""
        return len(self.layers) > 1 or self.is_marked or any(map(_is_worked, self.layers))

    @property
    def bounds(self) -> QRect:
        return self.scene.bounds


def _is_worked(layer: Layer) -> bool:
    return layer.painted or layer.soft or layer.figure is not None or not layer.is_plain
