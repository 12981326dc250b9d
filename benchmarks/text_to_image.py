"""Text to image through the engine against bare diffusers: SD 1.5 of real size at 256 pixels, the same seed and steps.

Both keep their model; they take turns. Run on an idle machine:
    python benchmarks/text_to_image.py [--work FOLDER] [--steps 8] [--rounds 3]
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from engine import Engine
from PIL import Image
from real_size import stable_diffusion

PROMPT = "a red mushroom on a blue background"


class Bare:
    """The other process."""

    def __init__(self, folder: Path, output: str) -> None:
        script = Path(__file__).with_name("bare_diffusers.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script), str(folder), output],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.about = self._answer()

    def run(self, **asked: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "studio-benchmark-models")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    folder = stable_diffusion(chosen.work / "sd15")
    asked = {"steps": chosen.steps, "guidance_scale": 7.5, "seed": 7}
    ours = {"prompt": PROMPT, "model": str(folder), "size": "256x256", **asked}
    theirs = {"prompt": PROMPT, "width": 256, "height": 256, "num_inference_steps": chosen.steps}
    theirs |= {"guidance_scale": 7.5, "seed": 7}
    with tempfile.TemporaryDirectory() as output, Engine() as engine:
        bare = Bare(folder, output)
        first = engine.run("text-to-image", ours, previews=True)
        bare.run(**theirs)
        through, directly, loaded, difference = [], [], [], 0
        for _ in range(chosen.rounds):
            answer = bare.run(**theirs)
            seconds, end, paths = engine.run("text-to-image", ours, previews=True)
            directly.append(answer["seconds"])
            through.append(seconds)
            loaded.append(end.loaded_bytes)
            pair = [np.asarray(Image.open(path)).astype(int) for path in (answer["path"], paths[0])]
            difference = max(difference, int(np.abs(pair[0] - pair[1]).max()))
        bare.close()
    a, b = statistics.median(through), statistics.median(directly)
    print(f"first job through the engine, with loading: {first[0]:.1f} s, {first[1].loaded_bytes / 1e9:.2f} GB loaded")
    print(f"bare diffusers: loading {bare.about['load_s']:.1f} s, {bare.about['threads']} threads")
    print(f"warm, median of {chosen.rounds}: engine with previews {a:.2f} s, bare {b:.2f} s, ratio {a / b:.3f}")
    print(f"each round: {[round(x / y, 3) for x, y in zip(through, directly, strict=True)]}")
    print(f"pixels: largest difference {difference}; loaded by the second and later jobs: {max(loaded)} bytes")


if __name__ == "__main__":
    main()
