"""One edit: crop, paint, paste, measure; for each seed."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from PIL import Image

from studio import api
from studio.diffusion import LatentPreview, StepProgress, note_cut, scheduler, seeds, understood, unweighted
from studio_inpaint import repaint, unclip
from studio_inpaint.area import Area, areas
from studio_inpaint.denoise import Painter, denoise_crop, schedule
from studio_inpaint.extended_picture import ExtendedPicture, Pixels
from studio_inpaint.guidance_pictures import control_pictures
from studio_inpaint.paste import paste
from studio_inpaint.placed import PlacedProgress
from studio_inpaint.regions import lying, note_outside
from studio_inpaint.scene import CropScene, scene
from studio_inpaint.seam import Seam, seam
from studio_inpaint.stable import StablePainter

REMOVE_STRENGTHS = {"small": 0.1, "plain": 0.7, "trained": 1.0}
"""Without a prompt it begins from a smooth filling, so that what was there does not come back. A small model that knows
few things would paint one of them if it were let; one trained for inpainting continues what it sees."""
EXTEND_STRENGTH = 0.9
"""With a prompt a small model extends from the smooth filling under much noise: from noise alone, its backgrounds drift
away from the picture's."""
KANDINSKY = "kandinsky22"
BLENDED = (KANDINSKY, "sd15", "sd21", "sdxl")
"""Families whose denoising is our own loop, which blends softly; the others have a pipeline of diffusers for it."""
FREE_STRENGTH = 0.5
"""Without a prompt: from here on what is painted has colours of its own, below more and more those of the filling."""
SMALL_SIDE = 256
COARSEST = 4.0
"""Pixels of the picture for one of the model's, beyond which the result will look soft."""


def edit(params: Any, ctx: api.Context, lease: api.Lease, canvas: ExtendedPicture) -> Iterator[api.Result]:
    """One result for each seed."""
    defaults = lease.defaults
    places = areas(canvas.mask, params.context, (defaults["width"], defaults["height"]), defaults["multiple"])
    _note_areas(ctx, places)
    note_outside(params, ctx, canvas)
    is_unclip = lease.family == KANDINSKY
    strength = params.strength or _strength(params, lease, canvas)
    # What begins from the smooth filling, under little noise, is to end in its colours.
    kept = 0.0 if params.prompt.strip() else max(0.0, 1 - (strength / FREE_STRENGTH) ** 2)
    steps = params.steps or defaults["steps"]
    read = bool(params.prompt.strip()) + sum(region.weight > 0 for region in params.region)
    prior_steps = read * defaults["prior_steps"] if is_unclip else 0
    # How many steps a scheduler makes of a number and a strength is its own matter; the bar is then a little short.
    order = scheduler(lease, params.scheduler, steps).order  # one of second order calls twice
    total = params.count * len(places) * (prior_steps + max(1, round(steps * strength)) * order + 2)
    meter = PlacedProgress(ctx, total, canvas, places[0])
    if is_unclip:
        params = params.model_copy(update=_understood(params, ctx, lease))
        note_cut(ctx, lease["tokenizer"], unweighted(params.prompt))
    for seed in seeds(params.seed, params.count):
        generator = torch.Generator("cpu").manual_seed(seed)
        result = canvas
        for place in places:
            meter.show(result, place)
            made = _painted(params, ctx, lease, canvas, place, generator, meter, steps, strength)
            pixels = paste(result, place, made, blend=params.blend, match_color=params.match_color, kept=kept)
            shown = result.srgb if place == places[-1] else _with(result, place, made)
            result = replace(result, pixels=pixels, srgb=shown)
            meter.step("paste")
        yield api.Result(
            _image(result.pixels, canvas.mode), seed=seed, parents=(params.image,), icc=canvas.icc,
            values={"area": _sizes([place.size for place in places]), "work": _sizes([place.work for place in places]),
                    "strength": strength, **_seam_values(result.pixels, canvas, places)},
        )  # fmt: skip


def _understood(params: Any, ctx: api.Context, lease: api.Lease) -> dict[str, Any]:
    """The words as the model has learned them."""
    regions = [each.model_copy(update={"prompt": understood(ctx, lease, each.prompt)}) for each in params.region]
    return {"prompt": understood(ctx, lease, params.prompt), "region": regions}


def _note_areas(ctx: api.Context, places: list[Area]) -> None:
    if len(places) > 1:
        ctx.note("The marks are far apart, so they are painted one after the other, in {} parts.", len(places))
    for place in places:
        if place.scale > COARSEST:
            ctx.note(
                "The model works on {}x{} pixels at {}x{}, so what it paints will look soft there; edit smaller parts "
                "for more detail.",
                *place.size,
                *place.work,
            )


