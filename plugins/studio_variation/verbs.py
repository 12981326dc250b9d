"""The four verbs: vary, blend, interpolate, text diff."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image

from studio import api
from studio.diffusion import candidates, chosen_seeds
from studio_variation import arithmetic
from studio_variation.decoder import Inversion
from studio_variation.source import Source
from studio_variation.workspace import MeasuredResults, Workspace

IDEA_FROM = 0.55
"""The distance at which nothing of the source's pixels is left; from there on its embedding strays as well."""
EVEN = 2.0
"""Noise takes hold of a picture late, so strength grows slowly at first: equal stops look and measure more equal."""
STRAY_EVEN = 0.4
"""A little noise over an embedding shows little, so it grows fast at first, for the same reason."""
CLOSE = 0.1
"""The distance up to which the codec's own loss is taken back, all of it at 0."""
CODEC_LEVELS = 24.0
"""Of 255: as much as a codec changes in a picture that it can show, at its worst places."""
MOST_STRAY = 0.9
"""How far it strays at distance 1; see `space.stray`."""


@dataclass(frozen=True)
class Reach:
    """What a distance means: how many of the decoder's steps are taken, and how far the embedding strays."""

    taken: int
    stray: float


def reach(distance: float, steps: int) -> Reach:
    """`distance` 0 … 1. Up to IDEA_FROM it grows the noise over the source's latents, then that over its embedding."""
    strength = min(1.0, distance / IDEA_FROM) ** EVEN
    taken = max(1, round(steps * strength))
    beyond = max(0.0, distance - IDEA_FROM) / (1 - IDEA_FROM)
    return Reach(taken, MOST_STRAY * beyond**STRAY_EVEN)


def vary(work: Workspace) -> Iterator[api.Result]:
    params = work.params
    source = work.sources.open(params.image)
    if source.picture is None and params.distance < IDEA_FROM:
        work.ctx.note("An embedding has no pixels to stay close to: up to {} all distances are the same.", IDEA_FROM)
    there = reach(params.distance if source.picture else max(params.distance, IDEA_FROM), work.steps)
    work.ctx.reveal("distance", steps=there.taken, of=work.steps, stray=there.stray)
    drafts = candidates(params) * work.draft_cost(there.taken)
    work.begin(source.picture, params.count * (there.taken + work.finish) + drafts)
    start = work.decoder.encode(source.picture, work.size) if source.picture else None
    aim = work.aim(source.embedding)
    kept = work.keep(aim)

    way: dict[str, Any] = {"start": start, "taken": there.taken, "stray": there.stray}
    results = MeasuredResults(work)
    for seed in chosen_seeds(params, lambda seed: work.draft(aim, seed, **way)):
        picture = work.draw(aim, seed, **way)
        if source.picture:
            picture = closer(picture, source.picture, params.distance)
        yield results.result(picture, seed, {"clip_distance": source}, kept, work.parents(params.image))
    results.close()


def closer(made: Image.Image, source: Image.Image, distance: float) -> Image.Image:
    """A picture near its source, without what the codec changes by itself.

    That is a few levels, but it adds up: of variations of variations each would be paler and softer than the one
    before. What differs by more is the picture's own, or more than the codec can show.
    """
    share = max(0.0, 1 - distance / CLOSE)
    if not share:
        return made
    own = np.asarray(source.resize(made.size, Image.Resampling.LANCZOS), np.float32)
    drawn = np.asarray(made, np.float32)
    mended = drawn + share * np.clip(own - drawn, -CODEC_LEVELS, CODEC_LEVELS)
    return Image.fromarray(mended.round().clip(0, 255).astype(np.uint8))


def blend(work: Workspace) -> Iterator[api.Result]:
    params = work.params
    weights = params.weight or [1.0] * (len(params.image) + len(params.text))
    pictures = [work.sources.open(ref) for ref in params.image]
    prior = len(params.text) * work.sources.prior_steps("text") if params.text else 0
    drafts = candidates(params) * (prior + work.draft_cost())
    first = next((source.picture for source in pictures if source.picture), None)
    work.begin(first, params.count * (prior + work.steps + work.finish) + drafts)

    def mix(seed: int) -> tuple[list[Source], torch.Tensor]:
        """The words are seen by the prior, so they look a little different for each seed."""
        sources = pictures + [work.sources.text(text, seed, work.meter) for text in params.text]
        embeddings = [source.embedding for source in sources]
        mixed = embeddings[0] if len(embeddings) == 1 else arithmetic.blend(embeddings, weights)
        return sources, work.aim(mixed)

    results, kept = MeasuredResults(work), None
    for seed in chosen_seeds(params, lambda seed: work.draft(mix(seed)[1], seed)):
        sources, aim = mix(seed)
        kept = work.keep(aim) if kept is None else {}
        named = {f"clip_distance_{number}": source for number, source in enumerate(sources, 1)}
        picture = work.draw(aim, seed)
        yield results.result(picture, seed, named, kept, work.parents(*params.image))
    results.close()


def interpolate(work: Workspace) -> Iterator[api.Result]:
    params = work.params
    one, other = work.sources.open(params.image), work.sources.open(params.other, "other")
    ends = [end.picture for end in (one, other) if end.picture]
    owned = params.own_noise and len(ends) == 2
    if params.own_noise and not owned:
        work.ctx.note("An embedding has no pixels and so no noise of its own: the noise comes from the seed.")
    inversions = 4 * work.steps if owned else 0
    work.begin(ends[0] if ends else None, params.count * (work.steps + work.finish) + inversions)
    inverted = [_inverted(work, end) for end in (one, other)] if owned else []
    results = MeasuredResults(work, apart=False)
    for number in range(params.count):
        share = number / (params.count - 1)
        aim = work.aim(arithmetic.slerp(one.embedding, other.embedding, share))
        if owned:
            picture = _regenerated(work, inverted[0].toward(inverted[1], share), aim)
        else:
            picture = work.draw(aim, params.seed)
        named = {"clip_distance_first": one, "clip_distance_last": other}
        refs = work.parents(params.image, params.other)
        yield results.result(picture, params.seed, named, {"share": round(share, 5)}, refs)


def text_diff(work: Workspace) -> Iterator[api.Result]:
    params = work.params
    source = work.sources.open(params.image)
    inversion = 2 * work.steps if source.picture else 0
    work.begin(source.picture, params.count * (work.steps + work.finish) + inversion)
    before, after = work.clip.of_texts([params.before, params.after])
    own = _inverted(work, source) if source.picture else None
    results = MeasuredResults(work, apart=False)
    for number in range(1, params.count + 1):
        share = params.amount * number / params.count
        aim = work.aim(arithmetic.turn(source.embedding, before, after, share))
        kept = work.keep(aim) if number == params.count else {}
        picture = work.draw(aim, params.seed) if own is None else _regenerated(work, own, aim)
        values = {"amount": round(share, 5), **kept}
        yield results.result(picture, params.seed, {"clip_distance": source}, values, work.parents(params.image))


def _inverted(work: Workspace, source: Source) -> Inversion:
    """The noise from which the decoder makes this very picture, given its embedding."""
    assert source.picture is not None
    latents = work.decoder.encode(source.picture, work.size)
    condition = work.network.condition(source.embedding)
    return work.decoder.invert(latents, condition, steps=work.steps, guidance=work.guidance)


def _regenerated(work: Workspace, own: Inversion, aim: torch.Tensor) -> Image.Image:
    latents = work.decoder.regenerate(own, work.network.condition(aim), guidance=work.guidance)
    return work.decoder.picture(latents)
