"""Seconds to fetch a model from one local server: ours, with every file hashed, against huggingface_hub alone.

python benchmarks/downloads.py [MEGABYTES] [ROUNDS]

Each way runs in a process of its own, in turns, into an empty cache; printed are the medians and the ratio. The hub
client takes plain HTTP here (no xet), as from a mirror, and takes no hashes; its import and ours are not counted.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from hub_server import running_hub

ID = "maker/model"
OURS = """
import sys, time
from pathlib import Path
from studio.downloads import DownloadProgress, Hub, Web, fetch, plan
begun = time.perf_counter()
with Web(Hub(endpoint=sys.argv[1], cache=Path(sys.argv[2]))) as web:
    found = plan(web, sys.argv[3])
    fetch(web, found, DownloadProgress(found.size_bytes))
print(time.perf_counter() - begun)
"""
HUB = """
import sys, time
from huggingface_hub import snapshot_download
begun = time.perf_counter()
snapshot_download(sys.argv[3], cache_dir=sys.argv[2], endpoint=sys.argv[1], token=False)
print(time.perf_counter() - begun)
"""


def seconds(script: str, url: str) -> float:
    environ = {**os.environ, "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-c", script, url, cache, ID]
        return float(subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    megabytes, rounds = (int(value) for value in [*sys.argv[1:], "200", "5"][:2])
    noise = random.Random(1).randbytes(1_000_000)
    parts = {"unet": 6, "text_encoder": 3, "vae": 1}
    files = {
        f"{part}/model.safetensors": noise * (megabytes * share // 10) + part.encode() for part, share in parts.items()
    }
    index = ", ".join(f'"{part}": ["diffusers", "Class"]' for part in parts)
    files |= {f"{part}/config.json": b"{}" for part in parts} | {"model_index.json": f"{{{index}}}".encode()}
    with running_hub() as hub:
        hub.add(ID, files)
        for limit in (0, 40e6):
            hub.bytes_per_s = limit
            taken: dict[str, list[float]] = {OURS: [], HUB: []}
            for _ in range(rounds):
                for script, times in taken.items():
                    times.append(seconds(script, hub.url))
            ours, theirs = (statistics.median(times) for times in taken.values())
            speed = f"{limit / 1e6:.0f} MB/s for each connection" if limit else "as fast as it goes"
            print(f"{megabytes} MB, {speed}: ours {ours:.2f} s, hub {theirs:.2f} s, ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
