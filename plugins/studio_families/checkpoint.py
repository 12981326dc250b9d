"""How lone files of the built-in families are told, and what of a checkpoint's configs no header tells.

Whole checkpoints of Stable Diffusion 1.5, 2.1 and XL open as they are. Their schedulers, sizes and padding are those of
the published folders (stable-diffusion-v1-5, stable-diffusion-2-1, stable-diffusion-xl-base-1.0 and -refiner-1.0).
"""

from collections.abc import Mapping
from typing import Any

from studio.api import Excerpt, Signature

_CONV, _CODEC = "model.diffusion_model.input_blocks.0.0.weight", "first_stage_model.decoder.conv_in.weight"
_CLIP = "text_model.embeddings.position_embedding.weight"
_FOLDER = (
    "of which the studio opens only the folder in the layout of diffusers, because this file lacks the configs, and "
    "may lack text encoders and VAE; get that folder, the one with model_index.json"
)
_NETWORK = (
    "which lacks its text encoders or its VAE; get the whole checkpoint, or the folder in the layout of diffusers"
)

_NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000}
_PNDM = _NOISE | {"skip_prk_steps": True, "steps_offset": 1, "set_alpha_to_one": False, "clip_sample": False}
_DDIM = _NOISE | {"clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1}
_EULER = _NOISE | {"timestep_spacing": "leading", "steps_offset": 1, "interpolation_type": "linear"}
_V = {"prediction_type": "v_prediction"}
_V_ZERO = _V | {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}

# CLIP's published configs say 2 for the end of a text, which transformers reads as "the highest number there is".
_WORDS = {"bos_token_id": 0, "eos_token_id": 2, "pad_token_id": 1}
_END, _MARK = "<|endoftext|>", "!"


def _unet(latent: int, **more: Any) -> Excerpt:
    return Excerpt("UNet2DConditionModel", "model.diffusion_model.", {"sample_size": latent, **more})


def _vae(side: int, scaling: float) -> Excerpt:
    return Excerpt("AutoencoderKL", "first_stage_model.", {"sample_size": side, "scaling_factor": scaling})


def _tokenizer(padding: str) -> Excerpt:
    return Excerpt("CLIPTokenizer", config={"pad_token": padding, "model_max_length": 77})


def _clip_l(prefix: str) -> Excerpt:
    return Excerpt("CLIPTextModel", prefix, _WORDS | {"hidden_act": "quick_gelu"})


def _sd15(**unet: Any) -> dict[str, Excerpt]:
    return {
        "unet": _unet(64, attention_head_dim=8, **unet),
        "vae": _vae(512, 0.18215),
        "text_encoder": _clip_l("cond_stage_model.transformer."),
        "tokenizer": _tokenizer(_END),
        "scheduler": Excerpt("PNDMScheduler", config=_PNDM),
    }


def _sd21(latent: int, *, v: bool, **unet: Any) -> dict[str, Excerpt]:
    scheduler = Excerpt("DDIMScheduler", config=_DDIM | _V) if v else Excerpt("PNDMScheduler", config=_PNDM)
    return {
        "unet": _unet(latent, upcast_attention=v, **unet),
        "vae": _vae(8 * latent, 0.18215),
        # The model reads the words from the layer before the last, so the last one is left out.
        "text_encoder": Excerpt(
            "CLIPTextModel",
            "cond_stage_model.model.",
            _WORDS | {"hidden_act": "gelu", "projection_dim": 512, "skipped_layers": 1},
        ),
        "tokenizer": _tokenizer(_MARK),
        "scheduler": scheduler,
    }


def _sdxl(scheduler: Mapping[str, Any] = _EULER, **unet: Any) -> dict[str, Excerpt]:
    return {
        "unet": _unet(128, **unet),
        "vae": _vae(1024, 0.13025),
        "text_encoder": _clip_l("conditioner.embedders.0.transformer."),
        "text_encoder_2": Excerpt(
            "CLIPTextModelWithProjection", "conditioner.embedders.1.model.", _WORDS | {"hidden_act": "gelu"}
        ),
        "tokenizer": _tokenizer(_END),
        "tokenizer_2": _tokenizer(_MARK),
        "scheduler": Excerpt("EulerDiscreteScheduler", config=scheduler),
    }


def _refiner() -> dict[str, Excerpt]:
    second = Excerpt("CLIPTextModelWithProjection", "conditioner.embedders.0.model.", _WORDS | {"hidden_act": "gelu"})
    parts = _sdxl() | {"text_encoder_2": second}
    return {part: excerpt for part, excerpt in parts.items() if part not in ("text_encoder", "tokenizer")}


def _whole(text: str, channels: int) -> dict[str, tuple[int | None, ...] | None]:
    return {_CONV: (None, channels, None, None), _CODEC: None, text: None}


_SD15, _SD21 = f"cond_stage_model.transformer.{_CLIP}", "cond_stage_model.model.positional_embedding"
_SDXL, _REFINER = "conditioner.embedders.1.model.positional_embedding", "conditioner.embedders.0.model.text_projection"
_NOISE_SAID = (
    ("parameterization", "eps"), ("modelspec.prediction_type", "epsilon"),
    ("modelspec.architecture", "stable-diffusion-v2-512"),
)  # fmt: skip
_V_SAID = (
    ("parameterization", "v"), ("modelspec.prediction_type", "v"),
    ("modelspec.architecture", "stable-diffusion-v2-768-v"),
)  # fmt: skip
_UNDECIDED = (
    "Its header does not tell whether it predicts velocity (the published 2.1, made for 768 pixels) or noise (2.1 "
    "base, made for 512); the first was assumed. If its pictures are mere noise, put a file of its name with the "
    "ending .yaml beside it that holds the line `parameterization: eps`."
)


def _alone(title: str, channels: int, width: int, at: str = "1.1") -> Signature:
    """The UNet without anything else; `width` is that of the words that it attends to."""
    name = f"input_blocks.{at}.transformer_blocks.0.attn2.to_k.weight"
    shapes = {"input_blocks.0.0.weight": (None, channels, 3, 3), name: (None, width)}
    return Signature(f"UNet of {title}", shapes, why=_NETWORK)


def _folder(title: str, *names: str, lacks: tuple[str, ...] = (), **shapes: tuple[int | None, ...]) -> Signature:
    return Signature(title, {**dict.fromkeys(names), **shapes}, lacks, why=_FOLDER)


_PICTURE_IN = "img_in.weight"
_GUIDED, _DOUBLE = "guidance_in.in_layer.weight", "double_blocks.0.img_attn.norm.key_norm.scale"
_CHROMA = "distilled_guidance_layer.in_proj.weight"
_FLUX2, _SD3 = "single_stream_modulation.lin.weight", "joint_blocks.0.context_block.adaLN_modulation.1.bias"

FILES: dict[str, tuple[Signature, ...]] = {
    "StableDiffusionPipeline": (
        Signature("Stable Diffusion 1.5", _whole(_SD15, 4), parts=_sd15()),
        _folder("Stable Diffusion 2.1 unCLIP", "embedder.model.visual.*", _SD21),
        *(
            Signature("Stable Diffusion 2.1 base", _whole(_SD21, 4), metadata={key: value}, parts=_sd21(64, v=False))
            for key, value in _NOISE_SAID
        ),
        *(
            Signature("Stable Diffusion 2.1", _whole(_SD21, 4), metadata={key: value}, parts=_sd21(96, v=True))
            for key, value in _V_SAID
        ),
        Signature("Stable Diffusion 2.1", _whole(_SD21, 4), parts=_sd21(96, v=True), note=_UNDECIDED),
        Signature("Stable Diffusion 1.5, instructed", _whole(_SD15, 8), why=_FOLDER),
        Signature("Stable Diffusion 2, with depth", _whole(_SD21, 5), why=_FOLDER),
        _alone("Stable Diffusion 1.5", 4, 768),
        _alone("Stable Diffusion 2.1", 4, 1024),
    ),
    "StableDiffusionInpaintPipeline": (
        Signature("Stable Diffusion 1.5, for inpainting", _whole(_SD15, 9), parts=_sd15()),
        Signature("Stable Diffusion 2, for inpainting", _whole(_SD21, 9), parts=_sd21(64, v=False)),
        _alone("Stable Diffusion 1.5, for inpainting", 9, 768),
        _alone("Stable Diffusion 2, for inpainting", 9, 1024),
    ),
    "StableDiffusionXLPipeline": (
        _folder("Playground 2.5", "edm_mean", _SDXL),
        Signature(
            "Stable Diffusion XL, predicting velocity", _whole(_SDXL, 4) | {"v_pred": None, "ztsnr": None},
            parts=_sdxl(_EULER | _V_ZERO),
        ),
        Signature(
            "Stable Diffusion XL, predicting velocity", _whole(_SDXL, 4) | {"v_pred": None}, parts=_sdxl(_EULER | _V)
        ),
        Signature("Stable Diffusion XL", _whole(_SDXL, 4), parts=_sdxl()),
        _alone("Stable Diffusion XL", 4, 2048, "4.1"),
    ),
    "StableDiffusionXLInpaintPipeline": (
        Signature("Stable Diffusion XL, for inpainting", _whole(_SDXL, 9), parts=_sdxl()),
        _alone("Stable Diffusion XL, for inpainting", 9, 2048, "4.1"),
    ),
    "StableDiffusionXLImg2ImgPipeline": (
        Signature(
            "Stable Diffusion XL refiner", _whole(_REFINER, 4), parts=_refiner(),
            defaults={"requires_aesthetics_score": True, "force_zeros_for_empty_prompt": False},
        ),
        _alone("Stable Diffusion XL refiner", 4, 1280, "4.1"),
    ),
    "StableDiffusionUpscalePipeline": (
        Signature("Stable Diffusion x4 upscaler", {_CONV: (None, 7, 3, 3)}, why=_FOLDER),
    ),
    "StableDiffusion3Pipeline": (
        _folder("Stable Diffusion 3.5 large", _SD3, "joint_blocks.37.x_block.mlp.fc1.weight"),
        _folder("Stable Diffusion 3.5 medium", _SD3, "joint_blocks.0.x_block.attn2.qkv.weight"),
        _folder("Stable Diffusion 3 medium", _SD3),
    ),
    "ChromaPipeline": (
        _folder("Chroma", _CHROMA, "double_blocks.0.img_attn.qkv.weight"),
        _folder("Chroma", "distilled_guidance_layer.in_proj.bias"),
    ),
    "Flux2KleinPipeline": (
        Signature("FLUX.2 klein 4B", {_FLUX2: (None, 3072)}, why=_FOLDER),
        Signature("FLUX.2 klein 9B", {_FLUX2: (None, 4096)}, why=_FOLDER),
        Signature("FLUX.2 dev", {_FLUX2: (None, 6144)}, why=_FOLDER),
        _folder("FLUX.2", _FLUX2),
    ),
    "FluxPipeline": (
        Signature("FLUX.1 Fill", {_DOUBLE: None, _GUIDED: None, _PICTURE_IN: (None, 384)}, why=_FOLDER),
        Signature("FLUX.1 Canny or Depth", {_DOUBLE: None, _GUIDED: None, _PICTURE_IN: (None, 128)}, why=_FOLDER),
        _folder("FLUX.1 Redux", "redux_up.weight", "redux_down.weight"),
        Signature("FLUX.1 dev, Krea or Kontext: their headers are alike",
                  {_DOUBLE: None, _GUIDED: None, _PICTURE_IN: (None, 64)}, why=_FOLDER),
        _folder("FLUX.1 schnell", _DOUBLE, lacks=(_GUIDED, "distilled_guidance_layer.*")),
    ),
    "QwenImagePipeline": (
        _folder("Qwen-Image or Qwen-Image-Edit: their headers are alike",
                "txt_norm.weight", _PICTURE_IN, "transformer_blocks.0.attn.add_q_proj.weight"),
    ),
    "ZImagePipeline": (
        _folder("Z-Image", "layers.0.adaLN_modulation.0.weight", "cap_embedder.0.weight"),
    ),
    "PixArtSigmaPipeline": (
        _folder("PixArt", "blocks.0.scale_shift_table", "y_embedder.y_embedding", "t_block.1.weight"),
        _folder("PixArt", "transformer_blocks.0.scale_shift_table", "adaln_single.linear.weight",
                "caption_projection.linear_1.weight", "pos_embed.proj.weight"),
    ),
    "SanaPipeline": (
        _folder("Sana", "blocks.0.cross_attn.q_linear.weight", "blocks.0.mlp.inverted_conv.conv.weight"),
        _folder("Sana", "transformer_blocks.0.ff.conv_inverted.weight", "caption_norm.weight"),
    ),
}  # fmt: skip
"""The `_class_name` of a family's folders -> the signatures of its lone files."""
