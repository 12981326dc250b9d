"""JobPreview: a preview of a picture that is being made; of an edit, only what the mask marks forms, in its place."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QMargins, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.shell import qt_image
from studio.desktop.shell.qt_image import Shown, shrunk
from studio.errors import UserError

MASK_SIDE = 512
"""Pixels: previews are no larger."""
CLOSE = 0.03
"""By how much two pictures of one shape may differ in it: previews are small, and their sides whole numbers."""


class JobPreview(NamedTuple):
    """`mask` marks what is made anew, `sources` are the pictures that the job was given."""

    whole: QImage
    mask: QImage | None = None
    sources: tuple[str, ...] = ()


def read(data: bytes, sources: Sequence[str]) -> JobPreview:
    """For a worker's thread. Raises UserError."""
    return of(qt_image.preview(data), sources)


def of(image: QImage, sources: Sequence[str]) -> JobPreview:
    """Of a picture that is there already. For a worker's thread."""
    file = next((ref for ref in sources if Path(ref).stem.startswith("mask-")), None)
    return JobPreview(image, _mask(file) if file else None, tuple(sources))


def alone(preview: JobPreview) -> Scene:
    """Nothing but the preview."""
    return Scene([Layer(Shown(preview.whole), stretched=preview.whole.size())])


def in_place(preview: JobPreview, scene: Scene, frame: QMargins) -> Scene | None:
    """The document with what forms on it and around it; None where the preview is not of the same view."""
    bounds = scene.bounds
    wider = bounds.marginsAdded(frame)
    if bounds.isEmpty() or not _same_shape(preview.whole.size(), wider.size()):
        return None
    around = [_stretched(preview.whole, wider)] if not frame.isNull() else []
    mask = preview.mask
    above = [_stretched(_marked(preview.whole, mask, bounds, wider), bounds)] if mask is not None else []
    return Scene([*around, *scene.layers, *above], wider) if around or above else None


def over(preview: JobPreview, bounds: QRect, frame: QMargins, *, edits: bool) -> list[Layer]:
    """What lies over a document as long as it is looked at; `edits`: the picture was made from the document.

    Of an edit only what it changes; what has another shape lies in the middle, as large as it fits.
    """
    wider = bounds.marginsAdded(frame)
    if not edits or not _same_shape(preview.whole.size(), wider.size()):
        fitted = QRect(QPoint(), preview.whole.size().scaled(bounds.size(), Qt.AspectRatioMode.KeepAspectRatio))
        fitted.moveCenter(bounds.center())
        return [_stretched(preview.whole, fitted)]
    around = [] if frame.isNull() else [_stretched(_hollow(preview.whole, bounds, wider), wider)]
    if preview.mask is not None:
        return [*around, _stretched(_marked(preview.whole, preview.mask, bounds, wider), bounds)]
    return around or [_stretched(preview.whole, bounds)]


def _hollow(whole: QImage, bounds: QRect, wider: QRect) -> QImage:
    """Only what lies around the document."""
    made = whole.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    across, down = whole.width() / wider.width(), whole.height() / wider.height()
    inner = bounds.translated(-wider.topLeft())
    painter = QPainter(made)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    place = QRectF(inner.x() * across, inner.y() * down, inner.width() * across, inner.height() * down)
    painter.fillRect(place, Qt.GlobalColor.transparent)
    painter.end()
    return made


def _stretched(image: QImage, over: QRect) -> Layer:
    return Layer(Shown(image), at=over.topLeft(), stretched=over.size())


def _marked(whole: QImage, mask: QImage, bounds: QRect, wider: QRect) -> QImage:
    """The part over the document, without what the mask keeps as it was."""
    across, down = whole.width() / wider.width(), whole.height() / wider.height()
    left, top = round((bounds.x() - wider.x()) * across), round((bounds.y() - wider.y()) * down)
    size = QSize(max(1, round(bounds.width() * across)), max(1, round(bounds.height() * down)))
    part = whole.copy(QRect(left, top, size.width(), size.height())).convertToFormat(QImage.Format.Format_ARGB32)
    smooth, free = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.IgnoreAspectRatio
    part.setAlphaChannel(mask.scaled(size, free, smooth).convertToFormat(QImage.Format.Format_Grayscale8))
    return part.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _same_shape(one: QSize, other: QSize) -> bool:
    ratio = one.width() * other.height() / max(1, one.height() * other.width())
    return abs(ratio - 1) < CLOSE


@functools.lru_cache(maxsize=2)  # a mask that is given to a job is a file that nobody changes
def _mask(file: str) -> QImage | None:
    try:
        return shrunk(qt_image.grey(Path(file)), MASK_SIDE)
    except UserError:  # the error of the job names what is wrong with it
        return None
