"""Bare diffusers in a process of its own: reads one JSON object of parameters a line, answers with seconds and a path.

As a user's script would be, but for a loop: the pipeline is loaded once and kept.
"""

import json
import sys
import time
from pathlib import Path

import torch
from diffusers import DiffusionPipeline


def main(folder: str, output: str) -> None:
    began = time.perf_counter()
    pipeline = DiffusionPipeline.from_pretrained(folder, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    print(json.dumps({"load_s": time.perf_counter() - began, "threads": torch.get_num_threads()}), flush=True)
    for number, line in enumerate(sys.stdin):
        asked = json.loads(line)
        began = time.perf_counter()
        generator = torch.Generator("cpu").manual_seed(asked.pop("seed"))
        image = pipeline(generator=generator, **asked).images[0]
        path = Path(output) / f"bare-{number}.png"
        image.save(path)
        print(json.dumps({"seconds": time.perf_counter() - began, "path": str(path)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
