"""Networks in files of their own, and the text encoders and VAEs in other files that they need.

Schedulers and what no tensor's shape tells are those of the published folders.
"""

from collections.abc import Mapping
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


def qwen_words(length: int, words: int = 26) -> Excerpt:
    """`words`: how many special ones there are, 22 in Qwen 2.5 and 26 in Qwen 3."""
    return Excerpt("Qwen2TokenizerFast", config={"model_max_length": length, "words": words})


# ---- parts in files of their own


def clip_l(place: str = "", *, projected: bool = False, inside: str = _CLIP_L) -> CompanionFile:
    """`place`: the width of its pooled words in the network's config; `projected`: as Stable Diffusion 3 has it."""
    made = "CLIPTextModelWithProjection" if projected else "CLIPTextModel"
    more = {"unprojected": True} if projected else {}
    return CompanionFile(
        "clip", Excerpt(made, inside, _WORDS | {"hidden_act": "quick_gelu", **more}), "the text encoder CLIP ViT-L",
        "clip_l.safetensors", fits={"hidden_size": (place, 1)} if place else {},
        like={} if place else {"hidden_size": 768}, prefers=("*clip*l", "*vit*l*"), get="flux-text-encoders",
    )  # fmt: skip


def clip_g() -> CompanionFile:
    excerpt = Excerpt("CLIPTextModelWithProjection", _CLIP_G, _WORDS | {"hidden_act": "gelu"})
    return CompanionFile(
        "clip", excerpt, "the text encoder CLIP ViT-bigG", "clip_g.safetensors", like={"hidden_size": 1280},
        prefers=("*clip*g",), get="clip-g",
    )  # fmt: skip


def t5(place: str = "transformer.joint_attention_dim", *, optional: str = "", tokenizer: str = "") -> CompanionFile:
    return CompanionFile(
        "t5", Excerpt("T5EncoderModel", _T5), "the text encoder T5-XXL", "t5xxl_fp16.safetensors",
        fits={"d_model": (place, 1)}, prefers=("*t5*xxl*",), optional=optional, tokenizer=tokenizer,
        get="flux-text-encoders",
    )  # fmt: skip


def qwen3(place: str, factor: int = 1) -> CompanionFile:
    file, get = ("qwen_3_4b.safetensors", "qwen3-4b") if factor != 4 else ("", "")
    return CompanionFile(
        "qwen3", Excerpt("Qwen3Model", "text_encoders.qwen3_4b.transformer."), "the language model Qwen3", file,
        fits={"hidden_size": (place, factor)}, prefers=("*qwen*",), get=get,
    )  # fmt: skip


def gemma2() -> CompanionFile:
    """ComfyUI's version, which holds its tokenizer too."""
    words = Excerpt("GemmaTokenizerFast", "spiece_model", {"model_max_length": 256})
    return CompanionFile(
        "gemma2", Excerpt("Gemma2Model", "text_encoders.gemma2_2b.transformer."), "the language model Gemma 2 2B",
        "gemma_2_2b_fp16.safetensors", fits={"hidden_size": ("transformer.cap_feat_dim", 1)}, prefers=("*gemma*",),
        tokenizer="tokenizer", words=words, get="gemma-2-2b",
    )  # fmt: skip


def qwen25_vl() -> CompanionFile:
    return CompanionFile(
        "qwen2.5-vl", Excerpt("Qwen2_5_VLForConditionalGeneration", "text_encoders.qwen25_7b.transformer."),
        "the language model Qwen2.5-VL", "qwen_2.5_vl_7b.safetensors",
        fits={"text_config.hidden_size": ("transformer.joint_attention_dim", 1)}, prefers=("*qwen*",),
        get="qwen2.5-vl-7b",
    )  # fmt: skip


def _vae(title: str, file: str, get: str, place: str, packed: int, prefers: tuple[str, ...], avoids: str,
         **config: Any) -> CompanionFile:  # fmt: skip
    return CompanionFile(
        "vae", Excerpt("AutoencoderKL", _VAE, config), title, file, fits={"latent_channels": (place, packed)},
        prefers=prefers, avoids=avoids, get=get,
    )  # fmt: skip


