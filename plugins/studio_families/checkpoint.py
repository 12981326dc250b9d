"""How lone files of the built-in families are told, and what of a checkpoint's configs no header tells.

Whole checkpoints of Stable Diffusion 1.5, 2.1 and XL open as they are. Their schedulers, sizes and padding are those of
the published folders (stable-diffusion-v1-5, stable-diffusion-2-1, stable-diffusion-xl-base-1.0 and -refiner-1.0).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from studio.api import CompanionFile, Excerpt, Signature
from studio_families import assembled
from studio_families.assembled import clip_g, clip_l, sd_vae, sdxl_vae

_CONV, _CODEC = "model.diffusion_model.input_blocks.0.0.weight", "first_stage_model.decoder.conv_in.weight"
_CLIP = "text_model.embeddings.position_embedding.weight"
_FOLDER = (
    "of which the studio opens only the folder in the layout of diffusers; get that folder, the one with "
    "model_index.json"
)
_NETWORK = (
    "which lacks its text encoders or its VAE; get the whole checkpoint, or the folder in the layout of diffusers"
)
_INSTRUCTED = (
    "which changes a picture as it is told, and the studio does not run it, its folder neither; add FLUX.1 Kontext or "
    "Qwen-Image-Edit"
)
_DEPTH = (
    "which follows the depth of a second picture, and the studio does not run it, its folder neither; add Stable "
    "Diffusion 2.1"
)
_CONTROL = (
    "which was trained to follow the edges or depth of a second picture, and the studio does not run it, its folder "
    "neither; add FLUX.1 dev"
)
_OTHER = (
    "which no plugin that is installed can run; add a model of another family, such as Stable Diffusion XL or FLUX.1"
)
_LAYERED = "which takes a picture apart into layers, and the studio does not run it, its folder neither; add Qwen-Image"

_NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000}
_PNDM = _NOISE | {"skip_prk_steps": True, "steps_offset": 1, "set_alpha_to_one": False, "clip_sample": False}
_DDIM = _NOISE | {"clip_sample": False, "set_alpha_to_one": False, "steps_offset": 1}
_EULER = _NOISE | {"timestep_spacing": "leading", "steps_offset": 1, "interpolation_type": "linear"}
_V = {"prediction_type": "v_prediction"}

# CLIP's published configs say 2 for the end of a text, which transformers reads as "the highest number there is".
_WORDS = {"bos_token_id": 0, "eos_token_id": 2, "pad_token_id": 1}
_END, _MARK = "<|endoftext|>", "!"


def _unet(latent: int, **more: Any) -> Excerpt:
    return Excerpt("UNet2DConditionModel", "model.diffusion_model.", {"sample_size": latent, **more})


def _vae(side: int, scaling: float) -> Excerpt:
    return Excerpt("AutoencoderKL", "first_stage_model.", {"sample_size": side, "scaling_factor": scaling})


def _tokenizer(padding: str) -> Excerpt:
    return Excerpt("CLIPTokenizer", config={"pad_token": padding, "model_max_length": 77})


def _clip_l(prefix: str, renamed: tuple[str, str] = ("", "")) -> Excerpt:
    return Excerpt("CLIPTextModel", prefix, _WORDS | {"hidden_act": "quick_gelu"}, renamed)


def _sd15(renamed: tuple[str, str] = ("", "")) -> dict[str, Excerpt]:
    return {
        "unet": _unet(64, attention_head_dim=8),
        "vae": _vae(512, 0.18215),
        "text_encoder": _clip_l("cond_stage_model.transformer.", renamed),
        "tokenizer": _tokenizer(_END),
        "scheduler": Excerpt("PNDMScheduler", config=_PNDM),
    }


def _sd21(latent: int, *, v: bool, renamed: tuple[str, str] = ("", "")) -> dict[str, Excerpt]:
    scheduler = Excerpt("DDIMScheduler", config=_DDIM | _V) if v else Excerpt("PNDMScheduler", config=_PNDM)
    return {
        "unet": _unet(latent, upcast_attention=v),
        "vae": _vae(8 * latent, 0.18215),
        # The model reads the words from the layer before the last, so the last one is left out.
        "text_encoder": Excerpt(
            "CLIPTextModel",
            "cond_stage_model.model.",
            _WORDS | {"hidden_act": "gelu", "projection_dim": 512, "skipped_layers": 1},
            renamed,
        ),
        "tokenizer": _tokenizer(_MARK),
        "scheduler": scheduler,
    }


def _sdxl(time: int = 0) -> dict[str, Excerpt]:
    """`time`: how many numbers stand for one of the ids that it is told, where no text encoder tells."""
    return {
        "unet": _unet(128, **({"addition_time_embed_dim": time} if time else {})),
        "vae": _vae(1024, 0.13025),
        "text_encoder": _clip_l("conditioner.embedders.0.transformer."),
        "text_encoder_2": Excerpt(
            "CLIPTextModelWithProjection", "conditioner.embedders.1.model.", _WORDS | {"hidden_act": "gelu"}
        ),
        "tokenizer": _tokenizer(_END),
        "tokenizer_2": _tokenizer(_MARK),
        "scheduler": Excerpt("EulerDiscreteScheduler", config=_EULER),
    }


def _refiner() -> dict[str, Excerpt]:
    second = Excerpt("CLIPTextModelWithProjection", "conditioner.embedders.0.model.", _WORDS | {"hidden_act": "gelu"})
    parts = _sdxl() | {"text_encoder_2": second}
    return {part: excerpt for part, excerpt in parts.items() if part not in ("text_encoder", "tokenizer")}


def _whole(text: str, channels: int) -> dict[str, tuple[int | None, ...] | None]:
    return {_CONV: (None, channels, None, None), _CODEC: None, text: None}


_SD15, _SD21 = f"cond_stage_model.transformer.{_CLIP}", "cond_stage_model.model.positional_embedding"
_SDXL, _REFINER = "conditioner.embedders.1.model.positional_embedding", "conditioner.embedders.0.model.text_projection"
_OLD = "cond_stage_model.transformer."
_SD15_OLD = f"{_OLD}{_CLIP.removeprefix('text_model.')}"
_OLD_NAMES = (_OLD, f"{_OLD}text_model.")
"""Merges of 2022 have the names of a transformers that had no `text_model.` yet."""
_TURBO = "conditioner.embedders.0.model."
_SD21_TURBO = f"{_TURBO}positional_embedding"
_TURBO_NAMES = (_TURBO, "cond_stage_model.model.")
"""Stability's later trainer keeps the text encoder of SD Turbo elsewhere than that of 2.1."""
_UNDECIDED = (
    "Its header does not tell whether it predicts velocity (the published 2.1, made for 768 pixels) or noise (2.1 "
    "base, made for 512); the first was assumed. If its pictures are mere noise, say so: studio models set ID "
    "--prediction epsilon."
)
_SEES = ("embedder.model.visual.*",)
"""unCLIP looks at pictures through an encoder of its own."""
_WORDS_XL = "input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight"


