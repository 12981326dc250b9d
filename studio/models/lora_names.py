"""Names that some trainers give the tensors of a LoRA, and that diffusers 0.42 passes over without a word."""

import re
from collections.abc import Mapping
from typing import Any

_FUSED = re.compile(r"(transformer\.\w+\.\d+\.attention)\.qkv\.lora_([AB])\.weight")
_BFL = ("double_blocks.", "single_blocks.")
"""Layers of FLUX.1 as Black Forest Labs name them."""


def unified(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The same tensors under names that diffusers converts."""
    return _kohya(_peft(_plain(dict(tensors))))


def _plain(tensors: dict[str, Any]) -> dict[str, Any]:
    """Without the name of peft's adapter, `default`, and of its wrapping, `base_model.model`."""
    named = {name.replace(".lora_A.default.", ".lora_A.").replace(".lora_B.default.", ".lora_B."): tensor
             for name, tensor in tensors.items()}  # fmt: skip
    if _is_bfl(named):
        return named
    return {name.removeprefix("base_model.model."): each for name, each in named.items()}


def _peft(tensors: dict[str, Any]) -> dict[str, Any]:
    """With `transformer.` before names of a transformer's blocks that stand alone."""
    blocks = ("transformer_blocks.", "single_transformer_blocks.", "proj_out.", "x_embedder.", "context_embedder.")
    if not any(name.startswith(blocks[:2]) and ".lora_A." in name for name in tensors):
        return tensors
    return {f"transformer.{name}": tensor for name, tensor in tensors.items()}


def _kohya(tensors: dict[str, Any]) -> dict[str, Any]:
    """ai-toolkit's of FLUX.1, `diffusion_model.double_blocks.0.img_attn.proj.lora_A.weight`, as kohya's."""
    if not _is_bfl(tensors) or not all(name.startswith("diffusion_model.") for name in tensors):
        return tensors
    made = {}
    for name, tensor in tensors.items():
        for one, other in ((".lora_A.weight", ".lora_down.weight"), (".lora_B.weight", ".lora_up.weight")):
            if name.endswith(one):
                layer = name.removeprefix("diffusion_model.").removesuffix(one)
                made[f"lora_unet_{layer.replace('.', '_')}{other}"] = tensor
                break
        else:
            return tensors
    return made


def separated(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """ComfyUI's of Z-Image, which change queries, keys and values in one, as one for each of the three."""
    made: dict[str, Any] = {}
    for name, tensor in tensors.items():
        found = _FUSED.fullmatch(name)
        if found is None:
            made[name] = tensor
        elif found[2] == "A":
            made |= {f"{found[1]}.to_{letter}.lora_A.weight": tensor for letter in "qkv"}
        else:
            made |= {f"{found[1]}.to_{letter}.lora_B.weight": each
                     for letter, each in zip("qkv", tensor.chunk(3), strict=True)}  # fmt: skip
    return made


def _is_bfl(tensors: Mapping[str, Any]) -> bool:
    return any(part in name for name in tensors for part in _BFL)
