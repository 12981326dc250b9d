"""A LoRA put onto a variant of a component, by diffusers and peft; the component itself is not touched."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from studio.models.lora_layers import LoraTensors

AGAIN = "Already found a `peft_config`"
"""peft warns of a second adapter on the same module, which is what was wanted."""


@dataclass(frozen=True)
class Loaded:
    """A LoRA as it goes onto one part: `part` is diffusers' name of it."""

    lora: LoraTensors
    part: str
    weight: float


def put_onto(module: Any, loras: Sequence[Loaded]) -> None:
    """All of them, each with its weight. `module`: a variant (see `studio.models.variant`)."""
    names = [f"lora{number}" for number in range(len(loras))]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=AGAIN)
        for name, each in zip(names, loras, strict=True):
            _load(module, each, name)
        _weigh(module, names, [each.weight for each in loras])
    module.requires_grad_(False)
    module.eval()


def _load(module: Any, each: Loaded, name: str) -> None:
    lora = each.lora
    options: dict[str, Any] = {
        "prefix": each.part, "network_alphas": lora.alphas, "adapter_name": name, "metadata": lora.metadata,
        "low_cpu_mem_usage": True,
    }  # fmt: skip
    if hasattr(module, "load_lora_adapter"):  # of diffusers
        module.load_lora_adapter(dict(lora.tensors), **options)
        return
    from diffusers.loaders.lora_base import _load_lora_into_text_encoder

    _load_lora_into_text_encoder(
        dict(lora.tensors), text_encoder=module, text_encoder_name=each.part.rpartition(".")[2], **options
    )


def _weigh(module: Any, names: list[str], weights: list[float]) -> None:
    if hasattr(module, "load_lora_adapter"):
        module.set_adapters(names, weights)
        return
    from diffusers.loaders.lora_base import set_adapters_for_text_encoder

    set_adapters_for_text_encoder(names, module, weights)
