"""Picture operations: the control pictures that are made here, of edges, lines, scribbles and colours."""

import importlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from studio import api
from studio_picture_operations.translation import ZH

HED = "hed"
"""The role of its weights, and what the list of models calls them."""

MISSING = (
    "The weights of HED are not here, which “Soft edges (HED)” finds edges by; get them (55 MB) with “studio models "
    "get hed”, or in the window under “Get models…”, or choose “Soft edges (XDoG)”, which needs none."
)


def _by(module: str, name: str) -> Callable[[Image.Image, Path | None], Image.Image]:
    def run(picture: Image.Image, weights: Path | None) -> Image.Image:
        import numpy as np  # it and OpenCV take their time

        made = getattr(importlib.import_module(f"studio_picture_operations.{module}"), name)
        return Image.fromarray(made(np.asarray(picture)))

    return run


def _hed(picture: Image.Image, weights: Path | None) -> Image.Image:
    import numpy as np

    from studio_picture_operations.hed import soft_edge  # brings torch

    return Image.fromarray(soft_edge(np.asarray(picture), weights))


OPERATIONS = [
    api.PictureOperation("canny", "Edges (Canny)", _by("lines", "canny"), shows="lines"),
    api.PictureOperation("lineart", "Line art", _by("lines", "lineart"), shows="lines"),
    api.PictureOperation("soft-edge", "Soft edges (XDoG)", _by("lines", "soft_edge"), shows="scribble"),
    api.PictureOperation("hed", "Soft edges (HED)", _hed, shows="scribble", weights=HED, missing=MISSING),
    api.PictureOperation("scribble", "Scribble", _by("lines", "scribble"), shows="scribble"),
    api.PictureOperation("tile", "Tile", _by("colours", "tile"), shows="tile"),
    api.PictureOperation("blur", "Blur", _by("colours", "blur"), shows="blur"),
    api.PictureOperation("palette", "Palette", _by("colours", "palette")),
]
WEIGHTS = api.Family(
    HED, "HED", (), {}, {},
    files=(
        api.Signature(
            "HED, soft edges",
            {"block1.conv2d.weight": (64, 3, 3, 3), "dsn5.weight": None, "fuse.weight": (1, 5, 1, 1)},
            kind="other", role=HED,
            why="which draws no pictures by itself; “Soft edges (HED)” uses it, wherever in your folders it lies",
        ),
    ),
)  # fmt: skip
"""How the file of weights is told."""


@api.hookimpl
def register_families() -> list[api.Family]:
    return [WEIGHTS]


@api.hookimpl
def register_picture_operations() -> list[api.PictureOperation]:
    return OPERATIONS


@api.hookimpl
def register_translations() -> dict[str, dict[str, str]]:
    return {"zh": ZH}
