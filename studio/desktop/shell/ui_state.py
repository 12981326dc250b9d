"""Memory: what the window knows from its last start: its shape, what stood in the forms, which tasks there were."""

from pathlib import Path
from typing import Any

import msgspec

from studio import files
from studio.atomic import writing
from studio.descriptions import TaskInfo
from studio.document.paint_state import PaintState

FILE = "window.json"
TASKS_FILE = "tasks.json"


class FormMemory(msgspec.Struct):
    values: dict[str, Any] = {}
    state: dict[str, Any] = {}


class UiState(msgspec.Struct):
    """Of no importance: what cannot be read or written is forgotten."""

    geometry: str = ""
    layout: str = ""
    """Of the panels."""
    empty: list[str] = []
    """Panels that are hidden until they have something to show."""
    task: str = ""
    accept_as_layer: bool = False
    """What a result becomes that was not made from the document."""
    forms: dict[str, FormMemory] = {}
    commands: list[str] = []
    """Titles of what was done from the palette, the last first."""
    paint: PaintState = msgspec.field(default_factory=PaintState)


def load(cache: Path) -> UiState:
    try:
        return msgspec.json.decode((cache / FILE).read_bytes(), type=UiState)
    except (OSError, ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return UiState()


def save(cache: Path, memory: UiState) -> None:
    _write(cache / FILE, memory)


def load_tasks(cache: Path) -> list[TaskInfo]:
    """The tasks that the engine had when it was last ready; it will soon tell anew."""
    try:
        return msgspec.json.decode((cache / TASKS_FILE).read_bytes(), type=list[TaskInfo])
    except (OSError, ValueError, RecursionError):
        return []


def save_tasks(cache: Path, tasks: list[TaskInfo]) -> None:
    _write(cache / TASKS_FILE, tasks)


def _write(path: Path, content: Any) -> None:
    try:
        files.make_private(path.parent)
        with writing(path) as file:
            file.write(msgspec.json.encode(content))
    except (OSError, ValueError, TypeError):  # full, read-only, or half a surrogate in a prompt
        return
