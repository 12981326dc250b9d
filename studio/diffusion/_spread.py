"""Pictures that differ: which of many candidates to make, and how far apart those are that were made."""

import torch
from torch.nn.functional import normalize

CANDIDATES = 4
"""For each picture that is wanted."""


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


def _distances(embeddings: torch.Tensor) -> torch.Tensor:
    unit = normalize(embeddings.cpu().double(), dim=-1)  # some accelerators have no doubles
    return (1 - unit @ unit.T).fill_diagonal_(0)
