"""DownloadsPage: what is being fetched, how far it is, and what can be done about it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.desktop.download_queue import DownloadQueue
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.label_text import file_size
from studio.desktop.style.sentence import say
from studio.desktop.viewer.progress_line import duration

if TYPE_CHECKING:  # slow to import, and not needed for the first paint
    from studio.downloads import Download, DownloadList

REFRESH_MS = 250
ICONS = {
    "waiting": "queue", "running": "running", "paused": "queue", "done": "ok", "failed": "error", "cancelled": "cancel",
}  # fmt: skip


class DownloadsPage(QWidget):
    def __init__(self, queue: DownloadQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self.rows: dict[Download, DownloadRow] = {}
        self._hint = plain_label(
            self.tr("Downloads appear here. If you close the studio, they resume at the next start.")
        )
        self._hint.setProperty("role", "hint")
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        self.clear = QPushButton(theme.icon("clear"), self.tr("Clear finished"))
        self.clear.setAutoDefault(False)
        self.clear.clicked.connect(lambda: queue.use(lambda downloads: downloads.clear()))
        column = QVBoxLayout(self)
        column.addWidget(self._hint)
        column.addWidget(area, 1)
        column.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignRight)
        self._clock = QTimer(self)
        self._clock.setInterval(REFRESH_MS)
        self._clock.timeout.connect(self._refresh)
        queue.changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        there = self._queue.downloads
        for download in [each for each in self.rows if each not in there]:
            self.rows.pop(download).deleteLater()
        for download in there:
            if download not in self.rows:
                row = self.rows[download] = DownloadRow(download, self._queue)
                self._column.insertWidget(0, row)
        self._hint.setVisible(not there)
        self.clear.setVisible(any(each.state.ended for each in there))
        self._refresh()

    def _refresh(self) -> None:
        for row in self.rows.values():
            row.refresh()
        running = any(each.state.value == "running" for each in self.rows)
        if running != self._clock.isActive():
            self._clock.start() if running else self._clock.stop()


class DownloadRow(QFrame):
    """One download. Its buttons are those that make sense in its state."""

    def __init__(self, download: "Download", queue: DownloadQueue) -> None:
        super().__init__()
        self.download, self._queue = download, queue
        self.setProperty("role", "card")
        self._icon, self._state, self._bar = QLabel(), QLabel(), QProgressBar()
        self._title, self._message = plain_label(download.order.title), plain_label("")
        self._title.setProperty("role", "strong")
        for label in (self._state, self._message):
            label.setProperty("role", "hint")
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of {0}").format(download.order.title))
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._icon)
        head.addWidget(self._title, 1)
        head.addWidget(self._state)
        foot.addStretch(1)
        self.pause = self._button(foot, "queue", self.tr("Pause"), lambda downloads: downloads.pause(download))
        self.resume = self._button(foot, "retry", self.tr("Resume"), lambda downloads: downloads.resume(download))
        self.cancel = self._button(foot, "cancel", self.tr("Cancel"), lambda downloads: downloads.cancel(download))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 10, 8)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addWidget(self._message)
        column.addLayout(foot)
        self.refresh()

    def _button(self, row: QHBoxLayout, icon: str, text: str, act: "Callable[[DownloadList], object]") -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setIcon(theme.icon(icon))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: self._queue.use(act))
        row.addWidget(button)
        return button

    def refresh(self) -> None:
        download, state = self.download, self.download.state.value
        progress = download.progress
        self._icon.setPixmap(theme.icon(ICONS[state]).pixmap(16, 16))
        self._state.setText(self._told())
        share = progress.done_bytes / progress.total_bytes if progress.total_bytes else 0.0
        self._bar.setVisible(state in ("running", "paused") and (share > 0 or state == "running"))
        self._bar.setRange(0, 1000 if progress.total_bytes or not theme.moves() else 0)
        self._bar.setValue(round(1000 * share))
        message = say(download.error.message) if download.error else ""
        self._message.setText(
            message or (self.tr("Licence: {0}.").format(download.license) if download.license else "")
        )
        self._message.setVisible(bool(self._message.text()))
        self.pause.setVisible(state in ("running", "waiting"))
        self.resume.setVisible(state in ("paused", "failed"))
        self.cancel.setVisible(not download.state.ended)
        self.setAccessibleName(f"{download.order.title}: {self._state.text()}")

    def _told(self) -> str:
        progress, state = self.download.progress, self.download.state.value
        words = {
            "waiting": self.tr("waiting"), "running": self.tr("running"), "paused": self.tr("paused"),
            "done": self.tr("done"), "failed": self.tr("failed"), "cancelled": self.tr("cancelled"),
        }  # fmt: skip
        if state not in ("running", "paused") or not progress.total_bytes:
            return words[state]
        told = [self.tr("{0} of {1}").format(file_size(progress.done_bytes), file_size(progress.total_bytes))]
        if state == "paused":
            return " · ".join([words[state], *told])
        told += [f"{file_size(round(progress.bytes_per_s))}/s"] if progress.bytes_per_s else []
        return " · ".join([*told, *([duration(progress.eta_s)] if progress.eta_s is not None else [])])
