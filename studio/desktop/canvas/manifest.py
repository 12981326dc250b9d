"""Manifest: the document as a list of files, and made again from that list."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMargins, QPoint, QRect

from studio.desktop.canvas.document import DocumentState, cut
from studio.desktop.canvas.layer import Layer
from studio.desktop.shell import qt_image
from studio.document import blend_mode
from studio.document.placement import Placement, is_sound
from studio.document.project import LayerEntry, Manifest
from studio.errors import UserError

LONGEST = 2**20
"""Pixels a side, of what a file may say."""


def manifest(state: DocumentState) -> Manifest:
    """Without the mask, whose file is written apart."""
    frame, area = state.frame, state.area
    return Manifest(
        layers=[entry(layer) for layer in state.layers],
        feather_px=state.overlay.feather_px if state.overlay else 0.0,
        frame=(frame.left(), frame.top(), frame.right(), frame.bottom()),
        area=None if area is None else (area.x(), area.y(), area.width(), area.height()),
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


def frame(manifest: Manifest) -> QMargins:
    return QMargins(*(max(0, side) for side in manifest.frame))


def area(manifest: Manifest) -> QRect | None:
    """None where it is not told, or cannot be."""
    found = QRect(*manifest.area) if manifest.area and max(map(abs, manifest.area)) < LONGEST else QRect()
    return found if found.isValid() else None


def layer(entry: LayerEntry) -> Layer:
    """Raises UserError. For a worker's thread."""
    file, mask = Path(entry.file), Path(entry.mask) if entry.mask else None
    made = Layer(
        qt_image.load(file), entry.key, entry.name, entry.ref or entry.file, file, mask, QPoint(entry.x, entry.y),
        min(max(entry.opacity, 0.0), 1.0), entry.visible, tuple(entry.over),
        blend=blend_mode.named(entry.blend), soft=entry.soft,
        painted=entry.painted, figure=entry.figure,
    )  # fmt: skip
    if mask is not None:
        marked = qt_image.grey(mask)
        if marked.size() == made.shown.full.size():
            made = replace(made, shown=cut(made.shown, lambda: marked, soft=entry.soft))
    if entry.scaled and is_sound(tuple(entry.scaled)):
        return made.place(Placement(*entry.scaled))
    return made


def entry(layer: Layer) -> LayerEntry:
    return LayerEntry(
        layer.key, str(layer.file or ""), layer.name, layer.ref, str(layer.mask or ""), layer.at.x(), layer.at.y(),
        layer.opacity, layer.visible, [*layer.over], layer.blend.value, layer.soft, [*(layer.scaled or ())],
        layer.painted, layer.figure,
    )  # fmt: skip
