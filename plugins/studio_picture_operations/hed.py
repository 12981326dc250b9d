"""HED: soft edges by a network (Xie and Tu, "Holistically-Nested Edge Detection", 2015): VGG16, seen at five sizes."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch.nn import functional

from studio import api

BLOCKS = (2, 2, 3, 3, 3)
"""Convolutions before each of its five outputs."""
MEAN = (104.00699, 116.66877, 122.67892)
"""Of the pictures that it was trained on, in blue, green and red, as Caffe had them."""
AREA = 640 * 640
"""Pixels at which it looks at most: it was trained on fewer, and takes seconds for these on a processor."""
SMALLEST = 16
"""Pixels of the shorter side: the last block sees a sixteenth of them."""
Weights = Mapping[str, torch.Tensor]


def soft_edge(pixels: np.ndarray, file: Path | None) -> np.ndarray:
    """White where there is an edge, the surer the brighter. Raises UserError for weights that are damaged."""
    weights = _weights(file)
    try:
        with torch.inference_mode():
            made = edges(_prepared(pixels), weights)
            made = functional.interpolate(made, pixels.shape[:2], mode="bilinear", align_corners=False)
    except (KeyError, RuntimeError) as error:
        if isinstance(error, torch.OutOfMemoryError):
            raise
        raise _damaged(file) from error
    if not torch.isfinite(made).all():
        raise _damaged(file)
    grey = (made[0, 0] * 255).round().clamp(0, 255).to(torch.uint8).numpy()
    return np.repeat(grey[:, :, None], 3, axis=2)


def edges(picture: torch.Tensor, weights: Weights) -> torch.Tensor:
    """(1, 3, H, W), prepared, to how sure it is of an edge, (1, 1, H, W). Raises KeyError, RuntimeError."""

    def convolved(values: torch.Tensor, name: str, around: int) -> torch.Tensor:
        return functional.conv2d(values, weights[f"{name}.weight"], weights[f"{name}.bias"], padding=around)

    size, values, sides = picture.shape[2:], picture, []
    for number, count in enumerate(BLOCKS, 1):
        if number > 1:
            values = functional.max_pool2d(values, 2, ceil_mode=True)
        for layer in range(count):
            name = f"block{number}.conv2d" + (f"_{layer}" if layer else "")
            values = functional.relu(convolved(values, name, 1))
        side = convolved(values, f"dsn{number}", 0)
        sides.append(functional.interpolate(side, size, mode="bilinear", align_corners=False))
    return torch.sigmoid(convolved(torch.cat(sides, 1), "fuse", 0))


def _prepared(pixels: np.ndarray) -> torch.Tensor:
    bgr = torch.from_numpy(np.ascontiguousarray(pixels[:, :, ::-1])).movedim(-1, 0)[None].float()
    height, width = pixels.shape[:2]
    scale = min(1.0, (AREA / (height * width)) ** 0.5)
    wanted = [max(SMALLEST, round(side * scale)) for side in (height, width)]
    if wanted != [height, width]:
        bgr = functional.interpolate(bgr, wanted, mode="bilinear", align_corners=False, antialias=True)
    return bgr - torch.tensor(MEAN).view(1, 3, 1, 1)


def _weights(file: Path | None) -> Weights:
    assert file is not None, "an operation with weights is not run without"
    try:
        return {name: tensor.float() for name, tensor in load_file(file).items()}
    except (OSError, SafetensorError) as error:
        raise _damaged(file) from error


def _damaged(file: Path | None) -> api.UserError:
    return api.UserError(
        "The weights of HED in {} are damaged, or not all there, so no edges were found; remove the file and get them "
        "again: “studio models get hed”.",
        file, field="control", code="invalid_weights",
    )  # fmt: skip
