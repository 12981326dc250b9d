"""Models as other programs keep them: the network, the text encoders and the VAE, each in a file of its own."""

import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import original
import parity
import tiny_text
import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderKLFlux2,
    AutoencoderKLQwenImage,
    ChromaPipeline,
    ChromaTransformer2DModel,
    DPMSolverMultistepScheduler,
    FlowMatchEulerDiscreteScheduler,
    Flux2KleinPipeline,
    Flux2Transformer2DModel,
    FluxPipeline,
    FluxTransformer2DModel,
    Lumina2Pipeline,
    Lumina2Transformer2DModel,
    PixArtSigmaPipeline,
    PixArtTransformer2DModel,
    QwenImagePipeline,
    QwenImageTransformer2DModel,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    ZImagePipeline,
    ZImageTransformer2DModel,
)
from file_names import (
    Weights,
    as_is,
    chroma_names,
    clip_g_names,
    clip_names,
    flux_names,
    klein_names,
    language_names,
    lumina2_names,
    pixart_names,
    qwen_vae_names,
    qwen_vl_names,
    sd3_names,
    t5_names,
    vae_names,
    z_image_names,
)
from PIL import Image
from safetensors.torch import save_file
from studio_text_to_image import TextToImage
from transformers import (
    CLIPTextModel,
    CLIPTextModelWithProjection,
    Gemma2Config,
    Gemma2Model,
    GemmaTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2TokenizerFast,
    Qwen3Config,
    Qwen3ForCausalLM,
    Qwen3Model,
    T5Config,
    T5EncoderModel,
    T5TokenizerFast,
)

from studio.models.entry import CatalogueEntry
from studio.models.loaders.tokenizer import tokenizer
from studio.models.service import ModelService
from studio.testing import FakeContext

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


def vae(channels: int, scaling: float, shift: float | None, *, quantise: bool = False) -> AutoencoderKL:
    made = tiny_text.vae(channels, scaling, 0.0, quantise=quantise)
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


def sd3() -> StableDiffusion3Pipeline:
    torch.manual_seed(32)
    transformer = SD3Transformer2DModel(
        sample_size=128, patch_size=2, in_channels=16, num_layers=3, attention_head_dim=64, num_attention_heads=1,
        joint_attention_dim=32, caption_projection_dim=64, pooled_projection_dim=2048, out_channels=16,
        pos_embed_max_size=192, dual_attention_layers=(0, 1), qk_norm="rms_norm",
    )  # fmt: skip
    first = original._clip(CLIPTextModelWithProjection, 768)
    first.text_projection.weight.data = torch.eye(768)  # others do not project these words
    return StableDiffusion3Pipeline(
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0), vae=vae(16, 1.5305, 0.0609),
        text_encoder=first, tokenizer=original._words("<|endoftext|>"), tokenizer_2=original._words("!"),
        text_encoder_2=original._clip(CLIPTextModelWithProjection, 1280, hidden_act="gelu"), text_encoder_3=t5(),
        tokenizer_3=t5_words(512),
    )  # fmt: skip


def chroma() -> ChromaPipeline:
    torch.manual_seed(33)
    transformer = ChromaTransformer2DModel(
        patch_size=1, in_channels=64, num_layers=2, num_single_layers=2, attention_head_dim=128,
        num_attention_heads=1, joint_attention_dim=32, axes_dims_rope=(16, 56, 56), approximator_hidden_dim=32,
        approximator_layers=2, approximator_num_channels=64,
    )  # fmt: skip
    return ChromaPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(**FLOW, shift=1.0, use_dynamic_shifting=True),
        vae=vae(16, 0.3611, 0.1159), text_encoder=t5(), tokenizer=t5_words(512), transformer=transformer,
    )  # fmt: skip


def qwen_words(words: int = 26) -> Any:
    return tokenizer(Qwen2TokenizerFast, {"model_max_length": 131072, "words": words})


