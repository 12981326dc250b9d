"""The task that docs/plugins.md prints, which has all that guides a picture by declaring it: installed, and run."""

import json
import re
from pathlib import Path

import control_zoo
import lora_zoo
import numpy as np
import pytest
import reference_zoo
from msgspec.structs import replace
from parity import half_mask_of, photograph_of
from PIL import Image
from tiny import stable_diffusion

from studio import settings
from studio.cli.main import main

GUIDE = Path(__file__).parents[2] / "docs/plugins.md"
HEAD, HOOK = "from studio import api\n", "\n\n@api.hookimpl\ndef register_tasks():\n    return [Poster]\n"
GUIDES = {
    "look": ["woodcut"],
    "lora": [{"adapter": "ink", "weight": 1.5}],
    "control": [{"control": "canny", "image": "photo.png", "hint": "canny"}],
    "reference": [{"reference": "plain", "image": "photo.png"}],
    "region": [{"prompt": "a cup", "mask": "mask.png"}],
}


@pytest.fixture(autouse=True)
def installed(studio_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plugin, and tiny models of each kind."""
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    (block,) = (each for each in blocks if "class Poster(" in each)
    (studio_home / "plugins").mkdir(parents=True)
    (studio_home / "plugins/poster.py").write_text(HEAD + block + HOOK)
    folder, model = tmp_path / "models", stable_diffusion()
    model.save_pretrained(folder / "tiny")
    control_zoo.plain(model, seed=1).save_pretrained(folder / "canny")
    lora_zoo.save(folder / "ink.safetensors", model, seed=2)
    reference_zoo.save(reference_zoo.plain(model.unet), folder / "plain.safetensors")
    reference_zoo.image_encoder().save_pretrained(folder / "image_encoder")
    settings.save(replace(settings.load(), models=(str(folder),)))
    photograph_of(64, 64).save(tmp_path / "photo.png")
    half_mask_of(photograph_of(64, 64)).save(tmp_path / "mask.png")
    monkeypatch.chdir(tmp_path)


def test_each_declared_field_guides_the_picture_and_all_of_them_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = {"prompt": "a cat", "model": "tiny", "size": "64x64", "steps": 2, "seed": 3}
    jobs = [plain, *({**plain, name: value} for name, value in GUIDES.items()), {**plain, **GUIDES}]
    Path("jobs.jsonl").write_text("".join(json.dumps(job) + "\n" for job in jobs))
    assert main(["run", "poster", "--jobs", "jobs.jsonl", "--in-process"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("error") for line in lines] == [None] * len(jobs)
    pictures = [np.asarray(Image.open(line["images"][0]["path"])) for line in lines]
    for at, one in enumerate(pictures):
        for other in pictures[:at]:
            assert (one != other).any()
