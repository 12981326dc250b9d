"""Scenes: what the viewer shows of the document and a candidate, and what it compares that with."""

from PySide6.QtCore import QRect

from studio.desktop.canvas import job_preview
from studio.desktop.canvas.document import Document
from studio.desktop.canvas.job_preview import JobPreview
from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.shell.qt_image import Shown
from studio.desktop.viewer.candidates import Candidate


def shown(document: Document, candidate: Candidate | None, live: JobPreview | None = None) -> Scene:
    """The document, with the candidate over it or in its place; where there is neither, what is drawn live."""
    if candidate is None:
        return job_preview.alone(live) if live is not None and not document.layers else document.scene
    if candidate.shown is None or candidate.piece is None:
        # until there is something to see of it, what was there
        return forming(document, candidate.preview) if candidate.preview else document.scene
    area = document.place(candidate.piece, candidate.shown.full.size())
    if area is None:
        return Scene([Layer(candidate.shown, file=candidate.piece.file)])
    result = Layer(candidate.shown, file=candidate.piece.file, at=area.topLeft())
    return Scene([*document.layers, result], document.bounds | area)


def forming(document: Document, preview: JobPreview) -> Scene:
    """An edit forms on the document, anything else alone."""
    edits = bool({*preview.sources} & {*document.refs})
    placed = job_preview.in_place(preview, document.scene, document.frame) if edits else None
    return placed or job_preview.alone(preview)


def live(document: Document, preview: JobPreview) -> list[Layer]:
    """What is drawn live, over the document."""
    edits = bool({*preview.sources} & {*document.refs})
    return job_preview.over(preview, document.bounds, document.frame, edits=edits)


# ---- compared with


def before_result(document: Document, area: QRect) -> Scene:
    """The document below a result that lies in `area`."""
    return Scene(document.layers, document.bounds | area)


def before_document(document: Document) -> Scene | None:
    """The lowest layer alone; None for a document of one layer."""
    return Scene(document.layers[:1], document.bounds) if len(document.layers) > 1 else None


def before_source(source: Shown, result: Shown) -> Scene:
    """What a result was made from, as large as the result."""
    return Scene([Layer(source, stretched=result.full.size())])
