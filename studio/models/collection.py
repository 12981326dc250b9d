"""Collection: a folder with many models that the user has added, scanned in the background."""

import threading
from pathlib import Path

from studio.descriptions import ModelInfo
from studio.models.scanner import Scanner


class Collection:
    """What lies in one folder: what was known of it at first, what is there once it has been looked through."""

    def __init__(self, root: Path, scanner: Scanner) -> None:
        self._root, self._scanner = root, scanner
        self._found: list[ModelInfo] | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def found(self) -> list[ModelInfo]:
        """Does not wait: a folder may be on a slow disk, and hold thousands of files."""
        self._start()
        found = self._found
        return self._scanner.remembered(self._root) if found is None else found

    @property
    def is_done(self) -> bool:
        """Whether the folder has been looked through."""
        return self._found is not None

    def wait(self) -> None:
        """Until the folder has been looked through."""
        self._start().join()

    def _start(self) -> threading.Thread:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._scan, name=f"scan-{self._root.name}", daemon=True)
                self._thread.start()
            return self._thread

    def _scan(self) -> None:
        self._found = self._scanner.scan(self._root)
