"""ViewerController: shows jobs and pictures in the viewer; whoever looks at another picture keeps seeing that."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from studio.desktop.canvas import job_preview
from studio.desktop.canvas.document import PictureSource
from studio.desktop.shell import qt_image
from studio.desktop.shell.qt_image import Shown
from studio.desktop.shell.worker import Worker
from studio.desktop.viewer.viewer import Viewer
from studio.errors import UserError
from studio.jobs import Job, JobQueue, JobState
from studio.messages import Saved

if TYPE_CHECKING:
    from studio.library import Record


class ViewerController(QObject):
    """`followed` is the job whose pictures are shown; None while a picture of another origin is."""

    piece_shown = Signal(object)
    failed = Signal(object)
    noted = Signal(object)

    def __init__(self, viewer: Viewer, jobs: JobQueue, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer, self._jobs, self._worker = viewer, jobs, worker
        self.followed: Job | None = None
        self._wants_next = True
        self._round = self._loading = 0
        self._preview_number = self._preview_shown = 0
        jobs.added.connect(self._added)
        jobs.changed.connect(self._changed)
        jobs.previewed.connect(self._previewed)
        jobs.saved.connect(self._saved)
        jobs.ended.connect(self._ended)
        jobs.removed.connect(self._removed)
        # What the first stroke would wait for; a window without a picture does without it.
        once = Qt.ConnectionType.SingleShotConnection
        self.piece_shown.connect(lambda: worker.run(lambda: import_module("cv2"), lambda _: None), once)

    # ---- what people choose

    def show_record(self, record: "Record") -> None:
        """A picture of the library."""
        self.show_file(record.id, record.path, (*record.recipe.parents, *sources(record.recipe.params)))

    def show_file(self, ref: str, path: Path, parents: tuple[str, ...] = ()) -> None:
        """Any picture, alone; until it is read, what was shown stays."""
        self.look_away()
        number = self._round

        def show(shown: Shown) -> None:
            if number == self._round:
                self._viewer.show_one(PictureSource(ref, path, parents), shown)
                self.noted.emit(shown.notes)
                self.piece_shown.emit(ref)

        self._worker.run(lambda: qt_image.load(path), show, self._failure(number))

    def look_away(self) -> None:
        """Another picture has been put in the middle: no job is followed any more."""
        self.followed, self._wants_next = None, False
        self._round += 1

    def show_job(self, job: Job) -> None:
        """The pictures of a job, or what is there of them."""
        self._follow(job)
        for number, saved in enumerate(job.saved):
            self._load(job, number, saved)
        if job.saved:
            self.piece_shown.emit(job.saved[-1].id)

    # ---- what jobs do

    @property
    def running(self) -> Job | None:
        at_work = (JobState.RUNNING, JobState.UNSAVED)
        return next((job for job in self._jobs if job.state in at_work and not job.unlisted), None)

    def _added(self, job: Job) -> None:
        if not job.quiet:
            self._wants_next = True
        self._refresh_progress()

    def _changed(self, job: Job) -> None:
        begins = job.state is JobState.RUNNING and not job.done and not job.quiet
        if begins and job is not self.followed and self._wants_next:
            self._follow(job)
        self._refresh_progress()

    def _follow(self, job: Job) -> None:
        self.followed, self._wants_next = job, True
        self._round += 1
        self._preview_shown = self._preview_number
        self._loading = 0
        self._viewer.candidates.begin(max(1, len(job.saved)), job.task)

    def _previewed(self, job: Job, data: bytes) -> None:
        if job is not self.followed:
            return
        self._preview_number += 1
        number, index = self._preview_number, len(job.saved)
        given = sources(job.params)

        def show(preview: job_preview.JobPreview) -> None:
            fresh = number > self._preview_shown and job is self.followed and index == len(job.saved)
            if fresh and not job.state.ended:
                self._preview_shown = number
                self._viewer.candidates.show_preview(index, preview)

        self._worker.run(lambda: job_preview.read(data, given), show, lambda error: None)  # the next one may be better

    def _saved(self, job: Job, saved: Saved) -> None:
        if job is self.followed:
            self._load(job, len(job.saved) - 1, saved)

    def _load(self, job: Job, index: int, saved: Saved) -> None:
        number, path = self._round, Path(saved.path)
        self._loading += 1

        def show(shown: Shown) -> None:
            if number == self._round:
                self._loading -= 1
                self._viewer.candidates.show_result(index, PictureSource(saved.id, path, sources(job.params)), shown)
                self._finish(job)
                self.piece_shown.emit(saved.id)

        def failed(error: UserError) -> None:
            if number == self._round:
                self._loading -= 1
                self._finish(job)
                self.failed.emit(error)

        self._worker.run(lambda: qt_image.load(path), show, failed)

    def _finish(self, job: Job) -> None:
        if job.state.ended and not self._loading:
            self._viewer.candidates.finish()

    def _ended(self, job: Job) -> None:
        if job is self.followed and not job.saved:
            self.followed = None
            self._viewer.show_former()
        elif job is self.followed:
            self._finish(job)
        self._refresh_progress()

    def _refresh_progress(self) -> None:
        waiting = sum(job.state is JobState.WAITING and not job.unlisted for job in self._jobs)
        self._viewer.progress.show_job(self.running, waiting)

    def _removed(self, job: Job) -> None:
        self._refresh_progress()

    def _failure(self, number: int) -> Callable[[UserError], None]:
        def report(error: UserError) -> None:
            if number == self._round:
                self.failed.emit(error)

        return report


def sources(params: dict[str, Any]) -> tuple[str, ...]:
    """The pictures and masks that an order names: library ids and paths."""
    from studio.library import picture_id  # slow, and first needed after the first paint

    lists = (value if isinstance(value, list) else [value] for value in params.values())
    texts = (value for values in lists for value in values if isinstance(value, str) and "\n" not in value)
    return tuple(text for text in texts if picture_id.is_id(text) or (len(text) < 4096 and Path(text).is_absolute()))
