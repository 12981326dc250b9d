"""Collector: sees to it that Python's garbage is collected in the window's thread only."""

import gc
import linecache

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000


class GarbageCollector(QObject):
    """Takes the place of automatic collection as long as it is there.

    A cycle of objects that holds a widget would otherwise be collected by whichever thread happens to allocate next,
    and a widget that dies outside the window's thread takes the process with it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.check)
        self._timer.start()

    def check(self) -> None:
        """Collect the oldest generation that is due by Python's own thresholds."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return

    def freeze(self) -> None:
        """What is there now stays as long as the program: later looks, which hold up the window, leave it out."""
        gc.freeze()
        linecache.clearcache()  # PySide reads the source of each module that is imported, and it would stay: 10 MB

    def close(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()  # the window is gone, and with it the reason
