"""LoRAs of whole jobs: named in the prompt, recorded with their hash, made again from the recipe; as any task may."""

import ast
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import lora_zoo
import numpy as np
import pytest
from built_in import BUILT_IN
from PIL import Image
from studio_inpaint import Inpaint
from studio_text_to_image import Refine, TextToImage
from studio_upscale import Upscale
from studio_variation import Vary
from tiny import TinyModels, stable_diffusion

from studio import api, messages
from studio.engine.library_access import LibraryAccess
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.engine.wording import Wording
from studio.library import Library
from studio.messages import Event
from studio.models.service import ModelService
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.plugin_loader import load_plugin
from studio.prompts.style import Style
from studio.prompts.style_book import StyleBook
from studio.settings import Settings

ROOT = Path(__file__).parents[2]
Run = Callable[..., list[Event]]


@pytest.fixture
def loras(tmp_path: Path) -> Path:
    folder = tmp_path / "loras"
    folder.mkdir()
    lora_zoo.save(folder / "Film_v2.safetensors", stable_diffusion(), seed=1)
    lora_zoo.save(folder / "ink.safetensors", stable_diffusion(), seed=2)
    return folder


def documented() -> type[api.Task]:
    """The task that docs/plugins.md prints, which has LoRAs by declaring them."""
    guide = (ROOT / "docs/plugins.md").read_text()
    (block,) = (each for each in re.findall(r"```python\n(.*?)```", guide, re.DOTALL) if "class Sketch" in each)
    names: dict[str, Any] = {"api": api, "__name__": "documented"}
    exec(compile(ast.parse(block), "docs/plugins.md", "exec"), names)
    made: type[api.Task] = names["Sketch"]
    return made


@pytest.fixture
def run(tmp_path: Path, tiny_models: TinyModels, loras: Path) -> Run:
    module = ModuleType("tasks")
    tasks = [TextToImage, Refine, Inpaint, documented()]
    module.register_tasks = api.hookimpl(lambda: tasks)  # type: ignore[attr-defined]
    loaded = {task.info.id: task for task in load_plugin(PluginSource("tasks", "test", lambda: module)).tasks}
    service = ModelService(Settings(home=tmp_path, device="cpu", models=(str(loras),)), BUILT_IN)
    registry: Any = SimpleNamespace(tasks=loaded)

    def run(task: str = "text-to-image", **params: Any) -> list[Event]:
        told: list[Event] = []
        store = LibraryAccess(tmp_path / "library")
        given = {"prompt": "a cat", "model": str(tiny_models.sd15), "seed": 3, "steps": 2, "size": "64x64"}
        given = {name: value for name, value in {**given, **params}.items() if value is not None}
        service.refresh()
        runner = Runner(registry, store, service, told.append, wording=Wording(tmp_path))
        runner.run(messages.Submit("job", task, given), RunningJob("job"))
        store.close()
        return told

    return run


def of(kind: type, told: list[Event]) -> list[Any]:
    return [event for event in told if isinstance(event, kind)]


def pixels(told: list[Event]) -> Any:
    (saved,) = of(messages.Saved, told)
    with Image.open(saved.path) as image:
        return np.asarray(image)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_recipe_tells_which_file_it_was_and_makes_the_picture_again(run: Run, loras: Path, tmp_path: Path) -> None:
    told = run(lora=[{"adapter": "ink", "weight": 0.5}])
    (saved,) = of(messages.Saved, told)
    library = Library(tmp_path / "library")
    record = library.get(saved.id)
    library.close()
    assert record is not None
    (kept,) = record.recipe.params["lora"]
    assert kept == {"adapter": "ink", "weight": 0.5, "text_weight": None, "sha256": sha256(loras / "ink.safetensors")}
    assert record.recipe.roles["lora"] == "adapter"
    again = run(**record.recipe.params)
    assert (pixels(again) == pixels(told)).all()
    assert (pixels(run()) != pixels(told)).any()


