"""The cost curve: seconds and peak bytes against pixels and pictures, and what was foretold of each beforehand.

python benchmarks/cost_curve.py [--model FOLDER] [--tiny] [--sides 256 384 512] [--counts 1 2] [--steps 2]

Without a model, one of Stable Diffusion 1.5's real size with random weights. A job of the smallest size is run before:
by that, and by those that follow, the others are foretold; the first of each size from other sizes, the second (another
number of pictures) after one of its own. It runs in this process, as `studio run --in-process`.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from real_size import stable_diffusion  # which brings the tests' folder, too

from zoo import Zoo  # isort: skip

from studio import messages
from studio.engine.library_access import LibraryAccess
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.models.service import ModelService
from studio.plugin_host import registry
from studio.settings import Settings

TASK = "text-to-image"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--tiny", action="store_true", help="the tests' tiny model, to see that it runs")
    parser.add_argument("--sides", type=int, nargs="+", default=[256, 384, 512])
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--steps", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        kept = Path(tempfile.gettempdir()) / "studio-benchmark-models" / "sd15"
        model = Zoo(Path(root))["sd15"] if asked.tiny else asked.model or stable_diffusion(kept)
        settings = Settings(home=Path(root) / "home")
        service = ModelService(settings, registry.load(settings).families)
        heard: list[messages.Event] = []
        store = LibraryAccess(settings.library_dir)
        runner = Runner(registry.load(settings), store, service, heard.append)
        ask = {"prompt": "a cat", "model": str(model), "seed": 1, "steps": asked.steps}
        for _ in range(2):  # the first one imports the libraries
            run(runner, heard, {**ask, "size": f"{asked.sides[0]}x{asked.sides[0]}"})
        print("| pixels | pictures | foretold s | s | ratio | foretold MiB | MiB | ratio |")
        print("|---|---|---|---|---|---|---|---|")
        for side in asked.sides:
            for count in asked.counts:
                params = {**ask, "size": f"{side}x{side}", "count": count}
                before = told(runner, params)
                run(runner, heard, params)
                print(row(side, count, before, told(runner, params)))
        store.close()


def row(side: int, count: int, before: messages.Planned, after: messages.Planned) -> str:
    cells = [f"{side}x{side}", str(count)]
    for known, truth, unit in ((before.seconds, after.seconds, 1), (before.bytes, after.bytes, 2**20)):
        cells += ["–" if each is None else f"{each / unit:.2f}" for each in (known, truth)]
        cells.append("–" if not (known and truth) else f"{known / truth:.2f}")
    return f"| {' | '.join(cells)} |"


def told(runner: Runner, params: dict[str, Any]) -> messages.Planned:
    return runner.planned(messages.Plan("", TASK, params))


def run(runner: Runner, heard: list[messages.Event], params: dict[str, Any]) -> None:
    runner.run(messages.Submit("job", TASK, params), RunningJob("job"))
    if not isinstance(heard[-1], messages.Finished):
        raise RuntimeError(str(heard[-1]))
    heard.clear()


if __name__ == "__main__":
    main()
