"""Models of real size with random weights, in diffusers' layout: made once, a minute and some gigabytes each."""

import sys
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    EulerDiscreteScheduler,
    PNDMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from tiny import VOCABULARY, tokenizer


def stable_diffusion(folder: Path, seed: int = 1, dtype: torch.dtype = torch.float32) -> Path:
    """SD 1.5: 860 million parameters in the UNet, 84 in the VAE, 123 in the text encoder."""
    if not (folder / "model_index.json").exists():
        torch.manual_seed(seed)
        text = CLIPTextConfig(
            vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
            bos_token_id=VOCABULARY - 2, eos_token_id=VOCABULARY - 1, pad_token_id=VOCABULARY - 1,
        )  # fmt: skip
        vae = AutoencoderKL(
            block_out_channels=(128, 256, 512, 512), latent_channels=4, layers_per_block=2, sample_size=512,
            down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        )  # fmt: skip
        pipeline = StableDiffusionPipeline(
            vae=vae,
            text_encoder=CLIPTextModel(text),
            tokenizer=tokenizer(),
            unet=UNet2DConditionModel(cross_attention_dim=768, attention_head_dim=8, sample_size=64),
            scheduler=PNDMScheduler(
                beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, skip_prk_steps=True
            ),
            safety_checker=None, feature_extractor=None, requires_safety_checker=False,
        )  # fmt: skip
        pipeline.to(dtype).save_pretrained(folder)
    return folder


def stable_diffusion_xl(folder: Path, seed: int = 1, dtype: torch.dtype = torch.bfloat16) -> Path:
    """SDXL: 2,567 million parameters in the UNet, 84 in the VAE, 123 and 695 in the text encoders."""
    if not (folder / "model_index.json").exists():
        torch.manual_seed(seed)
        ends = {"bos_token_id": VOCABULARY - 2, "eos_token_id": VOCABULARY - 1, "pad_token_id": VOCABULARY - 1}
        small = CLIPTextConfig(
            vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
            **ends,
        )  # fmt: skip
        large = CLIPTextConfig(
            vocab_size=49408, hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=20,
            projection_dim=1280, hidden_act="gelu", **ends,
        )  # fmt: skip
        with torch.device("meta"):  # drawing each layer's proper beginning would take minutes
            parts = {
                "vae": AutoencoderKL(
                    block_out_channels=(128, 256, 512, 512), latent_channels=4, layers_per_block=2, sample_size=1024,
                    down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
                    scaling_factor=0.13025,
                ),
                "text_encoder": CLIPTextModel(small),
                "text_encoder_2": CLIPTextModelWithProjection(large),
                "unet": UNet2DConditionModel(
                    block_out_channels=(320, 640, 1280), sample_size=128, cross_attention_dim=2048,
                    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
                    up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
                    transformer_layers_per_block=(1, 2, 10), attention_head_dim=(5, 10, 20),
                    use_linear_projection=True, addition_embed_type="text_time", addition_time_embed_dim=256,
                    projection_class_embeddings_input_dim=2816,
                ),
            }  # fmt: skip
        pipeline = StableDiffusionXLPipeline(
            **{name: _filled(part, dtype) for name, part in parts.items()},
            tokenizer=tokenizer(), tokenizer_2=tokenizer(), add_watermarker=False,
            scheduler=EulerDiscreteScheduler(
                beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1,
                timestep_spacing="leading",
            ),
        )  # fmt: skip
        pipeline.save_pretrained(folder)
    return folder


def _filled(module: torch.nn.Module, dtype: torch.dtype) -> torch.nn.Module:
    """A module made on the meta device, with small random numbers."""
    module = module.to(dtype).to_empty(device="cpu")
    for parameter in module.parameters():
        parameter.data.uniform_(-0.02, 0.02)
    return module
