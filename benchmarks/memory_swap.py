"""A, then B, then A under a budget that holds one of them: never above it, and freed memory goes back to the system.

python benchmarks/memory_swap.py [--work FOLDER]
"""

import argparse
import tempfile
from pathlib import Path

from engine import Engine
from real_size import stable_diffusion

from studio import messages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "studio-benchmark-models")
    work = parser.parse_args().work
    models = {"A": stable_diffusion(work / "sd15"), "B": stable_diffusion(work / "sd15-b", seed=2)}
    size = sum(file.stat().st_size for file in models["A"].rglob("*.safetensors"))
    budget = int(size * 1.3)
    print(f"A and B: {size / 1e9:.2f} GB each; budget {budget / 1e9:.2f} GB")
    with Engine(budget_bytes=budget) as engine:
        before = engine.heartbeat().resident_bytes
        for name in ("A", "A", "B", "A"):
            ask = {"prompt": "a cat", "model": str(models[name]), "size": "64x64", "steps": 1, "seed": 1}
            seconds, end, _ = engine.run("text-to-image", ask)
            beat = engine.heartbeat()
            print(f"{name}: {seconds:5.1f} s, loaded {end.loaded_bytes / 1e9:.2f} GB, components "
                  f"{beat.components_bytes / 1e9:.2f} GB, process {beat.resident_bytes / 1e9:.2f} GB")  # fmt: skip
        engine.send(messages.Unload())
        engine.heartbeat()
        after = engine.heartbeat()
        peak = max(e.components_bytes for _, e in engine.events if isinstance(e, messages.Heartbeat))
    print(f"unloaded: components {after.components_bytes} bytes, process {after.resident_bytes / 1e9:.2f} GB "
          f"(before any job {before / 1e9:.2f} GB)")  # fmt: skip
    print(f"highest seen: {peak / budget:.3f} of the budget")


if __name__ == "__main__":
    main()
