"""App: the composition root of the window; it builds everything once, and takes it down again.

What takes time is imported where it is used, after the first paint: this module is an entry point.
"""

import os
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QMessageLogContext, QObject, Qt, QTimer, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from studio import messages
from studio import settings as settings_file
from studio.desktop.shell import clipboard, ui_state
from studio.desktop.shell.garbage import GarbageCollector
from studio.desktop.shell.startup_window import StartupWindow
from studio.errors import UserError
from studio.settings import Settings

if TYPE_CHECKING:
    from studio.desktop.engine_connection import Connect
    from studio.desktop.main_window import MainWindow
    from studio.desktop.session import DesktopSession

NO_DISPLAY = (
    "The window cannot be opened: no display was found. Start it from a desktop session; "
    "the command line works without one: studio run --help\n"
)


def main() -> int:
    """Open the window and run it; returns the exit code."""
    try:
        settings, damaged = _settings()
    except UserError as error:
        sys.stderr.write(f"{error.message}\n")
        return 2
    qInstallMessageHandler(_handle_qt_message)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Open Image Studio")
    app.setDesktopFileName("open-image-studio")
    studio = Studio(app, settings, damaged=damaged)
    studio.open()
    code = app.exec()
    studio.close()
    return code


def _settings() -> tuple[Settings, Path | None]:
    """The settings; those that cannot be read are set aside, where the second value says, and defaults hold.

    Set aside and not only passed over: the engine reads the same file. Raises UserError.
    """
    try:
        return settings_file.load(), None
    except UserError:
        kept = settings_file.set_aside()
        return settings_file.load(), kept


