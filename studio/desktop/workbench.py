"""Workbench: what a feature may ask of the window that it is installed in.

A feature is a file or folder with `install(workbench)`, and is named once, in `studio.desktop.main_window.FEATURES`. It
knows no other feature: what two of them have to do with each other goes through here. This room stands above those
whose types it names, and below all that acts on them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio.descriptions import ModelInfo
from studio.desktop.actions.shortcuts import Shortcuts
from studio.desktop.actions.table import Actions
from studio.desktop.canvas.comparison import Mode
from studio.desktop.canvas.document import Document, PictureSource
from studio.desktop.canvas.documents import Documents
from studio.desktop.canvas.job_preview import JobPreview
from studio.desktop.canvas.mask_toolbar import MaskToolbar
from studio.desktop.canvas.view import CanvasView
from studio.desktop.download_queue import DownloadQueue
from studio.desktop.forms.form_like import FormLike
from studio.desktop.forms.quick.bar import QuickSettingsBar
from studio.desktop.shell.dock import Dock
from studio.desktop.shell.notices import Notices
from studio.desktop.shell.qt_image import Shown
from studio.desktop.shell.worker import Worker
from studio.desktop.viewer.candidate_bar import CandidateBar
from studio.desktop.viewer.candidates import Candidate, Candidates
from studio.desktop.viewer.comparing import Comparing
from studio.desktop.viewer.controller import ViewerController
from studio.desktop.viewer.drops import DropHandler
from studio.desktop.viewer.example_strip import ExampleStrip
from studio.desktop.viewer.opening import CanvasOpener
from studio.desktop.viewer.welcome import WelcomePage
from studio.form import TaskForm
from studio.jobs import JobQueue
from studio.settings import Settings

if TYPE_CHECKING:  # slow to import, and not needed for the first paint
    from studio.client import Client
    from studio.desktop.canvas.mask_overlay import MaskOverlay
    from studio.library import Library, Record


class WorkbenchSession(Protocol):
    """What lives longer than the window: engine, jobs, library."""

    settings: Settings
    all_models: list[ModelInfo]
    left_out_models: list[ModelInfo]
    """What lies in folders with many models and cannot be used, each with its `problem`."""
    ready: bool
    """Whether the engine can begin a job at once."""
    documents: Documents
    """All of them; `Workbench.document` is the one that is shown."""
    jobs: JobQueue
    downloads: DownloadQueue
    worker: Worker
    library: "Library | None"
    received: SignalInstance
    """Every event of the engine, after jobs and descriptions have been brought up to date."""
    models_changed: SignalInstance
    troubled: SignalInstance
    """A UserError that belongs to no widget."""
    queue_restored: SignalInstance
    """How many jobs an earlier session has left."""
    document_restored: SignalInstance
    """What of the document could not be restored, as sentences."""
    document_occupied: SignalInstance
    """Another window of the studio on the same home keeps canvas and queue."""
    document_failed: SignalInstance
    """A UserError: the document could not be kept for the next start."""

    @property
    def drafts_dir(self) -> Path:
        """Pasted pictures and painted masks."""
        ...

    @property
    def client(self) -> "Client | None": ...
    def change_engine(self, settings: Settings) -> None:
        """Use the one that these settings name, once the jobs that run have ended."""
        ...

    def path(self, ref: str) -> Path:
        """The file behind an ImageRef. Raises UserError."""
        ...


class WorkbenchForms(Protocol):
    """Which task is chosen, and what becomes of what stands in its form."""

    tasks: Sequence[TaskForm]
    """All that there are, in the language of the window."""
    tasks_changed: SignalInstance
    chosen: SignalInstance
    """Another task, or another form of the same."""
    allowed: SignalInstance
    """Whether the chosen task can be started now."""

    @property
    def task(self) -> TaskForm | None: ...
    @property
    def form(self) -> FormLike | None:
        """Of the chosen task."""
        ...

    @property
    def is_allowed(self) -> bool: ...
    @property
    def button_text(self) -> str:
        """What the button that starts the job says."""
        ...

    def form_of(self, task: str) -> FormLike | None: ...
    def choose(self, task: str) -> None: ...

    seen: SignalInstance
    """Whether all settings of the task can be seen now."""

    @property
    def is_open(self) -> bool:
        """Whether they can be seen now."""
        ...

    def show(self) -> None:
        """Let all settings be seen, and give them the keyboard."""
        ...

    def open(self, opened: bool) -> None:
        """Let all settings be seen, or no longer."""
        ...

    def fill(self, task: str, values: Mapping[str, Any]) -> None:
        """Put values into the form of a task, and choose it."""
        ...

    def generate(self) -> None:
        """Submit what stands in the form."""
        ...

    def prepare(self, then: Callable[[], object]) -> None:
        """Call `then` when the form has all that belongs into it."""
        ...

    def add_preparation(self, prepare: Callable[[Callable[[], object]], object]) -> None:
        """`prepare(then)` is called before a job is submitted, and calls `then` when the form is as it should be."""
        ...

    def prepare_picture(self, then: Callable[[], object]) -> None:
        """Call `then` when the form has a picture, if it takes one: its own, or else the one that is shown."""
        ...

    def add_picture_preparation(self, prepare: Callable[[Callable[[], object]], object]) -> None:
        """As `add_preparation`, but only before what begins from the picture that is shown."""
        ...

    def add_reveal(self, wanted: Callable[[], bool]) -> None:
        """Jobs tell of their stages if somebody wants them at the time of submitting."""
        ...

    def add_tool(self, button: QAbstractButton) -> None:
        """Put it beside the button that starts the job, before those that are there."""
        ...

    def show_status(self, text: str) -> None:
        """What is waited for; '' for nothing."""
        ...

    def show_plan(self, text: str) -> None:
        """What the job would take; '' for nothing."""
        ...


class WorkbenchViewer(Protocol):
    """The middle of the window: what is shown, what is asked of it, and the bars below it."""

    copy_wanted: SignalInstance
    save_wanted: SignalInstance
    reveal_wanted: SignalInstance
    use_wanted: SignalInstance
    more_wanted: SignalInstance
    refused: SignalInstance
    turned: SignalInstance
    masks: MaskToolbar
    candidates: Candidates
    comparing: Comparing
    drops: DropHandler
    choices: CandidateBar
    examples: ExampleStrip
    values: QuickSettingsBar
    welcome: WelcomePage

    @property
    def piece(self) -> PictureSource | None:
        """The picture that actions are about."""
        ...

    @property
    def candidate(self) -> Candidate | None:
        """The marked one of the pictures that are not part of the document."""
        ...

    @property
    def view(self) -> CanvasView | None: ...
    @property
    def shows_live(self) -> bool:
        """Whether what is drawn live is seen on the canvas."""
        ...

    def show_live(self, preview: JobPreview | None) -> None:
        """Over the document, or nothing."""
        ...

    def mark_instead(
        self, overlay: "MaskOverlay | None", stack: QUndoStack | None = None, *, anywhere: bool = False,
        focus: bool = True,
    ) -> None:  # fmt: skip
        """Let the mask tools work on another mask, whose steps `stack` gets; None ends that. `anywhere`: also over a
        picture that is not part of the document."""
        ...

    def lay_over(self, bar: QWidget) -> None:
        """It gets the place of the buttons for results; one of them is to be hidden."""
        ...

    def show_hint(self, text: str) -> None:
        """What stands in it while it is empty."""
        ...

    def accept(self, then: Callable[[], object] = ...) -> None:
        """`then` is called when the picture is part of the document."""
        ...

    def add_bar(self, bar: QWidget) -> None:
        """Above everything else in the middle of the window."""
        ...

    def show_before(self, piece: PictureSource, shown: Shown) -> None: ...
    def set_mode(self, mode: Mode | None) -> None: ...
    def set_markable(self, markable: bool, extends: bool = False, paints: bool = False) -> None: ...
    def set_targets(self, targets: Sequence[tuple[str, str]]) -> None: ...


class WorkbenchLibrary(Protocol):
    """The finished pictures along the bottom of the window."""

    record_shown: SignalInstance
    """The Record whose recipe is of interest now, or None."""
    loaded: SignalInstance
    """Pictures are listed that were not before, or none that were."""
    delete_wanted: SignalInstance
    """Records."""

    @property
    def is_empty(self) -> bool:
        """Whether no picture has been made yet, as far as is known."""
        ...

    def chosen(self) -> "Sequence[Record]":
        """All that are marked."""
        ...

    def has(self, id: str) -> bool:
        """Whether a picture is listed."""
        ...

    def select(self, id: str) -> None: ...
    def drop(self, ids: Sequence[str]) -> None:
        """No longer list these pictures."""
        ...

    def restart(self) -> None:
        """List them anew."""
        ...

    def show_ref(self, ref: str) -> None:
        """Show the picture behind an ImageRef."""
        ...

    def pick(self, done: Callable[[str], None]) -> None:
        """Let the user choose a picture; `done` gets its id, and is not called if they change their mind."""
        ...


class WorkbenchDocks(Protocol):
    """The panels around the picture."""

    def add(self, name: str, title: str, icon: str, content: QWidget) -> Dock:
        """Beside the picture, behind those that are there, closed until somebody asks for it. `name` is how a kept
        layout knows it."""
        ...

    def reveal(self, widget: QWidget) -> None:
        """Let what is in a panel be seen."""
        ...

    def sees(self, widget: QWidget) -> bool:
        """Whether people can see it now."""
        ...


@dataclass(frozen=True)
class Workbench:
    """Everything that a feature gets."""

    window: QWidget
    """The parent of dialogs, and of all that goes when the window goes."""
    dropped: SignalInstance
    """What was let go of beside the canvas (QMimeData)."""
    session: WorkbenchSession
    forms: WorkbenchForms
    viewer: WorkbenchViewer
    viewer_controller: ViewerController
    """Brings pictures and jobs into the viewer."""
    opener: CanvasOpener
    """Puts pictures on the canvas."""
    library: WorkbenchLibrary
    document: Document
    notices: Notices
    actions: Actions
    """All that can be done: add yours to it."""
    shortcuts: Shortcuts
    docks: WorkbenchDocks
    keep_ui_state: Callable[[], object]
    """Write down what the next window shall look like, and what stands in the forms."""
    prefer: Callable[[dict[str, Any]], object]
    """Change settings, by name: they hold at once, and from the next start."""
