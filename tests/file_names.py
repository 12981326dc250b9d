"""The names of tensors in the files that other programs use: the way back of diffusers' converters.

What those do stands in diffusers/loaders/single_file_utils.py.
"""

import re
from collections.abc import Iterable
from typing import Any

import original
import torch
from torch import Tensor

Weights = dict[str, Tensor]


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


def clip_g_names(encoder: Any) -> Weights:
    """With a projection, which stands outside of the text model."""
    return {name: each for name, each in encoder.state_dict().items() if "position_ids" not in name}


def language_names(model: Any) -> Weights:
    """Without the head, which repeats the embeddings."""
    named = {name if name.startswith("model.") else f"model.{name}": each for name, each in model.state_dict().items()}
    return {name: each for name, each in named.items() if "lm_head" not in name}


def qwen_vl_names(model: Any) -> Weights:
    rules = (("model.", "model.language_model."), ("visual.", "model.visual."))
    named = {name: each for name, each in model.state_dict().items() if "lm_head" not in name}
    return _renamed(named, rules)


def as_is(module: Any) -> Weights:
    return dict(module.state_dict())


def sd3_names(network: Any) -> Weights:
    weights = dict(network.state_dict())
    last = network.config.num_layers - 1
    for number in range(last + 1):
        block = f"transformer_blocks.{number}."
        _packed(weights, f"{block}x_block.attn.qkv", [f"{block}attn.to_{each}" for each in "qkv"])
        _packed(weights, f"{block}context_block.attn.qkv", [f"{block}attn.add_{each}_proj" for each in "qkv"])
        _packed(weights, f"{block}x_block.attn2.qkv", [f"{block}attn2.to_{each}" for each in "qkv"])
    for name in weights:
        if name.startswith(("norm_out.linear", f"transformer_blocks.{last}.norm1_context.linear")):
            weights[name] = _swapped(weights[name])
    return _renamed(weights, _SD3)


_SD3 = (
    ("joint_blocks", "transformer_blocks"), ("x_block.attn.ln_q", "attn.norm_q"), ("x_block.attn.ln_k", "attn.norm_k"),
    ("context_block.attn.ln_q", "attn.norm_added_q"), ("context_block.attn.ln_k", "attn.norm_added_k"),
    ("x_block.attn2.ln_q", "attn2.norm_q"), ("x_block.attn2.ln_k", "attn2.norm_k"),
    ("x_block.attn2.proj", "attn2.to_out.0"), ("x_block.attn.proj", "attn.to_out.0"),
    ("context_block.attn.proj", "attn.to_add_out"), ("x_block.adaLN_modulation.1", "norm1.linear"),
    ("context_block.adaLN_modulation.1", "norm1_context.linear"), ("x_block.mlp.fc1", "ff.net.0.proj"),
    ("x_block.mlp.fc2", "ff.net.2"), ("context_block.mlp.fc1", "ff_context.net.0.proj"),
    ("context_block.mlp.fc2", "ff_context.net.2"), ("final_layer.linear", "proj_out"),
    ("final_layer.adaLN_modulation.1", "norm_out.linear"), ("pos_embed", "pos_embed.pos_embed"),
    ("x_embedder.proj", "pos_embed.proj"), ("t_embedder.mlp.0", "time_text_embed.timestep_embedder.linear_1"),
    ("t_embedder.mlp.2", "time_text_embed.timestep_embedder.linear_2"),
    ("y_embedder.mlp.0", "time_text_embed.text_embedder.linear_1"),
    ("y_embedder.mlp.2", "time_text_embed.text_embedder.linear_2"),
)  # fmt: skip


def chroma_names(network: Any) -> Weights:
    guided = re.compile(r"distilled_guidance_layer\.norms\.(\d+)\.weight")
    rules = (("in_layer", "linear_1"), ("out_layer", "linear_2"))
    return {
        guided.sub(r"distilled_guidance_layer.norms.\1.scale", next(iter(_renamed({name: each}, rules)))): each
        for name, each in flux_names(network).items()
    }


