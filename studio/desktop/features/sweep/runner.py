"""SweepFeature: from the form to the jobs of a sweep and their grid."""

import itertools
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt

from studio.desktop.actions.action import Action, Section
from studio.desktop.actions.buttons import tool_button
from studio.desktop.features.sweep.axis import Axis
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.form import TaskForm
from studio.role import Role

if TYPE_CHECKING:
    from studio.desktop.features.sweep.dialog import SweepDialog
    from studio.desktop.features.sweep.grid import SweepGrid


class SweepFeature(QObject):
    """Its button is beside the one that starts a single job."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench = workbench
        about = self.tr("Parameter grid: compare values of one or two settings")
        forms, actions = workbench.forms, workbench.actions
        actions.add(
            Action(
                "sweep", self.tr("Parameter grid"), self.ask, "grid", about=about, enabled=lambda: forms.is_allowed,
                section=Section.JOBS,
            )
        )  # fmt: skip
        forms.add_tool(tool_button(actions, "sweep", workbench.window, "tool"))
        forms.allowed.connect(lambda: actions.refresh("sweep"))
        self.dialog: SweepDialog | None = None
        self.grid: SweepGrid | None = None

    def ask(self) -> None:
        """Which parameters of the chosen task go through which values."""
        from studio.desktop.features.sweep.dialog import SweepDialog  # few open it in a session

        forms = self._workbench.forms
        task, form = forms.task, forms.form
        if task is None or form is None:
            return
        self.dialog = SweepDialog(task.title, task.fields, self._workbench.window)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.started.connect(lambda axes: forms.prepare(lambda: self._start(task, axes)))
        self.dialog.open()

    def _start(self, task: TaskForm, axes: Sequence[Axis]) -> None:
        from studio.desktop.features.sweep.grid import SweepGrid  # few open it in a session

        session, forms = self._workbench.session, self._workbench.forms
        form = forms.form_of(task.id)
        if form is None:
            return
        swept = {axis.field.name for axis in axes}
        if (problem := form.problem()) and problem[0] not in swept:
            form.show_error(*problem)
            return
        self.grid = SweepGrid(task.title, axes, session.jobs, session.worker, self._workbench.window)
        self.grid.shown.connect(self._workbench.viewer_controller.show_job)
        fixed = _fixed(form.values(), task, swept)
        ways = [range(len(axis.values)) for axis in axes]
        try:
            for places in itertools.product(*reversed(ways)):
                at = [*reversed(places), 0][:2]
                values = {axis.field.name: axis.values[place] for axis, place in zip(axes, at, strict=False)}
                self.grid.add(session.jobs.submit(task.id, {**fixed, **values}), at[0], at[1])
        except UserError as error:
            self._workbench.notices.show_error("job", error)
        self.grid.show()


def _fixed(values: dict[str, Any], task: TaskForm, swept: set[str]) -> dict[str, Any]:
    """What is the same in all: one picture each, from the same noise, so that only the swept values differ."""
    fixed = dict(values)
    count = task.role(Role.COUNT)
    if count is not None and count.name not in swept and (count.minimum or 0) <= 1:
        fixed[count.name] = 1
    for seed in task.names(Role.SEED):
        if seed not in swept and fixed.get(seed) in (None, -1):
            fixed[seed] = random.randrange(2**31)
    return fixed
