"""LoRAs of tiny models, made by peft and saved by diffusers, and the same numbers in the layouts that people share."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import peft
import torch
from safetensors.torch import load_file, save_file

UNET = ["to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "conv1", "proj_in"]
TEXT = ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"]
TRANSFORMER = ["to_q", "to_k", "to_v", "to_out.0"]


def trained(
    module: torch.nn.Module, targets: list[str], rank: int = 4, seed: int = 0, alpha: int = 2
) -> dict[str, Any]:
    """What peft would have saved of a module after training: both matrices filled. The module is left as it was."""
    config = peft.LoraConfig(r=rank, lora_alpha=alpha, target_modules=targets)
    made = peft.inject_adapter_in_model(config, module)
    generator = torch.Generator().manual_seed(seed)
    state = peft.get_peft_model_state_dict(made)
    state = {name: torch.randn(tensor.shape, generator=generator) * 0.2 for name, tensor in state.items()}
    for name, part in [*made.named_modules()]:
        if hasattr(part, "base_layer"):
            parent = made.get_submodule(name.rpartition(".")[0])
            setattr(parent, name.rpartition(".")[2], part.base_layer)
    del made.peft_config
    made.requires_grad_(True)
    return state


def save(file: Path, pipeline: Any, seed: int = 0, rank: int = 4, alpha: int = 2, text: bool = True) -> Path:
    """A LoRA as diffusers saves it; `text`: whether the text encoders are changed too."""
    network = "unet" if hasattr(pipeline, "unet") else "transformer"
    parts = {network: UNET if network == "unet" else TRANSFORMER}
    if text:
        parts |= {part: TEXT for part in ("text_encoder", "text_encoder_2") if part in pipeline._lora_loadable_modules}
    layers = {part: trained(getattr(pipeline, part), targets, rank, seed, alpha) for part, targets in parts.items()}
    tensors = {f"{part}.{name}": tensor for part, state in layers.items() for name, tensor in state.items()}
    save_file(tensors, file, metadata=_metadata(parts, rank, alpha))
    return file


def _metadata(parts: Mapping[str, list[str]], rank: int, alpha: int) -> dict[str, str]:
    """As `save_lora_adapter` writes the configs that peft was given."""
    import json

    told = {
        f"{part}.{key}": value
        for part, targets in parts.items()
        for key, value in {"r": rank, "lora_alpha": alpha, "target_modules": targets}.items()
    }
    return {"lora_adapter_metadata": json.dumps(told), "format": "pt"}


def as_kohya(file: Path, target: Path, *, alpha: float = 2.0, metadata: Mapping[str, str] | None = None) -> Path:
    """The same LoRA as kohya's trainer names it."""
    save_file(dict(_kohya(load_file(file), alpha)), target, metadata=dict(metadata or {}))
    return target


def _kohya(tensors: Mapping[str, torch.Tensor], alpha: float) -> Iterator[tuple[str, torch.Tensor]]:
    before = {"unet": "lora_unet", "text_encoder": "lora_te", "text_encoder_2": "lora_te2"}
    if any(name.startswith("text_encoder_2.") for name in tensors):
        before["text_encoder"] = "lora_te1"
    for name, tensor in tensors.items():
        part, _, rest = name.partition(".")
        layer, _, which = rest.removesuffix(".weight").rpartition(".")
        text = "" if part == "unet" or layer.startswith("text_model.") else "text_model_"
        start = f"{before[part]}_{text}{layer.replace('.', '_')}"
        yield f"{start}.{'lora_down' if which == 'lora_A' else 'lora_up'}.weight", tensor.contiguous()
        if which == "lora_A":
            yield f"{start}.alpha", torch.tensor(alpha)
