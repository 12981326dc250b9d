"""What all verbs share at work: one leased model, its CLIP, its decoder, and what was asked of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from PIL import Image

from studio import api
from studio.diffusion import Clip, SpreadMeasure, StepProgress, distance
from studio_variation import arithmetic
from studio_variation.decoder import Decoder
from studio_variation.decoder_network import STABLE, DecoderNetwork
from studio_variation.kandinsky import KandinskyNetwork
from studio_variation.source import Source, Sources
from studio_variation.stable import StableUnclipNetwork
from studio_variation.target import target

DRAFT_SHARE = 4  # a draft, made to choose by, takes a quarter of the steps
UNWANTED_SEED = 0  # what is unwanted stays the same whatever is drawn


class Workspace:
    """Made for one job. `size` may be set once the source is known, `begin` must be called before anything is drawn."""

    def __init__(self, params: Any, ctx: api.Context, lease: api.Lease) -> None:
        defaults = lease.defaults
        self.params, self.ctx, self.lease = params, ctx, lease
        self.clip = Clip(ctx, lease)
        self.sources = Sources(ctx, lease, self.clip)
        self.network = network(ctx, lease)
        self.steps = int(params.steps or defaults["steps"])
        self.guidance = float(defaults["guidance_scale"] if params.guidance_scale is None else params.guidance_scale)
        self.finish = 1 + ("upscaler" in lease)  # steps of the meter from latents to a picture
        self._unwanted: list[torch.Tensor] = []

    def begin(self, source: Image.Image | None, meter_steps: int) -> None:
        """Size, meter and decoder; `meter_steps` are those of drawing, the others are added here."""
        size = target(self.params.size, source.size if source else None, self.lease.defaults)
        scale = int(self.lease.defaults.get("upscaler_scale", 1)) if "upscaler" in self.lease else 1
        self.size = (size[0] // scale, size[1] // scale)
        prior = self.sources.prior_steps("unlike_text") if self.params.unlike_text.strip() else 0
        self.meter = StepProgress(self.ctx, meter_steps + prior)
        self.decoder = Decoder(
            self.ctx, self.lease, self.meter, self.network, getattr(self.params, "scheduler", "automatic")
        )
        self._unwanted = self._open_unwanted()

    def aim(self, embedding: torch.Tensor) -> torch.Tensor:
        """(1, D): without what is unwanted."""
        for unwanted in self._unwanted:
            embedding = arithmetic.without(embedding, unwanted, self.params.unlike_strength, self.network.center)
        return embedding

    def keep(self, embedding: torch.Tensor) -> dict[str, Any]:
        """Under the name that was asked for; what a result says about it."""
        name = self.params.keep_as.strip()
        if not name:
            return {}
        vector = tuple(embedding[0].float().tolist())
        path = self.ctx.keep(api.Embedding(name, self.clip.identity, vector))
        self.ctx.note("The embedding was kept as {}; give it wherever these tools take a picture.", path)
        return {"embedding": path}

    def parents(self, *refs: str) -> tuple[str, ...]:
        return (*refs, self.params.unlike) if self.params.unlike else refs

    def _open_unwanted(self) -> list[torch.Tensor]:
        found = []
        if self.params.unlike:
            found.append(self.sources.open(self.params.unlike, "unlike").embedding)
        if text := self.params.unlike_text.strip():
            found.append(self.sources.text(text, UNWANTED_SEED, self.meter).embedding)
        return found

    # ---- drawing

    def draw(
        self, embedding: torch.Tensor, seed: int, *, start: torch.Tensor | None = None, taken: int | None = None,
        stray: float = 0.0,
    ) -> Image.Image:  # fmt: skip
        """The picture of (1, D), straying, that this seed makes, from the latents `start` on if there are any."""
        return self.decoder.picture(self._latents(embedding, seed, self.steps, start, taken, stray))

    def draft(
        self, embedding: torch.Tensor, seed: int, *, start: torch.Tensor | None = None, taken: int | None = None,
        stray: float = 0.0,
    ) -> torch.Tensor:  # fmt: skip
        """(1, D): the embedding of a cheap, small version of what `draw` would make."""
        latents = self._latents(embedding, seed, self._draft_steps, start, self._fewer(taken), stray)
        return self.clip.of_pictures([self.decoder.picture(latents, small=True)])

    def draft_cost(self, taken: int | None = None) -> int:
        """Steps of the meter that a draft takes."""
        return (self._fewer(taken) or self._draft_steps) + 1

    @property
    def _draft_steps(self) -> int:
        return max(min(4, self.steps), self.steps // DRAFT_SHARE)

    def _fewer(self, taken: int | None) -> int | None:
        return None if taken is None else max(1, round(taken * self._draft_steps / self.steps))

    def _latents(
        self, embedding: torch.Tensor, seed: int, steps: int, start: torch.Tensor | None, taken: int | None,
        stray: float,
    ) -> torch.Tensor:  # fmt: skip
        generator = torch.Generator("cpu").manual_seed(seed)
        condition = self.network.condition(embedding, stray=stray, seed=seed, generator=generator)
        noise = self.decoder.noise(self.size, generator)
        return self.decoder.denoise(
            noise, condition, generator, steps=steps, guidance=self.guidance, start=start, taken=taken
        )


class MeasuredResults:
    """The results of one job as they come: how far each is from its sources, and how far they are from each other."""

    def __init__(self, work: Workspace, *, apart: bool = True) -> None:
        """`apart`: whether it is told how far they are from each other."""
        self._work, self._spread = work, SpreadMeasure() if apart else None

    def result(
        self, picture: Image.Image, seed: int, sources: Mapping[str, Source], values: Mapping[str, Any],
        parents: Sequence[str],
    ) -> api.Result:  # fmt: skip
        """`sources`: by the name of the value that tells the CLIP distance to each."""
        made = self._work.clip.of_pictures([picture])
        measured = {name: round(float(distance(source.embedding, made)), 5) for name, source in sources.items()}
        if self._spread:
            measured |= self._spread.add(made)
        return api.Result(picture, seed=seed, values={**measured, **values}, parents=tuple(parents))

    def close(self) -> None:
        """Tell how far apart they are."""
        if self._spread:
            self._spread.note(self._work.ctx)


def network(ctx: api.Context, lease: api.Lease) -> DecoderNetwork:
    """Of the lease's family, which is one of FAMILIES."""
    return StableUnclipNetwork(ctx, lease) if lease.family == STABLE else KandinskyNetwork(ctx, lease)
