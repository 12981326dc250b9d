"""One picture from source to result: which tiles, which strips, which notes."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from PIL import Image

from studio import api
from studio_upscale.network import UpscaleNetwork
from studio_upscale.preview import UpscalePreview
from studio_upscale.resample import lanczos
from studio_upscale.source import Box, Pixels, TileSource, bounded
from studio_upscale.target import DIFFUSION_SCALE, is_stretched, target
from studio_upscale.tiling import Tiling

TILE_CPU, TILE_ACCELERATOR, TILE_WHOLE = 256, 512, 1024
WORDY = ("prompt", "steps", "guidance_scale", "noise_level")
"""Values that only a diffusion model reads."""
HELD_PIXELS = 16_000_000
"""Up to here a result is held, so that it can be saved elsewhere when the disk is full; what is larger is streamed."""


def upscale(params: Any, ctx: api.Context, lease: api.Lease, original: api.Original) -> api.Result:
    """The result, whose pixels may be drawn only once the host asks for them."""
    if "unet" in lease and "low_res_scheduler" not in lease:
        return _repainted(params, ctx, lease, original)
    if "transformer" in lease:
        _refuse_regions(params, lease)
        return _repainted(params, ctx, lease, original)
    if params.control:
        raise api.UserError(
            "The model {} enlarges by itself and follows no picture; remove the ControlNet, or choose a model of "
            "Stable Diffusion 1.5 or XL.",
            repr(lease.title), field="control", code="unsupported_operation",
        )  # fmt: skip
    _refuse_regions(params, lease)
    source = TileSource(original)
    networks = [] if "unet" in lease else [UpscaleNetwork(part) for part in lease.components().values()]
    size = target(
        params.size, params.scale, source.size, max((network.scale for network in networks), default=DIFFUSION_SCALE)
    )
    values: dict[str, Any] = {}
    if networks:
        network = fitting(networks, source.size, size)
        strips, scale = _by_network(params, ctx, lease, network, source, original, values), network.scale
    else:
        strips, scale = _by_diffusion(params, ctx, lease, source, values), DIFFUSION_SCALE
    _note(ctx, source.size, size, scale)
    large = (source.size[0] * scale, source.size[1] * scale)
    if size != large:
        strips = lanczos(strips, large, size)
    image: Image.Image | api.Rows = api.Rows(*size, source.mode, strips, source.bits)
    if size[0] * size[1] <= HELD_PIXELS and (source.bits == 8 or source.mode == "L"):
        whole = np.concatenate(list(strips))
        image = Image.fromarray(whole.squeeze(2) if whole.shape[2] == 1 else whole)
    seed = None if networks else params.seed
    return api.Result(image, seed=seed, values=values, parents=(params.image,), icc=source.icc)


def _refuse_regions(params: Any, lease: api.Lease) -> None:
    if any(region.weight for region in params.region):
        raise api.UserError(
            "The model {} enlarges without words for regions; remove them, or choose a model of Stable Diffusion 1.5 "
            "or XL.",
            repr(lease.title), field="region", code="unsupported_operation",
        )  # fmt: skip


def _repainted(params: Any, ctx: api.Context, lease: api.Lease, original: api.Original) -> api.Result:
    """By a model that makes pictures of any kind."""
    from studio_upscale.repainted import FACTOR, Repainted  # diffusers takes seconds to import
    from studio_upscale.windowed import Windowed

    picture = original.srgb
    size = target(params.size, params.scale, picture.size, FACTOR)
    if not params.control:
        ctx.note(
            "Without a tile ControlNet the model paints over the picture freely; choose one under “Follow a picture”."
        )
    multiple = int(lease.defaults["multiple"]) * (1 if "transformer" in lease else 8)
    whole = tuple(-(-side // multiple) * multiple for side in size)
    large = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    padded = np.pad(np.asarray(large), ((0, whole[1] - size[1]), (0, whole[0] - size[0]), (0, 0)), mode="edge")
    large = Image.fromarray(padded)
    made: Any = Windowed(params, ctx, lease, large) if "transformer" in lease else Repainted(
        params, ctx, lease, large, size
    )  # fmt: skip
    result = made.draw().crop((0, 0, *size))
    if picture.mode == "RGBA":
        result.putalpha(picture.getchannel("A").resize(size, Image.Resampling.LANCZOS))
    values = {"model_scale": round(size[0] / picture.width, 3), "tiles": len(made.windows), "steps": made.steps,
              "strength": made.strength}  # fmt: skip
    return api.Result(result, seed=made.seed, values=values, parents=(params.image,))


def _by_network(
    params: Any, ctx: api.Context, lease: api.Lease, network: UpscaleNetwork, source: TileSource,
    original: api.Original, values: dict[str, Any],
) -> Iterator[Pixels]:  # fmt: skip
    """Strips of the enlarged picture, in the source's depth."""
    if given := [name for name in WORDY if getattr(params, name)]:
        ctx.note(
            "The model {} enlarges without a prompt, so {} changed nothing.",
            repr(lease.title),
            _listed(given),
        )
    tiling = _tiling(params, ctx, lease, source, network)
    values |= {"model_scale": network.scale, "overlap": tiling.overlap}
    return _enlarged(source, network, tiling, ctx, UpscalePreview(original.srgb), values)


