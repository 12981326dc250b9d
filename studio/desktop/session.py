"""DesktopSession: what lives as long as the program and is no widget: settings, engine, jobs, library, document."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, Signal

from studio import log_file, messages
from studio.descriptions import ModelInfo, PluginInfo, TaskInfo
from studio.desktop.canvas.autosave import Autosave
from studio.desktop.canvas.document import Document
from studio.desktop.canvas.documents import Documents
from studio.desktop.download_queue import DownloadQueue
from studio.desktop.engine_connection import Connect, EngineConnection
from studio.desktop.job_signals import JobSignals
from studio.desktop.library.picture_model import PictureModel
from studio.desktop.library.watch import LibraryWatch
from studio.desktop.saved_queue import SavedQueue
from studio.desktop.shell import drafts, ui_state
from studio.desktop.shell.engine_events import EngineEvents
from studio.desktop.shell.ui_state import UiState
from studio.desktop.shell.worker import Worker
from studio.errors import UserError
from studio.jobs import Job, JobQueue
from studio.messages import Event
from studio.settings import Settings, check_plugins_folder

if TYPE_CHECKING:  # slow to import, and not needed for the first paint
    from studio.client import Client
    from studio.library import Library


class DesktopSession(QObject):
    """Built at once and cheaply; `begin` starts the engine and opens the library, once the window has been painted."""

    tasks_changed = Signal()
    library_opened = Signal()
    """Pictures can be found by their ids."""
    models_changed = Signal()
    received = Signal(object)
    """Every event of the engine, after jobs and descriptions have been brought up to date."""
    troubled = Signal(object)
    """A UserError that belongs to no widget."""
    queue_restored = Signal(int)
    """How many jobs an earlier session has left."""
    document_restored = Signal(list)
    """What of the document could not be restored, as sentences."""
    document_occupied = Signal()
    """Another window of the studio on the same home keeps canvas and queue."""
    document_failed = Signal(object)
    """A UserError: the document could not be kept for the next start."""

    def __init__(
        self, settings: Settings, state: UiState, connect: Connect | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.settings, self.ui_state = settings, state
        self.tasks: list[TaskInfo] = ui_state.load_tasks(settings.cache_dir)
        self.plugins: list[PluginInfo] = []
        self.all_models: list[ModelInfo] = []
        self.left_out_models: list[ModelInfo] = []
        self.ready = False
        self.worker = Worker(self)
        self.jobs = JobQueue(JobSignals(self))
        self.downloads = DownloadQueue(settings, self.worker, self)
        self.pictures = PictureModel(self.worker, self)
        self.document = Document(self)
        self.autosave = Autosave(self.worker, self.session_dir, self.document.cache, self)
        self.documents = Documents(self.document, self.autosave, self)
        self.library: Library | None = None
        self.saved_queue = SavedQueue(self.jobs, self.worker, self.session_dir, self)
        self._events = EngineEvents(self)
        self._events.received.connect(self.handle)
        self.engine = EngineConnection(connect or self._chosen_engine, self.jobs, self._events, self.handle, self)
        self.saved_queue.found.connect(self.queue_restored)
        self.documents.restored.connect(self.document_restored)
        self.documents.lost.connect(self.document_restored)
        self.documents.failed.connect(self.document_failed)
        self.autosave.failed.connect(self.document_failed)
        self.autosave.occupied.connect(self.document_occupied)
        self.jobs.saved.connect(self._picture_saved)
        self._watch = LibraryWatch(self)
        self._watch.changed.connect(self.pictures.refresh)

    def begin(self) -> None:
        self.engine.begin()
        self.autosave.restore()
        self.autosave.claimed.connect(self.saved_queue.begin)
        self.autosave.claimed.connect(self.downloads.begin)
        self.worker.run(lambda: _open_library(self.settings.library_dir), self._library_opened, self.troubled.emit)
        self.worker.run(lambda: check_plugins_folder(self.settings), _nothing, self.troubled.emit)

    @property
    def client(self) -> "Client | None":
        return self.engine.client

    def change_engine(self, settings: Settings) -> None:
        """Use the one that these settings name, once the jobs that run have ended."""
        self.settings = settings
        if self.client:
            self.engine.change()

    def handle(self, event: Event) -> None:
        """An event of the engine."""
        match event:
            case messages.Ready():
                self.ready = True
                self._update(event)
            case messages.Models(models=models, left_out=left_out):
                self.all_models, self.left_out_models = models, left_out
                self.models_changed.emit()
            case messages.Ended():
                self.ready = False
        self.jobs.follow(event)
        self.received.emit(event)

    @property
    def drafts_dir(self) -> Path:
        """Pasted pictures and painted masks."""
        return self.settings.home / "drafts"

    @property
    def session_dir(self) -> Path:
        """What the next start goes on with: the canvas, and the jobs that wait."""
        return self.settings.home / "session"

    def task(self, id: str) -> TaskInfo | None:
        return next((task for task in self.tasks if task.id == id), None)

    def path(self, ref: str) -> Path:
        """The file behind an ImageRef. Raises UserError."""
        if self.library is None:
            raise UserError(
                "The library is not open yet, so the picture was not found; try again in a moment.",
                code="library_not_open",
            )
        return self.library.path(ref)

    def close(self) -> None:
        """End the engine, by force if it takes long, and close the library."""
        self.saved_queue.freeze()
        self.engine.close()
        self.worker.close()
        self.autosave.close()
        self.saved_queue.close()
        self.downloads.close()
        if self.library:
            self.library.close()

    def _chosen_engine(self, on_event: Callable[[Event], None]) -> "Client":
        try:
            return _engine(on_event, self.settings)
        except UserError as error:  # of an engine of another machine, which its user can mend
            self.troubled.emit(error)
            return _engine(on_event, msgspec.structs.replace(self.settings, engine=""))

    def _update(self, ready: messages.Ready) -> None:
        self.plugins, self.all_models = ready.plugins, ready.models
        if ready.tasks != self.tasks:
            self.tasks = ready.tasks
            tasks, cache = list(ready.tasks), self.settings.cache_dir
            self.worker.run(lambda: ui_state.save_tasks(cache, tasks), _nothing)
            self.tasks_changed.emit()
        self.models_changed.emit()

    def _picture_saved(self, job: Job, saved: messages.Saved) -> None:
        self.pictures.refresh()

    def _library_opened(self, library: "Library") -> None:
        self.library = library
        self.pictures.open(library)
        self.library_opened.emit()
        self._watch.begin(library.root)
        if library.problem:
            self.troubled.emit(
                UserError(
                    "The library {} can only be read: {}. Its pictures are shown, and new ones wait to be saved: make "
                    "the folder writable or free some space.",
                    library.root, library.problem, code="library_readonly",
                )
            )  # fmt: skip
        self.worker.run(library.sweep, self._swept, self.troubled.emit)
        forms = msgspec.json.encode(self.ui_state.forms)
        self.worker.run(lambda: _sweep_drafts(self.drafts_dir, library, forms, self.session_dir), _nothing)

    def _swept(self, found: list[str]) -> None:
        if found:
            self.pictures.restart()


def _engine(on_event: Callable[[Event], None], settings: Settings) -> "Client":
    from studio.client import ENGINE_LOG, EngineClient, nearest_engine  # the window is to be seen first

    log = settings.home / log_file.FOLDER / ENGINE_LOG
    if settings.engine:
        from studio.client.remote import RemoteClient, known  # most windows need no network

        if engine := known.engine(settings):
            return RemoteClient(on_event, engine, home=settings.home, library_dir=settings.library_dir)
    return EngineClient(on_event, log=log) if settings.safe_mode else nearest_engine(on_event, settings.home, log=log)


def _open_library(folder: Path) -> "Library":
    from studio.library import Library  # on a worker's thread: the window is to be seen first

    return Library(folder)


def _sweep_drafts(folder: Path, library: "Library", forms: bytes, session: Path) -> None:
    try:
        # The documents last: one of an earlier version moves from the first to the second in the meantime.
        texts = [file.read_bytes() for file in session.glob("*.json")]
        named = b"".join([forms, *texts, *(file.read_bytes() for file in session.glob("documents/*/*.json"))])
    except OSError:  # who knows what they name
        return

    def is_named(path: Path) -> bool:
        """The search finds a parameter that is a text; one of several pictures in a list is known as a parent."""
        used = library.count(path.stem) + library.count(path.stem, trashed=True) + len(library.children(str(path)))
        return path.stem.encode() in named or used > 0

    drafts.sweep(folder, is_named)


def _nothing(_: Any) -> None:
    """What was done on the worker's thread has no outcome."""
