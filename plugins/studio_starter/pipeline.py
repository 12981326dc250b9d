"""An exported starter run by the stock pipelines of diffusers and spandrel: prompts in, pictures out."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    DPMSolverMultistepScheduler,
    KandinskyV22Pipeline,
    KandinskyV22PriorPipeline,
    PriorTransformer,
    UnCLIPScheduler,
    UNet2DConditionModel,
)
from PIL import Image
from spandrel import ModelLoader
from transformers import (
    CLIPImageProcessorPil,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionModelWithProjection,
)

from studio.diffusion import knows_bfloat16, whole
from studio_starter.movq import PatchCodec


class Starter:
    """The model of a folder, on one device and in one dtype: unless told its own, where the device runs it well."""

    def __init__(self, folder: Path, device: str = "cpu", dtype: torch.dtype | None = None) -> None:
        about = json.loads((folder / "studio.json").read_text("utf-8"))
        self.defaults: dict[str, Any] = about["defaults"]
        self.declared: dict[str, Any] = about
        """What the folder says of itself, its vocabulary and phrasing among it."""
        self.world = str(about.get("world", "small"))
        """By name; the first exports did not say."""
        self.side = int(about["native_size"])
        own: torch.dtype = getattr(torch, about["dtype"])
        if own == torch.bfloat16 and not knows_bfloat16(device):
            own = torch.float32
        dtype = dtype or own

        def part(kind: Any, name: str) -> Any:
            return kind.from_pretrained(str(folder / name), dtype=dtype, local_files_only=True).eval()

        self.prior = KandinskyV22PriorPipeline(
            prior=part(PriorTransformer, "prior_prior"),
            image_encoder=part(CLIPVisionModelWithProjection, "prior_image_encoder"),
            text_encoder=part(CLIPTextModelWithProjection, "prior_text_encoder"),
            tokenizer=CLIPTokenizer.from_pretrained(str(folder / "prior_tokenizer"), local_files_only=True),
            scheduler=UnCLIPScheduler.from_pretrained(str(folder / "prior_scheduler")),
            image_processor=CLIPImageProcessorPil.from_pretrained(str(folder / "prior_image_processor")),
        ).to(device)
        codec = part(PatchCodec, "movq")
        self.decoder = KandinskyV22Pipeline(
            unet=whole(part(UNet2DConditionModel, "unet"), codec.config.latent_channels),
            scheduler=DPMSolverMultistepScheduler.from_pretrained(str(folder / "scheduler")),
            movq=codec,
        ).to(device)
        self.upscaler = ModelLoader(device=device).load_from_file(str(folder / about["upscaler"]["path"]))
        for pipe in (self.prior, self.decoder):
            pipe.set_progress_bar_config(disable=True)

    @torch.inference_mode()
    def draw(self, prompts: Sequence[str], seeds: Sequence[int], **changes: Any) -> torch.Tensor:
        """(B, 3, H, W) float pictures in [-1, 1], one for each prompt and seed; `changes` to the defaults."""
        chosen = self.defaults | changes
        generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
        found = self.prior(
            list(prompts), num_inference_steps=chosen["prior_steps"], guidance_scale=chosen["prior_guidance_scale"],
            generator=generators,
        )  # fmt: skip
        return self.decode(found.image_embeds, found.negative_image_embeds, generators, chosen)

    @torch.inference_mode()
    def vary(self, pixels: torch.Tensor, seeds: Sequence[int], **changes: Any) -> torch.Tensor:
        """Other pictures of what pictures (B, 3, side, side) in [-1, 1] show, one for each seed."""
        encoder = self.prior.image_encoder
        embeds = encoder(pixels.to(encoder.device, encoder.dtype)).image_embeds
        nothing = self.prior.get_zero_embed(len(pixels), device=encoder.device)
        generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
        return self.decode(embeds, nothing.to(embeds.dtype), generators, self.defaults | changes)

    def decode(
        self, embeds: torch.Tensor, negative: torch.Tensor, generators: list[torch.Generator], chosen: dict[str, Any]
    ) -> torch.Tensor:
        """Pictures in [-1, 1] of image embeddings, through the upscaler."""
        small = self.decoder(
            image_embeds=embeds, negative_image_embeds=negative, width=self.side, height=self.side,
            num_inference_steps=chosen["steps"], guidance_scale=chosen["guidance_scale"], generator=generators,
            output_type="pt",
        ).images.float().clamp(-1, 1)  # fmt: skip
        large: torch.Tensor = self.upscaler(small / 2 + 0.5)
        return large.clone() * 2 - 1


def to_images(pixels: torch.Tensor) -> list[Image.Image]:
    values = ((pixels / 2 + 0.5).clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).cpu().numpy()
    return [Image.fromarray(value) for value in values]
