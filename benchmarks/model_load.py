"""How long a model takes to load, against `from_pretrained`; and what a second capability on the same base costs.

python benchmarks/model_load.py [sd15 sd15-fp16 sdxl-bf16] [--work FOLDER] [--runs 3] [--keep]

Each run is a process of its own, the two ways in turn, and the median of their ratios counts; the weights are random,
of real size, and in the system's page cache for both. Reading `peak`: mapped weights that were touched are in it.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import torch
from leasing import model_service
from real_size import stable_diffusion, stable_diffusion_xl

from studio import api
from studio.models.loaders.component import prepare
from studio.settings import Settings

MODELS = {
    "sd15": lambda folder: stable_diffusion(folder),
    "sd15-fp16": lambda folder: stable_diffusion(folder, dtype=torch.float16),
    "sdxl-bf16": lambda folder: stable_diffusion_xl(folder),
}
DTYPES = {"sd15": "float32", "sd15-fp16": "float32", "sdxl-bf16": "bfloat16"}  # as they run on a processor


def bare(folder: Path, name: str) -> dict[str, Any]:
    """As a script would."""
    import diffusers

    diffusers.utils.logging.disable_progress_bar()
    made = diffusers.StableDiffusionXLPipeline if name.startswith("sdxl") else diffusers.StableDiffusionPipeline
    began = _Cost()
    pipeline = made.from_pretrained(folder, dtype=getattr(torch, DTYPES[name]))
    return {**began.so_far(), "parts": len(pipeline.components)}


def ours(folder: Path, name: str) -> dict[str, Any]:
    """As a task does: lease, then lease again for another capability."""
    import diffusers
    import transformers

    for made in ("StableDiffusionXLPipeline", "StableDiffusionPipeline"):
        getattr(diffusers, made)  # lazy modules, whose code is imported before the clock starts
    getattr(transformers, "CLIPTextModel")  # noqa: B009 - for the same reason
    prepare()
    with tempfile.TemporaryDirectory() as home:
        service = model_service(Settings(home=Path(home), device="cpu"))
        service.devices()
        began = _Cost()
        with service.lease(api.Model(str(folder), "text-to-image")) as lease:
            dtype = str(lease.dtype).rpartition(".")[2]
        first = began.so_far()
        assert dtype == DTYPES[name], dtype
        loaded = service.loaded_bytes
        began = _Cost()
        with service.lease(api.Model(str(folder), "image-to-image")):
            pass
        second = began.so_far()
        return {**first, "loaded": loaded, "second_s": second["s"], "second_loaded": service.loaded_bytes - loaded}


class _Cost:
    def __init__(self) -> None:
        self._time, self._read = time.perf_counter(), psutil.Process().io_counters().read_chars

    def so_far(self) -> dict[str, float]:
        seconds = time.perf_counter() - self._time
        read = psutil.Process().io_counters().read_chars - self._read
        return {"s": seconds, "read": read, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def measured(way: str, folder: Path, name: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, name, "--child", way, "--work", str(folder)], capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(name: str, work: Path, runs: int) -> None:
    folder = MODELS[name](work / name)
    size = sum(file.stat().st_size for file in folder.rglob("*.safetensors"))
    print(f"{name}: {size / 1e9:.2f} GB in files, run as {DTYPES[name]}", flush=True)
    for file in folder.rglob("*.safetensors"):  # into the page cache, for both
        with file.open("rb") as stream:
            while stream.read(2**24):
                pass
    pairs = [(measured("bare", folder, name), measured("ours", folder, name)) for _ in range(runs)]
    for way, results in (("from_pretrained", [pair[0] for pair in pairs]), ("studio", [pair[1] for pair in pairs])):
        middle = {key: statistics.median(result[key] for result in results) for key in ("s", "read", "peak")}
        print(f"    {way:<16}{middle['s']:8.2f} s   read() {middle['read'] / 1e9:6.3f} GB   "
              f"peak {middle['peak'] / 1e9:6.2f} GB")  # fmt: skip
    ratio = statistics.median(mine["s"] / theirs["s"] for theirs, mine in pairs)
    second = statistics.median(mine["second_s"] / mine["s"] for _, mine in pairs)
    mine = pairs[-1][1]
    print(f"    ratio {ratio:.2f}; the second capability {second:.4f} of the first, {mine['second_s'] * 1e3:.0f} ms, "
          f"{mine['second_loaded']} bytes loaded after {mine['loaded'] / 1e9:.2f} GB", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MODELS))
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "studio-benchmark-models")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", action="store_true", help="keep the folders of random weights for the next time")
    parser.add_argument("--child", choices=("bare", "ours"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    names = chosen.names or list(MODELS)
    if chosen.child:
        print(json.dumps({"bare": bare, "ours": ours}[chosen.child](chosen.work, names[0])))
        return
    for name in names:
        compare(name, chosen.work, chosen.runs)
        if not chosen.keep:
            shutil.rmtree(chosen.work / name)


if __name__ == "__main__":
    main()
