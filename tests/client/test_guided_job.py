"""A LoRA, a control picture and a style by a real engine: drawn, recorded, made again; the same by `studio run`."""

import hashlib
from pathlib import Path
from typing import Any

import control_zoo
import lora_zoo
import numpy as np
import pytest
from PIL import Image
from queued import QueuedClient
from recorder import Recorder
from tiny import TinyModels, stable_diffusion
from tiny import tiny_models as tiny_models

from studio import messages
from studio.cli.main import main
from studio.library import Library


def pixels(path: Path) -> Any:
    with Image.open(path) as image:
        return np.asarray(image).astype(int)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def files_of(model: Path) -> dict[str, str]:
    return {str(file): sha256(file) for file in sorted(model.rglob("*.safetensors"))}


class Drawing:
    def __init__(self, client: QueuedClient, seen: Recorder, home: Path) -> None:
        self._client, self._seen, self._home = client, seen, home

    def __call__(self, **params: Any) -> tuple[Any, Any]:
        """The picture's pixels and its recipe."""
        job = self._client.submit("text-to-image", params)
        end = self._seen.end(job)
        assert isinstance(end, messages.Finished), end
        (saved,) = self._seen.of(messages.Saved, job=job)
        record = Library(self._home / "library").get(saved.id)
        assert record is not None
        return pixels(Path(saved.path)), record.recipe


@pytest.fixture
def draw(studio_home: Path, tmp_path: Path, tiny_models: TinyModels, make_client: Any, seen: Recorder) -> Drawing:
    folder = tmp_path / "files"
    folder.mkdir()
    lora_zoo.save(folder / "film.safetensors", stable_diffusion(), seed=1)
    control_zoo.plain(stable_diffusion(), 1).save_pretrained(folder / "edges")
    Image.linear_gradient("L").resize((64, 64)).convert("RGB").rotate(30).save(tmp_path / "room.png")
    assert main(["models", "add", str(folder)]) == 0
    return Drawing(make_client(), seen, studio_home)


def test_what_guides_a_picture_is_recorded_and_makes_it_again(
    draw: Drawing, tmp_path: Path, tiny_models: TinyModels, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files_of(tiny_models.sd15)
    words = {"prompt": "a red mushroom", "model": str(tiny_models.sd15), "seed": 3, "steps": 2, "size": "64x64"}
    plain, _ = draw(**words)
    guided, recipe = draw(
        **words, style=["watercolour"], lora=[{"adapter": "film", "weight": 0.8}],
        control=[{"control": "edges", "image": str(tmp_path / "room.png"), "hint": "canny", "weight": 0.7}],
    )  # fmt: skip
    assert np.abs(guided - plain).max() > 1
    (lora,), (control,) = recipe.params["lora"], recipe.params["control"]
    assert lora["sha256"] == sha256(tmp_path / "files" / "film.safetensors")
    assert control["sha256"] == sha256(tmp_path / "files" / "edges" / "diffusion_pytorch_model.safetensors")
    assert recipe.params["style"] == ["watercolour"]
    assert recipe.params["prompt"] == "a red mushroom"
    assert (draw(**recipe.params)[0] == guided).all()
    assert (draw(**words)[0] == plain).all()  # the base is what it was
    assert files_of(tiny_models.sd15) == before
    target = tmp_path / "out"
    told = main([
        "run", "text-to-image", "--prompt", "a red mushroom", "--model", str(tiny_models.sd15), "--seed", "3",
        "--steps", "2", "--size", "64x64", "--style", "watercolour", "--lora", "film:0.8", "--control",
        f"edges={tmp_path / 'room.png'},hint=canny,weight=0.7", "-o", str(target),
    ])  # fmt: skip
    assert told == 0, capsys.readouterr().err
    (made,) = target.glob("*.png")
    assert (pixels(made) == guided).all()
