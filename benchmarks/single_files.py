"""Models in one file, or in files of their own for network, text encoders and VAE, against diffusers' own pipeline.

python benchmarks/single_files.py [LAYOUT …]

Of each published layout a tiny model is written, opened, and asked for a picture; printed is the largest difference of
any pixel, of 255, to the picture of the pipeline that it was made of. It must be 0.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import assembled
import numpy as np
import torch
from built_in import BUILT_IN

from studio.models.service import ModelService
from studio.settings import Settings


def main(wanted: list[str]) -> int:
    torch.set_num_threads(1)  # several add up in an order of their own
    worst = 0
    print("| layout | parts | largest difference, of 255 |\n|---|---|---|")
    for name, (make, layout) in assembled.LAYOUTS.items():
        if wanted and name not in wanted:
            continue
        pipeline = make()
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for parts, file in (
                ("files of their own", assembled.save_apart(pipeline, layout, root / "models")),
                ("one file", assembled.save_whole(pipeline, layout, root / "whole")),
            ):
                settings = Settings(home=root / "home", device="cpu", models=(str(root / "models"),))
                service = ModelService(settings, BUILT_IN)
                theirs = assembled.directly(pipeline, service.find(str(file)))
                difference = int(np.abs(theirs.astype(int) - assembled.picture(service, file).astype(int)).max())
                worst = max(worst, difference)
                print(f"| {name} | {parts} | {difference} |", flush=True)
    return 1 if worst else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
