"""What the model made, back into the picture: corrected by its surroundings, blended inside the mask, nothing else."""

import io
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageCms

from studio_inpaint.area import Area
from studio_inpaint.extended_picture import ExtendedPicture, Pixels
from studio_inpaint.fill import filled

CORRECTED_SIDE = 1536
"""Corrections are smooth, so larger crops get theirs computed at this size."""
RING_SHARE, RING_LEAST = 0.04, 4
"""The ring by which colours are matched, as a share of the crop's longer side; in pixels of the correction."""
BLEND_SHARE, BLEND_LEAST = 0.025, 2
DRIFT_SHARE = 0.015
"""The scale on which a drift of colours is told from texture, as a share of the crop's longer side."""
LARGEST_SHIFT = 48.0
"""Levels by which colours are shifted at most: what differs more is another thing, not another tint."""
BAND_ROWS = 256


def paste(
    canvas: ExtendedPicture, area: Area, made: Image.Image, *, blend: int | None, match_color: bool, kept: float = 0.0
) -> Pixels:
    """(H, W, C) of the canvas, changed where its mask is more than 0 and nowhere else.

    `kept`, 0 … 1: how much of the smooth filling's colours stays, of the texture none.
    """
    result = canvas.pixels.copy()
    mask = canvas.mask[area.slices]
    large = made.resize(area.size, Image.Resampling.LANCZOS)
    filling, shift = _corrections(canvas, area, large, match_color, kept)
    ramp = _ramp(mask, blend)
    to_own = _converter(canvas)
    for top in range(0, area.size[1], BAND_ROWS):
        rows = slice(top, min(area.size[1], top + BAND_ROWS))
        band = mask[rows]
        if not band.any():
            continue
        count = rows.stop - rows.start
        under = _stretched(filling, area.size, top, count)
        new = np.asarray(large.crop((0, rows.start, area.size[0], rows.stop)), dtype=np.float32)
        new = new + _stretched(shift, area.size, top, count)
        new = under + ramp[rows][..., None] * (new - under)
        place = (slice(area.top + rows.start, area.top + rows.stop), area.slices[1])
        result[place] = _mixed(result[place], to_own(new.clip(0, 255)), band, canvas.mode.endswith("A"))
    return result


def _corrections(
    canvas: ExtendedPicture, area: Area, large: Image.Image, match_color: bool, kept: float
) -> tuple[Pixels, Pixels]:
    """A smooth continuation of the surroundings under the mask, and what to add to the new colours; (h, w, 3) both."""
    share = min(1.0, CORRECTED_SIDE / max(area.size))
    size = (max(1, round(area.size[0] * share)), max(1, round(area.size[1] * share)))
    known = cv2.resize(canvas.known(area.slices), size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    sure = (known > 0.999).astype(np.float32)
    old = cv2.resize(np.asarray(canvas.srgb.crop(area.box)), size, interpolation=cv2.INTER_AREA).astype(np.float32)
    filling = filled(old, sure)
    mask = cv2.resize(canvas.mask[area.slices], size, interpolation=cv2.INTER_AREA)
    ring = _ring(mask, max(RING_LEAST, round(RING_SHARE * max(size)))) * sure
    if not match_color or not ring.any():
        return filling, np.zeros((1, 1, 3), np.float32)
    new = cv2.resize(np.asarray(large), size, interpolation=cv2.INTER_AREA).astype(np.float32)
    shift = filled((old - new).clip(-LARGEST_SHIFT, LARGEST_SHIFT), ring)
    if kept:
        # The ring tells of the edge alone; farther inside the colours drift, and more so with each edit of an edit.
        drift = cv2.GaussianBlur(filling - new - shift, (0, 0), max(1.0, DRIFT_SHARE * max(size)))
        shift = shift + kept * drift.clip(-LARGEST_SHIFT, LARGEST_SHIFT)
    return filling, shift


def _ring(mask: Pixels, width: int) -> Pixels:
    """(h, w) 1.0 beside the mask, outside it."""
    new = (mask > 0).astype(np.uint8)
    wide = cv2.dilate(new, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1)))
    ring: Pixels = (wide - new).astype(np.float32)
    return ring


def _ramp(mask: Pixels, blend: int | None) -> Pixels:
    """(h, w) from 0 at the inner edge of the mask to 1 at `blend` pixels from it."""
    inside = cv2.distanceTransform((mask > 0).astype(np.uint8), cv2.DIST_L2, 3)
    if blend is None:
        wanted = max(BLEND_LEAST, round(BLEND_SHARE * max(mask.shape)))
        # Of a thin mask half stays entirely new.
        blend = max(1, min(wanted, int(min(inside.max(), 1e6) // 2)))
    line = (inside / (blend + 1)).clip(0, 1) if blend else np.ones_like(inside)
    smooth: Pixels = line * line * (3 - 2 * line)
    return smooth


def _stretched(small: Pixels, size: tuple[int, int], top: int, rows: int) -> Pixels:
    """Some rows of `small` enlarged to `size`, as cv2.resize would."""
    x, y = small.shape[1] / size[0], small.shape[0] / size[1]
    inverse = np.array([[x, 0, x / 2 - 0.5], [0, y, y * (top + 0.5) - 0.5]], np.float64)
    stretched: Pixels = cv2.warpAffine(
        small, inverse, (size[0], rows), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return stretched


def _converter(canvas: ExtendedPicture) -> Callable[[Pixels], Pixels]:
    """From (h, w, 3) sRGB levels to (h, w, 1 or 3) in the picture's own mode, depth and profile, as float32."""
    is_grey = canvas.mode in ("L", "LA", "I;16")
    transform = None
    if canvas.icc is not None:
        target = ImageCms.ImageCmsProfile(io.BytesIO(canvas.icc))
        transform = ImageCms.buildTransform(
            ImageCms.createProfile("sRGB"), target, "RGB", "L" if is_grey else "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )  # fmt: skip

    def convert(levels: Pixels) -> Pixels:
        if canvas.mode == "I;16":
            grey = (levels @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
            return (grey if transform is None else _curved(grey, transform)) * 257
        image = Image.fromarray(levels.round().astype(np.uint8))
        if transform is not None:
            image = ImageCms.applyTransform(image, transform) or image
        elif is_grey:
            image = image.convert("L")
        return np.atleast_3d(np.asarray(image)).astype(np.float32)

    return convert


def _curved(grey: Pixels, transform: ImageCms.ImageCmsTransform) -> Pixels:
    """Grey levels through a transform of 8 bits, and what lies between two of its levels in between."""
    ramp = Image.fromarray(np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2))
    seen = ImageCms.applyTransform(ramp, transform)
    curved: Pixels = np.interp(grey, np.arange(256), np.asarray(seen)[0].astype(np.float32)).astype(np.float32)
    return curved


def _mixed(old: Pixels, new: Pixels, mask: Pixels, has_alpha: bool) -> Pixels:
    """Old and new by the mask; with alpha, colours count by how much of them is seen."""
    share = (mask.astype(np.float32) / 255)[..., None]
    colours = old[..., :-1] if has_alpha else old
    stays = 1 - share
    if has_alpha:
        alpha = old[..., -1:].astype(np.float32)
        visible = stays * alpha / 255
        mixed = (colours * visible + new * share) / np.maximum(visible + share, 1e-6)
        mixed = np.concatenate([mixed, alpha * stays + 255 * share], axis=2)
    else:
        mixed = colours * stays + new * share
    # Protected pixels are taken, not computed: they stay bit for bit.
    return np.where(mask[..., None] > 0, mixed.round().astype(old.dtype), old)
