"""The starter's CLIP (Radford et al. 2021), trained with open_clip on rendered pictures and their captions."""

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

import torch
from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg
from safetensors import safe_open
from torch import nn
from torch.nn import functional

from studio_starter import tokenizer as tokenizers
from studio_starter.data import Batch, Pool, unit
from studio_starter.scale import Scale
from studio_starter.training import Run, TrainingStage, autocast, averaged, train, write_tensors
from studio_starter.world import LANGUAGES, World

WIDTH = 192
"""Of both towers and of the joint space: the prior needs the text's width to be the embedding's."""
PATCH, HEADS = 8, 4
ANSWERS = "answers"
"""What a CLIP in training has beside CLIP: see `answers`."""
LENGTH = 16.0
"""To which embeddings are stretched for it, so that its weights need not be large."""
SHARE = 0.5
"""Of its loss."""
SHIFT, STEP = 4, 2
"""Pixels by which pictures are moved at most while it learns, and in steps of how many: pixel art keeps its grid."""


def build(vocabulary: int, scale: Scale) -> CLIP:
    """open_clip's own CLIP, with random weights."""
    return CLIP(
        embed_dim=WIDTH,
        vision_cfg=CLIPVisionCfg(
            layers=scale.vision_layers, width=WIDTH, head_width=WIDTH // HEADS, patch_size=PATCH, image_size=scale.side
        ),
        text_cfg=CLIPTextCfg(
            context_length=scale.world.length, vocab_size=vocabulary, width=WIDTH, heads=HEADS,
            layers=scale.text_layers,
        ),
    )  # fmt: skip


def contrastive_loss(
    images: torch.Tensor, texts: torch.Tensor, scale: torch.Tensor, fits: torch.Tensor
) -> torch.Tensor:
    """CLIP's loss, averaged over both directions (Radford et al. 2021, section 2.3).

    images, texts: (B, D), of unit length. fits: (B, B) bool, whether text j is true of picture i. A text that is true
    of another's picture is no counterexample to it: it is left out, instead of being called wrong.
    """
    wrong = torch.eye(len(fits), dtype=torch.bool, device=images.device) | ~fits
    logits = (scale * images @ texts.T).masked_fill(~wrong, -torch.inf)
    own = torch.arange(len(fits), device=images.device)
    return (functional.cross_entropy(logits, own) + functional.cross_entropy(logits.T, own)) / 2


def answers(world: World) -> nn.Linear:
    """One linear layer from the joint space to every value of every fact of the world."""
    return nn.Linear(WIDTH, sum(map(len, world.facts.values())))


def answering_loss(given: torch.Tensor, true: torch.Tensor, says: torch.Tensor, world: World) -> torch.Tensor:
    """Cross-entropy of what `answers` gives, (B, values), over the facts that are told.

    true: (B, facts) places among their values; says: (B, facts) bool.
    """
    parts = torch.split(given, [len(values) for values in world.facts.values()], dim=1)
    columns = zip(parts, true.T, strict=True)
    losses = torch.stack([functional.cross_entropy(part, column, reduction="none") for part, column in columns], dim=1)
    return (losses * says).sum() / says.sum()


def truths(scenes: torch.Tensor, about: torch.Tensor, says: torch.Tensor) -> torch.Tensor:
    """(B, B) bool: whether caption j is true of scene i.

    scenes: (B, facts) of the scenes; about: (B, facts) of those that the captions were made for; says: (B, facts) which
    of them they name. What a caption leaves open, any scene may have as it likes.
    """
    same: torch.Tensor = (scenes[:, None] == about[None]) | ~says[None]
    return same.all(dim=-1)


def read(module: CLIP, ids: torch.Tensor) -> torch.Tensor:
    """(B, n, D) hidden states of texts of n tokens, before the last norm; n may be less than the full length."""
    length = ids.shape[1]
    words = module.token_embedding(ids) + module.positional_embedding[:length]
    hidden: torch.Tensor = module.transformer(words, attn_mask=module.attn_mask[:length, :length])
    return hidden


def encode_text(module: CLIP, ids: torch.Tensor, end: int) -> torch.Tensor:
    """open_clip's encode_text, cut behind the longest text: nothing looks past the end of a text."""
    ids = ids[:, : int((ids != end).sum(dim=1).max()) + 1]
    last = (ids == end).int().argmax(dim=1)
    hidden = module.ln_final(read(module, ids))
    return functional.normalize(
        hidden[torch.arange(len(ids), device=ids.device), last] @ module.text_projection, dim=-1
    )


