"""ExampleMaker: has the engine make the examples that are asked for, and keeps what was made for each picture."""

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.desktop.features.examples import plan
from studio.desktop.features.examples.plan import ExamplePlan
from studio.desktop.job import Job, JobState
from studio.desktop.shell import qt_image
from studio.desktop.viewer.example_strip import SIDE, ExampleCell
from studio.errors import UserError
from studio.form import FormField, UnsupportedSchema, parse
from studio.messages import Saved, TaskInfo

if TYPE_CHECKING:
    from studio.desktop.main_window import MainWindow

KEPT = 100
"""Examples."""


class ExampleMaker(QObject):
    """Between the form, whose value the strip shows and sets, and the book of jobs."""

    failed = Signal(object)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._filmstrip = window, window.viewer.examples
        self._task: TaskInfo | None = None
        self._fields: tuple[FormField, ...] = ()
        self._plan: ExamplePlan | None = None
        self._form: Any = None
        self._made: OrderedDict[bytes, QImage] = OrderedDict()
        self._jobs: dict[str, bytes] = {}
        self._filmstrip.wanted.connect(lambda: window.values.prepare(self.make))
        self._filmstrip.stopped.connect(self.stop)
        self._filmstrip.chosen.connect(self._take)
        self._filmstrip.closed.connect(lambda: self.open(False))
        window.viewer.values.examples_wanted.connect(self.open)
        window.session.jobs.saved.connect(self._saved)
        window.session.jobs.ended.connect(self._ended)

    def use(self, task: TaskInfo | None, form: Any) -> None:
        """The chosen task and its form."""
        if self._form is not None:
            self._form.changed.disconnect(self._refresh)
        self._task, self._form = task, form if hasattr(form, "editor") else None
        self._fields = _fields(task)
        self._plan = plan.find(self._fields) if self._form is not None else None
        if self._plan is not None:
            self._filmstrip.show_values(self._plan.number.title, self._plan.values)
            self._form.changed.connect(self._refresh)
        else:
            self._form = None
        self._window.viewer.values.offer_examples(self._plan is not None)
        self.open(False)

    def open(self, opened: bool) -> None:
        """Show the row, or hide it; what was made is kept."""
        self._window.viewer.values.examples.setChecked(opened)
        self._filmstrip.setVisible(opened and self._plan is not None)
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
            for cell, order in self._orders():
                cell.failed, key = False, self._key(order)
                if key not in self._made and key not in self._jobs.values():
                    job = self._window.session.jobs.submit(self._task.id, order, quiet=True)
                    self._jobs[job.id] = key
        except UserError as error:
            self.failed.emit(error)
        self._refresh()

    def stop(self) -> None:
        """Cancel those that are still to be made."""
        book = self._window.session.jobs
        for job in reversed([job for job in book.pending if job.id in self._jobs]):
            book.cancel(job)

    def _orders(self) -> list[tuple[ExampleCell, dict[str, Any]]]:
        """What would make the example of each cell, as the form is now."""
        if self._form is None or self._plan is None:
            return []
        same, name = plan.order(self._fields, self._form.values()), self._plan.number.name
        return [(cell, {**same, name: cell.value}) for cell in self._filmstrip.cells]

    def _key(self, order: dict[str, Any]) -> bytes:
        """All that an example depends on."""
        return msgspec.json.encode([self._task.id if self._task else "", sorted(order.items())])

    def _saved(self, job: Job, saved: Saved) -> None:
        key, path = self._jobs.get(job.id), Path(saved.path)
        if key is None:
            return

        def show(image: QImage) -> None:
            self._made[key] = image
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
            self._refresh()

        self._window.worker.run(lambda: qt_image.shrunk(qt_image.load(path).full, 2 * SIDE), show, self.failed.emit)

    def _ended(self, job: Job) -> None:
        key = self._jobs.pop(job.id, None)
        if key is None:
            return
        for cell, order in self._orders():
            if self._key(order) == key:
                cell.failed = job.state in (JobState.FAILED, JobState.INTERRUPTED)
        self._refresh()

    # ---- the form

    def _take(self, value: float) -> None:
        if self._plan is not None:
            self._form.editor(self._plan.number.name).set_value(value)

    def _refresh(self) -> None:
        """What the row shows goes with what stands in the form."""
        if self._plan is None or self._form is None or self._filmstrip.isHidden():
            return
        waiting = set(self._jobs.values())
        for cell, order in self._orders():
            key = self._key(order)
            cell.picture, cell.waits = self._made.get(key), key in waiting and key not in self._made
        self._filmstrip.mark(self._form.editor(self._plan.number.name).value())


def _fields(task: TaskInfo | None) -> tuple[FormField, ...]:
    try:
        return parse(task.schema) if task else ()
    except UnsupportedSchema:
        return ()
