"""From a folder to a picture, as a user does it: every family is added, listed and run; so is one of a plugin."""

import json
import shutil
from pathlib import Path
from typing import Any

import original
import pytest
from console import Studio
from generic_zoo import bria as make_bria
from parity import family_of
from PIL import Image
from zoo import ZOO, Zoo
from zoo import zoo as zoo

from studio.cli.main import main

Told = pytest.CaptureFixture[str]
TASKS = {"text-to-image": "text-to-image", "image-to-image": "refine"}
"""Capability -> the task that shows it."""
LISTED = {"flux-fill", "flux-redux", "sd21-unclip", "qwen-image-edit", "qwen-image-edit-plus"}
"""What has neither of them, or makes a million pixels whatever size it is told: these are run in tests of their own."""


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All families come into one catalogue."""
    return tmp_path_factory.mktemp("studio-home")


@pytest.fixture
def desk(shared_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user is, with a picture."""
    monkeypatch.setenv("STUDIO_HOME", str(shared_home))
    monkeypatch.chdir(tmp_path)
    Image.linear_gradient("L").convert("RGB").resize((64, 64)).save("photo.png")
    return tmp_path


def told(capsys: Told, *arguments: str) -> Any:
    assert main([*arguments, "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def call(capability: str, model: str) -> list[str]:
    """The command line of the capability's task, for a small picture in two steps."""
    given = {"model": model, "prompt": "a cat", "steps": "2", "seed": "3"}
    given |= {"size": "64x64"} if capability == "text-to-image" else {"image": "photo.png"}
    return ["run", TASKS[capability], "--in-process", *(part for key in given for part in (f"--{key}", given[key]))]


@pytest.mark.parametrize("name", ZOO)
def test_a_family_is_added_and_run(capsys: Told, zoo: Zoo, desk: Path, name: str) -> None:
    family = family_of(name)
    (added,) = told(capsys, "models", "add", str(zoo[name]))
    listed = {model["path"]: model for model in told(capsys, "models", "list")}[str(zoo[name])]
    assert added["family"] == listed["family"]
    assert set(listed["capabilities"]) <= set(family.capabilities)
    if name not in LISTED:
        capability = next(each for each in TASKS if each in listed["capabilities"])
        (image,) = told(capsys, *call(capability, listed["id"]))["images"]
        with Image.open(image["path"]) as picture:
            assert min(picture.size) >= 16  # a tiny VAE enlarges less than a pipeline takes for granted
    told(capsys, "models", "remove", listed["id"])


def test_what_was_assumed_of_a_file_is_told(capsys: Told, desk: Path) -> None:
    """Wherever the model is met: when it is added, listed, looked into and run."""
    file = original.save(original.sd21(), desk / "two.safetensors")
    assert "does not tell whether it predicts velocity" in told(capsys, "models", "add", str(file))[0]["note"]
    assert main(["models", "list"]) == 0
    assert "does not tell whether it predicts velocity" in capsys.readouterr().out
    assert "the first was assumed" in told(capsys, "models", "info", "two.safetensors")["note"]
    done = told(capsys, *call("text-to-image", "two.safetensors"))
    assert any("does not tell whether it predicts velocity" in note for note in done["notes"])
    told(capsys, "models", "remove", "two.safetensors")


def test_a_model_in_a_folder_is_removed_with_the_folder(capsys: Told, zoo: Zoo, desk: Path) -> None:
    shutil.copytree(zoo["sd15"], desk / "mine" / "painter")
    told(capsys, "models", "add", str(desk / "mine"))
    assert main(["models", "remove", "painter"]) == 2
    assert "was found in " in capsys.readouterr().err
    told(capsys, "models", "remove", str(desk / "mine"))
    assert "painter" not in [model["id"] for model in told(capsys, "models", "list")]


PLUGIN = '''
"""A family that the studio does not know, and how its lone files are told."""

from studio import api


@api.hookimpl
def register_families() -> list[api.Family]:
    parts = ("tokenizer", "text_encoder", "vae", "transformer", "scheduler")
    return [
        api.Family(
            id="bria",
            title="Bria 3.2",
            classes=("BriaPipeline",),
            parts={name: name for name in parts},
            pipelines={"text-to-image": "BriaPipeline"},
            allows=("BriaTransformer2DModel",),
            defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 50, "guidance_scale": 3.5},
            files=(api.Signature("Bria 3.2", {"bria.weight": (None, 7)}, why="which needs its folder"),),
        )
    ]
'''


@pytest.fixture
def bria(tmp_path: Path) -> Path:
    make_bria().save_pretrained(tmp_path / "bria")
    return tmp_path / "bria"


def test_a_family_of_a_plugin_that_was_dropped_in(capsys: Told, studio_home: Path, bria: Path) -> None:
    """Before the plugin its folders are refused; with it they run; without it again nothing else is disturbed."""
    assert main(["models", "add", str(bria)]) == 2
    assert "its kind is 'BriaPipeline'" in capsys.readouterr().err
    plugin = studio_home / "plugins" / "bria_family.py"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(PLUGIN)
    (added,) = told(capsys, "models", "add", str(bria))
    assert (added["family"], added["capabilities"]) == ("bria", ["text-to-image"])
    (image,) = told(capsys, *call("text-to-image", "bria"))["images"]
    assert (image["width"], image["height"]) == (64, 64)
    file = original.save_header({"bria.weight": (3, 7)}, bria.parent / "alone.safetensors")
    assert main(["models", "add", str(file)]) == 2
    assert "it is of the kind “Bria 3.2”, which needs its folder" in capsys.readouterr().err
    plugin.unlink()
    listed = {model["id"]: model.get("problem", "") for model in told(capsys, "models", "list")}
    assert "its kind is 'BriaPipeline'" in listed["bria"]
    assert listed["starter"] == ""


def test_two_plugins_that_bring_one_family_are_told(capsys: Told, studio_home: Path) -> None:
    (studio_home / "plugins").mkdir(parents=True)
    for name in ("one", "two"):
        (studio_home / "plugins" / f"{name}.py").write_text(PLUGIN)
    problems = {plugin["name"]: plugin["problem"] for plugin in told(capsys, "plugins")}
    assert "Its family 'bria' was left out" in problems["two"]
    assert problems["one"] == ""


@pytest.mark.slow
def test_a_folder_full_of_models_by_the_real_command(studio: Studio, folder: Path, zoo: Zoo, tmp_path: Path) -> None:
    """In processes of their own: a collection is added, what cannot be used is named, a model in it paints."""
    collection = tmp_path / "models"
    shutil.copytree(zoo["sd15"], collection / "diffusers" / "Tiny Painter")
    original.save(original.sd15(), collection / "Stable-diffusion.safetensors")
    (collection / "old.ckpt").write_bytes(b"\x80\x02")
    done = studio("models", "add", str(collection))
    assert done.returncode == 0, done.stderr
    assert "2 of 3 can be used" in done.stdout
    assert "Left out: " in done.stdout
    assert "old.ckpt" in done.stdout
    done = studio("run", "text-to-image", "--model", "stable-diffusion", "--prompt", "a cat", "--steps", "2",
                  "--size", "64x64", "-o", ".")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (folder / "a-cat.png").exists()
