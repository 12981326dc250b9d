"""Enlarging by FLUX.1: interpolated first, then each window painted over as its ControlNet says, and blended.

In one window it is what FluxControlNetImg2ImgPipeline does.
"""

import math
from itertools import product
from typing import Any

import numpy as np
import torch
from PIL import Image

from studio import api
from studio.diffusion import StepProgress, build_pipeline, followed, note_unread, run, scheduler
from studio_upscale.repainted import OVERLAP, STRENGTH
from studio_upscale.window import Span, spans


class _Windows(StepProgress):
    """Progress in the stages of this task: what a pipeline decodes is a window that is done."""

    def step(self, stage: str, preview: Image.Image | None = None) -> None:
        super().step("tiles" if stage == "codec" else stage)


class Windowed:
    """One enlargement of a picture, RGB, to a size."""

    def __init__(self, params: Any, ctx: api.Context, lease: api.Lease, picture: Image.Image) -> None:
        """`picture`: enlarged already, each side a multiple of what the model makes."""
        self._params, self._ctx, self._lease, self._picture = params, ctx, lease, picture
        defaults = lease.defaults
        self._multiple = int(defaults["multiple"])
        self.strength = STRENGTH if params.strength is None else float(params.strength)
        # The pipeline fails where no step is left.
        self.steps = max(int(params.steps or defaults["steps"]), math.ceil(1 / self.strength))
        self.guidance = float(defaults["guidance_scale"] if params.guidance_scale is None else params.guidance_scale)
        self.seed = int(params.seed)
        tile = int(params.tile or max(defaults["width"], defaults["height"])) // self._multiple
        margin = -(-(OVERLAP if params.overlap is None else int(params.overlap)) // 2 // self._multiple)
        sides = (picture.height // self._multiple, picture.width // self._multiple)
        rows, columns = (spans(side, tile, margin, 1) for side in sides)
        self.windows = list(product(rows, columns))
        note_unread(ctx, lease, params.prompt)

    def draw(self) -> Image.Image:
        """Raises UserError and Cancelled."""
        meter = _Windows(self._ctx, len(self.windows) * (math.ceil(self.steps * self.strength) + 1))
        whole = np.zeros((self._picture.height, self._picture.width, 3), np.float32)
        for number, (row, column) in enumerate(self.windows):
            weights = np.outer(row.weights(self._multiple), column.weights(self._multiple)).astype(np.float32)
            box = left, top, right, bottom = self._box(row, column)
            whole[top:bottom, left:right] += self._painted(box, number, meter) * weights[..., None]
        return Image.fromarray((whole.clip(0, 1) * 255).round().astype(np.uint8))

    def _painted(self, box: tuple[int, int, int, int], number: int, meter: StepProgress) -> Any:
        """(h, w, 3) in [0, 1]. Each window has noise of its own, or the same would show in all."""
        lease, part = self._lease, self._picture.crop(box)
        pipeline = build_pipeline(self._ctx, lease, "upscale", scheduler(lease, "automatic", self.steps))
        led = followed(self._params.control, self._ctx, lease, "upscale", part.size, self._picture, part=box,
                       whole=self._picture.size)  # fmt: skip
        call = {
            "prompt": self._params.prompt, "image": part, "width": part.width, "height": part.height,
            "strength": self.strength, "num_inference_steps": self.steps, lease.about.guidance: self.guidance,
            "generator": torch.Generator("cpu").manual_seed(self.seed + number),
        }  # fmt: skip
        return run(pipeline, self._ctx, lease, meter, {**call, **led})

    def _box(self, row: Span, column: Span) -> tuple[int, int, int, int]:
        cell = self._multiple
        return column.start * cell, row.start * cell, column.stop * cell, row.stop * cell
