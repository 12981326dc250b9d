"""The picture and its mask, on a canvas that may be larger than the picture."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio import api

Pixels = NDArray[Any]
OWN_MODES = {"1": "L", "L": "L", "LA": "LA", "P": "RGB", "RGB": "RGB", "RGBA": "RGBA", "I;16": "I;16"}
"""What a result can be, by what the picture is; anything else is edited as its sRGB copy."""


@dataclass(frozen=True)
class ExtendedPicture:
    """Arrays of one height and width."""

    pixels: Pixels
    """(H, W, C) in the picture's own mode and depth; what was added around it is 0."""
    mode: str
    """L, LA, RGB, RGBA or I;16."""
    icc: bytes | None
    srgb: Image.Image
    """The working copy, RGB."""
    given: tuple[int, int]
    """Height and width of the picture before it was extended."""
    mask: Pixels
    """(H, W) uint8, 255 = repaint, 0 = never touched."""
    seen: Pixels
    """(H, W) uint8: how much there is to be seen: 0 where the picture is transparent, and where it was extended."""

    def known(self, place: tuple[slice, slice]) -> Pixels:
        """(h, w) uint8 of a part: how much of the working copy's colours counts: seen, and not masked."""
        known: Pixels = np.minimum(255 - self.mask[place], self.seen[place])
        return known

    @property
    def is_extended(self) -> bool:
        return self.pixels.shape[:2] != self.given

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        return self.mask.shape[1], self.mask.shape[0]

    @classmethod
    def open(cls, params: Any, ctx: api.Context) -> "ExtendedPicture":
        """Raises UserError when picture, mask and edges do not make an edit."""
        original = ctx.original(params.image)
        edges = (params.left, params.top, params.right, params.bottom)
        _check_size(original.srgb.size, edges)
        alpha = original.srgb.getchannel("A") if original.srgb.mode == "RGBA" else None
        mask = _mask(params, ctx, original, alpha)
        own, mode, icc = _own(original, alpha, ctx)
        if mask.min(initial=255) == 255 and not any(edges):
            ctx.note("The mask covers the whole picture, so all of it is repainted.")
        opaque = np.full_like(mask, 255) if alpha is None else np.asarray(alpha)
        return cls(
            _extended(own, edges), mode, icc, _extended_image(original.srgb.convert("RGB"), edges), mask.shape[:2],
            _extended(mask, edges, 255), _extended(opaque, edges),
        )  # fmt: skip


def _mask(params: Any, ctx: api.Context, original: api.Original, alpha: Image.Image | None) -> Pixels:
    size = original.srgb.size
    if params.mask is not None:
        mask = np.asarray(_fitted(ctx.mask(params.mask), size, params, ctx))
    else:
        mask = np.zeros(size[::-1], np.uint8) if alpha is None else 255 - np.asarray(alpha)
    if mask.any() or params.left or params.right or params.top or params.bottom:
        return mask
    if params.mask is None:
        raise api.UserError(
            "There is nothing to repaint: no mask is given, nothing in the picture is transparent, and it is not to be "
            "extended. Give a mask that is white where the picture is to change.",
            field="mask",
            code="empty_mask",
        )
    raise api.UserError(
        "The mask is empty: it is black all over. Paint white over what should change.",
        field="mask",
        code="empty_mask",
    )


def _fitted(mask: Image.Image, size: tuple[int, int], params: Any, ctx: api.Context) -> Image.Image:
    """The mask at the picture's size, which it must have unless it may be scaled."""
    if mask.size == size:
        return mask
    if not params.scale_mask:
        raise api.UserError(
            "The mask is {}x{} pixels and the picture {}x{}; they must be equal; give a mask of the picture's size, "
            'or switch on "Scale the mask".',
            mask.width,
            mask.height,
            size[0],
            size[1],
            field="mask",
            code="invalid_mask_size",
        )
    ctx.note("The mask was scaled from {}x{} to the picture's {}x{} pixels.", mask.width, mask.height, size[0], size[1])
    return mask.resize(size, Image.Resampling.BILINEAR)


def _check_size(picture: tuple[int, int], edges: tuple[int, int, int, int]) -> None:
    width, height = picture[0] + edges[0] + edges[2], picture[1] + edges[1] + edges[3]
    if width * height > api.PIXEL_CAP:
        raise api.UserError(
            "The extended picture would be {}x{} pixels, more than the {} megapixels that can be stored; nothing "
            "was made. Extend it by less.",
            width,
            height,
            api.PIXEL_CAP // 1_000_000,
            field="right",
            code="too_large",
        )


def _own(original: api.Original, alpha: Image.Image | None, ctx: api.Context) -> tuple[Pixels, str, bytes | None]:
    """The picture's own pixels (H, W, C), their mode and profile; a palette becomes the colours that it stands for."""
    image = original.image
    mode = OWN_MODES.get(image.mode)
    if mode is None:
        ctx.note("The picture's colours cannot be kept as they are in a PNG, so the result is in sRGB.")
        return np.asarray(original.srgb), original.srgb.mode, None
    if alpha is None and mode in ("LA", "RGBA"):  # an alpha that hides nothing
        mode = mode[:-1]
    plain = image.convert("RGB" if mode == "RGBA" else "L" if mode == "LA" else mode)
    own = np.atleast_3d(np.asarray(plain))
    if alpha is None:
        return own, mode, original.icc
    if mode == "I;16":  # Pillow knows no 16-bit grey with alpha
        own = np.atleast_3d(np.asarray(original.srgb.convert("L")))
        ctx.note("The picture has 16 bits and transparency; the result has 8 bits.")
        mode, icc = "L", None
    else:
        icc = original.icc
    own = np.concatenate([own, np.asarray(alpha)[..., None]], axis=2)
    return own, mode if mode.endswith("A") else f"{mode}A", icc


def _extended(array: Pixels, edges: tuple[int, int, int, int], value: int = 0) -> Pixels:
    left, top, right, bottom = edges
    if not any(edges):
        return array
    return np.pad(array, ((top, bottom), (left, right), (0, 0))[: array.ndim], constant_values=value)


def _extended_image(image: Image.Image, edges: tuple[int, int, int, int]) -> Image.Image:
    left, top, right, bottom = edges
    if not any(edges):
        return image
    wide = Image.new("RGB", (image.width + left + right, image.height + top + bottom))
    wide.paste(image, (left, top))
    return wide