_NO_SHAPES: Mapping[str, tuple[int | None, ...]] = {}


def _alone(
    base: str, channels: int, width: int, at: str = "1.1", title: str = "",
    parts: Mapping[str, Excerpt] = MappingProxyType({}), companions: Mapping[str, CompanionFile] = MappingProxyType({}),
) -> Signature:  # fmt: skip
    """The UNet without anything else; `width` is that of the words that it attends to."""
    name = f"input_blocks.{at}.transformer_blocks.0.attn2.to_k.weight"
    shapes = {"input_blocks.0.0.weight": (None, channels, 3, 3), name: (None, width), "out.2.weight": None}
    own = {part: excerpt for part, excerpt in parts.items() if part not in companions}
    return Signature(f"UNet of {title or base}", shapes, why=_NETWORK, kind="network", base=base, parts=own,
                     companions=companions)  # fmt: skip


def _without_vae(
    base: str, text: str, channels: int, parts: Mapping[str, Excerpt], vae: CompanionFile, **more: Any
) -> Signature:
    """A checkpoint whose maker left the VAE out, to be used with one of the user's choice."""
    has = {name: shape for name, shape in _whole(text, channels).items() if name != _CODEC}
    own = {part: excerpt for part, excerpt in parts.items() if part != "vae"}
    lacks = (_CODEC, *more.pop("lacks", ()))
    return Signature(f"{base} without VAE", has | more.pop("has", {}), lacks, parts=own, companions={"vae": vae},
                     base=base, **more)  # fmt: skip


