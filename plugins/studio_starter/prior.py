"""The starter's prior (Ramesh et al. 2022, section 2.2): from a text's embedding to that of a picture it could mean.

A diffusers PriorTransformer that predicts the clean, standardised image embedding from a noised one.
"""

from functools import partial
from pathlib import Path
from typing import Any

import torch
from diffusers import PriorTransformer, UnCLIPScheduler
from open_clip.model import CLIP
from torch import Tensor
from torch.nn import functional

from studio_starter import clip
from studio_starter import tokenizer as tokenizers
from studio_starter.data import Batch, Pool, mixed
from studio_starter.decoder import spread_times
from studio_starter.scale import Scale
from studio_starter.training import Run, TrainingStage, autocast, train, write_tensors

DROPPED = 0.1
"""Share of captions replaced by the empty one, for guidance."""
HEADS = 4


def build(scale: Scale) -> PriorTransformer:
    return PriorTransformer(
        num_attention_heads=HEADS,
        attention_head_dim=clip.WIDTH // HEADS,
        num_layers=scale.prior_layers,
        embedding_dim=clip.WIDTH,
        num_embeddings=scale.world.length,
        additional_embeddings=4,
    )


def scheduler() -> UnCLIPScheduler:
    return UnCLIPScheduler(
        variance_type="fixed_small_log", prediction_type="sample", clip_sample=True, clip_sample_range=5.0
    )


@torch.no_grad()
def read(eyes: CLIP, ids: Tensor, end: int) -> tuple[Tensor, Tensor, Tensor]:
    """Text embedding, hidden states and mask of captions, as the prior pipeline makes them."""
    with autocast(ids.device.type):
        hidden = eyes.ln_final(clip.read(eyes, ids))
        last = (ids == end).int().argmax(dim=1)
        embeds = hidden[torch.arange(len(ids), device=ids.device), last] @ eyes.text_projection
    mask = torch.arange(ids.shape[1], device=ids.device)[None, :] <= last[:, None]
    return embeds.float(), hidden.float(), mask


def train_prior(work: Path, scale: Scale, run: Run) -> None:
    eyes, words = clip.load(work, scale, run.device), tokenizers.load(work)
    torch.manual_seed(run.seed)
    prior = build(scale).to(run.device)
    stage = TrainingStage("prior", work, prior, scale.plans["prior"], run)
    alphas = scheduler().alphas_cumprod.to(run.device)
    pool = Pool(work, scale, run.seed, device=run.device)
    # By their numbers of the first round.
    embeds = clip.embed_all(work, eyes, pool, min(pool.count, stage.plan.pictures), run.device)
    mean, spread = embeds.mean(dim=0), embeds.std(dim=0)
    write_tensors(work / "embedding.safetensors", {"mean": mean, "std": spread})
    denoise = run.compiled(prior)
    empty = tokenizers.encode(words, [""]).to(run.device)

    def step(batch: Batch) -> Tensor:
        rows = torch.arange(batch.numbers.start, batch.numbers.stop, device=run.device) % pool.count
        clean = (embeds[rows] - mean) / spread
        blank = torch.rand(len(clean), 1, device=run.device) < DROPPED
        ids = torch.where(blank, empty, mixed(pool, batch.numbers))
        text, hidden, mask = read(eyes, ids, words.eos_token_id)
        times = spread_times(len(clean), len(alphas), run.device)
        signal, rest = alphas[times].sqrt()[:, None], (1 - alphas[times]).sqrt()[:, None]
        noised = signal * clean + rest * torch.randn_like(clean)
        with run.autocast():
            found: Any = denoise(noised, times, text, hidden, mask).predicted_image_embedding
        return functional.mse_loss(found.float(), clean)

    train(stage, partial(pool.batches, count=stage.plan.batch, drawn=False), step, run)
