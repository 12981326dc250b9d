"""FLUX.1 Redux: a picture becomes tokens, which FLUX.1 reads in the place of words.

diffusers' FluxPriorReduxPipeline and FluxPipeline do it; up to IDEA_FROM the picture's pixels are kept in part, as in
FluxImg2ImgPipeline, beyond it the tokens weigh less.
"""

from collections.abc import Iterator
from typing import Any

import torch
from diffusers import FluxImg2ImgPipeline, FluxPipeline

from studio import api
from studio.diffusion import (
    SpreadMeasure,
    StepProgress,
    build_pipeline,
    distance,
    run,
    scheduler,
    seeds,
    seen,
    spreads,
    to_picture,
)
from studio_variation.source import opaque
from studio_variation.target import target
from studio_variation.verbs import MOST_STRAY, reach

LEAST_WEIGHT = 0.5
"""Of the tokens, at distance 1; diffusers calls it their scale."""


def vary(params: Any, ctx: api.Context, lease: api.Lease) -> Iterator[api.Result]:
    """One result for each seed."""
    _refuse(params, ctx, lease)
    picture = opaque(ctx.image(params.image), "image")
    width, height = target(params.size, picture.size, lease.defaults)
    steps = int(params.steps or lease.defaults["steps"])
    guidance = float(lease.defaults["guidance_scale"] if params.guidance_scale is None else params.guidance_scale)
    there = reach(params.distance, steps)
    tokens = _tokens(ctx, lease, picture, 1 - (1 - LEAST_WEIGHT) * there.stray / MOST_STRAY)
    call = {"width": width, "height": height, "num_inference_steps": steps, "guidance_scale": guidance, **tokens}
    if there.taken < steps:
        call |= {"image": picture, "strength": there.taken / steps}
    meter = StepProgress(ctx, params.count * (there.taken + 1))
    eye, spread = _eye(params, lease), SpreadMeasure()
    source = seen(ctx, lease, eye, picture)
    for seed in seeds(params.seed, params.count):
        generator = torch.Generator("cpu").manual_seed(seed)
        way = scheduler(lease, params.scheduler, steps)
        made = run(_decoder(lease, way, FluxImg2ImgPipeline if "image" in call else FluxPipeline), ctx, lease, meter,
                   {**call, "generator": generator})  # fmt: skip
        result = to_picture(made)
        found = seen(ctx, lease, eye, result)
        values = {"siglip_distance": round(float(distance(source, found)), 5), **spread.add(found)}
        yield api.Result(result, seed=seed, values=values, parents=(params.image,))
    spread.note(ctx)


def _eye(params: Any, lease: api.Lease) -> api.LeasedReference:
    """What it reads pictures with, to measure distances by."""
    chosen = api.Reference(reference=api.ANY_REFERENCE, image=params.image)
    return api.LeasedReference(chosen, lease.title, "", lease["image_encoder"], lease["image_embedder"], "redux")


def _tokens(ctx: api.Context, lease: api.Lease, picture: Any, weight: float) -> dict[str, torch.Tensor]:
    """What FLUX.1 reads: no words, then the picture."""
    made = build_pipeline(ctx, lease, "variation")(picture, prompt_embeds_scale=weight)
    return {"prompt_embeds": made.prompt_embeds, "pooled_prompt_embeds": made.pooled_prompt_embeds}


def _decoder(lease: api.Lease, scheduler: Any, made: Any) -> Any:
    parts = lease.components("vae", "transformer")
    words = dict.fromkeys(("text_encoder", "tokenizer", "text_encoder_2", "tokenizer_2"))
    pipeline = made(scheduler=scheduler, **words, **parts)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _refuse(params: Any, ctx: api.Context, lease: api.Lease) -> None:
    """Raises UserError for what needs the embeddings of a CLIP."""
    asked = {
        "unlike": params.unlike, "unlike_text": params.unlike_text.strip(), "keep_as": params.keep_as.strip(),
        "spread": spreads(params),
    }  # fmt: skip
    for field, given in asked.items():
        if given:
            raise api.UserError(
                "The model {} has no CLIP, which {} needs; leave that out, or choose another model.",
                repr(lease.title),
                repr(field.replace("_", " ")),
                field=field,
                code="unsupported_operation",
            )
    if ctx.embedding(params.image) is not None:
        raise api.UserError(
            "The model {} has no CLIP, which saved embeddings are for; give it a picture, or choose another model.",
            repr(lease.title),
            field="image",
            code="unsupported_operation",
        )
