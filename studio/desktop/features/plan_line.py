"""PlanLine: whether what stands in the form will fit and how long it takes, in a line above the button."""

import uuid
from typing import Any

from PySide6.QtCore import QObject, QTimer

from studio import messages
from studio.descriptions import AdapterFit, Cheaper
from studio.desktop.library.recipe_panel import text_of
from studio.desktop.style.label_text import file_size, one_line
from studio.desktop.style.sentence import say
from studio.desktop.viewer.progress_line import duration
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.jobs import Job
from studio.messages import Event, Plan, Planned

MOST_SHOWN, LONGEST = 3, 160
"""Pictures whose words are shown, and letters of each."""
PAUSE_MS = 400
"""Whoever is still writing is not asked about every letter."""
TIGHT = 0.5
"""Of the free memory: from here on the cheaper plan is told too."""


class PlanLine(QObject):
    """Asks the engine when the form has rested for a moment; nothing is said where nothing is known."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._session, self._forms = workbench.session, workbench.forms
        self._form: Any = None
        self._request = ""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(PAUSE_MS)
        self._rest.timeout.connect(self._ask)
        workbench.forms.chosen.connect(self._choose)
        workbench.session.received.connect(self._handle)
        workbench.session.jobs.ended.connect(self._job_ended)

    def _choose(self) -> None:
        if self._form is not self._forms.form:
            self._form = self._forms.form
            if self._form is not None:
                self._form.changed.connect(self._wait)
        self._forms.show_plan("")
        self._wait()

    def _wait(self) -> None:
        self._request = ""  # an answer that is on its way is of a form that has changed
        self._rest.start()

    def _job_ended(self, job: Job) -> None:
        self._rest.start()  # it was measured, and its model is there now

    def _ask(self) -> None:
        task, form, client = self._forms.task, self._forms.form, self._session.client
        if task is None or form is None or client is None or not self._session.ready or form.problem():
            self._forms.show_plan("")
            return
        values = form.values()
        try:
            messages.check(values)
        except UserError:  # the form says it when it is sent
            return
        self._request = uuid.uuid4().hex
        client.send(Plan(self._request, task.id, values))

    def _handle(self, event: Event) -> None:
        if isinstance(event, Planned) and event.request == self._request:
            self._forms.show_plan(self._told(event))
        elif isinstance(event, messages.Ready):
            self._rest.start()
        elif isinstance(event, messages.Ended):
            self._forms.show_plan("")

    def _told(self, plan: Planned) -> str:
        return "\n".join(filter(None, (self._words(plan), self._cost(plan))))

    def _words(self, plan: Planned) -> str:
        """What the prompt becomes whose variants are drawn, or that is said in styles; or why it cannot."""
        if plan.problem:
            return say(plan.problem)
        texts = [" · ".join(map(text_of, each.values())) for each in plan.texts[:MOST_SHOWN]]
        said = [one_line(text, LONGEST) for text in texts if text]
        note = say(plan.note) if plan.note else ""
        if not said:
            return note
        more = [self.tr("and {0} more").format(len(plan.texts) - MOST_SHOWN)] if len(plan.texts) > MOST_SHOWN else []
        heading = self.tr("For example:") if plan.drawn else self.tr("Read as:")
        shown = [heading, *said, *more] if len(plan.texts) > 1 else [f"{heading} {said[0]}"]
        return "\n".join(filter(None, [*shown, note]))

    def _cost(self, plan: Planned) -> str:
        parts = []
        if plan.bytes is not None and (plan.measured or plan.fits is False):
            sizes = file_size(plan.bytes), file_size(plan.free_bytes)
            text = self.tr("Needs {0} of {1}") if plan.fits else self.tr("Needs {0}, and only {1} are available")
            parts.append(text.format(*sizes))
        if plan.seconds is not None:
            parts.append(self.tr("takes about {0}").format(duration(plan.seconds)))
        if parts and plan.cheaper and (plan.fits is False or (plan.bytes or 0) > TIGHT * plan.free_bytes):
            parts.append(self._cheaper(plan.cheaper[0]))
        return "\n".join(filter(None, [" · ".join(parts), *map(self._fit, plan.adapters)]))

    def _cheaper(self, plan: Cheaper) -> str:
        size = file_size(plan.bytes)
        if plan.params:
            return self.tr("{0} needs {1}").format(", ".join(map(str, plan.params.values())), size)
        if plan.narrow and plan.offloaded:
            return self.tr("{0} with its layers in 8 bits, in RAM").format(size)
        told = self.tr("{0} with its layers in 8 bits") if plan.narrow else self.tr("{0} with its weights in RAM")
        return told.format(size)

    def _fit(self, adapter: AdapterFit) -> str:
        """How a LoRA goes with the model that is chosen."""
        if adapter.problem:
            return say(adapter.problem)
        text = self.tr("LoRA {0}: {1} of {2} layers fit")
        return text.format(adapter.title, adapter.fitting, adapter.layers)


def install(workbench: Workbench) -> None:
    PlanLine(workbench)
