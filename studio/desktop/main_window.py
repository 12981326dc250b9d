"""MainWindow: composes what is in the window; what it offers beyond its frame stands in features.FEATURES."""

import copy
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from studio.desktop.actions.action import Action, DefaultShortcut, MenuPlace, Scope, Section
from studio.desktop.actions.app_menu import MENU, AppMenu
from studio.desktop.actions.dialogs import ActionDialogs
from studio.desktop.actions.job_actions import JobActions
from studio.desktop.actions.panel_actions import PanelActions
from studio.desktop.actions.shortcuts import Shortcuts
from studio.desktop.actions.table import Actions
from studio.desktop.features import FEATURES
from studio.desktop.form_services import FormServices
from studio.desktop.forms import Form
from studio.desktop.forms.controller import FormController
from studio.desktop.forms.task_panel import TaskPanel
from studio.desktop.library.controller import LibraryController
from studio.desktop.library.filmstrip import Filmstrip
from studio.desktop.session import DesktopSession
from studio.desktop.shell import clipboard, ui_state
from studio.desktop.shell.notices import Notices
from studio.desktop.shell.task_bar import TaskBar
from studio.desktop.style import language, sentence
from studio.desktop.viewer.controller import ViewerController
from studio.desktop.viewer.opening import CanvasOpener
from studio.desktop.viewer.viewer import Viewer
from studio.desktop.window_layout import WindowLayout
from studio.desktop.workbench import Workbench
from studio.form import read
from studio.translation import translated


