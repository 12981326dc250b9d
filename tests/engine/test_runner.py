"""One job from order to last event: what is recorded, what is freed, what is told when it goes wrong."""

import contextlib
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from PIL import Image

from studio import api, form, messages
from studio.descriptions import TaskInfo
from studio.engine.library_access import LibraryAccess
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.library import Library, Recipe
from studio.messages import Event
from studio.models.measurements import Measurements
from studio.models.model_facts import ModelFacts
from studio.plugin_host.plugin_loader import LoadedTask
from studio.plugin_host.registry import Registry
from studio.text import Text

Run = Callable[[Any, api.Context], Iterator[Any]]


class NoModels:
    """Counts what the runner asks of the model service."""

    loaded_bytes = 0

    def __init__(self, home: Path) -> None:
        self.unloaded = 0
        self.measurements = Measurements(home / "measured.json")

    add_ons: ClassVar[dict[Any, Any]] = {}

    def facts(self, ref: str, capability: str = "") -> ModelFacts:
        raise api.UserError(f"There is no model {ref!r}.", field="model")

    def lease(
        self, spec: api.Model, *, working_bytes: int = 0, holder: str = ""
    ) -> contextlib.AbstractContextManager[api.Lease]:
        raise api.UserError(f"There is no model {spec.ref!r}.", field="model")

    def unload(self) -> None:
        self.unloaded += 1

    def take_leaks(self) -> list[Text]:
        return []


class Bench:
    """A runner with one task."""

    def __init__(self, home: Path) -> None:
        self.told: list[Event] = []
        self.models = NoModels(home)
        self.home = home
        self.job = RunningJob("job")

    def run(self, body: Run, *, debug: bool = False, folder: str = "", **params: Any) -> Event:
        class Tested(api.Task):
            id = "tested"
            title = "Tested"

            class Params(api.Params):
                prompt: api.Prompt = ""
                model: api.ModelRef = api.ModelField("text-to-image")
                seed: api.Seed = -1
                image: api.ImageRef | None = None

            def run(self, params: Any, ctx: api.Context) -> Iterator[Any]:
                return body(params, ctx)

        info = TaskInfo("tested", "Tested", Tested.Params.model_json_schema(), plugin="tests")
        task = LoadedTask(Tested, form.read(info), "1.2")
        store = LibraryAccess(self.home / "library")
        runner = Runner(Registry({"tested": task}), store, self.models, self.told.append, debug=debug)
        with contextlib.closing(store):
            runner.run(messages.Submit("job", "tested", params, folder=folder), self.job)
        return self.told[-1]

    def recipes(self) -> list[Recipe]:
        return [record.recipe for record in reversed(Library(self.home / "library").find())]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def picture() -> Image.Image:
    return Image.new("RGB", (4, 4))


def test_the_recipe_holds_all_that_makes_the_picture_again(bench: Bench, tmp_path: Path) -> None:
    picture().save(tmp_path / "source.png")

    def body(params: Any, ctx: api.Context) -> Iterator[Any]:
        ctx.image(params.image)
        yield picture()
        yield api.Result(picture(), seed=9, values={"distance": np.float32(0.5), "n": torch.tensor(3), "how": {"a": 1}})
        yield api.Result(picture(), parents=("20260101-elsewhere",))

    end = bench.run(body, prompt="a\x07 cat", image=str(tmp_path / "source.png"))
    assert isinstance(end, messages.Finished)
    first, second, third = bench.recipes()
    assert first.params == {
        "prompt": "a cat", "model": "starter", "seed": first.seed, "image": str(tmp_path / "source.png")
    }  # fmt: skip
    assert first.seed is not None
    assert first.seed >= 0
    assert (first.index, second.index, second.seed, third.seed) == (0, 1, 9, None)
    assert (first.plugin, first.plugin_version, first.model) == ("tests", "1.2", "starter")
    assert first.parents == [str(tmp_path / "source.png")]
    assert second.values == {"distance": 0.5, "n": 3, "how": {"a": 1}}
    assert third.parents == ["20260101-elsewhere"]
    notes = [event.text for event in bench.told if isinstance(event, messages.Note)]
    assert notes == first.notes == ["Control characters were removed from prompt."]


def test_what_is_shown_in_passing_goes_into_a_folder_and_not_into_the_library(bench: Bench, tmp_path: Path) -> None:
    bench.run(lambda params, ctx: iter([picture()]), folder=str(tmp_path / "passing"))
    (saved,) = (event for event in bench.told if isinstance(event, messages.Saved))
    assert saved.id == ""
    assert Path(saved.path).parent == tmp_path / "passing"
    assert bench.recipes() == []


def test_a_value_that_is_no_value_is_not_kept_as_something_else(bench: Bench) -> None:
    def body(params: Any, ctx: api.Context) -> Iterator[Any]:
        yield api.Result(picture(), values={"good": 1.5, "bad": float("nan"), "worse": [1, np.float64("inf")]})

    assert isinstance(bench.run(body), messages.Finished)
    (recipe,) = bench.recipes()
    assert recipe.values == {"good": 1.5}
    notes = [event.text for event in bench.told if isinstance(event, messages.Note)]
    assert "The value 'bad' is no finite number (nan), so the recipe does without it." in notes
    assert any("'worse'" in note for note in notes)


