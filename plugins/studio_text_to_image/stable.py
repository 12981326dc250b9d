"""The Stable Diffusion way: text embeddings condition the denoising of latents directly (Rombach et al. 2022)."""

from collections.abc import Iterator
from typing import Any

import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline

from studio import api
from studio.api.diffusion import Meter, Preview, note_cut, seeds, to_picture

PARTS = ("vae", "text_encoder", "tokenizer", "unet", "scheduler")
# What the pipelines call the four embeddings that encode_prompt returns.
EMBEDS = ("prompt_embeds", "negative_prompt_embeds", "pooled_prompt_embeds", "negative_pooled_prompt_embeds")


def draw(params: Any, ctx: api.Context, lease: api.Lease) -> Iterator[api.Result]:
    """One result for each seed."""
    defaults = lease.defaults
    width, height = api.parse_size(params.size, (defaults["width"], defaults["height"]), multiple=defaults["multiple"])
    steps = params.steps or defaults["steps"]
    guidance = defaults["guidance_scale"] if params.guidance_scale is None else params.guidance_scale
    note_cut(ctx, lease["tokenizer"], params.prompt)
    meter = Meter(ctx, params.count * (steps + 1))
    for seed in seeds(params.seed, params.count):
        pipeline = _pipeline(lease)
        preview = Preview(ctx, lease, lease["vae"])

        def on_step(
            _pipe: Any, _step: int, _time: Any, tensors: dict[str, Any], preview: Preview = preview
        ) -> dict[str, Any]:
            meter.step("denoising", preview.of(tensors["latents"]) if ctx.wants_preview else None)
            return {}

        made = pipeline(
            **_embeddings(pipeline, params, ctx, lease, guided=guidance > 1),
            width=width,
            height=height,
            num_inference_steps=steps,
            guidance_scale=guidance,
            generator=torch.Generator("cpu").manual_seed(seed),
            output_type="np",
            callback_on_step_end=on_step,
        )
        meter.step("codec")
        yield api.Result(to_picture(made.images[0]), seed=seed)


def _pipeline(lease: api.Lease) -> Any:
    """A shell over the leased components, for one picture: it keeps state of its own while it runs."""
    if lease.family == "sdxl":
        pipeline = StableDiffusionXLPipeline(
            **lease.components(*PARTS, "text_encoder_2", "tokenizer_2"),
            force_zeros_for_empty_prompt=lease.defaults.get("force_zeros_for_empty_prompt", True),
            add_watermarker=False,
        )
    else:
        pipeline = StableDiffusionPipeline(
            **lease.components(*PARTS), safety_checker=None, feature_extractor=None, requires_safety_checker=False
        )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _embeddings(pipeline: Any, params: Any, ctx: api.Context, lease: api.Lease, *, guided: bool) -> dict[str, Any]:
    """The prompt's embeddings, encoded once for all seeds."""

    @torch.no_grad()
    def encode() -> tuple[Any, ...]:
        return tuple(
            pipeline.encode_prompt(
                prompt=params.prompt,
                device=lease.device,
                num_images_per_prompt=1,
                do_classifier_free_guidance=guided,
                negative_prompt=params.negative_prompt or None,
            )
        )

    key = ("prompt", lease.fingerprint, params.prompt, params.negative_prompt, guided)
    return dict(zip(EMBEDS, ctx.cached(key, encode), strict=False))