def shifted(pixels: torch.Tensor) -> torch.Tensor:
    """Pictures (B, 3, H, W), each moved a little and its edges drawn out: what is small lies elsewhere among the
    patches each time, and a pool is not learned by heart."""
    count, _, height, width = pixels.shape
    wide = functional.pad(pixels, (SHIFT, SHIFT, SHIFT, SHIFT), mode="replicate")
    down, right = torch.randint(2 * SHIFT // STEP + 1, (2, count, 1), device=pixels.device) * STEP
    rows, columns = down + torch.arange(height).to(down), right + torch.arange(width).to(right)
    numbers = torch.arange(count, device=pixels.device)[:, None, None]
    return wide.movedim(1, -1)[numbers, rows[:, :, None], columns[:, None, :]].movedim(-1, 1)


def train_clip(work: Path, scale: Scale, run: Run) -> None:
    """The contrastive loss, and one that asks embeddings of either kind for the facts, through the same linear layer.

    A contrastive loss is content as soon as a batch is told apart, and learns late whose colour is whose.
    """
    end = tokenizers.load(work).eos_token_id
    module, stage = _start(work, scale, run)
    pool = Pool(work, scale, run.seed, grouped=True, device=run.device).reside()
    look = run.compiled(module.visual)

    def asked(embeds: torch.Tensor, batch: Batch, says: torch.Tensor) -> torch.Tensor:
        return answering_loss(module.get_submodule(ANSWERS)(LENGTH * embeds), batch.labels, says, scale.world)

    def step(batch: Batch) -> torch.Tensor:
        with run.autocast():
            images = functional.normalize(look(shifted(unit(batch.pixels))), dim=-1)
        size = module.logit_scale.exp().clamp(max=100)
        losses, told = [], asked(images.float(), batch, torch.ones_like(batch.labels))
        for language in LANGUAGES:
            words = pool.words(batch.numbers, language)
            with run.autocast():
                texts = encode_text(module, words.ids, end)
            fits = truths(batch.labels, batch.labels, words.says)
            losses.append(contrastive_loss(images.float(), texts.float(), size, fits))
            told = told + asked(texts.float(), batch, words.says) / len(LANGUAGES)
        return torch.stack(losses).mean() + SHARE * told / 2

    train(stage, partial(pool.batches, count=stage.plan.batch), step, run)


def _start(work: Path, scale: Scale, run: Run) -> tuple[CLIP, TrainingStage]:
    torch.manual_seed(run.seed)
    module = build(len(tokenizers.load(work)), scale)
    module.add_module(ANSWERS, answers(scale.world))
    return module, TrainingStage("clip", work, module.to(run.device), scale.plans["clip"], run)


def load(work: Path, scale: Scale, device: str = "cpu") -> CLIP:
    """The trained CLIP, frozen."""
    module = build(len(tokenizers.load(work)), scale)
    found = averaged(work, "clip")
    module.load_state_dict({name: tensor for name, tensor in found.items() if not name.startswith(f"{ANSWERS}.")})
    return module.requires_grad_(False).eval().to(device)


@torch.no_grad()
def embed(module: CLIP, pixels: torch.Tensor) -> torch.Tensor:
    """(B, D) image embeddings, not normalised, as the pipelines use them, of pictures in [-1, 1]."""
    with autocast(pixels.device.type):
        embeds: torch.Tensor = module.encode_image(pixels)
    return embeds.float()


def embed_all(work: Path, eyes: CLIP, pool: Pool, count: int, device: str) -> torch.Tensor:
    """Image embeddings of the first pictures of a pool, kept in the work folder for the next call with this CLIP."""
    file = work / "embeds.safetensors"
    of = f"{hashlib.sha256((work / 'clip.safetensors').read_bytes()).hexdigest()} {pool.name} {count}"
    if file.exists():
        with safe_open(file, framework="pt") as stored:
            if (stored.metadata() or {}).get("of") == of:
                found: torch.Tensor = stored.get_tensor("embeds").to(device)
                return found
    starts = range(0, count, 500)
    made = torch.cat([embed(eyes, unit(pool.pixels(range(n, min(n + 500, count))))) for n in starts])
    write_tensors(file, {"embeds": made}, {"of": of})
    return made


@torch.inference_mode()
def likeness(module: CLIP, words: Any, pixels: torch.Tensor, captions: list[str]) -> torch.Tensor:
    """(pictures, captions) cosines of pictures (B, 3, H, W) in [-1, 1] and texts."""
    images = module.encode_image(pixels, normalize=True)
    texts = module.encode_text(tokenizers.encode(words, captions).to(pixels.device), normalize=True)
    found: torch.Tensor = images @ texts.T
    return found
