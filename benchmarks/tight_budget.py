"""Jobs of four tools over four tiny models, in random order under a budget that holds only some of them.

python benchmarks/tight_budget.py [--jobs 200]

Never over the budget; what is resident at the end against after the first round; every picture equal to its solo run.
"""

import argparse
import gc
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from built_in import BUILT_IN
from parity import photograph_of
from PIL import Image, ImageDraw
from studio_inpaint import Inpaint
from studio_text_to_image import Refine, TextToImage
from studio_variation import Vary
from zoo import Zoo

from studio.models.service import ModelService
from studio.models.tensor_storage import trim_heap
from studio.settings import Settings
from studio.testing import FakeContext

MODELS = ("sd15", "sdxl", "kandinsky", "sd21-unclip")
TOOLS: dict[type[Any], tuple[str, ...]] = {
    TextToImage: MODELS[:3], Refine: MODELS[:3], Inpaint: MODELS[:3], Vary: ("sd21-unclip",),
}  # fmt: skip
PARAMS: dict[type[Any], dict[str, Any]] = {
    TextToImage: {"prompt": "a cat", "size": "64x64"},
    Refine: {"prompt": "a cat", "image": "photo", "strength": 0.5, "size": "64x64"},
    Inpaint: {"prompt": "a cat", "image": "photo", "mask": "mask"},
    Vary: {"image": "photo", "size": "64x64", "count": 1},
}
SHARE = 0.6
"""Of the bytes of all models, what the budget holds."""


def pictures() -> dict[str, Image.Image]:
    mask = Image.new("L", (64, 64))
    ImageDraw.Draw(mask).ellipse((20, 20, 44, 44), fill=255)
    return {"photo": photograph_of(64, 64), "mask": mask}


def run(service: ModelService, tool: type[Any], model: Path) -> np.ndarray:
    params = tool.Params(model=str(model), seed=7, steps=2, **PARAMS[tool])
    (made,) = tool().run(params, FakeContext(models=service, pictures=pictures()))
    return np.asarray(made.image)


def resident() -> int:
    gc.collect()
    trim_heap()
    return int(psutil.Process().memory_info().rss)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=200)
    count = parser.parse_args().jobs
    work = [(tool, name) for tool, names in TOOLS.items() for name in names]
    with tempfile.TemporaryDirectory() as root:
        zoo = Zoo(Path(root))
        home = Path(root) / "home"
        roomy = ModelService(Settings(home=home, device="cpu"), BUILT_IN)
        solo = {job: run(roomy, job[0], zoo[job[1]]) for job in work}
        whole = roomy.resident_bytes
        largest = max(roomy.facts(str(zoo[name])).weights_bytes for name in MODELS)
        roomy.unload()
        budget = max(int(whole * SHARE), largest)
        service = ModelService(Settings(home=home, device="cpu", memory_budget_bytes=budget), BUILT_IN)
        order = random.Random(27)
        jobs = [*work, *(order.choice(work) for _ in range(count - len(work)))][:count]
        unequal = after_first = 0
        for number, job in enumerate(jobs, 1):
            unequal += not np.array_equal(run(service, job[0], zoo[job[1]]), solo[job])
            if number == min(len(work), count):
                after_first = resident()
        print(f"{len(jobs)} jobs of {len(TOOLS)} tools over {len(MODELS)} models")
        print(f"| budget, of all weights | {budget / whole:.2f} |\n|---|---|")
        print(f"| most ever used, of the budget | {service.peak_bytes / budget:.3f} |")
        print(f"| loaded, of all weights | {service.loaded_bytes / whole:.2f} |")
        print(f"| resident at the end, of after the first round | {resident() / after_first:.3f} |")
        print(f"| pictures other than their solo run | {unequal} |")
        print(f"| components that somebody still held | {len(service.take_leaks())} |")


if __name__ == "__main__":
    main()
