"""A LoRA put onto a variant of a component, by diffusers and peft; the component itself is not touched."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from studio.models.lora_layers import LoraTensors
from studio.models.lycoris_layers import LycorisLayers

AGAIN = "Already found a `peft_config`"
"""peft warns of a second adapter on the same module, which is what was wanted."""


@dataclass(frozen=True)
class Loaded:
    """A LoRA as it goes onto one part: `part` is diffusers' name of it."""

    lora: LoraTensors | LycorisLayers
    part: str
    weight: float


def put_onto(module: Any, loras: Sequence[Loaded]) -> None:
    """All of them, each with its weight. `module`: a variant (see `studio.models.variant`)."""
    plain = [(each, each.lora) for each in loras if isinstance(each.lora, LoraTensors)]
    if plain:
        names = [f"lora{number}" for number in range(len(plain))]
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=AGAIN)
            for name, (each, lora) in zip(names, plain, strict=True):
                _load(module, lora, each.part, name)
            _weigh(module, names, [each.weight for each, _ in plain])
    for each in loras:
        if isinstance(each.lora, LycorisLayers):
            from studio.models.lycoris_variant import put  # brings torch

            put(module, each.lora, each.part, each.weight)
    module.requires_grad_(False)
    module.eval()


def _load(module: Any, lora: LoraTensors, part: str, name: str) -> None:
    import torch
    from diffusers.loaders.lora_base import _load_lora_into_text_encoder

    options: dict[str, Any] = {
        "prefix": part, "network_alphas": lora.alphas, "adapter_name": name, "metadata": lora.metadata,
        "low_cpu_mem_usage": True,
    }  # fmt: skip
    with torch.device("meta"):  # else peft fills each matrix with chance, to replace it at once
        if hasattr(module, "load_lora_adapter"):  # of diffusers
            module.load_lora_adapter(dict(lora.tensors), **options)
            return
        _load_lora_into_text_encoder(
            dict(lora.tensors), text_encoder=module, text_encoder_name=part.rpartition(".")[2], **options
        )


def _weigh(module: Any, names: list[str], weights: list[float]) -> None:
    if hasattr(module, "load_lora_adapter"):
        module.set_adapters(names, weights)
        return
    from diffusers.loaders.lora_base import set_adapters_for_text_encoder

    set_adapters_for_text_encoder(names, module, weights)