@pytest.mark.parametrize("value", [object(), torch.zeros(3), {"deep": [object()]}])
def test_a_value_that_is_an_object_is_the_plugins_fault(bench: Bench, value: object) -> None:
    def body(params: Any, ctx: api.Context) -> Iterator[Any]:
        yield api.Result(picture(), values={"odd": value})

    end = bench.run(body)
    assert isinstance(end, messages.Failed)
    assert "it gave the value 'odd' as an object of type" in end.message
    assert not bench.recipes()


def test_out_of_memory_climbs_the_ladder_and_keeps_what_was_saved(bench: Bench) -> None:
    held: list[weakref.ref[torch.Tensor]] = []

    def body(params: Any, ctx: api.Context) -> Iterator[Any]:
        large = torch.zeros(10)
        held.append(weakref.ref(large))
        yield picture()
        raise RuntimeError("CUDA out of memory. Tried to allocate 20 GiB")

    end = bench.run(body)
    assert isinstance(end, messages.Failed)
    assert (end.code, end.user) == ("out_of_memory", True)
    assert "What was saved before is kept" in end.message
    assert "RuntimeError" in end.details
    assert bench.models.unloaded == 3, "it has no model whose layers could be kept in 8 bits"
    assert held[0]() is None, "the exception's frames must not keep tensors"
    assert len(bench.recipes()) == 1


@pytest.mark.parametrize(("failures", "tiled"), [(1, False), (2, True)])
def test_a_job_that_ran_out_of_memory_ends_in_a_picture_by_another_rung(
    bench: Bench, failures: int, tiled: bool
) -> None:
    seeds: list[int] = []

    def body(params: Any, ctx: api.Context) -> Iterator[Any]:
        seeds.append(params.seed)
        yield picture()
        if len(seeds) <= failures:
            raise MemoryError
        yield picture()

    assert isinstance(bench.run(body), messages.Finished)
    assert len({*seeds}) == 1, "the drawn seed holds"
    assert len(seeds) == failures + 1
    first, second = bench.recipes()
    assert (first.notes, len(second.notes)) == ([], 1), "the first picture was saved before memory ran out"
    assert ("in tiles" in second.notes[0]) is tiled
    assert [event.index for event in bench.told if isinstance(event, messages.Saved)] == [0, 1]


def test_a_cancelled_job_ends_its_leases(bench: Bench) -> None:
    closed: list[str] = []

    def body(params: Any, ctx: api.Context) -> Iterator[Any]:
        try:
            yield picture()
            bench.job.cancel()
            yield picture()
            ctx.progress(0, 1)
            yield picture()
        finally:
            closed.append("closed")

    assert isinstance(bench.run(body), messages.JobCancelled)
    assert closed == ["closed"]
    assert len(bench.recipes()) == 2, "what was finished is kept"


def test_one_that_was_cancelled_while_it_waited_never_begins(bench: Bench) -> None:
    bench.job.cancel()
    assert isinstance(bench.run(lambda params, ctx: iter([picture()])), messages.JobCancelled)
    assert not [event for event in bench.told if isinstance(event, messages.Started)]


def test_what_the_user_can_mend_comes_without_a_traceback(bench: Bench) -> None:
    def body(params: Any, ctx: api.Context) -> Iterator[Any]:
        with ctx.model(api.Model("sdxl")):
            yield picture()

    end = bench.run(body)
    assert isinstance(end, messages.Failed)
    assert (end.message, end.field, end.user, end.details) == ("There is no model 'sdxl'.", "model", True, "")


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (Image.new("RGB", (0, 4)), "an empty picture of 0x4 pixels"),
        (Image.new("CMYK", (4, 4)), "in the mode CMYK"),
        (Image.new("F", (4, 4), float("nan")), "invalid numbers (NaN)"),
        (b"png", "a value of type bytes"),
        (Image.new("1", (20_000, 20_000)), "more than the 150 megapixels"),
    ],
)
def test_what_is_no_picture_is_never_stored(bench: Bench, made: Any, words: str) -> None:
    end = bench.run(lambda params, ctx: iter([made]))
    assert isinstance(end, messages.Failed)
    assert words in end.message
    assert not list((bench.home / "library").rglob("*.png"))


@pytest.mark.parametrize("body", [lambda params, ctx: picture(), lambda params, ctx: None, lambda params, ctx: "no"])
def test_a_run_that_yields_nothing_is_told_what_is_expected(bench: Bench, body: Run) -> None:
    end = bench.run(body)
    assert isinstance(end, messages.Failed)
    assert "it must yield pictures" in end.message
    assert "The task 'tested' of the plugin 'tests' failed" in end.message


def test_a_debugger_sees_where_it_happened(bench: Bench) -> None:
    def body(params: Any, ctx: api.Context) -> Iterator[Any]:
        raise ZeroDivisionError
        yield

    with pytest.raises(ZeroDivisionError):
        bench.run(body, debug=True)


def test_a_stray_thread_of_a_finished_task_gets_nothing(bench: Bench) -> None:
    kept: list[api.Context] = []

    def body(params: Any, ctx: api.Context) -> Iterator[Any]:
        kept.append(ctx)
        yield picture()

    bench.run(body)
    before = len(bench.told)
    kept[0].note("late")
    with pytest.raises(api.Cancelled):
        kept[0].progress(0, 1)
    assert len(bench.told) == before
