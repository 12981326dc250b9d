"""Arithmetic in CLIP's image space: what the verbs do to image embeddings.

Embeddings are (D,) or (N, D), not normalised. Directions carry the meaning; norms are kept where the decoder expects
them, because it was trained on embeddings as CLIP gives them.
"""

import math
from collections.abc import Sequence

import torch
from torch.nn.functional import normalize

from studio import api


def slerp(one: torch.Tensor, other: torch.Tensor, share: float) -> torch.Tensor:
    """Spherical interpolation (Shoemake 1985): share 0 is `one`, 1 is `other`; the norm goes over in a straight line.

    slerp(a, b; t) = sin((1-t)ω)/sin ω · a/|a| + sin(tω)/sin ω · b/|b|, where ω is the angle between them.
    """
    a, b = normalize(_exact(one), dim=-1), normalize(_exact(other), dim=-1)
    angle = torch.acos((a * b).sum(-1, keepdim=True).clamp(-1, 1))
    sine = torch.sin(angle)
    if bool((sine < 1e-6).any()):  # the same direction; for opposite ones there is no one way between them
        turned = torch.lerp(a, b, share)
    else:
        turned = (torch.sin((1 - share) * angle) * a + torch.sin(share * angle) * b) / sine
    norm = torch.lerp(_norm(one), _norm(other), share)
    return (normalize(turned, dim=-1) * norm).to(one)


def blend(embeddings: Sequence[torch.Tensor], weights: Sequence[float]) -> torch.Tensor:
    """A mix of two or more: by `slerp` for two, as in Ramesh et al. 2022, section 3.2.

    For more, the normalised weighted sum of directions, with the weighted mean of the norms; weights are relative.
    Raises UserError when nothing is left of them.
    """
    total = sum(weights)
    if total <= 0:
        raise api.UserError(
            "All weights are 0, so there is nothing to blend; give at least one of them more.", field="weight"
        )
    if len(embeddings) == 2:
        return slerp(embeddings[0], embeddings[1], weights[1] / total)
    stack = torch.stack([_exact(embedding) for embedding in embeddings])
    shares = torch.tensor(weights, dtype=torch.float64).reshape(-1, *[1] * (stack.ndim - 1)) / total
    direction = normalize((shares * normalize(stack, dim=-1)).sum(0), dim=-1)
    return (direction * (shares * _norm(stack)).sum(0)).to(embeddings[0])


def turn(embedding: torch.Tensor, before: torch.Tensor, after: torch.Tensor, share: float) -> torch.Tensor:
    """A text diff (Ramesh et al. 2022, section 3.3): slerp(z, norm(t_after - t_before); share), the norm of z kept.

    `before` and `after` are text embeddings. The paper shows shares of 0.25 to 0.5 as the largest. Raises UserError
    when both texts mean the same to CLIP.
    """
    difference = normalize(_exact(after), dim=-1) - normalize(_exact(before), dim=-1)
    if float(difference.norm()) < 1e-3:
        raise api.UserError("The two texts mean the same to this model, so there is no way between them; change one.")
    return slerp(embedding, (normalize(difference, dim=-1) * _norm(embedding)).to(embedding), share)


def without(
    embedding: torch.Tensor, unwanted: torch.Tensor, strength: float, center: torch.Tensor | None = None
) -> torch.Tensor:
    """`embedding` less what sets `unwanted` apart from the average picture (`center`), the norm kept."""
    apart = _exact(unwanted) - (0 if center is None else _exact(center))
    rest = _exact(embedding) - strength * apart
    return (normalize(rest, dim=-1) * _norm(embedding)).to(embedding)


def stray(
    embedding: torch.Tensor, amount: float, noise: torch.Tensor, mean: torch.Tensor, std: torch.Tensor
) -> torch.Tensor:
    """Noise augmentation of an image embedding, as Stable unCLIP's decoders get it (diffusers' image_normalizer).

    In the space where embeddings have mean 0 and deviation 1: sqrt(1 - amount²) x + amount ε. The norm is kept.
    """
    unit = (_exact(embedding) - _exact(mean)) / _exact(std)
    moved: torch.Tensor = (math.sqrt(1 - amount**2) * unit + amount * _exact(noise)) * _exact(std) + _exact(mean)
    return (normalize(moved, dim=-1) * _norm(embedding)).to(embedding)


def _exact(tensor: torch.Tensor) -> torch.Tensor:
    """In double precision, which some accelerators do not have; embeddings are small enough for the processor."""
    return tensor.detach().cpu().double()


def _norm(embedding: torch.Tensor) -> torch.Tensor:
    length: torch.Tensor = _exact(embedding).norm(dim=-1, keepdim=True)
    return length
