"""JobContext: the host, as one running task sees it (`studio.api.Context`)."""

import base64
import contextlib
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from PIL import Image

from studio import api, errors, images, messages
from studio.engine import result_check
from studio.engine.job_watch import JobWatch
from studio.engine.library_access import LibraryAccess
from studio.engine.memory_ladder import RUNGS, Rung
from studio.engine.running_job import RunningJob
from studio.messages import Event
from studio.models.value_cache import ValueCache
from studio.plugin_host.operations import PictureOperations
from studio.rate import Rate
from studio.text import Text

T = TypeVar("T")
_Lending = contextlib.AbstractContextManager[api.Lease]
PREVIEWS_PER_S = 2
PROGRESS_PER_S, PROGRESS_BURST = 15, 5  # at most 20 in any second
MOST_NOTES = 50
LONGEST_TEXT = 2000  # characters


class ModelAccess(Protocol):
    """What a job needs of the ModelService."""

    @property
    def loaded_bytes(self) -> int: ...

    @property
    def resident_bytes(self) -> int: ...

    def lease(
        self, spec: api.Model, *, working_bytes: int = 0, holder: str = ""
    ) -> contextlib.AbstractContextManager[api.Lease]: ...

    def take_leaks(self) -> list[Text]: ...

    def unload(self) -> None: ...


