"""LiveFeature: draws what stands in the form when it has rested for a moment, while nothing else wants the engine."""

import random
import uuid
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from studio import messages
from studio.desktop.canvas import job_preview
from studio.desktop.canvas.job_preview import JobPreview
from studio.desktop.features.live.on_canvas import LiveOnCanvas
from studio.desktop.features.live.panel import LivePanel
from studio.desktop.forms.form_like import FormLike
from studio.desktop.shell import qt_image
from studio.desktop.style.sentence import say
from studio.desktop.viewer.controller import sources
from studio.desktop.viewer.progress_line import duration
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.form import TaskForm
from studio.jobs import Job, JobState
from studio.role import Role

REST_MS = 500
"""So long nothing changes before it is drawn: people pause for less between two letters."""
SLOWEST_S = 12.0
"""A picture that takes longer on this machine, by what was measured, is not drawn live."""
LARGEST = 1024
"""Pixels a side of what is shown."""


class LiveFeature(QObject):
    """One job at a time, which no list has and no library; whatever people start comes before it."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench = workbench
        self._session, self._forms, self._jobs = workbench.session, workbench.forms, workbench.session.jobs
        self._folder = workbench.session.settings.cache_dir / "live"
        self._form: FormLike | None = None
        self._job: Job | None = None
        self._wanted: tuple[str, dict[str, Any]] | None = None
        """What is asked about, or drawn: a task and its parameters."""
        self._drawn: tuple[str, dict[str, Any]] | None = None
        """What is shown."""
        self._request = ""
        self._seed = random.randrange(2**31)
        self.panel = LivePanel(workbench.actions, workbench.window)
        self.panel.switched.connect(self._switch)
        self.panel.keep_wanted.connect(self._keep)
        self.panel.other_wanted.connect(self._draw_another)
        workbench.docks.add("live", self.panel.accessibleName(), "motion", self.panel)
        self._canvas = LiveOnCanvas(
            workbench.viewer, workbench.actions, lambda: self.panel.on_canvas, workbench.window
        )  # fmt: skip
        self.panel.canvas_wanted.connect(self._canvas.refresh)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._begin)
        self._forms.chosen.connect(self._choose)
        workbench.document.changed.connect(self._canvas.hide)  # what was drawn on is to be seen
        workbench.document.changed.connect(self._wait)
        self._session.received.connect(self._handle)
        self._jobs.added.connect(self._make_way)
        self._jobs.reordered.connect(self._wait)
        self._jobs.previewed.connect(self._show_preview)
        self._jobs.saved.connect(self._show_picture)
        self._jobs.ended.connect(self._ended)

    # ---- when

    def _switch(self, on: bool) -> None:
        if on:
            self._workbench.docks.reveal(self.panel)
            self._wait()
        else:
            self._rest.stop()
            self._stop()
            self._canvas.clear()
            self.panel.show_status("")

    def _choose(self) -> None:
        self._canvas.clear()
        if self._form is not None:
            self._form.changed.disconnect(self._wait)
        self._form = self._forms.form
        if self._form is not None:
            self._form.changed.connect(self._wait)
        self._wait()

    def _wait(self) -> None:
        if self.panel.switch.isChecked():
            self._rest.start()

    def _make_way(self, job: Job) -> None:
        """Whatever people start comes first."""
        if not job.unlisted:
            self._stop()
            self._canvas.clear()

    def _stop(self) -> None:
        job, self._job, self._request = self._job, None, ""
        if job is not None:
            self._wanted = None
            self._jobs.cancel(job)

    @property
    def _listed_waits(self) -> bool:
        """Whether something runs or waits that people have started."""
        return any(not job.unlisted for job in self._jobs.pending)

    # ---- what

    def _begin(self) -> None:
        task, form = self._forms.task, self._forms.form
        if task is None or form is None or not self._session.ready:
            return
        if hindered := self._hindrance(task, form):
            self.panel.show_status(hindered)
        elif task.role(Role.SOURCE) is None:
            self._ask(task, form)
        else:
            self._forms.prepare(lambda: self._ask(task, form))

    def _hindrance(self, task: TaskForm, form: FormLike) -> str:
        """Why nothing can be drawn now; '' if it can."""
        if self._jobs.paused:
            return self.tr("The queue is paused.")
        if self._listed_waits:
            return self.tr("Waiting for the jobs in the queue.")
        candidate = self._workbench.viewer.candidate
        if task.role(Role.SOURCE) is not None and candidate is not None:
            return self.tr("Accept or discard the result on the canvas first.")
        problem = form.problem()
        return problem[1] if problem and task.role(Role.SOURCE) is None else ""

    def _ask(self, task: TaskForm, form: FormLike) -> None:
        """Whether it is quick enough here."""
        if not self.panel.switch.isChecked() or self._forms.form is not form:
            return
        if problem := form.problem():
            self.panel.show_status(problem[1])
            return
        params = self._params(task, form.values())
        if (task.id, params) == self._wanted:
            return
        if (task.id, params) == self._drawn:
            self._stop()
            self._canvas.show_again()
            self.panel.show_status("")
            return
        try:
            messages.check(params)
        except UserError as error:
            self.panel.show_status(say(error.message))
            return
        self._stop()
        self._wanted, self._request = (task.id, params), uuid.uuid4().hex
        if self._session.client is not None:
            self._session.client.send(messages.Plan(self._request, task.id, params))

    def _params(self, task: TaskForm, values: dict[str, Any]) -> dict[str, Any]:
        """One picture from a seed that stays, so that only what is changed changes it."""
        wanted = dict(values)
        for field in task.fields:
            if field.role is Role.COUNT:
                wanted[field.name] = max(1, round(field.minimum or 1))
            elif field.role is Role.SEED and wanted.get(field.name) in (None, -1):
                wanted[field.name] = self._seed
            elif field.role is Role.NAME:
                wanted.pop(field.name, None)
        return wanted

    def _handle(self, event: messages.Event) -> None:
        if isinstance(event, messages.Ready):
            self._wait()
        elif isinstance(event, messages.Ended):
            self._wanted, self._request = None, ""
        elif isinstance(event, messages.Planned) and event.request == self._request and self._request:
            self._request = ""
            self._planned(event)

    def _planned(self, plan: messages.Planned) -> None:
        if plan.fits is False:
            self.panel.show_status(self.tr("This needs more memory than there is."))
        elif plan.seconds is not None and plan.seconds > SLOWEST_S:
            text = self.tr("A picture takes about {0} here, too long to draw live; choose a smaller size, fewer steps "
                           "or a quicker model.")  # fmt: skip
            self.panel.show_status(text.format(duration(plan.seconds)))
        elif self._wanted is not None:
            task, params = self._wanted
            self.panel.show_status(self.tr("Drawing…"))
            try:
                self._job = self._jobs.submit(task, params, quiet=True, unlisted=True, folder=str(self._folder))
            except UserError as error:
                self.panel.show_status(say(error.message))

    # ---- what comes of it

    def _show_preview(self, job: Job, data: bytes) -> None:
        if job is self._job:
            given = sources(job.params)

            def show(preview: JobPreview) -> None:
                if job is self._job and not job.saved:
                    self.panel.show_preview(preview.whole)
                    self._canvas.show(preview)

            self._session.worker.run(lambda: job_preview.read(data, given), show, lambda error: None)

    def _show_picture(self, job: Job, saved: messages.Saved) -> None:
        if not job.unlisted or Path(saved.path).parent != self._folder:
            return
        path, wanted = Path(saved.path), (job.task, job.params)

        given = sources(job.params)

        def read() -> JobPreview:
            return job_preview.of(qt_image.passing(path, LARGEST, self._folder), given)

        def show(preview: JobPreview) -> None:
            if self._job in (job, None):  # else another one has begun
                self._drawn = wanted
                self.panel.show_picture(preview.whole)
                if self.panel.switch.isChecked() and not self._listed_waits:
                    self._canvas.show(preview)

        # A picture that is not wanted any more goes too.
        self._session.worker.run(read, show, self._fail)

    def _fail(self, error: UserError) -> None:
        self.panel.show_status(say(error.message))

    def _ended(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self._wanted = None
            if job.state is JobState.DONE:
                self.panel.show_status(self.tr("Drawn in {0}").format(duration(job.seconds)))
            else:
                self.panel.show_status(say(job.message))
        elif not job.unlisted:
            self._wait()

    def _keep(self) -> None:
        """The same order gives the same picture, with its recipe and its place in the library."""
        if self._drawn is not None:
            task, params = self._drawn
            self._workbench.notices.attempt(lambda: self._jobs.submit(task, dict(params)))

    def _draw_another(self) -> None:
        self._seed = random.randrange(2**31)
        self._rest.start(0)
