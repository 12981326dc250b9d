"""Before: what a picture is compared with: the document without it, or the picture that it was made from."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QRect

from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.shell.qt_image import Shown


def of_result(layers: Sequence[Layer], area: QRect) -> Scene:
    """The document below a result that lies in `area`."""
    return Scene([*layers, *_room(layers, area)])


def of_document(layers: Sequence[Layer]) -> Scene | None:
    """The lowest layer alone; None for a document of one layer."""
    if len(layers) < 2:
        return None
    return Scene([layers[0], *_room(layers, Scene([*layers]).bounds)])


def of_source(source: Shown, result: Shown) -> Scene:
    """What a result was made from, as large as the result."""
    return Scene([Layer(source, stretched=result.full.size())])


def _room(layers: Sequence[Layer], area: QRect) -> list[Layer]:
    """Something unseen that gives the scene the bounds of what it is compared with."""
    unseen = replace(layers[0], at=area.topLeft(), stretched=area.size(), visible=False)
    return [unseen]