def _checkpoint(title: str, has: Mapping[str, tuple[int | None, ...] | None], base: str = "", **more: Any) -> Signature:
    return Signature(title, has, base=base or title, **more)


def _network(
    title: str, *names: str, base: str = "", why: str = _FOLDER,
    shapes: Mapping[str, tuple[int | None, ...]] = _NO_SHAPES,
) -> Signature:  # fmt: skip
    """Of a family that opens as a folder; `why`: of one that does not even so."""
    return Signature(title, {**dict.fromkeys(names), **shapes}, why=why, kind="network", base=base or title)


_PICTURE_IN, _WORDS_IN = "img_in.weight", "txt_in.weight"
_GUIDED, _DOUBLE = "guidance_in.in_layer.weight", "double_blocks.0.img_attn.norm.key_norm.scale"
_CHROMA = "distilled_guidance_layer.in_proj.weight"
_FLUX2, _SD3 = "single_stream_modulation.lin.weight", "joint_blocks.0.context_block.adaLN_modulation.1.bias"
_SD, _SD2, _XL = "Stable Diffusion 1.5", "Stable Diffusion 2.1", "Stable Diffusion XL"
_NOT_FLUX1 = (_FLUX2, "*.img_mlp.gate_proj.*", "*.img_mlp.down_proj.*", "distilled_guidance_layer.*")


def _flux(title: str, channels: int, *, guided: bool = True, why: str = "", named: str = "") -> Signature:
    """FLUX.1 reads words of T5 alone; others of the same blocks read those of language models."""
    has: dict[str, tuple[int | None, ...] | None] = {_DOUBLE: None, _PICTURE_IN: (None, channels), _WORDS_IN: None}
    lacks = _NOT_FLUX1 if guided else (*_NOT_FLUX1, _GUIDED)
    more: dict[str, Any] = {"why": why} if why else assembled.flux(guided=guided)
    has |= {_GUIDED: None} if guided else {}
    return Signature(title, has, lacks, kind="network", base="FLUX.1", named=named, **more)


def _assembled(title: str, *names: str, base: str = "", more: Mapping[str, Any], shapes: Mapping[str, Any] = _NO_SHAPES,
               **others: Any) -> Signature:  # fmt: skip
    """A network whose other parts lie in files of their own."""
    has = {**dict.fromkeys(names), **shapes}
    return Signature(title, has, kind="network", base=base or title, **more, **others)


_QWEN = ("txt_norm.weight", _PICTURE_IN, "transformer_blocks.0.attn.add_q_proj.weight")
_Z = ("layers.0.adaLN_modulation.0.weight", "cap_embedder.0.weight")


