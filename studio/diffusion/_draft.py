"""Drafts: a transformer skips what hardly changes from one step of denoising to the next.

First-block cache (ParaAttention, 2024; `FirstBlockCacheConfig` in diffusers): each step runs the first block; where
what that adds differs by less than a share from the step before, what all other blocks add is taken from there.
"""

from typing import Any

from studio.api._model import Lease
from studio.errors import UserError

OFF, FIRST_BLOCK = "off", "first-block"
THRESHOLD = 0.1
"""The share, of the mean absolute; diffusers' default is 0.05, its examples have up to 0.2."""
PART = "transformer"


def drafted(lease: Lease, capability: str, draft: str) -> dict[str, Any]:
    """What takes the place of a model's own parts in its pipeline, by name: variants, so that no other job is drafted.

    Raises UserError for a model that cannot be drafted so.
    """
    if draft == OFF:
        return {}
    if capability not in lease.about.drafts or PART not in lease:
        raise UserError(
            "The model {} has no draft mode for this: a first-block cache is for transformers of some families, such "
            "as FLUX.1 and Qwen-Image, and for no UNet. Set draft to off, or choose another model.",
            repr(lease.title), field="draft", code="unsupported_operation",
        )  # fmt: skip
    variant = lease.patched(PART, (draft, str(THRESHOLD)), _with_cache)
    variant._reset_stateful_cache()  # a run that was cancelled leaves its last step behind
    return {PART: variant}


def _with_cache(transformer: Any) -> None:
    from diffusers import FirstBlockCacheConfig

    transformer.enable_cache(FirstBlockCacheConfig(threshold=THRESHOLD))
