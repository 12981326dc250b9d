"""A picture's way through a job: its own pixels and profile in, a profile or a stream of rows out."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from built_in import BUILT_IN
from PIL import Image, ImageCms, ImageOps

from studio import api, messages
from studio.engine.library_access import LibraryAccess
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.library import Library
from studio.messages import Event
from studio.models.service import ModelService
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.plugin_loader import load_plugin
from studio.settings import Settings
from studio.testing import check_task

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


class Mirror(api.Task):
    """Hands a picture on as it is, strip by strip or whole."""

    id = "mirror"
    title = "Mirror"

    class Params(api.Params):
        image: api.ImageRef | None = None
        how: str = "rows"

    def run(self, params: Any, ctx: api.Context) -> Iterator[api.Result]:
        if params.image:
            ctx.image(params.image)
            original = ctx.original(params.image, tiff=True)
            yield api.Result(ImageOps.mirror(original.image), icc=original.icc)
            return
        values: dict[str, Any] = {}
        mode, icc = ("CMYK", None) if params.how == "mode" else ("RGB", LAB if params.how == "profile" else SRGB)
        width = 13_000 if params.how == "huge" else 40
        rows = api.Rows(width, 13_000 if width > 40 else 30, mode, _strips(params.how, ctx, values))
        yield api.Result(rows, values=values, icc=icc)


def _strips(how: str, ctx: api.Context, values: dict[str, Any]) -> Iterator[Any]:
    for number in range(3):
        ctx.progress(number, 3)
        if how == "wrong":
            raise api.UserError("It cannot be done.")
        if how == "cancel" and number == 1:
            ctx._job.cancel()  # type: ignore[attr-defined]
        yield np.full((10, 40, 3), number, np.uint8)
    values["strips"] = 3


@pytest.fixture
def run(tmp_path: Path) -> Any:
    module = ModuleType("mirror")
    module.register_tasks = api.hookimpl(lambda: [Mirror])  # type: ignore[attr-defined]
    tasks = {task.info.id: task for task in load_plugin(PluginSource("mirror", "test", lambda: module)).tasks}

    def run(**params: Any) -> list[Event]:
        told: list[Event] = []
        store = LibraryAccess(tmp_path / "library")
        registry: Any = SimpleNamespace(tasks=tasks)
        runner = Runner(registry, store, ModelService(Settings(home=tmp_path), BUILT_IN), told.append)
        runner.run(messages.Submit("job", "mirror", params), RunningJob("job"))
        store.close()
        return told

    return run


def of(kind: type, told: list[Event]) -> list[Any]:
    return [event for event in told if isinstance(event, kind)]


def test_rows_are_saved_with_what_was_measured_on_the_way(run: Any) -> None:
    told = run()
    (saved,) = of(messages.Saved, told)
    assert (saved.width, saved.height, saved.values) == (40, 30, {"strips": 3})
    assert isinstance(told[-1], messages.Finished)
    with Image.open(saved.path) as image:
        assert np.unique(np.asarray(image)[:, :, 0], axis=1).ravel().tolist() == [0] * 10 + [1] * 10 + [2] * 10
        assert image.info["icc_profile"] == SRGB


@pytest.mark.parametrize(
    ("how", "end", "text"),
    [
        ("cancel", messages.JobCancelled, ""),
        ("wrong", messages.Failed, "It cannot be done."),
        ("mode", messages.Failed, "rows in the mode CMYK"),
        ("profile", messages.Failed, "a profile for Lab"),
        ("huge", messages.Failed, "150 megapixels"),
    ],
)
def test_rows_that_do_not_come_to_an_end_leave_nothing(
    run: Any, tmp_path: Path, how: str, end: type[Event], text: str
) -> None:
    last = run(how=how)[-1]
    assert isinstance(last, end)
    assert text in getattr(last, "message", "")
    assert not list(tmp_path.rglob("*.png"))


def test_a_disk_that_fails_while_rows_are_written_ends_the_job(run: Any, tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    library.close()
    (tmp_path / "library" / "pictures").write_bytes(b"a file where a folder belongs")
    last = run()[-1]
    assert isinstance(last, messages.Failed)
    assert (last.code, last.user) == ("storage", True)
    assert "run the job again" in last.message


def test_an_original_keeps_its_pixels_and_says_once_what_was_adapted(run: Any, tmp_path: Path) -> None:
    grey = Image.fromarray(np.arange(1200, dtype=np.uint16).reshape(30, 40) * 50)
    grey.save(tmp_path / "grey.tiff")
    told = run(image=str(tmp_path / "grey.tiff"))
    assert "TIFF" in told[-1].message, "ctx.image takes no TIFF"
    grey.save(tmp_path / "grey.png")
    told = run(image=str(tmp_path / "grey.png"))
    (saved,) = of(messages.Saved, told)
    with Image.open(saved.path) as image:
        assert np.array_equal(np.asarray(image)[:, ::-1], np.asarray(grey))
    (note,) = of(messages.Note, told)
    assert note.text == "“grey.png”: It has 16 bits per colour; it is worked on in 8."


def test_check_task_draws_rows() -> None:
    (result,) = check_task(Mirror, {})
    assert isinstance(result.image, Image.Image)
    assert result.image.size == (40, 30)
    assert result.values == {"strips": 3}
    with pytest.raises(AssertionError, match="make 40x30, not 40x31"):
        check_task(Short, {})


class Short(Mirror):
    """Says more rows than it makes."""

    id = "short"

    def run(self, params: Any, ctx: api.Context) -> Iterator[api.Result]:
        yield api.Result(api.Rows(40, 31, "RGB", _strips("rows", ctx, {})))
