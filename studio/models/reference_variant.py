"""IP-Adapters put onto a variant of a UNet, by diffusers' own converters; the UNet itself is not touched."""

from collections.abc import Mapping, Sequence
from typing import Any

Tensors = Mapping[str, Any]
_PROJECTION, _LAYERS = "image_proj.", "ip_adapter."


def sections(tensors: Tensors) -> dict[str, dict[str, Any]]:
    """As diffusers takes an IP-Adapter: its projection, and its layers of attention."""
    return {
        prefix.removesuffix("."): {
            name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)
        }
        for prefix in (_PROJECTION, _LAYERS)
    }


def put_onto(unet: Any, adapters: Sequence[Tensors]) -> None:
    """All of them, one for each reference; those of the same file share their weights.

    What `unet.load_ip_adapter_weights` does, but for its `to` over the whole network, which the base would feel.
    """
    from diffusers.models.embeddings import MultiIPAdapterImageProjection

    device, dtype = unet.device, unet.dtype
    kept: dict[int, dict[str, dict[str, Any]]] = {}
    for tensors in adapters:
        if id(tensors) not in kept:
            moved = {name: tensor.to(device, dtype) for name, tensor in tensors.items()}
            kept[id(tensors)] = sections(moved)
    given = [kept[id(tensors)] for tensors in adapters]
    unet.encoder_hid_proj = None  # its own layers of attention are none of those that are replaced
    unet.set_attn_processor(unet._convert_ip_adapter_attn_to_diffusers(given, low_cpu_mem_usage=True))
    made = {
        key: unet._convert_ip_adapter_image_proj_to_diffusers(each["image_proj"], low_cpu_mem_usage=False)
        for key, each in kept.items()
    }
    projection = MultiIPAdapterImageProjection([made[id(tensors)] for tensors in adapters]).to(device, dtype)
    unet.encoder_hid_proj = projection
    unet.config.encoder_hid_dim_type = "ip_image_proj"
    unet.requires_grad_(False)
    unet.eval()


def weigh(unet: Any, weights: Sequence[Mapping[str, float]]) -> None:
    """For each adapter, the beginning of the names of layers -> its weight there; the longest that fits counts, 0 where
    none does. `unet`: a variant of its own."""
    for name, processor in unet.attn_processors.items():
        if hasattr(processor, "scale"):
            processor.scale = [_weight(name, each) for each in weights]


def _weight(name: str, weights: Mapping[str, float]) -> float:
    return next((weights[start] for start in sorted(weights, key=len, reverse=True) if name.startswith(start)), 0.0)
