"""Models of real size with random weights, in diffusers' layout: made once, a minute and some gigabytes each."""

import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

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
