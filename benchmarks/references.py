"""IP-Adapters: what they cost, as ratios. Random weights of the real size of Stable Diffusion 1.5, a tiny encoder.

Prints: bytes that an IP-Adapter takes over the base, by its own; the time of its first use, of switching between two
and of another weight, by that of loading the base; and the time of a job with it, by diffusers' with the same.

python benchmarks/references.py [--steps 2]
"""

import argparse
import gc
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "plugins"), str(Path(__file__).parent)]
SIDE, PROMPT, WEIGHT = 64, "a red mushroom", 0.8


def place(folder: Path) -> Any:
    """A model, two IP-Adapters and their encoder; and what leases them."""
    import reference_zoo
    from built_in import BUILT_IN
    from lora import real_size

    from studio.models.service import ModelService
    from studio.settings import Settings
    from studio.testing import FakeContext

    unet = real_size(folder / "model").unet
    for seed, name in enumerate(("one", "two"), 1):
        reference_zoo.save(reference_zoo.plain(unet, seed), folder / "adapters" / f"{name}.safetensors")
    reference_zoo.image_encoder().save_pretrained(folder / "adapters" / "image_encoder")
    del unet
    gc.collect()
    service = ModelService(Settings(home=folder / "home", device="cpu", models=(str(folder / "adapters"),)), BUILT_IN)
    service.wait_for_scan()
    picture = Image.linear_gradient("L").convert("RGB").resize((224, 224))
    return FakeContext(models=service, pictures={"photo": picture})


def leased(ctx: Any, folder: Path, *names: str, weight: float = WEIGHT) -> float:
    """Seconds until a model with these is there."""
    from studio import api

    asked = [api.Reference(reference=name, image="photo", weight=weight) for name in names]
    began = time.perf_counter()
    with ctx.model(api.Model(str(folder / "model"), "text-to-image", references=asked)):
        return time.perf_counter() - began


def loading(ctx: Any, folder: Path) -> None:
    service = ctx._models
    own = (folder / "adapters" / "one.safetensors").stat().st_size
    encoder = sum(each.stat().st_size for each in (folder / "adapters" / "image_encoder").glob("*.safetensors"))
    load = leased(ctx, folder)
    before = service.resident_bytes
    first = leased(ctx, folder, "one")
    grown = service.resident_bytes - before - encoder
    leased(ctx, folder, "two")
    switch = statistics.median(leased(ctx, folder, name) for name in ("one", "two") * 3)
    other = statistics.median(leased(ctx, folder, "one", weight=weight / 10) for weight in range(1, 6))
    print(f"loading the base {load:.2f} s; a first IP-Adapter {first:.2f} s ({first / load:.3f}); switching back "
          f"{switch:.3f} s ({switch / load:.4f}); another weight {other:.3f} s ({other / load:.4f})")  # fmt: skip
    print(f"bytes over the base: {grown / own:.3f} of the file's own {own / 2**20:.1f} MiB")


def jobs(ctx: Any, folder: Path, steps: int) -> None:
    import reference_zoo
    import torch
    from diffusers import StableDiffusionPipeline
    from lora import spent
    from safetensors.torch import load_file
    from studio_text_to_image import TextToImage

    from studio import api

    params = TextToImage.Params(
        prompt=PROMPT, model=str(folder / "model"), seed=1, steps=steps, size=f"{SIDE}x{SIDE}",
        reference=[api.Reference(reference="one", image="photo", weight=WEIGHT)],
    )  # fmt: skip
    theirs: Any = StableDiffusionPipeline.from_pretrained(folder / "model", dtype=torch.float32, safety_checker=None)
    theirs.register_modules(image_encoder=reference_zoo.image_encoder())
    tensors = load_file(folder / "adapters" / "one.safetensors")
    parts = {part: {name[len(part) + 1 :]: value for name, value in tensors.items() if name.startswith(f"{part}.")}
             for part in ("image_proj", "ip_adapter")}  # fmt: skip
    theirs.load_ip_adapter(parts, "", "", image_encoder_folder=None)
    theirs.set_ip_adapter_scale(WEIGHT)
    theirs.set_progress_bar_config(disable=True)
    made: dict[str, Any] = {}

    def ours() -> None:
        (result,) = TextToImage().run(params, ctx)
        made["ours"] = result.image

    def diffusers() -> None:
        made["theirs"] = theirs(
            PROMPT, ip_adapter_image=ctx.image("photo"), num_inference_steps=steps, width=SIDE, height=SIDE,
            guidance_scale=7.5, generator=torch.Generator().manual_seed(1),
        ).images[0]  # fmt: skip

    ours(), diffusers()  # neither pays for the first time
    pairs = [(*spent(ours), *spent(diffusers)) for _ in range(5)]
    wall, cpu, other_wall, other_cpu = (statistics.median(each) for each in zip(*pairs, strict=True))
    print(f"a job of {steps} steps: {wall:.2f} s, diffusers {other_wall:.2f} s, ratio {wall / other_wall:.3f}; of the "
          f"processor's time {cpu:.2f} and {other_cpu:.2f} s, ratio {cpu / other_cpu:.3f}; "
          f"pixels {'equal' if made['ours'].tobytes() == made['theirs'].tobytes() else 'differ'}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ctx = place(folder)
        loading(ctx, folder)
        jobs(ctx, folder, arguments.steps)


if __name__ == "__main__":
    main()
