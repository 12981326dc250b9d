"""Bytes loaded per tool, after text to image on the same base: what one shared set of weights saves.

The alternative of the last column is what a program loads that opens the model anew for each tool. Run:
    python benchmarks/tool_bytes.py [--model starter]
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from leasing import model_service
from PIL import Image
from studio_inpaint import Inpaint
from studio_text_to_image import Refine, TextToImage
from studio_variation import Blend, Interpolate, TextDiff, Vary

from studio import api, settings
from studio.testing import FakeContext

PICTURE = {"image": "picture"}
TOOLS: tuple[tuple[str, type[api.Task], dict[str, Any]], ...] = (
    ("text to image", TextToImage, {"prompt": "a red mushroom on a blue background"}),
    ("refine", Refine, {**PICTURE, "prompt": "a green car", "strength": 0.5}),
    ("fill", Inpaint, {**PICTURE, "mask": "mask", "prompt": "a green car"}),
    ("remove", Inpaint, {**PICTURE, "mask": "mask"}),
    ("extend", Inpaint, {**PICTURE, "right": 64}),
    ("variation", Vary, {**PICTURE, "count": 1}),
    ("blend", Blend, {"image": ["picture"], "text": ["a green car"], "count": 1}),
    ("interpolate", Interpolate, {**PICTURE, "other": "picture", "count": 2}),
    ("text diff", TextDiff, {**PICTURE, "before": "red", "after": "green"}),
)
VERBS = (Vary, Blend, Interpolate, TextDiff)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="starter")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        service = model_service(settings.Settings(home=Path(home), device="cpu"))
        picture = Image.linear_gradient("L").convert("RGB")
        pictures = {"picture": picture, "mask": Image.radial_gradient("L").point(lambda value: 255 * (value < 90))}
        alone = 0
        print(f"{'tool':<16}{'loaded MiB':>12}{'resident MiB':>14}{'anew MiB':>10}")
        with service.lease(api.Model(chosen.model)) as lease:
            can_vary = "variation" in lease.about.pipelines
        service.unload()
        for name, task, params in TOOLS:
            if task in VERBS and not can_vary:
                continue
            before = service.loaded_bytes
            asked = task.Params(model=chosen.model, seed=1, steps=4, **params)
            for _ in task().run(asked, FakeContext(pictures=pictures, models=service)):
                pass
            loaded = service.loaded_bytes - before
            alone = alone or loaded
            figures = (loaded, service.resident_bytes, alone)
            print(
                f"{name:<16}"
                + "".join(f"{size / 2**20:>{width}.2f}" for size, width in zip(figures, (12, 14, 10), strict=True))
            )


if __name__ == "__main__":
    main()
