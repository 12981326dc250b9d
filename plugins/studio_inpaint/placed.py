"""A preview of the part that is worked on, in its place in the whole picture."""

import functools

from PIL import Image

from studio import api
from studio.diffusion import StepProgress
from studio_inpaint.area import Area
from studio_inpaint.extended_picture import ExtendedPicture

SIDE = 512
"""Pixels of the longer side of a preview."""


class PlacedProgress(StepProgress):
    """Progress whose previews show the picture as it will be: what the mask protects stays."""

    def __init__(self, ctx: api.Context, total: int, canvas: ExtendedPicture, place: Area) -> None:
        super().__init__(ctx, total)
        self.show(canvas, place)

    def show(self, canvas: ExtendedPicture, place: Area) -> None:
        """The next previews are of another part."""
        self._canvas, self._place = canvas, place
        self.__dict__.pop("_around", None)  # as functools.cached_property has it

    def step(self, stage: str, preview: Image.Image | None = None) -> None:
        super().step(stage, None if preview is None else self.placed(preview))

    def placed(self, preview: Image.Image) -> Image.Image:
        """The whole canvas, at most SIDE pixels a side, with `preview` in the area that it is of."""
        under, mask, box = self._around
        shown = under.copy()
        part = preview.convert("RGB").resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.BILINEAR)
        shown.paste(part, box[:2], mask.crop(box))
        return shown

    @functools.cached_property
    def _around(self) -> tuple[Image.Image, Image.Image, tuple[int, int, int, int]]:
        """Picture and mask, made small, and where the area lies in them."""
        width, height = self._canvas.size
        scale = min(1.0, SIDE / max(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        left, top, right, bottom = (round(edge * scale) for edge in self._place.box)
        box = left, top, max(left + 1, right), max(top + 1, bottom)
        mask = Image.fromarray(self._canvas.mask).resize(size, Image.Resampling.BOX)
        return self._canvas.srgb.resize(size, Image.Resampling.BOX), mask, box
