"""LibraryWatch: notices what other windows and the command line do to the library."""

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

SETTLE_MS = 300
"""One picture is several writes."""


class LibraryWatch(QObject):
    """Watches the index, whichever way it is written; where nothing can be watched, nothing is told."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self.changed)
        self._watcher.directoryChanged.connect(self._settling.start)
        self._watcher.fileChanged.connect(self._settling.start)

    def begin(self, folder: Path) -> None:
        self._watcher.addPaths([str(folder), *map(str, folder.glob("index.db*"))])