def flux_vae(place: str = "transformer.out_channels", packed: int = 4) -> CompanionFile:
    """Of FLUX.1, which Z-Image, Chroma and Lumina 2 use too."""
    return _vae("the VAE of FLUX.1", "ae.safetensors", "flux-vae", place, packed, ("ae", "*flux*"),
                "*sd3*|*sd35*|sd|3.5", scaling_factor=0.3611, shift_factor=0.1159, sample_size=1024)  # fmt: skip


def sd3_vae() -> CompanionFile:
    return _vae("the VAE of Stable Diffusion 3.5", "sd3_vae.safetensors", "", "transformer.out_channels", 1,
                ("*sd3*", "*sd35*"), "ae|*flux*", scaling_factor=1.5305, shift_factor=0.0609,
                sample_size=1024)  # fmt: skip


def sd_vae(side: int = 512) -> CompanionFile:
    """Of Stable Diffusion 1.5 and 2.1."""
    return _vae("a VAE of Stable Diffusion", "vae-ft-mse-840000-ema-pruned.safetensors", "sd-vae", "unet.out_channels",
                1, ("*mse*", "*ema*", "*kl*f8*"), "*xl*", scaling_factor=0.18215, sample_size=side)  # fmt: skip


def sdxl_vae(place: str = "unet.out_channels") -> CompanionFile:
    """Of SDXL, which PixArt uses too."""
    return _vae("the VAE of Stable Diffusion XL", "sdxl_vae.safetensors", "sdxl-vae", place, 1, ("*xl*",),
                "*mse*|*ema*|840000|560000|*sd15*|*anime*", scaling_factor=0.13025, sample_size=1024)  # fmt: skip


def flux2_vae() -> CompanionFile:
    return CompanionFile(
        "vae", Excerpt("AutoencoderKLFlux2", _VAE), "the VAE of FLUX.2", "flux2-vae.safetensors",
        fits={"latent_channels": ("transformer.in_channels", 4)}, prefers=("*flux*",), get="flux2-vae",
    )  # fmt: skip


def qwen_vae() -> CompanionFile:
    return CompanionFile(
        "vae-wan", Excerpt("AutoencoderKLQwenImage", _VAE), "the VAE of Qwen-Image", "qwen_image_vae.safetensors",
        fits={"z_dim": ("transformer.in_channels", 4)}, prefers=("*qwen*",), avoids="*wan*", get="qwen-image-vae",
    )  # fmt: skip


# ---- families


_NO_T5 = (
    "There is no text encoder T5-XXL in the folders that were added, so it reads prompts with its two CLIPs alone; "
    "t5xxl_fp16.safetensors beside it makes it follow long ones."
)
_BASE = "Nothing in its name says Turbo, so it was taken for the undistilled Z-Image, which takes 28 steps or more."


def flux(*, guided: bool = True) -> dict[str, Mapping[str, Any]]:
    """What a signature of FLUX.1 says beside its tensors."""
    parts = {
        "transformer": network("FluxTransformer2DModel"),
        "tokenizer": clip_words(),
        "tokenizer_2": t5_words(512 if guided else 256),
        "scheduler": flow(shift=3.0, use_dynamic_shifting=True) if guided else flow(shift=1.0),
    }
    place = "transformer.pooled_projection_dim"
    return {"parts": parts, "companions": {"text_encoder": clip_l(place), "text_encoder_2": t5(), "vae": flux_vae()}}


def sd3() -> dict[str, Mapping[str, Any]]:
    parts = {
        "transformer": network("SD3Transformer2DModel"),
        "tokenizer": clip_words(),
        "tokenizer_2": clip_words("!"),
        "tokenizer_3": t5_words(512),
        "scheduler": Excerpt("FlowMatchEulerDiscreteScheduler", config={"num_train_timesteps": 1000, "shift": 3.0}),
    }
    companions = {
        "text_encoder": clip_l(projected=True), "text_encoder_2": clip_g(),
        "text_encoder_3": t5(optional=_NO_T5, tokenizer="tokenizer_3"), "vae": sd3_vae(),
    }  # fmt: skip
    return {"parts": parts, "companions": companions}


