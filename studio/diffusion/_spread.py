"""Pictures that differ: which of many candidates to make, and how far apart those are that were made."""

from collections.abc import Callable
from typing import Any

import torch
from torch.nn.functional import normalize

from studio.api._task import Context
from studio.diffusion._picture import seeds

CANDIDATES = 4
"""For each picture that is wanted."""
MOST_CANDIDATES = 32


def spreads(params: Any) -> bool:
    """Whether a task's parameters ask for several pictures that differ: `count` and `spread`."""
    return bool(params.spread) and params.count > 1


def candidates(params: Any) -> int:
    """How many candidates `chosen_seeds` makes for a task's parameters; 0 where nothing is to be chosen."""
    return min(MOST_CANDIDATES, CANDIDATES * params.count) if spreads(params) else 0


def chosen_seeds(
    params: Any,
    embed: Callable[[int], torch.Tensor],
    fit: Callable[[torch.Tensor], torch.Tensor] | None = None,
) -> list[int]:
    """The seeds of a job: one after the other, or with `spread` those of many candidates that lie far apart.

    `embed(seed)` gives the embedding (1, D) of what that seed would make; `fit(embeddings)` tells of (N, D), as (N,),
    how well each is what was asked for.
    """
    if not spreads(params):
        return seeds(params.seed, params.count)
    tried = seeds(params.seed, candidates(params))
    embeddings = torch.cat([embed(seed) for seed in tried])
    return [tried[index] for index in choose(embeddings, params.count, fit(embeddings) if fit else None)]


def choose(embeddings: torch.Tensor, count: int, fit: torch.Tensor | None = None) -> list[int]:
    """Indices of `count` of (N, D) embeddings that lie far apart, rising; the first of all is always among them.

    Greedy farthest-point selection (Gonzalez 1985): each next one is the farthest from its nearest chosen neighbour, in
    CLIP distance. What lies farthest from all others is often what went wrong: where `fit` (N,) tells how well each is
    what was asked for, the worst quarter is left out first. (Leaving out half gained half as much.)
    """
    fitting = set(range(len(embeddings)))
    if fit is not None:
        order = fit.cpu().argsort(descending=True, stable=True).tolist()
        fitting = {0, *order[: max(count, len(order) - len(order) // 4)]}
    apart, chosen = _distances(embeddings), [0]
    while len(chosen) < min(count, len(embeddings)):
        nearest = apart[:, chosen].min(dim=1).values
        chosen.append(max(fitting - {*chosen}, key=lambda index: (float(nearest[index]), -index)))
    return sorted(chosen)


def spread(embeddings: torch.Tensor) -> float:
    """The mean CLIP distance, 1 - cosine, of all pairs of (N, D) embeddings; 0 for fewer than two."""
    count = len(embeddings)
    return float(_distances(embeddings).sum() / (count * (count - 1))) if count > 1 else 0.0


class SpreadMeasure:
    """How far the pictures of one job are apart, as they come."""

    def __init__(self) -> None:
        self._embeddings: list[torch.Tensor] = []

    def add(self, embedding: torch.Tensor) -> dict[str, float]:
        """Count a picture's embedding (1, D) in. Returns the result's value `spread`, once there are two."""
        self._embeddings.append(embedding)
        return {"spread": round(self._spread, 5)} if len(self._embeddings) > 1 else {}

    def note(self, ctx: Context) -> None:
        """Tell the user how far apart those are that were counted in; nothing for fewer than two."""
        if len(self._embeddings) > 1:
            ctx.note("The {} pictures are {} apart (mean CLIP distance).", len(self._embeddings), f"{self._spread:.3f}")

    @property
    def _spread(self) -> float:
        return spread(torch.cat(self._embeddings))


def _distances(embeddings: torch.Tensor) -> torch.Tensor:
    unit = normalize(embeddings.cpu().double(), dim=-1)  # some accelerators have no doubles
    return (1 - unit @ unit.T).fill_diagonal_(0)
