"""The way of DALL-E 2 (Ramesh et al. 2022): text -> prior -> image embedding -> decoder -> upscaler.

The stock pipelines of diffusers run it; one seed feeds the prior and then the decoder, as the combined pipeline does.
"""

from collections.abc import Iterator
from typing import Any

import torch
from PIL import Image

from studio import api
from studio.diffusion import (
    Clip,
    Prior,
    SpreadMeasure,
    StepProgress,
    candidates,
    chosen_seeds,
    decode,
    enlarge,
    note_unread,
    scheduler,
    seeds,
    spreads,
    understood,
    unweighted,
)
from studio_text_to_image import source

REFERENCE_WORDS = ("cat", "house", "tree", "flower", "fish", "car", "red", "blue", "green")


def draw(params: Any, ctx: api.Context, lease: api.Lease) -> Iterator[api.Result]:
    """One result for each seed."""
    defaults = lease.defaults
    scale = int(defaults.get("upscaler_scale", 1))
    width, height = api.parse_size(params.size, (defaults["width"], defaults["height"]), multiple=defaults["multiple"])
    steps = params.steps or defaults["steps"]
    tried, regions = candidates(params) * defaults["prior_steps"], _regions(params, ctx, lease)
    read = (1 + len(regions)) * defaults["prior_steps"]
    meter = StepProgress(ctx, tried + params.count * (read + steps + 1 + (scale > 1)))
    prompt = understood(ctx, lease, params.prompt)
    note_unread(ctx, lease, prompt, params.negative_prompt, *(region.prompt for region in regions))
    if ctx.reveals:
        _reveal_words(ctx, lease, unweighted(prompt))

    def embed(seed: int) -> torch.Tensor:
        generator = torch.Generator("cpu").manual_seed(seed)
        made: torch.Tensor = Prior.over(ctx, lease).embed(prompt, params.negative_prompt, generator, meter)[0]
        return made

    def fit(embeddings: torch.Tensor) -> torch.Tensor:
        """Ramesh et al. 2022, section 2.2, rank samples of the prior by CLIP's embedding of the prompt too."""
        return torch.cosine_similarity(Clip(ctx, lease).of_texts([unweighted(prompt)]).float(), embeddings.float())

    measure, chosen = SpreadMeasure(), chosen_seeds(params, embed, fit)
    for number, seed in enumerate(chosen, 1):
        generator = torch.Generator("cpu").manual_seed(seed)
        positive, negative = Prior.over(ctx, lease).embed(prompt, params.negative_prompt, generator, meter)
        picture = decode(
            positive, negative, ctx, lease, generator, meter,
            size=(width // scale, height // scale), steps=steps, guidance_scale=_guidance(params, defaults),
            scheduler=scheduler(lease, params.scheduler, steps),
            regions=_embedded(regions, params, seed, ctx, lease, meter),
        )  # fmt: skip
        made = enlarge(picture, ctx, lease, meter) if scale > 1 else picture
        # Measuring takes time, so it is done only where it was asked for.
        values = measure.add(Clip(ctx, lease).of_pictures([made])) if spreads(params) else {}
        if number == len(chosen):
            measure.note(ctx)
        yield api.Result(made, seed=seed, values=values)


def refine(params: Any, ctx: api.Context, lease: api.Lease) -> Iterator[api.Result]:
    """One result for each seed, the decoder starting from the picture with noise added."""
    defaults = lease.defaults
    scale = int(defaults.get("upscaler_scale", 1))
    picture = source.fitted(ctx.image(params.image), params.size, defaults, ctx)
    strength = source.strength(params, defaults)
    steps = source.enough_steps(params.steps or defaults["steps"], strength, ctx)
    done = source.steps_run(steps, strength)
    regions = _regions(params, ctx, lease)
    read = (1 + len(regions)) * defaults["prior_steps"]
    meter = StepProgress(ctx, params.count * (read + done + 1 + (scale > 1)))
    prompt = understood(ctx, lease, params.prompt)
    note_unread(ctx, lease, prompt, params.negative_prompt, *(region.prompt for region in regions))
    small = picture.resize((picture.width // scale, picture.height // scale), Image.Resampling.LANCZOS)
    for seed in seeds(params.seed, params.count):
        generator = torch.Generator("cpu").manual_seed(seed)
        positive, negative = Prior.over(ctx, lease).embed(prompt, params.negative_prompt, generator, meter)
        made = decode(
            positive, negative, ctx, lease, generator, meter, size=small.size, steps=steps,
            guidance_scale=_guidance(params, defaults), start=small, strength=strength,
            scheduler=scheduler(lease, params.scheduler, steps),
            regions=_embedded(regions, params, seed, ctx, lease, meter),
        )  # fmt: skip
        result = enlarge(made, ctx, lease, meter) if scale > 1 else made
        yield api.Result(result, seed=seed, parents=(params.image,))


def _regions(params: Any, ctx: api.Context, lease: api.Lease) -> list[api.Region]:
    """Those that count, in words that the model reads."""
    return [region.model_copy(update={"prompt": understood(ctx, lease, region.prompt)})
            for region in params.region if region.weight]  # fmt: skip


def _embedded(
    regions: list[api.Region], params: Any, seed: int, ctx: api.Context, lease: api.Lease, meter: StepProgress
) -> list[tuple[api.Region, torch.Tensor]]:
    """Each by the seed of the picture, as if its words were the prompt."""
    return [
        (region, Prior.over(ctx, lease).embed(region.prompt, params.negative_prompt,
                                              torch.Generator("cpu").manual_seed(seed), meter)[0])
        for region in regions
    ]  # fmt: skip


def _guidance(params: Any, defaults: Any) -> float:
    return float(defaults["guidance_scale"] if params.guidance_scale is None else params.guidance_scale)


def _reveal_words(ctx: api.Context, lease: api.Lease, prompt: str) -> None:
    """The prompt's tokens, and how near CLIP holds it to a few words (cosine of text embeddings)."""
    tokenizer = lease["tokenizer"]
    ctx.reveal("tokens", tokens=[tokenizer.decode([i]) for i in tokenizer(prompt, truncation=True).input_ids[1:-1]])
    words = lease.defaults.get("reference_words", REFERENCE_WORDS)
    embeddings = Clip(ctx, lease).of_texts([prompt, *words]).float()
    similarities = torch.cosine_similarity(embeddings[:1], embeddings[1:])
    ctx.reveal("words", labels=list(words), values=[round(value, 4) for value in similarities.tolist()])
