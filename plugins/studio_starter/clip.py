"""The starter's CLIP (Radford et al. 2021), trained with open_clip on rendered pictures and their captions."""

from pathlib import Path
from typing import Any

import torch
from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg
from torch.nn import functional

from studio_starter import tokenizer as tokenizers
from studio_starter.caption import Caption
from studio_starter.data import POOL, SIDE, Batch, Pool, unit
from studio_starter.scene import Scene
from studio_starter.training import Plan, Stage, averaged, train

WIDTH = 192
"""Of both towers and of the joint space: the prior needs the text's width to be the embedding's."""
PATCH, VISION_LAYERS, TEXT_LAYERS, HEADS = 8, 5, 3, 4


def build(vocabulary: int) -> CLIP:
    """open_clip's own CLIP, with random weights."""
    return CLIP(
        embed_dim=WIDTH,
        vision_cfg=CLIPVisionCfg(
            layers=VISION_LAYERS, width=WIDTH, head_width=WIDTH // HEADS, patch_size=PATCH, image_size=SIDE
        ),
        text_cfg=CLIPTextCfg(
            context_length=tokenizers.LENGTH, vocab_size=vocabulary, width=WIDTH, heads=HEADS, layers=TEXT_LAYERS
        ),
    )


def tokens(tokenizer: Any, captions: list[str]) -> torch.Tensor:
    """(B, LENGTH) ids; what follows the end is filled with the end."""
    found = tokenizer(
        captions, padding="max_length", truncation=True, max_length=tokenizers.LENGTH, return_tensors="pt"
    )
    ids: torch.Tensor = found.input_ids
    return ids


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


def truths(scenes: list[Scene], captions: list[Caption]) -> torch.Tensor:
    """(B, B) bool: whether caption j is true of scene i."""
    return torch.tensor([[caption.fits(scene) for caption in captions] for scene in scenes])


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
    return functional.normalize(hidden[torch.arange(len(ids)), last] @ module.text_projection, dim=-1)


def train_clip(work: Path, plan: Plan, device: str = "cpu", minutes: float | None = None, pool: int = POOL) -> None:
    tokenizer = tokenizers.load(work)
    end = tokenizer.eos_token_id
    torch.manual_seed(plan.seed)
    module = build(len(tokenizer)).to(device)
    stage = Stage("clip", work, module, plan)

    def step(batch: Batch) -> torch.Tensor:
        with torch.autocast(device, torch.bfloat16):
            images = module.encode_image(unit(batch.pixels).to(device), normalize=True)
        scale = module.logit_scale.exp().clamp(max=100)
        losses = []
        for captions in batch.captions.values():
            with torch.autocast(device, torch.bfloat16):
                ids = tokens(tokenizer, [caption.text for caption in captions]).to(device)
                texts = encode_text(module, ids, end)
            fits = truths(batch.scenes, captions).to(device)
            losses.append(contrastive_loss(images.float(), texts.float(), scale, fits))
        return torch.stack(losses).mean()

    data = Pool(work, plan.seed, pool, grouped=True).batches(stage.done, plan.pictures, plan.batch)
    train(stage, data, step, minutes)


def load(work: Path, device: str = "cpu") -> CLIP:
    """The trained CLIP, frozen."""
    module = build(len(tokenizers.load(work)))
    module.load_state_dict(averaged(work, "clip"))
    return module.requires_grad_(False).eval().to(device)


@torch.no_grad()
def embed(module: CLIP, pixels: torch.Tensor) -> torch.Tensor:
    """(B, D) image embeddings, not normalised, as the pipelines use them, of pictures in [-1, 1]."""
    with torch.autocast(pixels.device.type, torch.bfloat16):
        embeds: torch.Tensor = module.encode_image(pixels)
    return embeds.float()


@torch.inference_mode()
def retrieval(module: CLIP, tokenizer: Any, pixels: torch.Tensor, captions: list[str]) -> tuple[float, float]:
    """Top-1 accuracy, picture to text and text to picture, among the given pairs."""
    images = module.encode_image(unit(pixels), normalize=True)
    texts = module.encode_text(tokens(tokenizer, captions), normalize=True)
    likeness = images @ texts.T
    right = torch.tensor([[a == b for b in captions] for a in captions])
    forward = right[torch.arange(len(captions)), likeness.argmax(dim=1)].float().mean()
    backward = right[torch.arange(len(captions)), likeness.argmax(dim=0)].float().mean()
    return float(forward), float(backward)