def test_a_tag_in_the_prompt_is_an_entry_of_the_list(run: Run) -> None:
    told = run(prompt="a cat <lora:Film_v2:0.8>, <lora:INK:0.2:-0.4> sitting")
    (started,) = of(messages.Started, told)
    assert started.params["prompt"] == "a cat, sitting"
    assert [(each["adapter"], each["weight"], each["text_weight"]) for each in started.params["lora"]] == [
        ("film-v2", 0.8, None), ("ink", -0.4, 0.2),
    ]  # fmt: skip
    assert of(messages.Note, told) == []
    listed = [{"adapter": "film-v2", "weight": 0.8}, {"adapter": "ink", "weight": -0.4, "text_weight": 0.2}]
    assert (pixels(run(prompt="a cat, sitting", lora=listed)) == pixels(told)).all()


def test_a_tag_of_none_that_is_here_is_told_and_stays_in_the_recipe(run: Run) -> None:
    told = run(prompt="a cat <lora:unheard of:0.8>")
    (note,) = of(messages.Note, told)
    assert note.text == (
        "There is no LoRA 'unheard of' here, so that was left out of the prompt; add its file to the models."
    )
    (started,) = of(messages.Started, told)
    assert started.params["prompt"] == "a cat <lora:unheard of:0.8>"
    assert (pixels(told) == pixels(run())).all()


@pytest.mark.parametrize("prompt", ["{a cat <lora:ink:0.5>|a cat <lora:Film_v2:0.5>}", "{a|the} cat <lora:ink:0.5>"])
def test_a_tag_among_variants_is_recorded_with_the_hash_of_its_file(
    run: Run, loras: Path, tmp_path: Path, prompt: str
) -> None:
    listed = [{"adapter": "film-v2", "weight": 0.25}]
    told = run(prompt=prompt, lora=listed, count=2, seed=0)
    library = Library(tmp_path / "library")
    records = [library.get(saved.id) for saved in of(messages.Saved, told)]
    library.close()
    assert len(records) == 2
    hashes = {"ink": sha256(loras / "ink.safetensors"), "film-v2": sha256(loras / "Film_v2.safetensors")}
    named = set()
    for record, saved in zip(records, of(messages.Saved, told), strict=True):
        assert record is not None
        assert record.recipe.read == saved.read
        (from_words,) = record.recipe.read["lora"]
        (kept,) = record.recipe.params["lora"]
        assert kept == {**listed[0], "text_weight": None, "sha256": hashes["film-v2"]}
        name = from_words["adapter"]
        assert name.split("-")[0] in record.recipe.read["prompt"].lower()
        assert from_words == {"adapter": name, "weight": 0.5, "text_weight": None, "sha256": hashes[name]}
        named.add(name)
    assert named == ({"ink", "film-v2"} if "Film" in prompt else {"ink"})


def test_a_tag_in_the_template_of_a_style_is_recorded_with_the_hash_of_its_file(
    run: Run, loras: Path, tmp_path: Path
) -> None:
    StyleBook(tmp_path).keep(Style("inked", {"en": "Inked"}, prompt="{prompt}, inked <lora:ink:0.5>"))
    (saved,) = of(messages.Saved, told := run(style=["inked"]))
    assert saved.read["lora"] == [
        {"adapter": "ink", "weight": 0.5, "text_weight": None, "sha256": sha256(loras / "ink.safetensors")}
    ]
    listed = run(prompt="a cat, inked", lora=[{"adapter": "ink", "weight": 0.5}])
    assert (pixels(listed) == pixels(told)).all()
    assert "lora" not in of(messages.Saved, listed)[0].read


def test_a_tag_in_the_words_of_a_region_counts_everywhere_and_that_is_told(run: Run, tmp_path: Path) -> None:
    Image.new("L", (64, 64), 255).save(tmp_path / "mask.png")
    region = {"prompt": "a house <lora:ink:0.5>", "mask": str(tmp_path / "mask.png")}
    told = run(region=[region])
    (started,) = of(messages.Started, told)
    assert started.params["region"][0]["prompt"] == "a house"
    assert [(each["adapter"], each["weight"]) for each in started.params["lora"]] == [("ink", 0.5)]
    (note,) = of(messages.Note, told)
    assert note.text == "A LoRA counts for the whole picture, also where its tag stands in the words of a region."
    assert (pixels(run(**started.params)) == pixels(told)).all(), "from what the recipe keeps"
    listed = run(region=[{**region, "prompt": "a house"}], lora=[{"adapter": "ink", "weight": 0.5}])
    assert (pixels(listed) == pixels(told)).all()
    (note,) = of(messages.Note, run(region=[{**region, "prompt": "a house <lora:unheard:1>"}]))
    assert note.text.startswith("There is no LoRA 'unheard' here")


