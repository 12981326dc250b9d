"""Variation by a reference picture: Stable Diffusion 1.5 and XL through an IP-Adapter, FLUX.1 through Redux.

The same distance means the same: up to IDEA_FROM the picture's pixels are kept in part, beyond it the reference weighs
less. How far each result came is measured by the image encoder that the reference is read by.
"""

from collections.abc import Iterator
from typing import Any

import torch
from PIL import Image, ImageOps

from studio import api
from studio.diffusion import (
    SpreadMeasure,
    StepProgress,
    build_pipeline,
    distance,
    followed,
    image_identity,
    reference_values,
    referred,
    run,
    scheduler,
    seeds,
    seen,
    spreads,
    to_picture,
)
from studio_variation.source import opaque
from studio_variation.target import target
from studio_variation.verbs import IDEA_FROM, MOST_STRAY, closer, reach

LEAST_WEIGHT = 0.5
"""Of the reference, at distance 1."""
WORDLESS = ""
CREATE, REFINE = "text-to-image", "image-to-image"


def references(params: Any) -> tuple[api.Reference, ...]:
    """The picture itself, what it should not be like, and the others that were asked for."""
    via = params.reference[0].reference if params.reference else api.ANY_REFERENCE
    weight = 1 - (1 - LEAST_WEIGHT) * reach(params.distance, 1).stray / MOST_STRAY
    found = [api.Reference(reference=via, image=params.image, weight=weight)]
    if params.unlike and params.unlike_strength:
        found.append(api.Reference(reference=via, image=params.unlike, weight=-params.unlike_strength))
    return (*found, *params.reference)


def vary(params: Any, ctx: api.Context, lease: api.Lease) -> Iterator[api.Result]:
    """One result for each seed."""
    main = lease.references[0]
    _refuse(params, lease, main)
    picture = None if ctx.embedding(params.image) else opaque(ctx.image(params.image), "image")
    size = target(params.size, picture.size if picture else None, lease.defaults)
    steps = int(params.steps or lease.defaults["steps"])
    taken = reach(params.distance, steps).taken if picture else steps
    if picture is None and params.distance < IDEA_FROM:
        ctx.note("An embedding has no pixels to stay close to: up to {} all distances are the same.", IDEA_FROM)
    source = seen(ctx, lease, main, picture) if picture else _kept(ctx, params.image)
    values = {**_keep(params, ctx, main, source), **reference_values(lease.references)}
    call = {"width": size[0], "height": size[1], "num_inference_steps": steps, **_words(params, ctx, lease)}
    call |= _start(picture, size, taken, steps, lease)
    led = followed(params.control, ctx, lease, REFINE if "image" in call else CREATE, size, picture)
    order = scheduler(lease, params.scheduler, steps).order  # one of second order calls twice
    meter, spread = StepProgress(ctx, params.count * (taken * order + 1)), SpreadMeasure()
    for seed in seeds(params.seed, params.count):
        generator = torch.Generator("cpu").manual_seed(seed)
        way = scheduler(lease, params.scheduler, steps)
        pipeline = build_pipeline(ctx, lease, REFINE if "image" in call else CREATE, way)
        told = {**referred(ctx, lease, pipeline, call), **led}
        made = to_picture(run(pipeline, ctx, lease, meter, {**told, "generator": generator}))
        made = closer(made, picture, params.distance) if picture else made
        there = seen(ctx, lease, main, made)
        measured = {_name(main): round(float(distance(source, there)), 5), **spread.add(there)}
        yield api.Result(made, seed=seed, values={**measured, **values}, parents=_parents(params))
        values.pop("embedding", None)
    spread.note(ctx)


def _name(main: api.LeasedReference) -> str:
    return "clip_distance" if image_identity(main.encoder) else "siglip_distance"


def _words(params: Any, ctx: api.Context, lease: api.Lease) -> dict[str, Any]:
    about = lease.about
    guidance = lease.defaults["guidance_scale"] if params.guidance_scale is None else params.guidance_scale
    told: dict[str, Any] = {about.guidance: float(guidance)}
    if any(each.embedder is not None for each in lease.references):
        return told  # Redux' tokens stand in the place of words
    told["prompt"] = WORDLESS
    if about.takes_negative and params.unlike_text.strip():
        told["negative_prompt"] = params.unlike_text
    return told


def _start(
    picture: Image.Image | None, size: tuple[int, int], taken: int, steps: int, lease: api.Lease
) -> dict[str, Any]:
    """From the picture's pixels on, where steps are left out."""
    if picture is None or taken >= steps:
        return {}
    # The pipelines round steps x strength in either direction, which must not cost a step or add one.
    nudge = -1e-9 if "FlowMatch" in type(lease["scheduler"]).__name__ else 1e-9
    return {"image": ImageOps.fit(picture, size, Image.Resampling.LANCZOS), "strength": taken / steps + nudge}


def _kept(ctx: api.Context, ref: str) -> torch.Tensor:
    found = ctx.embedding(ref)
    assert found is not None
    return torch.tensor([found.vector])


def _keep(params: Any, ctx: api.Context, main: api.LeasedReference, source: torch.Tensor) -> dict[str, Any]:
    name = params.keep_as.strip()
    if not name:
        return {}
    vector = tuple(source[0].float().tolist())
    path = ctx.keep(api.Embedding(name, image_identity(main.encoder), vector))
    ctx.note("The embedding was kept as {}; give it wherever these tools take a picture.", path)
    return {"embedding": path}


def _parents(params: Any) -> tuple[str, ...]:
    return (params.image, *([params.unlike] if params.unlike else []), *(each.image for each in params.reference))


def _refuse(params: Any, lease: api.Lease, main: api.LeasedReference) -> None:
    """Raises UserError for what needs a decoder of CLIP's embeddings, or a CLIP at all."""
    has_clip = bool(image_identity(main.encoder))
    asked = {
        "spread": spreads(params),
        "unlike_text": params.unlike_text.strip() and not (has_clip and lease.about.takes_negative),
        "keep_as": params.keep_as.strip() and not has_clip,
    }
    for field, given in asked.items():
        if given:
            raise api.UserError(
                "The model {} varies a picture through {}, which cannot do what {} asks; leave that out, or choose a "
                "model of Kandinsky 2.2 or of Stable Diffusion 2.1 unCLIP.",
                repr(lease.title), repr(main.title), repr(field.replace("_", " ")), field=field,
                code="unsupported_operation",
            )  # fmt: skip
