"""Pictures to be like: what a pipeline is told of a lease's references."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from PIL import Image

from studio.api._embedding import Embedding
from studio.api._model import Lease
from studio.api._reference import LeasedReference
from studio.api._task import Context
from studio.diffusion._clip import image_identity
from studio.diffusion._encoding import encoded
from studio.errors import UserError
from studio.transparency import on_white

POOLED, REDUX = "pooled", "redux"
FLUX_WORDS = 512
"""Places for words that FLUX.1 is given where there are none, as diffusers' FluxPriorReduxPipeline has it."""


def referred(ctx: Context, lease: Lease, pipeline: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    """`told` to a pipeline, and what makes its picture like the lease's references; `told` itself where there are none.

    The lease must have been asked for with `references=params.reference`. An IP-Adapter's picture stands beside the
    words; one of a weight below 0 stands where guidance leads away from. Redux' tokens follow the words. Raises
    UserError for what the model or the adapter cannot do.
    """
    if not lease.references:
        return dict(told)
    if all(each.kind == REDUX for each in lease.references):
        return _with_tokens(ctx, lease, pipeline, dict(told))
    if told.get(lease.about.guidance, 0) > 1 and lease["unet"].config.time_cond_proj_dim is None:
        embeds = [torch.cat(_pair(ctx, lease, each)) for each in lease.references]
    else:
        embeds = [_unguided(ctx, lease, each) for each in lease.references]
    return {**told, "ip_adapter_image_embeds": embeds}


def seen(ctx: Context, lease: Lease, reference: LeasedReference, picture: Image.Image) -> torch.Tensor:
    """(1, D): a picture as the reference's image encoder sees it, to measure distances by; it needs no words."""
    tower = reference.encoder
    by = f"reference {type(tower).__name__} {image_identity(tower)}"

    @torch.inference_mode()
    def make() -> torch.Tensor:
        made = tower(_pixels(reference, picture))
        found: torch.Tensor = made.pooler_output if reference.kind == REDUX else made.image_embeds
        return found.clone()

    return encoded(ctx, lease, by, on_white(picture), make)


def _unguided(ctx: Context, lease: Lease, reference: LeasedReference) -> torch.Tensor:
    if reference.chosen.weight < 0:
        raise UserError(
            "Without guidance there is nothing to lead away from a picture, so a reference cannot weigh less than 0; "
            "raise the guidance above 1, or take the picture out of the list.",
            field="reference",
        )
    return _pair(ctx, lease, reference)[1]


def _pair(ctx: Context, lease: Lease, reference: LeasedReference) -> tuple[torch.Tensor, torch.Tensor]:
    """What is guided away from, and towards: no picture and the picture, or the other way round; each (1, 1, …)."""
    ref = reference.chosen.image
    kept = ctx.embedding(ref)
    if kept is not None:
        picture = _of_kept(reference, kept)
        nothing = torch.zeros_like(picture)
    else:
        nothing, picture = _encode(ctx, lease, reference, on_white(ctx.image(ref)))
    pair = nothing[:, None], picture[:, None]
    return pair if reference.chosen.weight > 0 else (pair[1], pair[0])


def _encode(
    ctx: Context, lease: Lease, reference: LeasedReference, picture: Image.Image
) -> tuple[torch.Tensor, torch.Tensor]:
    """As diffusers' pipelines encode it: a picture of nothing is zeros, in the space that the adapter reads."""
    tower, pooled = reference.encoder, reference.kind == POOLED

    @torch.inference_mode()
    def make() -> torch.Tensor:
        pixels = _pixels(reference, picture)
        if pooled:
            found = tower(pixels).image_embeds
            return torch.stack([torch.zeros_like(found), found])
        return torch.stack([
            tower(each, output_hidden_states=True).hidden_states[-2] for each in (torch.zeros_like(pixels), pixels)
        ])  # fmt: skip

    by = f"reference {reference.kind} {image_identity(tower)}"
    nothing, found = encoded(ctx, lease, by, picture, make)
    return nothing, found


def _of_kept(reference: LeasedReference, kept: Embedding) -> torch.Tensor:
    """A saved embedding as if its picture had been encoded. Raises UserError for one of another CLIP."""
    if reference.kind != POOLED:
        raise UserError(
            "{} reads more of a picture than its embedding, so the saved embedding {} says nothing to it; give it a "
            "picture, or choose an IP-Adapter that is no “plus”.",
            repr(reference.title), repr(kept.name), field="reference", code="other_clip",
        )  # fmt: skip
    weight = reference.encoder.visual_projection.weight
    if not kept.clip or kept.clip != image_identity(reference.encoder) or len(kept.vector) != weight.shape[0]:
        raise UserError(
            "The embedding {} was made with another CLIP than the one that {} reads by, to which its numbers mean "
            "nothing; give it a picture.",
            repr(kept.name), repr(reference.title), field="reference", code="other_clip",
        )  # fmt: skip
    return torch.tensor([kept.vector], device=reference.encoder.device).to(weight.dtype)


def _pixels(reference: LeasedReference, picture: Image.Image) -> torch.Tensor:
    """By the processor of the published encoders, which no lone file brings along."""
    from transformers import CLIPImageProcessor, SiglipImageProcessor

    tower = reference.encoder
    side = tower.config.image_size
    processor: Any
    if reference.kind == REDUX:
        processor = SiglipImageProcessor(size={"height": side, "width": side})
    else:
        processor = CLIPImageProcessor(size=side, crop_size=side)
    pixels = processor(on_white(picture), return_tensors="pt").pixel_values
    moved: torch.Tensor = pixels.to(tower.device, tower.dtype)
    return moved


def _with_tokens(ctx: Context, lease: Lease, pipeline: Any, told: dict[str, Any]) -> dict[str, Any]:
    """The words, or none, and after them the tokens of each picture."""
    tokens = [_tokens(ctx, lease, each) for each in lease.references]
    if (prompt := told.pop("prompt", None)) is not None:
        words, pooled, _ = pipeline.encode_prompt(prompt=prompt, prompt_2=None, **_reach(lease))
    else:
        own = lease["transformer"].config
        like: dict[str, Any] = {"device": lease.device, "dtype": tokens[0].dtype}
        words = torch.zeros((1, FLUX_WORDS, own.joint_attention_dim), **like)
        pooled = torch.zeros((1, own.pooled_projection_dim), **like)
    embeds = torch.cat([words, *(each.to(words) for each in tokens)], dim=1)
    return {**told, "prompt_embeds": embeds, "pooled_prompt_embeds": pooled}


def _reach(lease: Lease) -> dict[str, Any]:
    return {"device": lease.device, "max_sequence_length": lease.about.call.get("max_sequence_length", FLUX_WORDS)}


def _tokens(ctx: Context, lease: Lease, reference: LeasedReference) -> torch.Tensor:
    ref = reference.chosen.image
    if ctx.embedding(ref) is not None:
        raise UserError(
            "{} sees by SigLIP, to which saved embeddings mean nothing; give it a picture.",
            repr(reference.title), field="reference", code="other_clip",
        )  # fmt: skip
    picture = on_white(ctx.image(ref))

    @torch.inference_mode()
    def make() -> torch.Tensor:
        states = reference.encoder(_pixels(reference, picture)).last_hidden_state
        found: torch.Tensor = reference.embedder(states).image_embeds
        return found.clone()

    return reference.chosen.weight * encoded(ctx, lease, f"reference redux {reference.sha256}", picture, make)


def reference_values(references: Sequence[LeasedReference]) -> dict[str, str]:
    """For a result of a task that chose by itself: which files it was."""
    named = dict.fromkeys(f"{each.title} ({each.sha256[:10]})" for each in references)
    return {"reference": ", ".join(named)} if named else {}
