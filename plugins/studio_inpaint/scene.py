"""The crop as the model sees it: pixels, a smooth filling under the mask, and the mask on the model's own grid."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from torch.nn import functional

from studio_inpaint.area import Area
from studio_inpaint.extended_picture import ExtendedPicture, Pixels
from studio_inpaint.fill import filled

FINE = 4
"""Parts of a cell in which a mask is grown."""


@dataclass(frozen=True)
class CropScene:
    """Tensors of one picture, in float32 on the CPU."""

    clean: torch.Tensor
    """(1, 3, h, w) in [-1, 1]: what is masked is replaced by a smooth filling from its surroundings."""
    under: torch.Tensor
    """(1, 3, h, w) in [-1, 1]: with what is under the mask, and the filling where nothing is."""
    mask: torch.Tensor
    """(1, 1, h, w) in [0, 1]: 1 = repaint, with all that is masked at least."""
    repaint: torch.Tensor
    """(1, 1, h / cell, w / cell) in [0, 1]: the mask grown and softened, on the grid of the latents."""


def scene(
    canvas: ExtendedPicture, area: Area, size: tuple[int, int], cell: int, *, grow: int | None, feather: float
) -> CropScene:
    """`size` is what the decoder makes, `cell` its pixels for one latent; `grow` in pixels of the canvas."""
    colours = np.asarray(canvas.srgb.crop(area.box))
    known = canvas.known(area.slices).astype(np.float32) / 255
    small, small_known = _weighted(colours, known, size)
    clean = _over(small, small_known, filled(small, small_known))
    under = _over(*_weighted(colours, canvas.seen[area.slices].astype(np.float32) / 255, size), clean)
    mask = torch.from_numpy(canvas.mask[area.slices].astype(np.float32) / 255)[None, None]
    grid = (size[1] // cell, size[0] // cell)
    cell_canvas = area.size[0] / grid[1]  # pixels of the canvas for one latent
    steps = round((cell_canvas if grow is None else grow) / cell_canvas * FINE)
    return CropScene(
        _tensor(clean),
        _tensor(under),
        functional.adaptive_max_pool2d(mask, (size[1], size[0])),
        _repaint(mask, grid, steps, feather),
    )


def _repaint(mask: torch.Tensor, grid: tuple[int, int], steps: int, feather: float) -> torch.Tensor:
    fine = functional.adaptive_max_pool2d(mask, (grid[0] * FINE, grid[1] * FINE))
    for _ in range(steps):
        fine = functional.max_pool2d(fine, 3, stride=1, padding=1)
    coarse = functional.adaptive_max_pool2d(fine, grid)
    if not feather:
        return coarse
    soft = cv2.GaussianBlur(coarse[0, 0].numpy(), (0, 0), feather)
    return torch.maximum(coarse, torch.from_numpy(soft)[None, None])  # softer outwards only


def _weighted(colours: Pixels, weights: Pixels, size: tuple[int, int]) -> tuple[Pixels, Pixels]:
    """Colours and weights at another size, where each colour counted by its weight."""
    small = _resized(weights, size)
    return _resized(colours * weights[..., None], size) / np.maximum(small, 1e-6)[..., None], small


def _over(colours: Pixels, weights: Pixels, beneath: Pixels) -> Pixels:
    mixed: Pixels = colours * weights[..., None] + beneath * (1 - weights[..., None])
    return mixed


def _resized(array: Pixels, size: tuple[int, int]) -> Pixels:
    is_smaller = size[0] < array.shape[1] or size[1] < array.shape[0]
    resized: Pixels = cv2.resize(array, size, interpolation=cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR)
    return resized


def _tensor(levels: Pixels) -> torch.Tensor:
    """(h, w, 3) in 0 to 255 to (1, 3, h, w) in [-1, 1]."""
    array: Any = np.ascontiguousarray(levels.transpose(2, 0, 1)[None])
    return torch.from_numpy(array.astype(np.float32)) / 127.5 - 1
