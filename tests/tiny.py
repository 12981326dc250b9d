"""Tiny real models in the real layout, with random weights: what the tests load, run and compare with diffusers."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from diffusers import (
    AutoencoderKL,
    DDPMScheduler,
    EulerDiscreteScheduler,
    KandinskyV22CombinedPipeline,
    KandinskyV22InpaintPipeline,
    KandinskyV22Pipeline,
    KandinskyV22PriorPipeline,
    PNDMScheduler,
    PriorTransformer,
    StableDiffusionInpaintPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLInpaintPipeline,
    StableDiffusionXLPipeline,
    UnCLIPScheduler,
    UNet2DConditionModel,
    VQModel,
)
from transformers import (
    CLIPImageProcessor,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

VOCABULARY = 514  # 256 bytes, the same at the end of a word, start and end of text


def tokenizer(length: int = 77) -> CLIPTokenizer:
    """Byte-level, no merges: one token a byte."""
    letters = byte_letters()
    words = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(
        vocab={word: number for number, word in enumerate(words)}, merges=[], model_max_length=length,
        bos_token="<|startoftext|>", eos_token="<|endoftext|>", unk_token="<|endoftext|>", pad_token="<|endoftext|>",
    )  # fmt: skip


def text_config(width: int = 32) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=VOCABULARY, hidden_size=width, intermediate_size=2 * width, projection_dim=width,
        num_hidden_layers=2, num_attention_heads=4, hidden_act="gelu",
        bos_token_id=VOCABULARY - 2, eos_token_id=VOCABULARY - 1, pad_token_id=VOCABULARY - 1,
    )  # fmt: skip


def kandinsky_prior() -> KandinskyV22PriorPipeline:
    torch.manual_seed(1)
    prior = PriorTransformer(
        num_attention_heads=2, attention_head_dim=16, num_layers=2, embedding_dim=32, num_embeddings=77,
        additional_embeddings=4,
    )  # fmt: skip
    prior.clip_std.data.fill_(1.0)  # it starts as zeros, which would make every embedding zero
    vision = CLIPVisionConfig(
        hidden_size=48, intermediate_size=96, projection_dim=32, num_hidden_layers=2, num_attention_heads=4,
        image_size=56, patch_size=14, hidden_act="gelu",
    )  # fmt: skip
    return KandinskyV22PriorPipeline(
        prior=prior,
        image_encoder=CLIPVisionModelWithProjection(vision),
        text_encoder=CLIPTextModelWithProjection(text_config()),
        tokenizer=tokenizer(),
        scheduler=UnCLIPScheduler(
            variance_type="fixed_small_log", prediction_type="sample", clip_sample=True, clip_sample_range=5.0
        ),
        image_processor=CLIPImageProcessor(size={"shortest_edge": 56}, crop_size={"height": 56, "width": 56}),
    )


def kandinsky_decoder(in_channels: int = 4) -> KandinskyV22Pipeline:
    torch.manual_seed(2)
    unet = UNet2DConditionModel(
        sample_size=8, in_channels=in_channels, out_channels=8, addition_embed_type="image",
        addition_embed_type_num_heads=64, down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn", block_out_channels=(32, 64), layers_per_block=1,
        encoder_hid_dim=32, encoder_hid_dim_type="image_proj", cross_attention_dim=32, attention_head_dim=8,
        resnet_time_scale_shift="scale_shift", norm_num_groups=8,
    )  # fmt: skip
    movq = VQModel(
        latent_channels=4, vq_embed_dim=4, num_vq_embeddings=64, norm_type="spatial", norm_num_groups=8,
        layers_per_block=1, block_out_channels=(32, 32, 32, 32),
        down_block_types=("DownEncoderBlock2D",) * 3 + ("AttnDownEncoderBlock2D",),
        up_block_types=("AttnUpDecoderBlock2D",) + ("UpDecoderBlock2D",) * 3,
    )  # fmt: skip
    scheduler = DDPMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="linear", clip_sample=True, clip_sample_range=2.0,
        variance_type="learned_range", thresholding=True, dynamic_thresholding_ratio=0.99, sample_max_value=2.0,
    )  # fmt: skip
    return KandinskyV22Pipeline(unet=unet, scheduler=scheduler, movq=movq)


def save_kandinsky(folder: Path) -> Path:
    """The combined layout."""
    prior, decoder = kandinsky_prior(), kandinsky_decoder()
    parts = {f"prior_{name}": part for name, part in prior.components.items()}
    KandinskyV22CombinedPipeline(**decoder.components, **parts).save_pretrained(folder)
    return folder


def save_kandinsky_inpaint(parent: Path) -> Path:
    """A prior's folder beside one of a decoder trained for inpainting. Returns the decoder's."""
    kandinsky_prior().save_pretrained(parent / "kandinsky-2-2-prior")
    decoder = KandinskyV22InpaintPipeline(**kandinsky_decoder(in_channels=9).components)
    decoder.save_pretrained(parent / "kandinsky-2-2-decoder-inpaint")
    return parent / "kandinsky-2-2-decoder-inpaint"


def save_kandinsky_pair(parent: Path) -> Path:
    """The layout of the published weights: a prior's folder beside a decoder's. Returns the decoder's."""
    kandinsky_prior().save_pretrained(parent / "kandinsky-2-2-prior")
    kandinsky_decoder().save_pretrained(parent / "kandinsky-2-2-decoder")
    return parent / "kandinsky-2-2-decoder"