def chroma() -> dict[str, Mapping[str, Any]]:
    parts = {
        "transformer": network("ChromaTransformer2DModel"),
        "tokenizer": t5_words(512),
        "scheduler": flow(shift=1.0, use_dynamic_shifting=True),
    }
    return {"parts": parts, "companions": {"text_encoder": t5(), "vae": flux_vae()}}


def klein(*, distilled: bool) -> dict[str, Mapping[str, Any]]:
    shifted = {"shift": 3.0, "use_dynamic_shifting": True, "time_shift_type": "exponential"}
    parts = {
        "transformer": network("Flux2Transformer2DModel"), "tokenizer": qwen_words(131072), "scheduler": flow(**shifted)
    }  # fmt: skip
    companions = {"text_encoder": qwen3("transformer.joint_attention_dim", 3), "vae": flux2_vae()}
    return {"parts": parts, "companions": companions, "defaults": {"is_distilled": distilled}}


def z_image(*, turbo: bool) -> dict[str, Any]:
    shift = Excerpt(
        "FlowMatchEulerDiscreteScheduler", config={"num_train_timesteps": 1000, "shift": 3.0 if turbo else 6.0}
    )
    parts = {"transformer": network("ZImageTransformer2DModel"), "tokenizer": qwen_words(131072), "scheduler": shift}
    companions = {"text_encoder": qwen3("transformer.cap_feat_dim"), "vae": flux_vae("transformer.in_channels", 1)}
    more: dict[str, Any] = {} if turbo else {"defaults": {"steps": 28, "guidance_scale": 4.0}, "note": _BASE}
    return {"parts": parts, "companions": companions, **more}


def qwen_image() -> dict[str, Mapping[str, Any]]:
    shifted = {
        "num_train_timesteps": 1000, "base_image_seq_len": 256, "base_shift": 0.5, "max_image_seq_len": 8192,
        "max_shift": 0.9, "shift": 1.0, "shift_terminal": 0.02, "time_shift_type": "exponential",
        "use_dynamic_shifting": True,
    }  # fmt: skip
    parts = {
        "transformer": network("QwenImageTransformer2DModel"),
        "tokenizer": qwen_words(131072, 22),
        "scheduler": Excerpt("FlowMatchEulerDiscreteScheduler", config=shifted),
    }
    return {"parts": parts, "companions": {"text_encoder": qwen25_vl(), "vae": qwen_vae()}}


def pixart() -> dict[str, Mapping[str, Any]]:
    solver = {
        "num_train_timesteps": 1000, "beta_start": 0.0001, "beta_end": 0.02, "beta_schedule": "linear",
        "algorithm_type": "dpmsolver++", "solver_order": 2, "solver_type": "midpoint", "lower_order_final": True,
    }  # fmt: skip
    parts = {
        "transformer": network("PixArtTransformer2DModel"), "tokenizer": t5_words(300),
        "scheduler": Excerpt("DPMSolverMultistepScheduler", config=solver),
    }  # fmt: skip
    companions = {
        "text_encoder": t5("transformer.caption_channels"), "vae": sdxl_vae("transformer.in_channels"),
    }  # fmt: skip
    return {"parts": parts, "companions": companions}


def lumina2() -> dict[str, Mapping[str, Any]]:
    shift = Excerpt("FlowMatchEulerDiscreteScheduler", config={"num_train_timesteps": 1000, "shift": 6.0})
    parts = {"transformer": network("Lumina2Transformer2DModel"), "scheduler": shift}
    companions = {"text_encoder": gemma2(), "vae": flux_vae("transformer.in_channels", 1)}
    return {"parts": parts, "companions": companions}
