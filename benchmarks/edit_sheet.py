"""The pictures of docs/edit.md: what editing makes of the starter's own pictures and of a photograph.

python benchmarks/edit_sheet.py --sheet docs/edit/sheet.jpg [--seed 1]
"""

import argparse
import random
from pathlib import Path
from typing import Any

import numpy as np
from leasing import model_service
from PIL import Image, ImageDraw
from skimage import data
from studio_inpaint import Inpaint
from studio_starter.world.render import render
from studio_starter.world.scene import one

from studio import settings
from studio.testing import FakeContext

SIDE, GAP = 200, 4
MUSHROOM = one(random.Random(6), "mushroom", "red", "plain", "blue")
CAR = one(random.Random(3), "car", "red", "plain", "yellow")


class Studio:
    def __init__(self, seed: int) -> None:
        photograph = Image.fromarray(np.asarray(data.coffee()))
        self.pictures = {"mushroom": render(MUSHROOM, 256), "car": render(CAR, 256), "coffee": photograph}
        self.pictures["half"] = self.pictures["car"].crop((0, 0, 128, 256))
        self.pictures["cap"] = self.pictures["mushroom"].crop((0, 0, 256, 128))
        self._models, self._seed = model_service(settings.load()), seed

    def edit(self, name: str, box: tuple[int, int, int, int] | None = None, **params: Any) -> Image.Image:
        """`box`: of the ellipse that is masked."""
        pictures = dict(self.pictures)
        if box:
            mask = Image.new("L", pictures[name].size)
            ImageDraw.Draw(mask).ellipse(box, fill=255)
            pictures["mask"], params["mask"] = mask, "mask"
        ctx = FakeContext(pictures=pictures, models=self._models)
        asked = Inpaint.Params(**{"image": name, "seed": self._seed, **params})
        (result,) = Inpaint().run(asked, ctx)
        assert isinstance(result.image, Image.Image)
        return result.image

    def rows(self) -> list[list[Image.Image]]:
        whole = (24, 24, 232, 232)
        return [
            [
                self.pictures["mushroom"],
                self.edit("mushroom", whole),
                self.edit("mushroom", whole, prompt="a green mushroom on a blue background"),
                self.edit("mushroom", whole, prompt="a yellow car on a blue background"),
                self.edit("mushroom", left=80, right=80),
            ],
            [
                self.pictures["half"],
                self.edit("half", right=128, prompt="a red car on a yellow background"),
                self.edit("cap", bottom=128, prompt="a red mushroom on a blue background"),
                self.edit("half", right=128),
            ],
            [
                self.pictures["coffee"],
                self.edit("coffee", (20, 20, 140, 120)),
                self.edit("coffee", right=100, top=80),
            ],
        ]


def sheet(rows: list[list[Image.Image]], path: Path) -> None:
    """Each picture SIDE high, its proportions kept."""
    small = [
        [each.convert("RGB").resize((round(each.width * SIDE / each.height), SIDE)) for each in row] for row in rows
    ]
    width = max(sum(each.width + GAP for each in row) for row in small)
    made = Image.new("RGB", (width, (SIDE + GAP) * len(rows)), "white")
    for y, row in enumerate(small):
        x = 0
        for each in row:
            made.paste(each, (x, y * (SIDE + GAP)))
            x += each.width + GAP
    made.save(path, quality=88)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheet", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    sheet(Studio(chosen.seed).rows(), chosen.sheet)


if __name__ == "__main__":
    main()