def z_image_names(network: Any) -> Weights:
    weights = dict(network.state_dict())
    for name in [name for name in weights if name.endswith("attention.to_q.weight")]:
        block = name.removesuffix("to_q.weight")
        _packed(weights, f"{block}qkv", [f"{block}to_{each}" for each in "qkv"])
    return _renamed(weights, _Z_IMAGE)


_Z_IMAGE = (
    ("final_layer.", "all_final_layer.2-1."), ("x_embedder.", "all_x_embedder.2-1."),
    ("attention.out.", "attention.to_out.0."), ("k_norm", "norm_k"), ("q_norm", "norm_q"),
)  # fmt: skip


def lumina2_names(network: Any) -> Weights:
    weights = dict(network.state_dict())
    for name in [name for name in weights if name.endswith("attn.to_q.weight")]:
        block = name.removesuffix("to_q.weight")
        _packed(weights, f"{block}qkv", [f"{block}to_{each}" for each in "qkv"])
    refined = {name: each for name, each in weights.items() if name.startswith("context_refiner.")}
    rest = {name: each for name, each in weights.items() if name not in refined}
    return _renamed(refined, ((".attention_norm1", ".norm1"), (".attention_norm2", ".norm2"), *_LUMINA)) | _renamed(
        rest, ((".attention_norm1", ".norm1.norm"), (".attention_norm2", ".norm2"), *_LUMINA)
    )


_LUMINA = (
    ("adaLN_modulation.1", "norm1.linear"), ("final_layer.adaLN_modulation.1", "norm_out.linear_1"),
    ("final_layer.linear", "norm_out.linear_2"), ("cap_embedder", "time_caption_embed.caption_embedder"),
    ("t_embedder.mlp.0", "time_caption_embed.timestep_embedder.linear_1"),
    ("t_embedder.mlp.2", "time_caption_embed.timestep_embedder.linear_2"), ("q_norm", "norm_q"), ("k_norm", "norm_k"),
    (".out.", ".to_out.0."), ("attention.", "attn."), ("w1", "linear_1"), ("w2", "linear_2"), ("w3", "linear_3"),
)  # fmt: skip


def klein_names(network: Any) -> Weights:
    weights = dict(network.state_dict())
    for number in range(network.config.num_layers):
        block = f"transformer_blocks.{number}."
        _packed(weights, f"{block}img_attn.qkv", [f"{block}attn.to_{each}" for each in "qkv"])
        _packed(weights, f"{block}txt_attn.qkv", [f"{block}attn.add_{each}_proj" for each in "qkv"])
    weights["norm_out.linear.weight"] = _swapped(weights["norm_out.linear.weight"])
    single = {name: each for name, each in weights.items() if name.startswith("single_transformer_blocks.")}
    rest = {name: each for name, each in weights.items() if name not in single}
    return _renamed(single, _KLEIN_SINGLE) | _renamed(rest, _KLEIN)


