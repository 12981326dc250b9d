"""The four verbs: vary, blend, interpolate, text diff."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image

from studio import api
from studio_variation import arithmetic
from studio_variation.decoder import Inversion
from studio_variation.source import Source
from studio_variation.workspace import Gathering, Workspace, candidates, chosen_seeds

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


def vary(bench: Workspace) -> Iterator[api.Result]:
    params = bench.params
    source = bench.sources.open(params.image)
    if source.picture is None and params.distance < IDEA_FROM:
        bench.ctx.note(f"An embedding has no pixels to stay close to: up to {IDEA_FROM} all distances are the same.")
    there = reach(params.distance if source.picture else max(params.distance, IDEA_FROM), bench.steps)
    bench.ctx.reveal("distance", steps=there.taken, of=bench.steps, stray=there.stray)
    drafts = candidates(params) * bench.draft_cost(there.taken)
    bench.begin(source.picture, params.count * (there.taken + bench.finish) + drafts)
    start = bench.decoder.encode(source.picture, bench.size) if source.picture else None
    aim = bench.aim(source.embedding)
    kept = bench.keep(aim)

    way: dict[str, Any] = {"start": start, "taken": there.taken, "stray": there.stray}
    gathering = Gathering(bench)
    for seed in chosen_seeds(params, lambda seed: bench.draft(aim, seed, **way)):
        picture = bench.draw(aim, seed, **way)
        if source.picture:
            picture = closer(picture, source.picture, params.distance)
        yield gathering.result(picture, seed, {"clip_distance": source}, kept, bench.parents(params.image))
    gathering.close()


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


def blend(bench: Workspace) -> Iterator[api.Result]:
    params = bench.params
    weights = params.weight or [1.0] * (len(params.image) + len(params.text))
    pictures = [bench.sources.open(ref) for ref in params.image]
    prior = len(params.text) * bench.sources.prior_steps("text") if params.text else 0
    drafts = candidates(params) * (prior + bench.draft_cost())
    first = next((source.picture for source in pictures if source.picture), None)
    bench.begin(first, params.count * (prior + bench.steps + bench.finish) + drafts)

    def mix(seed: int) -> tuple[list[Source], torch.Tensor]:
        """The words are seen by the prior, so they look a little different for each seed."""
        sources = pictures + [bench.sources.text(text, seed, bench.meter) for text in params.text]
        embeddings = [source.embedding for source in sources]
        mixed = embeddings[0] if len(embeddings) == 1 else arithmetic.blend(embeddings, weights)
        return sources, bench.aim(mixed)

    gathering, kept = Gathering(bench), None
    for seed in chosen_seeds(params, lambda seed: bench.draft(mix(seed)[1], seed)):
        sources, aim = mix(seed)
        kept = bench.keep(aim) if kept is None else {}
        named = {f"clip_distance_{number}": source for number, source in enumerate(sources, 1)}
        picture = bench.draw(aim, seed)
        yield gathering.result(picture, seed, named, kept, bench.parents(*params.image))
    gathering.close()


def interpolate(bench: Workspace) -> Iterator[api.Result]:
    params = bench.params
    one, other = bench.sources.open(params.image), bench.sources.open(params.other, "other")
    ends = [end.picture for end in (one, other) if end.picture]
    owned = params.own_noise and len(ends) == 2
    if params.own_noise and not owned:
        bench.ctx.note("An embedding has no pixels and so no noise of its own: the noise comes from the seed.")
    inversions = 4 * bench.steps if owned else 0
    bench.begin(ends[0] if ends else None, params.count * (bench.steps + bench.finish) + inversions)
    inverted = [_inverted(bench, end) for end in (one, other)] if owned else []
    gathering = Gathering(bench, apart=False)
    for number in range(params.count):
        share = number / (params.count - 1)
        aim = bench.aim(arithmetic.slerp(one.embedding, other.embedding, share))
        if owned:
            picture = _regenerated(bench, inverted[0].toward(inverted[1], share), aim)
        else:
            picture = bench.draw(aim, params.seed)
        named = {"clip_distance_first": one, "clip_distance_last": other}
        refs = bench.parents(params.image, params.other)
        yield gathering.result(picture, params.seed, named, {"share": round(share, 5)}, refs)


def text_diff(bench: Workspace) -> Iterator[api.Result]:
    params = bench.params
    source = bench.sources.open(params.image)
    inversion = 2 * bench.steps if source.picture else 0
    bench.begin(source.picture, params.count * (bench.steps + bench.finish) + inversion)
    before, after = bench.clip.of_texts([params.before, params.after])
    own = _inverted(bench, source) if source.picture else None
    gathering = Gathering(bench, apart=False)
    for number in range(1, params.count + 1):
        share = params.amount * number / params.count
        aim = bench.aim(arithmetic.turn(source.embedding, before, after, share))
        kept = bench.keep(aim) if number == params.count else {}
        picture = bench.draw(aim, params.seed) if own is None else _regenerated(bench, own, aim)
        values = {"amount": round(share, 5), **kept}
        yield gathering.result(picture, params.seed, {"clip_distance": source}, values, bench.parents(params.image))


def _inverted(bench: Workspace, source: Source) -> Inversion:
    """The noise from which the decoder makes this very picture, given its embedding."""
    assert source.picture is not None
    latents = bench.decoder.encode(source.picture, bench.size)
    condition = bench.network.condition(source.embedding)
    return bench.decoder.invert(latents, condition, steps=bench.steps, guidance=bench.guidance)


def _regenerated(bench: Workspace, own: Inversion, aim: torch.Tensor) -> Image.Image:
    latents = bench.decoder.regenerate(own, bench.network.condition(aim), guidance=bench.guidance)
    return bench.decoder.picture(latents)
