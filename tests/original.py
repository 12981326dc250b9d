"""Models in the layout of the first checkpoints: one file, the names of latent diffusion and of open_clip.

The way back of what diffusers does when it opens such a file (diffusers/loaders/single_file_utils.py).
"""

import json
import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    EulerDiscreteScheduler,
    PNDMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLImg2ImgPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from safetensors.torch import save_file
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from studio.models.loaders.tokenizer import tokenizer as _tokenizer

Weights = dict[str, Tensor]

NOISE: dict[str, Any] = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
WORDS = {"bos_token_id": 0, "eos_token_id": 2, "pad_token_id": 1}


# ---- tiny models that a checkpoint can hold: what no shape tells is as published


def _clip(made: Any, width: int = 64, layers: int = 2, **more: Any) -> Any:
    options = {"vocab_size": 49408, "hidden_size": width, "intermediate_size": 2 * width, "projection_dim": width}
    heads = {"num_hidden_layers": layers, "num_attention_heads": max(1, width // 64)}
    return made(CLIPTextConfig(**options | heads | WORDS | more))


def _vae(side: int, scaling: float) -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=(32, 64), latent_channels=4, layers_per_block=1, sample_size=side, scaling_factor=scaling,
        down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
    )  # fmt: skip


def _unet(latent: int, **more: Any) -> UNet2DConditionModel:
    options = {
        "block_out_channels": (32, 64), "layers_per_block": 1, "sample_size": latent,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"), "cross_attention_dim": 64,
    }  # fmt: skip
    return UNet2DConditionModel(**options | more)


def _words(padding: str) -> Any:
    from transformers import CLIPTokenizer

    return _tokenizer(CLIPTokenizer, {"pad_token": padding, "model_max_length": 77})


def sd15(in_channels: int = 4) -> StableDiffusionPipeline:
    torch.manual_seed(21)
    return StableDiffusionPipeline(
        vae=_vae(512, 0.18215), text_encoder=_clip(CLIPTextModel), tokenizer=_words("<|endoftext|>"),
        unet=_unet(64, attention_head_dim=8, in_channels=in_channels),
        scheduler=PNDMScheduler(**NOISE, skip_prk_steps=True, steps_offset=1), safety_checker=None,
        feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip


def sd21() -> StableDiffusionPipeline:
    torch.manual_seed(22)
    scheduler = DDIMScheduler(
        **NOISE, prediction_type="v_prediction", clip_sample=False, set_alpha_to_one=False, steps_offset=1
    )
    return StableDiffusionPipeline(
        vae=_vae(768, 0.18215), text_encoder=_clip(CLIPTextModel, hidden_act="gelu", projection_dim=512),
        tokenizer=_words("!"),
        unet=_unet(96, attention_head_dim=(1, 1), use_linear_projection=True, upcast_attention=True),
        scheduler=scheduler, safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip


def _sdxl_unet(**more: Any) -> UNet2DConditionModel:
    options: dict[str, Any] = {
        "attention_head_dim": (1, 1), "use_linear_projection": True, "addition_embed_type": "text_time",
        "addition_time_embed_dim": 8, "transformer_layers_per_block": 2, "cross_attention_dim": 128,
        "projection_class_embeddings_input_dim": 64 + 6 * 8,
    }  # fmt: skip
    return _unet(128, **options | more)


def _euler() -> EulerDiscreteScheduler:
    return EulerDiscreteScheduler(**NOISE, steps_offset=1, timestep_spacing="leading")


def sdxl() -> StableDiffusionXLPipeline:
    torch.manual_seed(23)
    return StableDiffusionXLPipeline(
        vae=_vae(1024, 0.13025), text_encoder=_clip(CLIPTextModel),
        text_encoder_2=_clip(CLIPTextModelWithProjection, hidden_act="gelu"), tokenizer=_words("<|endoftext|>"),
        tokenizer_2=_words("!"), unet=_sdxl_unet(), scheduler=_euler(), add_watermarker=False,
    )  # fmt: skip


def refiner() -> StableDiffusionXLImg2ImgPipeline:
    base = sdxl()
    torch.manual_seed(24)
    unet = _sdxl_unet(cross_attention_dim=64, projection_class_embeddings_input_dim=64 + 5 * 8)
    return StableDiffusionXLImg2ImgPipeline(
        vae=base.vae, text_encoder=None, tokenizer=None, text_encoder_2=base.text_encoder_2,
        tokenizer_2=base.tokenizer_2, unet=unet, scheduler=_euler(), requires_aesthetics_score=True,
        force_zeros_for_empty_prompt=False, add_watermarker=False,
    )  # fmt: skip


# ---- their names in a checkpoint


def checkpoint(pipeline: Any) -> Weights:
    """All weights of a pipeline, named as in the published file of its family."""
    return {
        **{f"model.diffusion_model.{name}": tensor for name, tensor in unet(pipeline.unet)},
        **{f"first_stage_model.{name}": tensor for name, tensor in vae(pipeline.vae)},
        **_text(pipeline),
    }


def _text(pipeline: Any) -> Weights:
    second = getattr(pipeline, "text_encoder_2", None)
    if second is None and pipeline.text_encoder.config.hidden_act == "gelu":  # Stable Diffusion 2
        return _named("cond_stage_model.model.", open_clip(pipeline.text_encoder, extra_layer=True))
    if second is None:
        return _named("cond_stage_model.transformer.", clip(pipeline.text_encoder))
    if pipeline.text_encoder is None:
        return _named("conditioner.embedders.0.model.", open_clip(second))
    first = _named("conditioner.embedders.0.transformer.", clip(pipeline.text_encoder))
    return first | _named("conditioner.embedders.1.model.", open_clip(second))


def _named(prefix: str, weights: Iterator[tuple[str, Tensor]]) -> Weights:
    return {prefix + name: tensor for name, tensor in weights}


def _renamed(name: str, rules: Mapping[str, str]) -> str:
    for old, new in rules.items():
        name = re.sub(old, new, name)
    return name


def unet(module: Any) -> Iterator[tuple[str, Tensor]]:
    per_level, config = module.config.layers_per_block + 1, module.config

    def block(match: re.Match[str]) -> str:
        way, level, kind, layer = match[1], int(match[2]), match[3], int(match[4])
        if kind == "downsamplers":
            return f"input_blocks.{per_level * (level + 1)}.0.op"
        if kind == "upsamplers":
            place = 2 if "CrossAttn" in config.up_block_types[level] else 1
            return f"output_blocks.{per_level * level + per_level - 1}.{place}.conv"
        number = per_level * level + layer + (1 if way == "down" else 0)
        return f"{'input' if way == 'down' else 'output'}_blocks.{number}.{0 if kind == 'resnets' else 1}"

    rules = {
        r"^time_embedding.linear_1": "time_embed.0", r"^time_embedding.linear_2": "time_embed.2",
        r"^add_embedding.linear_1": "label_emb.0.0", r"^add_embedding.linear_2": "label_emb.0.2",
        r"^conv_in": "input_blocks.0.0", r"^conv_norm_out": "out.0", r"^conv_out": "out.2",
        r"^mid_block.attentions.0": "middle_block.1", r"^mid_block.resnets.0": "middle_block.0",
        r"^mid_block.resnets.1": "middle_block.2",
    }  # fmt: skip
    resnet = {
        r"\.norm1": ".in_layers.0", r"\.conv1": ".in_layers.2", r"\.norm2": ".out_layers.0",
        r"\.conv2": ".out_layers.3", r"time_emb_proj": "emb_layers.1", r"conv_shortcut": "skip_connection",
    }  # fmt: skip
    for name, tensor in module.state_dict().items():
        own = _renamed(name, resnet) if "resnets" in name else name
        own = re.sub(r"^(down|up)_blocks\.(\d+)\.(\w+)\.(\d+)(\.conv)?(?=\.)", block, own)
        yield _renamed(own, rules), tensor


def vae(module: Any) -> Iterator[tuple[str, Tensor]]:
    last = len(module.config.block_out_channels) - 1
    rules = {
        r"down_blocks\.(\d+)\.resnets\.(\d+)": r"down.\1.block.\2", r"conv_shortcut": "nin_shortcut",
        r"down_blocks\.(\d+)\.downsamplers\.0": r"down.\1.downsample",
        r"conv_norm_out": "norm_out", r"mid_block\.resnets\.0": "mid.block_1", r"mid_block\.resnets\.1": "mid.block_2",
        r"mid_block\.attentions\.0\.": "mid.attn_1.", r"group_norm": "norm", r"\.to_([qkv])\.": r".\1.",
        r"\.to_out\.0\.": ".proj_out.",
    }  # fmt: skip
    for name, tensor in module.state_dict().items():
        own = re.sub(
            r"up_blocks\.(\d+)\.resnets\.(\d+)", lambda match: f"up.{last - int(match[1])}.block.{match[2]}", name
        )
        own = re.sub(r"up_blocks\.(\d+)\.upsamplers\.0", lambda match: f"up.{last - int(match[1])}.upsample", own)
        own = _renamed(own, rules)
        is_projection = ".attn_1." in own and own.endswith("weight") and tensor.dim() == 2
        yield own, tensor[:, :, None, None] if is_projection else tensor


def clip(module: Any) -> Iterator[tuple[str, Tensor]]:
    """As transformers writes it, with the numbers of the positions, which old files hold too."""
    for name, tensor in module.state_dict().items():
        yield name if name.startswith("text_model.") else f"text_model.{name}", tensor
    yield "text_model.embeddings.position_ids", torch.arange(77)[None]


def open_clip(module: Any, *, extra_layer: bool = False) -> Iterator[tuple[str, Tensor]]:
    """As open_clip packs it; `extra_layer`: with a last layer that the pipeline does not have."""
    weights = {name.removeprefix("text_model."): tensor for name, tensor in module.state_dict().items()}
    yield "positional_embedding", weights["embeddings.position_embedding.weight"]
    yield "token_embedding.weight", weights["embeddings.token_embedding.weight"]
    for kind in ("weight", "bias"):
        yield f"ln_final.{kind}", weights[f"final_layer_norm.{kind}"]
    layers = module.config.num_hidden_layers
    sources = [*range(layers), *([layers - 1] if extra_layer else [])]
    for number, source in enumerate(sources):
        old, new = f"encoder.layers.{source}", f"transformer.resblocks.{number}"
        for kind in ("weight", "bias"):
            packed = [weights[f"{old}.self_attn.{each}_proj.{kind}"] for each in "qkv"]
            yield f"{new}.attn.in_proj_{kind}", torch.cat(packed)
            for theirs, ours in (
                ("self_attn.out_proj", "attn.out_proj"), ("layer_norm1", "ln_1"), ("layer_norm2", "ln_2"),
                ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj"),
            ):  # fmt: skip
                yield f"{new}.{ours}.{kind}", weights[f"{old}.{theirs}.{kind}"]
    if "text_projection.weight" in weights:
        yield "text_projection", weights["text_projection.weight"].T
    elif extra_layer:
        width = module.config.hidden_size
        yield "text_projection", torch.zeros(width, width)
    yield "logit_scale", torch.tensor(4.6)


def save(pipeline: Any, path: Path, **extra: Tensor) -> Path:
    """The pipeline as one file."""
    weights = checkpoint(pipeline) | extra
    save_file({name: tensor.contiguous().clone() for name, tensor in weights.items()}, path)
    return path


def save_header(shapes: Mapping[str, tuple[int, ...]], path: Path, dtype: str = "F16", **metadata: str) -> Path:
    """A file of the right size that holds nothing but a header: its tensors take no room on the disk."""
    size = {"F16": 2, "BF16": 2, "F32": 4, "I8": 1}[dtype]
    entries: dict[str, Any] = {"__metadata__": metadata} if metadata else {}
    position = 0
    for name, shape in shapes.items():
        count = size
        for side in shape:
            count *= side
        entries[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [position, position + count]}
        position += count
    raw = json.dumps(entries).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(raw)) + raw)
        file.truncate(8 + len(raw) + position)
    return path
