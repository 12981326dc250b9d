"""Peak memory of enlarging against the area of the picture, streamed in tiles and by the network on the whole at once.

python benchmarks/upscale.py [--sides 256 512 1024 2048] [--weights FILE]

FILE: an upscaler of its own in the place of the starter's, such as what `studio models get real-esrgan-x4` has made.

Each figure is of a process of its own, less what such a process takes for a picture of 64x64 pixels.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

FIRST = 64
STARTER = "starter"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sides", type=int, nargs="+", default=[256, 512, 1024, 2048])
    parser.add_argument("--weights", default=STARTER, help="a file with an upscaler by four")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(*(streamed if options.one[0] == "streamed" else whole)(int(options.one[1]), options.weights))
        return
    bases = {way: measured(way, FIRST, options.weights)[0] for way in ("streamed", "whole")}
    print(f"{'result':>12} {'MP':>6} {'tiles: peak':>12} {'time':>7} {'whole: peak':>12} {'time':>7} {'ratio':>6}")
    for side in options.sides:
        ours, theirs = (measured(way, side, options.weights) for way in ("streamed", "whole"))
        peaks = ours[0] - bases["streamed"], theirs[0] - bases["whole"]
        size = f"{side * 4}x{side * 4}"
        print(f"{size:>12} {(side * 4) ** 2 / 1e6:6.1f} {peaks[0]:9.0f} MB {ours[1]:5.1f} s {peaks[1]:9.0f} MB "
              f"{theirs[1]:5.1f} s {peaks[0] / peaks[1]:6.3f}")  # fmt: skip


def measured(way: str, side: int, weights: str) -> tuple[float, float]:
    """Peak in MB, seconds."""
    ran = subprocess.run(
        [sys.executable, __file__, "--one", way, str(side), "--weights", weights], check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    peak, seconds = map(float, ran.stdout.split())
    return peak, seconds


def photograph(side: int) -> Image.Image:
    """Colours that run into each other, with noise."""
    slope = np.add.outer(np.arange(side), np.arange(side)) // 7 % 256
    return Image.fromarray(np.dstack([slope, slope[::-1], slope.T]).astype(np.uint8))


def streamed(side: int, weights: str) -> tuple[float, float]:
    """The task, its rows written into a PNG as they come."""
    import studio_upscale.job
    from leasing import model_service

    from studio.library import png_stream
    from studio.library.recipe import Embedded, Recipe
    from studio.settings import Settings
    from studio.testing import FakeContext

    studio_upscale.job.HELD_PIXELS = 0
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source.png"
        photograph(side).save(source)
        ctx = FakeContext(models=model_service(Settings(home=Path(folder), device="cpu")))
        began = time.perf_counter()
        task = studio_upscale.Upscale()
        own = {} if weights == STARTER else {"model": weights, "scale": 4}
        for result in task.run(task.Params(image=str(source), **own), ctx):
            recipe = Recipe(task="upscale", params={})
            with (Path(folder) / "result.png").open("wb") as file:
                png_stream.write(result.image, file, lambda made: Embedded("", "", made), lambda made=recipe: made)
        return peak_mb(), time.perf_counter() - began


def whole(side: int, weights: str) -> tuple[float, float]:
    """The same network over the whole picture, saved by Pillow."""
    import torch
    from leasing import model_service

    from studio import api
    from studio.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        photograph(side).save(Path(folder) / "source.png")
        service = model_service(Settings(home=Path(folder), device="cpu"))
        began = time.perf_counter()
        model = api.Model(STARTER, parts=("upscaler-x4",)) if weights == STARTER else api.Model(weights)
        with service.lease(model) as lease:
            pixels = np.asarray(Image.open(Path(folder) / "source.png"), dtype=np.float32) / 255
            large = next(iter(lease.components().values()))(torch.from_numpy(pixels).permute(2, 0, 1)[None])
            array = (large[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
            Image.fromarray(array).save(Path(folder) / "result.png")
        return peak_mb(), time.perf_counter() - began


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
