"""Rig: a studio under test, its engine played by the test."""

from collections.abc import Callable
from typing import Any, TypeVar

from PIL import Image
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from studio import settings as settings_file
from studio.descriptions import DeviceInfo, ModelInfo, TaskInfo
from studio.desktop.app import Studio
from studio.desktop.main_window import MainWindow
from studio.desktop.session import DesktopSession
from studio.library import Library, Recipe, Record
from studio.messages import Finished, Ready, Saved, Started
from studio.testing import ScriptedClient

CREATE = TaskInfo(
    "text-to-image",
    "Create",
    {
        "type": "object",
        "required": ["prompt"],
        "properties": {
            "prompt": {"type": "string", "widget": "prompt", "role": "prompt", "title": "Prompt"},
            "count": {
                "type": "integer",
                "default": 1,
                "minimum": 1,
                "maximum": 16,
                "role": "count",
                "title": "Pictures",
            },
            "seed": {"type": "integer", "default": -1, "widget": "seed", "role": "seed", "title": "Seed"},
        },
    },
    "Make pictures from words.",
    builtin=True,
)
VARY = TaskInfo(
    "variation",
    "Vary",
    {
        "type": "object",
        "required": ["image"],
        "properties": {
            "image": {"type": "string", "minLength": 1, "widget": "image", "role": "source", "title": "Picture"},
            "strength": {
                "type": "number",
                "default": 0.5,
                "minimum": 0,
                "maximum": 1,
                "role": "strength",
                "title": "Strength",
            },
        },
    },
    builtin=True,
)
THIRD = TaskInfo(
    "posterize",
    "<b>P&osterize</b> \u202eevil",
    {"type": "object", "properties": {"bits": {"type": "integer", "default": 3, "title": "Bits"}}},
    "From a <i>third</i> party.",
    plugin="posterize",
)
MODEL = ModelInfo("starter", "Starter", "kandinsky22", "/models/starter", ["text-to-image", "variation", "blend"])
Feature = TypeVar("Feature", bound=QObject)
READY = Ready([CREATE, VARY, THIRD], [], [MODEL], [DeviceInfo("cpu", "CPU", 1)])


class Rig:
    """A studio under test and the engine that the test plays."""

    def __init__(self, qtbot: QtBot, app: QApplication) -> None:
        self.qtbot = qtbot
        self.client: ScriptedClient
        self.studio = Studio(app, settings_file.load(), self._connect)
        self.studio.open()
        qtbot.waitUntil(lambda: self.studio.session is not None and self.studio.session.library is not None)
        qtbot.waitUntil(lambda: self.session.ready and bool(self.window.task_panel.task))
        self.library = self.session.library

    @property
    def session(self) -> DesktopSession:
        assert self.studio.session is not None
        return self.studio.session

    @property
    def window(self) -> MainWindow:
        assert self.studio.window is not None
        return self.studio.window

    def feature(self, kind: type[Feature]) -> Feature:
        """The one of this class that is part of the window."""
        found = self.window.findChild(kind)
        assert found is not None
        return found

    def button(self, action: str) -> QAbstractButton:
        """That of an action, beside the one that starts a job."""
        found = self.window.viewer.values.findChild(QAbstractButton, action)
        assert found is not None
        return found

    def _connect(self, on_event: Callable[[Any], None]) -> ScriptedClient:
        self.client = ScriptedClient(on_event, ready=READY)
        return self.client

    def wait(self, condition: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()))

    def fill(self, **values: Any) -> None:
        form = self.window.task_panel.form
        assert form is not None
        form.set_values(values)

    def make(self, count: int = 1, prompt: str = "a cat") -> list[Record]:
        """Run a job to its end through the window."""
        self.fill(prompt=prompt, count=count)
        self.window.forms.generate()
        job = self.client.pending()[-1]
        self.client.emit(Started(job, {}))
        records = [self.save(job, index, prompt) for index in range(count)]
        self.client.emit(Finished(job, 1.0))
        self.wait(lambda: not self.session.jobs.pending)
        return records

    def save(self, job: str, index: int = 0, prompt: str = "a cat") -> Record:
        assert self.library is not None
        record = add(self.library, prompt, index)
        self.client.emit(Saved(job, record.id, str(record.path), index, record.width, record.height, 7))
        return record


def add(library: Library, prompt: str = "a cat", index: int = 0) -> Record:
    image = Image.new("RGB", (48, 32), (200, 40 * index % 255, 60))
    return library.save(image, Recipe("text-to-image", {"prompt": prompt, "count": 1, "seed": 7}, 7, index, "starter"))