class Studio(QObject):
    """The frame on the screen, the session, and the window in it; another language makes another window of the same."""

    _failed = Signal(str, str)

    def __init__(
        self,
        app: QApplication,
        settings: Settings,
        connect: "Connect | None" = None,
        damaged: Path | None = None,
    ) -> None:
        """`damaged`: where the settings are that could not be read."""
        super().__init__()
        self._app, self._settings, self._connect, self._damaged = app, settings, connect, damaged
        self._collector = GarbageCollector(self)
        self.ui_state = ui_state.load(settings.cache_dir)
        self.shell = StartupWindow(settings.theme, self.ui_state.geometry)
        self.shell.painted.connect(lambda: QTimer.singleShot(0, self._open_window))
        self.shell.closed.connect(self._keep_ui_state)
        self.session: DesktopSession | None = None
        self.window: MainWindow | None = None
        self._closed = False
        self._failed.connect(self._show_bug)
        self._former = sys.excepthook, threading.excepthook
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(args.exc_type, args.exc_value, args.exc_traceback)

    def open(self) -> StartupWindow:
        self.shell.show()
        return self.shell

    def close(self) -> None:
        """Keep the state of the window, end the engine, give back what was taken."""
        if self._closed:
            return
        self._closed = True
        sys.excepthook, threading.excepthook = self._former
        self.shell.close()
        if self.session:
            for changed in self._system_signals():
                changed.disconnect(self._system_changed)
            self.session.close()
        ui_state.save(self._settings.cache_dir, self.ui_state)  # last: what was being saved on the way is older
        self._collector.close()
        clipboard.let_go()
        self.shell.deleteLater()
        self.deleteLater()

    def _open_window(self) -> None:
        """The frame has been seen: now for what is in it, and when that has been seen, for the engine."""
        from studio.desktop.session import DesktopSession  # after the first paint
        from studio.desktop.style import theme

        if self._closed:
            return
        self._apply_style()
        self.shell.setWindowIcon(theme.icon("studio"))
        for changed in self._system_signals():
            changed.connect(self._system_changed)
        self.session = DesktopSession(self._settings, self.ui_state, self._connect, self)
        self.window = self._new_window(self.session)
        self.window.task_panel.made.connect(self._collector.freeze, Qt.ConnectionType.QueuedConnection)
        if self._damaged:
            self.window.show_damaged_settings(self._damaged)
        self.shell.setStyleSheet("")
        self.shell.setCentralWidget(self.window)
        QTimer.singleShot(0, self._begin)

    def _begin(self) -> None:
        if self.window and self.session and not self._closed:
            self.session.begin()
            self.window.begin()
            self._collector.freeze()

    def _new_window(self, session: "DesktopSession") -> "MainWindow":
        from studio.desktop.main_window import MainWindow  # after the first paint

        window = MainWindow(session)
        window.preferred.connect(self._change_settings)
        return window

    def _keep_ui_state(self) -> None:
        self.ui_state.geometry = self.shell.kept_geometry()
        if self.window:
            self.window.store_ui_state()

    def _apply_style(self) -> None:
        from studio.desktop.style import language, theme  # after the first paint

        settings = self._settings
        language.apply(self._app, settings.language)
        theme.apply(self._app, settings.theme, settings.text_percent, settings.motion)

    def _system_signals(self) -> list[Any]:
        """The signals of what the settings may leave to it."""
        hints = self._app.styleHints()
        motion = getattr(hints.accessibility(), "motionPreferenceChanged", None)  # PySide6 6.12
        return [hints.colorSchemeChanged, *([motion] if motion else [])]

    def _system_changed(self) -> None:
        from studio.desktop.style import theme  # after the first paint

        if theme.SYSTEM in (self._settings.theme, self._settings.motion):
            self._apply_style()

    def _change_settings(self, changed: dict[str, Any]) -> None:
        """Settings that concern the window: they hold at once, and from the next start."""
        old = self.session.settings if self.session else self._settings  # models may have been added meanwhile
        settings = self._settings = msgspec.structs.replace(old, **changed)
        if self.window and self.session:
            self.session.settings = settings
            self.window.notices.attempt(lambda: settings_file.save(settings))
            self.window.action_table.keymap.use(settings.keys)
            if settings.precision != old.precision and (client := self.session.client):
                client.send(messages.Refresh())
        if _looks(settings) != _looks(old):
            self._apply_style()
        if _built(settings) != _built(old):
            QTimer.singleShot(0, self._replace_window)  # the menu that asked for it is part of the old window

    def _replace_window(self) -> None:
        if self.window is None or self.session is None or self._closed:
            return
        self.window.store_ui_state()
        followed, marked = self.window.viewer_controller.followed, self.window.viewer.candidate
        new = self._new_window(self.session)
        self.shell.setCentralWidget(new)  # which deletes the old one
        self.window = new
        new.begin()
        if followed is not None:
            new.viewer_controller.show_job(followed)
        elif marked is not None and marked.piece is not None:
            new.viewer_controller.show_file(marked.piece.ref, marked.piece.file, marked.piece.parents)

    def _hook(self, kind: type[BaseException], error: BaseException | None, at: TracebackType | None) -> None:
        if error is None or issubclass(kind, KeyboardInterrupt):
            self._app.quit()
            return
        import traceback

        details = "".join(traceback.format_exception(kind, error, at))
        sys.stderr.write(details)
        self._failed.emit(f"{kind.__name__}: {error}" if str(error) else kind.__name__, details)

    def _show_bug(self, text: str, details: str) -> None:
        if self.window:
            self.window.show_bug(text, details)


def _built(settings: Settings) -> tuple[object, ...]:
    """What a window is made with, and cannot change."""
    return settings.language, settings.text_percent


def _looks(settings: Settings) -> tuple[object, ...]:
    return settings.theme, settings.motion, *_built(settings)


def _handle_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Qt ends the process when it finds no display; the user shall read one sentence, not a core dump."""
    if kind == QtMsgType.QtFatalMsg:
        sys.stderr.write(NO_DISPLAY if "platform" in text or "display" in text else f"{text}\n")
        sys.stderr.flush()
        os._exit(2)
    if "could not connect to display" in text or "platform plugin" in text:
        return  # told by the sentence above
    sys.stderr.write(f"{text}\n")