@pytest.mark.parametrize(
    ("prompt", "lora", "end"),
    [
        ("a cat <lora:ink:9>", [], "The weight of the LoRA 'ink' in the prompt must be between -4 and 4, not 9."),
        ("a cat <lora:ink:-4.5:1>", [], "The weight of the LoRA 'ink' in the prompt must be"),
        ("a cat", [{"adapter": "ink", "weight": float("nan")}], "lora, entry 1, weight must be a finite number"),
        ("a cat", [{"adapter": "ink"}] * 50, "lora has 50 entries; at most 16 are allowed."),
        ("a cat", [{"adapter": "nobody"}], "There is no LoRA 'nobody'; installed are: "),
    ],
)
def test_what_cannot_be_is_refused(run: Run, prompt: str, lora: list[Any], end: str) -> None:
    told = run(prompt=prompt, lora=lora)
    failed = told[-1]
    assert isinstance(failed, messages.Failed)
    assert failed.field == "lora"
    assert failed.message.startswith(end)
    assert failed.user


def test_a_weight_below_zero_and_a_weight_of_zero(run: Run) -> None:
    plain = pixels(run())
    assert (pixels(run(lora=[{"adapter": "ink", "weight": 0}])) == plain).all()
    assert (pixels(run(lora=[{"adapter": "ink", "weight": -3}])) != plain).any()


def test_a_file_that_was_replaced_or_renamed_since(run: Run, loras: Path) -> None:
    (started,) = of(messages.Started, run(lora=[{"adapter": "ink"}]))
    chosen = started.params["lora"]
    (loras / "ink.safetensors").rename(loras / "sumi.safetensors")
    (started,) = of(messages.Started, run(lora=chosen))
    assert started.params["lora"] == [{**chosen[0], "adapter": "sumi"}]
    (loras / "Film_v2.safetensors").rename(loras / "ink.safetensors")
    (loras / "sumi.safetensors").unlink()
    (note,) = of(messages.Note, run(lora=chosen))
    assert note.text.startswith("The file of the LoRA 'ink' is another than it was (")


def test_one_deleted_between_choosing_and_running_is_named_by_its_place(run: Run, loras: Path) -> None:
    run(lora=[{"adapter": "ink"}])
    (loras / "ink.safetensors").unlink()
    failed = run(lora=[{"adapter": "ink"}])[-1]
    assert isinstance(failed, messages.Failed)
    gone = loras / "ink.safetensors"
    assert failed.message.startswith(f"The LoRA 'ink' is missing: there is no file {gone} any more.")


def test_the_documented_task_of_a_third_party_has_them(run: Run) -> None:
    own = {"seed": None, "steps": None, "size": None}
    told = run("sketch", prompt="a cat <lora:ink:1>", **own)
    (started,) = of(messages.Started, told)
    assert [each["adapter"] for each in started.params["lora"]] == ["ink"]
    assert (pixels(told) != pixels(run("sketch", **own))).any()


@pytest.mark.parametrize("task", [TextToImage, Refine, Inpaint, Upscale, Vary])
def test_every_task_that_can_declares_them(task: Any) -> None:
    assert task.Params.model_fields["lora"].annotation == list[api.Adapter]


def test_refine_and_edit_are_changed_by_them(run: Run, tmp_path: Path) -> None:
    picture, mask = tmp_path / "picture.png", tmp_path / "mask.png"
    Image.linear_gradient("L").resize((64, 64)).convert("RGB").save(picture)
    Image.new("L", (64, 64), 255).save(mask)
    for task, more in (
        ("refine", {"image": str(picture), "strength": 0.9}),
        ("inpaint", {"image": str(picture), "mask": str(mask), "size": None}),
    ):
        plain = pixels(run(task, **more))
        assert (pixels(run(task, lora=[{"adapter": "ink", "weight": 2}], **more)) != plain).any()
