"""The pictures of docs/variation.md, and how measured distance follows the distance that was asked for.

    python benchmarks/variation_sheet.py [--count 16] [--steps 20] [--sheet docs/variation/sheet.jpg]

`--count 0` draws the sheet only.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from studio_starter.world.render import render
from studio_starter.world.scene import one
from studio_variation import Blend, Interpolate, TextDiff, Vary

from studio import api
from studio.testing import FakeContext

SIDE, GAP = 160, 4
STOPS = (0.0, 0.25, 0.5, 0.75, 1.0)
SCENES = {
    "house": one(random.Random(5), "house", "brown", "plain", "yellow"),
    "fish": one(random.Random(9), "fish", "orange", "plain", "blue"),
    "cat": one(random.Random(11), "cat", "black", "plain", "pink"),
    "car": one(random.Random(3), "car", "red", "plain", "white"),
}
PICTURES = {name: render(scene, 256) for name, scene in SCENES.items()}


class Studio:
    def __init__(self, steps: int) -> None:
        self._ctx = FakeContext(pictures=PICTURES)
        self._steps = steps

    def run(self, task: type[api.Task], **params: Any) -> list[api.Result]:
        asked = task.Params(**{"seed": 1, "steps": self._steps, **params})
        return [result for result in task().run(asked, self._ctx) if isinstance(result, api.Result)]

    def draw(self, task: type[api.Task], **params: Any) -> list[Any]:
        return [result.image for result in self.run(task, **params)]

    def rows(self) -> list[list[Image.Image]]:
        words = {"before": "a yellow background", "after": "a blue background", "amount": 0.45}
        varied = [self.draw(Vary, image="house", distance=stop, count=1, seed=3)[0] for stop in STOPS]
        return [
            [PICTURES["house"], *varied],
            [PICTURES["house"], *self.draw(TextDiff, image="house", count=5, **words)],
            [PICTURES["house"], *self.draw(Interpolate, image="house", other="cat", count=5)],
            [PICTURES["fish"], PICTURES["car"], *self.draw(Blend, image=["fish", "car"], count=2),
             *self.draw(Blend, image=["fish"], text=["a red background"], count=2)],
        ]  # fmt: skip


def sheet(rows: Sequence[Sequence[Image.Image]], path: Path) -> None:
    cell = SIDE + GAP
    made = Image.new("RGB", (cell * max(map(len, rows)), cell * len(rows)), "white")
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            small = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
            made.paste(small, (x * cell + GAP // 2, y * cell + GAP // 2))
    made.save(path, quality=88)


def correlation(measured: np.ndarray) -> float:
    """Spearman's, over all (stop, picture) pairs; ties share the mean of their ranks."""

    def ranks(values: np.ndarray) -> np.ndarray:
        _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
        return (np.cumsum(counts) - (counts - 1) / 2)[places]

    return float(np.corrcoef(ranks(np.repeat(STOPS, measured.shape[1])), ranks(measured.ravel()))[0, 1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=16)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--sheet", type=Path, default=None)
    chosen = parser.parse_args()
    studio = Studio(chosen.steps)
    if chosen.sheet:
        sheet(studio.rows(), chosen.sheet)
    if chosen.count:
        print(f"mean CLIP distance of {chosen.count} pictures at each stop, and Spearman's correlation over all")
        print("source   " + "".join(f"{stop:>9}" for stop in STOPS) + "      rho")
        for name in PICTURES:
            found = [studio.run(Vary, image=name, distance=stop, count=chosen.count, seed=100) for stop in STOPS]
            measured = np.array([[result.values["clip_distance"] for result in results] for results in found])
            print(f"{name:<9}" + "".join(f"{mean:9.4f}" for mean in measured.mean(1)) + f"{correlation(measured):9.3f}")


if __name__ == "__main__":
    main()
