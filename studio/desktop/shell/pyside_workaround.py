"""Workarounds for PySide6: for a fault that would end the window, and for what slows each import down."""

import ctypes
import sys

ENOUGH = sys.maxsize // 4


def keep_constants() -> None:
    """Give None, True and False references to spare.

    PySide6 6.12.0 takes one of True away at each `Signal.emit`, and one of None at each call that returns nothing
    (`QPainter.setPen`, `QWidget.update` …). Before Python 3.12 made them immortal, the interpreter aborts
    ("deallocating None") once the last of a few thousand is gone.
    """
    if sys.version_info >= (3, 12):
        return
    for constant in (None, True, False):
        if sys.getrefcount(constant) < ENOUGH:
            # The count is the first word of every object in CPython.
            ctypes.c_ssize_t.from_address(id(constant)).value += ENOUGH


def read_no_sources() -> None:
    """Keep PySide6 from reading the source of each module that is imported, to see whether it names PySide6.

    It does so for `from __feature__ import …` (snake_case, true_property), which nobody here uses: 0.1 s of a start,
    and 8 MB of text, which it leaves in linecache.
    """
    from PySide6 import QtCore  # noqa: F401 - which loads it

    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None and hasattr(feature, "_mod_uses_pyside"):
        setattr(feature, "_mod_uses_pyside", lambda module: True)  # noqa: B010 - mypy; as for a module that names it
