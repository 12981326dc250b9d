"""Bytes loaded per tool, after text to image on the same base: what one shared set of weights saves.

The alternative of the last column is what a program loads that opens the model anew for each tool. Run:
    python benchmarks/tool_bytes.py [--model starter]
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from studio_text_to_image import TextToImage
from studio_variation import Blend, Interpolate, TextDiff, Vary

from studio import api, settings
from studio.engine.service import ModelService
from studio.testing import FakeContext

PICTURE = {"image": "picture"}
TOOLS: tuple[tuple[type[api.Task], dict[str, Any]], ...] = (
    (TextToImage, {"prompt": "a red mushroom on a blue background"}),
    (Vary, {**PICTURE, "count": 1}),
    (Blend, {"image": ["picture"], "text": ["a green car"], "count": 1}),
    (Interpolate, {**PICTURE, "other": "picture", "count": 2}),
    (TextDiff, {**PICTURE, "before": "red", "after": "green"}),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="starter")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        service = ModelService(settings.Settings(home=Path(home), device="cpu"))
        pictures = {"picture": Image.linear_gradient("L").convert("RGB")}
        alone = 0
        print(f"{'tool':<16}{'loaded MiB':>12}{'resident MiB':>14}{'anew MiB':>10}")
        for task, params in TOOLS:
            before = service.loaded_bytes
            asked = task.Params(model=chosen.model, seed=1, steps=4, **params)
            for _ in task().run(asked, FakeContext(pictures=pictures, models=service)):
                pass
            loaded = service.loaded_bytes - before
            alone = alone or loaded
            figures = (loaded, service.resident_bytes, alone)
            print(
                f"{task.id:<16}"
                + "".join(f"{size / 2**20:>{width}.2f}" for size, width in zip(figures, (12, 14, 10), strict=True))
            )


if __name__ == "__main__":
    main()
