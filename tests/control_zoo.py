"""Networks that read control pictures, for tiny models: of every class of diffusers that the studio uses."""

import inspect
from typing import Any

import diffusers
import torch
from tiny import stable_diffusion

ATTENDING = ("CrossAttnDownBlock2D", "DownBlock2D")


def attending() -> Any:
    """A tiny Stable Diffusion 1.5 whose first block attends to the words, as the published one's does."""
    made = stable_diffusion()
    config = dict(made.unet.config) | {
        "down_block_types": ATTENDING, "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D")
    }  # fmt: skip
    torch.manual_seed(0)
    made.register_modules(unet=diffusers.UNet2DConditionModel.from_config(config).eval())
    return made


def filled(net: Any, seed: int) -> Any:
    """What starts as zeros is filled, for else it would do nothing."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in net.parameters():
            if not parameter.any():
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.2)
    return net.eval()


def plain(pipeline: Any, seed: int) -> Any:
    """A ControlNet of a tiny model's UNet."""
    torch.manual_seed(seed)
    made = diffusers.ControlNetModel.from_unet(
        pipeline.unet, conditioning_embedding_out_channels=(2, 4), load_weights_from_unet=False
    )
    for part in (*made.controlnet_down_blocks, made.controlnet_mid_block, made.controlnet_cond_embedding.conv_out):
        torch.nn.init.normal_(part.weight, std=0.3)
    return made


def union(pipeline: Any, seed: int, types: int = 6) -> Any:
    torch.manual_seed(seed)
    config = {key: value for key, value in plain(pipeline, seed).config.items() if not key.startswith("_")}
    side = config["block_out_channels"][0]
    config |= {"num_control_type": types, "num_trans_channel": side, "num_proj_channel": side, "num_trans_head": 2}
    return filled(diffusers.ControlNetUnionModel(**_known(diffusers.ControlNetUnionModel, config)), seed)


def adapter(pipeline: Any, seed: int, kind: str = "full_adapter") -> Any:
    """A T2I-Adapter."""
    torch.manual_seed(seed)
    scale = 2 ** (len(pipeline.vae.config.block_out_channels) - 1)
    channels = list(pipeline.unet.config.block_out_channels)
    if kind == "full_adapter_xl":
        channels = [channels[0], channels[1], channels[1], channels[1]]
    return diffusers.T2IAdapter(
        in_channels=3, channels=channels, num_res_blocks=1, downscale_factor=scale * (2 if "xl" in kind else 1),
        adapter_type=kind,
    )  # fmt: skip


def transformer(pipeline: Any, seed: int, **more: Any) -> Any:
    """Of FLUX.1, Stable Diffusion 3.5, Qwen-Image or Z-Image."""
    net = pipeline.transformer
    name = type(net).__name__.removesuffix("Transformer2DModel").removesuffix("Transformer")
    made = getattr(diffusers, f"{name}ControlNetModel")
    torch.manual_seed(seed)
    config = {key: value for key, value in net.config.items() if key not in more}
    return filled(made(**_known(made, config), **more), seed)


def _known(made: Any, config: Any) -> dict[str, Any]:
    names = inspect.signature(made.__init__).parameters
    return {key: value for key, value in config.items() if key in names}