def qwen3(made: Any, layers: int, width: int = 32) -> Any:
    return made(
        Qwen3Config(
            vocab_size=151936, hidden_size=width, intermediate_size=48, num_hidden_layers=layers, head_dim=128,
            num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=40960, rope_theta=1_000_000.0,
            tie_word_embeddings=True, rms_norm_eps=1e-6,
        )
    )  # fmt: skip


def z_image() -> ZImagePipeline:
    torch.manual_seed(34)
    transformer = ZImageTransformer2DModel(
        all_patch_size=(2,), all_f_patch_size=(1,), in_channels=16, dim=256, n_layers=2, n_refiner_layers=1, n_heads=2,
        n_kv_heads=2, qk_norm=True, cap_feat_dim=32, rope_theta=256.0, t_scale=1000.0, axes_dims=[32, 48, 48],
        axes_lens=[1536, 512, 512],
    )  # fmt: skip
    transformer.x_pad_token.data.fill_(1.0)
    transformer.cap_pad_token.data.fill_(1.0)
    return ZImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0), vae=vae(16, 0.3611, 0.1159),
        text_encoder=qwen3(Qwen3Model, 2), tokenizer=qwen_words(), transformer=transformer,
    )  # fmt: skip


def klein() -> Flux2KleinPipeline:
    torch.manual_seed(35)
    transformer = Flux2Transformer2DModel(
        patch_size=1, in_channels=128, num_layers=2, num_single_layers=2, attention_head_dim=128,
        num_attention_heads=1, joint_attention_dim=96, timestep_guidance_channels=256, guidance_embeds=False,
        axes_dims_rope=[32, 32, 32, 32], rope_theta=2000, mlp_ratio=3.0,
    )  # fmt: skip
    codec = AutoencoderKLFlux2(
        block_out_channels=(32, 64), layers_per_block=1, down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
    )  # fmt: skip
    codec.bn.running_mean.normal_(0, 0.2)
    codec.bn.running_var.uniform_(0.5, 1.5)
    shifted = {"shift": 3.0, "use_dynamic_shifting": True, "time_shift_type": "exponential"}
    return Flux2KleinPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(**FLOW, **shifted), vae=codec,
        text_encoder=qwen3(Qwen3ForCausalLM, 28), tokenizer=qwen_words(), transformer=transformer, is_distilled=True,
    )  # fmt: skip


def qwen_image() -> QwenImagePipeline:
    torch.manual_seed(36)
    transformer = QwenImageTransformer2DModel(
        patch_size=2, in_channels=64, out_channels=16, num_layers=2, attention_head_dim=128, num_attention_heads=1,
        joint_attention_dim=128, guidance_embeds=False, axes_dims_rope=(16, 56, 56),
    )  # fmt: skip
    shifted = {
        "base_shift": 0.5, "max_image_seq_len": 8192, "max_shift": 0.9, "shift": 1.0, "shift_terminal": 0.02,
        "time_shift_type": "exponential", "use_dynamic_shifting": True,
    }  # fmt: skip
    return QwenImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(**shifted), vae=AutoencoderKLQwenImage(base_dim=4),
        text_encoder=qwen_vl(), tokenizer=qwen_words(22), transformer=transformer,
    )  # fmt: skip


def qwen_vl() -> Qwen2_5_VLForConditionalGeneration:
    return Qwen2_5_VLForConditionalGeneration(
        Qwen2_5_VLConfig(
            text_config={
                "vocab_size": 152064, "hidden_size": 128, "intermediate_size": 64, "num_hidden_layers": 2,
                "num_attention_heads": 1, "num_key_value_heads": 1, "rope_theta": 1_000_000.0, "rms_norm_eps": 1e-6,
                "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24], "rope_type": "default"},
                "max_position_embeddings": 128000,
            },
            vision_config={
                "depth": 1, "hidden_size": 80, "intermediate_size": 48, "num_heads": 1, "out_hidden_size": 128,
            },
            vision_start_token_id=151652, vision_end_token_id=151653, vision_token_id=151654, image_token_id=151655,
            video_token_id=151656, tie_word_embeddings=True,
        )
    )  # fmt: skip