def _with(canvas: ExtendedPicture, place: Area, made: Image.Image) -> Image.Image:
    """The working copy with what was painted, for the previews of the parts that follow."""
    shown = canvas.srgb.copy()
    shown.paste(made.resize(place.size), place.box[:2], Image.fromarray(canvas.mask[place.slices]))
    return shown


def _sizes(sizes: list[tuple[int, int]]) -> str:
    return ", ".join(f"{width}x{height}" for width, height in sizes)


def _strength(params: Any, lease: api.Lease, canvas: ExtendedPicture) -> float:
    kind = _kind(lease)
    if not params.prompt.strip():
        return REMOVE_STRENGTHS[kind]
    return EXTEND_STRENGTH if kind == "small" and canvas.is_extended else 1.0


def _kind(lease: api.Lease) -> str:
    if lease.family not in BLENDED:
        return "trained" if set(lease.about.pipelines) == {"inpaint"} else "plain"
    channels = lease["movq" if lease.family == KANDINSKY else "vae"].config.latent_channels
    if lease["unet"].config.in_channels > channels:
        return "trained"
    side = lease.defaults["width"] // lease.defaults.get("upscaler_scale", 1)
    return "small" if side < SMALL_SIDE else "plain"


def _painted(
    params: Any, ctx: api.Context, lease: api.Lease, canvas: ExtendedPicture, place: Area,
    generator: torch.Generator, meter: StepProgress, steps: int, strength: float,
) -> Image.Image:  # fmt: skip
    """The crop with its masked part made anew, at the size that the model makes."""
    scale = int(lease.defaults.get("upscaler_scale", 1))
    size = (place.work[0] // scale, place.work[1] // scale)
    if lease.family not in BLENDED:
        return repaint.paint(params, ctx, lease, canvas, place, generator, meter, steps, strength)
    codec = lease["movq"] if lease.family == KANDINSKY else lease["vae"]
    cell = 2 ** (len(codec.config.block_out_channels) - 1)
    seen = scene(canvas, place, size, cell, grow=params.grow, feather=params.feather)
    painter: Any
    way = scheduler(lease, params.scheduler, steps)
    if lease.family == KANDINSKY:
        painter = unclip.painter(params, ctx, lease, generator, meter, unclip.surroundings(seen), way)
        painter.divide(params, meter, generator.initial_seed(), seen.repaint.shape, lying(params, canvas, place))
    else:
        pictures = control_pictures(params, ctx, lease, canvas, place, size, seen)
        painter = StablePainter(params, ctx, lease, size, way, pictures, lying(params, canvas, place))
    latents = _latents(painter, seen, ctx, lease, codec, generator, meter, steps, strength, bool(params.prompt.strip()))
    picture: Image.Image = painter.picture(latents)
    return unclip.finished(picture, ctx, lease, meter) if scale > 1 else picture


def _latents(
    painter: Painter, seen: CropScene, ctx: api.Context, lease: api.Lease, codec: Any,
    generator: torch.Generator, meter: StepProgress, steps: int, strength: float, has_prompt: bool,
) -> torch.Tensor:  # fmt: skip
    plan = schedule(painter, steps, strength, lease.device)
    shape = (1, painter.channels, *seen.repaint.shape[2:])
    noise = torch.randn(shape, generator=generator, dtype=lease.dtype).to(lease.device)
    preview = LatentPreview(ctx, lease, codec)

    def on_step(latents: torch.Tensor) -> None:
        meter.step("denoising", preview.of(latents) if ctx.wants_preview else None)

    return denoise_crop(painter, seen, plan, noise, generator, on_step, from_filling=not has_prompt)


def _seam_values(pixels: Pixels, canvas: ExtendedPicture, places: list[Area]) -> dict[str, float]:
    """Of the part whose edge stands out most."""
    found = [measured for place in places if (measured := _measured(pixels[place.slices], canvas, place))]
    if not found:
        return {}
    worst = max(found, key=lambda measured: measured.ratio)
    return {"seam": round(worst.ratio, 3), "seam_across": round(worst.across, 3), "seam_own": round(worst.own, 3)}


def _measured(colours: Pixels, canvas: ExtendedPicture, place: Area) -> Seam | None:
    if canvas.mode == "I;16":
        colours = (colours // 257).astype(np.uint8)
    return seam(colours[..., :3] if canvas.mode != "LA" else colours[..., :1], canvas.mask[place.slices])


def _image(pixels: Pixels, mode: str) -> Image.Image:
    return Image.fromarray(pixels.squeeze(2) if mode in ("L", "I;16") else pixels)
