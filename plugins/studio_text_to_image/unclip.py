"""The way of DALL-E 2 (Ramesh et al. 2022): text -> prior -> image embedding -> decoder -> upscaler.

The stock pipelines of diffusers run it; one seed feeds the prior and then the decoder, as the combined pipeline does.
"""

from collections.abc import Iterator
from typing import Any

import torch
from diffusers import KandinskyV22Pipeline, KandinskyV22PriorPipeline
from PIL import Image

from studio import api
from studio_text_to_image.picture import Meter, Preview, note_cut, seeds, to_picture

REFERENCE_WORDS = ("cat", "house", "tree", "flower", "fish", "car", "red", "blue", "green")


class CachedPrior(KandinskyV22PriorPipeline):  # type: ignore[misc]  # diffusers is untyped
    """The stock prior, whose text and zero embeddings are kept between jobs: a new seed encodes nothing again."""

    def attach(self, ctx: api.Context, fingerprint: str) -> None:
        self._ctx, self._fingerprint = ctx, fingerprint

    def _encode_prompt(self, prompt: Any, device: Any, count: int, guided: bool, negative: Any = None) -> Any:
        key = ("prompt", self._fingerprint, tuple(prompt), count, guided, tuple(negative or ()))
        return self._ctx.cached(
            key, lambda: KandinskyV22PriorPipeline._encode_prompt(self, prompt, device, count, guided, negative)
        )

    def get_zero_embed(self, batch_size: int = 1, device: Any = None) -> Any:
        key = ("zero", self._fingerprint, batch_size)
        return self._ctx.cached(key, lambda: KandinskyV22PriorPipeline.get_zero_embed(self, batch_size, device))


def draw(params: Any, ctx: api.Context, lease: api.Lease) -> Iterator[api.Result]:
    """One result for each seed."""
    defaults = lease.defaults
    scale = int(defaults.get("upscaler_scale", 1))
    width, height = api.parse_size(
        params.size, (defaults["width"], defaults["height"]), multiple=defaults["multiple"]
    )
    steps = params.steps or defaults["steps"]
    meter = Meter(ctx, params.count * (defaults["prior_steps"] + steps + 1 + (scale > 1)))
    note_cut(ctx, lease["tokenizer"], params.prompt)
    if ctx.reveals:
        _reveal_words(ctx, lease, params.prompt)
    for seed in seeds(params.seed, params.count):
        generator = torch.Generator("cpu").manual_seed(seed)
        positive, negative = embed(params, ctx, lease, generator, meter)
        picture = decode(
            positive, negative, ctx, lease, generator, meter,
            size=(width // scale, height // scale), steps=steps, guidance_scale=_guidance(params, defaults),
        )  # fmt: skip
        yield api.Result(enlarge(picture, ctx, lease, meter) if scale > 1 else picture, seed=seed)


def _guidance(params: Any, defaults: Any) -> float:
    return float(defaults["guidance_scale"] if params.guidance_scale is None else params.guidance_scale)


def embed(
    params: Any, ctx: api.Context, lease: api.Lease, generator: torch.Generator, meter: Meter
) -> tuple[torch.Tensor, torch.Tensor]:
    """The image embedding of a prompt, (1, D), and the one to be guided away from."""
    prior = CachedPrior(
        prior=lease["prior"], image_encoder=lease["image_encoder"], text_encoder=lease["text_encoder"],
        tokenizer=lease["tokenizer"], scheduler=lease["prior_scheduler"], image_processor=lease["image_processor"],
    )  # fmt: skip
    prior.attach(ctx, lease.fingerprint)
    prior.set_progress_bar_config(disable=True)
    path: list[torch.Tensor] = []

    def on_step(_pipe: Any, _step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if ctx.reveals:
            path.append(tensors["latents"])
        meter.step("prior")
        return {}

    made = prior(
        params.prompt,
        negative_prompt=params.negative_prompt or None,
        num_inference_steps=lease.defaults["prior_steps"],
        guidance_scale=lease.defaults["prior_guidance_scale"],
        generator=generator,
        callback_on_step_end=on_step,
    )
    for number, latents in enumerate(path):
        embedding = lease["prior"].post_process_latents(latents)[:1]
        similarity = torch.cosine_similarity(embedding.float(), made.image_embeds.float()).item()
        ctx.reveal("prior", step=number + 1, similarity=similarity)
    return made.image_embeds, made.negative_image_embeds


def decode(
    positive: torch.Tensor, negative: torch.Tensor, ctx: api.Context, lease: api.Lease,
    generator: torch.Generator, meter: Meter, *, size: tuple[int, int], steps: int, guidance_scale: float,
) -> Image.Image:  # fmt: skip
    """The picture of an image embedding, `size` = (width, height) pixels before any upscaling."""
    decoder = KandinskyV22Pipeline(unet=lease["unet"], scheduler=lease["scheduler"], movq=lease["movq"])
    decoder.set_progress_bar_config(disable=True)
    preview = Preview(ctx, lease, lease["movq"])

    def on_step(_pipe: Any, step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        shown = preview.of(tensors["latents"]) if ctx.wants_preview or ctx.reveals else None
        if shown is not None and ctx.reveals:
            ctx.reveal("denoise", step=step + 1, picture=shown)
        meter.step("decoder", shown)
        return {}

    made = decoder(
        image_embeds=positive,
        negative_image_embeds=negative,
        width=size[0],
        height=size[1],
        num_inference_steps=steps,
        guidance_scale=guidance_scale,
        generator=generator,
        output_type="np",
        callback_on_step_end=on_step,
    )
    meter.step("codec")
    return to_picture(made.images[0])


def enlarge(picture: Image.Image, ctx: api.Context, lease: api.Lease, meter: Meter) -> Image.Image:
    """The picture through the model's own upscaler."""
    import numpy as np

    upscaler = lease["upscaler"]
    pixels = torch.from_numpy(np.asarray(picture, dtype=np.float32) / 255).permute(2, 0, 1)[None]
    large = upscaler(pixels.to(upscaler.device, upscaler.dtype))
    result = to_picture(large[0].float().cpu().permute(1, 2, 0).numpy())
    if ctx.reveals:
        ctx.reveal("upscale", before=picture, after=result)
    meter.step("upscaler", result if ctx.wants_preview else None)
    return result


@torch.inference_mode()
def _reveal_words(ctx: api.Context, lease: api.Lease, prompt: str) -> None:
    """The prompt's tokens, and how near CLIP holds it to a few words (cosine of text embeddings)."""
    tokenizer, encoder = lease["tokenizer"], lease["text_encoder"]
    ctx.reveal("tokens", tokens=[tokenizer.decode([i]) for i in tokenizer(prompt, truncation=True).input_ids[1:-1]])
    words = lease.defaults.get("reference_words", REFERENCE_WORDS)
    inputs = tokenizer([prompt, *words], padding="max_length", truncation=True, return_tensors="pt")
    embeddings = encoder(inputs.input_ids.to(lease.device)).text_embeds.float()
    similarities = torch.cosine_similarity(embeddings[:1], embeddings[1:])
    ctx.reveal("words", labels=list(words), values=[round(value, 4) for value in similarities.tolist()])
