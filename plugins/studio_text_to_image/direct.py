"""The direct way: text embeddings condition the denoising of latents (Rombach et al. 2022).

Whatever family it is, one pipeline of diffusers does it; the table of families says which, and how it is called.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import torch

from studio import api
from studio.diffusion import (
    Regional,
    StepProgress,
    build_pipeline,
    followed,
    referred,
    run,
    scheduler,
    seeds,
    takes,
    to_picture,
    words,
)
from studio_text_to_image import source

CREATE, REFINE = "text-to-image", "image-to-image"


def draw(params: Any, ctx: api.Context, lease: api.Lease) -> Iterator[api.Result]:
    """Text to image: one result for each seed."""
    defaults = lease.defaults
    width, height = api.parse_size(params.size, (defaults["width"], defaults["height"]), multiple=defaults["multiple"])
    steps = params.steps or defaults["steps"]
    # FLUX Kontext would bring every size to its `max_area`.
    call = {"width": width, "height": height, "num_inference_steps": steps, "max_area": width * height}
    yield from _each(params, ctx, lease, CREATE, call, steps)


def refine(params: Any, ctx: api.Context, lease: api.Lease) -> Iterator[api.Result]:
    """Image to image: the picture with noise of `strength` added, and denoised under the prompt."""
    picture = source.fitted(ctx.image(params.image), params.size, lease.defaults, ctx)
    steps, strength = params.steps or lease.defaults["steps"], None
    if takes(lease, REFINE, "strength"):
        strength = source.strength(params, lease.defaults)
        steps = source.enough_steps(steps, strength, ctx)
    elif params.strength is not None:
        raise api.UserError(
            "The model {} edits by the prompt alone and has no strength; leave it empty.",
            repr(lease.title),
            field="strength",
            code="unsupported_operation",
        )
    call = {"image": picture, "width": picture.width, "height": picture.height, "num_inference_steps": steps}
    call["max_area"] = picture.width * picture.height
    call |= {} if strength is None else {"strength": strength}
    done = source.steps_run(steps, strength, rounds_up="FlowMatch" in type(lease["scheduler"]).__name__)
    yield from _each(params, ctx, lease, REFINE, call, done)


def _each(
    params: Any, ctx: api.Context, lease: api.Lease, capability: str, call: Mapping[str, Any], done: int
) -> Iterator[api.Result]:
    """`done`: how many steps the pipeline will run."""
    size = call["width"], call["height"]
    told = words(params, ctx, lease) | followed(params.control, ctx, lease, capability, size, call.get("image"))
    order = scheduler(lease, params.scheduler, call["num_inference_steps"]).order  # one of second order calls twice
    meter = StepProgress(ctx, params.count * (done * order + 1))
    regions = Regional(ctx, lease, params.region, {**call, **told})
    for number, seed in enumerate(seeds(params.seed, params.count)):
        generator = torch.Generator("cpu").manual_seed(seed)
        chosen = scheduler(lease, params.scheduler, call["num_inference_steps"])
        pipeline = build_pipeline(ctx, lease, capability, chosen, params.draft)
        told = referred(ctx, lease, pipeline, told) if number == 0 else told
        regions.put_into(pipeline)
        made = run(pipeline, ctx, lease, meter, {**call, **told, "generator": generator})
        parents = (params.image,) if capability == REFINE else ()
        yield api.Result(to_picture(made), seed=seed, parents=parents)
