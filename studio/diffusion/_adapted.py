"""T2I-Adapters where diffusers has no pipeline of them: what they say of pictures is added to a view of the UNet."""

import copy
from collections.abc import Sequence
from typing import Any

import torch
from PIL import Image

from studio.api._control import Control


def numbers(picture: Image.Image, net: Any) -> torch.Tensor:
    """(1, C, h, w) in [0, 1], as a network that reads pictures wants it; a T2I-Adapter may read grey ones."""
    from diffusers.image_processor import VaeImageProcessor

    if type(net).__name__ == "T2IAdapter" and net.config["in_channels"] == 1:
        picture = picture.convert("L")
    processor = VaeImageProcessor(do_resize=False, do_convert_rgb=picture.mode == "RGB", do_normalize=False)
    made: torch.Tensor = processor.preprocess(picture)
    return made.to(dtype=torch.float32)


@torch.no_grad()
def residuals(
    controls: Sequence[Control], nets: Sequence[Any], pictures: Sequence[torch.Tensor]
) -> list[torch.Tensor]:  # fmt: skip
    """What the adapters together add to the blocks of the UNet, for one latent."""
    found: list[torch.Tensor] = []
    for control, net, picture in zip(controls, nets, pictures, strict=True):
        made = [each * control.weight for each in net(picture)]
        found = [a + b for a, b in zip(found, made, strict=True)] if found else made
    return found


def adapted(unet: Any, added: Sequence[torch.Tensor]) -> Any:
    """The same UNet with the same weights, which adds this in every call; the one given stays as it is."""
    made = own(unet)

    def forward(sample: torch.Tensor, *arguments: Any, **named: Any) -> Any:
        # Of the UNet's own list it takes one after the other away.
        each = [torch.cat([part] * (len(sample) // len(part))) for part in added]
        return type(unet).forward(made, sample, *arguments, **named, down_intrablock_additional_residuals=each)

    made.forward = forward
    return made


def own(module: Any) -> Any:
    """The same module, with lists of its parts and parameters of its own."""
    made = copy.copy(module)
    made._modules, made._parameters = dict(module._modules), dict(module._parameters)
    return made