def pixart() -> PixArtSigmaPipeline:
    torch.manual_seed(37)
    transformer = PixArtTransformer2DModel(
        sample_size=128, num_layers=2, patch_size=2, attention_head_dim=72, num_attention_heads=1, caption_channels=32,
        in_channels=4, cross_attention_dim=72, out_channels=8, attention_bias=True, activation_fn="gelu-approximate",
        num_embeds_ada_norm=1000, norm_type="ada_norm_single", norm_elementwise_affine=False, norm_eps=1e-6,
        use_additional_conditions=False, interpolation_scale=2,
    )  # fmt: skip
    return PixArtSigmaPipeline(
        tokenizer=t5_words(300), text_encoder=t5(), vae=vae(4, 0.13025, None, quantise=True), transformer=transformer,
        scheduler=DPMSolverMultistepScheduler(),
    )  # fmt: skip


PIECES = ("<pad>", "<eos>", "<bos>", "<unk>", "\u2581", *map(chr, range(33, 127)), "re", "red", "\u2581a", "us")


def spiece() -> bytes:
    """A vocabulary as SentencePiece writes it."""

    def field(number: int, value: bytes) -> bytes:
        return bytes([number << 3 | 2, len(value)]) + value

    def piece(at: int, text: str) -> bytes:
        kind = bytes([3 << 3, 3]) if at < 3 else b""
        return field(1, text.encode()) + bytes([2 << 3 | 5]) + struct.pack("<f", -float(at)) + kind

    return b"".join(field(1, piece(at, text)) for at, text in enumerate(PIECES))


def gemma_words() -> Any:
    merges = [("r", "e"), ("re", "d"), ("\u2581", "a"), ("u", "s")]
    made = GemmaTokenizerFast(vocab={text: at for at, text in enumerate(PIECES)}, merges=merges, model_max_length=256)
    tiny_text.start_with(made.backend_tokenizer, "<bos>")
    return made


def lumina2() -> Lumina2Pipeline:
    torch.manual_seed(38)
    transformer = Lumina2Transformer2DModel(
        sample_size=128, patch_size=2, in_channels=16, hidden_size=288, num_layers=2, num_refiner_layers=1,
        num_attention_heads=3, num_kv_heads=1, multiple_of=256, ffn_dim_multiplier=None, norm_eps=1e-5,
        scaling_factor=1.0, axes_dim_rope=(32, 32, 32), axes_lens=(300, 512, 512), cap_feat_dim=32,
    )  # fmt: skip
    config = Gemma2Config(
        vocab_size=len(PIECES), hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, head_dim=256, query_pre_attn_scalar=256,
    )  # fmt: skip
    return Lumina2Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=6.0), vae=vae(16, 0.3611, 0.1159),
        text_encoder=Gemma2Model(config), tokenizer=gemma_words(), transformer=transformer,
    )  # fmt: skip


