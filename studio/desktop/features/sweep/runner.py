"""Sweeper: from the form to the jobs of a sweep and their grid."""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.desktop.features.sweep.axis import Axis
from studio.errors import UserError
from studio.form import parse
from studio.messages import TaskInfo

if TYPE_CHECKING:
    from studio.desktop.features.sweep.dialog import SweepDialog
    from studio.desktop.features.sweep.grid import SweepGrid
    from studio.desktop.main_window import MainWindow


class SweepFeature(QObject):
    failed = Signal(object)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.dialog: SweepDialog | None = None
        self.grid: SweepGrid | None = None

    def ask(self) -> None:
        """Which parameters of the chosen task go through which values."""
        from PySide6.QtCore import Qt

        from studio.desktop.features.sweep.dialog import SweepDialog

        task, form = self._window.task_panel.task, self._window.task_panel.form
        if task is None or form is None:
            return
        self.dialog = SweepDialog(task.title, parse(task.schema), self._window)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.started.connect(lambda axes: self._window.canvas_sync.deliver(lambda: self._start(task, axes)))
        self.dialog.open()

    def _start(self, task: TaskInfo, axes: Sequence[Axis]) -> None:
        from studio.desktop.features.sweep.grid import SweepGrid

        window, session = self._window, self._window.session
        form = window.task_panel.form_of(task.id)
        if form is None:
            return
        swept = {axis.field.name for axis in axes}
        if (problem := form.problem()) and problem[0] not in swept:
            form.show_error(*problem)
            return
        self.grid = SweepGrid(task.title, axes, session.jobs, session.worker, window)
        self.grid.shown.connect(window.viewer_controller.show_job)
        fixed = _fixed(form.values(), task, swept)
        ways = [range(len(axis.values)) for axis in axes]
        try:
            for places in itertools.product(*reversed(ways)):
                at = [*reversed(places), 0][:2]
                values = {axis.field.name: axis.values[place] for axis, place in zip(axes, at, strict=False)}
                self.grid.add(session.jobs.submit(task.id, {**fixed, **values}), at[0], at[1])
        except UserError as error:
            self.failed.emit(error)
        self.grid.show()


def _fixed(values: dict[str, Any], task: TaskInfo, swept: set[str]) -> dict[str, Any]:
    """What is the same in all: one picture each, from the same noise, so that only the swept values differ."""
    import random

    fields = {field.name: field for field in parse(task.schema)}
    fixed = dict(values)
    count = fields.get("count")
    if count is not None and "count" not in swept and (count.minimum or 0) <= 1:
        fixed["count"] = 1
    seed = next((name for name, field in fields.items() if field.widget == "seed"), None)
    if seed is not None and seed not in swept and fixed.get(seed) in (None, -1):
        fixed[seed] = random.randrange(2**31)
    return fixed
