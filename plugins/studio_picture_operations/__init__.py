"""Picture operations: the control pictures that are made here, of edges, lines, scribbles and colours."""

import importlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from studio import api
from studio_picture_operations.translation import ZH


def _by(module: str, name: str) -> Callable[[Image.Image, Path | None], Image.Image]:
    def run(picture: Image.Image, weights: Path | None) -> Image.Image:
        import numpy as np  # it and OpenCV take their time

        made = getattr(importlib.import_module(f"studio_picture_operations.{module}"), name)
        return Image.fromarray(made(np.asarray(picture)))

    return run


OPERATIONS = [
    api.PictureOperation("canny", "Edges (Canny)", _by("lines", "canny"), shows="lines"),
    api.PictureOperation("lineart", "Line art", _by("lines", "lineart"), shows="lines"),
    api.PictureOperation("soft-edge", "Soft edges (XDoG)", _by("lines", "soft_edge"), shows="scribble"),
    api.PictureOperation("scribble", "Scribble", _by("lines", "scribble"), shows="scribble"),
    api.PictureOperation("tile", "Tile", _by("colours", "tile"), shows="tile"),
    api.PictureOperation("blur", "Blur", _by("colours", "blur"), shows="blur"),
    api.PictureOperation("palette", "Palette", _by("colours", "palette")),
]


@api.hookimpl
def register_picture_operations() -> list[api.PictureOperation]:
    return OPERATIONS


@api.hookimpl
def register_translations() -> dict[str, dict[str, str]]:
    return {"zh": ZH}