def _vae(scaling: float) -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=(16, 32), in_channels=3, out_channels=3, latent_channels=4, norm_num_groups=8,
        down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
        scaling_factor=scaling,
    )  # fmt: skip


def stable_diffusion(in_channels: int = 4, width: int = 32, **predicting: str) -> StableDiffusionPipeline:
    """`width`: of the text encoder; 1024, which is OpenCLIP's, makes it a Stable Diffusion 2.1."""
    torch.manual_seed(3)
    unet = UNet2DConditionModel(
        block_out_channels=(16, 32), layers_per_block=1, sample_size=32, in_channels=in_channels, out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=width, attention_head_dim=4, norm_num_groups=8,
    )  # fmt: skip
    scheduler = PNDMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True, steps_offset=1,
        **predicting,
    )  # fmt: skip
    return StableDiffusionPipeline(
        vae=_vae(0.18215), text_encoder=CLIPTextModel(text_config(width)), tokenizer=tokenizer(), unet=unet,
        scheduler=scheduler, safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip


def stable_diffusion_xl(in_channels: int = 4) -> StableDiffusionXLPipeline:
    torch.manual_seed(4)
    unet = UNet2DConditionModel(
        block_out_channels=(16, 32), layers_per_block=1, sample_size=32, in_channels=in_channels, out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(2, 4), use_linear_projection=True, addition_embed_type="text_time",
        addition_time_embed_dim=8, transformer_layers_per_block=(1, 2), projection_class_embeddings_input_dim=80,
        cross_attention_dim=64, norm_num_groups=8,
    )  # fmt: skip
    scheduler = EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, steps_offset=1, beta_schedule="scaled_linear", timestep_spacing="leading"
    )
    return StableDiffusionXLPipeline(
        vae=_vae(0.13025), text_encoder=CLIPTextModel(text_config()),
        text_encoder_2=CLIPTextModelWithProjection(text_config()), tokenizer=tokenizer(), tokenizer_2=tokenizer(),
        unet=unet, scheduler=scheduler, add_watermarker=False,
    )  # fmt: skip


def byte_letters() -> list[str]:
    """The printable letter that GPT-2's byte-level vocabulary gives each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spare = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(spare)) for byte in range(256)]


@dataclass(frozen=True)
class TinyModels:
    """Folders of tiny models, in the layouts of the real ones."""

    kandinsky: Path
    kandinsky_pair: Path
    sd15: Path
    sdxl: Path
    kandinsky_inpaint: Path
    sd15_inpaint: Path
    sd21_inpaint: Path
    sdxl_inpaint: Path


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> TinyModels:
    root = tmp_path_factory.mktemp("models")
    stable_diffusion().save_pretrained(root / "sd15")
    stable_diffusion_xl().save_pretrained(root / "sdxl")
    (root / "pair").mkdir()
    pair = save_kandinsky_pair(root / "pair")
    (root / "inpaint").mkdir()
    for name, options in {"sd15": {}, "sd21": {"width": 1024, "prediction_type": "v_prediction"}}.items():
        parts = stable_diffusion(in_channels=9, **options).components
        StableDiffusionInpaintPipeline(
            **{part: module for part, module in parts.items() if part != "image_encoder"}, requires_safety_checker=False
        ).save_pretrained(root / f"{name}-inpaint")
    large = stable_diffusion_xl(in_channels=9)
    StableDiffusionXLInpaintPipeline(**large.components, add_watermarker=False).save_pretrained(root / "sdxl-inpaint")
    return TinyModels(
        save_kandinsky(root / "kandinsky"), pair, root / "sd15", root / "sdxl",
        save_kandinsky_inpaint(root / "inpaint"), root / "sd15-inpaint",
        root / "sd21-inpaint", root / "sdxl-inpaint",
    )  # fmt: skip
