"""A, then B, then A with room for one of them, and with room for both: what the second A takes of the first.

python benchmarks/memory_swap.py [--work FOLDER] [--tiny]

What is compared is a job's seconds less those of a job with all there (the second in a row), since pages that are only
mapped are read when they are first computed with. The first A comes from disk: its files are put out of the system's
cache before. What was given up waits in RAM, as pages of its file. Beside the seconds stand those until the job had its
lease, by its own trace. Never above the budget, and freed memory goes back to the system.
"""

import argparse
import os
import tempfile
from pathlib import Path

from engine import Engine
from real_size import stable_diffusion  # which brings the tests' folder, too

from family_zoo import FAMILIES  # isort: skip

from studio import messages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "studio-benchmark-models")
    parser.add_argument("--tiny", action="store_true", help="the tests' tiny models, to see that it runs")
    arguments = parser.parse_args()
    make = _tiny if arguments.tiny else stable_diffusion
    models = {"A": make(arguments.work / "sd15", seed=1), "B": make(arguments.work / "sd15-b", seed=2)}
    size = sum(file.stat().st_size for file in models["A"].rglob("*.safetensors"))
    print("| room for | A | A again | B | A after B | of the first A's loading | highest, of the budget |")
    print("|---|---|---|---|---|---|---|")
    for room, share in (("one", 1.3), ("both", 2.3)):
        print(_row(room, models, int(size * share)), flush=True)


def _row(room: str, models: dict[str, Path], budget: int) -> str:
    with Engine(budget_bytes=budget) as engine:
        warm = {"prompt": "a cat", "model": str(models["A"]), "size": "64x64", "steps": 1, "seed": 1}
        engine.run("text-to-image", warm)  # brings the libraries
        engine.send(messages.Unload())
        engine.heartbeat()
        _put_on_disk(models["A"])
        walls, loads = [], []
        for name in ("A", "A", "B", "A"):
            ask = {"prompt": "a cat", "model": str(models[name]), "size": "64x64", "steps": 1, "seed": 1}
            walls.append(engine.run("text-to-image", ask, trace=True)[0])
            traced = [event for _, event in engine.events if isinstance(event, messages.Traced)][-1]
            loads.append(sum(span.seconds for span in traced.spans if span.kind == "load"))
            engine.heartbeat()
        engine.send(messages.Unload())
        engine.heartbeat()
        after = engine.heartbeat()
        peak = max(e.components_bytes for _, e in engine.events if isinstance(e, messages.Heartbeat))
    assert after.components_bytes == 0
    first, there, _, second = walls
    share = f"{max(0.0, second - there) / (first - there):.3f}" if first > there else "–"  # tiny ones load in no time
    pairs = [f"{wall:.2f} s ({load:.2f})" for load, wall in zip(loads, walls, strict=True)]
    cells = [room, *pairs, share, f"{peak / budget:.3f}"]
    return f"| {' | '.join(cells)} |"


def _put_on_disk(model: Path) -> None:
    """Out of the system's cache, where it can be asked for that."""
    for file in model.rglob("*.safetensors"):
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def _tiny(folder: Path, seed: int) -> Path:
    folder = folder.with_name(f"tiny-{folder.name}")
    if not folder.exists():
        made = FAMILIES["sd15"]()
        for part in (made.unet, made.vae, made.text_encoder):  # two models that share nothing
            for tensor in part.parameters():
                tensor.data += seed / 1000
        made.save_pretrained(folder)
    return folder


if __name__ == "__main__":
    main()