class MainWindow(QWidget):
    preferred = Signal(dict)
    """Settings were chosen: their new values by name."""
    dropped = Signal(QMimeData)
    """What was let go of beside the canvas."""

    def __init__(self, session: DesktopSession) -> None:
        super().__init__()
        self.session = session
        self._language = language.chosen(session.settings.language)
        self.setAcceptDrops(True)
        self.notices, self.bar = Notices(self), TaskBar(self)
        self.action_table = Actions(parent=self)
        self.action_table.keymap.use(session.settings.keys)
        self.shortcuts = Shortcuts(self.action_table, self)
        self.job_actions = JobActions(
            self.action_table, session.document.stack, lambda: self.forms.generate(), self.cancel
        )
        self.viewer = Viewer(session.document, session.worker, self.action_table, self)
        self.filmstrip = Filmstrip(session.pictures, self)
        self.task_panel = TaskPanel(lambda task: Form(task, self.form_host), session.ui_state.forms, self)
        layout = WindowLayout(self, self.bar, self.task_panel, self.notices, self.viewer, self.filmstrip)
        self.dock_area, self.side, self.focus_order = layout.dock_area, layout.side, layout.focus_order
        self.rail = layout.rail
        self.viewer_controller = ViewerController(self.viewer, session.jobs, session.worker, self)
        self.forms = FormController(
            self.task_panel, self.bar, self.viewer.values, session.jobs, self.notices, session.ui_state,
            self.dock_area.show_panel_of, self,
        )  # fmt: skip
        self.library = LibraryController(
            self.filmstrip, session.pictures, self.viewer, self.viewer_controller, self.notices, session.worker,
            session.path, self.focus_order.go_to,
        )  # fmt: skip
        opener = CanvasOpener(self.viewer, self.viewer_controller, session.worker, session.drafts_dir, session.path)
        self.form_host = FormServices(
            session, self.viewer, self.library, self.action_table.keymap, opener, self.action_table.run
        )
        workbench = Workbench(
            self, self.dropped, session, self.forms, self.viewer, self.viewer_controller, opener, self.library,
            session.document, self.notices, self.action_table, self.shortcuts, self.side, self.keep_ui_state,
            self.preferred.emit,
        )  # fmt: skip
        for install in FEATURES:
            install(workbench)
        self._add_window_actions()
        self._connect()
        self.shortcuts.serve(Scope.WINDOW, self)
        self.shortcuts.serve(Scope.CANVAS, self.viewer, self.viewer.canvas)
        self._restore_ui_state()
        self._refresh_tasks()
        self.forms.allow(session.client is not None)

    # ---- actions

    def _add_window_actions(self) -> None:
        actions, order, session = self.action_table, self.focus_order, self.session
        for id, title, run, keys in (
            ("search", self.tr("Search the pictures"), lambda: order.go_to(self.filmstrip.search), "Ctrl+F"),
            ("strip", self.tr("Go to the picture strip"), lambda: order.go_to(self.filmstrip.list), "Ctrl+L"),
            ("next-area", self.tr("Go to the next panel"), order.next_area, "F6"),
        ):
            actions.add(Action(id, title, run, shortcut=DefaultShortcut((keys,)), section=Section.FINDING))
        button = self.bar.add_tool("settings", self.tr("Settings"))
        self.menu = AppMenu(actions, button, lambda: session.settings, self.preferred.emit)
        PanelActions(actions, self.dock_area, self.side)
        self.rail.show_panels(actions, [*self.side.panels, self.dock_area.panels["strip"]])
        self.action_dialogs = ActionDialogs(
            actions, self.shortcuts, session.ui_state.commands, lambda keys: self.preferred.emit({"keys": keys}),
            self.notices, self,
        )  # fmt: skip
        shortcut, place = DefaultShortcut(("Ctrl+Q",)), MenuPlace(MENU, 2)
        actions.add(Action("quit", self.tr("Quit"), self._quit, "cancel", shortcut=shortcut, menu=place))

    def _show_tasks(self) -> None:
        self.viewer.set_stages({task.id: task.info.stages for task in self.forms.tasks})
        self.job_actions.show_tasks(self.forms.tasks, self.bar.chosen.emit)
        self._show_keys()

    def _show_keys(self) -> None:
        self.bar.show_keys(self.action_table.keys)

    def cancel(self) -> None:
        """Picking a picture, else the running job."""
        if not self.library.stop_picking():
            self.forms.cancel()

    def _quit(self) -> None:
        self.window().close()

    def _connect(self) -> None:
        session = self.session
        self.task_panel.noted.connect(self.viewer.show_status)
        self.action_table.keymap.changed.connect(self._show_keys)
        self.forms.tasks_changed.connect(self._show_tasks)
        session.tasks_changed.connect(self._refresh_tasks)
        self.filmstrip.filled.connect(self._fill_strip)
        session.models_changed.connect(self.task_panel.models_changed)
        session.library_opened.connect(self.task_panel.library_opened)
        self.viewer.cancel_wanted.connect(self.forms.cancel)
        self.viewer.refused.connect(lambda text: self.notices.show_line("canvas", "info", text))

    def _refresh_tasks(self) -> None:
        for plugin in self.session.plugins:
            sentence.learn(plugin.sentences.get(self._language, {}))
        self.forms.set_tasks([read(translated(task, self._language)) for task in self.session.tasks])

    def _fill_strip(self, filled: bool) -> None:
        """It takes room when there are pictures."""
        self.dock_area.fill(self.dock_area.panels["strip"], filled)

    # ---- beginning and ending

    def begin(self) -> None:
        """Once all of it has been painted."""
        self._refresh_tasks()
        self.forms.begin()
        self.forms.allow(self.session.client is not None)

    def _restore_ui_state(self) -> None:
        kept = self.session.ui_state
        if not self.dock_area.restore(kept.layout, kept.empty):
            text = self.tr("The saved panel layout could not be restored, so the default layout is used.")
            self.notices.show_line("layout", "info", text)
        self.viewer.choices.as_layer = self.session.ui_state.accept_as_layer
        self.viewer.choices.accepted_as.connect(self.keep_ui_state)
        if not kept.layout:  # else as it was; the library is soon open
            self._fill_strip(False)
        self.viewer.masks.painting.restore(self.session.ui_state.paint)

    def store_ui_state(self) -> None:
        """Into the session: what the next window shall look like."""
        state = self.session.ui_state
        state.accept_as_layer = self.viewer.choices.as_layer
        state.layout, state.empty = self.dock_area.kept(), self.dock_area.empty
        state.forms = self.task_panel.remember()
        state.paint = self.viewer.masks.painting.kept()

    def keep_ui_state(self) -> None:
        """On the disk too: whatever ends the program, the forms are as they were."""
        self.store_ui_state()
        state, cache = copy.deepcopy(self.session.ui_state), self.session.settings.cache_dir
        self.session.worker.run(lambda: ui_state.save(cache, state), lambda _: None)

    def show_damaged_settings(self, kept: Path) -> None:
        """The settings could not be read; what was there is in `kept`."""
        text = self.tr("The settings could not be read, so the defaults are used; the old file is kept as {0}.")
        self.notices.show_line("settings", "warning", text.format(kept))

    def show_bug(self, text: str, details: str) -> None:
        """An exception that nobody expected; for the excepthook."""
        shown = self.tr(
            "Something went wrong in the window: {0}. Your pictures are safe and you can go on; please report it."
        )
        self.notices.show_line("bug", "error", shown.format(text.rstrip(".")), details=details)

    # ---- what Qt asks

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if event.source() is None and (data.hasUrls() or clipboard.has_pixels(data)):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    def focusNextPrevChild(self, next: bool) -> bool:
        return self.focus_order.step(next) or super().focusNextPrevChild(next)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.session.pictures.refresh()  # another window or the command line may have saved something
