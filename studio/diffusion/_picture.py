"""From what a decoder returns to a picture, and how far a job is on the way there."""

from typing import Any

import numpy as np
from PIL import Image

from studio.api._model import Lease
from studio.api._task import Context
from studio.diffusion._emphasis import has_weights, unweighted
from studio.errors import UserError


def to_picture(array: np.ndarray) -> Image.Image:
    """(H, W, 3) in [0, 1] to 8 bits, rounded as diffusers rounds. Raises UserError (`nan`) for no numbers."""
    if not np.isfinite(array).all():
        raise UserError(
            "The model produced invalid numbers (NaN), so there is no picture; what was made before is kept. "
            "Try another seed or a lower guidance scale, or another dtype of the model.",
            code="nan",
        )
    return Image.fromarray((array * 255).round().astype("uint8"))


def seeds(first: int, count: int) -> list[int]:
    """`count` seeds from `first` on, wrapping where a seed would no longer fit."""
    return [(first + number) % 2**63 for number in range(count)]


class StepProgress:
    """Progress over the stages of all pictures of a job; every step is a cancel point."""

    def __init__(self, ctx: Context, total: int) -> None:
        self._ctx = ctx
        self._total = total
        self._done = 0

    def step(self, stage: str, preview: Image.Image | None = None) -> None:
        """One more of `total` steps is done. Raises Cancelled when the user has cancelled."""
        self._done += 1
        self._ctx.progress(min(self._done, self._total), self._total, preview, stage=stage)


def note_cut(ctx: Context, tokenizer: Any, prompt: str, limit: int | None = None) -> None:
    """Say which end of a prompt the text encoder will not read; `limit` counts tokens, start and end included."""
    ids = tokenizer(prompt).input_ids
    limit = limit or tokenizer.model_max_length
    if len(ids) > limit:
        cut = tokenizer.decode(ids[limit - 1 : -1]).strip()
        shown = cut if len(cut) <= 200 else f"{cut[:200]}…"
        ctx.note("The model reads the first {} tokens of a prompt; this was left out: {}", limit - 2, shown)


def note_unread(ctx: Context, lease: Lease, *prompts: str) -> None:
    """Say what of the prompts this model will not read: an end that is too long, weights that it takes for words."""
    about = lease.about
    if about.long_prompts:
        return
    tokenizer, limit = reader(lease)
    for prompt in prompts:
        note_cut(ctx, tokenizer, unweighted(prompt) if about.weighs_words else prompt, limit)
    if not about.weighs_words and any(has_weights(prompt) for prompt in prompts):
        ctx.note("{} does not support weights: brackets and numbers such as (word:1.2) are read as text.", about.title)


def reader(lease: Lease) -> tuple[Any, int | None]:
    """The tokenizer whose encoder reads furthest, and how many tokens; None for as many as it says itself."""
    about = lease.about
    name = about.reader if about.reader in lease else "tokenizer"
    tokenizer = getattr(lease[name], "tokenizer", lease[name])  # a processor's is one of its parts
    if name != about.reader:
        return tokenizer, None
    most = int(about.call.get("max_sequence_length", about.prompt_tokens))
    return tokenizer, min(most, int(tokenizer.model_max_length))  # a small model's encoder may read less
