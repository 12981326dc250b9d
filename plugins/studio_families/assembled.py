"""Networks in files of their own, and the text encoders and VAEs in other files that they need.

Schedulers and what no tensor's shape tells are those of the published folders.
"""

from typing import Any

from studio.api import CompanionFile, Excerpt

NETWORK = "model.diffusion_model."
_VAE = "vae.|first_stage_model."
_FLOW = {"num_train_timesteps": 1000, "base_image_seq_len": 256, "base_shift": 0.5, "max_image_seq_len": 4096,
         "max_shift": 1.15}  # fmt: skip
_WORDS = {"bos_token_id": 0, "eos_token_id": 2, "pad_token_id": 1}
"""CLIP's published configs say 2 for the end of a text, which transformers reads as "the highest number there is"."""
_T5 = "text_encoders.t5xxl.transformer."
_CLIP_L = "text_encoders.clip_l.transformer."
_CLIP_G = "text_encoders.clip_g.transformer."


def network(class_name: str, **config: Any) -> Excerpt:
    return Excerpt(class_name, NETWORK, config)


def flow(**config: Any) -> Excerpt:
    return Excerpt("FlowMatchEulerDiscreteScheduler", config=_FLOW | config)


def clip_words(padding: str = "<|endoftext|>") -> Excerpt:
    return Excerpt("CLIPTokenizer", config={"pad_token": padding, "model_max_length": 77})


def t5_words(length: int) -> Excerpt:
    return Excerpt("T5TokenizerFast", config={"model_max_length": length})


# ---- parts in files of their own


def clip_l(place: str) -> CompanionFile:
    """For FLUX.1; `place`: the width of its pooled words in the network's config."""
    excerpt = Excerpt("CLIPTextModel", _CLIP_L, _WORDS | {"hidden_act": "quick_gelu"})
    return CompanionFile(
        "clip", excerpt, "the text encoder CLIP ViT-L", "clip_l.safetensors", fits={"hidden_size": (place, 1)},
        prefers=("*clip*l", "*vit*l*"), get="flux-text-encoders",
    )  # fmt: skip


def t5(place: str = "transformer.joint_attention_dim", optional: str = "") -> CompanionFile:
    return CompanionFile(
        "t5", Excerpt("T5EncoderModel", _T5), "the text encoder T5-XXL", "t5xxl_fp16.safetensors",
        fits={"d_model": (place, 1)}, prefers=("*t5*xxl*",), optional=optional, get="flux-text-encoders",
    )  # fmt: skip


def flux_vae(place: str = "transformer.out_channels", packed: int = 4) -> CompanionFile:
    """Of FLUX.1, which Z-Image, Chroma and Lumina 2 use too."""
    excerpt = Excerpt("AutoencoderKL", _VAE, {"scaling_factor": 0.3611, "shift_factor": 0.1159, "sample_size": 1024})
    return CompanionFile(
        "vae", excerpt, "the VAE of FLUX.1", "ae.safetensors", fits={"latent_channels": (place, packed)},
        prefers=("ae", "*flux*"), avoids="*sd3*|*sd35*|*sd3.5*", get="flux-vae",
    )  # fmt: skip