class Eta:
    """Guesses the seconds that remain of one bar; begins anew when the bar does."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._bar: tuple[str, float] | None = None
        self._first = self._last = 0.0
        self._since = 0.0

    def update(self, done: float, total: float, stage: str) -> float | None:
        if self._bar != (stage, total) or done < self._last:
            self._bar, self._first, self._since = (stage, total), done, self._clock()
        self._last = done
        if done <= self._first or done >= total:
            return None
        return (total - done) * (self._clock() - self._since) / (done - self._first)


class JobContext:
    """Made for one job; after `close` it refuses to be used, so that a stray thread of a task ends too."""

    def __init__(
        self,
        order: messages.Submit,
        job: RunningJob,
        emit: Callable[[Event], None],
        store: LibraryAccess,
        models: ModelAccess,
        cache: ValueCache,
        clock: Callable[[], float] = time.monotonic,
        *,
        rung: Rung = RUNGS[0],
        working_bytes: int = 0,
        watch: JobWatch | None = None,
        operations: PictureOperations | None = None,
    ) -> None:
        """`rung`: how frugal, or how exact, the job is to be. `working_bytes`: what it will need beside the weights."""
        self._rung, self._working_bytes = rung, working_bytes
        self._watch = watch or JobWatch()
        self._operations = operations or PictureOperations({})
        self._order, self._job, self._emit = order, job, emit
        self._store, self._models, self._cache = store, models, cache
        self._eta = Eta(clock)
        self._progress_rate = Rate(PROGRESS_PER_S, PROGRESS_BURST, clock)
        self._preview_rate = Rate(PREVIEWS_PER_S, 1, clock)
        self._held_back: messages.Progress | None = None
        self._told: set[tuple[str, str]] = set()
        self._lent: dict[_Lending, api.Lease] = {}
        self._ending = self._closed = False
        self._part = (0, 1)
        self.notes: list[str] = []
        self.images_used: list[str] = []
        self.models_used: list[str] = []

    def close(self) -> None:
        """End what the task has left open, and tell the progress that was held back; nothing is told after that."""
        self._ending = True
        for lending in [*self._lent]:
            self._end_lease(lending)
        self._closed = True
        if self._held_back:
            self._emit(self._held_back)

    def begin_part(self, number: int, count: int) -> None:
        """The task is run several times for this job: its progress is from now on that of one of `count` parts."""
        self._part = (number, count)

    # ---- for the task

    def progress(self, done: float, total: float, preview: Image.Image | None = None, *, stage: str = "") -> None:
        self._check()
        if not (math.isfinite(done) and math.isfinite(total) and done >= 0 and total > 0):
            raise ValueError(f"progress({done}, {total}): done must be 0 or more and total more than 0")
        number, count = self._part
        done, total = min(done, total) + number * total if count > 1 else done, total * count
        eta_s = self._eta.update(done, total, stage)
        jpeg = b""
        if preview is not None and self._order.previews and self._preview_rate.take():
            jpeg = result_check.preview(preview)
        self._watch.step(stage)
        event = messages.Progress(self._job.id, float(done), float(total), stage[:LONGEST_TEXT], eta_s, jpeg)
        if jpeg or self._progress_rate.take():
            self._held_back = None
            self._emit(event)
        else:
            self._held_back = event

    @property
    def wants_preview(self) -> bool:
        return self._order.previews and self._preview_rate.free

    def image(self, ref: str) -> Image.Image:
        self._check()
        found = self._open(ref, images.FORMATS)
        self._tell(ref, found.notes)
        return found.image

    def original(self, ref: str, *, tiff: bool = False) -> api.Original:
        self._check()
        found = self._open(ref, images.WITH_TIFF if tiff else images.FORMATS)
        is_whole = found.original.mode.startswith("I;16")  # 16-bit grey, which Pillow can hold
        self._tell(ref, [note for note in found.notes if not (is_whole and note == images.REDUCED)])
        return api.Original(found.original, found.image, found.icc, found.bits)

    def _open(self, ref: str, formats: tuple[str, ...]) -> images.Picture:
        found = images.open_image(self._store.path(ref), formats=formats)
        if ref not in self.images_used:
            self.images_used.append(ref)
        return found

    def _tell(self, ref: str, notes: Iterable[str]) -> None:
        """What was adapted in a picture, once."""
        for note in notes:
            if (ref, note) not in self._told:
                self._told.add((ref, note))
                self.note("{}: {}", images.label(self._store.path(ref)), Text(note))

    def embedding(self, ref: str) -> api.Embedding | None:
        self._check()
        found = self._store.embedding(ref)
        if found and ref not in self.images_used:
            self.images_used.append(ref)
        return found

    def keep(self, embedding: api.Embedding) -> str:
        self._check()
        return str(self._store.keep(embedding))

    def check_name(self, name: str) -> None:
        self._check()
        self._store.check_name(name)

    def mask(self, ref: str) -> Image.Image:
        self._check()
        mask, notes = images.open_mask(self._store.path(ref))
        self._tell(ref, notes)
        return mask

    @contextlib.contextmanager
    def model(self, spec: api.Model) -> Iterator[api.Lease]:
        self._check()
        rung = self._rung
        spec = replace(
            spec,
            tiled=spec.tiled or rung.tiled,
            float32=spec.float32 or rung.float32,
            narrow=spec.narrow or rung.narrow,
            offloaded=spec.offloaded or rung.offloaded,
        )
        began, loaded = self._watch.now, self._models.loaded_bytes
        lending = self._models.lease(spec, working_bytes=self._working_bytes, holder=self._order.task)
        lease = lending.__enter__()
        self._lent[lending] = lease
        try:
            self._watch.loaded(lease.title, began, self._models.loaded_bytes - loaded, str(lease.dtype))
            for told in self._models.take_leaks():
                self._note(told)
            if lease.id not in self.models_used:
                self.models_used.append(lease.id)
                if lease.note:
                    self.note("{}: {}", lease.title, Text(lease.note))
            for each in lease.told:
                self._note(each)
            self._check()  # loading may have taken long
            yield lease
        finally:
            self._end_lease(lending)

    def _end_lease(self, lending: _Lending) -> None:
        """Once: the end of the job may be ahead of a plugin that keeps its lease."""
        if (lease := self._lent.pop(lending, None)) is None:
            return
        title = lease.title
        lending.__exit__(None, None, None)
        for part, what in lease.changed:
            self.note(
                "{} was changed by the task {}: {}. It was discarded, and is read again for the next job; tell the "
                "plugin's author to change a variant of it (lease.patched) instead.",
                part, repr(self._order.task), Text(what),
            )  # fmt: skip
        if self._ending:
            self.note(
                "The task {} kept the model {} after its end; it was taken back. Tell the plugin's author to write "
                "`with ctx.model(…)`.",
                repr(self._order.task), title,
            )  # fmt: skip

    def cached(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        return self._cache.get((self._order.task, key), make)

    def control_picture(self, picture: Image.Image, hint: str) -> api.ControlPicture:
        return self._operations.control_picture(picture, hint)

    def note(self, template: str, *args: object) -> None:
        self._note(Text(template, *args))

    def _note(self, told: Text) -> None:
        if self._closed or len(self.notes) > MOST_NOTES:
            return
        if len(self.notes) == MOST_NOTES:
            told = Text("There are more notes than can be shown.")
        elif len(told) > LONGEST_TEXT:
            told = Text(told[:LONGEST_TEXT])
        if str(told) in self.notes:  # of each part of a job in parts
            return
        self.notes.append(str(told))
        self._emit(messages.Note(self._job.id, told))

    @property
    def reveals(self) -> bool:
        return self._order.reveal

    def reveal(self, stage: str, **data: Any) -> None:
        if self._order.reveal and not self._closed:
            shown = {name: showable(value) for name, value in data.items()}
            self._emit(messages.Revealed(self._job.id, stage[:LONGEST_TEXT], shown))

    def _check(self) -> None:
        if self._ending:
            raise errors.Cancelled
        self._job.check()


def showable(value: Any) -> Any:
    """Inner data as JSON can carry it. Raises TypeError for what is neither a number, a text, a picture nor a list."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Image.Image):
        return {"jpeg": base64.b64encode(result_check.preview(value)).decode()}
    if isinstance(value, list | tuple):
        return [showable(entry) for entry in value]
    if isinstance(value, dict):
        return {str(key): showable(entry) for key, entry in value.items()}
    if callable(tolist := getattr(value, "tolist", None)):  # arrays and tensors, of numpy and torch
        return showable(tolist())
    raise TypeError(f"reveal shows numbers, texts, pictures and lists of them, not {type(value).__name__}")
