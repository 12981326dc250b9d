"""Models as other programs keep them: the network, the text encoders and the VAE, each in a file of its own.

The way back of what diffusers does when it opens such files (diffusers/loaders/single_file_utils.py).
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import original
import tiny_text
import torch
from diffusers import (
    AutoencoderKL,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
)
from safetensors.torch import save_file
from torch import Tensor
from transformers import CLIPTextModel, T5Config, T5EncoderModel, T5TokenizerFast

from studio.models.loaders.tokenizer import tokenizer

Weights = dict[str, Tensor]
FLOW: dict[str, Any] = {"base_image_seq_len": 256, "base_shift": 0.5, "max_image_seq_len": 4096, "max_shift": 1.15}


# ---- tiny parts whose configs the shapes of their tensors tell


def t5(width: int = 32) -> T5EncoderModel:
    config = T5Config(
        vocab_size=32128, d_model=width, d_kv=64, d_ff=37, num_layers=2, num_heads=2, feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
    )  # fmt: skip
    return T5EncoderModel(config)


def t5_words(length: int) -> Any:
    return tokenizer(T5TokenizerFast, {"model_max_length": length})


def vae(channels: int, scaling: float, shift: float | None) -> AutoencoderKL:
    made = tiny_text.vae(channels, scaling, 0.0)
    config = {name: value for name, value in made.config.items() if not name.startswith("_")}
    more = {"block_out_channels": (32, 64), "norm_num_groups": 32, "shift_factor": shift}
    return AutoencoderKL.from_config(config | more)


def flux(*, guided: bool = True, channels: int = 64, made: Any = FluxPipeline) -> Any:
    torch.manual_seed(31)
    transformer = FluxTransformer2DModel(
        patch_size=1, in_channels=channels, out_channels=64, num_layers=2, num_single_layers=2,
        attention_head_dim=128, num_attention_heads=1, joint_attention_dim=32, pooled_projection_dim=64,
        axes_dims_rope=[16, 56, 56], guidance_embeds=guided,
    )  # fmt: skip
    shifted = {"shift": 3.0, "use_dynamic_shifting": True} if guided else {"shift": 1.0}
    return made(
        scheduler=FlowMatchEulerDiscreteScheduler(**FLOW, **shifted), vae=vae(16, 0.3611, 0.1159),
        text_encoder=original._clip(CLIPTextModel, projection_dim=64), tokenizer=original._words("<|endoftext|>"),
        text_encoder_2=t5(), tokenizer_2=t5_words(512 if guided else 256), transformer=transformer,
    )  # fmt: skip


# ---- their names in files of their own


def _renamed(weights: Weights, names: Iterable[tuple[str, str]]) -> Weights:
    found = {}
    for name, tensor in weights.items():
        for theirs, ours in names:
            name = name.replace(ours, theirs)
        found[name] = tensor
    return found


def _packed(weights: Weights, name: str, parts: Iterable[str]) -> None:
    """Put the tensors of `parts` into one, as the authors' files have them."""
    for end in ("weight", "bias"):
        found = [weights.pop(f"{part}.{end}") for part in parts if f"{part}.{end}" in weights]
        if found:
            weights[f"{name}.{end}"] = torch.cat(found)


def _swapped(tensor: Tensor) -> Tensor:
    first, second = tensor.chunk(2)
    return torch.cat([second, first])


_DOUBLE = (
    ("img_mod.lin", "norm1.linear"), ("txt_mod.lin", "norm1_context.linear"), ("img_attn.proj", "attn.to_out.0"),
    ("txt_attn.proj", "attn.to_add_out"), ("img_mlp.0", "ff.net.0.proj"), ("img_mlp.2", "ff.net.2"),
    ("txt_mlp.0", "ff_context.net.0.proj"), ("txt_mlp.2", "ff_context.net.2"),
    ("img_attn.norm.query_norm.scale", "attn.norm_q.weight"), ("img_attn.norm.key_norm.scale", "attn.norm_k.weight"),
    ("txt_attn.norm.query_norm.scale", "attn.norm_added_q.weight"),
    ("txt_attn.norm.key_norm.scale", "attn.norm_added_k.weight"),
)  # fmt: skip
_SINGLE = (
    ("modulation.lin", "norm.linear"), ("norm.query_norm.scale", "attn.norm_q.weight"),
    ("norm.key_norm.scale", "attn.norm_k.weight"), ("linear2", "proj_out"),
)  # fmt: skip
_FLUX = (
    ("time_in.in_layer", "time_text_embed.timestep_embedder.linear_1"),
    ("time_in.out_layer", "time_text_embed.timestep_embedder.linear_2"),
    ("vector_in.in_layer", "time_text_embed.text_embedder.linear_1"),
    ("vector_in.out_layer", "time_text_embed.text_embedder.linear_2"),
    ("guidance_in.in_layer", "time_text_embed.guidance_embedder.linear_1"),
    ("guidance_in.out_layer", "time_text_embed.guidance_embedder.linear_2"),
    ("txt_in", "context_embedder"), ("img_in", "x_embedder"), ("final_layer.adaLN_modulation.1", "norm_out.linear"),
)  # fmt: skip


