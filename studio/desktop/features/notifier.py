"""Notifier: tells that long work has ended to whoever has gone to another program."""

import time

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from studio.desktop.actions.app_menu import settings_action
from studio.desktop.style import theme
from studio.desktop.style.sentence import say
from studio.desktop.workbench import Workbench
from studio.jobs import Job, JobState

LONG_S = 5.0
"""Who waited longer may have gone to another program."""
SHOWN_MS = 10_000
BAD = (JobState.FAILED, JobState.INTERRUPTED, JobState.UNSAVED)


class Notifier(QObject):
    """Notifies when the last job of several is done, or when one of them needs somebody; not after every one."""

    notified = Signal(str, str)
    """A title and a sentence."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        session = self._session = workbench.session
        self._window = workbench.window
        self._tray: QSystemTrayIcon | None = None
        self._since: float | None = None
        self._made = 0
        session.jobs.changed.connect(self._follow)
        session.jobs.ended.connect(self._ended)
        self.notified.connect(self._show)

        def wanted() -> bool:
            return session.settings.notify

        text = self.tr("Notify when long jobs finish")
        workbench.actions.add(
            settings_action("notify", "bell", text, 1, lambda: workbench.prefer({"notify": not wanted()}), wanted)
        )

    def _follow(self, job: Job) -> None:
        if job.unlisted:
            return
        if job.state is JobState.RUNNING and self._since is None:
            self._since, self._made = time.monotonic(), 0
        elif job.state is JobState.UNSAVED:
            self._notify(job)

    def _ended(self, job: Job) -> None:
        if job.unlisted:
            return
        self._made += len(job.saved)
        busy = any(other is not job for other in self._session.jobs.pending)
        if job.state in BAD or not busy:
            self._notify(job)
        if not busy:
            self._since = None

    def _notify(self, job: Job) -> None:
        since = self._since
        long = since is not None and time.monotonic() - since > LONG_S
        if not long or job.state is JobState.CANCELLED or not self._session.settings.notify:
            return
        front = QApplication.activeWindow()  # this window, a floating panel, a dialog
        if front is not None and not front.isMinimized():
            return
        if job.state in BAD:
            self.notified.emit(self.tr("A job needs your attention"), say(job.message) or job.label)
        else:
            self.notified.emit(self.tr("All jobs finished"), self.tr("{0} pictures: {1}").format(self._made, job.label))

    def _show(self, title: str, text: str) -> None:
        """As far as this desktop has a place for it."""
        QApplication.alert(self._window.window())
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(theme.icon("studio"), self)
            self._tray.messageClicked.connect(self._activate)
            self._tray.activated.connect(self._activate)
        self._tray.show()
        self._tray.showMessage(title, text, theme.icon("studio"), SHOWN_MS)
        QTimer.singleShot(SHOWN_MS, self._tray, self._tray.hide)

    def _activate(self) -> None:
        top = self._window.window()
        top.setWindowState(top.windowState() & ~top.windowState().WindowMinimized)
        top.raise_()
        top.activateWindow()


def install(workbench: Workbench) -> None:
    Notifier(workbench)
