"""Window: where everything is, and which hand moves what; a Shell is around it."""

import copy
import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from studio import messages
from studio.desktop.actions.default_shortcuts import Scope
from studio.desktop.actions.window_actions import WindowActions
from studio.desktop.canvas.document import PictureSource
from studio.desktop.canvas.document_files import DocumentFiles
from studio.desktop.canvas.layer_panel import LayerPanel
from studio.desktop.features import canvas_form_sync
from studio.desktop.features.blend.dialog import BlendFeature
from studio.desktop.features.canvas_drop import CanvasDrop
from studio.desktop.features.canvas_form_sync import CanvasFormSync
from studio.desktop.features.engine_status import EngineStatus
from studio.desktop.features.examples.maker import ExampleMaker
from studio.desktop.features.form_undo import FormUndo
from studio.desktop.features.notifier import Notifier
from studio.desktop.features.onboarding.trial import Onboarding
from studio.desktop.features.queue_panel import QueuePanel
from studio.desktop.features.sweep.runner import SweepFeature
from studio.desktop.features.variations import Variations
from studio.desktop.forms.task_panel import FormLike, TaskPanel
from studio.desktop.job import Job, JobState, words
from studio.desktop.library.exporter import Exporter
from studio.desktop.library.filmstrip import Filmstrip
from studio.desktop.library.importer import Importer
from studio.desktop.library.recipe_panel import RecipePanel, TaskTexts
from studio.desktop.library.trash import Trash
from studio.desktop.models.model_import import ModelImport
from studio.desktop.session import DesktopSession
from studio.desktop.shell import ui_state
from studio.desktop.shell.app_menu import AppMenu
from studio.desktop.shell.dock import Dock
from studio.desktop.shell.dock_area import DockArea
from studio.desktop.shell.notices import NoticeAction, Notices
from studio.desktop.shell.side_docks import SideDocks
from studio.desktop.shell.tab_order import place, reachable, scroll_to
from studio.desktop.shell.task_bar import TaskBar
from studio.desktop.shell.worker import Worker
from studio.desktop.style import language, sentence, theme
from studio.desktop.viewer.controller import ViewerController
from studio.desktop.viewer.quick_settings import QuickSettings
from studio.desktop.viewer.viewer import Viewer
from studio.errors import UserError
from studio.form import UnsupportedSchema, parse
from studio.messages import Event, ModelInfo, TaskInfo
from studio.translation import translated

if TYPE_CHECKING:
    from studio.library import Record

Area = Qt.DockWidgetArea
WIDTHS = {"form": 340, "side": 320}
NARROWEST = {"form": 284, "middle": 280, "side": 236}
"""Together with the bar, they fit into 900 pixels."""
MakeForm = Callable[[TaskInfo, "MainWindow"], QWidget]
MakeInspector = Callable[[], Any]


