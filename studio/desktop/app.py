"""App: the composition root of the window; it builds everything once, and takes it down again."""

import os
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QTimer, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from studio import settings as settings_file
from studio.desktop import language, memory, theme
from studio.desktop.hoodstub import Hood
from studio.desktop.session import Connect, Session
from studio.desktop.standin import Form
from studio.desktop.window import Window
from studio.errors import UserError
from studio.settings import Settings

NO_DISPLAY = (
    "The window cannot be opened: no display was found. Start it from a desktop session; "
    "the command line works without one: studio run --help\n"
)


def main() -> int:
    """Open the window and run it; returns the exit code."""
    try:
        settings = settings_file.load()
    except UserError as error:
        sys.stderr.write(f"{error.message}\n")
        return 2
    qInstallMessageHandler(_hear_qt)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Open Image Studio")
    app.setDesktopFileName("open-image-studio")
    studio = Studio(app, settings)
    studio.open()
    code = app.exec()
    studio.close()
    return code


class Studio(QObject):
    """The session and the window that shows it now; another language makes another window of the same session."""

    _failed = Signal(str, str)

    def __init__(self, app: QApplication, settings: Settings, connect: Connect | None = None) -> None:
        super().__init__()
        self._app = app
        self.session = Session(settings, connect, self)
        self.window: Window | None = None
        self._failed.connect(self._tell)
        self._closed = False
        self._former = sys.excepthook, threading.excepthook
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(args.exc_type, args.exc_value, args.exc_traceback)
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def open(self) -> Window:
        self._dress()
        window = self.window = self._new_window()
        window.painted.connect(lambda: QTimer.singleShot(0, self._begin))
        window.show()
        return window

    def close(self) -> None:
        """Keep what the window shall remember, end the engine, give back what was taken."""
        if self._closed:
            return
        self._closed = True
        self._app.styleHints().colorSchemeChanged.disconnect(self._system_changed)
        sys.excepthook, threading.excepthook = self._former
        if self.window:
            self.window.remember()
            self.window.close()
        memory.save(self.session.settings.cache_dir, self.session.memory)
        self.session.close()
        if self.window:
            self.window.deleteLater()

    def _begin(self) -> None:
        if self.window and self.session.client is None:
            self.session.begin()
            self.window.begin()

    def _new_window(self) -> Window:
        window = Window(self.session, lambda task, desk: Form(task, desk), Hood)
        window.restyled.connect(self._restyle)
        return window

    def _dress(self) -> None:
        language.apply(self._app, self.session.settings.language)
        theme.apply(self._app, self.session.settings.theme)

    def _system_changed(self) -> None:
        if self.session.settings.theme == theme.SYSTEM:
            theme.apply(self._app, theme.SYSTEM)

    def _restyle(self, chosen_theme: str, chosen_language: str) -> None:
        import msgspec

        old = self.session.settings
        settings = msgspec.structs.replace(old, theme=chosen_theme, language=chosen_language)
        self.session.settings = settings
        if self.window:
            self.window.try_to(lambda: settings_file.save(settings))
        theme.apply(self._app, chosen_theme)
        if chosen_language != old.language:
            QTimer.singleShot(0, self._replace_window)  # the menu that asked for it is part of the old window

    def _replace_window(self) -> None:
        old = self.window
        if old is None:
            return
        old.remember()
        language.apply(self._app, self.session.settings.language)
        new = self.window = self._new_window()
        new.show()
        new.begin()
        old.close()
        old.deleteLater()

    def _hook(self, kind: type[BaseException], error: BaseException | None, at: TracebackType | None) -> None:
        if error is None or issubclass(kind, KeyboardInterrupt):
            self._app.quit()
            return
        details = "".join(traceback.format_exception(kind, error, at))
        sys.stderr.write(details)
        self._failed.emit(f"{kind.__name__}: {error}" if str(error) else kind.__name__, details)

    def _tell(self, text: str, details: str) -> None:
        if self.window:
            self.window.tell_bug(text, details)


def _hear_qt(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Qt ends the process when it finds no display; the user shall read one sentence, not a core dump."""
    if kind == QtMsgType.QtFatalMsg:
        sys.stderr.write(NO_DISPLAY if "platform" in text or "display" in text else f"{text}\n")
        sys.stderr.flush()
        os._exit(2)
    if "could not connect to display" in text or "platform plugin" in text:
        return  # told by the sentence above
    sys.stderr.write(f"{text}\n")
