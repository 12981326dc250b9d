"""One set of CLIP weights for both libraries: open_clip's names to transformers' and back."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from open_clip.model import CLIP
from torch import Tensor
from transformers import (
    CLIPTextConfig,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

from studio_starter import clip
from studio_starter.scale import Scale

Weights = dict[str, Tensor]
BLOCK = {
    "ln_1": "layer_norm1", "ln_2": "layer_norm2", "attn.out_proj": "self_attn.out_proj", "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
}  # fmt: skip
TEXT = {
    "token_embedding.weight": "text_model.embeddings.token_embedding.weight",
    "positional_embedding": "text_model.embeddings.position_embedding.weight",
    "ln_final.weight": "text_model.final_layer_norm.weight",
    "ln_final.bias": "text_model.final_layer_norm.bias",
}
VISION = {
    "visual.conv1.weight": "vision_model.embeddings.patch_embedding.weight",
    "visual.class_embedding": "vision_model.embeddings.class_embedding",
    "visual.positional_embedding": "vision_model.embeddings.position_embedding.weight",
    "visual.ln_pre.weight": "vision_model.pre_layrnorm.weight",
    "visual.ln_pre.bias": "vision_model.pre_layrnorm.bias",
    "visual.ln_post.weight": "vision_model.post_layernorm.weight",
    "visual.ln_post.bias": "vision_model.post_layernorm.bias",
}
TURNED = {"text_projection": "text_projection.weight", "visual.proj": "visual_projection.weight"}
TOWERS = {
    "transformer.resblocks": "text_model.encoder.layers",
    "visual.transformer.resblocks": "vision_model.encoder.layers",
}


def _layers(names: Iterable[str], tower: str) -> int:
    return len({name[len(tower) + 1 :].split(".")[0] for name in names if name.startswith(f"{tower}.")})


def _same(depths: dict[str, int]) -> dict[str, str]:
    """Names of the tensors that both have in the same shape."""
    names = TEXT | VISION
    for ours, theirs in TOWERS.items():
        for layer in range(depths[ours]):
            for one, other in BLOCK.items():
                for kind in ("weight", "bias"):
                    names[f"{ours}.{layer}.{one}.{kind}"] = f"{theirs}.{layer}.{other}.{kind}"
    return names


def to_transformers(weights: Weights) -> Weights:
    """Both towers' tensors by transformers' names; logit_scale has no place there."""
    depths = {ours: _layers(weights, ours) for ours in TOWERS}
    found = {theirs: weights[ours] for ours, theirs in _same(depths).items()}
    found |= {theirs: weights[ours].T for ours, theirs in TURNED.items()}
    for ours, theirs in TOWERS.items():
        for layer in range(depths[ours]):
            for kind in ("weight", "bias"):
                parts = weights[f"{ours}.{layer}.attn.in_proj_{kind}"].chunk(3)
                for part, tensor in zip("qkv", parts, strict=True):
                    found[f"{theirs}.{layer}.self_attn.{part}_proj.{kind}"] = tensor
    return found


def to_open_clip(weights: Weights, logit_scale: Tensor) -> Weights:
    """The way back, from both towers' tensors together."""
    depths = {ours: _layers(weights, theirs) for ours, theirs in TOWERS.items()}
    found = {ours: weights[theirs] for ours, theirs in _same(depths).items()} | {"logit_scale": logit_scale}
    found |= {ours: weights[theirs].T for ours, theirs in TURNED.items()}
    for ours, theirs in TOWERS.items():
        for layer in range(depths[ours]):
            for kind in ("weight", "bias"):
                parts = [weights[f"{theirs}.{layer}.self_attn.{part}_proj.{kind}"] for part in "qkv"]
                found[f"{ours}.{layer}.attn.in_proj_{kind}"] = torch.cat(parts)
    return found


def towers(
    module: CLIP, words: CLIPTokenizer, scale: Scale
) -> tuple[CLIPTextModelWithProjection, CLIPVisionModelWithProjection]:
    """The two models of transformers over CLIP's weights."""
    shape = {
        "hidden_size": clip.WIDTH, "intermediate_size": 4 * clip.WIDTH, "projection_dim": clip.WIDTH,
        "num_attention_heads": clip.HEADS, "hidden_act": "gelu",
    }  # fmt: skip
    text = CLIPTextConfig(
        **shape, num_hidden_layers=scale.text_layers, vocab_size=len(words), max_position_embeddings=scale.world.length,
        bos_token_id=words.bos_token_id, eos_token_id=words.eos_token_id, pad_token_id=words.pad_token_id,
    )  # fmt: skip
    vision = CLIPVisionConfig(
        **shape, num_hidden_layers=scale.vision_layers, image_size=scale.side, patch_size=clip.PATCH
    )
    weights = to_transformers(module.state_dict())
    made = []
    for kind, config in ((CLIPTextModelWithProjection, text), (CLIPVisionModelWithProjection, vision)):
        model = kind(config)
        own = set(model.state_dict())
        model.load_state_dict({name: tensor for name, tensor in weights.items() if name in own}, strict=False)
        missing = own - set(weights) - {name for name in own if name.endswith("position_ids")}
        if missing:
            raise ValueError(f"CLIP has no tensors for {sorted(missing)}")
        made.append(model.eval())
    return made[0], made[1]


def open_clip_config(vocabulary: int, scale: Scale) -> dict[str, Any]:
    """What open_clip needs to build the same CLIP."""
    return {
        "model_cfg": {
            "embed_dim": clip.WIDTH,
            "vision_cfg": {
                "image_size": scale.side,
                "layers": scale.vision_layers, "width": clip.WIDTH,
                "head_width": clip.WIDTH // clip.HEADS, "patch_size": clip.PATCH,
            },
            "text_cfg": {
                "context_length": scale.world.length, "vocab_size": vocabulary, "width": clip.WIDTH,
                "heads": clip.HEADS, "layers": scale.text_layers, "hf_tokenizer_name": "prior_tokenizer",
            },
        },
        "preprocess_cfg": {"size": scale.side, "mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic"},
    }  # fmt: skip


def from_export(folder: Path, scale: Scale) -> CLIP:
    """open_clip's CLIP over the tensors of an exported starter."""
    from safetensors.torch import load_file

    config = json.loads((folder / "clip" / "open_clip_config.json").read_text("utf-8"))["model_cfg"]
    module = clip.build(config["text_cfg"]["vocab_size"], scale)
    weights: Weights = {}
    for part in ("prior_text_encoder", "prior_image_encoder"):
        weights |= load_file(folder / part / "model.safetensors")
    heat = load_file(folder / "clip" / "logit_scale.safetensors")["logit_scale"]
    module.load_state_dict({name: tensor.float() for name, tensor in to_open_clip(weights, heat).items()})
    return module.requires_grad_(False).eval()
