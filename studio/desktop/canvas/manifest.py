"""Manifest: the document as a list of files, and made again from that list."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMargins, QPoint

from studio.desktop.canvas.document import DocumentState, cut
from studio.desktop.canvas.layer import Layer
from studio.desktop.shell import qt_image
from studio.document.project import LayerEntry, Manifest
from studio.errors import UserError


def manifest(state: DocumentState) -> Manifest:
    """Without the mask, whose file is written apart."""
    frame = state.frame
    return Manifest(
        layers=[_entry(layer) for layer in state.layers],
        feather_px=state.overlay.feather_px if state.overlay else 0.0,
        frame=(frame.left(), frame.top(), frame.right(), frame.bottom()),
    )


def layers(manifest: Manifest) -> tuple[list[Layer], list[str]]:
    """The layers, and a sentence for each that cannot be shown any more. For a worker's thread."""
    found: list[Layer] = []
    lost: list[str] = []
    for entry in manifest.layers:
        try:
            found.append(_layer(entry))
        except UserError as error:
            lost.append(error.message)
    return found, lost


def frame(manifest: Manifest) -> QMargins:
    return QMargins(*(max(0, side) for side in manifest.frame))


def _layer(entry: LayerEntry) -> Layer:
    file, mask = Path(entry.file), Path(entry.mask) if entry.mask else None
    layer = Layer(
        qt_image.load(file), entry.key, entry.name, entry.ref or entry.file, file, mask, QPoint(entry.x, entry.y),
        min(max(entry.opacity, 0.0), 1.0), entry.visible, tuple(entry.over),
    )  # fmt: skip
    if mask is None:
        return layer
    marked = qt_image.grey(mask)
    if marked.size() != layer.shown.full.size():
        return layer
    return replace(layer, shown=cut(layer.shown, lambda: marked))


def _entry(layer: Layer) -> LayerEntry:
    return LayerEntry(
        layer.key, str(layer.file or ""), layer.name, layer.ref, str(layer.mask or ""), layer.at.x(), layer.at.y(),
        layer.opacity, layer.visible, [*layer.over],
    )  # fmt: skip
