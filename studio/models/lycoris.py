"""LyCORIS's kin of LoRA: LoHa, LoKr, full differences, LoCon's Tucker form and DoRA; what each makes of a weight.

diffusers 0.42 reads none of them for most models, and drops DoRA's scales without a word; peft has layers for LoHa and
LoKr whose ranks one config must foretell. So what LyCORIS writes is computed here, as LyCORIS does.
"""

from collections.abc import Iterable, Mapping
from typing import Any

LOHA, LOKR, FULL = "hada_w1_a", "lokr_w", "diff"
KEYS = (
    "hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b", "hada_t1", "hada_t2",
    "lokr_w1", "lokr_w1_a", "lokr_w1_b", "lokr_w2", "lokr_w2_a", "lokr_w2_b", "lokr_t2",
    "diff", "diff_b", "dora_scale", "alpha", "lora_up", "lora_down", "lora_mid",
)  # fmt: skip
"""What a layer may hold, under the names that are used here."""
ALSO = {
    "w_norm": "diff", "b_norm": "diff_b", "lora_A": "lora_down", "lora_B": "lora_up", "lora_A.default": "lora_down",
    "lora_B.default": "lora_up",
}  # fmt: skip
"""Other names of the same: of norms, of peft."""
_SHARED = ("alpha", "lora_up", "lora_down")
"""Keys of plain LoRAs too."""


def is_lycoris(names: Iterable[str]) -> bool:
    """Whether a file holds what diffusers does not read of LyCORIS."""
    return any(key in KEYS and key not in _SHARED for _, key in map(_split, names))


def layers(tensors: Mapping[str, Any]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """By the file's name of each layer what it holds, by KEYS; and the tensors that are none of KEYS."""
    found: dict[str, dict[str, Any]] = {}
    unknown = []
    for name, tensor in tensors.items():
        layer, key = _split(name)
        if key in KEYS:
            found.setdefault(layer, {})[key] = tensor
        else:
            unknown.append(name)
    return found, unknown


def _split(name: str) -> tuple[str, str]:
    bare = name.removesuffix(".weight")
    layer, _, key = bare.rpartition(".")
    if key == "default":
        layer, _, first = layer.rpartition(".")
        key = f"{first}.default"
    return layer, ALSO.get(key, key)


def change(held: Mapping[str, Any]) -> Any:
    """What is added to the weight, before it is scaled. Raises KeyError and RuntimeError for what is incomplete."""
    import torch

    if "diff" in held:
        return held["diff"]
    if "hada_w1_a" in held or "hada_w2_a" in held:
        return _product(held, "1") * _product(held, "2")
    if any(key.startswith(LOKR) for key in held):
        one, other = _factor(held, "1"), _factor(held, "2")
        return torch.kron(one.reshape(*one.shape, *[1] * (other.dim() - one.dim())), other.contiguous())
    up, down = held["lora_up"], held["lora_down"]
    if "lora_mid" in held:
        return torch.einsum("m n k l, i m, n j -> i j k l", held["lora_mid"], up.flatten(1), down.flatten(1))
    return (up.flatten(1) @ down.flatten(1)).reshape(up.shape[0], *down.shape[1:])


def scale(held: Mapping[str, Any]) -> float:
    """What `change` is multiplied by: alpha by the rank; 1 where there is no alpha, or no rank to speak of."""
    alpha = float(held["alpha"].float().flatten()[0]) if "alpha" in held else 0.0
    rank = next((held[key].shape[0] for key in ("hada_w1_b", "lokr_w2_b", "lokr_w1_b", "lora_down") if key in held), 0)
    return alpha / rank if alpha and rank else 1.0


def decomposed(weight: Any, dora_scale: Any) -> Any:
    """DoRA: with the lengths of its rows, or of its columns, that were learned (functional/general.py of LyCORIS)."""
    import torch

    is_by_row = dora_scale.dim() == 1 or dora_scale.shape[0] == weight.shape[0]
    turned = weight if is_by_row else weight.transpose(0, 1)
    lengths = turned.flatten(1).norm(dim=1).reshape(-1, *[1] * (weight.dim() - 1))
    lengths = lengths if is_by_row else lengths.transpose(0, 1)
    return weight * (dora_scale.reshape(lengths.shape) / (lengths + torch.finfo(weight.dtype).eps))


def _product(held: Mapping[str, Any], number: str) -> Any:
    """One of LoHa's two matrices."""
    import torch

    one, other = held[f"hada_w{number}_a"], held[f"hada_w{number}_b"]
    if (core := held.get(f"hada_t{number}")) is not None:
        return torch.einsum("i j k l, j r, i p -> p r k l", core, other, one)
    return one @ other


def _factor(held: Mapping[str, Any], number: str) -> Any:
    """One of LoKr's two factors."""
    import torch

    if (whole := held.get(f"lokr_w{number}")) is not None:
        return whole
    one, other = held[f"lokr_w{number}_a"], held[f"lokr_w{number}_b"]
    if number == "2" and "lokr_t2" in held:
        return torch.einsum("i j k l, i p, j r -> p r k l", held["lokr_t2"], one, other)
    return (one @ other.flatten(1)).reshape(one.shape[0], *other.shape[1:])
