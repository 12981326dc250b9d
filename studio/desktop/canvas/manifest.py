"""Manifest: the document as a list of files, and made again from that list."""

from pathlib import Path

from PySide6.QtCore import QMargins, QPoint, QRect

from studio.desktop.canvas.document_state import DocumentState
from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.layer_cut import cut
from studio.desktop.shell import qt_image
from studio.desktop.shell.qt_image import Shown
from studio.document import blend_mode
from studio.document.placement import Placement, is_sound
from studio.document.project import LayerEntry, Manifest
from studio.errors import UserError

LONGEST = 2**20
"""Pixels a side, of what a file may say."""


def manifest(state: DocumentState) -> Manifest:
    """Without the mask, whose file is written apart."""
    return Manifest(
        layers=[entry(layer) for layer in state.layers],
        feather_px=state.overlay.feather_px if state.overlay else 0.0,
        frame=frame_numbers(state.frame),
        area=area_numbers(state.area),
    )


def layers(manifest: Manifest) -> tuple[list[Layer], list[str]]:
    """The layers, and a sentence for each that cannot be shown any more. For a worker's thread."""
    found: list[Layer] = []
    lost: list[str] = []
    for entry in manifest.layers:
        try:
            found.append(layer(entry))
        except UserError as error:
            lost.append(error.message)
    return found, lost


def frame(numbers: tuple[int, int, int, int]) -> QMargins:
    return QMargins(*(min(max(0, side), LONGEST) for side in numbers))


def area(numbers: tuple[int, int, int, int] | None) -> QRect | None:
    """None where it is not told, or cannot be."""
    found = QRect(*numbers) if numbers and max(map(abs, numbers)) < LONGEST else QRect()
    return found if found.isValid() else None


def area_numbers(area: QRect | None) -> tuple[int, int, int, int] | None:
    return None if area is None else (area.x(), area.y(), area.width(), area.height())


def frame_numbers(frame: QMargins) -> tuple[int, int, int, int]:
    return frame.left(), frame.top(), frame.right(), frame.bottom()


def layer(entry: LayerEntry) -> Layer:
    """Raises UserError. For a worker's thread."""
    shown = qt_image.load(Path(entry.file))
    if entry.mask:
        marked = qt_image.grey(Path(entry.mask))
        if marked.size() == shown.full.size():
            shown = cut(shown, lambda: marked, soft=entry.soft)
    return with_pixels(entry, shown)


def with_pixels(entry: LayerEntry, shown: Shown) -> Layer:
    """The layer, with its pixels, of which the mask has left some."""
    file, mask = Path(entry.file), Path(entry.mask) if entry.mask else None
    made = Layer(
        shown, entry.key, entry.name, entry.ref or entry.file, file, mask, QPoint(entry.x, entry.y),
        min(max(entry.opacity, 0.0), 1.0), entry.visible, tuple(entry.over),
        blend=blend_mode.named(entry.blend), soft=entry.soft,
        painted=entry.painted, figure=entry.figure,
    )  # fmt: skip
    if entry.scaled and is_sound(tuple(entry.scaled)):
        return made.place(Placement(*entry.scaled))
    return made


def entry(layer: Layer) -> LayerEntry:
    return LayerEntry(
        layer.key, str(layer.file or ""), layer.name, layer.ref, str(layer.mask or ""), layer.at.x(), layer.at.y(),
        layer.opacity, layer.visible, [*layer.over], layer.blend.value, layer.soft, [*(layer.scaled or ())],
        layer.painted, layer.figure,
    )  # fmt: skip
