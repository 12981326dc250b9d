"""What a task may ask of its host: progress that is thinned, previews, notes, inner data, values kept between jobs."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from PIL import Image

from studio import api, errors, messages
from studio.engine.context import MOST_NOTES, JobContext, showable
from studio.engine.library_access import LibraryAccess
from studio.engine.running_job import RunningJob
from studio.messages import Event
from studio.models.service import ModelService
from studio.models.value_cache import ValueCache
from studio.settings import Settings


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Host:
    """A context with all that it tells."""

    def __init__(self, home: Any, **order: Any) -> None:
        self.told: list[Event] = []
        self.clock = Clock()
        self.job = RunningJob("job")
        service = ModelService(Settings(home=home), BUILT_IN)
        submit = messages.Submit("job", "task", {}, **order)
        store = LibraryAccess(home / "library")
        self.ctx = JobContext(submit, self.job, self.told.append, store, service, ValueCache(), self.clock)

    @property
    def progress(self) -> list[messages.Progress]:
        return [event for event in self.told if isinstance(event, messages.Progress)]


@pytest.fixture
def host(tmp_path: Any) -> Host:
    return Host(tmp_path)


PREVIEW = Image.new("RGB", (2000, 1000), "red")


def test_a_flood_of_progress_is_thinned_and_its_last_word_kept(host: Host) -> None:
    for step in range(10_000):
        host.ctx.progress(step, 10_000)
        host.clock.now += 0.001
    assert len(host.progress) < 10 * 20
    host.ctx.close()
    assert host.progress[-1].done == 9_999


def test_two_previews_a_second_at_most_and_small(host: Host) -> None:
    for step in range(100):
        host.ctx.progress(step, 100, PREVIEW)
        host.clock.now += 0.1
    previews = [event.preview for event in host.progress if event.preview]
    assert 15 <= len(previews) <= 21
    with Image.open(io.BytesIO(previews[0])) as shown:
        assert (shown.format, shown.size) == ("JPEG", (512, 256))


def test_nobody_pays_for_previews_that_nobody_sees(tmp_path: Any) -> None:
    host = Host(tmp_path, previews=False)
    assert not host.ctx.wants_preview
    host.ctx.progress(0, 1, PREVIEW)
    assert host.progress[0].preview == b""


def test_the_eta_is_the_mean_pace_of_its_own_stage(host: Host) -> None:
    for step in range(5):
        host.ctx.progress(step, 10, stage="decoder")
        host.clock.now += 2
    assert host.progress[0].eta_s is None
    assert host.progress[4].eta_s == pytest.approx(12)
    host.ctx.progress(0, 3, stage="upscaler")
    assert host.progress[-1].eta_s is None


@pytest.mark.parametrize("bar", [(-1, 5), (0, 0), (float("nan"), 1), (1, float("inf"))])
def test_a_bar_that_is_none_is_the_authors_mistake(host: Host, bar: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="done must be 0 or more"):
        host.ctx.progress(*bar)


def test_every_door_is_shut_once_the_job_is_cancelled_or_over(host: Host) -> None:
    host.job.cancel()
    doors = (lambda: host.ctx.progress(0, 1), lambda: host.ctx.image("x"), lambda: host.ctx.mask("x"))
    for door in doors:
        with pytest.raises(errors.Cancelled):
            door()
    host.ctx.close()
    host.ctx.note("too late")
    assert host.told == []


def test_a_mask_that_is_transparent_all_over_is_told_once(host: Host, tmp_path: Path) -> None:
    for name, alpha in (("clear", 0), ("half", 128)):
        Image.new("RGBA", (4, 4), (9, 200, 30, alpha)).save(tmp_path / f"{name}.png")
        for _ in range(2):
            assert host.ctx.mask(str(tmp_path / f"{name}.png")).getextrema() == (255 - alpha, 255 - alpha)
    (note,) = (event for event in host.told if isinstance(event, messages.Note))
    assert note.text == "“clear.png”: It is transparent all over, so all of it counts as white."


def test_notes_are_many_but_not_endless(host: Host) -> None:
    for number in range(MOST_NOTES * 3):
        host.ctx.note(f"note {number} " + "x" * 5_000)
    notes = [event.text for event in host.told if isinstance(event, messages.Note)]
    assert len(notes) == MOST_NOTES + 1
    assert max(map(len, notes)) == 2_000
    assert notes[-1] == "There are more notes than can be shown."


def test_inner_data_goes_only_where_somebody_looks(tmp_path: Any) -> None:
    closed, opened = Host(tmp_path), Host(tmp_path, reveal=True)
    for host in (closed, opened):
        host.ctx.reveal("prior", norm=np.float32(1.5), likeness=torch.tensor([0.5, 1.0]), words=("a", "cat"))
    assert not closed.ctx.reveals
    assert closed.told == []
    (event,) = opened.told
    assert isinstance(event, messages.Revealed)
    assert event.data == {"norm": 1.5, "likeness": [0.5, 1.0], "words": ["a", "cat"]}
    messages.decode_event(messages.encode(event))


def test_pictures_are_shown_as_small_jpegs() -> None:
    shown = showable({"film": [PREVIEW]})
    assert base64.b64decode(shown["film"][0]["jpeg"]).startswith(b"\xff\xd8")
    with pytest.raises(TypeError, match="reveal shows numbers"):
        showable(object())


def test_values_are_kept_within_the_budget_the_latest_used_longest() -> None:
    cache = ValueCache(budget_bytes=10_000)
    made: list[str] = []

    def value(name: str) -> torch.Tensor:
        made.append(name)
        return torch.zeros(1_000)  # 4,000 bytes

    for name in ("a", "b", "a", "c", "a", "b"):
        cache.get(name, lambda name=name: value(name))  # type: ignore[misc]  # mypy#12557
    assert made == ["a", "b", "c", "b"]
    assert cache.used_bytes <= 10_000
    view = torch.zeros(1_000_000)[:1]
    cache.get("view", lambda: view)
    assert cache.used_bytes <= 10_000, "a view keeps all of its storage alive, so it was not kept"
    with pytest.raises(TypeError, match="not Linear"):
        cache.get("module", lambda: torch.nn.Linear(1, 1))


def test_an_embedding_that_is_kept_is_an_image_ref_and_a_parent(host: Host) -> None:
    host.ctx.check_name("dawn")
    path = host.ctx.keep(api.Embedding("dawn", "abc", (1.0, 2.0)))
    with pytest.raises(errors.UserError, match="already"):
        host.ctx.check_name("dawn")
    assert host.ctx.embedding(path) == api.Embedding("dawn", "abc", (1.0, 2.0))
    assert host.ctx.images_used == [path]
    with pytest.raises(errors.UserError, match="holds numbers and no pixels"):
        host.ctx.image(path)


def test_a_picture_is_no_embedding_and_no_parent_before_it_is_opened(host: Host, tmp_path: Any) -> None:
    PREVIEW.save(tmp_path / "photo.png")
    assert host.ctx.embedding(str(tmp_path / "photo.png")) is None
    assert host.ctx.images_used == []
