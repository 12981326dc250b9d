"""Steering: ControlNets and T2I-Adapters in a denoising loop of our own, as the pipelines of diffusers use them."""

from collections.abc import Sequence
from typing import Any

import torch
from PIL import Image

from studio.api._control import Control
from studio.api._model import Lease
from studio.api._operation import ControlPicture
from studio.diffusion._adapted import numbers, residuals
from studio.diffusion._control import check, mode


class Steering:
    """What each step adds to a UNet, for one picture or one part of it. `begin` before each loop."""

    def __init__(
        self, controls: Sequence[Control], pictures: Sequence[ControlPicture | torch.Tensor], lease: Lease, *,
        guided: bool,
    ) -> None:  # fmt: skip
        """`pictures`: of the size that is drawn, for each control; or as numbers, (1, 3, h, w). `guided`: whether the
        network sees each latent twice. Raises UserError."""
        check(controls)
        self._controls, self._nets, self._guided = controls, lease.controls, guided
        self._dtype, self._device = lease.dtype, lease.device
        self._kind = type(self._nets[0]).__name__ if self._nets else ""
        self._pictures = [self._numbers(each) for each in pictures]
        shown = [each if isinstance(each, ControlPicture) else ControlPicture(Image.new("RGB", (1, 1)), "inpaint")
                 for each in pictures]  # fmt: skip
        self._modes = [mode(each, picture, net)
                       for each, picture, net in zip(controls, shown, self._nets, strict=True)]  # fmt: skip
        self._number, self._total = 0, 1
        self._adapted: list[torch.Tensor] | None = None

    def begin(self, total: int) -> None:
        """A loop of so many calls of the network begins."""
        self._number, self._total = 0, total

    def next(self) -> None:
        """The next time of the schedule."""
        self._number += 1

    def __call__(
        self, latents: torch.Tensor, time: Any, words: torch.Tensor, conditions: dict[str, torch.Tensor] | None,
        place: tuple[slice, slice] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Options of the UNet's call. `latents`: scaled, and doubled where guided; `place`: rows and columns of the
        control pictures, in pixels, that they are of."""
        if not self._controls:
            return {}
        if self._kind == "T2IAdapter":
            return self._by_adapters(place)
        scales = [each.weight * self._kept(each) for each in self._controls]
        pictures = [picture if place is None else picture[..., place[0], place[1]] for picture in self._pictures]
        down: list[torch.Tensor] | None = None
        middle: Any = None
        for net, picture, scale, kind in zip(self._nets, pictures, scales, self._modes, strict=True):
            if kind is not None and scale == 0:
                continue
            options = {} if kind is None else self._union(net, kind, len(latents), words)
            added, centre = net(
                sample=latents, timestep=time, encoder_hidden_states=words, conditioning_scale=scale,
                controlnet_cond=picture if kind is None else [picture], guess_mode=False,
                added_cond_kwargs=conditions, return_dict=False, **options,
            )  # fmt: skip
            down = list(added) if down is None else [a + b for a, b in zip(down, added, strict=True)]
            middle = centre if middle is None else middle + centre
        return {"down_block_additional_residuals": down, "mid_block_additional_residual": middle}

    def _kept(self, control: Control) -> float:
        i, count = self._number, self._total
        return 1.0 - float(i / count < control.start or (i + 1) / count > control.end)

    def _union(self, net: Any, kind: int, count: int, words: torch.Tensor) -> dict[str, Any]:
        types = torch.zeros(net.config.num_control_type).scatter_(0, torch.tensor([kind]), 1)
        types = types.reshape(1, -1).to(words.device, words.dtype).repeat(count, 1)
        return {"control_type": types, "control_type_idx": [kind], "from_multi": True}

    def _by_adapters(self, place: tuple[slice, slice] | None) -> dict[str, Any]:
        if not all(self._kept(each) for each in self._controls):
            return {}
        if self._adapted is None or place is not None:
            parts = [each if place is None else each[..., place[0], place[1]] for each in self._pictures]
            found = residuals(self._controls, self._nets, parts)
            self._adapted = [torch.cat([each] * 2) if self._guided else each for each in found]
        return {"down_intrablock_additional_residuals": [each.clone() for each in self._adapted]}

    def _numbers(self, picture: ControlPicture | torch.Tensor) -> torch.Tensor:
        """(B, 3, h, w) in [0, 1]."""
        if isinstance(picture, ControlPicture):
            made = numbers(picture.image, self._nets[0])
        else:
            made = picture.to(dtype=torch.float32)
        made = made.to(self._device, self._dtype)
        return torch.cat([made] * 2) if self._guided and self._kind != "T2IAdapter" else made
