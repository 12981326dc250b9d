"""Scenes: what the viewer shows of the document and a candidate, and what it compares that with."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRect

from studio.desktop.canvas import job_preview
from studio.desktop.canvas.document import Document
from studio.desktop.canvas.job_preview import JobPreview
from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.shell.qt_image import Shown
from studio.desktop.viewer.candidates import Candidate


def shown(document: Document, candidate: Candidate | None) -> Scene:
    """The document, with the candidate over it or in its place."""
    layers = [*document.layers]
    if candidate is None:
        return Scene(layers)
    if candidate.shown is None or candidate.piece is None:
        # until there is something to see of it, what was there
        return forming(document, candidate.preview) if candidate.preview else Scene(layers)
    area = document.place(candidate.piece, candidate.shown.full.size())
    if area is None:
        return Scene([Layer(candidate.shown, file=candidate.piece.file)])
    return Scene([*layers, Layer(candidate.shown, file=candidate.piece.file, at=area.topLeft())])


def forming(document: Document, preview: JobPreview) -> Scene:
    """An edit forms on the document, anything else alone."""
    edits = bool({*preview.sources} & {*document.refs})
    placed = job_preview.in_place(preview, document.layers, document.frame) if edits else None
    return placed or job_preview.alone(preview)


# ---- compared with


def before_result(layers: Sequence[Layer], area: QRect) -> Scene:
    """The document below a result that lies in `area`."""
    return Scene([*layers, *_room(layers, area)])


def before_document(layers: Sequence[Layer]) -> Scene | None:
    """The lowest layer alone; None for a document of one layer."""
    if len(layers) < 2:
        return None
    return Scene([layers[0], *_room(layers, Scene([*layers]).bounds)])


def before_source(source: Shown, result: Shown) -> Scene:
    """What a result was made from, as large as the result."""
    return Scene([Layer(source, stretched=result.full.size())])


def _room(layers: Sequence[Layer], area: QRect) -> list[Layer]:
    """Something unseen that gives the scene the bounds of what it is compared with."""
    unseen = replace(layers[0], at=area.topLeft(), stretched=area.size(), visible=False)
    return [unseen]