def _by_diffusion(
    params: Any, ctx: api.Context, lease: api.Lease, source: TileSource, values: dict[str, Any]
) -> Iterator[Pixels]:
    from studio_upscale.diffusion import Diffusion  # diffusers takes seconds to import

    made = Diffusion(params, ctx, lease, source)
    values |= {"model_scale": DIFFUSION_SCALE, "overlap": made.overlap}
    values |= {"steps": made.steps, "noise_level": made.noise_level}
    return (_in_depth(strip, source.bits) for strip in made.strips(values))


def _listed(names: list[str]) -> str:
    words = [name.replace("_", " ") for name in names]
    return words[0] if len(words) == 1 else api.Text("{} and {}", ", ".join(words[:-1]), words[-1])


def fitting(networks: Sequence[UpscaleNetwork], source: tuple[int, int], size: tuple[int, int]) -> UpscaleNetwork:
    """The smallest that makes all the pixels that are wanted, or else the largest."""
    wanted = max(size[0] / source[0], size[1] / source[1])
    by_scale = sorted(networks, key=lambda network: network.scale)
    return next((network for network in by_scale if network.scale * 1.001 >= wanted), by_scale[-1])


def _note(ctx: api.Context, source: tuple[int, int], size: tuple[int, int], scale: int) -> None:
    if max(size[0] / source[0], size[1] / source[1]) > scale * 1.001:
        ctx.note(
            "This model enlarges {} times; the rest up to {}x{} is interpolated (Lanczos).",
            scale,
            size[0],
            size[1],
        )
    if is_stretched(size, source):
        was = f"{source[0]}x{source[1]}"
        ctx.note("{}x{} has other proportions than the picture ({}): it is stretched.", size[0], size[1], was)


def _tiling(params: Any, ctx: api.Context, lease: api.Lease, source: TileSource, network: UpscaleNetwork) -> Tiling:
    automatic = TILE_CPU if lease.device == "cpu" else TILE_ACCELERATOR
    if network.prefers_whole:
        automatic = TILE_WHOLE
    return Tiling(
        source.size,
        tile=params.tile or automatic,
        overlap=network.field if params.overlap is None else params.overlap,
        multiple=network.multiple,
        on_halved=lambda side: ctx.note("Memory was short, so the work went on in tiles of {} pixels.", side),
    )


def _enlarged(
    source: TileSource,
    network: UpscaleNetwork,
    tiling: Tiling,
    ctx: api.Context,
    preview: UpscalePreview,
    values: dict[str, Any],
) -> Iterator[Pixels]:
    """Strips of the model's result, (h, width * scale, channels), in the source's depth."""

    def paint(box: Box) -> Pixels:
        ctx.progress(done, total, preview.image if ctx.wants_preview else None, stage="tiles")
        planes = network(source.colours(box))
        if not source.has_alpha:
            return planes
        alpha = source.alpha(box)
        return np.concatenate([planes, bounded(network(alpha), alpha, network.scale)], axis=2)

    done, total, top = 0, source.size[0] * source.size[1], 0
    while top < source.size[1]:
        parts = []
        for box in tiling.boxes(top, network.scale):
            parts.append(_in_depth(tiling.run(box, network.scale, paint), source.bits))
            done += box.size[0] * box.size[1]
            preview.done(box)
        top = box.bottom
        strip = np.concatenate(parts, axis=1)
        parts.clear()
        yield strip
    values |= {"tile": tiling.tile, "tiles": tiling.tiles}
    ctx.progress(total, total, stage="tiles")


def _in_depth(pixels: Pixels, bits: int) -> Pixels:
    top, kind = (65535, np.uint16) if bits == 16 else (255, np.uint8)
    return (pixels * top).round().astype(kind)