class MainWindow(QWidget):
    """Also the Desk of its forms: what they may ask it is under "for the forms"."""

    restyled = Signal(str, str)
    """A theme and a language were chosen."""
    preferred = Signal(dict)
    """Settings were chosen: their new values by name."""

    def __init__(self, session: DesktopSession, make_form: MakeForm, make_inspector: MakeInspector) -> None:
        super().__init__()
        self.session = session
        self._begun = False
        self._language = language.chosen(session.settings.language)
        self._canvas_fields: dict[str, canvas_form_sync.CanvasFields] = {}
        self._picking: Callable[[str], None] | None = None
        self.setAcceptDrops(True)
        self.notices = Notices(self)
        self.bar = TaskBar(self)
        self.task_panel = TaskPanel(lambda task: make_form(task, self), session.memory.forms, self)  # type: ignore[arg-type,return-value]
        self.viewer = Viewer(session.document, session.worker, self)
        self.values = QuickSettings(self.viewer, self)
        self.filmstrip = Filmstrip(session.pictures, self)
        self.detail = RecipePanel(self)
        self.queue = QueuePanel(session.jobs, self)
        self.inspector = make_inspector()
        self.viewer_controller = ViewerController(self.viewer, session.jobs, session.worker, self)
        self.canvas_sync = CanvasFormSync(session.document, session.worker, self.drafts_dir, self)
        self.document_files = DocumentFiles(session.document, session.worker, session.settings.home / "projects", self)
        self.picture_exporter = Exporter(self.viewer, session.jobs, self.document_files, self.notices, self)
        self.importer = Importer(
            self.viewer_controller, session.worker, self.document_files, self.notices, self.drafts_dir, self
        )
        self.document_files.opened.connect(self._tell_restored)
        self.sweep = SweepFeature(self)
        self.sweep.failed.connect(lambda error: self.tell("job", error))
        self.blend = BlendFeature(self)
        self.blend.failed.connect(lambda error: self.tell("job", error))
        self.layers = LayerPanel(session.document, self)
        self.form_undo = FormUndo(session.document.stack, self)
        self.form_undo.noted.connect(self._keep_memory)
        session.autosave.failed.connect(self._tell_unkept)
        session.autosave.restored.connect(self._tell_restored)
        self.variations = Variations(session, self.viewer, self)
        self.variations.failed.connect(lambda error: self.tell("canvas", error))
        self.canvas_drop = CanvasDrop(self)
        self.canvas_drop.failed.connect(lambda error: self.tell("canvas", error))
        self.examples = ExampleMaker(self)
        self.examples.failed.connect(lambda error: self.tell("job", error))
        self.onboarding = Onboarding(self)
        self.onboarding.failed.connect(lambda error: self.tell("canvas", error))
        self.notifier = Notifier(session, self)
        self.engine_status = EngineStatus(session, self.notices, self)
        self.model_import = ModelImport(session, self.notices, self)
        self.trash = Trash(session, self.filmstrip, self.notices, self)
        self._lay_out()
        self.menu = AppMenu(self)
        self._connect()
        self.window_actions = WindowActions(self)
        self._recall()
        self._refresh_tasks()
        self._tell_models()
        self._tell_state()

    # ---- for the forms

    @property
    def worker(self) -> Worker:
        return self.session.worker

    @property
    def drafts_dir(self) -> Path:
        return self.session.drafts_dir

    def models(self) -> list[ModelInfo]:
        return self.session.all_models

    def current_picture(self) -> str | None:
        piece = self.viewer.piece
        return piece.ref if piece else None

    def pick_from_library(self, done: Callable[[str], None]) -> None:
        self._picking = done
        text = self.tr("Choose a picture in the strip below, with a click or with the arrow keys and Enter.")
        self.notices.show_line("pick", "info", text, [NoticeAction(self.tr("Never mind"), self._stop_picking)])
        self.go_to(self.filmstrip.list)

    def open_ref(self, ref: str) -> Path:
        return self.session.path(ref)

    def serve_canvas(self, root: QWidget) -> None:
        self.window_actions.keymap.serve(root, Scope.CANVAS)

    # ---- layout

    def _lay_out(self) -> None:
        middle = self._middle = QWidget(self)
        middle.setProperty("role", "stage")
        middle.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        margin = QWidget(middle)
        lines = QVBoxLayout(margin)
        lines.setContentsMargins(theme.space("gap"), theme.space("close"), theme.space("gap"), 0)
        lines.addWidget(self.notices)
        column.addWidget(margin)
        column.addWidget(self.viewer, 1)
        middle.setMinimumWidth(theme.scaled(NARROWEST["middle"], 0.1))
        self.dock_area = DockArea(middle, self)
        self.dock_area.add(
            "form",
            self.tr("Form"),
            "create",
            self.task_panel,
            Area.LeftDockWidgetArea,
            theme.scaled(WIDTHS["form"], 0.3),
        )
        self.dock_area.add("strip", self.tr("Pictures"), "picture", self.filmstrip, Area.BottomDockWidgetArea, 0)
        side = {
            "detail": (self.detail, self.tr("Recipe")), "queue": (self.queue, self.tr("Queue")),
            "layers": (self.layers, self.tr("Layers")), "hood": (self.inspector, self.tr("Under the hood")),
        }  # fmt: skip
        add = functools.partial(
            self.dock_area.add, area=Area.RightDockWidgetArea, size=theme.scaled(WIDTHS["side"], 0.1)
        )
        panels = [add(name, title, name, content) for name, (content, title) in side.items()]
        self.side = SideDocks(self.dock_area, panels)
        self.task_panel.setMinimumWidth(theme.scaled(NARROWEST["form"], 0.5))
        for panel in panels:
            panel.content.setMinimumWidth(theme.scaled(NARROWEST["side"], 0.5))
            panel.content.setProperty("role", "panel")
            panel.content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.bar)
        row.addWidget(self.dock_area, 1)

    def _connect(self) -> None:
        session, book = self.session, self.session.jobs
        session.tasks_changed.connect(self._refresh_tasks)
        session.models_changed.connect(self.task_panel.models_changed)
        session.models_changed.connect(self._tell_models)
        session.heard.connect(self._hear)
        book.saved.connect(lambda job, saved: session.pictures.refresh())
        book.saved.connect(self._tell_seed)
        book.ended.connect(self._job_ended)
        book.added.connect(self._job_added)
        book.changed.connect(self._job_changed)
        book.revealed.connect(self.inspector.take)
        self.bar.chosen.connect(self._task_wanted)
        self.task_panel.submitted.connect(self.generate)
        self.values.submitted.connect(self.generate)
        self.values.bar.more_wanted.connect(self.show_form)
        self.task_panel.sweep_wanted.connect(self.sweep.ask)
        self.task_panel.board_wanted.connect(self.blend.ask)
        self.viewer.cancel_wanted.connect(self.cancel)
        self.viewer.use_wanted.connect(self.use_as_input)
        self.viewer.more_wanted.connect(self.variations.more)
        self.viewer.before_wanted.connect(self.variations.tell_source)
        self.viewer.refused.connect(lambda text: self.notices.show_line("canvas", "info", text))
        self.canvas_sync.failed.connect(lambda error: self.tell("canvas", error))
        self.filmstrip.chosen.connect(self._chosen)
        self.filmstrip.list.opened.connect(self._picked)
        self.filmstrip.list.clicked.connect(lambda index: self._picked(self.filmstrip.list.selected()))
        session.pictures.loaded.connect(self._mark_piece)
        session.pictures.failed.connect(lambda error: self.tell("library", error))
        self.viewer_controller.piece_shown.connect(self._piece_shown)
        self.viewer_controller.failed.connect(lambda error: self.tell("picture", error))
        self.viewer_controller.noted.connect(self._tell_notes)
        self.detail.again_wanted.connect(self.same_again)
        self.detail.parent_wanted.connect(self._show_parent)
        self.queue.shown.connect(self.viewer_controller.show_job)
        self.queue.retry_wanted.connect(lambda job: self.try_to(lambda: book.retry(job)))
        self.queue.folder_wanted.connect(self.picture_exporter.save_elsewhere)

    # ---- tasks

    def choose_task(self, id: str) -> None:
        self.bar.choose(id)
        self.task_panel.choose(id)
        self.session.memory.task = id
        self._use_canvas()

    def _task_wanted(self, id: str) -> None:
        """Somebody chose it: its form shall be seen."""
        self.choose_task(id)
        self.dock_area.reveal(self.task_panel)

    def _use_canvas(self) -> None:
        """The canvas marks what the form of the chosen task takes."""
        fields = self._canvas_fields.get(self.task_panel.task.id) if self.task_panel.task else None
        form = self.task_panel.form if fields else None
        own = frozenset((fields.image, fields.mask, *fields.sides)) if fields else frozenset()
        self.form_undo.follow(self.task_panel.form, own)  # type: ignore[arg-type]
        self.canvas_sync.use(form, fields)  # type: ignore[arg-type]  # a Form, which has editors too
        self.task_panel.board.setVisible(form is None and self.blend.fields(self.task_panel.task) is not None)
        self.viewer.set_markable(form is not None, bool(fields and fields.sides))
        self.values.use(self.task_panel.task, self.task_panel.form)
        self.examples.use(self.task_panel.task, self.task_panel.form)
        self.canvas_drop.use(self.task_panel.task, form is not None)

    def show_form(self) -> None:
        """All settings of the chosen task."""
        self.dock_area.reveal(self.task_panel)
        form = self.task_panel.form
        if isinstance(form, QWidget):
            for target in reachable(form)[:1]:
                target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _refresh_tasks(self) -> None:
        for plugin in self.session.plugins:
            sentence.learn(plugin.sentences.get(self._language, {}))
        tasks = [translated(task, self._language) for task in self.session.tasks]
        self.bar.set_tasks(tasks)
        self.window_actions.keymap.number_tasks([task.id for task in tasks])
        self.task_panel.set_tasks(tasks)
        titles, about, targets, marked = {}, {}, [], {}
        for task in tasks:
            titles[task.id] = task.title
            try:
                parsed = parse(task.schema)
            except UnsupportedSchema:
                continue
            about[task.id] = TaskTexts(task.title, {field.name: field for field in parsed}, task.values)
            if found := canvas_form_sync.find(parsed):
                marked[task.id] = found
            if any(field.widget == "image" for field in parsed):
                targets.append((task.id, task.title))
        self.queue.set_titles(titles)
        self.session.jobs.learn({id: words(known.fields.values()) for id, known in about.items()})
        self.detail.set_tasks(about)
        self.viewer.set_targets(targets)
        self.variations.learn(tasks)
        self.onboarding.learn(tasks)
        self._canvas_fields = marked
        wanted = self.session.memory.task
        if self._begun:
            self.choose_task(wanted if wanted in titles else next(iter(titles), ""))
            self._offer_form()
        elif wanted in titles:  # its form takes time to make, and the window shall be seen first
            self.bar.choose(wanted)

    def _tell_models(self) -> None:
        self.detail.set_models({model.id: model.title for model in self.session.all_models})

    # ---- jobs

    def generate(self) -> None:
        """Send what stands in the form."""
        task, form = self.task_panel.task, self.task_panel.form
        if task is None or form is None or not self.task_panel.button.isEnabled():
            return
        form.clear_errors()
        self.notices.remove("job")
        self.canvas_sync.deliver(lambda: self._submit(task, form))

    def _submit(self, task: TaskInfo, form: FormLike) -> None:
        if problem := form.problem():
            form.show_error(*problem)
            self.dock_area.reveal(self.task_panel)
            return
        try:
            self.session.jobs.submit(task.id, form.values(), reveal=self._reveals())
            form.remember()
        except UserError as error:
            if not form.show_error(error.field, error.message):
                self.tell("job", error)

    def cancel(self) -> None:
        """The running job, else the one that has waited longest."""
        for job in self.session.jobs.pending[:1]:
            self.session.jobs.cancel(job)

    def escape(self) -> None:
        if self._picking:
            self._stop_picking()
        else:
            self.cancel()

    def _reveals(self) -> bool:
        return self.side.sees(self.inspector)

    def _job_changed(self, job: Job) -> None:
        if job.state is JobState.RUNNING and job.reveal and not job.done:
            self.inspector.show_job(job)

    def _tell_seed(self, job: Job, saved: messages.Saved) -> None:
        form = self.task_panel.form_of(job.task)
        if form is not None and saved.seed is not None and not job.quiet:
            form.show_seed(saved.seed)

    def _job_added(self, job: Job) -> None:
        """A method, as all that hangs on the session's signals: those of a window that was replaced go with it."""
        self._tell_state()

    def _job_ended(self, job: Job) -> None:
        self._tell_state()
        if job.state is not JobState.FAILED:
            return
        form = self.task_panel.form_of(job.task)
        here = self.task_panel.task is not None and self.task_panel.task.id == job.task
        if form is not None and here and job.field and form.show_error(job.field, job.message):
            return
        self.notices.show_line("job", "error", job.message, details=job.details)

    # ---- the engine

    def _hear(self, event: Event) -> None:
        if isinstance(event, messages.Starting):
            self._tell_state(event.doing)
        elif isinstance(event, messages.Ready | messages.Ended):
            self._tell_state()
        if isinstance(event, messages.Ready):
            self.onboarding.tell_machine(event.devices)

    def _tell_state(self, doing: str = "") -> None:
        """What is waited for, beside the button and in an empty middle."""
        session = self.session
        if session.ready:
            waiting = len(session.jobs.pending)
            status = self.tr("{0} jobs in the queue").format(waiting) if waiting > 1 else ""
            keys = self.window_actions.keymap.text("generate")
            words = self.tr("Describe it at the left, then press {0}. Or drop a picture here.")
            welcome = words.format(keys or self.task_panel.button.text())
        else:
            status = (
                self.tr("The engine is starting: {0}").format(doing) if doing else self.tr("The engine is starting.")
            )
            welcome = self.tr("The engine is starting. You can write already; what you send waits for it.")
        self.task_panel.status.setText(status)
        self.task_panel.status.setVisible(bool(status))
        self.viewer.say(welcome)
        self.task_panel.wait(self.tr("The tools are being looked up. This takes some seconds the first time."))
        self.task_panel.allow(session.client is not None)
        self.values.allow(self.task_panel.button.isEnabled())

    # ---- pictures

    def use_as_input(self, piece: PictureSource | None, task: str) -> None:
        """Put a picture into the form of a task, and go there."""
        form = self.task_panel.form_of(task)
        if piece is None or form is None or not form.image_fields():
            return
        form.set_image(form.image_fields()[0][0], piece.ref)
        self.choose_task(task)

    def same_again(self, record: "Record") -> None:
        """Fill the form with what made a picture."""
        recipe = record.recipe
        form = self.task_panel.form_of(recipe.task)
        if form is None:
            return
        seed = {"seed": recipe.seed} if recipe.seed is not None and "seed" in recipe.params else {}
        form.set_values({**recipe.params, **seed})
        self.choose_task(recipe.task)

    def _show_parent(self, ref: str) -> None:
        """What the picture of the recipe was made from."""
        self.notices.remove("picture")
        self.worker.run(
            lambda: self.session.path(ref),
            lambda path: self.viewer_controller.show_file(ref, path),
            lambda error: self.tell("picture", error),
        )

    def _chosen(self, record: "Record") -> None:
        self.detail.show_record(record)
        if not self._picking:
            self.notices.remove("picture")
            self.viewer_controller.show_record(record)

    def _picked(self, record: "Record | None") -> None:
        if record and (done := self._picking):
            self._stop_picking()
            done(record.id)

    def _stop_picking(self) -> None:
        self._picking = None
        self.notices.remove("pick")

    def _piece_shown(self, ref: str) -> None:
        self._mark_piece()

    def _mark_piece(self) -> None:
        """Let strip and recipe follow what is on the stage."""
        from studio.library import embedded_recipe, picture_id

        gallery, piece = self.session.pictures, self.viewer.piece
        if piece and (record := gallery.record(gallery.row(piece.ref))):
            self.filmstrip.select(record.id)
            self.detail.show_record(record)
        elif piece and not picture_id.is_id(piece.ref):  # the recipe of the last picture is not its own
            self.filmstrip.unselect()
            self.detail.show_record(None)
            self.worker.run(
                lambda: embedded_recipe.record(piece.file), lambda record: self._show_carried(piece, record)
            )

    def _show_carried(self, piece: "PictureSource", record: "Record | None") -> None:
        """The recipe inside a picture of somebody else, where there is one."""
        if record and self.viewer.piece == piece:
            self.detail.show_record(record)

    def _tell_notes(self, notes: tuple[str, ...]) -> None:
        if notes:
            self.notices.show_line("notes", "info", " ".join(map(sentence.say, notes)))
        else:
            self.notices.remove("notes")

    def _tell_unkept(self, error: UserError) -> None:
        self.tell("kept", error)

    def _tell_restored(self, lost: list[str]) -> None:
        if lost:
            self.notices.show_line("canvas", "warning", " ".join(map(sentence.say, lost)))

    def quit(self) -> None:
        self.window().close()

    # ---- telling

    def tell(self, key: str, error: UserError) -> None:
        """An error that no field shows."""
        self.notices.show_line(key, "error", error.message)

    def tell_damaged(self, kept: Path) -> None:
        """The settings could not be read."""
        text = self.tr("The settings could not be read, so the usual ones hold; what was there is kept in {0}.")
        self.notices.show_line("settings", "warning", text.format(kept))

    def tell_bug(self, text: str, details: str) -> None:
        """An exception that nobody expected; for the excepthook."""
        shown = self.tr("Something in the window went wrong: {0}. Your pictures are safe; go on, and report it.")
        self.notices.show_line("bug", "error", shown.format(text.rstrip(".")), details=details)

    def try_to(self, act: Callable[[], object]) -> None:
        try:
            act()
        except UserError as error:
            self.tell("act", error)

    # ---- files from outside

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is None and self.importer.takes(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.importer.take(event.mimeData())

    # ---- coming and going

    def go_to(self, widget: QWidget) -> None:
        """Give it the keyboard, and let its panel be seen."""
        self.dock_area.reveal(widget)
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _areas(self) -> list[QWidget]:
        """All that can be seen, as it lies: the tasks, panels with the bars of their tabs before them, the picture."""
        panels = sorted((one for one in self.dock_area if one.in_sight and not one.isFloating()), key=place)
        left = [one for one in panels if place(one) < place(self.viewer)]
        areas: list[QWidget] = [self.bar]
        inside: list[QWidget] = [*left, self._middle, *panels[len(left) :]]
        for area in inside:
            bar = self.dock_area.tab_bar(area) if isinstance(area, Dock) else None
            areas += [bar, area] if bar else [area]
        return areas

    def next_area(self) -> None:
        """From area to area, for those who use the keyboard; a panel begins with its tabs."""
        areas = [area for area in self._areas() if not (isinstance(area, Dock) and self.dock_area.tab_bar(area))]
        here = QApplication.focusWidget() or self
        panel = self.dock_area.panel_of(here)
        here = (panel and self.dock_area.tab_bar(panel)) or here
        at = next((number for number, area in enumerate(areas) if area is here or area.isAncestorOf(here)), -1)
        for area in (areas * 2)[at + 1 :]:
            if targets := reachable(area):
                targets[0].activateWindow()
                targets[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes as people read."""
        order = [widget for area in self._areas() for widget in reachable(area)]
        here = QApplication.focusWidget()
        if here not in order:
            return super().focusNextPrevChild(next)
        step, reason = (1, Qt.FocusReason.TabFocusReason) if next else (-1, Qt.FocusReason.BacktabFocusReason)
        target = order[(order.index(here) + step) % len(order)]
        target.setFocus(reason)
        scroll_to(target)
        return True

    def begin(self) -> None:
        """Once all of it has been painted: show the form, which takes a moment to make."""
        self._begun = True
        self._refresh_tasks()
        self._tell_state()
        self.task_panel.make_ahead(lambda: not self.session.jobs.pending)
        self._offer_form()

    def _offer_form(self) -> None:
        """Whoever has not been anywhere yet can write at once; the first time, the forms come with the engine."""
        form = self.task_panel.form
        if self.window().focusWidget() is not None or not isinstance(form, QWidget):
            return
        for target in reachable(form)[:1]:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _recall(self) -> None:
        if not self.dock_area.restore(self.session.memory.layout):
            text = self.tr("The layout of the panels could not be used, so each is where it usually is.")
            self.notices.show_line("layout", "info", text)
        self.viewer.show_values(self.session.memory.values)

    def remember(self) -> None:
        """Into the session's memory: what the next window shall look like."""
        self.session.memory.layout = self.dock_area.kept()
        self.session.memory.values = self.viewer.wants_values
        self.session.memory.forms = self.task_panel.remember()

    def _keep_memory(self) -> None:
        """Whatever ends the program, the forms are as they were."""
        self.remember()
        taken, cache = copy.deepcopy(self.session.memory), self.session.settings.cache_dir
        self.worker.run(lambda: ui_state.save(cache, taken), lambda _: None)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.session.pictures.refresh()  # another window or the command line may have saved something