def flux_names(network: Any) -> Weights:
    """Of FLUX.1 and Chroma."""
    weights = dict(network.state_dict())
    for number in range(network.config.num_layers):
        block = f"transformer_blocks.{number}."
        _packed(weights, f"{block}img_attn.qkv", [f"{block}attn.to_{each}" for each in "qkv"])
        _packed(weights, f"{block}txt_attn.qkv", [f"{block}attn.add_{each}_proj" for each in "qkv"])
    for number in range(network.config.num_single_layers):
        block = f"single_transformer_blocks.{number}."
        packed = [*(f"{block}attn.to_{each}" for each in "qkv"), f"{block}proj_mlp"]
        _packed(weights, f"{block}linear1", packed)
    single = {name: each for name, each in weights.items() if name.startswith("single_transformer_blocks.")}
    double = {name: each for name, each in weights.items() if name.startswith("transformer_blocks.")}
    rest = {name: each for name, each in weights.items() if name not in single and name not in double}
    if "proj_out.weight" in rest:
        rest |= {f"final_layer.linear.{end}": rest.pop(f"proj_out.{end}") for end in ("weight", "bias")}
    rest = _renamed(rest, _FLUX)
    for name in [name for name in rest if "final_layer.adaLN" in name]:
        rest[name] = _swapped(rest[name])
    return (
        _renamed(_renamed(single, _SINGLE), [("single_blocks", "single_transformer_blocks")])
        | _renamed(_renamed(double, _DOUBLE), [("double_blocks", "transformer_blocks")])
        | rest
    )


def clip_names(encoder: Any) -> Weights:
    return dict(original.clip(encoder))


def vae_names(codec: Any) -> Weights:
    return dict(original.vae(codec))


def t5_names(encoder: Any) -> Weights:
    return {name: each for name, each in encoder.state_dict().items() if name != "encoder.embed_tokens.weight"}


def save(weights: Weights, path: Path, prefix: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({prefix + name: tensor.contiguous().clone() for name, tensor in weights.items()}, path)
    return path


# ---- whole models as ComfyUI's folders, and as one file


FLUX_PARTS = (
    ("clip/clip_l", "text_encoder", clip_names, "text_encoders.clip_l.transformer."),
    ("clip/t5xxl_fp16", "text_encoder_2", t5_names, "text_encoders.t5xxl.transformer."),
    ("vae/ae", "vae", vae_names, "vae."),
)  # fmt: skip
Layout = tuple[str, Callable[[Any], Weights], tuple[tuple[str, str, Callable[[Any], Weights], str], ...]]
LAYOUTS: dict[str, tuple[Callable[[], Any], Layout]] = {
    "flux-dev": (flux, ("unet/flux1-dev", flux_names, FLUX_PARTS)),
}


def save_apart(pipeline: Any, layout: Layout, root: Path) -> Path:
    """As ComfyUI has it. Returns the network's file."""
    network, names, others = layout
    for file, part, name, _ in others:
        save(name(getattr(pipeline, part)), root / f"{file}.safetensors")
    return save(names(pipeline.transformer), root / f"{network}.safetensors")


def save_whole(pipeline: Any, layout: Layout, path: Path) -> Path:
    """All in one file."""
    _, names, others = layout
    weights = {f"model.diffusion_model.{name}": each for name, each in names(pipeline.transformer).items()}
    for _, part, name, prefix in others:
        weights |= {prefix + each: tensor for each, tensor in name(getattr(pipeline, part)).items()}
    return save(weights, path)
