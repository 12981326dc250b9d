"""What a job costs beside its work: an engine's start, a task that does nothing much, and the starter's whole picture.

python benchmarks/fixed_cost.py [--rounds 20]
"""

import argparse
import statistics
import time
from pathlib import Path

from engine import Engine
from leasing import model_service
from PIL import Image

from studio import settings
from studio.testing import FakeContext

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with Engine((ROOT / "tests/data/posterize.py",)) as engine:
        photo = engine.home / "photo.png"
        Image.effect_noise((256, 256), 60).convert("RGB").save(photo)
        job = [engine.run("posterize", {"image": str(photo)})[0] for _ in range(rounds)][1:]
        plain = [posterized(photo, engine.home / "out.png") for _ in range(rounds)][1:]
        starter = {"prompt": "a red mushroom on a blue background", "seed": 1}
        cold, cold_end, _ = engine.run("text-to-image", starter)
        warm = [engine.run("text-to-image", starter) for _ in range(max(3, rounds // 4))]
    bare = in_this_process(max(3, rounds // 4))
    print(f"engine: ready {engine.ready_s:.2f} s after its start")
    ours, theirs = statistics.median(job), statistics.median(plain)
    print(f"posterize 256x256: job {ours * 1e3:.1f} ms, Pillow alone {theirs * 1e3:.1f} ms, fixed cost "
          f"{(ours - theirs) * 1e3:.1f} ms (validation, pipe, lossless save with fsync, row)")  # fmt: skip
    print(f"starter, first picture: {cold:.2f} s, {cold_end.loaded_bytes / 1e6:.1f} MB loaded (imports included)")
    picture = statistics.median(seconds for seconds, _, _ in warm)
    print(f"starter, later pictures: {picture:.3f} s, {max(end.loaded_bytes for _, end, _ in warm)} bytes loaded; "
          f"the same task without engine or saving {bare:.3f} s, ratio {picture / bare:.3f}")  # fmt: skip


def posterized(photo: Path, out: Path) -> float:
    from PIL import ImageOps

    began = time.perf_counter()
    with Image.open(photo) as image:
        ImageOps.posterize(image, 3).save(out)
    return time.perf_counter() - began


def in_this_process(rounds: int) -> float:
    from studio_text_to_image import TextToImage

    ctx = FakeContext(models=model_service(settings.load()))
    params = TextToImage.Params(prompt="a red mushroom on a blue background", seed=1)
    times = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        list(TextToImage().run(params, ctx))
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


if __name__ == "__main__":
    main()
