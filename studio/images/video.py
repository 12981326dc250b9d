"""Video: frames become H.264 in MP4, by PyAV, or by the ffmpeg that is installed."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from studio.errors import UserError

CRF = "17"
"""What x264 calls its quality: at 17 no loss is seen."""
BT709, SRGB, TV = 1, 13, 1
"""As ISO 23091-2 numbers primaries and matrix, the curve, and as ffmpeg does the range."""


def write(file: BinaryIO, frames: Iterator[Image.Image], size: tuple[int, int], fps: float) -> None:
    """Into an open file. Raises UserError, and OSError as the system does."""
    cut = (frame.crop((0, 0, *size)) for frame in frames)
    rate = Fraction(fps).limit_denominator(1000)
    if importlib.util.find_spec("av") is not None:
        _by_pyav(file, cut, size, rate)
    else:
        _by_ffmpeg(file, cut, size, rate)


def _by_pyav(file: BinaryIO, frames: Iterator[Image.Image], size: tuple[int, int], rate: Fraction) -> None:
    import av
    from av.video.reformatter import ColorRange, Colorspace

    with av.open(file, "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": CRF, "preset": "medium"})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = BT709, SRGB, BT709, TV
        for image in frames:
            frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24").reformat(
                format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
            )
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _by_ffmpeg(file: BinaryIO, frames: Iterator[Image.Image], size: tuple[int, int], rate: Fraction) -> None:
    program = shutil.which("ffmpeg") or "ffmpeg"
    with tempfile.TemporaryDirectory(prefix="studio-video-") as folder:
        made, told = Path(folder) / "made.mp4", Path(folder) / "told"
        with told.open("wb") as errors:
            process = subprocess.Popen(
                [
                    *(program, "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"),
                    *("-s", f"{size[0]}x{size[1]}", "-r", str(rate), "-i", "-"),
                    *("-c:v", "libx264", "-crf", CRF, "-pix_fmt", "yuv420p"),
                    *("-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709"),
                    *("-color_primaries", "bt709", "-color_trc", "iec61966-2-1", "-movflags", "+faststart"),
                    os.fspath(made),
                ],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors,
            )  # fmt: skip
            assert process.stdin is not None
            try:
                with process.stdin as pipe:
                    for image in frames:
                        pipe.write(image.tobytes())
            except BrokenPipeError:  # it has ended, and says why
                pass
            finally:
                code = process.wait()
        if code or not made.is_file():
            last = told.read_text(errors="replace").strip().splitlines()[-1:]
            raise UserError(
                "ffmpeg could not write the video ({}); save it as GIF or WebP.", last[0][:200] if last else code,
                code="storage",
            )  # fmt: skip
        with made.open("rb") as whole:
            shutil.copyfileobj(whole, file)
