"""Pictures that differ: seeds whose image embeddings lie far apart, chosen before anything is decoded."""

from typing import Any

import torch
from PIL import Image

from studio import api
from studio.diffusion import CANDIDATES, Prior, StepProgress, choose, embed_pictures, seeds, spread

MOST_CANDIDATES = 32


def candidates(params: Any) -> int:
    """How many embeddings the prior makes to choose from; 0 where nothing is to be chosen."""
    return min(MOST_CANDIDATES, CANDIDATES * params.count) if params.spread and params.count > 1 else 0


def chosen_seeds(params: Any, ctx: api.Context, lease: api.Lease, meter: StepProgress) -> list[int]:
    """The seeds of a job; with `spread` those of many whose prior embeddings lie far apart, the first among them."""
    tried = seeds(params.seed, candidates(params))
    if not tried:
        return seeds(params.seed, params.count)
    made = []
    for seed in tried:
        generator = torch.Generator("cpu").manual_seed(seed)
        made.append(Prior.over(ctx, lease).embed(params.prompt, params.negative_prompt, generator, meter)[0])
    embeddings = torch.cat(made)
    fit = torch.cosine_similarity(_text(lease, params.prompt).float(), embeddings.float())
    return [tried[index] for index in choose(embeddings, params.count, fit)]


@torch.inference_mode()
def _text(lease: api.Lease, prompt: str) -> torch.Tensor:
    """(1, D): CLIP's embedding of the prompt; Ramesh et al. 2022, section 2.2, rank samples of the prior by it too."""
    ids = lease["tokenizer"]([prompt], padding="max_length", truncation=True, return_tensors="pt").input_ids
    embedding: torch.Tensor = lease["text_encoder"](ids.to(lease.device)).text_embeds
    return embedding


class Measure:
    """How far apart the pictures of a job are: the mean CLIP distance of all pairs, so far."""

    def __init__(self, params: Any, ctx: api.Context, lease: api.Lease) -> None:
        self._asked, self._ctx, self._lease = bool(candidates(params)), ctx, lease
        self._count = params.count
        self._embeddings: list[torch.Tensor] = []

    def values(self, picture: Image.Image) -> dict[str, float]:
        """What a result says; nothing where `spread` was not asked for, since measuring takes time."""
        if not self._asked:
            return {}
        self._embeddings.append(embed_pictures(self._lease, [picture]))
        apart = round(spread(torch.cat(self._embeddings)), 5)
        if len(self._embeddings) == self._count:
            self._ctx.note(f"The {self._count} pictures are {apart:.3f} apart (mean CLIP distance).")
        return {"spread": apart} if len(self._embeddings) > 1 else {}