def gemma_names(encoder: Any) -> Weights:
    return language_names(encoder) | {"spiece_model": torch.frombuffer(bytearray(spiece()), dtype=torch.uint8)}


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
_CLIP_L, _CLIP_G = "text_encoders.clip_l.transformer.", "text_encoders.clip_g.transformer."
_T5 = "text_encoders.t5xxl.transformer."
SD3_PARTS = (
    ("text_encoders/clip_l", "text_encoder", clip_g_names, _CLIP_L),
    ("text_encoders/clip_g", "text_encoder_2", clip_g_names, _CLIP_G),
    ("text_encoders/t5xxl_fp16", "text_encoder_3", t5_names, _T5),
    ("vae/sd3_vae", "vae", vae_names, "first_stage_model."),
)  # fmt: skip
_FLUX_VAE = ("vae/ae", "vae", vae_names, "vae.")
CHROMA_PARTS = (("clip/t5xxl_fp16", "text_encoder", t5_names, _T5), _FLUX_VAE)
QWEN3 = ("text_encoders/qwen_3_4b", "text_encoder", language_names, "text_encoders.qwen3_4b.transformer.")
KLEIN_PARTS = (QWEN3, ("vae/flux2-vae", "vae", vae_names, "vae."))
QWEN_PARTS = (
    ("text_encoders/qwen_2.5_vl_7b", "text_encoder", qwen_vl_names, "text_encoders.qwen25_7b.transformer."),
    ("vae/qwen_image_vae", "vae", qwen_vae_names, "vae."),
)  # fmt: skip
PIXART_PARTS = (CHROMA_PARTS[0], ("vae/sdxl_vae", "vae", vae_names, "vae."))
LUMINA_PARTS = (
    ("text_encoders/gemma_2_2b_fp16", "text_encoder", gemma_names, "text_encoders.gemma2_2b.transformer."), _FLUX_VAE
)  # fmt: skip
LAYOUTS: dict[str, tuple[Callable[[], Any], Layout]] = {
    "flux-dev": (flux, ("unet/flux1-dev", flux_names, FLUX_PARTS)),
    "flux-schnell": (partial(flux, guided=False), ("unet/flux1-schnell", flux_names, FLUX_PARTS)),
    "sd3": (sd3, ("diffusion_models/sd3.5_medium", sd3_names, SD3_PARTS)),
    "chroma": (chroma, ("diffusion_models/Chroma1-HD", chroma_names, CHROMA_PARTS)),
    "z-image": (z_image, ("diffusion_models/z_image_turbo_bf16", z_image_names, (QWEN3, _FLUX_VAE))),
    "flux2-klein": (klein, ("diffusion_models/flux-2-klein-4b", klein_names, KLEIN_PARTS)),
    "qwen-image": (qwen_image, ("diffusion_models/qwen_image_bf16", as_is, QWEN_PARTS)),
    "pixart": (pixart, ("diffusion_models/PixArt-Sigma-XL-2-1024-MS", pixart_names, PIXART_PARTS)),
    "lumina2": (lumina2, ("diffusion_models/lumina_2_model_bf16", lumina2_names, LUMINA_PARTS)),
}


def save_apart(pipeline: Any, layout: Layout, root: Path, *, narrow: bool = False) -> Path:
    """As ComfyUI has it; `narrow`: with weights of 8-bit floats. Returns the network's file."""
    network, names, others = layout
    stored = _narrow if narrow else dict
    for file, part, name, _ in others:
        save(stored(name(getattr(pipeline, part))), root / f"{file}.safetensors")
    return save(stored(names(pipeline.transformer)), root / f"{network}.safetensors")


def _narrow(weights: Weights) -> Weights:
    return {name: each.to(torch.float8_e4m3fn) if each.dim() > 1 else each for name, each in weights.items()}


def save_whole(pipeline: Any, layout: Layout, root: Path) -> Path:
    """All in one file."""
    network, names, others = layout
    weights = {f"model.diffusion_model.{name}": each for name, each in names(pipeline.transformer).items()}
    for _, part, name, prefix in others:
        weights |= {prefix + each: tensor for each, tensor in name(getattr(pipeline, part)).items()}
    return save(weights, root / f"{Path(network).name}.safetensors")


# ---- asked for a picture, both ways


def directly(pipeline: Any, model: CatalogueEntry) -> np.ndarray[Any, Any]:
    for part in pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            part.eval()
    blank = Image.new("RGB", (64, 64))
    made = parity.asked(pipeline, model.about, "text-to-image", model.defaults, blank, blank.convert("L"))
    return np.asarray(made)


def picture(service: ModelService, model: Path) -> np.ndarray[Any, Any]:
    call = {"prompt": parity.PROMPT, "negative_prompt": parity.NEGATIVE, "seed": parity.SEED, "steps": parity.STEPS}
    params = TextToImage.Params(**call, model=str(model), size="64x64")
    (result,) = TextToImage().run(params, FakeContext(models=service))
    return np.asarray(result.image)
