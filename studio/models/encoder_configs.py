"""The configs of text encoders and VAEs that lie in files of their own, told by the shapes of their tensors."""

from collections.abc import Callable, Mapping
from typing import Any

from studio.models.loaders.tensor import Tensor
from studio.models.network_configs import count

Config = dict[str, Any]
Tensors = Mapping[str, Tensor]
_T5_HEAD, _QWEN_HEAD, _QWEN_EYE_HEAD, _GEMMA_HEAD = 64, 128, 80, 256
_LAYER = "model.layers.0"


def t5(tensors: Tensors) -> Config:
    bias = tensors["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    inner = tensors["encoder.block.0.layer.1.DenseReluDense.wi_0.weight"].shape[0]
    vocabulary, width = tensors["shared.weight"].shape
    return {
        "vocab_size": vocabulary,
        "d_model": width,
        "d_kv": _T5_HEAD,
        "d_ff": inner,
        "num_layers": count(tensors, "encoder.block."),
        "num_heads": bias.shape[1],
        "relative_attention_num_buckets": bias.shape[0],
        "feed_forward_proj": "gated-gelu",
        "layer_norm_epsilon": 1e-6,
        "tie_word_embeddings": False,
    }


def _language_model(tensors: Tensors, head: int) -> Config:
    vocabulary, width = tensors["model.embed_tokens.weight"].shape
    return {
        "vocab_size": vocabulary,
        "hidden_size": width,
        "intermediate_size": tensors[f"{_LAYER}.mlp.gate_proj.weight"].shape[0],
        "num_hidden_layers": count(tensors, "model.layers."),
        "num_attention_heads": tensors[f"{_LAYER}.self_attn.q_proj.weight"].shape[0] // head,
        "num_key_value_heads": tensors[f"{_LAYER}.self_attn.k_proj.weight"].shape[0] // head,
        "rms_norm_eps": 1e-6,
    }


def qwen3(tensors: Tensors) -> Config:
    head = tensors[f"{_LAYER}.self_attn.q_norm.weight"].shape[0]
    return _language_model(tensors, head) | {
        "head_dim": head, "rope_theta": 1_000_000.0, "max_position_embeddings": 40960,
    }  # fmt: skip


def gemma2(tensors: Tensors) -> Config:
    return _language_model(tensors, _GEMMA_HEAD) | {"head_dim": _GEMMA_HEAD, "query_pre_attn_scalar": _GEMMA_HEAD}


def qwen25_vl(tensors: Tensors) -> Config:
    text = _language_model(tensors, _QWEN_HEAD)
    width = tensors["visual.patch_embed.proj.weight"].shape[0]
    return {
        "text_config": text | {
            "rope_theta": 1_000_000.0, "max_position_embeddings": 128_000,
            "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24], "rope_type": "default"},
        },
        "vision_config": {
            "depth": count(tensors, "visual.blocks."),
            "hidden_size": width,
            "intermediate_size": tensors["visual.blocks.0.mlp.gate_proj.weight"].shape[0],
            "num_heads": width // _QWEN_EYE_HEAD,
            "out_hidden_size": tensors["visual.merger.mlp.2.weight"].shape[0],
            "fullatt_block_indexes": [7, 15, 23, 31],
            "window_size": 112,
            "tokens_per_second": 2,
        },
        "vision_start_token_id": 151652, "vision_end_token_id": 151653, "vision_token_id": 151654,
        "image_token_id": 151655, "video_token_id": 151656, "tie_word_embeddings": "lm_head.weight" not in tensors,
        "hidden_size": text["hidden_size"],
    }  # fmt: skip


def vae(tensors: Tensors) -> Config:
    """As latent diffusion names it, or diffusers."""
    own = "encoder.down_blocks.0.resnets.0.conv1.weight" not in tensors
    down, block = ("encoder.down.", "block.") if own else ("encoder.down_blocks.", "resnets.")
    levels = count(tensors, down)
    return {
        "in_channels": tensors["encoder.conv_in.weight"].shape[1],
        "out_channels": tensors["decoder.conv_out.weight"].shape[0],
        "block_out_channels": [tensors[f"{down}{level}.{block}0.conv1.weight"].shape[0] for level in range(levels)],
        "layers_per_block": count(tensors, f"{down}0.{block}"),
        "latent_channels": tensors["decoder.conv_in.weight"].shape[1],
        "down_block_types": ["DownEncoderBlock2D"] * levels,
        "up_block_types": ["UpDecoderBlock2D"] * levels,
        "use_quant_conv": any(f"{half}quant_conv.weight" in tensors for half in ("", "encoder.")),
        "use_post_quant_conv": any(f"{half}post_quant_conv.weight" in tensors for half in ("", "decoder.")),
    }


def qwen_vae(tensors: Tensors) -> Config:
    """Of its sizes only the narrowest is told; the rest is as published."""
    first = next(each for each in ("encoder.conv1.weight", "encoder.conv_in.weight") if each in tensors)
    last = next(each for each in ("conv2.weight", "post_quant_conv.weight") if each in tensors)
    return {"base_dim": tensors[first].shape[0], "z_dim": tensors[last].shape[0]}


READERS: dict[str, Callable[[Tensors], Config]] = {
    "AutoencoderKLFlux2": vae,
    "AutoencoderKLQwenImage": qwen_vae,
    "Gemma2Model": gemma2,
    "Qwen2_5_VLForConditionalGeneration": qwen25_vl,
    "Qwen3Model": qwen3,
    "T5EncoderModel": t5,
}
