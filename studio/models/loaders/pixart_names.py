"""PixArt under the names of its authors' files, brought into diffusers': its own converter is a script that fetches."""

from collections.abc import Mapping
from typing import Any

_ONE = {
    "x_embedder.proj": "pos_embed.proj",
    "y_embedder.y_proj.fc1": "caption_projection.linear_1",
    "y_embedder.y_proj.fc2": "caption_projection.linear_2",
    "t_embedder.mlp.0": "adaln_single.emb.timestep_embedder.linear_1",
    "t_embedder.mlp.2": "adaln_single.emb.timestep_embedder.linear_2",
    "t_block.1": "adaln_single.linear",
    "final_layer.linear": "proj_out",
}
_BLOCK = {
    "attn.proj": "attn1.to_out.0",
    "mlp.fc1": "ff.net.0.proj",
    "mlp.fc2": "ff.net.2",
    "cross_attn.q_linear": "attn2.to_q",
    "cross_attn.proj": "attn2.to_out.0",
}
_PACKED = {"attn.qkv": ("attn1.to_q", "attn1.to_k", "attn1.to_v"), "cross_attn.kv_linear": ("attn2.to_k", "attn2.to_v")}


def convert(tensors: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """As diffusers' scripts/convert_pixart_sigma_to_diffusers.py does, but for what needs no weights."""
    found: dict[str, Any] = {}
    for name, tensor in tensors.items():
        start, _, end = name.rpartition(".")
        if name == "final_layer.scale_shift_table":
            found["scale_shift_table"] = tensor
        elif start in _ONE:
            found[f"{_ONE[start]}.{end}"] = tensor
        elif name.startswith("blocks."):
            _, number, rest = name.split(".", 2)
            part = rest.rpartition(".")[0]
            block = f"transformer_blocks.{number}."
            if rest == "scale_shift_table":
                found[block + rest] = tensor
            elif part in _PACKED:
                pieces = tensor.chunk(len(_PACKED[part]), dim=0)
                found |= {f"{block}{ours}.{end}": each for ours, each in zip(_PACKED[part], pieces, strict=True)}
            else:
                found[f"{block}{_BLOCK.get(part, part)}.{end}"] = tensor
    return found
