"""Tiny IP-Adapters and image encoders in the published layouts, with random weights."""

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

Tensors = dict[str, torch.Tensor]
HIDDEN, PROJECTED = 48, 24


def image_encoder(seed: int = 1, hidden: int = HIDDEN, projected: int = PROJECTED) -> CLIPVisionModelWithProjection:
    torch.manual_seed(seed)
    config = CLIPVisionConfig(
        hidden_size=hidden, intermediate_size=2 * hidden, projection_dim=projected, num_hidden_layers=3,
        num_attention_heads=4, image_size=56, patch_size=14, hidden_act="gelu",
    )  # fmt: skip
    return CLIPVisionModelWithProjection(config).eval()


def _layers(unet: Any) -> Tensors:
    """Two for each attention to words, by odd numbers, in the order in which diffusers goes through them."""
    found, number = {}, 1
    for name, module in unet.named_modules():
        if name.endswith("attn2"):
            for letter in "kv":
                found[f"ip_adapter.{number}.to_{letter}_ip.weight"] = torch.randn(
                    module.to_k.weight.shape, generator=torch.Generator().manual_seed(number * 2 + (letter == "v"))
                )
            number += 2
    return found


def plain(unet: Any, seed: int = 1, reads: int = PROJECTED) -> Tensors:
    """As ip-adapter_sd15 has it: four words of the picture's embedding."""
    width = unet.config.cross_attention_dim
    chance = torch.Generator().manual_seed(seed)
    return {
        "image_proj.proj.weight": torch.randn(4 * width, reads, generator=chance),
        "image_proj.proj.bias": torch.randn(4 * width, generator=chance),
        "image_proj.norm.weight": torch.ones(width), "image_proj.norm.bias": torch.zeros(width),
        **{name: tensor * (1 + seed / 10) for name, tensor in _layers(unet).items()},
    }  # fmt: skip


def plus(unet: Any, seed: int = 5, reads: int = HIDDEN, queries: int = 5) -> Tensors:
    """As ip-adapter-plus_sd15 has it: a resampler over the hidden states."""
    width, own = unet.config.cross_attention_dim, 64
    chance = torch.Generator().manual_seed(seed)

    def made(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=chance) * 0.2

    block = {}
    for layer in range(4):
        at = f"layers.{layer}"
        for name in (f"{at}.0.norm1", f"{at}.0.norm2", f"{at}.1.0"):
            block |= {f"{name}.weight": torch.ones(own), f"{name}.bias": torch.zeros(own)}
        block |= {
            f"{at}.0.to_q.weight": made(own, own), f"{at}.0.to_kv.weight": made(2 * own, own),
            f"{at}.0.to_out.weight": made(own, own), f"{at}.1.1.weight": made(4 * own, own),
            f"{at}.1.3.weight": made(own, 4 * own),
        }  # fmt: skip
    resampler = {
        "latents": made(1, queries, own), "proj_in.weight": made(own, reads), "proj_in.bias": made(own),
        "proj_out.weight": made(width, own), "proj_out.bias": made(width), "norm_out.weight": torch.ones(width),
        "norm_out.bias": torch.zeros(width), **block,
    }  # fmt: skip
    return {**{f"image_proj.{name}": tensor for name, tensor in resampler.items()}, **_layers(unet)}


def save(tensors: Tensors, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)
    return path
