"""The starter's prior (Ramesh et al. 2022, section 2.2): from a text's embedding to that of a picture it could mean.

A diffusers PriorTransformer that predicts the clean, standardised image embedding from a noised one.
"""

from pathlib import Path
from typing import Any

import torch
from diffusers import PriorTransformer, UnCLIPScheduler
from open_clip.model import CLIP
from torch import Tensor
from torch.nn import functional

from studio_starter import clip
from studio_starter import tokenizer as tokenizers
from studio_starter.data import Batch, Pool, unit
from studio_starter.decoder import spread_times
from studio_starter.training import Plan, Stage, train, write_tensors

DROPPED = 0.1
"""Share of captions replaced by the empty one, for guidance."""
HEADS = 4


def build(layers: int) -> PriorTransformer:
    return PriorTransformer(
        num_attention_heads=HEADS,
        attention_head_dim=clip.WIDTH // HEADS,
        num_layers=layers,
        embedding_dim=clip.WIDTH,
        num_embeddings=tokenizers.LENGTH,
        additional_embeddings=4,
    )


def scheduler() -> UnCLIPScheduler:
    return UnCLIPScheduler(
        variance_type="fixed_small_log", prediction_type="sample", clip_sample=True, clip_sample_range=5.0
    )


@torch.no_grad()
def read(eyes: CLIP, ids: Tensor, end: int) -> tuple[Tensor, Tensor, Tensor]:
    """Text embedding, hidden states and mask of captions, as the prior pipeline makes them."""
    with torch.autocast(ids.device.type, torch.bfloat16):
        hidden = eyes.ln_final(clip.read(eyes, ids))
        last = (ids == end).int().argmax(dim=1)
        embeds = hidden[torch.arange(len(ids)), last] @ eyes.text_projection
    mask = torch.arange(ids.shape[1], device=ids.device)[None, :] <= last[:, None]
    return embeds.float(), hidden.float(), mask


def embed_all(eyes: CLIP, pictures: Pool, numbers: range) -> Tensor:
    """Image embeddings of so many of a pool's pictures."""
    starts = range(numbers.start, numbers.stop, 500)
    device = eyes.logit_scale.device
    return torch.cat(
        [clip.embed(eyes, unit(pictures.pixels(range(n, min(n + 500, numbers.stop)))).to(device)) for n in starts]
    )


def train_prior(
    work: Path, plan: Plan, layers: int, pool: int, device: str = "cpu", minutes: float | None = None
) -> None:
    eyes, words = clip.load(work, device), tokenizers.load(work)
    torch.manual_seed(plan.seed)
    prior = build(layers).to(device)
    stage = Stage("prior", work, prior, plan)
    alphas = scheduler().alphas_cumprod.to(device)
    pictures = Pool(work, plan.seed, pool)
    embeds = embed_all(eyes, pictures, range(min(pool, plan.pictures)))
    mean, spread = embeds.mean(dim=0), embeds.std(dim=0)
    write_tensors(work / "embedding.safetensors", {"mean": mean, "std": spread})

    def step(batch: Batch) -> Tensor:
        # The embeddings lie by number, not by place in the pool, whose order is mixed.
        clean = (embeds[[number % pool for number in batch.numbers]] - mean) / spread
        blank = torch.rand(len(clean)) < DROPPED
        texts = ["" if drop else text for text, drop in zip(batch.mixed(), blank, strict=True)]
        text, hidden, mask = read(eyes, clip.tokens(words, texts).to(device), words.eos_token_id)
        times = spread_times(len(clean), len(alphas)).to(device)
        signal, rest = alphas[times].sqrt()[:, None], (1 - alphas[times]).sqrt()[:, None]
        noised = signal * clean + rest * torch.randn(clean.shape).to(device)
        with torch.autocast(device, torch.bfloat16):
            found: Any = prior(noised, times, text, hidden, mask).predicted_image_embedding
        return functional.mse_loss(found.float(), clean)

    train(stage, pictures.batches(stage.done, plan.pictures, plan.batch, drawn=False), step, minutes)
