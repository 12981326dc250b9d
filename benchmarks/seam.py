"""How far an edit's edge stands out, with and without matching colours and blending, on photographs.

python benchmarks/seam.py [--model starter]

The meter is mean difference across the mask's edge divided by that of the picture beside it: 1 is no seam. The
photographs come with scikit-image and scikit-learn; the same seed and mask in every column.
"""

import argparse
import statistics
from itertools import product

import numpy as np
from leasing import model_service
from PIL import Image, ImageDraw
from skimage import data
from sklearn.datasets import load_sample_images
from studio_inpaint import Inpaint

from studio import settings
from studio.models.service import ModelService
from studio.testing import FakeContext

WAYS = list(product((False, True), (0, None)))
"""match_color, blend."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="starter")
    options = parser.parse_args()
    service = model_service(settings.load())
    print(f"{'picture':>10} {'pasted':>8} {'blended':>8} {'matched':>8} {'both':>8}")
    rows = []
    for name, picture in photographs().items():
        ratios = [ratio(service, options.model, picture, *way) for way in WAYS]
        rows.append(ratios)
        print(f"{name:>10} " + " ".join(f"{value:8.2f}" for value in ratios))
    print(f"{'mean':>10} " + " ".join(f"{statistics.mean(column):8.2f}" for column in zip(*rows, strict=True)))


def photographs() -> dict[str, Image.Image]:
    found = {name: getattr(data, name)() for name in ("astronaut", "coffee", "chelsea", "rocket")}
    found |= dict(zip(("china", "flower"), load_sample_images().images, strict=True))
    return {name: Image.fromarray(np.asarray(pixels)) for name, pixels in found.items()}


def ratio(service: ModelService, model: str, picture: Image.Image, match_color: bool, blend: int | None) -> float:
    mask = Image.new("L", picture.size)
    x, y = picture.width // 2, picture.height // 2
    ImageDraw.Draw(mask).ellipse((x - 70, y - 50, x + 70, y + 50), fill=255)
    ctx = FakeContext(models=service, pictures={"photo": picture, "mask": mask})
    wanted = {"image": "photo", "mask": "mask", "model": model, "seed": 1, "match_color": match_color, "blend": blend}
    (result,) = Inpaint().run(Inpaint.Params.model_validate(wanted), ctx)
    return float(result.values["seam"])


if __name__ == "__main__":
    main()
