"""Peak memory and time of editing a large photograph, against blending the same edit over the whole picture.

python benchmarks/edit_memory.py [--widths 1500 3000 6000] [--steps 8]

The studio edits a crop and pastes it back in bands. The other way is what a short script does: the new part as a whole
picture, both as float32, mixed by the mask. Each figure is of a process of its own, less what it takes at 256x256.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

FIRST, PROMPT = (256, 256), "a red car on a yellow background"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--widths", type=int, nargs="+", default=[1500, 3000, 6000])
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--make", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.make:
        folder, width, height = chosen.make
        make(Path(folder), (int(width), int(height)))
        return
    if chosen.one:
        way, width, height = chosen.one
        print(*WAYS[way]((int(width), int(height)), chosen.steps))
        return
    bases = {way: measured(way, FIRST, chosen.steps)[0] for way in WAYS}
    print(f"{'picture':>10} {'its own':>9} {'edit: peak':>11} {'time':>7} {'whole: peak':>12} {'time':>7} {'ratio':>6}")
    for width in chosen.widths:
        size = (width, width * 2 // 3)
        peaks, times = zip(*(measured(way, size, chosen.steps) for way in WAYS), strict=True)
        ours, theirs = (peak - base for peak, base in zip(peaks, bases.values(), strict=True))
        print(
            f"{size[0]:>5}x{size[1]:<4} {size[0] * size[1] * 3 / 2**20:6.0f} MB {ours:8.0f} MB {times[0]:5.1f} s "
            f"{theirs:9.0f} MB {times[1]:5.1f} s {ours / max(theirs, 1):6.2f}"
        )


def measured(way: str, size: tuple[int, int], steps: int) -> tuple[float, float]:
    """Peak in MB, seconds."""
    command = [sys.executable, __file__, "--steps", str(steps), "--one", way, *map(str, size)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    peak, seconds = map(float, ran.stdout.split())
    return peak, seconds


def make(folder: Path, size: tuple[int, int]) -> None:
    """A photograph of colours that run into each other, and a mask of a tenth of its width."""
    down, across = np.ogrid[: size[1], : size[0]]
    planes = [(down + across) // 7 % 256, (down * 2 + across) // 9 % 256, (down + across * 2) // 11 % 256]
    Image.fromarray(np.dstack(planes).astype(np.uint8)).save(folder / "photo.png", compress_level=1)
    mask, (x, y), radius = Image.new("L", size), (size[0] // 2, size[1] // 2), max(40, size[0] // 20)
    ImageDraw.Draw(mask).ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    mask.save(folder / "mask.png")


def edited(size: tuple[int, int], steps: int) -> tuple[float, float]:
    """The task on the starter, from file to file."""
    from leasing import model_service
    from studio_inpaint import Inpaint

    from studio.settings import Settings
    from studio.testing import FakeContext

    return _timed(
        size,
        lambda folder, photo, mask: (
            next(
                Inpaint().run(
                    Inpaint.Params(image=str(photo), mask=str(mask), prompt=PROMPT, seed=1, steps=steps),
                    FakeContext(models=model_service(Settings(home=folder, device="cpu"))),
                )
            ).image
        ),
    )


def whole(size: tuple[int, int], steps: int) -> tuple[float, float]:
    """The starter's picture enlarged over all of it, and mixed by the mask."""
    from leasing import model_service
    from studio_text_to_image import TextToImage

    from studio.settings import Settings
    from studio.testing import FakeContext

    def blend(folder: Path, photo: Path, mask: Path) -> Image.Image:
        ctx = FakeContext(models=model_service(Settings(home=folder, device="cpu")))
        made = next(TextToImage().run(TextToImage.Params(prompt=PROMPT, seed=1, steps=steps), ctx)).image
        new = np.asarray(made.resize(size), dtype=np.float32)
        old = np.asarray(Image.open(photo), dtype=np.float32)
        share = np.asarray(Image.open(mask), dtype=np.float32)[..., None] / 255
        return Image.fromarray((old * (1 - share) + new * share).round().astype(np.uint8))

    return _timed(size, blend)


WAYS = {"edited": edited, "whole": whole}


def _timed(size: tuple[int, int], work: Callable[[Path, Path, Path], Image.Image]) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Made by another process: its arrays would be the peak of this one.
        subprocess.run([sys.executable, __file__, "--make", name, *map(str, size)], check=True)
        began = time.perf_counter()
        work(folder, folder / "photo.png", folder / "mask.png").save(folder / "result.png", compress_level=1)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.perf_counter() - began


if __name__ == "__main__":
    main()
