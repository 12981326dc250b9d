"""Onboarding: the first things to try, set up on the canvas and in the form as one step that can be undone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from studio.descriptions import DeviceInfo
from studio.desktop.canvas.document import PictureSource
from studio.desktop.canvas.undo import StateCommand
from studio.desktop.forms.source_field import CANVAS
from studio.desktop.forms.task_fields import canvas_fields, variation_fields
from studio.desktop.shell import drafts, qt_image
from studio.desktop.style.label_text import file_size
from studio.desktop.viewer.welcome import example
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.form import TaskForm, takes_pictures
from studio.messages import Event, Ready
from studio.role import Role


class Onboarding(QObject):
    """Any task that fits will do: the roles of its parameters decide."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench, self._page = workbench, workbench.viewer.welcome
        self._tasks: dict[str, TaskForm] = {}
        self._loaded = False
        self._page.tried.connect(self.start)
        workbench.library.loaded.connect(self._library_loaded)
        workbench.forms.tasks_changed.connect(self._find_tasks)
        workbench.session.received.connect(self._handle)

    def _find_tasks(self) -> None:
        """The first task that creates, the first that varies, the first that edits."""
        self._tasks = {}
        for task in self._workbench.forms.tasks:
            for name in _kinds(task):
                self._tasks.setdefault(name, task)
        self._refresh()

    def _handle(self, event: Event) -> None:
        if isinstance(event, Ready):
            self._show_device(event.devices)

    def _show_device(self, devices: Sequence[DeviceInfo]) -> None:
        """What the engine found, in one line."""
        wanted = self._workbench.session.settings.device
        working = [device for device in devices if not device.problem]
        device = next((device for device in working if device.id == wanted), working[0] if working else None)
        if device is None or not device.budget_bytes:
            return
        memory, size = file_size(device.memory_bytes), file_size(device.budget_bytes)
        text = self.tr("{device}, {memory} of memory: models of up to {size} run here.")
        self._page.show_machine(text.format(device=device.title, memory=memory, size=size))

    def _library_loaded(self) -> None:
        self._loaded = True
        self._refresh()

    def _refresh(self) -> None:
        self._page.offer(frozenset(self._tasks), self._loaded and self._workbench.library.is_empty)

    # ---- what is set up

    def start(self, name: str) -> None:
        """One of TRIALS."""
        if name == "create":
            prompt = self._tasks[name].names(Role.PROMPT)[0]
            self._set_up(name, self.tr("Try: create"), {prompt: self.tr("a green car")})
            return
        session, source = self._workbench.session, example()
        folder = session.drafts_dir

        def work() -> tuple[Path, qt_image.Shown]:
            kept = drafts.keep_file(folder, source)
            return kept, qt_image.load(kept)

        def show(found: tuple[Path, qt_image.Shown]) -> None:
            self._vary(*found) if name == "vary" else self._edit(*found)

        session.worker.run(work, show, self._show_failed)

    def _vary(self, file: Path, shown: qt_image.Shown) -> None:
        self._set_up("vary", self.tr("Try: vary"), {}, (PictureSource(str(file), file), shown))

    def _edit(self, file: Path, shown: qt_image.Shown) -> None:
        words = {prompt: self.tr("a blue mushroom") for prompt in self._tasks["edit"].names(Role.PROMPT)[:1]}
        self._set_up("edit", self.tr("Try: edit"), words, (PictureSource(str(file), file), shown))
        self._workbench.viewer.masks.choose("brush")
        text = self.tr("Paint over what should change, then press “{0}”.").format(self._tasks["edit"].title)
        self._workbench.notices.show_line("try", "info", text)

    def _set_up(
        self, name: str, text: str, values: dict[str, Any], picture: tuple[PictureSource, qt_image.Shown] | None = None
    ) -> None:
        document, forms, task = self._workbench.document, self._workbench.forms, self._tasks[name]
        stack, former = document.stack, forms.task
        stack.beginMacro(text)
        if former is not None and former.id != task.id:
            stack.push(StateCommand(text, former.id, task.id, lambda id: forms.choose(str(id))))
        if picture is not None:
            document.open(text, *picture)
        if (form := forms.form) is not None:
            if picture is not None and (fields := canvas_fields(task)):
                form.editor(fields.image).set_value(CANVAS)
            form.set_values({**form.values(), **values})
        stack.endMacro()
        bar = self._workbench.viewer.values
        if bar.isVisible() and (first := bar.first):
            first.setFocus()

    def _show_failed(self, error: UserError) -> None:
        self._workbench.notices.show_error("canvas", error)


def _kinds(form: TaskForm) -> list[str]:
    """What a task could be tried for."""
    image = any(map(takes_pictures, form.fields))
    writes = any(field.required and field.kind == "text" and field.role is Role.PROMPT for field in form.fields)
    kinds = ["create"] if writes and not image else []
    kinds += ["vary"] if variation_fields(form) and not writes else []
    fields = canvas_fields(form)
    return kinds + (["edit"] if fields and fields.mask else [])


def install(workbench: Workbench) -> None:
    Onboarding(workbench)