FILES: dict[str, tuple[Signature, ...]] = {
    "StableDiffusionPipeline": (
        _checkpoint(_SD, _whole(_SD15, 4), parts=_sd15()),
        _checkpoint(_SD, _whole(_SD15_OLD, 4), parts=_sd15(_OLD_NAMES)),
        _checkpoint("Stable Diffusion 2.1 unCLIP", {_SEES[0]: None, _SD21: None}, why=_FOLDER),
        _checkpoint("SD Turbo", _whole(_SD21_TURBO, 4) | {_SD21_TURBO: (77, 1024)}, _SD2,
                    parts=_sd21(64, v=False, renamed=_TURBO_NAMES)),
        _checkpoint("Stable Diffusion 2.1 base", _whole(_SD21, 4), _SD2, lacks=_SEES,
                    metadata={"prediction": "epsilon"}, parts=_sd21(64, v=False)),
        _checkpoint(_SD2, _whole(_SD21, 4), lacks=_SEES, metadata={"prediction": "v"}, parts=_sd21(96, v=True)),
        _checkpoint(_SD2, _whole(_SD21, 4), lacks=_SEES, parts=_sd21(96, v=True), note=_UNDECIDED),
        _checkpoint("Stable Diffusion 1.5, instructed", _whole(_SD15, 8), _SD, why=_INSTRUCTED),
        _checkpoint("Stable Diffusion 2, with depth", _whole(_SD21, 5), _SD2, why=_DEPTH),
        _without_vae(_SD, _SD15, 4, _sd15(), sd_vae()),
        _without_vae(_SD, _SD15_OLD, 4, _sd15(_OLD_NAMES), sd_vae()),
        _without_vae("SD Turbo", _SD21_TURBO, 4, _sd21(64, v=False, renamed=_TURBO_NAMES), sd_vae(),
                     has={_SD21_TURBO: (77, 1024)}),
        _without_vae(_SD2, _SD21, 4, _sd21(96, v=True), sd_vae(768), note=_UNDECIDED),
        _alone(_SD, 4, 768, parts=_sd15(), companions={"text_encoder": clip_l("unet.cross_attention_dim"),
                                                      "vae": sd_vae()}),
        _alone(_SD2, 4, 1024),
    ),
    "StableDiffusionInpaintPipeline": (
        _checkpoint("Stable Diffusion 1.5, for inpainting", _whole(_SD15, 9), _SD, parts=_sd15()),
        _checkpoint("Stable Diffusion 1.5, for inpainting", _whole(_SD15_OLD, 9), _SD, parts=_sd15(_OLD_NAMES)),
        _checkpoint("Stable Diffusion 2, for inpainting", _whole(_SD21, 9), _SD2, parts=_sd21(64, v=False)),
        _alone(_SD, 9, 768, title="Stable Diffusion 1.5, for inpainting"),
        _alone(_SD2, 9, 1024, title="Stable Diffusion 2, for inpainting"),
    ),
    "StableDiffusionXLPipeline": (
        _checkpoint("Playground 2.5", {"edm_mean": None, _SDXL: None}, why=_FOLDER),
        _checkpoint("CosXL Edit", _whole(_SDXL, 8), _XL, why=_INSTRUCTED),
        *(
            Signature(title, _whole(_SDXL, 4) | {"middle_block.0.in_layers.0.weight": None, depth: None},
                      ("middle_block.1.norm.weight",), base=_XL, why=_FOLDER)
            for title, depth in (
                ("SSD-1B, a smaller Stable Diffusion XL", "input_blocks.4.1.transformer_blocks.1.norm1.weight"),
                ("Segmind Vega, a smaller Stable Diffusion XL", _WORDS_XL),
            )
        ),
        _checkpoint(_XL, _whole(_SDXL, 4) | {"middle_block.1.norm.weight": None}, lacks=("edm_mean",), parts=_sdxl()),
        _without_vae(_XL, _SDXL, 4, _sdxl(), sdxl_vae(), lacks=("edm_mean",),
                     has={"middle_block.1.norm.weight": None}),
        _alone(_XL, 4, 2048, "4.1", parts=_sdxl(time=256), companions={
            "text_encoder": clip_l(), "text_encoder_2": clip_g(), "vae": sdxl_vae(),
        }),
    ),
    "StableDiffusionXLInpaintPipeline": (
        _checkpoint("Stable Diffusion XL, for inpainting", _whole(_SDXL, 9), _XL, parts=_sdxl()),
        _alone(_XL, 9, 2048, "4.1", "Stable Diffusion XL, for inpainting"),
    ),
    "StableDiffusionXLImg2ImgPipeline": (
        _checkpoint(
            "Stable Diffusion XL refiner", _whole(_REFINER, 4), parts=_refiner(),
            defaults={"requires_aesthetics_score": True, "force_zeros_for_empty_prompt": False},
        ),
        _alone("Stable Diffusion XL refiner", 4, 1280, "4.1"),
    ),
    "StableDiffusionUpscalePipeline": (
        _checkpoint("Stable Diffusion x4 upscaler", {_CONV: (None, 7, 3, 3)}, why=_FOLDER),
    ),
    "StableDiffusion3Pipeline": (
        _assembled("Stable Diffusion 3.5 large", _SD3, "joint_blocks.37.x_block.mlp.fc1.weight",
                   base="Stable Diffusion 3.5", more=assembled.sd3()),
        _assembled("Stable Diffusion 3.5 medium", _SD3, "joint_blocks.0.x_block.attn2.qkv.weight",
                   base="Stable Diffusion 3.5", more=assembled.sd3()),
        _assembled("Stable Diffusion 3 medium", _SD3, base="Stable Diffusion 3", more=assembled.sd3()),
    ),
    "ChromaPipeline": (
        _assembled("Chroma", _CHROMA, "double_blocks.0.img_attn.qkv.weight", more=assembled.chroma()),
        _network("Chroma", "distilled_guidance_layer.in_proj.bias"),
    ),
    "Flux2KleinPipeline": (
        _network("FLUX.2 dev", base="FLUX.2", shapes={_FLUX2: (None, 6144)}),
        *(
            _assembled(f"{title}{' base' if named else ''}", base="FLUX.2", shapes={_FLUX2: shape}, named=named,
                       lacks=(_GUIDED,), more=assembled.klein(distilled=not named))
            for title, shape in (("FLUX.2 klein 4B", (None, 3072)), ("FLUX.2 klein 9B", (None, 4096)),
                                 ("FLUX.2 klein", None))
            for named in ("base", "")
        ),
        _network("FLUX.2", _FLUX2),
    ),
    "FluxKontextPipeline": (_flux("FLUX.1 Kontext", 64, named="*kontext*"),),
    "FluxPipeline": (
        Signature("LongCat-Image", {_DOUBLE: None, _WORDS_IN: (None, 3584)}, (_FLUX2,), why=_OTHER, kind="other",
                  base="LongCat-Image"),
        _flux("FLUX.1 Canny or Depth", 128, why=_CONTROL),
        _flux("FLUX.1 dev", 64),
        _flux("FLUX.1 schnell", 64, guided=False),
    ),
    "FluxFillPipeline": (_flux("FLUX.1 Fill", 384),),
    "OvisImagePipeline": (_network("Ovis-Image", _DOUBLE, "double_blocks.0.img_mlp.gate_proj.weight"),),
    "QwenImagePipeline": (
        _network("Qwen-Image-Layered", "txt_norm.weight", "time_text_embed.addition_t_embedding.weight", why=_LAYERED),
        Signature("Qwen-Image-Edit", dict.fromkeys(_QWEN), why=_FOLDER, kind="network", base="Qwen-Image",
                  named="*edit*"),
        _assembled("Qwen-Image", *_QWEN, lacks=("time_text_embed.addition_t_embedding.weight",),
                   more=assembled.qwen_image()),
    ),
    "ZImagePipeline": (
        _assembled("Z-Image Turbo", *_Z, base="Z-Image", named="*turbo*", more=assembled.z_image(turbo=True)),
        _assembled("Z-Image", *_Z, more=assembled.z_image(turbo=False)),
    ),
    "Lumina2Pipeline": (
        _assembled("Lumina 2", "layers.0.adaLN_modulation.1.weight", "cap_embedder.1.weight",
                   "noise_refiner.0.ffn_norm1.weight", more=assembled.lumina2()),
        _network("Lumina 2", "layers.0.adaLN_modulation.1.weight", shapes={"cap_embedder.1.weight": (2304, 2304)}),
    ),
    "PixArtSigmaPipeline": (
        _network("PixArt-α", "csize_embedder.mlp.0.weight", "t_block.1.weight", base="PixArt"),
        _network("PixArt-α", "adaln_single.emb.resolution_embedder.linear_1.weight", "pos_embed.proj.weight",
                 base="PixArt"),
        _assembled("PixArt-Σ", "blocks.0.scale_shift_table", "y_embedder.y_proj.fc1.weight", "t_block.1.weight",
                   base="PixArt", lacks=("csize_embedder.*",), more=assembled.pixart()),
        _assembled("PixArt-Σ", "transformer_blocks.0.scale_shift_table", "adaln_single.linear.weight",
                   "caption_projection.linear_1.weight", "pos_embed.proj.weight", base="PixArt",
                   lacks=("adaln_single.emb.resolution_embedder.*",), more=assembled.pixart()),
    ),
    "SanaPipeline": (
        _network("Sana", "blocks.0.cross_attn.q_linear.weight", "blocks.0.mlp.inverted_conv.conv.weight"),
        _network("Sana", "transformer_blocks.0.ff.conv_inverted.weight", "caption_norm.weight"),
    ),
}  # fmt: skip
"""The `_class_name` of a family's folders -> the signatures of its lone files."""