_KLEIN_SINGLE = (
    ("single_blocks", "single_transformer_blocks"), ("linear1", "attn.to_qkv_mlp_proj"), ("linear2", "attn.to_out"),
    ("norm.query_norm.scale", "attn.norm_q.weight"), ("norm.key_norm.scale", "attn.norm_k.weight"),
)  # fmt: skip
_KLEIN = (
    ("double_blocks", "transformer_blocks"), ("img_in", "x_embedder"), ("txt_in", "context_embedder"),
    ("time_in.in_layer", "time_guidance_embed.timestep_embedder.linear_1"),
    ("time_in.out_layer", "time_guidance_embed.timestep_embedder.linear_2"),
    ("double_stream_modulation_img.lin.", "double_stream_modulation_img.linear."),
    ("double_stream_modulation_txt.lin.", "double_stream_modulation_txt.linear."),
    ("single_stream_modulation.lin.", "single_stream_modulation.linear."), ("final_layer.linear", "proj_out"),
    ("final_layer.adaLN_modulation.1", "norm_out.linear"),
    ("img_attn.norm.query_norm.scale", "attn.norm_q.weight"), ("img_attn.norm.key_norm.scale", "attn.norm_k.weight"),
    ("txt_attn.norm.query_norm.scale", "attn.norm_added_q.weight"),
    ("txt_attn.norm.key_norm.scale", "attn.norm_added_k.weight"), ("img_attn.proj", "attn.to_out.0"),
    ("txt_attn.proj", "attn.to_add_out"), ("txt_mlp.0", "ff_context.linear_in"), ("txt_mlp.2", "ff_context.linear_out"),
    ("img_mlp.0", "ff.linear_in"), ("img_mlp.2", "ff.linear_out"),
)  # fmt: skip


def pixart_names(network: Any) -> Weights:
    weights = {name: each for name, each in network.state_dict().items() if name != "pos_embed.pos_embed"}
    for number in range(network.config.num_layers):
        block = f"transformer_blocks.{number}."
        _packed(weights, f"{block}attn.qkv", [f"{block}attn1.to_{each}" for each in "qkv"])
        _packed(weights, f"{block}cross_attn.kv_linear", [f"{block}attn2.to_{each}" for each in "kv"])
    table = {"final_layer.scale_shift_table": weights.pop("scale_shift_table")}
    side = network.config.sample_size // network.config.patch_size
    positions = {"pos_embed": torch.zeros(1, side * side, network.config.num_attention_heads * 72)}
    return _renamed(weights, _PIXART) | table | positions


_PIXART = (
    ("blocks", "transformer_blocks"), ("attn.proj", "attn1.to_out.0"), ("cross_attn.proj", "attn2.to_out.0"),
    ("cross_attn.q_linear", "attn2.to_q"), ("mlp.fc1", "ff.net.0.proj"), ("mlp.fc2", "ff.net.2"),
    ("x_embedder.proj", "pos_embed.proj"), ("y_embedder.y_proj.fc1", "caption_projection.linear_1"),
    ("y_embedder.y_proj.fc2", "caption_projection.linear_2"),
    ("t_embedder.mlp.0", "adaln_single.emb.timestep_embedder.linear_1"),
    ("t_embedder.mlp.2", "adaln_single.emb.timestep_embedder.linear_2"), ("t_block.1", "adaln_single.linear"),
    ("final_layer.linear", "proj_out"),
)  # fmt: skip


def qwen_vae_names(codec: Any) -> Weights:
    """Those of Wan's authors."""
    found = {}
    for name, tensor in codec.state_dict().items():
        for ours, theirs in _WAN:
            name = re.sub(ours, theirs, name)
        found[re.sub(r"up_blocks\.(\d)\.(\d)", lambda at: f"upsamples.{4 * int(at[1]) + int(at[2])}", name)] = tensor
    return found


_WAN = (
    (r"^quant_conv", "conv1"), (r"^post_quant_conv", "conv2"), (r"^(..coder)\.conv_in", r"\1.conv1"),
    (r"\.norm_out", ".head.0"), (r"\.conv_out", ".head.2"), (r"mid_block\.resnets\.0", "middle.0"),
    (r"mid_block\.resnets\.1", "middle.2"), (r"mid_block\.attentions\.0", "middle.1"),
    (r"down_blocks\.(\d+)", r"downsamples.\1"), (r"resnets\.(\d)", r"\1"), (r"upsamplers\.0", "3"),
    (r"(?<=\d)\.norm1", ".residual.0"), (r"(?<=\d)\.conv1", ".residual.2"), (r"(?<=\d)\.norm2", ".residual.3"),
    (r"(?<=\d)\.conv2", ".residual.6"), (r"conv_shortcut", "shortcut"),
)  # fmt: skip
