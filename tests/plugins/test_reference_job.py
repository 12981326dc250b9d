"""Reference pictures of whole jobs: recorded with their file's hash, made again from the recipe; as any task may."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import reference_zoo
from built_in import BUILT_IN
from diffusers import UNet2DConditionModel
from parity import half_mask_of, photograph_of
from PIL import Image
from studio_inpaint import Inpaint
from studio_text_to_image import Refine, TextToImage
from studio_variation import Vary
from tiny import TinyModels

from studio import api, messages
from studio.cli.main import main
from studio.engine.library_access import LibraryAccess
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.library import Library
from studio.messages import Event
from studio.models.service import ModelService
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.plugin_loader import load_plugin
from studio.settings import Settings

Run = Callable[..., list[Event]]


class Sketch(api.Task):
    """Of a third party: it has reference pictures by declaring them."""

    id = "sketch"
    title = "Sketch"

    class Params(api.Params):
        words: api.Prompt = api.Field(role=api.Role.PROMPT)
        model: api.ModelRef = api.ModelField("text-to-image")
        looks: list[api.Reference] = api.ReferenceField()

    def run(self, params: Params, ctx: api.Context) -> Iterator[Image.Image]:
        from studio.diffusion import StepProgress, build_pipeline, referred, run, to_picture

        spec = api.Model(params.model, "text-to-image", references=params.looks)
        with ctx.model(spec) as model:
            pipeline = build_pipeline(ctx, model, "text-to-image")
            told = referred(ctx, model, pipeline, {"prompt": params.words, "guidance_scale": 5.0})
            call = {**told, "width": 64, "height": 64, "num_inference_steps": 2}
            yield to_picture(run(pipeline, ctx, model, StepProgress(ctx, 3), call))


@pytest.fixture
def adapters(tiny_models: TinyModels, tmp_path: Path) -> Path:
    folder = tmp_path / "adapters"
    unet = UNet2DConditionModel.from_pretrained(tiny_models.sd15 / "unet")
    reference_zoo.save(reference_zoo.plain(unet), folder / "plain.safetensors")
    reference_zoo.image_encoder().save_pretrained(folder / "image_encoder")
    photograph_of(64, 64).save(tmp_path / "photo.png")
    half_mask_of(photograph_of(64, 64)).save(tmp_path / "mask.png")
    return folder


@pytest.fixture
def run(tmp_path: Path, tiny_models: TinyModels, adapters: Path) -> Run:
    module = ModuleType("tasks")
    tasks = [TextToImage, Refine, Inpaint, Vary, Sketch]
    module.register_tasks = api.hookimpl(lambda: tasks)  # type: ignore[attr-defined]
    loaded = {task.info.id: task for task in load_plugin(PluginSource("tasks", "test", lambda: module)).tasks}
    service = ModelService(Settings(home=tmp_path, device="cpu", models=(str(adapters),)), BUILT_IN)
    registry: Any = SimpleNamespace(tasks=loaded)

    def run(task: str = "text-to-image", **params: Any) -> list[Event]:
        told: list[Event] = []
        store = LibraryAccess(tmp_path / "library")
        given = {"prompt": "a cat", "model": str(tiny_models.sd15), "seed": 3, "steps": 2, "size": "64x64"}
        given = {name: value for name, value in {**given, **params}.items() if value is not None}
        service.refresh()
        Runner(registry, store, service, told.append).run(messages.Submit("job", task, given), RunningJob("job"))
        store.close()
        return told

    return run


def of(kind: type, told: list[Event]) -> list[Any]:
    return [event for event in told if isinstance(event, kind)]


def pixels(told: list[Event]) -> Any:
    (saved,) = of(messages.Saved, told)
    with Image.open(saved.path) as image:
        return np.asarray(image)


def test_a_recipe_tells_which_file_it_was_and_makes_the_picture_again(run: Run, adapters: Path, tmp_path: Path) -> None:
    photo = str(tmp_path / "photo.png")
    told = run(reference=[{"reference": "plain", "image": photo, "weight": 0.7}])
    (saved,) = of(messages.Saved, told)
    library = Library(tmp_path / "library")
    record = library.get(saved.id)
    library.close()
    assert record is not None
    (kept,) = record.recipe.params["reference"]
    sha256 = hashlib.sha256((adapters / "plain.safetensors").read_bytes()).hexdigest()
    assert kept == {"reference": "plain", "image": photo, "weight": 0.7, "layers": "all", "sha256": sha256}
    assert record.recipe.roles["reference"] == "reference"
    (adapters / "plain.safetensors").rename(adapters / "renamed.safetensors")
    assert (pixels(run(**record.recipe.params)) == pixels(told)).all()
    assert (pixels(run()) != pixels(told)).any()
    (adapters / "renamed.safetensors").unlink()
    (failed,) = of(messages.Failed, run(**record.recipe.params))
    assert "The IP-Adapter 'plain' is missing: there is no file " in failed.message


def test_every_task_that_declares_them_is_changed_by_them(run: Run, tmp_path: Path) -> None:
    photo, mask = str(tmp_path / "photo.png"), str(tmp_path / "mask.png")
    one = [{"reference": "plain", "image": photo}]
    ways: dict[str, dict[str, Any]] = {
        "refine": {"image": photo, "strength": 0.9, "size": None},
        "inpaint": {"image": photo, "mask": mask, "size": None},
    }
    for task, params in ways.items():
        assert (pixels(run(task, **params, reference=one)) != pixels(run(task, **params))).any(), task
    own = {"prompt": None, "seed": None, "steps": None, "size": None, "words": "a cat"}
    assert pixels(run("sketch", **own, looks=one)).shape == (64, 64, 3)
    varied = run("variation", prompt=None, image=photo, count=1)
    (saved,) = of(messages.Saved, varied)
    assert saved.values["reference"].startswith("plain (")
    assert 0 <= saved.values["clip_distance"] <= 2


def test_the_command_line_makes_the_same_picture(
    run: Run, adapters: Path, tiny_models: TinyModels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "cli"))
    assert main(["models", "add", str(adapters)]) == 0
    drawn = ["run", "text-to-image", "--in-process", "--prompt", "a cat", "--model", str(tiny_models.sd15)]
    told = ["--reference", f"plain={tmp_path / 'photo.png'},weight=0.7", "-o", str(tmp_path / "drawn")]
    assert main([*drawn, "--seed", "3", "--steps", "2", "--size", "64x64", *told]) == 0
    ours = run(reference=[{"reference": "plain", "image": str(tmp_path / "photo.png"), "weight": 0.7}])
    (made,) = (tmp_path / "drawn").glob("*.png")
    with Image.open(made) as image:
        assert (np.asarray(image.convert("RGB")) == pixels(ours)).all()
