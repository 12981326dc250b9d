"""JobSignals: what a queue of jobs emits, as Qt's signals, which end with whoever is connected."""

from PySide6.QtCore import QObject, Signal


class JobSignals(QObject):
    """`studio.jobs.JobEmitters` for the window."""

    added = Signal(object)
    changed = Signal(object)
    removed = Signal(object)
    previewed = Signal(object, bytes)
    saved = Signal(object, object)
    revealed = Signal(object, object)
    noted = Signal(object, str)
    ended = Signal(object)
    reordered = Signal()
