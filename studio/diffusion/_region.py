"""Words for regions, for the pipeline of any family: by attention where a UNet attends to CLIP's words, which costs a
pass of those layers alone; else by composition, which costs a pass of the network."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from studio.api._model import Lease
from studio.api._region import Region
from studio.api._task import Context
from studio.diffusion._composition import ComposedNetwork, compose
from studio.diffusion._picture import note_unread
from studio.diffusion._pipeline import called_with, fitting
from studio.diffusion._reference import referred
from studio.diffusion._regional_attention import Mixture, attending
from studio.diffusion._shares import Box, Shares, shares
from studio.errors import UserError

USUAL_SCALE = 8
"""Pixels for one latent, where the pipeline does not say; then a picture's latents tell it themselves."""
NETWORKS = ("transformer", "unet")


class Regional:
    """The regions of one job, or of a part of a picture; nothing for no regions.

    `call`: all that the pipeline is called with, its prompt, width and height among it, before `referred`. `part`:
    left, top, right, bottom of what is drawn, of a picture of the size `whole`.
    """

    def __init__(
        self, ctx: Context, lease: Lease, regions: Sequence[Region], call: Mapping[str, Any], *,
        part: Box | None = None, whole: tuple[int, int] | None = None,
    ) -> None:  # fmt: skip
        self._ctx, self._lease, self._call = ctx, lease, call
        self._regions, self._part, self._whole = acting(regions), part, whole
        self._composed: ComposedNetwork | None = None
        if self._regions:
            note_unread(ctx, lease, *(each.prompt for each in self._regions))

    def put_into(self, pipeline: Any) -> None:
        """Have a pipeline that `build_pipeline` made read each region's words where its mask is.

        Raises UserError for a model that cannot, and for a region that is empty.
        """
        if not self._regions:
            return
        name = next((each for each in NETWORKS if each in self._lease and hasattr(pipeline, each)), "")
        if not name or not self._lease.about.regions:
            raise unable(self._lease)
        if name == "unet" and self._lease.about.long_prompts:
            grid = self._shares(pipeline)
            if grid.levels[1:].any():
                pipeline.unet = attending(self._lease, self._mixture(pipeline, grid))
            return
        if self._composed is None:
            told = [self._told(pipeline, each) for each in self._words]
            self._composed = compose(pipeline, name, self._shares(pipeline), told)
        setattr(pipeline, name, self._composed.over(getattr(pipeline, name)))

    @property
    def _words(self) -> list[str]:
        return [self._call["prompt"], *(fitting(each.prompt, self._lease) for each in self._regions)]

    def _told(self, pipeline: Any, words: str) -> dict[str, Any]:
        told = referred(self._ctx, self._lease, pipeline, {**self._call, "prompt": words})
        return called_with(pipeline, self._lease, told)

    def _shares(self, pipeline: Any) -> Shares:
        scale = getattr(pipeline, "vae_scale_factor", USUAL_SCALE)
        grid = math.ceil(self._call["width"] / scale), math.ceil(self._call["height"] / scale)
        return shares(self._ctx, self._regions, grid, part=self._part, whole=self._whole)

    def _mixture(self, pipeline: Any, grid: Shares) -> Mixture:
        guided = self._call.get(self._lease.about.guidance, 0) > 1
        guided = guided and self._lease["unet"].config.time_cond_proj_dim is None
        states = [self._states(pipeline, each.prompt) for each in self._regions]
        return Mixture(Shares(grid.levels.to(self._lease.device)), states, guided)

    def _states(self, pipeline: Any, words: str) -> torch.Tensor:
        """(1, T, D), as the pipeline's own prompt is read."""
        with torch.no_grad():
            made, *_ = pipeline.encode_prompt(
                prompt=words, device=self._lease.device, num_images_per_prompt=1, do_classifier_free_guidance=False
            )
        found: torch.Tensor = made
        return found


def acting(regions: Sequence[Region]) -> list[Region]:
    """Those that count."""
    return [each for each in regions if each.weight]


def unable(lease: Lease) -> UserError:
    return UserError(
        "The model {} reads no words for regions here; remove them, or choose a model that draws from words, such as "
        "Stable Diffusion 1.5, XL or FLUX.1.",
        repr(lease.title), field="region", code="unsupported_operation",
    )  # fmt: skip
