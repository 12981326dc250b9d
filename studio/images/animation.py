"""Animation: pictures in their order become a GIF, a WebP or an MP4."""

import importlib.util
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from studio import atomic
from studio.errors import UserError, os_reason
from studio.images import video
from studio.images.decode import load_rgb, size_of
from studio.limit import PIXEL_CAP

FORMATS = (".gif", ".webp", ".mp4")
SLOWEST, FASTEST = 0.2, 60.0
"""Pictures a second."""


@dataclass(frozen=True)
class Playback:
    """How fast, whether it begins again at its end, and whether it runs back to its beginning."""

    fps: float = 6.0
    loop: bool = True
    back: bool = False

    def order(self, count: int) -> list[int]:
        """Which picture is shown when; on the way back neither end is shown twice."""
        there = [*range(count)]
        return [*there, *there[-2:0:-1]] if self.back else there


def can_write(suffix: str) -> bool:
    """Whether files of this kind can be written on this machine."""
    return suffix != ".mp4" or importlib.util.find_spec("av") is not None or shutil.which("ffmpeg") is not None


def check_format(target: Path) -> None:
    """Raises UserError for a file that could not be written, whatever the pictures."""
    suffix = target.suffix.lower()
    if suffix not in FORMATS:
        raise UserError("{} was not written: an animation ends in {}; choose one of these.", repr(target.name),
                        ", ".join(FORMATS), code="unknown_format")  # fmt: skip
    if not can_write(suffix):
        raise UserError(
            "{} was not written: MP4 needs PyAV or ffmpeg, and neither is installed; install one (pip install "
            "'open-image-studio[video]'), or save it as GIF or WebP.", repr(target.name), code="missing_requirement",
        )  # fmt: skip


def write(pictures: Sequence[Path], target: Path, playback: Playback) -> None:
    """Raises UserError; a file that was there before stays then."""
    check_format(target)
    suffix = target.suffix.lower()
    size = _check(pictures, SLOWEST <= playback.fps <= FASTEST, held=0 if suffix == ".mp4" else len(pictures))
    order = playback.order(len(pictures))
    try:
        with atomic.writing(target) as file:
            if suffix == ".mp4":
                video.write(file, (_opaque(pictures[at]) for at in order), _even(size), playback.fps)
            else:
                _write_still_format(file, suffix, [_frame(pictures[at], suffix) for at in order], playback)
    except OSError as error:
        raise UserError(
            "{} was not written ({}); free some space, or choose another folder.", repr(target.name), os_reason(error),
            code="storage",
        ) from None  # fmt: skip


def _check(pictures: Sequence[Path], speed_is_legal: bool, held: int) -> tuple[int, int]:
    """The size that all of them have. `held`: how many are in memory at once."""
    if len(pictures) < 2:
        raise UserError("An animation needs two pictures or more; choose several.", code="invalid_params")
    if not speed_is_legal:
        raise UserError("The speed must be from {} to {} pictures a second.", SLOWEST, FASTEST, code="invalid_params")
    sizes = [size_of(picture) for picture in pictures]
    if odd := next((size for size in sizes if size != sizes[0]), None):
        raise UserError(
            "The pictures have different sizes ({}x{} and {}x{}), so no animation was written; choose pictures of one "
            "size.", *sizes[0], *odd, code="invalid_params",
        )  # fmt: skip
    width, height = sizes[0]
    if held * width * height > 2 * PIXEL_CAP:
        raise UserError(
            "{} pictures of {}x{} pixels are too many for GIF or WebP; choose fewer, or save them as MP4.",
            len(pictures), width, height, code="invalid_params",
        )  # fmt: skip
    return width, height


def _frame(picture: Path, suffix: str) -> Image.Image:
    if suffix == ".webp":
        return load_rgb(picture)
    image = _opaque(picture)
    palette = image.quantize(256, Image.Quantize.MEDIANCUT)
    return image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)


def _opaque(picture: Path) -> Image.Image:
    """On white, where it is transparent."""
    image = load_rgb(picture)
    if image.mode == "RGB":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _write_still_format(file: BinaryIO, suffix: str, frames: list[Image.Image], playback: Playback) -> None:
    milliseconds = round(1000 / playback.fps)
    if suffix == ".gif":
        forever = {"loop": 0} if playback.loop else {}
        frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=milliseconds, **forever)
    else:
        frames[0].save(
            file, "WEBP", save_all=True, append_images=frames[1:], duration=milliseconds,
            loop=0 if playback.loop else 1, quality=90, method=4,
        )  # fmt: skip


def _even(size: tuple[int, int]) -> tuple[int, int]:
    """H.264 halves the resolution of colour: an odd side loses its last row."""
    width, height = size
    return width - width % 2, height - height % 2
