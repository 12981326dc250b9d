"""LoRAs and control pictures: what they cost, as ratios. Random weights of the real size of Stable Diffusion 1.5.

Prints: bytes that a LoRA takes over the base, by its own (at most 1.05); the time to switch between two, by that of
loading the base (at most 0.1); the time of a job with a LoRA, by diffusers' with the same (at most 1.05); and each
control picture at 1024 pixels in ms (at most 100), by OpenCV's Canny alone.

python benchmarks/lora.py [--steps 2] [--only-pictures]
"""

import argparse
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "plugins")]
SIDE, RANK, PIXELS = 64, 16, 1024
PROMPT = "a red mushroom"


def median_of(work: Callable[[], object], times: int = 5) -> float:
    spans = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spans.append(time.perf_counter() - began)
    return statistics.median(spans)


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the wall, and of the processor, which other programs disturb less."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def pictures() -> None:
    """Each operation on a picture of noise and shapes."""
    import cv2
    from studio_picture_operations import OPERATIONS

    generator = np.random.default_rng(0)
    noise = cv2.GaussianBlur(generator.integers(0, 255, (PIXELS, PIXELS, 3)).astype(np.uint8), (0, 0), 3)
    cv2.rectangle(noise, (200, 300), (700, 800), (30, 60, 200), -1)
    picture = Image.fromarray(noise)
    grey = cv2.cvtColor(noise, cv2.COLOR_RGB2GRAY)
    bare = median_of(lambda: cv2.Canny(grey, 100, 200))
    print(f"bare cv2.Canny       {bare * 1000:6.1f} ms")
    for operation in (each for each in OPERATIONS if not each.weights):  # those need a file
        spent = median_of(lambda run=operation.run: run(picture, None))  # type: ignore[misc]
        print(f"{operation.id:20s} {spent * 1000:6.1f} ms, {spent / bare:5.1f} x bare Canny")


def real_size(folder: Path) -> Any:
    """Saves a Stable Diffusion 1.5 with random weights, its UNet of the real size; returns the pipeline."""
    import torch
    from diffusers import UNet2DConditionModel
    from tiny import stable_diffusion

    made = stable_diffusion(width=768)
    torch.manual_seed(0)
    unet = UNet2DConditionModel(sample_size=32, cross_attention_dim=768, attention_head_dim=8)
    made.register_modules(unet=unet.eval())
    made.save_pretrained(folder)
    return made


def lora(folder: Path, steps: int) -> None:
    import torch
    from built_in import BUILT_IN
    from diffusers import StableDiffusionPipeline
    from lora_zoo import save
    from studio_text_to_image import TextToImage

    from studio import api
    from studio.models.service import ModelService
    from studio.settings import Settings
    from studio.testing import FakeContext

    pipeline = real_size(folder / "model")
    (folder / "loras").mkdir()
    for seed, name in enumerate(("film", "ink")):
        save(folder / "loras" / f"{name}.safetensors", pipeline, seed=seed, rank=RANK, text=False)
    own = (folder / "loras" / "film.safetensors").stat().st_size
    del pipeline
    gc.collect()
    service = ModelService(Settings(home=folder / "home", device="cpu", models=(str(folder / "loras"),)), BUILT_IN)
    service.wait_for_scan()
    ctx = FakeContext(models=service)

    def leased(*names: str) -> float:
        adapters = [api.Adapter(adapter=name, weight=0.8) for name in names]
        began = time.perf_counter()
        with ctx.model(api.Model(str(folder / "model"), "text-to-image", adapters=adapters)):
            return time.perf_counter() - began

    load = leased()
    before = service.resident_bytes
    leased("film")
    grown = service.resident_bytes - before
    leased("ink")
    switch = statistics.median(leased(name) for name in ("film", "ink") * 3)
    fresh = []
    for name in ("film", "ink"):
        service.unload()
        leased()
        fresh.append(leased(name))
    print(f"loading the base {load:.2f} s; a first LoRA {min(fresh):.2f} s ({min(fresh) / load:.3f}); "
          f"switching back {switch:.3f} s ({switch / load:.4f})")  # fmt: skip
    print(f"bytes over the base: {grown / own:.3f} of the file's own {own / 2**20:.1f} MiB")

    params = TextToImage.Params(
        prompt=PROMPT, model=str(folder / "model"), seed=1, steps=steps, size=f"{SIDE}x{SIDE}",
        lora=[api.Adapter(adapter="film", weight=0.8)],
    )  # fmt: skip
    theirs: Any = StableDiffusionPipeline.from_pretrained(folder / "model", dtype=torch.float32, safety_checker=None)
    theirs.load_lora_weights(str(folder / "loras" / "film.safetensors"), adapter_name="x")
    theirs.set_adapters(["x"], [0.8])
    theirs.set_progress_bar_config(disable=True)

    def ours() -> None:
        list(TextToImage().run(params, ctx))

    def diffusers() -> None:
        theirs(PROMPT, num_inference_steps=steps, width=SIDE, height=SIDE, guidance_scale=7.5,
               generator=torch.Generator().manual_seed(1))  # fmt: skip

    ours(), diffusers()  # neither pays for the first time
    pairs = [(*spent(ours), *spent(diffusers)) for _ in range(5)]
    wall, cpu, other_wall, other_cpu = (statistics.median(each) for each in zip(*pairs, strict=True))
    print(f"a job of {steps} steps: {wall:.2f} s, diffusers {other_wall:.2f} s, ratio {wall / other_wall:.3f}; of the "
          f"processor's time {cpu:.2f} and {other_cpu:.2f} s, ratio {cpu / other_cpu:.3f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--only-pictures", action="store_true")
    arguments = parser.parse_args()
    pictures()
    if not arguments.only_pictures:
        with tempfile.TemporaryDirectory() as folder:
            lora(Path(folder), arguments.steps)


if __name__ == "__main__":
    main()
