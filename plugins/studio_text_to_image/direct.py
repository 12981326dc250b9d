"""The direct way: text embeddings condition the denoising of latents (Rombach et al. 2022).

Whatever family it is, one pipeline of diffusers does it; the table of families says which, and how it is called.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import torch

from studio import api
from studio.api.diffusion import Meter, note_unread, run, seeds, shell, takes, to_picture
from studio_text_to_image import source

CREATE, REFINE = "text-to-image", "image-to-image"


def draw(params: Any, ctx: api.Context, lease: api.Lease) -> Iterator[api.Result]:
    """Text to image: one result for each seed."""
    defaults = lease.defaults
    width, height = api.parse_size(params.size, (defaults["width"], defaults["height"]), multiple=defaults["multiple"])
    steps = params.steps or defaults["steps"]
    call = {"width": width, "height": height, "num_inference_steps": steps}
    yield from _each(params, ctx, lease, CREATE, call, Meter(ctx, params.count * (steps + 1)))


def refine(params: Any, ctx: api.Context, lease: api.Lease) -> Iterator[api.Result]:
    """Image to image: the picture with noise of `strength` added, and denoised under the prompt."""
    picture = source.fitted(ctx.image(params.image), params.size, lease.defaults, ctx)
    steps, strength = params.steps or lease.defaults["steps"], None
    if takes(lease, REFINE, "strength"):
        strength = source.strength(params, lease.defaults)
        steps = source.enough_steps(steps, strength, ctx)
    elif params.strength is not None:
        raise api.UserError(
            f"The model {lease.title!r} edits by the words alone and takes no strength; leave it empty.",
            field="strength",
            code="unsupported_operation",
        )
    call = {"image": picture, "width": picture.width, "height": picture.height, "num_inference_steps": steps}
    call |= {} if strength is None else {"strength": strength}
    done = source.steps_run(steps, strength, rounds_up="FlowMatch" in type(lease["scheduler"]).__name__)
    yield from _each(params, ctx, lease, REFINE, call, Meter(ctx, params.count * (done + 1)))


def _each(
    params: Any, ctx: api.Context, lease: api.Lease, capability: str, call: Mapping[str, Any], meter: Meter
) -> Iterator[api.Result]:
    words = _words(params, ctx, lease)
    for seed in seeds(params.seed, params.count):
        generator = torch.Generator("cpu").manual_seed(seed)
        made = run(shell(ctx, lease, capability), ctx, lease, meter, {**call, **words, "generator": generator})
        parents = (params.image,) if capability == REFINE else ()
        yield api.Result(to_picture(made), seed=seed, parents=parents)


def _words(params: Any, ctx: api.Context, lease: api.Lease) -> dict[str, Any]:
    """What the pipeline is told of the prompt and how strictly to follow it."""
    about = lease.about
    told = (params.prompt, params.negative_prompt) if about.takes_negative else (params.prompt,)
    note_unread(ctx, lease, *told)
    guidance = lease.defaults["guidance_scale"] if params.guidance_scale is None else params.guidance_scale
    words = {"prompt": params.prompt, about.guidance: float(guidance)}
    negative = params.negative_prompt or about.empty_negative
    if negative is not None and about.takes_negative:
        words["negative_prompt"] = negative
    elif params.negative_prompt:
        ctx.note(f"{about.title} cannot be told what a picture should not show, so those words were left out.")
    return words
