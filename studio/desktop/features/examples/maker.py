"""ExampleMaker: has the engine make the examples that are asked for, and keeps what was made for each picture."""

from collections import OrderedDict
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from studio.desktop.features.examples import plan
from studio.desktop.features.examples.plan import ExamplePlan
from studio.desktop.forms.form_like import FormLike
from studio.desktop.forms.task_fields import example_params
from studio.desktop.shell import qt_image
from studio.desktop.viewer.example_strip import SIDE, ExampleCell
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.form import TaskForm
from studio.jobs import Job, JobState
from studio.messages import Saved

KEPT = 100
"""Examples."""


class ExampleMaker(QObject):
    """Between the form, whose value the strip shows and sets, and the queue of jobs."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench, self._strip, self._queue = workbench, workbench.viewer.examples, workbench.session.jobs
        self._folder = workbench.session.settings.cache_dir / "previews"
        self._task: TaskForm | None = None
        self._plan: ExamplePlan | None = None
        self._form: FormLike | None = None
        self._made: OrderedDict[bytes, QImage] = OrderedDict()
        self._jobs: dict[str, bytes] = {}
        self._strip.wanted.connect(lambda: workbench.forms.prepare_picture(self.make))
        self._strip.stopped.connect(self.stop)
        self._strip.chosen.connect(self._set_value)
        self._strip.closed.connect(lambda: self.open(False))
        workbench.viewer.values.examples_wanted.connect(self.open)
        workbench.forms.chosen.connect(self._choose)
        self._queue.saved.connect(self._saved)
        self._queue.ended.connect(self._ended)

    def _choose(self) -> None:
        """Another task, or another form of it."""
        if self._form is not None:
            self._form.changed.disconnect(self._refresh)
        forms = self._workbench.forms
        self._task, self._form = forms.task, forms.form
        self._plan = plan.find(self._task) if self._task is not None and self._form is not None else None
        if self._plan is not None and self._form is not None:
            self._strip.show_values(self._plan.number.title, self._plan.values)
            self._form.changed.connect(self._refresh)
        else:
            self._form = None
        self._workbench.viewer.values.offer_examples(self._plan is not None)
        self.open(False)

    def open(self, opened: bool) -> None:
        """Show the row, or hide it; what was made is kept."""
        self._workbench.viewer.values.show_examples_open(opened)
        self._strip.setVisible(opened and self._plan is not None)
        self._refresh()

    # ---- making

    def make(self) -> None:
        """Those that are not there yet."""
        if self._form is None or self._task is None:
            return
        if problem := self._form.problem():
            self._form.show_error(*problem)
            return
        try:
            for cell, params in self._params():
                cell.failed, key = False, self._key(params)
                if key not in self._made and key not in self._jobs.values():
                    job = self._queue.submit(self._task.id, params, quiet=True, folder=str(self._folder))
                    self._jobs[job.id] = key
        except UserError as error:
            self._show_failed(error)
        self._refresh()

    def stop(self) -> None:
        """Cancel those that are still to be made."""
        for job in reversed([job for job in self._queue.pending if job.id in self._jobs]):
            self._queue.cancel(job)

    def _params(self) -> list[tuple[ExampleCell, dict[str, Any]]]:
        """What would make the example of each cell, as the form is now."""
        if self._form is None or self._plan is None or self._task is None:
            return []
        same, name = example_params(self._task, self._form.values()), self._plan.number.name
        return [(cell, {**same, name: cell.value}) for cell in self._strip.cells]

    def _key(self, params: dict[str, Any]) -> bytes:
        """All that an example depends on."""
        return msgspec.json.encode([self._task.id if self._task else "", sorted(params.items())])

    def _saved(self, job: Job, saved: Saved) -> None:
        key, path = self._jobs.get(job.id), Path(saved.path)
        if key is None:
            return

        def show(image: QImage) -> None:
            self._made[key] = image
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
            self._refresh()

        worker, folder = self._workbench.session.worker, self._folder
        worker.run(lambda: qt_image.passing(path, 2 * SIDE, folder), show, self._show_failed)

    def _ended(self, job: Job) -> None:
        key = self._jobs.pop(job.id, None)
        if key is None:
            return
        for cell, params in self._params():
            if self._key(params) == key:
                cell.failed = job.state in (JobState.FAILED, JobState.INTERRUPTED)
        self._refresh()

    def _show_failed(self, error: UserError) -> None:
        self._workbench.notices.show_error("job", error)

    # ---- the form

    def _set_value(self, value: float) -> None:
        if self._plan is not None and self._form is not None:
            self._form.editor(self._plan.number.name).set_value(value)

    def _refresh(self) -> None:
        """What the row shows goes with what stands in the form."""
        if self._plan is None or self._form is None or self._strip.isHidden():
            return
        waiting = set(self._jobs.values())
        for cell, params in self._params():
            key = self._key(params)
            cell.picture, cell.waits = self._made.get(key), key in waiting and key not in self._made
        self._strip.mark(self._form.editor(self._plan.number.name).value())
