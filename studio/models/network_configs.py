"""The configs of networks that lie in a file of their own, told by the shapes of their tensors.

What no shape tells is as in the published folders: how positions are turned, and how many numbers one head sees where
no norm says it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from studio.models.loaders.tensor import Tensor

Config = dict[str, Any]
Tensors = Mapping[str, Tensor]
_KEY_NORM = "double_blocks.0.img_attn.norm.key_norm.scale"
_SD3_HEAD, _PIXART_HEAD, _CHROMA_PACKED = 64, 72, 64


def count(tensors: Tensors, before: str) -> int:
    """How many numbers follow this beginning in the names: blocks, layers."""
    pattern = re.compile(re.escape(before) + r"(\d+)\.")
    return len({match[1] for name in tensors if (match := pattern.match(name))})


def _width(tensors: Tensors, name: str, side: int = 0) -> int:
    return tensors[f"{name}.weight"].shape[side]


def _blocks(tensors: Tensors, hidden: int, head: int) -> Config:
    """What FLUX.1, FLUX.2 and Chroma have in common."""
    return {
        "patch_size": 1,
        "in_channels": _width(tensors, "img_in", 1),
        "out_channels": _width(tensors, "final_layer.linear"),
        "num_layers": count(tensors, "double_blocks."),
        "num_single_layers": count(tensors, "single_blocks."),
        "attention_head_dim": head,
        "num_attention_heads": hidden // head,
        "joint_attention_dim": _width(tensors, "txt_in", 1),
    }


def flux(tensors: Tensors) -> Config:
    hidden, head = _width(tensors, "img_in"), tensors[_KEY_NORM].shape[0]
    return _blocks(tensors, hidden, head) | {
        "pooled_projection_dim": _width(tensors, "vector_in.in_layer", 1),
        "guidance_embeds": "guidance_in.in_layer.weight" in tensors,
        "axes_dims_rope": [16, 56, 56],
    }


def chroma(tensors: Tensors) -> Config:
    hidden, head = _width(tensors, "img_in"), tensors[_KEY_NORM].shape[0]
    return _blocks(tensors, hidden, head) | {
        "axes_dims_rope": [16, 56, 56],
        "approximator_num_channels": _width(tensors, "distilled_guidance_layer.in_proj", 1),
        "approximator_hidden_dim": _width(tensors, "distilled_guidance_layer.in_proj"),
        "approximator_layers": count(tensors, "distilled_guidance_layer.layers."),
    }


def flux2(tensors: Tensors) -> Config:
    hidden, head = _width(tensors, "img_in"), tensors[_KEY_NORM].shape[0]
    return _blocks(tensors, hidden, head) | {
        "mlp_ratio": _width(tensors, "double_blocks.0.img_mlp.2", 1) / hidden,
        "timestep_guidance_channels": _width(tensors, "time_in.in_layer", 1),
        "guidance_embeds": "guidance_in.in_layer.weight" in tensors,
        "axes_dims_rope": [32, 32, 32, 32],
        "rope_theta": 2000,
    }


def sd3(tensors: Tensors) -> Config:
    hidden, patch = _width(tensors, "x_embedder.proj"), _width(tensors, "x_embedder.proj", 2)
    dual = re.compile(r"joint_blocks\.(\d+)\.x_block\.attn2\.qkv\.weight")
    return {
        "sample_size": 128,
        "patch_size": patch,
        "in_channels": _width(tensors, "x_embedder.proj", 1),
        "out_channels": _width(tensors, "final_layer.linear") // patch**2,
        "num_layers": count(tensors, "joint_blocks."),
        "attention_head_dim": _SD3_HEAD,
        "num_attention_heads": hidden // _SD3_HEAD,
        "joint_attention_dim": _width(tensors, "context_embedder", 1),
        "caption_projection_dim": _width(tensors, "context_embedder"),
        "pooled_projection_dim": _width(tensors, "y_embedder.mlp.0", 1),
        "pos_embed_max_size": round(tensors["pos_embed"].shape[1] ** 0.5),
        "dual_attention_layers": sorted(int(match[1]) for name in tensors if (match := dual.fullmatch(name))),
        "qk_norm": "rms_norm" if "joint_blocks.0.x_block.attn.ln_q.weight" in tensors else None,
    }


def qwen_image(tensors: Tensors) -> Config:
    head = tensors["transformer_blocks.0.attn.norm_q.weight"].shape[0]
    return {
        "patch_size": 2,
        "in_channels": _width(tensors, "img_in", 1),
        "out_channels": _width(tensors, "proj_out") // 4,
        "num_layers": count(tensors, "transformer_blocks."),
        "attention_head_dim": head,
        "num_attention_heads": _width(tensors, "img_in") // head,
        "joint_attention_dim": _width(tensors, "txt_in", 1),
        "guidance_embeds": False,
        "axes_dims_rope": [16, 56, 56],
    }


def z_image(tensors: Tensors) -> Config:
    width, head = _width(tensors, "x_embedder"), tensors["layers.0.attention.q_norm.weight"].shape[0]
    return {
        "all_patch_size": [2],
        "all_f_patch_size": [1],
        "in_channels": _width(tensors, "x_embedder", 1) // 4,
        "dim": width,
        "n_layers": count(tensors, "layers."),
        "n_refiner_layers": count(tensors, "noise_refiner."),
        "n_heads": width // head,
        "n_kv_heads": width // head,
        "norm_eps": 1e-5,
        "qk_norm": True,
        "cap_feat_dim": tensors["cap_embedder.0.weight"].shape[0],
        "rope_theta": 256.0,
        "t_scale": 1000.0,
        "axes_dims": [32, 48, 48],
        "axes_lens": [1536, 512, 512],
    }


def lumina2(tensors: Tensors) -> Config:
    width, head = _width(tensors, "x_embedder"), tensors["layers.0.attention.q_norm.weight"].shape[0]
    if head != 96:  # three axes of 32 numbers each
        raise ValueError(head)
    return {
        "sample_size": 128,
        "patch_size": 2,
        "in_channels": _width(tensors, "x_embedder", 1) // 4,
        "hidden_size": width,
        "num_layers": count(tensors, "layers."),
        "num_refiner_layers": count(tensors, "noise_refiner."),
        "num_attention_heads": width // head,
        "num_kv_heads": (_width(tensors, "layers.0.attention.qkv") - width) // 2 // head,
        "multiple_of": 256,
        "ffn_dim_multiplier": None,
        "norm_eps": 1e-5,
        "scaling_factor": 1.0,
        "axes_dim_rope": [32, 32, 32],
        "axes_lens": [300, 512, 512],
        "cap_feat_dim": tensors["cap_embedder.0.weight"].shape[0],
    }


def pixart(tensors: Tensors) -> Config:
    own = "x_embedder.proj.weight" in tensors
    if any("csize_embedder" in name or ".q_norm." in name for name in tensors):
        raise ValueError("of its first version, or with norms that the published ones do not have")
    patches, blocks = ("x_embedder.proj", "blocks.") if own else ("pos_embed.proj", "transformer_blocks.")
    words, out = ("y_embedder.y_proj.fc1", "final_layer.linear") if own else ("caption_projection.linear_1", "proj_out")
    hidden, patch = _width(tensors, patches), _width(tensors, patches, 2)
    # Of 512 x 512 pixels (sample_size 64) and of 1024 (128) one is told from the other by its positions alone.
    side = round(tensors["pos_embed"].shape[1] ** 0.5) * patch if "pos_embed" in tensors else 128
    return {
        "sample_size": side,
        "interpolation_scale": side / 64,
        "patch_size": patch,
        "in_channels": _width(tensors, patches, 1),
        "out_channels": _width(tensors, out) // patch**2,
        "num_layers": count(tensors, blocks),
        "attention_head_dim": _PIXART_HEAD,
        "num_attention_heads": hidden // _PIXART_HEAD,
        "cross_attention_dim": hidden,
        "caption_channels": _width(tensors, words, 1),
        "attention_bias": True,
        "activation_fn": "gelu-approximate",
        "num_embeds_ada_norm": 1000,
        "norm_type": "ada_norm_single",
        "norm_elementwise_affine": False,
        "norm_eps": 1e-6,
        "use_additional_conditions": False,
    }


READERS: dict[str, Callable[[Tensors], Config]] = {
    "ChromaTransformer2DModel": chroma,
    "Flux2Transformer2DModel": flux2,
    "FluxTransformer2DModel": flux,
    "Lumina2Transformer2DModel": lumina2,
    "PixArtTransformer2DModel": pixart,
    "QwenImageTransformer2DModel": qwen_image,
    "SD3Transformer2DModel": sd3,
    "ZImageTransformer2DModel": z_image,
}
