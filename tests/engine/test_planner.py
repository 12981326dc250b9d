"""Whether a job fits and how long it takes, told before it is begun, and learnt from the jobs before it."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from built_in import BUILT_IN
from PIL import Image
from tiny import TinyModels

from studio import api, form, messages
from studio.descriptions import TaskInfo
from studio.engine.library_access import LibraryAccess
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.messages import Event
from studio.models.measurements import MOST_KINDS, MOST_POINTS, Measured, Measurements
from studio.models.model_facts import ModelFacts
from studio.models.peak_memory import PeakMemory
from studio.models.service import ModelService
from studio.plugin_host import registry
from studio.plugin_host.plugin_loader import LoadedTask
from studio.plugin_host.registry import Registry
from studio.settings import Settings
from studio.text import Text

MIB = 2**20


class Machine:
    """One with so much memory for weights and pictures, and a model of 10 MiB."""

    loaded_bytes = 0

    def __init__(self, home: Path, room_mib: int) -> None:
        self.measurements = Measurements(home / "measured.json")
        self.room_bytes = room_mib * MIB
        self.asked: list[int] = []

    add_ons: ClassVar[dict[Any, Any]] = {}

    def facts(self, ref: str, capability: str = "") -> ModelFacts:
        return ModelFacts("key", "nowhere", "Tiny", {"multiple": 8}, 10 * MIB, 0, self.room_bytes, 0)

    @contextlib.contextmanager
    def lease(self, spec: api.Model, *, working_bytes: int = 0, holder: str = "") -> Iterator[Any]:
        self.asked.append(working_bytes)
        yield SimpleNamespace(id="tiny", title="Tiny", note="", changed=[], told=[], dtype="torch.float32")

    def unload(self) -> None: ...

    def take_leaks(self) -> list[Text]:
        return []


class Square(api.Task):
    """Takes a fixed number of bytes for a pixel, and fails like torch where there are not so many."""

    id, title = "square", "Square"

    class Params(api.Params):
        model: api.ModelRef = api.ModelField("")
        size: api.Size = "512x512"

    def work(
        self, params: Any, defaults: Mapping[str, Any], size_of: Callable[[str], tuple[int, int]]
    ) -> api.Work | None:
        return api.Work(*api.parse_size(params.size, (512, 512)))

    def run(self, params: Any, ctx: api.Context) -> Iterator[Image.Image]:
        width, height = api.parse_size(params.size, (512, 512))
        with ctx.model(api.Model(params.model)):
            ctx.progress(1, 1, stage="squares")
            needed, there = width * height * BYTES_PER_PIXEL, ROOM_MIB * MIB - 10 * MIB
            if needed > there:
                raise RuntimeError(f"CUDA out of memory. Tried to allocate {needed / MIB:.2f} MiB")
            yield Image.new("RGB", (width, height))


BYTES_PER_PIXEL, ROOM_MIB = 1024, 150


def _runner(home: Path, models: Any, told: list[Event], cls: type[api.Task] = Square) -> Runner:
    info = TaskInfo(cls.id, cls.title, cls.Params.model_json_schema(), plugin="tests")
    task = LoadedTask(cls, form.read(info))
    return Runner(Registry({cls.id: task}), LibraryAccess(home / "library"), models, told.append)


def _run(runner: Runner, told: list[Event], job: str = "job", task: str = "square", **params: Any) -> Event:
    runner.run(messages.Submit(job, task, params), RunningJob(job))
    return told[-1]


def test_what_does_not_fit_names_a_size_that_fits_and_that_one_works(tmp_path: Path) -> None:
    told: list[Event] = []
    runner = _runner(tmp_path, Machine(tmp_path, ROOM_MIB), told)
    end = _run(runner, told, size="512x512")
    assert isinstance(end, messages.Failed)
    assert (end.code, end.user) == ("out_of_memory", True)
    assert "Tiny has 10.0 MiB, and 150.0 MiB is free" in end.message
    assert "A picture of 256x256 needs about 74.0 MiB, which fits." in end.message
    assert isinstance(_run(runner, told, "second", size="256x256"), messages.Finished)


def test_a_plan_is_made_before_the_job_and_room_is_asked_for_it(tmp_path: Path) -> None:
    told: list[Event] = []
    machine = Machine(tmp_path, ROOM_MIB)
    runner = _runner(tmp_path, machine, told)
    plan = messages.Plan("1", "square", {"size": "256x256"})
    assert runner.planned(plan) == messages.Planned("1", free_bytes=ROOM_MIB * MIB), "nothing is known: nothing is said"
    key = "square key"
    machine.measurements.add(key, Measured(128, 128, 1, 1, 16 * MIB, 2.0))
    told_now = runner.planned(plan)
    assert (told_now.fits, told_now.bytes, told_now.seconds, told_now.measured) == (True, 74 * MIB, 8.0, True)
    (cheaper,) = told_now.cheaper
    assert (cheaper.params, cheaper.bytes, cheaper.fits) == ({"size": "192x192"}, 46 * MIB, True)
    too_large = runner.planned(messages.Plan("2", "square", {"size": "512x512"}))
    assert too_large.fits is False
    assert [each.params for each in too_large.cheaper] == [{"size": "256x256"}], "384x384 would not fit either"
    _run(runner, told, size="256x256")
    assert machine.asked == [64 * MIB]


@pytest.mark.parametrize("params", [{"size": "0x0"}, {"size": 7}, {"colour": 1}])
def test_of_what_would_be_refused_no_plan_is_told(tmp_path: Path, params: dict[str, Any]) -> None:
    runner = _runner(tmp_path, Machine(tmp_path, ROOM_MIB), [])
    assert runner.planned(messages.Plan("1", "square", params)).bytes is None
    assert runner.planned(messages.Plan("1", "circle", {})).bytes is None


def test_a_task_whose_plan_is_a_bug_still_runs(tmp_path: Path) -> None:
    class Buggy(Square):
        id = "buggy"

        def work(self, *_: Any) -> api.Work | None:
            raise KeyError("width")

    told: list[Event] = []
    runner = _runner(tmp_path, Machine(tmp_path, ROOM_MIB), told, Buggy)
    assert isinstance(_run(runner, told, task="buggy", size="64x64"), messages.Finished)
    assert any(isinstance(event, messages.Log) and "KeyError('width')" in event.text for event in told)


def test_numbers_that_are_invalid_in_half_precision_are_made_again_in_float32(tmp_path: Path) -> None:
    asked: list[bool] = []

    class Half(Machine):
        @contextlib.contextmanager
        def lease(self, spec: api.Model, *, working_bytes: int = 0, holder: str = "") -> Iterator[Any]:
            asked.append(spec.float32)
            dtype = "torch.float32" if spec.float32 else "torch.bfloat16"
            yield SimpleNamespace(id="tiny", title="Tiny", note="", changed=[], told=[], dtype=dtype)

    class Overflows(Square):
        id = "overflows"
        never_works = False

        def run(self, params: Any, ctx: api.Context) -> Iterator[Image.Image]:
            with ctx.model(api.Model(params.model)) as lease:
                if self.never_works or lease.dtype != "torch.float32":
                    raise api.UserError("The model produced invalid numbers (NaN).", code="nan")
                yield Image.new("RGB", (8, 8))

    told: list[Event] = []
    runner = _runner(tmp_path, Half(tmp_path, ROOM_MIB), told, Overflows)
    assert isinstance(_run(runner, told, task="overflows"), messages.Finished)
    assert asked == [False, True]
    assert any(isinstance(event, messages.Note) and "again in float32" in event.text for event in told)
    Overflows.never_works = True
    end = _run(runner, told, "second", task="overflows")
    assert isinstance(end, messages.Failed)
    assert (end.code, len(asked)) == ("nan", 4), "one retry, then its user is told"


def test_measurements_outlive_the_engine_and_a_damaged_file(tmp_path: Path) -> None:
    file = tmp_path / "cache/measured.json"
    work = api.Work(64, 64, 2, 10)
    Measurements(file).add("kind", Measured(64, 64, 2, 10, 5 * MIB, 3.0, 1.5))
    kept = Measurements(file).estimate("kind", work)
    assert (kept.working_bytes, kept.seconds, kept.load_s) == (5 * MIB, 3.0, 1.5)
    file.write_bytes(b"{")
    assert Measurements(file).estimate("kind", work).working_bytes is None


def test_between_two_measured_sizes_the_line_through_them_holds(tmp_path: Path) -> None:
    measurements = Measurements(tmp_path / "measured.json")
    fixed, per_pixel = 7 * MIB, 300
    for side in (128, 256):
        measurements.add("kind", Measured(side, side, 1, 1, fixed + per_pixel * side**2, side**2 / 1e4))
    for side in (64, 200, 512):
        assert measurements.estimate("kind", api.Work(side, side)).working_bytes == fixed + per_pixel * side**2
    assert measurements.estimate("kind", api.Work(256, 256, 3, 2)).seconds == pytest.approx(6 * 256**2 / 1e4)


def test_only_the_latest_kinds_and_sizes_are_kept(tmp_path: Path) -> None:
    measurements = Measurements(tmp_path / "measured.json")
    for side in range(1, MOST_POINTS + 2):
        measurements.add("sizes", Measured(side, 1, 1, 1, seconds=100.0 * side))
    oldest, newest = (measurements.estimate("sizes", api.Work(side, 1)).seconds for side in (1, MOST_POINTS + 1))
    assert newest == 100.0 * (MOST_POINTS + 1)
    assert oldest == 200.0 / 2, "told by the next larger one"
    measurements.add("sizes", Measured(2, 1, 1, 1, seconds=5.0))
    assert measurements.estimate("sizes", api.Work(2, 1)).seconds == 5.0, "the latest of a size"
    for number in range(MOST_KINDS):
        measurements.add(f"kind {number}", Measured(1, 1, 1, 1, seconds=1.0))
    assert measurements.estimate("sizes", api.Work(2, 1)).seconds is None


@pytest.mark.skipif(PeakMemory("cpu").above_now() is None, reason="this system does not tell a process's peak")
def test_the_estimate_of_a_second_job_is_what_it_takes(home: Path, tmp_path: Path, tiny_models: TinyModels) -> None:
    """A real tiny model at a size where its pictures are what takes memory; the peak is the process's own."""
    settings = Settings(home=tmp_path, device="cpu", models=(str(tiny_models.sd15),))
    service = ModelService(settings, BUILT_IN)
    told: list[Event] = []
    runner = Runner(registry.load(settings), LibraryAccess(tmp_path / "library"), service, told.append)
    ask = {"prompt": "a cat", "model": str(tiny_models.sd15), "size": "256x256", "steps": 1}
    plan = messages.Plan("1", "text-to-image", ask)
    assert runner.planned(plan).measured is False
    # What the libraries take when they are first used, and what the allocator keeps of it, is no picture's.
    assert isinstance(_run(runner, told, "warm", "text-to-image", **ask), messages.Finished)
    peaks = []
    for job in ("first", "second"):
        end = _run(runner, told, job, "text-to-image", **ask)
        assert isinstance(end, messages.Finished), end
        now = runner.planned(plan)
        assert now.measured
        assert now.bytes is not None
        peaks.append(now.bytes - service.facts(str(tiny_models.sd15), "text-to-image").weights_bytes)
    assert peaks[0] > 20 * MIB
    assert peaks[1] == pytest.approx(peaks[0], rel=0.15)
