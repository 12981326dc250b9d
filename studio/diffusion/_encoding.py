"""What sources were encoded to, kept by their content: a new seed over the same picture encodes nothing again."""

import hashlib
from collections.abc import Callable

import torch
from PIL import Image

from studio.api._model import Lease
from studio.api._task import Context


def encoded(
    ctx: Context, lease: Lease, by: str, source: Image.Image | torch.Tensor, make: Callable[[], torch.Tensor]
) -> torch.Tensor:
    """`make()`, which encodes `source` by a part of the lease, or what it gave for the same pixels before.

    `by` names the part and how it is used. The tensor is the caller's own.
    """
    key = ("encoded", by, lease.fingerprint, str(lease.dtype), lease.device, _content(source))
    return ctx.cached(key, make).clone()


def _content(source: Image.Image | torch.Tensor) -> str:
    if isinstance(source, Image.Image):
        shape, data = f"{source.mode} {source.size}", source.tobytes()
    else:
        plain = source.detach().cpu().contiguous()
        shape, data = f"{plain.dtype} {tuple(plain.shape)}", plain.view(torch.uint8).numpy().tobytes()
    return hashlib.sha256(shape.encode() + data).hexdigest()
