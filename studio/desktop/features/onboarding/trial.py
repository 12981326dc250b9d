"""Trial: the first things to try, set up on the canvas and in the form as one step that can be undone."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.desktop.canvas.document import PictureSource
from studio.desktop.canvas.undo import StateCommand
from studio.desktop.features.canvas_form_sync import find
from studio.desktop.features.variations import like
from studio.desktop.shell import qt_image
from studio.desktop.style.label_text import file_size
from studio.desktop.viewer.welcome import example
from studio.form import FormField, UnsupportedSchema, parse
from studio.messages import DeviceInfo, TaskInfo

if TYPE_CHECKING:
    from studio.desktop.main_window import MainWindow


class Onboarding(QObject):
    """Any task that fits will do: what its schema says decides."""

    failed = Signal(object)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._page = window, window.viewer.welcome
        self._tasks: dict[str, TaskInfo] = {}
        self._fields: dict[str, tuple[FormField, ...]] = {}
        self._loaded = False
        self._page.tried.connect(self.start)
        window.session.pictures.loaded.connect(self._look)

    def learn(self, tasks: Sequence[TaskInfo]) -> None:
        """The first task that creates, the first that varies, the first that edits."""
        self._tasks, self._fields = {}, {}
        for task in tasks:
            try:
                fields = parse(task.schema)
            except UnsupportedSchema:
                continue
            for name in _kinds(fields):
                self._tasks.setdefault(name, task)
                self._fields.setdefault(name, fields)
        self._refresh()

    def tell_machine(self, devices: Sequence[DeviceInfo]) -> None:
        """What the engine found, in one line."""
        wanted = self._window.session.settings.device
        working = [device for device in devices if not device.problem]
        device = next((device for device in working if device.id == wanted), working[0] if working else None)
        if device is None or not device.budget_bytes:
            return
        memory, size = file_size(device.memory_bytes), file_size(device.budget_bytes)
        told = self.tr("{device}, {memory} of memory: models of up to {size} run here.")
        self._page.tell_machine(told.format(device=device.title, memory=memory, size=size))

    def _look(self) -> None:
        self._loaded = True
        self._refresh()

    def _refresh(self) -> None:
        searching = bool(self._window.filmstrip.search.text().strip())
        first = self._loaded and not searching and not self._window.session.pictures.total
        self._page.offer(frozenset(self._tasks), first)

    # ---- what is set up

    def start(self, name: str) -> None:
        """One of TRIALS."""
        if name == "create":
            prompt = next(field.name for field in self._fields[name] if field.required and field.widget == "prompt")
            self._do(name, self.tr("Try: create"), {prompt: self.tr("a green car")})
            return
        source, folder = example(), self._window.drafts_dir

        def work() -> tuple[Path, qt_image.Shown]:
            from studio.desktop.shell import drafts

            kept = drafts.keep_file(folder, source)
            return kept, qt_image.load(kept)

        def show(found: tuple[Path, qt_image.Shown]) -> None:
            self._vary(*found) if name == "vary" else self._edit(*found)

        self._window.worker.run(work, show, self.failed.emit)

    def _vary(self, file: Path, shown: qt_image.Shown) -> None:
        found = like(self._fields["vary"])
        if found is not None:
            self._do("vary", self.tr("Try: vary"), {found[0]: str(file)}, (PictureSource(str(file), file), shown))

    def _edit(self, file: Path, shown: qt_image.Shown) -> None:
        prompt = next((field.name for field in self._fields["edit"] if field.widget == "prompt"), "")
        words = {prompt: self.tr("a blue mushroom")} if prompt else {}
        self._do("edit", self.tr("Try: edit"), words, (PictureSource(str(file), file), shown))
        self._window.viewer.masks.choose("brush")
        text = self.tr("Paint over what is to become another, then press “{0}”.").format(self._tasks["edit"].title)
        self._window.notices.show_line("try", "info", text)

    def _do(
        self, name: str, text: str, values: dict[str, Any], picture: tuple[PictureSource, qt_image.Shown] | None = None
    ) -> None:
        window, task = self._window, self._tasks[name]
        window.form_undo.note()
        stack, former = window.session.document.stack, window.task_panel.task
        stack.beginMacro(text)
        if former is not None and former.id != task.id:
            stack.push(StateCommand(text, former.id, task.id, lambda id: window.choose_task(str(id))))
        if picture is not None:
            window.session.document.open(text, *picture)
        if (form := window.task_panel.form) is not None:
            form.set_values({**form.values(), **values})
            window.form_undo.note()
        stack.endMacro()
        if window.viewer.values.isVisible() and (first := window.viewer.values.first):
            first.setFocus()


def _kinds(fields: tuple[FormField, ...]) -> list[str]:
    """What a task could be tried for."""
    image = any("image" in (field.widget, field.item and field.item.widget) for field in fields)
    writes = any(field.required and field.widget == "prompt" for field in fields)
    kinds = ["create"] if writes and not image else []
    kinds += ["vary"] if like(fields) and not writes else []
    return kinds + (["edit"] if find(fields) else [])
